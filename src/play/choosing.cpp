#include "play/choosing.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include <fmt/format.h>

#include "activity/rule_matcher.h"
#include "base/sha256.h"
#include "score/account_listing.h"
#include "wire/play_toml.h"

namespace tidemark {
namespace {

constexpr int kWeek = 7;
constexpr std::int64_t kLeastToLose = 1'000;  // milli-points

class CandidateProperties final : public Properties {
 public:
  using Look = PropertyValue (*)(const std::vector<std::string>&, const PlayCandidate&,
                                 std::string_view);
  CandidateProperties(const PlayDay& day, const PlayCandidate& candidate, Look look)
      : day_(day), candidate_(candidate), look_(look) {}

  PropertyValue value_of(std::string_view name) const override {
    return look_(day_.property_names, candidate_, name);
  }

 private:
  const PlayDay& day_;
  const PlayCandidate& candidate_;
  Look look_;
};

bool is_one_of(Level level, const std::vector<Level>& levels) {
  return levels.empty() || std::ranges::find(levels, level) != levels.end();
}

bool has_come_about(const Play& play, Day day, const PlayCandidate& account) {
  const auto moved = [&](bool is_right_way) {
    return is_right_way && is_one_of(*account.moved_from, play.from) &&
           is_one_of(account.level, play.to);
  };
  switch (play.trigger) {
    case PlayTrigger::falls:
      return account.moved_from && moved(account.level < *account.moved_from);
    case PlayTrigger::rises:
      return account.moved_from && moved(account.level > *account.moved_from) &&
             !(play.only_first && account.highest_before >= account.level);
    case PlayTrigger::stays: {
      // For a week, so that whoever finds no room on the day itself may find it later.
      const int stood = day - account.since;
      return is_one_of(account.level, play.to) && stood >= play.days && stood < play.days + kWeek;
    }
    case PlayTrigger::chance:
      return account.chance && *account.chance * 100 > play.percent;
    case PlayTrigger::loses: {
      const std::int64_t had = account.points_before.milli;
      return had >= kLeastToLose && (had - account.points.milli) * 100 >= play.percent * had;
    }
    case PlayTrigger::joins:
      return true;  // that it is meant now, and was not a week ago
  }
  return false;
}

bool is_meant(const Play& play, const PlayDay& day, const PlayCandidate& account) {
  if (account.is_new && !play.with_new) return false;
  if (play.onboarded && *play.onboarded != account.is_onboarded) return false;
  const auto fits = [&](CandidateProperties::Look look) {
    const CandidateProperties properties(day, account, look);
    const auto holds_for = [&](const Condition& condition) { return holds(condition, properties); };
    return std::ranges::all_of(play.where, holds_for) &&
           std::ranges::none_of(play.unless, holds_for);
  };
  return fits(&property_of) && !(play.trigger == PlayTrigger::joins && fits(&property_before));
}

double at_stake(const Play& play, const PlayDay& day, const PlayCandidate& account) {
  const bool rises = play.trigger == PlayTrigger::rises;
  const Points held = rises ? account.points : std::max(account.points, account.points_before);
  const double worth =
      play.rank_by.empty()
          ? static_cast<double>(held.milli)
          : number_of(property_of(day.property_names, account, play.rank_by)).value_or(0);
  return play.trigger == PlayTrigger::chance ? worth * account.chance.value_or(0) : worth;
}

}  // namespace

bool is_held_out(const Play& play, const std::string& account) {
  if (play.hold_out_percent == 0) return false;
  const std::string digest = sha256(fmt::format("hold out\n{}\n{}", play.name, account));
  constexpr std::size_t kDigits = 8;
  std::uint32_t number = 0;
  std::from_chars(digest.data(), digest.data() + kDigits, number, 16);
  return number % 100 < static_cast<std::uint32_t>(play.hold_out_percent);
}

std::vector<PlayFiring> choose(const Play& play, const PlayDay& day,
                               std::span<const PlayFiring> before) {
  std::vector<PlayFiring> firings;
  if (day.is_held) return firings;
  std::set<std::string_view> lately;
  int this_week = 0;
  std::map<std::string, int> of_owner;
  for (const PlayFiring& firing : before) {
    if (firing.day > day.day - play.again_after_days) lately.insert(firing.account);
    if (firing.day <= day.day - kWeek || firing.is_held_out) continue;
    ++this_week;
    ++of_owner[firing.owner];
  }
  std::vector<std::pair<double, const PlayCandidate*>> due;
  for (const PlayCandidate& account : day.accounts) {
    if (!has_come_about(play, day.day, account) || lately.contains(account.account)) continue;
    if (is_meant(play, day, account)) due.emplace_back(at_stake(play, day, account), &account);
  }
  std::ranges::sort(due, [](const auto& one, const auto& other) {  // accounts lie by their ids
    return one.first != other.first ? one.first > other.first : one.second < other.second;
  });
  for (const auto& [stake, account] : due) {
    if (play.most_a_week && this_week >= *play.most_a_week) break;
    PlayFiring firing;
    firing.play = play.name;
    firing.account = account->account;
    firing.day = day.day;
    firing.is_held_out = is_held_out(play, account->account);
    if (!play.owner.empty())
      firing.owner = property_text(property_of(day.property_names, *account, play.owner));
    if (play.most_an_owner && of_owner[firing.owner] >= *play.most_an_owner) continue;
    firing.level = account->level;
    firing.moved_from = account->moved_from;
    firing.points = account->points;
    if (!firing.is_held_out) {
      ++this_week;
      ++of_owner[firing.owner];
    }
    firings.push_back(std::move(firing));
  }
  return firings;
}

std::string message_for(const Play& play, const std::vector<std::string>& names,
                        const PlayCandidate& candidate, const std::string& reason) {
  const auto filled_in = [&](std::string_view name) -> std::string {
    if (name == "account") return candidate.account;
    if (name == "play") return play.name;
    if (name == "do") return play.ask;
    if (name == "level") return std::string(level_name(candidate.level));
    if (name == "from")
      return std::string(level_name(candidate.moved_from.value_or(candidate.level)));
    if (name == "score") return candidate.score ? fmt::format("{}", *candidate.score) : "";
    if (name == "points") return readable_points(candidate.points);
    if (name == "chance") {
      return candidate.chance ? fmt::format("{:.0f} %", *candidate.chance * 100) : "unknown";
    }
    if (name == "reason") return reason;
    return property_text(property_of(names, candidate, property_of_placeholder(name).value_or("")));
  };
  std::string text;
  const std::string& message = play.message;
  std::size_t begin = 0;
  for (;;) {
    const std::size_t open = message.find('{', begin);
    const std::size_t close = open == std::string::npos ? open : message.find('}', open);
    if (close == std::string::npos) break;
    text += message.substr(begin, open - begin);
    text += filled_in(std::string_view(message).substr(open + 1, close - open - 1));
    begin = close + 1;
  }
  return text + message.substr(begin);
}

}  // namespace tidemark
