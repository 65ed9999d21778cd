#include "score/explanation.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/time_zone.h"
#include "score/published_rules.h"
#include "scoring/window.h"

namespace tidemark {
namespace {

constexpr int kChampionSilentDays = 14;  // after which who carried an account is missed
constexpr AccountNumber kAlone = 0;

Points sum_of(const std::vector<TermDifference>& differences) {
  Points sum;
  for (const TermDifference& difference : differences) sum += difference.points;
  return sum;
}

/// The accounts whose activity counted for `account` on a published day; those that do now for
/// others.
using Members = std::set<AccountNumber>;

Members members_when_published(const std::vector<PublishedMerge>& merges, AccountNumber account,
                               Day day) {
  const auto holds = [&](const PublishedMerge& merge) {
    return (!merge.first_day || *merge.first_day <= day) &&
           (!merge.parted_day || *merge.parted_day > day);
  };
  Members members{account};
  for (const PublishedMerge& merge : merges) {
    if (!holds(merge)) continue;
    if (merge.into == account) members.insert(merge.account);
    if (merge.account == account) return {};  // all it did counted for another
  }
  return members;
}

/// An account's activity as of some members, seen through a definition.
class View {
 public:
  static Result<View> of(Store& store, const std::string& id, const Definition& definition,
                         std::vector<AccountEvent> events,
                         const std::vector<Statement>& statements) {
    View view;
    view.events_ = std::move(events);
    auto loaded = activity_of_events(store, id, definition, view.events_, statements);
    if (!loaded) return loaded.error();
    view.loaded_ = std::make_unique<LoadedActivity>(*std::move(loaded));
    view.scored_ = std::make_unique<ScoredActivity>(view.loaded_->scored(Cores(1)));
    return view;
  }

  const LoadedActivity& loaded() const { return *loaded_; }
  const std::vector<AccountEvent>& events() const { return events_; }
  std::optional<Day> first_day() const { return scored_->first_day(kAlone); }
  std::vector<ScoreTerm> terms(Day day) const {
    return score_terms(*loaded_, *scored_, kAlone, day);
  }
  Points points(Day day) const {
    if (!first_day() || *first_day() > day) return {};
    AccountDays memory;
    return SlidingWindow::over(*scored_, kAlone, {day, day}, memory).move_to(day).points();
  }
  std::vector<EarnedPoints> earned(DayRange days) const {
    return points_by_action(loaded_->history, kAlone, days, loaded_->definition, loaded_->signals);
  }

 private:
  std::vector<AccountEvent> events_;
  std::unique_ptr<LoadedActivity> loaded_;  // stays where it is: what is scored refers to it
  std::unique_ptr<ScoredActivity> scored_;
};

/// Reads the events of an account once, and sees them as of different members and definitions.
class Views {
 public:
  Views(Store& store, const Identity& identity, const std::string& id,
        const std::vector<Statement>& statements, Day last)
      : store_(store), identity_(identity), id_(id), statements_(statements), last_(last) {}

  Result<View> of(const Members& members, const Definition& definition) {
    const auto zone = TimeZone::named(definition.time_zone);
    if (!zone) return zone.error();
    DayReader days(*zone);
    std::vector<AccountEvent> events;
    std::set<AccountNumber> roots;
    for (const AccountNumber member : members) roots.insert(identity_.root_of(member));
    for (const AccountNumber root : roots) {
      const auto known = events_of(root);
      if (!known) return known.error();
      std::ranges::copy_if(**known, std::back_inserter(events), [&](const AccountEvent& event) {
        return members.contains(event.member) && days.day_of(event.at) <= last_;
      });
    }
    return View::of(store_, id_, definition, std::move(events), statements_);
  }

 private:
  Result<const std::vector<AccountEvent>*> events_of(AccountNumber root) {
    if (const auto known = events_.find(root); known != events_.end()) return &known->second;
    auto events = store_.events_of(root);
    if (!events) return events.error();
    return &events_.emplace(root, *std::move(events)).first->second;
  }

  Store& store_;
  const Identity& identity_;
  const std::string& id_;
  const std::vector<Statement>& statements_;
  Day last_;
  std::map<AccountNumber, std::vector<AccountEvent>> events_;
};

/// What was published of the account on a day.
ExplainedDay as_published(Day day, const std::optional<RulesOfDay>& rules,
                          const std::vector<LevelRecord>& records) {
  ExplainedDay explained;
  explained.day = day;
  if (!rules) return explained;
  explained.is_published = true;
  explained.cuts = rules->cuts();
  if (rules->calibration != nullptr) explained.calibration = rules->calibration->day;
  const auto after = std::ranges::upper_bound(records, day, {}, &LevelRecord::day);
  if (after != records.begin()) {
    explained.points = std::prev(after)->points;
    explained.level = std::prev(after)->standing.level;
  }
  explained.display = rules->display(explained.points);
  return explained;
}

bool is_standing(TermKind kind) {
  return kind != TermKind::action && kind != TermKind::engaged_days;
}

std::vector<Points> points_by_user(const EarnedByUsers& earned, std::size_t users) {
  std::vector<Points> points(users);
  for (const UserPoints& part : earned.actions) points[part.user] += part.points;
  return points;
}

void find_who_carries(const View& view, const UserActions& actions, Day to,
                      Explanation& explanation) {
  const Definition& definition = view.loaded().definition;
  const DayRange window = definition.window_until(to);
  const DayRange before{window.first - kChampionSilentDays, to - kChampionSilentDays};
  const auto now = earned_by_users(view.earned(window), actions.counts, window, definition);
  const auto then = earned_by_users(view.earned(before), actions.counts, before, definition);
  const auto points_now = points_by_user(now, actions.users.size());
  const auto points_then = points_by_user(then, actions.users.size());
  const Points then_sum = then.sum() - then.of_engaged_days;
  for (std::size_t user = 0; user < actions.users.size(); ++user) {
    const Points points = points_now[user];
    if (points.milli > 0) explanation.carriers.push_back({user, points, actions.last_days[user]});
    const Points earlier = points_then[user];
    const bool is_champion = then_sum.milli > 0 && earlier.milli * 3 >= then_sum.milli;
    const bool is_somebody = !actions.users[user].empty();
    if (is_champion && is_somebody && actions.last_days[user] <= to - kChampionSilentDays) {
      explanation.silent_champions.push_back(
          {user, static_cast<double>(earlier.milli) / static_cast<double>(then_sum.milli),
           actions.last_days[user]});
    }
  }
  std::ranges::sort(explanation.carriers, {}, [](const Explanation::Carrier& carrier) {
    return std::pair(-carrier.points.milli, carrier.user);
  });
  std::ranges::sort(explanation.silent_champions, {},
                    [](const Explanation::SilentChampion& champion) {
                      return std::pair(-champion.share, champion.user);
                    });
}

void find_what_is_used(const View& view, const UserActions& actions, Day to,
                       Explanation& explanation) {
  std::map<std::size_t, std::vector<Day>> days;  // of each action, in order
  for (const UserCount& count : actions.counts) days[count.action].push_back(count.day);
  const Day window = view.loaded().definition.window_until(to).first;
  for (const auto& [action, used] : days) {
    const bool is_new_account = *view.first_day() >= window;
    if (!is_new_account && used.front() >= window)
      explanation.adopted.push_back({action, used.front()});
    if (used.back() < window && used.back() >= window - view.loaded().definition.window_days) {
      explanation.dropped.push_back({action, used.back()});
    }
  }
}

}  // namespace

Points Explanation::sum() const {
  return earned.sum() - expired.sum() + sum_of(standing) + sum_of(by_definition) + merge + late +
         unknown;
}

Result<ExplainedDays> days_to_explain(Store& store, AccountNumber account, std::optional<Day> from,
                                      std::optional<Day> to, Day last_day) {
  constexpr int kWeek = 7;
  constexpr int kRecentDays = 30;
  if (from && to && *from >= *to) {
    return Error{ErrorKind::invalid_input, fmt::format("{} is not before {}: give the earlier day "
                                                       "first",
                                                       day_text(*from), day_text(*to))};
  }
  const Day end = to.value_or(last_day);
  if (from) {
    if (*from >= end) {
      return Error{ErrorKind::invalid_input,
                   fmt::format("{} is not before {}, the last day there is", day_text(*from),
                               day_text(end))};
    }
    return ExplainedDays{*from, end};
  }
  const auto changes = store.changes_of(account);
  if (!changes) return changes.error();
  const auto after = std::ranges::upper_bound(*changes, end, {}, &Change::day);
  if (after == changes->begin() || std::prev(after)->day <= end - kRecentDays) {
    return ExplainedDays{end - kWeek, end};
  }
  const Day moved = std::prev(after)->day;
  const auto records = store.records_of(account);
  if (!records) return records.error();
  // The move may have waited some days to be confirmed: it began on the first of them.
  auto record = std::ranges::lower_bound(*records, moved, {}, &LevelRecord::day);
  Day began = moved;
  while (record != records->begin() && std::prev(record)->standing.waited > 0) {
    began = (--record)->day;
  }
  return ExplainedDays{began - 1, to ? end : moved};
}

Result<Explanation> explain(Store& store, const std::string& id, ExplainedDays days,
                            const Definition& definition) {
  CHECK(days.from < days.to);
  const auto account = find_account(store, id);
  if (!account) return account.error();
  const auto identity = store.identity();
  if (!identity) return identity.error();
  const auto rules = PublishedRules::load(store);
  if (!rules) return rules.error();
  const auto merges = store.published_merges();
  if (!merges) return merges.error();
  const auto records = store.records_of(*account);
  if (!records) return records.error();
  const auto now = (*identity)->members_of(*account);
  const auto members_on = [&](Day day) {
    return rules->find(day) != nullptr ? members_when_published(*merges, *account, day)
                                       : Members(now.begin(), now.end());
  };
  const auto rules_from = rules->on(days.from);
  const auto rules_to = rules->on(days.to);
  const Definition& definition_from = rules_from ? rules_from->definition : definition;
  const Definition& definition_to = rules_to ? rules_to->definition : definition;
  const Members members_from = members_on(days.from);
  const Members members_to = members_on(days.to);

  Explanation explanation;
  explanation.id = id;
  explanation.window_days = definition_to.window_days;
  explanation.from = as_published(days.from, rules_from, *records);
  explanation.to = as_published(days.to, rules_to, *records);
  for (const Action& action : definition_to.actions) explanation.actions.push_back(action.name);

  // From what was known of the earlier day to the later day, one cause after the other, so that
  // nothing is left over: late data, members, rules, then days.
  const auto statements = store.statements_of_account(*account);
  if (!statements) return statements.error();
  Views views(store, **identity, id, *statements, days.to);
  const auto view = views.of(members_to, definition_to);
  if (!view) return view.error();
  if (!view->first_day()) {
    return Error{ErrorKind::not_found,
                 fmt::format("{} has no activity up to {}", id, day_text(days.to))};
  }
  explanation.is_new = days.from - *view->first_day() < definition_to.window_days;
  if (!explanation.to.is_published) explanation.to.points = view->points(days.to);
  explanation.unknown = explanation.to.points - view->points(days.to);
  Points at_first = view->points(days.from);
  if (definition_from != definition_to) {
    const auto other = views.of(members_to, definition_from);
    if (!other) return other.error();
    explanation.by_definition = term_differences(other->terms(days.from), view->terms(days.from));
    at_first = other->points(days.from);
  }
  if (members_from != members_to) {
    const auto other = views.of(members_from, definition_from);
    if (!other) return other.error();
    explanation.merge = at_first - other->points(days.from);
    at_first = other->points(days.from);
  }
  if (!explanation.from.is_published) explanation.from.points = at_first;
  explanation.late = at_first - explanation.from.points;

  auto actions = actions_by_user(view->loaded(), view->events());
  if (!actions) return actions.error();
  const WindowShift shift = window_shift(days.from, days.to, definition_to.window_days);
  const auto earned = view->earned({shift.lost.first, shift.gained.last});
  explanation.earned = earned_by_users(earned, actions->counts, shift.gained, definition_to);
  explanation.expired = earned_by_users(earned, actions->counts, shift.lost, definition_to);
  explanation.standing = term_differences(view->terms(days.from), view->terms(days.to));
  std::erase_if(explanation.standing,
                [](const TermDifference& term) { return !is_standing(term.kind); });
  find_who_carries(*view, *actions, days.to, explanation);
  find_what_is_used(*view, *actions, days.to, explanation);
  explanation.users = std::move(actions->users);
  CHECK(explanation.sum() == explanation.to.points - explanation.from.points);
  return explanation;
}

}  // namespace tidemark
