#include "score/explanation_words.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace tidemark {
namespace {

Points size_of(Points points) { return Points{std::abs(points.milli)}; }

std::string_view noun_of(Points points) {
  return readable_points(points) == "1" ? "point" : "points";
}

std::string points_words(Points points) {
  return fmt::format("{} {}", readable_points(points), noun_of(points));
}

/// What earned most of some parts: an action, on a day or by somebody.
struct Most {
  std::size_t action = 0;
  Points points;
  Day day;
  Points on_day;
  std::size_t user = 0;
  Points by_user;
};

Most most_of(const std::vector<UserPoints>& parts) {
  std::map<std::size_t, Points> by_action;
  for (const UserPoints& part : parts) by_action[part.action] += part.points;
  Most most;
  for (const auto& [action, points] : by_action) {
    if (points > most.points) most = {action, points, {}, {}, 0, {}};
  }
  std::map<Day, Points> by_day;
  std::map<std::size_t, Points> by_user;
  for (const UserPoints& part : parts) {
    if (part.action != most.action) continue;
    by_day[part.day] += part.points;
    by_user[part.user] += part.points;
  }
  for (const auto& [day, points] : by_day) {
    if (points > most.on_day) std::tie(most.day, most.on_day) = std::pair(day, points);
  }
  for (const auto& [user, points] : by_user) {
    if (points > most.by_user) std::tie(most.user, most.by_user) = std::pair(user, points);
  }
  return most;
}

/// How much of the whole the largest part is; the part follows.
std::string_view share_words(Points part, Points whole) {
  if (part == whole) return "all from ";
  return part.milli * 2 >= whole.milli ? "mostly from " : "the largest part from ";
}

std::string move_words(const Explanation& explanation) {
  const auto& [from, to] = std::tie(explanation.from, explanation.to);
  const Points difference = to.points - from.points;
  std::string words =
      difference.milli == 0
          ? fmt::format("As many points as on {}: {}", readable_day(from.day),
                        readable_points(to.points))
          : fmt::format("{} {} {} than on {}: from {} to {}", readable_points(size_of(difference)),
                        difference.milli < 0 ? "fewer" : "more", noun_of(size_of(difference)),
                        readable_day(from.day), readable_points(from.points),
                        readable_points(to.points));
  if (from.level && to.level && *from.level != *to.level) {
    words += fmt::format("; the level went from {} to {}", level_name(*from.level),
                         level_name(*to.level));
  }
  return words + ".";
}

std::string ledger_words(const Explanation& explanation) {
  std::vector<std::string> parts;
  if (const Points expired = explanation.expired.sum(); expired.milli > 0) {
    std::string part = fmt::format("{} expired", points_words(expired));
    if (const Most most = most_of(explanation.expired.actions); most.points.milli > 0) {
      part += fmt::format(
          ", {}{}{}", share_words(most.points, expired), explanation.actions[most.action],
          most.on_day.milli * 2 > most.points.milli ? fmt::format(" of {}", readable_day(most.day))
                                                    : "");
    }
    parts.push_back(std::move(part));
  }
  if (const Points earned = explanation.earned.sum(); earned.milli > 0) {
    // Of more than a window's days only what still counts is left to be told.
    const bool is_long = explanation.to.day - explanation.from.day > explanation.window_days;
    std::string part =
        fmt::format("{} {}", points_words(earned), is_long ? "earned since still count" : "earned");
    if (const Most most = most_of(explanation.earned.actions); most.points.milli > 0) {
      part +=
          fmt::format(", {}{}", share_words(most.points, earned), explanation.actions[most.action]);
      if (most.by_user.milli * 2 > most.points.milli) {
        part += fmt::format(" by {}", user_words(explanation.users[most.user]));
      }
    }
    parts.push_back(std::move(part));
  }
  if (parts.empty()) return "";
  return fmt::format("{}.", fmt::join(parts, "; "));
}

/// What is neither earned nor expired.
std::string other_words(const Explanation& explanation) {
  std::vector<std::string> parts;
  const auto add = [&](Points points, std::string_view why) {
    if (points.milli == 0) return;
    parts.push_back(fmt::format("{}{} {}", points.milli < 0 ? "−" : "+",
                                readable_points(size_of(points)), why));
  };
  for (const TermDifference& term : explanation.standing) {
    add(term.points, fmt::format("from {}", term.label));
  }
  Points by_definition;
  for (const TermDifference& term : explanation.by_definition) by_definition += term.points;
  add(by_definition, "because the definition changed");
  add(explanation.merge, "because accounts were merged or parted");
  add(explanation.late, "from events that came late, for days before");
  add(explanation.unknown, "from events that came after the later day was published");
  return parts.empty() ? "" : fmt::format("Beside that {}.", fmt::join(parts, ", "));
}

std::string who_words(const Explanation& explanation) {
  std::string words;
  for (const Explanation::SilentChampion& champion : explanation.silent_champions) {
    if (!words.empty()) words += ' ';
    words +=
        fmt::format("{}, who earned {:.0f} % of what actions earned before, was last seen on {}.",
                    user_words(explanation.users[champion.user]), champion.share * 100,
                    readable_day(champion.last_day));
  }
  if (explanation.carriers.empty()) {
    return words.empty()
               ? fmt::format("Nobody earned points in the last {} days.", explanation.window_days)
               : words;
  }
  Points all;
  for (const Explanation::Carrier& carrier : explanation.carriers) all += carrier.points;
  const Explanation::Carrier& first = explanation.carriers.front();
  const std::string user = user_words(explanation.users[first.user]);
  if (!words.empty()) words += ' ';
  if (explanation.carriers.size() == 1) {
    return words + fmt::format("Nobody but {} earned points in the last {} days.", user,
                               explanation.window_days);
  }
  return words +
         fmt::format(
             "{} people earned points in the last {} days; {} earned {:.0f} % of "
             "them.",
             explanation.carriers.size(), explanation.window_days, user,
             100 * static_cast<double>(first.points.milli) / static_cast<double>(all.milli));
}

std::string use_words(const Explanation& explanation) {
  const auto listed = [&](const std::vector<Explanation::ActionUse>& uses) {
    std::vector<std::string> names;
    for (const Explanation::ActionUse& use : uses) {
      names.push_back(
          fmt::format("{} ({})", explanation.actions[use.action], readable_day(use.day)));
    }
    return fmt::format("{}", fmt::join(names, ", "));
  };
  std::string words;
  if (!explanation.dropped.empty()) {
    words = fmt::format("Not used for 30 days: {}.", listed(explanation.dropped));
  }
  if (!explanation.adopted.empty()) {
    words += fmt::format("{}Used for the first time: {}.", words.empty() ? "" : " ",
                         listed(explanation.adopted));
  }
  return words;
}

/// Where the cuts moved between the days; empty where they did not.
std::string cuts_words(const Explanation& explanation) {
  const auto& before = explanation.from.cuts;
  const auto& after = explanation.to.cuts;
  if (before == after || !after) return "";
  if (!before) {
    return fmt::format(
        "Levels were calibrated for the first time in between: low up to {} points, "
        "high above {}.",
        readable_points(after->low), readable_points(after->high));
  }
  return fmt::format(
      "The cuts moved: low is up to {} points ({} before), high above {} ({} before).",
      readable_points(after->low), readable_points(before->low), readable_points(after->high),
      readable_points(before->high));
}

/// How many levels it rose, or fell: below 0; 0 where it did not, or a level is not known.
int level_steps(const Explanation& explanation) {
  const auto& [from, to] = std::tie(explanation.from.level, explanation.to.level);
  if (!from || !to) return 0;
  // They are listed from the highest down.
  const auto place = [](Level level) { return std::ranges::find(kLevelsDownwards, level); };
  return static_cast<int>(place(*from) - place(*to));
}

/// A part of a difference, and what to say of it.
struct Cause {
  Points points;
  std::string words;
};

/// What an action earned and lost between the days.
Cause cause_of(const Explanation& explanation, std::size_t action, Points earned, Points expired) {
  const std::string& name = explanation.actions[action];
  const auto of_action = &Explanation::ActionUse::action;
  const auto dropped = std::ranges::find(explanation.dropped, action, of_action);
  const auto adopted = std::ranges::find(explanation.adopted, action, of_action);
  const Points sum = earned - expired;
  if (dropped != explanation.dropped.end()) {
    return {sum, fmt::format("{}: not used since {}", name, readable_day(dropped->day))};
  }
  if (adopted != explanation.adopted.end()) {
    return {sum,
            fmt::format("{}: used for the first time on {}", name, readable_day(adopted->day))};
  }
  return {sum, fmt::format("{}: {} earned, {} expired", name, points_words(earned),
                           readable_points(expired))};
}

std::vector<Cause> causes_of(const Explanation& explanation) {
  std::map<std::size_t, std::pair<Points, Points>> by_action;  // earned, expired
  for (const UserPoints& part : explanation.earned.actions) {
    by_action[part.action].first += part.points;
  }
  for (const UserPoints& part : explanation.expired.actions) {
    by_action[part.action].second += part.points;
  }
  std::vector<Cause> causes;
  for (const auto& [action, points] : by_action) {
    causes.push_back(cause_of(explanation, action, points.first, points.second));
  }
  const std::int64_t days =
      std::ssize(explanation.earned.engaged_days) - std::ssize(explanation.expired.engaged_days);
  causes.push_back(
      {explanation.earned.of_engaged_days - explanation.expired.of_engaged_days,
       fmt::format("{} engaged {} {}", std::abs(days), std::abs(days) == 1 ? "day" : "days",
                   days < 0 ? "fewer" : "more")});
  for (const TermDifference& term : explanation.standing) {
    causes.push_back({term.points, term.label});
  }
  Points by_definition;
  for (const TermDifference& term : explanation.by_definition) by_definition += term.points;
  causes.push_back({by_definition, "the definition changed"});
  causes.push_back({explanation.merge, "accounts were merged or parted"});
  causes.push_back({explanation.late, "events came late, for days before"});
  return causes;
}

}  // namespace

std::string user_words(const std::string& user) {
  return user.empty() ? "somebody without a user id" : user;
}

std::string explanation_reason(const Explanation& explanation) {
  const Points difference = explanation.to.points - explanation.from.points;
  const int steps = level_steps(explanation);
  if (difference.milli <= 0 && steps <= 0 && !explanation.silent_champions.empty()) {
    const Explanation::SilentChampion& champion = explanation.silent_champions.front();
    return fmt::format("{}, who earned {:.0f} % of its points, has been silent for {} days",
                       user_words(explanation.users[champion.user]), champion.share * 100,
                       explanation.to.day - champion.last_day);
  }
  if (steps < 0 && *explanation.to.level == Level::inactive) {
    return fmt::format("nobody did anything for {} days", explanation.window_days);
  }
  if (steps > 0 && *explanation.from.level == Level::inactive && difference.milli <= 0) {
    return "active again, but earned nothing";
  }
  // The level went another way than the points.
  if ((steps > 0 && difference.milli <= 0) || (steps < 0 && difference.milli >= 0)) {
    std::string moved = cuts_words(explanation);
    if (!moved.empty()) return moved;
    if (explanation.is_new) {
      return fmt::format("it is new: its points are {} for its age",
                         steps > 0 ? "enough" : "too few");
    }
    return "its points had crossed the cut days before, and stayed there";
  }
  const std::vector<Cause> causes = causes_of(explanation);
  const auto most = std::ranges::max_element(causes, {}, [&](const Cause& cause) {
    return difference.milli < 0 ? -cause.points.milli : cause.points.milli;
  });
  if (difference.milli != 0 && most->points.milli != 0) return most->words;
  const bool is_still = explanation.earned.sum().milli == 0 && explanation.expired.sum().milli == 0;
  return is_still ? "nothing was earned and nothing expired" : "as much was earned as expired";
}

std::vector<std::string> explanation_words(const Explanation& explanation) {
  std::vector<std::string> words{move_words(explanation),  ledger_words(explanation),
                                 other_words(explanation), who_words(explanation),
                                 use_words(explanation),   cuts_words(explanation)};
  std::erase(words, "");
  return words;
}

}  // namespace tidemark
