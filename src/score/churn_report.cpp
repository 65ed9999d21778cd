#include "score/churn_report.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "score/account_facts.h"
#include "score/loaded_activity.h"

namespace tidemark {
namespace {

constexpr int kDefaultDays = 120;
constexpr int kLookBackDays = 365;
constexpr int kSurvivalStep = 30;
constexpr int kSurvivalDays = 360;

using CountsByLevel = std::array<SilenceCount, kLevelCount>;

std::array<SilenceRate, kLevelCount> rates_of(const CountsByLevel& counts) {
  std::array<SilenceRate, kLevelCount> rates;
  for (std::size_t level = 0; level < kLevelCount; ++level) {
    rates[level] = counts[level].rate();
  }
  return rates;
}

/// Whether the episode, detected by then, goes on at the end of the day.
bool is_silent_on(Day day, const ChurnEpisode& episode) {
  return !episode.returned || *episode.returned > day;
}

/// Whether all 30 days after the day lie within the silence.
bool is_silent_after(Day day, const ChurnEpisode& episode) {
  return episode.churned <= day && (!episode.returned || *episode.returned > day + kSilentDays);
}

/// The days accounts are said to have left, by account.
Result<std::map<AccountNumber, Day>> stated_days(Store& store, TimeZone zone) {
  const auto statements = store.account_statements({"cancelled_at", "churned_at"});
  if (!statements) return statements.error();
  DayReader reader(zone);
  std::map<AccountNumber, Day> stated;
  for (const Statement& statement : *statements) {
    if (const auto day = day_of_value(statement.value, reader)) stated[statement.account] = *day;
  }
  return stated;
}

/// Month-ends of the look-back whose 30 days after are known.
std::vector<Day> month_ends(const PublishedRules& rules, Day known) {
  std::vector<Day> days;
  for (const PublishedDay& published : rules.days()) {
    const Day day = published.day;
    const bool is_recent = day > known - kSilentDays - kLookBackDays && day <= known - kSilentDays;
    if (is_recent && month_end(day) == day) days.push_back(day);
  }
  return days;
}

class Report {
 public:
  Report(Store& store, const PublishedRules& rules, TimeZone zone, const Cores& cores)
      : store_(store), rules_(rules), zone_(zone), cores_(cores) {}

  Result<ChurnReport> make(DayRange days) {
    report_.days = days;
    auto activity = load_activity(store_, rules_.on(days.last)->definition, cores_);
    if (!activity) return activity.error();
    activity_ = std::make_unique<LoadedActivity>(*std::move(activity));
    scored_.emplace(activity_->scored(cores_));
    const auto stated = stated_days(store_, zone_);
    if (!stated) return stated.error();
    if (auto listed = list_accounts(*stated); !listed) return listed.error();
    if (auto followed = follow_cohorts(); !followed) return followed.error();
    list_stated(*stated);
    return std::move(report_);
  }

 private:
  const std::string& id_of(AccountNumber account) const { return activity_->account_ids[account]; }

  Result<void> list_accounts(const std::map<AccountNumber, Day>& stated) {
    const Day known = report_.days.last;
    SilenceCount came_back, came_back_in_60;
    for (const ChurnEpisode& episode : churn_episodes(*scored_, report_.days, known, cores_)) {
      ChurnReport::Account account{id_of(episode.account), episode, {}, {}, {}, {}};
      const Day then = episode.churned;
      account.why =
          term_differences(score_terms(*activity_, *scored_, episode.account, then - kSilentDays),
                           score_terms(*activity_, *scored_, episode.account, then));
      if (const auto day = stated.find(episode.account); day != stated.end()) {
        account.stated = day->second;
      }
      const auto judge = [&](SilenceCount& back, int days) {
        const Day judged_on = episode.detected() + days;
        if (judged_on <= known) back.add(episode.returned && *episode.returned <= judged_on);
      };
      judge(came_back, kSilentDays);
      judge(came_back_in_60, 2 * kSilentDays);
      report_.accounts.push_back(std::move(account));
    }
    report_.came_back = came_back.rate();
    report_.came_back_in_60 = came_back_in_60.rate();
    std::ranges::sort(report_.accounts, {}, [](const ChurnReport::Account& account) {
      return std::tuple(-account.episode.churned.number, std::string_view(account.id));
    });
    // What was published of each on its churn day, from one pass over the records.
    const auto records = store_.records_within({rules_.days().front().day, known});
    if (!records) return records.error();
    std::map<AccountNumber, std::vector<LevelRecord>> by_account;
    for (const ChurnReport::Account& account : report_.accounts) {
      by_account[account.episode.account];
    }
    for (const LevelRecord& record : *records) {
      const auto wanted = by_account.find(record.account);
      if (wanted != by_account.end()) wanted->second.push_back(record);
    }
    for (ChurnReport::Account& account : report_.accounts) {
      const auto& of_account = by_account[account.episode.account];
      const auto after =
          std::ranges::upper_bound(of_account, account.episode.churned, {}, &LevelRecord::day);
      if (after == of_account.begin()) continue;
      account.level = std::prev(after)->standing.level;
      account.points = std::prev(after)->points;
    }
    return {};
  }

  Result<void> follow_cohorts() {
    const Day known = report_.days.last;
    const std::vector<Day> days = month_ends(rules_, known);
    if (days.empty()) return {};
    const auto episodes = churn_episodes(*scored_, {kFirstDay, known}, known, cores_);
    std::map<AccountNumber, std::vector<ChurnEpisode>> by_account;
    for (const ChurnEpisode& episode : episodes) by_account[episode.account].push_back(episode);
    CountsByLevel all{};
    std::array<std::vector<Duration>, kLevelCount> durations;
    for (const Day day : days) {
      const auto records = store_.records_as_of(day);
      if (!records) return records.error();
      CountsByLevel counts{};
      for (const LevelRecord& record : *records) {
        const std::size_t level = index_of(record.standing.level);
        if (record.standing.level == Level::inactive) continue;
        Duration lasted{known - day, false};
        bool has_left = false;
        if (const auto found = by_account.find(record.account); found != by_account.end()) {
          const auto next =
              std::ranges::upper_bound(found->second, day, {}, &ChurnEpisode::detected);
          // Who had churned by then cannot leave again, though a longer window still holds points.
          if (next != found->second.begin() && is_silent_on(day, *std::prev(next))) continue;
          if (next != found->second.end()) {
            lasted = {next->detected() - day, true};
            has_left = is_silent_after(day, *next);
          }
        }
        counts[level].add(has_left);
        durations[level].push_back(lasted);
      }
      for (std::size_t level = 0; level < kLevelCount; ++level) {
        all[level] += counts[level];
      }
      report_.months.push_back({day, rates_of(counts)});
    }
    report_.by_level = rates_of(all);
    std::vector<int> steps;
    for (int step = kSurvivalStep; step <= kSurvivalDays; step += kSurvivalStep) {
      steps.push_back(step);
    }
    for (std::size_t level = 0; level < kLevelCount; ++level) {
      report_.survival[level] = survival_curve(std::move(durations[level]), steps);
    }
    return {};
  }

  void list_stated(const std::map<AccountNumber, Day>& stated) {
    const Day known = report_.days.last;
    std::vector<ActiveDay> active;
    for (const auto& [account, day] : stated) {
      if (day < report_.days.first || day > known) continue;
      ChurnReport::StatedChurn churn{id_of(account), day, {}, true};
      if (const auto first = scored_->first_day(account); first && *first <= known) {
        scored_->active_days(account, {*first, known}, active);
        churn.last_active = active.back().day;
        churn.is_silent = *churn.last_active <= known - kSilentDays;
      }
      report_.stated.push_back(std::move(churn));
    }
    std::ranges::sort(report_.stated, {}, [](const ChurnReport::StatedChurn& churn) {
      return std::pair(churn.stated, std::string_view(churn.id));
    });
  }

  Store& store_;
  const PublishedRules& rules_;
  TimeZone zone_;
  const Cores& cores_;
  std::unique_ptr<LoadedActivity> activity_;
  std::optional<ScoredActivity> scored_;
  ChurnReport report_;
};

}  // namespace

Result<ChurnReport> report_churn(Store& store, std::optional<Day> from, std::optional<Day> to,
                                 TimeZone zone, const Cores& cores) {
  const auto rules = PublishedRules::load(store);
  if (!rules) return rules.error();
  const auto last = rules->day_or_last(to);
  if (!last) return last.error();
  const DayRange days{from.value_or((*last)->day - (kDefaultDays - 1)), (*last)->day};
  if (days.first > days.last) {
    return Error{ErrorKind::invalid_input, fmt::format("{} is after {}: give the earlier day first",
                                                       day_text(days.first), day_text(days.last))};
  }
  return Report(store, *rules, zone, cores).make(days);
}

}  // namespace tidemark
