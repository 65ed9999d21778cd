#include "score/score_run.h"

#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "evidence/calibration.h"
#include "evidence/tracking_gap.h"
#include "score/calibration_report.h"
#include "score/gap_report.h"
#include "score/occurrence_reader.h"
#include "score/source_traffic.h"
#include "score/told.h"
#include "scoring/publication.h"
#include "wire/calibration_json.h"
#include "wire/definition_json.h"

namespace tidemark {
namespace {

// Records to gather before they are stored, so that a long history does not cost a commit a month.
constexpr std::size_t kRecordsOfStep = 250'000;

}  // namespace

Day last_finished_day(const Clock& clock, TimeZone zone) {
  return DayReader(zone).day_of(clock.now() - kGraceForLateEvents) - 1;
}

Result<std::optional<Day>> last_day_with_events(Store& store, Day finished, TimeZone zone) {
  DayReader days(zone);
  const auto last = store.last_event(days.begin_of(finished + 1));
  if (!last) return last.error();
  return *last ? std::optional(days.day_of(**last)) : std::nullopt;
}

Result<std::optional<Day>> published_in_future(Store& store, Day finished) {
  const auto days = store.published_days();
  if (!days) return days.error();
  const bool is_beyond = !days->empty() && days->back().day > finished;
  return is_beyond ? std::optional(days->back().day) : std::nullopt;
}

ScoreRun::ScoreRun(Store& store, const LoadedActivity& activity, const Cores& cores)
    : ScoreRun(store, activity, cores, alone_) {}

ScoreRun::ScoreRun(Store& store, const LoadedActivity& activity, const Cores& cores, Team& team)
    : team_(team),
      store_(store),
      cores_(cores),
      activity_(activity),
      scored_(activity.scored(cores)),
      version_{definition_hash(activity.definition), canonical_definition(activity.definition)} {}

std::string ScoreRun::topic(std::string_view what) {
  return fmt::format("{} {}", ++questions_, what);
}

Result<DayRange> ScoreRun::active_days() {
  if (days_) return days_->second;
  ToldWriter mine;
  for (const DayRange days : {activity_.history.days(), scored_.days()}) {
    mine.number(days.first.number);
    mine.number(days.last.number);
  }
  const auto told = team_.gather(topic("days"), mine.take());
  if (!told) return told.error();
  const DayRange none{Day{0}, Day{-1}};
  std::pair all{none, none};
  for (const Told& one : *told) {
    ToldReader heard(one);
    for (DayRange* days : {&all.first, &all.second}) {
      DayRange other;
      other.first.number = static_cast<std::int32_t>(heard.number());
      other.last.number = static_cast<std::int32_t>(heard.number());
      if (other.length() == 0) continue;
      *days = days->length() == 0
                  ? other
                  : DayRange{std::min(days->first, other.first), std::max(days->last, other.last)};
    }
  }
  days_ = all;
  return days_->second;
}

Result<void> ScoreRun::load_state() {
  auto days = store_.published_days();
  if (!days) return days.error();
  const auto calibrations = store_.calibrations();
  if (!calibrations) return calibrations.error();
  if (recomputed_from_) {
    std::erase_if(*days, [&](const PublishedDay& day) { return day.day >= *recomputed_from_; });
    for (const Calibration& calibration : *calibrations) {
      if (calibration.day >= *recomputed_from_ - 1) calibrated_before_.push_back(calibration.day);
    }
  }
  latest_ = nothing_published(activity_.account_ids.size());
  if (days->empty() || is_all_anew_) return {};

  first_published_ = days->front().day;
  last_day_ = days->back();
  for (const Calibration& calibration : *calibrations) {
    if (last_day_->calibration == calibration.day) calibration_ = calibration;
  }
  const auto records = store_.records_as_of(last_day_->day, team_.accounts());
  if (!records) return records.error();
  for (const LevelRecord& record : *records) latest_[record.account] = record;
  return {};
}

bool ScoreRun::definition_has_changed() const {
  return last_day_ && last_day_->definition != version_.hash;
}

bool ScoreRun::is_calibration_due(Day before) const {
  if (is_calibration_due_ || definition_has_changed()) return true;
  if (std::ranges::find(calibrated_before_, before) != calibrated_before_.end()) return true;
  const bool is_monthly = activity_.definition.levels.recalibrate == Recalibrate::monthly;
  return is_month_end(before) && (is_monthly || !calibration_);
}

Result<void> ScoreRun::recalibrate(Day day, PublishStep& step) {
  is_calibration_due_ = false;
  CalibrationSamples samples = take_samples(scored_, day, cores_);
  if (!team_.is_alone()) {
    ToldWriter mine;
    mine.samples(samples);
    const auto told = team_.gather(topic("samples"), mine.take());
    if (!told) return told.error();
    samples = {};
    for (const Told& one : *told) samples.add(ToldReader(one).samples());
  }
  const Calibration made = calibrate(day, std::move(samples));
  if (!made.cuts) {
    // Too few accounts: the cuts in force stay, unless they are in the points of another
    // definition.
    if (definition_has_changed()) calibration_.reset();
    return {};
  }
  step.calibrations.push_back(made);
  calibration_ = made;
  return {};
}

Result<void> ScoreRun::note_merges(Day first, PublishStep& step) {
  auto published = store_.published_merges();
  if (!published) return published.error();
  const auto identity = store_.identity();
  if (!identity) return identity.error();
  if (!is_all_anew_) merges_ = *std::move(published);
  bool has_changed = false;
  if (recomputed_from_) {
    // As the store forgets them.
    has_changed = true;
    std::erase_if(merges_, [&](const PublishedMerge& merge) {
      return merge.first_day && *merge.first_day >= *recomputed_from_;
    });
    for (PublishedMerge& merge : merges_) {
      if (merge.parted_day && *merge.parted_day >= *recomputed_from_) merge.parted_day.reset();
    }
  }
  auto in_force = (*identity)->merged();
  for (PublishedMerge& merge : merges_) {
    if (merge.parted_day) continue;
    if (std::erase(in_force, std::pair(merge.account, merge.into)) > 0) continue;
    merge.parted_day = first;
    has_changed = true;
  }
  for (const auto& [account, into] : in_force) {
    merges_.push_back({account, into, last_day_ ? std::optional(first) : std::nullopt, {}});
    has_changed = true;
  }
  if (has_changed) step.merges = merges_;
  return {};
}

bool ScoreRun::is_by_merge(const Change& change) const {
  // A move may have waited its days to be confirmed.
  const int days = activity_.definition.levels.confirm_days;
  const auto is_just_before = [&](std::optional<Day> day) {
    return day && *day <= change.day && change.day <= *day + days;
  };
  return std::ranges::any_of(merges_, [&](const PublishedMerge& merge) {
    return (merge.account == change.account || merge.into == change.account) &&
           (is_just_before(merge.first_day) || is_just_before(merge.parted_day));
  });
}

void ScoreRun::publish_anew(const IncompleteDay& mark) {
  mark_ = mark;
  recomputed_from_ = mark.day;
}

Result<void> ScoreRun::load_marks(DayRange days, PublishStep& step) {
  auto marks = store_.incomplete_days();
  if (!marks) return marks.error();
  const auto mark = [&](const IncompleteDay& day) {
    std::erase_if(*marks, [&](const IncompleteDay& one) { return one.day == day.day; });
    marks->push_back(day);
    step.marks.push_back(day);
  };
  step.anew_from = recomputed_from_;
  if (mark_) mark(*mark_);
  if (watched_from_ && *watched_from_ <= days.last) {
    const DayRange watched{std::max(days.first, *watched_from_), days.last};
    const auto gaps = gaps_within(watched);
    if (!gaps) return gaps.error();
    for (const TrackingGap& gap : *gaps) {
      const bool is_known = std::ranges::find(*marks, gap.day, &IncompleteDay::day) != marks->end();
      if (!is_known) mark({gap.day, gap_words(gap, activity_.definition), false, false});
    }
  }
  for (const IncompleteDay& day : *marks) {
    if (!day.is_lifted && days.contains(day.day)) marks_.push_back(day);
  }
  std::ranges::sort(marks_, {}, &IncompleteDay::day);
  return {};
}

Result<std::vector<TrackingGap>> ScoreRun::gaps_within(DayRange days) {
  // What came of each source is known by the one that leads: the others are told what is missing.
  const auto of_sources = team_.leads()
                              ? source_traffic(store_, activity_.definition, sources_, days)
                              : Result<std::vector<SourceTraffic>>(std::vector<SourceTraffic>());
  if (!of_sources) return of_sources.error();
  const DayRange looked_at = days_for_gaps(days_->first, days);
  const ActivityTraffic own =
      activity_traffic(activity_.history, activity_.signals, activity_.definition, looked_at);
  ToldWriter mine;
  mine.traffic(own.all);
  for (const auto& of_action : own.of_actions) mine.traffic(of_action);
  mine.number(std::ssize(*of_sources));
  for (const SourceTraffic& source : *of_sources) {
    mine.numbers({source.name.begin(), source.name.end()});
    mine.number(source.first.number);
    mine.traffic(source.by_day);
  }
  const auto told = team_.gather(topic("traffic"), mine.take());
  if (!told) return told.error();
  ActivityTraffic all;
  std::vector<SourceTraffic> sources;
  const auto add = [](std::vector<Traffic>& to, const std::vector<Traffic>& other) {
    to.resize(other.size());
    for (std::size_t day = 0; day < other.size(); ++day) {
      to[day].events += other[day].events;
      to[day].accounts += other[day].accounts;
    }
  };
  all.of_actions.resize(own.of_actions.size());
  for (const Told& one : *told) {
    ToldReader heard(one);
    add(all.all, heard.traffic());
    for (auto& of_action : all.of_actions) add(of_action, heard.traffic());
    for (std::int64_t count = heard.number(); count > 0; --count) {
      SourceTraffic& source = sources.emplace_back();
      for (const std::int64_t letter : heard.numbers()) source.name += static_cast<char>(letter);
      source.first.number = static_cast<std::int32_t>(heard.number());
      source.by_day = heard.traffic();
    }
  }
  return find_gaps(all, looked_at, sources, days);
}

Result<bool> ScoreRun::is_full(const PublishStep& step) {
  const auto told = team_.gather(topic("records"), {std::ssize(step.records)});
  if (!told) return told.error();
  std::int64_t records = 0;
  for (const Told& one : *told) records += one.at(0);
  return records >= static_cast<std::int64_t>(kRecordsOfStep);
}

/// Runs of days on which accounts may move, with the days between on which they are held.
void ScoreRun::publish_segment(DayRange days, PublishStep& step) {
  const LevelLadder ladder(activity_.definition, calibration_ ? calibration_->cuts : std::nullopt);
  for (Day day = days.first; day <= days.last;) {
    const auto next = std::ranges::lower_bound(marks_, day, {}, &IncompleteDay::day);
    const Day held = next == marks_.end() ? days.last + 1 : std::min(next->day, days.last + 1);
    if (day < held) {
      const DayRange free{day, held - 1};
      take_in(publish(scored_, ladder, free, Beginning::continued, latest_, cores_), free, step);
    }
    if (held <= days.last) {
      take_in(publish_held(scored_, ladder, held, latest_, cores_), {held, held}, step);
    }
    day = held + 1;
  }
}

void ScoreRun::take_in(Publication publication, DayRange days, PublishStep& step) {
  for (int at = 0; at < days.length(); ++at) {
    PublishedDay day{days.first + at, version_.hash, std::nullopt,
                     publication.accounts_by_day[static_cast<std::size_t>(at)]};
    if (calibration_) day.calibration = calibration_->day;
    step.days.push_back(day);
  }
  step.records.insert(step.records.end(), publication.records.begin(), publication.records.end());
  for (Change& change : publication.changes) {
    change.is_merge = is_by_merge(change);
    step.changes.push_back(change);
  }
  last_day_ = step.days.back();
}

Result<void> ScoreRun::keep_evidence() {
  if (!calibration_) return {};
  bool is_wanted = false;
  if (team_.leads()) {
    const auto kept = store_.evidence_of(calibration_->day);
    if (!kept) return kept.error();
    is_wanted = !*kept;
  }
  const auto wanted = team_.gather(topic("evidence"), {is_wanted ? 1 : 0});
  if (!wanted) return wanted.error();
  if (wanted->front().at(0) == 0) return {};
  const auto keep = [&](const CalibrationEvidence& evidence) {
    return store_.keep_evidence(calibration_->day, evidence_json(evidence).dump());
  };
  if (team_.is_alone()) return keep(evidence_for(*calibration_, activity_, scored_, cores_));
  ToldWriter mine;
  for (const AccountNumber account : activity_.by_id()) {
    if (!team_.accounts().contains(account)) continue;
    const auto samples = take_samples_by_account(scored_, calibration_->day, {account});
    if (samples.empty()) continue;
    mine.number(account);
    mine.samples(samples.front());
  }
  const auto told = team_.tell_leader(topic("samples of accounts"), mine.take());
  if (!told) return told.error();
  if (!team_.leads()) return {};
  std::map<AccountNumber, CalibrationSamples> of_accounts;
  for (const Told& one : *told) {
    for (ToldReader heard(one); !heard.is_over();) {
      const auto account = static_cast<AccountNumber>(heard.number());
      of_accounts[account] = heard.samples();
    }
  }
  std::vector<CalibrationSamples> by_id;
  for (const AccountNumber account : activity_.by_id()) {
    const auto found = of_accounts.find(account);
    if (found != of_accounts.end()) by_id.push_back(std::move(found->second));
  }
  return keep(gather_evidence(*calibration_, by_id, cores_));
}

Result<void> ScoreRun::forget_recomputed(Day first) {
  PublishStep step{version_, {}, {}, {}, {}, {}};
  step.anew_from = recomputed_from_;
  if (auto noted = note_merges(first, step); !noted) return noted;
  const auto published = team_.publish(store_, topic("step"), step, false);
  if (!published) return published.error();
  return keep_evidence();
}

Result<ScoreOutcome> ScoreRun::until(Day last, const std::atomic<bool>& is_interrupted,
                                     const std::function<void(Day)>& on_progress) {
  const auto active = active_days();
  if (!active) return active.error();
  if (auto loaded = load_state(); !loaded) return loaded.error();
  ScoreOutcome outcome;
  if (!last_day_ && active->length() == 0) {
    if (recomputed_from_) {
      return Error{ErrorKind::conflict, "nothing is activity under today's definition"};
    }
    return outcome;
  }
  if (first_published_ && (active->length() == 0 || active->first < *first_published_)) {
    outcome.unpublished_since = active->length() == 0 ? std::nullopt : std::optional(active->first);
  }
  const Day first = last_day_ ? last_day_->day + 1 : active->first;
  if (last < first && recomputed_from_ && !mark_) {
    auto forgotten = last_day_ ? forget_recomputed(first) : store_.forget_published();
    if (!forgotten) return forgotten.error();
    return outcome;
  }
  if (last < first) {
    if (recomputed_from_) {
      return Error{ErrorKind::conflict, fmt::format("there is no activity up to {} under today's "
                                                    "definition; nothing was changed",
                                                    day_text(last))};
    }
    // A run that died behind its last commit may have left this undone.
    if (auto kept = keep_evidence(); !kept) return kept.error();
    return outcome;
  }

  outcome.days = {first, last};
  PublishStep step{version_, {}, {}, {}, {}, {}};
  if (auto loaded = load_marks({first, last}, step); !loaded) return loaded.error();
  outcome.held = marks_;
  if (last_day_ && !definition_has_changed()) {
    step.corrections = find_corrections(scored_, last_day_->day, latest_, cores_);
  }
  if (auto noted = note_merges(first, step); !noted) return noted.error();
  for (Day day = first; day <= last; day = last_day_->day + 1) {
    const Day before = day - 1;
    if (is_calibration_due(before)) {
      if (auto done = recalibrate(before, step); !done) return done.error();
    }
    // Up to the next day behind which a calibration may be due.
    Day end = std::min(last, month_end(day));
    for (const Day calibrated : calibrated_before_) {
      if (calibrated >= day) end = std::min(end, calibrated);
    }
    publish_segment({day, end}, step);
    const auto is_enough = is_full(step);
    if (!is_enough) return is_enough.error();
    if (!*is_enough && last_day_->day < last) continue;

    const bool begins_anew = std::exchange(is_all_anew_, false);
    const auto published = team_.publish(store_, topic("step"), step, begins_anew);
    if (!published) return published.error();
    on_progress(last_day_->day);
    outcome.changes += published->changes;
    outcome.corrections += published->corrections;
    std::ranges::move(step.calibrations, std::back_inserter(outcome.calibrations));
    step = PublishStep{version_, {}, {}, {}, {}, {}};
    if (is_interrupted && last_day_->day < last) {
      return Error{
          ErrorKind::interrupted,
          "stopped; the days published so far are kept. Run the same command again to go on"};
    }
  }
  if (auto kept = keep_evidence(); !kept) return kept.error();
  return outcome;
}

}  // namespace tidemark
