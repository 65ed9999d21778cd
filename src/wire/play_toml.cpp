#include "wire/play_toml.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/day.h"
#include "wire/conditions_toml.h"
#include "wire/did_you_mean.h"
#include "wire/names.h"

namespace tidemark {
namespace {

constexpr int kWeek = 7;
constexpr const char* kWhenExample = "when = { falls_from = \"high\" }";
constexpr std::array<std::string_view, 9> kFilledIn = {
    "account", "play", "do", "level", "from", "score", "points", "chance", "reason"};

std::string words_of(const std::vector<Level>& levels, std::string_view between) {
  std::string words;
  for (const Level level : levels) {
    if (!words.empty()) words += between;
    words += level_name(level);
  }
  return words;
}

class PlayReader {
 public:
  explicit PlayReader(std::string_view source) : toml_(source) {}

  Result<std::vector<Play>> read(const toml::table& root) {
    toml_.allow_only(root, {"play"});
    std::vector<Play> plays;
    for (const toml::table* table : toml_.tables(root, "play", "[[play]]")) {
      Play play = read_play(*table);
      if (std::ranges::find(plays, play.name, &Play::name) != plays.end()) {
        toml_.fail(table->get("name"),
                   fmt::format("two plays are named \"{}\"; names tell them apart", play.name));
      }
      plays.push_back(std::move(play));
    }
    if (toml_.error()) return *toml_.error();
    return plays;
  }

 private:
  Play read_play(const toml::table& table) {
    toml_.allow_only(
        table, {"name", "when", "where", "unless", "with_new", "onboarded", "do", "message", "to",
                "most_a_week", "owner", "most_an_owner", "again_after_days", "hold_out_percent",
                "hours", "only_weekdays", "rank_by"});
    Play play;
    play.name = toml_.needed_text(table, "name", "a play");
    if (const auto* when = toml_.table(table, "when", kWhenExample)) {
      read_when(*when, play);
    } else {
      toml_.fail(&table, fmt::format("a play needs its {}", kWhenExample));
    }
    play.where = read_conditions(toml_, table, "where");
    if (play.trigger == PlayTrigger::joins && play.where.empty() && table.get("when") != nullptr) {
      toml_.fail(table.get("when"), "joins needs where: what accounts come to be");
    }
    play.unless = read_conditions(toml_, table, "unless");
    play.with_new = toml_.boolean(table, "with_new").value_or(false);
    play.onboarded = toml_.boolean(table, "onboarded");
    play.ask = toml_.text(table, "do").value_or("");
    play.message = toml_.text(table, "message").value_or("");
    check_message(table, play);
    play.destination = toml_.text(table, "to").value_or("");
    play.most_a_week = number(table, "most_a_week", 1, 100'000);
    play.owner = toml_.text(table, "owner").value_or("");
    play.most_an_owner = number(table, "most_an_owner", 1, 100'000);
    if (play.most_an_owner && play.owner.empty()) {
      toml_.fail(
          table.get("most_an_owner"),
          "most_an_owner needs the property that says whose an account is: owner = \"owner\"");
    }
    const int least = play.trigger == PlayTrigger::joins ? kWeek : 1;  // for which it is due
    play.again_after_days = number(table, "again_after_days", least, 3'650).value_or(90);
    play.hold_out_percent = number(table, "hold_out_percent", 0, 90).value_or(0);
    read_hours(table, play.hours);
    play.hours.only_weekdays = toml_.boolean(table, "only_weekdays").value_or(false);
    play.rank_by = toml_.text(table, "rank_by").value_or("");
    return play;
  }

  std::optional<int> number(const toml::table& table, std::string_view key, int least, int most) {
    const auto value = toml_.whole_number(table, key, least, most);
    return value ? std::optional(static_cast<int>(*value)) : std::nullopt;
  }

  /// One level, or a list of some.
  std::vector<Level> levels(const toml::table& table, std::string_view key) {
    const toml::node* node = table.get(key);
    std::vector<std::string> names;
    if (node != nullptr && node->is_string()) {
      names = {*toml_.text(table, key)};
    } else if (node != nullptr) {
      names = toml_.texts(table, key, "[\"low\", \"none\"]");
    }
    std::vector<Level> levels;
    for (const std::string& name : names) {
      if (const auto level = level_named(name)) {
        levels.push_back(*level);
      } else {
        constexpr std::array<std::string_view, kLevelCount> kNames = {
            "high", "medium", "low", "engaged", "none", "inactive"};
        toml_.fail(node,
                   fmt::format("{} \"{}\" is no level; {}", key, name, did_you_mean(name, kNames)));
      }
    }
    return levels;
  }

  void read_when(const toml::table& when, Play& play) {
    const auto has = [&](std::string_view key) { return when.get(key) != nullptr; };
    const bool falls = has("falls_from") || has("falls_to");
    const bool rises = has("rises_from") || has("rises_to");
    if (falls + rises + has("stays_in") + has("chance_above") + has("loses_percent") +
            has("joins") !=
        1) {
      toml_.fail(&when,
                 "when is one of falls_from and falls_to, rises_from and rises_to, stays_in with "
                 "for_days, chance_above, loses_percent, joins");
      return;
    }
    if (has("joins")) {
      play.trigger = PlayTrigger::joins;
      toml_.allow_only(when, {"joins"});
      if (!toml_.boolean(when, "joins").value_or(true)) {
        toml_.fail(when.get("joins"), "joins is true, or not there");
      }
    } else if (falls) {
      play.trigger = PlayTrigger::falls;
      toml_.allow_only(when, {"falls_from", "falls_to"});
      play.from = levels(when, "falls_from");
      play.to = levels(when, "falls_to");
    } else if (rises) {
      play.trigger = PlayTrigger::rises;
      toml_.allow_only(when, {"rises_from", "rises_to", "first"});
      play.from = levels(when, "rises_from");
      play.to = levels(when, "rises_to");
      play.only_first = toml_.boolean(when, "first").value_or(false);
    } else if (has("stays_in")) {
      play.trigger = PlayTrigger::stays;
      toml_.allow_only(when, {"stays_in", "for_days"});
      play.to = levels(when, "stays_in");
      play.days = number(when, "for_days", 1, 3'650).value_or(14);
    } else if (has("chance_above")) {
      play.trigger = PlayTrigger::chance;
      toml_.allow_only(when, {"chance_above"});
      play.percent = number(when, "chance_above", 1, 99).value_or(50);
    } else {
      play.trigger = PlayTrigger::loses;
      toml_.allow_only(when, {"loses_percent"});
      play.percent = number(when, "loses_percent", 1, 100).value_or(50);
    }
  }

  void check_message(const toml::table& table, const Play& play) {
    for (const std::string& name : placeholders_of(play.message)) {
      if (property_of_placeholder(name)) continue;
      if (std::ranges::find(kFilledIn, name) != kFilledIn.end()) continue;
      toml_.fail(table.get("message"),
                 fmt::format("{{{}}} is nothing that can be filled in; {}, or {{property.plan}}",
                             name, did_you_mean(name, kFilledIn)));
    }
  }

  /// `hours = "08:00-18:00"`.
  void read_hours(const toml::table& table, PlayHours& hours) {
    const auto text = toml_.text(table, "hours");
    if (!text) return;
    const auto minute = [&](std::size_t at) -> std::optional<int> {
      const auto digit = [&](std::size_t place) {
        const char one = (*text)[place];
        return one >= '0' && one <= '9' ? one - '0' : -1'000;
      };
      const int hour = digit(at) * 10 + digit(at + 1);
      const int within = digit(at + 3) * 10 + digit(at + 4);
      const bool is_good = (*text)[at + 2] == ':' && hour >= 0 && within >= 0 && within < 60 &&
                           hour * 60 + within <= 24 * 60;
      return is_good ? std::optional(hour * 60 + within) : std::nullopt;
    };
    const bool has_form = text->size() == 11 && (*text)[5] == '-';
    const auto from = has_form ? minute(0) : std::nullopt;
    const auto to = has_form ? minute(6) : std::nullopt;
    if (!from || !to || *from >= *to) {
      toml_.fail(table.get("hours"), "hours are those of a day, like \"08:00-18:00\"");
      return;
    }
    hours.from_minute = *from;
    hours.to_minute = *to;
  }

  TomlReader toml_;
};

std::string when_words(const Play& play) {
  const auto direction = [&](std::string_view what) {
    std::string words(what);
    if (!play.from.empty()) words += " from " + words_of(play.from, " or ");
    if (!play.to.empty()) words += " to " + words_of(play.to, " or ");
    return words;
  };
  switch (play.trigger) {
    case PlayTrigger::falls:
      return direction("falls");
    case PlayTrigger::rises:
      return direction("rises") + (play.only_first ? " for the first time" : "");
    case PlayTrigger::stays:
      return fmt::format("has stood on {} for {} days", words_of(play.to, " or "), play.days);
    case PlayTrigger::chance:
      return fmt::format("is likelier than {} % to be silent for 30 days", play.percent);
    case PlayTrigger::loses:
      return fmt::format("has lost {} % of its points within 30 days", play.percent);
    case PlayTrigger::joins:
      return "came to be one of those meant within the last week";
  }
  return "";
}

}  // namespace

std::vector<std::string> placeholders_of(const std::string& message) {
  std::vector<std::string> names;
  for (std::size_t at = message.find('{'); at != std::string::npos; at = message.find('{', at)) {
    const std::size_t end = message.find('}', at);
    if (end == std::string::npos) break;
    names.push_back(message.substr(at + 1, end - at - 1));
    at = end;
  }
  return names;
}

std::optional<std::string> property_of_placeholder(std::string_view placeholder) {
  constexpr std::string_view kOfProperties = "property.";
  const bool is_one =
      placeholder.starts_with(kOfProperties) && placeholder.size() > kOfProperties.size();
  return is_one ? std::optional(std::string(placeholder.substr(kOfProperties.size())))
                : std::nullopt;
}

std::string play_words(const Play& play) {
  std::string words = fmt::format("When an account {}", when_words(play));
  const std::size_t conditions = play.where.size() + play.unless.size();
  if (conditions > 0) {
    words +=
        fmt::format(", if its properties meet {}",
                    conditions == 1 ? "a condition" : fmt::format("{} conditions", conditions));
  }
  if (play.onboarded) {
    words += *play.onboarded ? ", once it is onboarded" : ", while it is not onboarded";
  }
  if (play.with_new) words += ", new ones too";
  if (play.most_a_week) words += fmt::format("; {} a week at most", *play.most_a_week);
  if (play.most_an_owner) {
    words += fmt::format("; {} a week for each {} at most", *play.most_an_owner, play.owner);
  }
  if (play.hold_out_percent > 0) {
    words += fmt::format("; {} % are held out to tell whether it helps", play.hold_out_percent);
  }
  return words + ".";
}

Result<std::vector<Play>> parse_plays(std::string_view text, std::string_view source) {
  const auto parsed = parse_toml(text, source);
  if (!parsed) return parsed.error();
  return PlayReader(source).read(*parsed);
}

}  // namespace tidemark
