#include "cli/test_clock.h"

#include <charconv>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/durable_file.h"

namespace tidemark {
namespace {

constexpr const char* kVariable = "TIDEMARK_TEST_CLOCK";
constexpr const char* kFile = "test-clock";

std::optional<std::chrono::seconds> seconds_in(std::string_view text) {
  std::int64_t seconds = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (problem != std::errc{}) return std::nullopt;
  return std::chrono::seconds{seconds};
}

std::optional<std::chrono::seconds> seconds_in_file(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::string line;
  return std::getline(stream, line) ? seconds_in(line) : std::nullopt;
}

/// The system's clock, moved by what the file says, or by `otherwise` as long as there is none.
class MovedClock final : public Clock {
 public:
  MovedClock(std::filesystem::path file, std::chrono::seconds otherwise)
      : file_(std::move(file)), otherwise_(otherwise) {}

  std::chrono::microseconds running() const override { return SystemClock().running(); }
  Instant now() const override {
    return SystemClock().now() + seconds_in_file(file_).value_or(otherwise_);
  }

 private:
  std::filesystem::path file_;
  std::chrono::seconds otherwise_;
};

}  // namespace

Result<std::unique_ptr<Clock>> process_clock(const std::filesystem::path& folder) {
  const char* const text = std::getenv(kVariable);
  if (text == nullptr || *text == '\0') {
    return std::unique_ptr<Clock>(std::make_unique<SystemClock>());
  }
  const auto seconds = seconds_in(text);
  if (!seconds) {
    return Error{ErrorKind::invalid_input,
                 fmt::format("{} is \"{}\", expected a number of seconds", kVariable, text)};
  }
  std::error_code unknown;
  const bool is_workspace = std::filesystem::exists(folder / "tidemark.toml", unknown);
  if (is_workspace && !std::filesystem::exists(folder / kFile, unknown)) {
    return Error{ErrorKind::invalid_input,
                 fmt::format("{} is set, but {} was not made for tests; unset it", kVariable,
                             folder.string())};
  }
  return std::unique_ptr<Clock>(std::make_unique<MovedClock>(folder / kFile, *seconds));
}

Result<void> mark_test_clock(const std::filesystem::path& folder) {
  const char* const text = std::getenv(kVariable);
  if (text == nullptr || *text == '\0') return {};
  return write_durably(folder / kFile, std::string(text) + "\n");
}

}  // namespace tidemark
