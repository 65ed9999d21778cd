#include "score/learning_report.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "activity/rule_matcher.h"
#include "score/loaded_activity.h"

namespace tidemark {
namespace {

constexpr std::size_t kMostUnscored = 30;
constexpr std::int64_t kFewestAccounts = 20;      // that had a signal, for it to be looked at
constexpr std::int64_t kFewestDays = 3;           // on which an account had it, on average
constexpr double kWorthHabit = 0.005;             // of area under the curve
constexpr std::array kTestedMonths = {12, 6, 3};  // as many as leave enough to learn from
constexpr double kMilliPointsOfBest = 5'000;  // of the best action, where nothing earns any today
constexpr int kIntervalDays = 365;

template <class T>
bool has(const std::vector<Action>& actions, const T& value, T Action::* member) {
  return std::ranges::find(actions, value, member) != actions.end();
}

/// How many accounts had each signal, and on how many days in all.
struct SignalUsers {
  std::int64_t accounts = 0;
  std::int64_t days = 0;
};
std::vector<SignalUsers> users_by_signal(const History& history, std::size_t signals) {
  std::vector<SignalUsers> users(signals);
  std::vector<std::size_t> last_seen(signals);  // account + 1
  for (std::size_t account = 0; account < history.accounts(); ++account) {
    history.for_each_cell(static_cast<AccountNumber>(account), history.days(),
                          [&](Day, std::uint32_t kind) {
                            const SignalNumber signal = history.kinds()[kind].signal;
                            ++users[signal].days;
                            if (last_seen[signal] == account + 1) return;
                            last_seen[signal] = account + 1;
                            ++users[signal].accounts;
                          });
  }
  return users;
}

/// The definition's actions, then the events most accounts had of which nobody scores any. What is
/// done once or twice, as steps of setting up are, is no use that goes on.
Definition candidates_of(const LoadedActivity& loaded) {
  Definition candidates = loaded.definition;
  const auto users = users_by_signal(loaded.history, loaded.signals.size());
  std::vector<RuleMatcher> scored;
  for (const Action& action : candidates.actions) scored.emplace_back(action.when);
  std::vector<std::size_t> unscored;
  for (std::size_t signal = 0; signal < loaded.signals.event_names.size(); ++signal) {
    const std::string& name = loaded.signals.event_names[signal];
    const auto& [accounts, days] = users[signal];
    if (accounts < kFewestAccounts || days < accounts * kFewestDays ||
        std::ranges::binary_search(candidates.not_activity, name) ||
        std::ranges::any_of(
            scored,
            [&](const RuleMatcher& rule) {
              return rule.of_name(name) != RuleMatcher::OfName::never;
            })) {
      continue;
    }
    unscored.push_back(signal);
  }
  std::ranges::sort(unscored, {},
                    [&](std::size_t signal) { return std::pair(-users[signal].accounts, signal); });
  unscored.resize(std::min(unscored.size(), kMostUnscored));
  for (const std::size_t signal : unscored) {
    const std::string& name = loaded.signals.event_names[signal];
    const bool is_taken = has(candidates.actions, name, &Action::name);
    Action action;
    action.name = is_taken ? name + " (event)" : name;
    action.when = Rule::of_event(name);
    candidates.actions.push_back(std::move(action));
  }
  return candidates;
}

/// Points for people to talk about: below ten to a tenth, else whole.
Points rounded(double milli_points) {
  const double step = milli_points < 10'000 ? 100 : 1000;
  const auto milli = static_cast<std::int64_t>(std::round(milli_points / step) * step);
  return std::min(Points{milli}, kMostPoints);
}

Points exact(double milli_points) {
  return Points{static_cast<std::int64_t>(std::round(milli_points))};
}

/// What was learned from a history up to a day.
class Lesson {
 public:
  Lesson(const History& history, const Signals& signals, const Definition& today,
         const Definition& candidates, const Cores& cores)
      : history_(history),
        signals_(signals),
        today_(today),
        candidates_(candidates),
        cores_(cores),
        activity_(history, signals, today, {}, cores) {}

  Result<void> learn(Day day) {
    const auto moments = moments_of(Teacher::silence, activity_, day, cores_);
    const Observations observations = inputs_on(history_, candidates_, signals_, moments, cores_);
    auto learned = learn_weights(observations, moments, today_.actions.size(),
                                 active_days_on(activity_, moments, cores_), cores_);
    if (const auto* too_few = std::get_if<TooFewToLearn>(&learned)) {
      return Error{
          ErrorKind::not_found,
          fmt::format("too few to learn from by {}: {} accounts fell silent for 30 days and {} did "
                      "not, {} of each are needed; import a longer history, or learn later",
                      day_text(day), too_few->accounts_left, too_few->accounts_stayed,
                      kFewestToLearn)};
    }
    silence_ = std::get<LearnedWeights>(std::move(learned));
    rates_ = signal_rates(observations);
    find_means(observations);
    find_habit_points(day);
    return {};
  }

  void learn_from_loyal(Day day) {
    const auto moments = moments_of(Teacher::loyalty, activity_, day, cores_);
    std::vector<AccountNumber> loyal;
    for (const Moment& moment : moments) {
      if (moment.stayed) loyal.push_back(moment.account);
    }
    interval_ = usage_interval(activity_, loyal, {day - (kIntervalDays - 1), day});
    auto learned =
        learn_weights(inputs_on(history_, candidates_, signals_, moments, cores_), moments,
                      today_.actions.size(), active_days_on(activity_, moments, cores_), cores_);
    if (auto* weights = std::get_if<LearnedWeights>(&learned)) loyalty_ = std::move(*weights);
  }

  const LearnedWeights& silence() const { return silence_; }
  const std::optional<LearnedWeights>& loyalty() const { return loyalty_; }
  const std::vector<SignalRates>& rates() const { return rates_; }
  const UsageInterval& loyal_interval() const { return interval_; }
  Points habit_points() const { return habit_points_; }

  /// Milli-points for each unit of weight, so that actions earn accounts as much as today on
  /// average.
  double scale(const LearnedWeights& weights) const {
    double mean = 0;
    double best = 0;
    for (std::size_t at = 0; at < weights.actions.size(); ++at) {
      mean += weights.actions[at].weight * means_[at];
      best = std::max(best, weights.actions[at].weight);
    }
    if (mean == 0) return 0;
    return today_mean_ > 0 ? today_mean_ / mean : kMilliPointsOfBest / best;
  }

  /// Today's definition with what was learned in the place of its actions' points.
  Definition suggestion() const {
    Definition suggestion = today_;
    suggestion.actions.clear();
    const double scale = this->scale(silence_);
    const double belief = silence_.belief();
    for (std::size_t at = 0; at < candidates_.actions.size(); ++at) {
      Action action = candidates_.actions[at];
      action.points = rounded(belief * scale * silence_.actions[at].weight +
                              (1 - belief) * static_cast<double>(action.points.milli));
      if (action.points.milli > 0) suggestion.actions.push_back(std::move(action));
    }
    return suggestion;
  }

  Definition with_habit(Definition suggestion) const {
    suggestion.habit_points = habit_points_;
    return suggestion;
  }

 private:
  /// What windows hold on average, of each candidate, and in points of today's actions.
  void find_means(const Observations& observations) {
    means_.assign(observations.features, 0);
    for (std::size_t at = 0; at < observations.values.size(); ++at) {
      means_[at % observations.features] += double{observations.values[at]};
    }
    for (double& mean : means_) mean /= static_cast<double>(observations.size());
    for (std::size_t at = 0; at < today_.actions.size(); ++at) {
      today_mean_ += means_[at] * static_cast<double>(today_.actions[at].points.milli);
    }
  }

  /// As much for habits as for actions, on average.
  void find_habit_points(Day day) {
    double habit = 0;  // days
    const auto snapshots = silence_snapshots(activity_, every_account(activity_), {day}, cores_);
    for (const SilenceSnapshot& snapshot : snapshots) {
      habit += static_cast<double>(snapshot.signs.habit_milli_days) / 1000;
    }
    if (habit > 0) {
      habit_points_ = rounded(today_mean_ * static_cast<double>(snapshots.size()) / habit);
    }
  }

  const History& history_;
  const Signals& signals_;
  const Definition& today_;
  const Definition& candidates_;
  const Cores& cores_;
  ScoredActivity activity_;
  std::vector<double> means_;  // of each candidate
  double today_mean_ = 0;      // milli-points
  LearnedWeights silence_;
  std::optional<LearnedWeights> loyalty_;
  std::vector<SignalRates> rates_;
  UsageInterval interval_;
  Points habit_points_;
};

LessonCounts counts_of(const LearnedWeights& weights) {
  return {weights.left, weights.stayed, weights.accounts_left};
}

/// The last month-ends whose 30 days have passed, so many of them.
DayRange tested_months(Day last_day, int months) {
  const Day last = last_month_end(last_day - kSilentDays);
  Day first = last;
  for (int month = 1; month < months; ++month) first = last_month_end(first - 1);
  return {first, last};
}

/// Adds to the activity that came in time what had arrived of the rest by the end of a day, and not
/// by the last day asked for.
class Arrivals {
 public:
  explicit Arrivals(ArrivedActivity& arrived) : arrived_(arrived) {}

  const History& by(Day day) {
    if (arrived_.late.empty()) return arrived_.all.history;
    std::vector<Occurrence> came;
    for (; next_ < arrived_.late.size() && arrived_.late[next_].arrived <= day; ++next_) {
      came.push_back(arrived_.late[next_].occurrence);
    }
    if (!came.empty()) arrived_.in_time.extend(std::move(came));
    return arrived_.in_time;
  }

 private:
  ArrivedActivity& arrived_;
  std::size_t next_ = 0;
};

double score_auc(const TestedDefinition& tested) {
  return tested.backtest.predictors[static_cast<std::size_t>(Predictor::score)].auc.value_or(0);
}

/// What is learned of each action, for people.
std::vector<LearnedAction> actions_of(const Lesson& lesson, const Definition& today,
                                      const Definition& candidates, const Definition& suggestion) {
  const double scale = lesson.scale(lesson.silence());
  const auto& loyalty = lesson.loyalty();
  std::vector<LearnedAction> actions;
  for (std::size_t at = 0; at < candidates.actions.size(); ++at) {
    const Action& action = candidates.actions[at];
    const LearnedWeight& weight = lesson.silence().actions[at];
    LearnedAction learned;
    learned.name = action.name;
    if (at < today.actions.size()) learned.today = action.points;
    const auto suggested = std::ranges::find(suggestion.actions, action.when, &Action::when);
    if (suggested != suggestion.actions.end()) learned.suggested = suggested->points;
    if (!learned.today && learned.suggested.milli == 0) continue;
    learned.low = exact(scale * weight.low);
    learned.high = exact(scale * weight.high);
    learned.stability = weight.stability;
    if (loyalty) {
      learned.by_loyal = rounded(lesson.scale(*loyalty) * loyalty->actions[at].weight);
    }
    learned.rates = lesson.rates()[at];
    actions.push_back(std::move(learned));
  }
  std::ranges::sort(
      actions.begin() + std::ssize(today.actions), actions.end(), std::greater(),
      [](const LearnedAction& action) { return std::pair(action.suggested.milli, action.name); });
  return actions;
}

/// The same lesson earlier, and what it would have been worth since.
Result<void> hold_against(Store& store, ArrivedActivity& arrived, const Definition& today,
                          const Definition& candidates, Day last_day, const Cores& cores,
                          const std::function<void(double)>& on_progress, LearningReport& report) {
  Arrivals arrivals(arrived);
  for (const int count : kTestedMonths) {
    const DayRange months = tested_months(last_day, count);
    report.learned_on = last_month_end(months.first - 1);
    Lesson lesson(arrivals.by(report.learned_on), arrived.all.signals, today, candidates, cores);
    if (auto learned = lesson.learn(report.learned_on); !learned) {
      report.why_not_tested = learned.error().message;
      continue;
    }
    const Definition learned = lesson.suggestion();
    BacktestQuery query{months.first, months.last, {{"today's", today}}};
    query.definitions.emplace_back("learned", learned);
    query.definitions.emplace_back("with habit", lesson.with_habit(learned));
    auto tested = report_backtest(store, query, last_day, cores, [&](int done, int of) {
      on_progress(static_cast<double>(done) / of);
    });
    if (!tested) return tested.error();
    report.held_against = *std::move(tested);
    break;
  }
  return {};
}

std::ptrdiff_t promises_kept(const TestedDefinition& tested) {
  return std::ranges::count(verdicts_of(tested.backtest), true, &Verdict::is_kept);
}

}  // namespace

bool LearningReport::is_better() const {
  if (!held_against) return false;
  const auto& tested = held_against->tested;
  return score_auc(tested[proposes_habit ? 2 : 1]) > score_auc(tested[0]);
}

Result<LearningReport> report_learning(
    Store& store, const Definition& definition, Day last_day, const Cores& cores,
    const std::function<void(double, const std::string&)>& on_progress) {
  on_progress(0, "reading events");
  auto arrived = load_as_it_arrived(store, definition, cores);
  if (!arrived) return arrived.error();
  const LoadedActivity& all = arrived->all;
  const DayRange active = all.scored(cores).days();
  if (active.length() == 0) {
    return Error{ErrorKind::not_found, "there is no activity yet; import events first"};
  }
  LearningReport report;
  report.day = std::min(last_day, active.last);
  const Definition candidates = candidates_of(all);
  constexpr double kLearned = 0.4;  // of the work
  constexpr double kTested = 0.9;
  on_progress(0.1, "learning");
  Lesson lesson(all.history, all.signals, definition, candidates, cores);
  if (auto learned = lesson.learn(report.day); !learned) return learned.error();
  lesson.learn_from_loyal(report.day);
  on_progress(kLearned, "holding it against later months");
  if (auto held = hold_against(
          store, *arrived, definition, candidates, report.day, cores,
          [&](double share) {
            on_progress(kLearned + (kTested - kLearned) * share, "holding it against later months");
          },
          report);
      !held) {
    return held.error();
  }
  if (report.held_against) {
    const auto& tested = report.held_against->tested;
    report.ranks_better_with_habit = score_auc(tested[2]) - score_auc(tested[1]) >= kWorthHabit;
    report.proposes_habit =
        report.ranks_better_with_habit && promises_kept(tested[2]) >= promises_kept(tested[1]);
  }
  report.silence = counts_of(lesson.silence());
  if (lesson.loyalty()) report.loyalty = counts_of(*lesson.loyalty());
  report.belief = lesson.silence().belief();
  report.interval = lesson.loyal_interval();
  report.habit_points = lesson.habit_points();
  report.suggestion = lesson.suggestion();
  report.actions = actions_of(lesson, definition, candidates, report.suggestion);
  if (report.suggestion.actions.empty()) {
    return Error{ErrorKind::not_found,
                 "nothing can be relied on: no action tells who stays and who leaves"};
  }
  if (report.proposes_habit) report.suggestion = lesson.with_habit(report.suggestion);
  on_progress(1, "done");
  return report;
}

}  // namespace tidemark
