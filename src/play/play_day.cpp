#include "play/play_day.h"

#include <algorithm>
#include <set>

#include "evidence/silence_model.h"
#include "wire/json_properties.h"
#include "wire/play_toml.h"

namespace tidemark {
namespace {

constexpr int kTrendDays = 30;
constexpr int kWeek = 7;
constexpr Day kFromTheBeginning{-1'000'000};

/// The properties that plays look at, or tell people of.
std::vector<std::string> properties_of(std::span<const Play> plays) {
  std::set<std::string> names;
  for (const Play& play : plays) {
    for (const auto* conditions : {&play.where, &play.unless}) {
      for (const Condition& condition : *conditions) names.insert(condition.property);
    }
    if (!play.owner.empty()) names.insert(play.owner);
    if (!play.rank_by.empty()) names.insert(play.rank_by);
    for (const std::string& name : placeholders_of(play.message)) {
      if (const auto property = property_of_placeholder(name)) names.insert(*property);
    }
  }
  return {names.begin(), names.end()};
}

bool asks_for_chance(const Play& play) {
  const auto filled_in = placeholders_of(play.message);
  return play.trigger == PlayTrigger::chance ||
         std::ranges::find(filled_in, "chance") != filled_in.end();
}

}  // namespace

Result<PlayDays> PlayDays::over(Store& store, DayRange days, std::span<const Play> plays,
                                TimeZone zone, const Cores& cores) {
  auto rules = PublishedRules::load(store);
  if (!rules) return rules.error();
  const auto last = rules->day_or_last(days.last);
  if (!last) return last.error();
  const Definition definition = rules->of(**last).definition;
  auto trails = LevelTrails::over(store, {rules->days().front().day, days.last}, kTrendDays);
  if (!trails) return trails.error();
  PlayDays walk(*std::move(rules), *std::move(trails), zone, cores);

  auto ids = store.account_ids();
  if (!ids) return ids.error();
  walk.by_id_ = numbers_by_id(*ids);
  walk.ids_ = *std::move(ids);
  auto changes = store.changes_within(days);
  if (!changes) return changes.error();
  walk.changes_ = *std::move(changes);
  auto marks = store.incomplete_days();
  if (!marks) return marks.error();
  walk.marks_ = *std::move(marks);

  walk.property_names_ = properties_of(plays);
  walk.stated_.resize(walk.property_names_.size());
  if (!walk.property_names_.empty()) {
    const auto statements = store.account_statements(walk.property_names_);
    if (!statements) return statements.error();
    for (const Statement& statement : *statements) {
      const auto place = std::ranges::find(walk.property_names_, statement.property);
      const Day since = statement.since ? walk.days_.day_of(*statement.since) : kFromTheBeginning;
      walk.stated_[static_cast<std::size_t>(place - walk.property_names_.begin())]
                  [statement.account]
                      .emplace_back(since, property_value(statement.value));
    }
  }
  walk.asks_for_chance_ = std::ranges::any_of(plays, asks_for_chance);
  const bool asks_for_onboarding =
      definition.onboarding &&
      std::ranges::any_of(plays, [](const Play& play) { return play.onboarded.has_value(); });
  if (walk.asks_for_chance_ || asks_for_onboarding) {
    auto activity = load_activity(store, definition, cores);
    if (!activity) return activity.error();
    walk.activity_ = std::make_shared<const LoadedActivity>(*std::move(activity));
    walk.scored_ = std::make_shared<const ScoredActivity>(walk.activity_->scored(cores));
  }
  return walk;
}

std::vector<std::optional<double>> PlayDays::chances_on(Day day) const {
  std::vector<std::optional<double>> chances(ids_->size());
  if (!asks_for_chance_) return chances;
  const auto fitted = SilenceModel::fit(*scored_, day, cores_);
  const auto* model = std::get_if<SilenceModel>(&fitted);
  if (model == nullptr) return chances;  // too few ever left to say
  for (const SilenceSnapshot& snapshot :
       silence_snapshots(*scored_, every_account(*scored_), {day}, cores_)) {
    chances[snapshot.account] = model->probability(snapshot.signs);
  }
  return chances;
}

bool PlayDays::is_onboarded(AccountNumber account, Day day) const {
  const auto first_day = scored_ != nullptr && account < scored_->accounts()
                             ? scored_->first_day(account)
                             : std::nullopt;
  return !first_day ||
         std::ranges::all_of(scored_->standing().onboarding_days(account, *first_day),
                             [&](std::optional<Day> done) { return done && *done <= day; });
}

Result<PlayDay> PlayDays::at(Day day) {
  const auto rules = rules_.on(day);
  if (!rules) {
    return Error{ErrorKind::not_found, day_text(day) + " is not published"};
  }
  trails_.move_to(day);
  PlayDay result;
  result.day = day;
  result.property_names = property_names_;
  result.is_held = std::ranges::any_of(
      marks_, [&](const IncompleteDay& mark) { return mark.day == day && !mark.is_lifted; });
  const auto chances = chances_on(day);
  std::map<AccountNumber, Level> moved_from;
  for (const Change& change : std::ranges::equal_range(changes_, day, {}, &Change::day)) {
    if (!change.is_merge) moved_from.emplace(change.account, change.from);
  }
  for (const AccountNumber number : by_id_) {
    const LevelTrail& trail = trails_.accounts()[number];
    if (trail.record.day == Day{} || left_out_.contains((*ids_)[number])) continue;
    PlayCandidate candidate;
    candidate.number = number;
    candidate.account = (*ids_)[number];
    candidate.level = trail.record.standing.level;
    candidate.since = trail.since;
    if (const auto from = moved_from.find(number); from != moved_from.end()) {
      candidate.moved_from = from->second;
    }
    candidate.highest_before = trail.highest_before;
    candidate.is_new = day - trail.first_day < rules->definition.window_days;
    candidate.is_onboarded = is_onboarded(number, day);
    candidate.points = trail.record.points;
    candidate.points_before = trail.points_before;
    candidate.score = rules->display(trail.record.points);
    candidate.chance = chances[number];
    for (const auto& of_property : stated_) {
      PropertyValue value;
      PropertyValue before;
      if (const auto stated = of_property.find(number); stated != of_property.end()) {
        for (const auto& [since, said] : stated->second) {
          if (since <= day) value = said;
          if (since <= day - kWeek) before = said;
        }
      }
      candidate.properties.push_back(std::move(value));
      candidate.properties_before.push_back(std::move(before));
    }
    result.accounts.push_back(std::move(candidate));
  }
  return result;
}

namespace {

PropertyValue among(const std::vector<PropertyValue>& values, const std::vector<std::string>& names,
                    std::string_view name) {
  const auto place = std::ranges::lower_bound(names, name);
  if (place == names.end() || *place != name || values.empty()) return {};
  return values[static_cast<std::size_t>(place - names.begin())];
}

}  // namespace

PropertyValue property_of(const std::vector<std::string>& names, const PlayCandidate& candidate,
                          std::string_view name) {
  return among(candidate.properties, names, name);
}

PropertyValue property_before(const std::vector<std::string>& names, const PlayCandidate& candidate,
                              std::string_view name) {
  return among(candidate.properties_before, names, name);
}

}  // namespace tidemark
