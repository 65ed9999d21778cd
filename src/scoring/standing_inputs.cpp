#include "scoring/standing_inputs.h"

#include <algorithm>

namespace tidemark {

StandingInputs::StandingInputs(const History& history, const Signals& signals,
                               const Definition& definition, std::vector<AccountFacts> facts,
                               const Cores& cores)
    : window_days_(definition.window_days),
      milestones_(definition.milestones),
      tenure_(definition.tenure),
      traits_(definition.traits),
      facts_(std::move(facts)) {
  const auto add_mark = [&](const Rule& rule, const std::optional<int>& within_days) {
    // What is no activity counts for nothing, whichever rule names it.
    const bool is_ignored = rule.is_plain() && std::ranges::binary_search(definition.not_activity,
                                                                          rule.any.front().name);
    marks_.push_back({is_ignored ? std::nullopt : signals.number_of(rule), within_days});
  };
  for (const Milestone& milestone : milestones_) add_mark(milestone.when, milestone.within_days);
  if (definition.onboarding) {
    for (const std::string& step : definition.onboarding->steps) {
      add_mark(Rule::of_event(step), definition.onboarding->within_days);
    }
  }
  if (!marks_.empty()) find_first_times(history, signals, cores);
}

void StandingInputs::find_first_times(const History& history, const Signals& signals,
                                      const Cores& cores) {
  constexpr std::size_t kAccountsPerRange = 1024;
  std::vector<std::vector<std::size_t>> marks_of(signals.size());
  for (std::size_t mark = 0; mark < marks_.size(); ++mark) {
    if (const auto signal = marks_[mark].signal) marks_of[*signal].push_back(mark);
  }
  first_times_.assign(history.accounts() * marks_.size(), kNever);
  cores.for_ranges(
      history.accounts(), kAccountsPerRange, [&](std::size_t begin, std::size_t end, unsigned) {
        for (std::size_t account = begin; account < end; ++account) {
          std::uint16_t* first_times = &first_times_[account * marks_.size()];
          history.for_each_cell(
              static_cast<AccountNumber>(account), history.days(),
              [&](Day day, std::uint32_t kind) {
                for (const std::size_t mark : marks_of[history.kinds()[kind].signal]) {
                  first_times[mark] =
                      std::min(first_times[mark], static_cast<std::uint16_t>(day - kFirstDay));
                }
              });
        }
      });
}

void StandingInputs::follow(const std::vector<Occurrence>& occurrences, std::size_t accounts) {
  if (marks_.empty()) return;
  first_times_.resize(accounts * marks_.size(), kNever);
  for (const Occurrence& occurrence : occurrences) {
    for (std::size_t mark = 0; mark < marks_.size(); ++mark) {
      if (marks_[mark].signal != occurrence.signal) continue;
      std::uint16_t& first_time = first_times_[occurrence.account * marks_.size() + mark];
      first_time = std::min(first_time, occurrence.day);
    }
  }
}

Day StandingInputs::created(AccountNumber account, Day first_day) const {
  return account < facts_.size() ? facts_[account].created.value_or(first_day) : first_day;
}

std::optional<Day> StandingInputs::mark_day(AccountNumber account, std::size_t mark,
                                            Day created) const {
  const std::size_t at = account * marks_.size() + mark;
  if (at >= first_times_.size() || first_times_[at] == kNever) return std::nullopt;
  const Day done = kFirstDay + first_times_[at];
  const auto within_days = marks_[mark].within_days;
  return within_days && done - created > *within_days ? std::nullopt : std::optional(done);
}

std::vector<std::optional<Day>> StandingInputs::onboarding_days(AccountNumber account,
                                                                Day first_day) const {
  std::vector<std::optional<Day>> days;
  const Day creation = created(account, first_day);
  for (std::size_t mark = milestones_.size(); mark < marks_.size(); ++mark) {
    days.push_back(mark_day(account, mark, creation));
  }
  return days;
}

std::optional<Day> StandingInputs::settled_from(AccountNumber account, Day first_day) const {
  Day settled = first_day + window_days_;
  if (marks_.size() == milestones_.size()) return settled;
  for (const std::optional<Day>& done : onboarding_days(account, first_day)) {
    if (!done) return std::nullopt;
    settled = std::max(settled, *done);
  }
  return settled;
}

void StandingInputs::steps(AccountNumber account, Day first_day, DayRange days,
                           std::vector<StandingStep>& steps) const {
  steps.clear();
  if (!have_points()) return;
  std::vector<Day> turns{days.first};
  const auto may_turn = [&](Day day) {
    if (days.first < day && day <= days.last) turns.push_back(day);
  };
  const Day creation = created(account, first_day);
  for (std::size_t at = 0; at < milestones_.size(); ++at) {
    if (const auto done = mark_day(account, at, creation)) may_turn(*done);
  }
  if (tenure_) {
    const int first_period = std::max(1, (days.first - creation) / kTenurePeriodDays);
    for (Day day = creation + first_period * kTenurePeriodDays; day <= days.last;
         day = day + kTenurePeriodDays) {
      may_turn(day);
    }
  }
  if (account < facts_.size()) {
    for (const auto& value : facts_[account].trait_values) may_turn(value.since);
  }
  std::ranges::sort(turns);
  turns.erase(std::ranges::unique(turns).begin(), turns.end());
  for (const Day day : turns) {
    const Points points = on(account, first_day, day);
    if (steps.empty() || steps.back().points != points) steps.push_back({day, points});
  }
}

}  // namespace tidemark
