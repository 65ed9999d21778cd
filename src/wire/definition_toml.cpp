#include "wire/definition_toml.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <span>

#include <fmt/format.h>
#include <openssl/sha.h>

#include <nlohmann/json.hpp>

#include "base/time_zone.h"
#include "wire/names.h"
#include "wire/toml.h"

namespace tidemark {
namespace {

// How far from a whole number of milli-points a written number may be, for three decimals in
// binary.
constexpr double kNearEnough = 1e-9;

std::string points_range() { return "points are 0 to 1000 with at most three decimals"; }

/// The number of single-character edits between two words.
std::size_t edits_between(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  for (std::size_t at = 0; at < row.size(); ++at) row[at] = at;
  for (std::size_t i = 1; i <= left.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const std::size_t above = row[j];
      row[j] =
          std::min({above + 1, row[j - 1] + 1, diagonal + (left[i - 1] == right[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row.back();
}

std::string suggestion_for(std::string_view word, std::span<const std::string_view> known) {
  const auto closest = std::ranges::min_element(
      known, {}, [&](std::string_view candidate) { return edits_between(word, candidate); });
  if (closest == known.end() || edits_between(word, *closest) > 1 + word.size() / 3) {
    return fmt::format("known here: {}", fmt::join(known, ", "));
  }
  return fmt::format("did you mean \"{}\"?", *closest);
}

/// Reads the tables of one definition. Keeps the first error; reading on after it is harmless.
class DefinitionReader {
 public:
  explicit DefinitionReader(std::string_view source) : source_(source) {}

  Result<Definition> read(const toml::table& root) {
    allow_only(
        root, {"name", "time_zone", "window_days", "engaged_day_points", "not_activity", "action"});
    Definition definition;
    definition.name = text(root, "name").value_or("");
    definition.time_zone = text(root, "time_zone").value_or("UTC");
    if (const auto zone = TimeZone::named(definition.time_zone); !zone) {
      fail(root.get("time_zone"), zone.error().message);
    }
    check_window(root);
    definition.engaged_day_points = points(root, "engaged_day_points").value_or(Points{});
    definition.not_activity = read_not_activity(root);
    definition.actions = read_actions(root);
    if (error_) return *error_;
    return definition;
  }

 private:
  void fail(const toml::node* at, std::string message) {
    if (error_) return;
    const auto where = at != nullptr ? at->source().begin : toml::source_position{};
    error_ = Error{ErrorKind::invalid_input,
                   where.line > 0
                       ? fmt::format("{}:{}:{}: {}", source_, where.line, where.column, message)
                       : fmt::format("{}: {}", source_, message)};
  }

  void allow_only(const toml::table& table, std::initializer_list<std::string_view> known) {
    for (const auto& [key, value] : table) {
      if (std::ranges::find(known, key.str()) != known.end()) continue;
      fail(&value, fmt::format("unknown key \"{}\"; {}", key.str(),
                               suggestion_for(key.str(), std::span(known.begin(), known.size()))));
    }
  }

  std::optional<std::string> text(const toml::table& table, std::string_view key) {
    const toml::node* node = table.get(key);
    if (node == nullptr) return std::nullopt;
    if (!node->is_string()) {
      fail(node, fmt::format("{} must be a text in quotes", key));
      return std::nullopt;
    }
    return node->as_string()->get();
  }

  std::string needed_text(const toml::table& table, std::string_view key, std::string_view owner) {
    const auto value = text(table, key);
    if (!value || value->empty()) fail(&table, fmt::format("{} needs its {}", owner, key));
    return value.value_or("");
  }

  std::optional<Points> points(const toml::table& table, std::string_view key) {
    const toml::node* node = table.get(key);
    if (node == nullptr) return std::nullopt;
    if (!node->is_number()) {
      fail(node, fmt::format("{} must be a number; {}", key, points_range()));
      return std::nullopt;
    }
    const double milli = *node->value<double>() * 1000;
    const double whole = std::nearbyint(milli);
    if (!(std::abs(milli - whole) <= kNearEnough) || whole < 0 ||
        whole > static_cast<double>(kMostPoints.milli)) {
      fail(node, fmt::format("{} = {}: {}", key, *node->value<double>(), points_range()));
      return std::nullopt;
    }
    return Points{static_cast<std::int64_t>(whole)};
  }

  void check_window(const toml::table& root) {
    const toml::node* node = root.get("window_days");
    if (node == nullptr) return;
    if (node->value_exact<std::int64_t>() != std::int64_t{kWindowDays}) {
      fail(node, fmt::format("window_days must be {}: the rules are measured for that window",
                             kWindowDays));
    }
  }

  std::vector<std::string> read_not_activity(const toml::table& root) {
    std::vector<std::string> names;
    const toml::node* node = root.get("not_activity");
    if (node == nullptr) return names;
    if (!node->is_array()) {
      fail(node, "not_activity must be a list of event names, [\"email_bounced\"]");
      return names;
    }
    for (const toml::node& name : *node->as_array()) {
      if (!name.is_string()) {
        fail(&name, "not_activity holds event names in quotes");
        return names;
      }
      names.push_back(name.as_string()->get());
    }
    std::ranges::sort(names);
    names.erase(std::ranges::unique(names).begin(), names.end());
    return names;
  }

  std::vector<Action> read_actions(const toml::table& root) {
    std::vector<Action> actions;
    const toml::node* node = root.get("action");
    if (node == nullptr) {
      fail(nullptr, "no action earns points; add an [[action]] with name, when and points");
      return actions;
    }
    if (!node->is_array()) {
      fail(node, "action must be written as [[action]], once for each");
      return actions;
    }
    for (const toml::node& entry : *node->as_array()) {
      if (!entry.is_table()) {
        fail(&entry, "action must be written as [[action]], once for each");
        return actions;
      }
      Action action = read_action(*entry.as_table());
      for (const Action& other : actions) {
        if (other.event == action.event) {
          fail(&entry, fmt::format("two actions with the same rule: \"{}\" and \"{}\" both earn "
                                   "points for event \"{}\"",
                                   other.name, action.name, action.event));
        } else if (other.name == action.name) {
          fail(&entry, fmt::format("two actions are named \"{}\"", action.name));
        }
      }
      actions.push_back(std::move(action));
    }
    if (actions.empty()) fail(node, "no action earns points; add an [[action]]");
    return actions;
  }

  Action read_action(const toml::table& table) {
    allow_only(table, {"name", "when", "points", "repeat", "cap_per_day"});
    Action action;
    const auto* when = table.get("when");
    if (when == nullptr || !when->is_table()) {
      fail(when != nullptr ? when : &table,
           "an action needs its rule: when = { event = \"report_created\" }");
    } else {
      allow_only(*when->as_table(), {"event"});
      action.event = needed_text(*when->as_table(), "event", "when");
    }
    action.name = text(table, "name").value_or(action.event);
    const auto worth = points(table, "points");
    if (!worth)
      fail(&table, fmt::format("action \"{}\" needs points; {}", action.name, points_range()));
    action.points = worth.value_or(Points{});
    action.repeat = read_repeat(table);
    action.cap_per_day = read_cap(table);
    return action;
  }

  Repeat read_repeat(const toml::table& table) {
    const auto name = text(table, "repeat");
    if (!name) return Repeat::diminishing;
    for (const Repeat repeat : {Repeat::diminishing, Repeat::every, Repeat::once}) {
      if (repeat_name(repeat) == *name) return repeat;
    }
    fail(table.get("repeat"),
         fmt::format("unknown repeat \"{}\"; it is \"diminishing\", \"every\" or \"once\"", *name));
    return Repeat::diminishing;
  }

  std::int64_t read_cap(const toml::table& table) {
    const toml::node* node = table.get("cap_per_day");
    if (node == nullptr) return 0;
    const auto cap = node->value_exact<std::int64_t>();
    if (!cap || *cap < 1 || *cap > kMostPerDay) {
      fail(node, "cap_per_day is a whole number from 1 to 1000000");
      return 0;
    }
    return *cap;
  }

  std::string_view source_;
  std::optional<Error> error_;
};

}  // namespace

Result<Definition> parse_definition(std::string_view text, std::string_view source) {
  const toml::parse_result parsed = toml::parse(text, source);
  if (!parsed) {
    const auto where = parsed.error().source().begin;
    return Error{ErrorKind::invalid_input, fmt::format("{}:{}:{}: {}", source, where.line,
                                                       where.column, parsed.error().description())};
  }
  return DefinitionReader(source).read(parsed.table());
}

std::string canonical_definition(const Definition& definition) {
  nlohmann::json json;  // keys sorted
  json["name"] = definition.name;
  json["time_zone"] = definition.time_zone;
  json["window_days"] = kWindowDays;
  json["engaged_day_milli_points"] = definition.engaged_day_points.milli;
  json["not_activity"] = definition.not_activity;
  std::vector<nlohmann::json> actions;
  for (const Action& action : definition.actions) {
    actions.push_back({{"name", action.name},
                       {"when", {{"event", action.event}}},
                       {"milli_points", action.points.milli},
                       {"repeat", repeat_name(action.repeat)},
                       {"cap_per_day", action.cap_per_day}});
  }
  // Actions in another order are the same definition.
  std::ranges::sort(actions, {}, [](const nlohmann::json& action) { return action.dump(); });
  json["action"] = actions;
  return json.dump();
}

std::string definition_hash(const Definition& definition) {
  const std::string canonical = canonical_definition(definition);
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(canonical.data()), canonical.size(), digest.data());
  return fmt::format("{:02x}", fmt::join(digest, ""));
}

Result<Definition> parse_canonical_definition(std::string_view text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  const auto damaged = [] {
    return Error{ErrorKind::corrupt_data, "a stored definition cannot be read"};
  };
  if (!json.is_object()) return damaged();
  try {
    Definition definition;
    definition.name = json.at("name");
    definition.time_zone = json.at("time_zone");
    definition.engaged_day_points = Points{json.at("engaged_day_milli_points")};
    definition.not_activity = json.at("not_activity");
    for (const auto& entry : json.at("action")) {
      Action action;
      action.name = entry.at("name");
      action.event = entry.at("when").at("event");
      action.points = Points{entry.at("milli_points")};
      for (const Repeat repeat : {Repeat::diminishing, Repeat::every, Repeat::once}) {
        if (entry.at("repeat") == repeat_name(repeat)) action.repeat = repeat;
      }
      action.cap_per_day = entry.at("cap_per_day");
      definition.actions.push_back(std::move(action));
    }
    return definition;
  } catch (const nlohmann::json::exception&) {
    return damaged();
  }
}

}  // namespace tidemark
