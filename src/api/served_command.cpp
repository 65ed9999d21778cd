#include "api/served_command.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "wire/json.h"

namespace tidemark {

std::string command_json(const ServedCommand& command) {
  return Json{{"arguments", command.arguments},
              {"folder", command.folder},
              {"width", command.width},
              {"has_colour", command.has_colour},
              {"progress", command.progress}}
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<ServedCommand> parse_command(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("arguments") || !json["arguments"].is_array()) {
    return std::nullopt;
  }
  ServedCommand command;
  for (const Json& argument : json["arguments"]) {
    if (!argument.is_string()) return std::nullopt;
    command.arguments.push_back(argument.get<std::string>());
  }
  const auto folder = json.find("folder");
  if (folder != json.end() && folder->is_string()) command.folder = folder->get<std::string>();
  const auto progress = json.find("progress");
  if (progress != json.end() && progress->is_string()) {
    command.progress = progress->get<std::string>();
  }
  const auto width = json.find("width");
  if (width != json.end() && width->is_number_integer()) {
    command.width = static_cast<int>(std::clamp<std::int64_t>(width->get<std::int64_t>(), 40, 400));
  }
  const auto has_colour = json.find("has_colour");
  command.has_colour =
      has_colour != json.end() && has_colour->is_boolean() && has_colour->get<bool>();
  return command;
}

std::string output_text(const CommandOutput& output) {
  return fmt::format("{} {} {}\n", output.exit, output.out.size(), output.err.size()) + output.out +
         output.err;
}

std::optional<CommandOutput> parse_output(std::string_view text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  CommandOutput output;
  std::size_t out = 0, err = 0;
  const char* at = text.data();
  const char* const last = text.data() + end;
  const auto read = [&](auto& number) {
    const auto [next, problem] = std::from_chars(at, last, number);
    const bool is_read = problem == std::errc();
    at = next == last ? next : next + 1;
    return is_read;
  };
  if (!read(output.exit) || !read(out) || !read(err)) return std::nullopt;
  text.remove_prefix(end + 1);
  if (out > text.size() || err != text.size() - out) return std::nullopt;
  output.out = text.substr(0, out);
  output.err = text.substr(out);
  return output;
}

}  // namespace tidemark
