#include "api/playbook.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "base/durable_file.h"
#include "deliver/kinds.h"
#include "play/builtin_plays.h"
#include "wire/did_you_mean.h"
#include "wire/play_toml.h"

namespace tidemark {

const Play* Playbook::find(std::string_view name) const {
  const auto found = std::ranges::find(plays, name, &Play::name);
  return found == plays.end() ? nullptr : &*found;
}

std::filesystem::path playbook_file(const std::filesystem::path& folder) {
  return folder / "plays.toml";
}

Result<Playbook> read_playbook(const std::filesystem::path& folder) {
  auto playbook = read_playbook_text(folder);
  if (!playbook) return playbook;
  auto plays = parse_plays(playbook->toml, "plays.toml");
  if (!plays) return plays.error();
  playbook->plays = *std::move(plays);
  return playbook;
}

Result<Playbook> read_playbook_text(const std::filesystem::path& folder) {
  const auto file = playbook_file(folder);
  Playbook playbook;
  std::error_code failure;
  if (std::filesystem::exists(file, failure)) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    if (!stream) {
      return Error{ErrorKind::unavailable, fmt::format("{} cannot be read", file.string())};
    }
    playbook.toml = text.str();
  }
  // An empty file is one that is being written, as by tidemark plays --toml > plays.toml.
  playbook.is_own = playbook.toml.find_first_not_of(" \t\r\n") != std::string::npos;
  if (!playbook.is_own) playbook.toml = builtin_plays();
  return playbook;
}

Result<void> write_playbook(const std::filesystem::path& folder, const std::string& toml) {
  const auto plays = parse_plays(toml, "plays.toml");
  if (!plays) return plays.error();
  return write_durably(playbook_file(folder), toml);
}

Result<void> turn_on(Store& store, Control& control, const Play& play) {
  if (!play.destination.empty()) {
    const auto destinations = control.outbox().destinations();
    if (!destinations) return destinations.error();
    std::vector<std::string_view> names;
    for (const Destination& destination : *destinations) names.push_back(destination.name);
    const auto found = std::ranges::find(*destinations, play.destination, &Destination::name);
    if (found == destinations->end()) {
      return Error{ErrorKind::invalid_input,
                   fmt::format("there is no destination \"{}\"{}", play.destination,
                               names.empty() ? "; add one first"
                                             : "; " + did_you_mean(play.destination, names))};
    }
    if (kind_of(found->kind).takes_fields()) {
      return Error{ErrorKind::invalid_input,
                   fmt::format("\"{}\" is told where accounts stand; plays go to a webhook or a "
                               "channel",
                               play.destination)};
    }
  }
  const auto published = store.published_days();
  if (!published) return published.error();
  if (published->empty()) {
    return Error{ErrorKind::not_found, "nothing is published yet; tidemark score does that"};
  }
  return control.plays().turn_on(play.name, published->back().day);
}

}  // namespace tidemark
