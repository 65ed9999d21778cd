#include "evidence/backtest.h"

#include <algorithm>
#include <numeric>

#include "evidence/calibration.h"
#include "scoring/window.h"

namespace tidemark {
namespace {

constexpr int kReversedWithin = 14;
constexpr std::array kLeadDays = {7, 14, 30, 60};

/// What each predictor says of an account on a month-end: the larger, the likelier to leave.
struct Judged {
  std::array<double, kPredictors> risk{};
  Level level = Level::inactive;
  bool left = false;
};

std::vector<Forecast> forecasts_of(const std::vector<Judged>& judged, std::size_t predictor) {
  std::vector<Forecast> forecasts;
  forecasts.reserve(judged.size());
  for (const Judged& account : judged) forecasts.push_back({account.risk[predictor], account.left});
  return forecasts;
}

class Walk {
 public:
  Walk(const KnownActivity& activity, const Signals& signals, const Definition& definition,
       const std::vector<AccountFacts>& facts, const Cores& cores)
      : activity_(activity),
        signals_(signals),
        definition_(definition),
        cores_(cores),
        all_(activity.all, signals, definition, facts, cores),
        known_(activity.in_time, signals, definition, facts, cores),
        latest_(nothing_published(activity.all.accounts())),
        trails_(activity.all.accounts()),
        last_moves_(activity.all.accounts()) {}

  Backtest over(DayRange months, Day known, const std::function<void(Day)>& on_progress) {
    months_ = months;
    if (all_.days().length() == 0) return std::move(backtest_);
    for (Day day = all_.days().first; day <= months.last;) {
      const Day last = std::min(months.last, month_end(day));
      publish_days({day, last});
      learn_what_came_by(last);
      if (is_month_end(last)) {
        if (last >= months.first && last + kSilentDays <= known) {
          judge_month(last);
          on_progress(last);
        }
        calibrate_on(last);
      }
      day = last + 1;
    }
    find_lead_times(known);
    sum_up();
    return std::move(backtest_);
  }

 private:
  struct Move {
    Day day;
    Level from = Level::inactive;
    Level to = Level::inactive;
  };

  void publish_days(DayRange days) {
    const LevelLadder ladder(definition_, cuts_);
    while (days.length() > 0) {
      const auto held = std::ranges::lower_bound(activity_.held, days.first);
      const Day stop =
          held == activity_.held.end() ? days.last + 1 : std::min(*held, days.last + 1);
      if (stop == days.first) {
        note_days({stop, stop}, publish_held(known_, ladder, stop, latest_, cores_));
        days.first = stop + 1;
      } else {
        const DayRange free{days.first, stop - 1};
        note_days(free,
                  publish_changes(known_, ladder, free, Beginning::continued, latest_, cores_));
        days.first = stop;
      }
    }
  }

  void note_days(DayRange days, const Publication& publication) {
    for (const Change& change : publication.changes) {
      note_level(change.account, days.first, change.from);
      note_level(change.account, change.day, change.to);
      note_move(change);
    }
    // Who starts on a ladder does so without a change.
    for (const LevelRecord& record : latest_) {
      if (record.day != Day{}) note_level(record.account, days.first, record.standing.level);
    }
    for (int at = 0; at < days.length(); ++at) {
      if (days.first + at < months_.first) continue;
      const LevelCounts& counts = publication.accounts_by_day[static_cast<std::size_t>(at)];
      backtest_.account_days += std::accumulate(counts.begin(), counts.end(), std::int64_t{0}) -
                                counts[index_of(Level::inactive)];
    }
  }

  /// The account's level is this from the day on, if it was not before.
  void note_level(AccountNumber account, Day day, Level level) {
    auto& trail = trails_[account];
    const Level before = trail.empty() ? Level::inactive : trail.back().second;
    if (level != before) trail.emplace_back(day, level);
  }

  void note_move(const Change& change) {
    if (!is_on_ladder(change.from) || !is_on_ladder(change.to)) return;
    Move& last = last_moves_[change.account];
    if (change.day >= months_.first) {
      ++backtest_.moves;
      const bool takes_back = last.from == change.to && last.to == change.from &&
                              change.day - last.day <= kReversedWithin;
      backtest_.reversed += takes_back ? 1 : 0;
    }
    last = {change.day, change.from, change.to};
  }

  void learn_what_came_by(Day day) {
    std::vector<Occurrence> came;
    for (; next_late_ < activity_.late.size() && activity_.late[next_late_].arrived <= day;
         ++next_late_) {
      came.push_back(activity_.late[next_late_].occurrence);
    }
    if (came.empty()) return;
    activity_.in_time.extend(came);
    known_.follow(came, signals_, definition_);
  }

  void calibrate_on(Day day) {
    const bool is_due = definition_.levels.recalibrate == Recalibrate::monthly || !cuts_;
    if (!is_due) return;
    if (const auto made = calibrate(day, take_samples(known_, day, cores_)).cuts) cuts_ = made;
  }

  std::int64_t actions_in_window(AccountNumber account, Day day) const {
    std::int64_t actions = 0;
    activity_.in_time.for_each_cell(account, definition_.window_until(day),
                                    [&](Day, std::uint32_t kind) {
                                      if (known_.points().of_kind[kind].engages) {
                                        actions += activity_.in_time.kinds()[kind].count;
                                      }
                                    });
    return actions;
  }

  std::vector<Judged> judge_accounts(Day day, const SilenceModel* model) const {
    const std::vector<AccountNumber> accounts = every_account(all_);
    const auto snapshots = silence_snapshots(known_, accounts, {day}, cores_);
    // What came of them is read from what is known today, which is more where some came late.
    std::vector<bool> left(all_.accounts());
    for (const SilenceSnapshot& outcome :
         activity_.late.empty() ? snapshots : silence_snapshots(all_, accounts, {day}, cores_)) {
      left[outcome.account] = outcome.left;
    }
    std::vector<Judged> judged(snapshots.size());
    constexpr std::size_t kPerRange = 512;
    cores_.for_ranges(
        snapshots.size(), kPerRange, [&](std::size_t first, std::size_t last, unsigned) {
          AccountDays memory;
          for (std::size_t at = first; at < last; ++at) {
            const auto& [account, when, signs, ignored] = snapshots[at];
            const Window window =
                SlidingWindow::over(known_, account, {when, when}, memory).move_to(when);
            judged[at] = {
                {-static_cast<double>(window.points().milli),
                 model != nullptr ? model->probability(signs) : 0,
                 -static_cast<double>(actions_in_window(account, when)),
                 -static_cast<double>(window.engaged_days), static_cast<double>(signs.silent_days)},
                latest_[account].standing.level,
                left[account]};
          }
        });
    return judged;
  }

  void judge_month(Day day) {
    const auto fitted = SilenceModel::fit(known_, day, cores_);
    const auto* model = std::get_if<SilenceModel>(&fitted);
    const std::vector<Judged> judged = judge_accounts(day, model);
    BacktestMonth month{day, {}, {}, {}, model != nullptr};
    SilenceCount all;
    std::array<SilenceCount, kLevelCount> by_level;
    for (const Judged& account : judged) {
      all.add(account.left);
      by_level[index_of(account.level)].add(account.left);
      by_level_[index_of(account.level)].add(account.left);
    }
    month.all = all.rate();
    for (std::size_t level = 0; level < kLevelCount; ++level) {
      month.by_level[level] = by_level[level].rate();
    }
    backtest_.accounts_active += all.all;
    backtest_.accounts_above_low +=
        by_level[index_of(Level::medium)].all + by_level[index_of(Level::high)].all;
    cores_.for_ranges(kPredictors, 1, [&](std::size_t first, std::size_t last, unsigned) {
      for (std::size_t predictor = first; predictor < last; ++predictor) {
        if (static_cast<Predictor>(predictor) == Predictor::probability && model == nullptr)
          continue;
        const Ranking ranking(forecasts_of(judged, predictor));
        month.auc[predictor] = ranking.area_under_roc();
        precisions_[predictor].push_back(ranking.average_precision());
        lifts_[predictor].push_back(ranking.lift_of_riskiest_tenth());
      }
    });
    if (model != nullptr) {
      const auto said = forecasts_of(judged, static_cast<std::size_t>(Predictor::probability));
      probabilities_.insert(probabilities_.end(), said.begin(), said.end());
    }
    backtest_.months.push_back(month);
  }

  std::optional<Level> level_on(AccountNumber account, Day day) const {
    const auto& trail = trails_[account];
    const auto after = std::ranges::upper_bound(
        trail, day, {}, [](const std::pair<Day, Level>& step) { return step.first; });
    if (after == trail.begin()) return std::nullopt;
    return std::prev(after)->second;
  }

  void find_lead_times(Day known) {
    const DayRange detected{months_.first + kSilentDays,
                            std::min(months_.last + kSilentDays, known)};
    if (detected.length() <= 0) return;
    const auto episodes = churn_episodes(all_, detected, known, cores_);
    for (const int days : kLeadDays) {
      SilenceCount low;
      for (const ChurnEpisode& episode : episodes) {
        const auto level = level_on(episode.account, episode.churned - days);
        if (!level || *level == Level::inactive || *level == Level::engaged) continue;
        low.add(*level == Level::low || *level == Level::none);
      }
      backtest_.lead_times.push_back({days, low.rate()});
    }
  }

  void sum_up() {
    for (std::size_t predictor = 0; predictor < kPredictors; ++predictor) {
      std::vector<std::optional<double>> aucs;
      for (const BacktestMonth& month : backtest_.months) aucs.push_back(month.auc[predictor]);
      backtest_.predictors[predictor] = {mean_of(aucs), mean_of(precisions_[predictor]),
                                         mean_of(lifts_[predictor])};
    }
    backtest_.brier = brier_score(probabilities_);
    backtest_.calibration = reliability(std::move(probabilities_));
    SilenceCount above_low;
    for (std::size_t level = 0; level < kLevelCount; ++level) {
      backtest_.by_level[level] = by_level_[level].rate();
    }
    for (const Level level : {Level::medium, Level::high}) {
      above_low += by_level_[index_of(level)];
    }
    backtest_.above_low = above_low.rate();
  }

  const KnownActivity& activity_;
  const Signals& signals_;
  const Definition& definition_;
  const Cores& cores_;
  ScoredActivity all_;
  ScoredActivity known_;
  DayRange months_{Day{0}, Day{-1}};
  std::optional<Cuts> cuts_;
  std::vector<LevelRecord> latest_;
  std::vector<std::vector<std::pair<Day, Level>>> trails_;  // of each account, where levels begin
  std::vector<Move> last_moves_;
  std::size_t next_late_ = 0;
  std::vector<Forecast> probabilities_;
  std::array<SilenceCount, kLevelCount> by_level_;
  std::array<std::vector<std::optional<double>>, kPredictors> precisions_;
  std::array<std::vector<std::optional<double>>, kPredictors> lifts_;
  Backtest backtest_;
};

}  // namespace

std::string_view predictor_name(Predictor predictor) {
  constexpr std::array<std::string_view, kPredictors> kNames = {"score", "probability", "actions",
                                                                "engaged days", "recency"};
  return kNames[static_cast<std::size_t>(predictor)];
}

Backtest run_backtest(const KnownActivity& activity, const Signals& signals,
                      const Definition& definition, const std::vector<AccountFacts>& facts,
                      DayRange months, Day known, const Cores& cores,
                      const std::function<void(Day)>& on_progress) {
  CHECK(months.last <= known);
  return Walk(activity, signals, definition, facts, cores).over(months, known, on_progress);
}

}  // namespace tidemark
