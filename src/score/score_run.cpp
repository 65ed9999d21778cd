#include "score/score_run.h"

#include <algorithm>

#include <fmt/format.h>

#include "evidence/calibration.h"
#include "evidence/tracking_gap.h"
#include "score/calibration_report.h"
#include "score/gap_report.h"
#include "score/occurrence_reader.h"
#include "score/source_traffic.h"
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

ScoreRun::ScoreRun(Store& store, const LoadedActivity& activity, const Cores& cores)
    : store_(store),
      cores_(cores),
      activity_(activity),
      scored_(activity.scored(cores)),
      version_{definition_hash(activity.definition), canonical_definition(activity.definition)} {}

Result<void> ScoreRun::load_state() {
  auto days = store_.published_days();
  if (!days) return days.error();
  const auto calibrations = store_.calibrations();
  if (!calibrations) return calibrations.error();
  if (anew_) {
    std::erase_if(*days, [&](const PublishedDay& day) { return day.day >= anew_->day; });
    for (const Calibration& calibration : *calibrations) {
      if (calibration.day >= anew_->day - 1) calibrated_before_.push_back(calibration.day);
    }
  }
  latest_ = nothing_published(activity_.account_ids.size());
  if (days->empty()) return {};

  first_published_ = days->front().day;
  last_day_ = days->back();
  for (const Calibration& calibration : *calibrations) {
    if (last_day_->calibration == calibration.day) calibration_ = calibration;
  }
  const auto records = store_.records_as_of(last_day_->day);
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

void ScoreRun::recalibrate(Day day, PublishStep& step) {
  is_calibration_due_ = false;
  const Calibration made = calibrate(day, take_samples(scored_, day, cores_));
  if (!made.cuts) {
    // Too few accounts: the cuts in force stay, unless they are in the points of another
    // definition.
    if (definition_has_changed()) calibration_.reset();
    return;
  }
  step.calibrations.push_back(made);
  calibration_ = made;
}

Result<void> ScoreRun::note_merges(Day first, PublishStep& step) {
  auto published = store_.published_merges();
  if (!published) return published.error();
  const auto identity = store_.identity();
  if (!identity) return identity.error();
  merges_ = *std::move(published);
  bool has_changed = false;
  if (anew_) {
    // As the store forgets them.
    has_changed = true;
    std::erase_if(merges_, [&](const PublishedMerge& merge) {
      return merge.first_day && *merge.first_day >= anew_->day;
    });
    for (PublishedMerge& merge : merges_) {
      if (merge.parted_day && *merge.parted_day >= anew_->day) merge.parted_day.reset();
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

void ScoreRun::publish_anew(const IncompleteDay& mark) { anew_ = mark; }

Result<void> ScoreRun::load_marks(DayRange days, PublishStep& step) {
  auto marks = store_.incomplete_days();
  if (!marks) return marks.error();
  const auto mark = [&](const IncompleteDay& day) {
    std::erase_if(*marks, [&](const IncompleteDay& one) { return one.day == day.day; });
    marks->push_back(day);
    step.marks.push_back(day);
  };
  if (anew_) {
    step.anew_from = anew_->day;
    mark(*anew_);
  }
  if (watched_from_ && *watched_from_ <= days.last) {
    const DayRange watched{std::max(days.first, *watched_from_), days.last};
    const auto of_sources = source_traffic(store_, activity_.definition, sources_, watched);
    if (!of_sources) return of_sources.error();
    for (const TrackingGap& gap : find_gaps(activity_.history, activity_.signals,
                                            activity_.definition, *of_sources, watched)) {
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
  const auto kept = store_.evidence_of(calibration_->day);
  if (!kept) return kept.error();
  if (*kept) return {};
  const CalibrationEvidence evidence = evidence_for(*calibration_, activity_, scored_, cores_);
  return store_.keep_evidence(calibration_->day, evidence_json(evidence).dump());
}

Result<ScoreOutcome> ScoreRun::until(Day last, const std::atomic<bool>& is_interrupted,
                                     const std::function<void(Day)>& on_progress) {
  if (auto loaded = load_state(); !loaded) return loaded.error();
  ScoreOutcome outcome;
  if (!last_day_ && scored_.days().length() == 0) {
    if (anew_) return Error{ErrorKind::conflict, "nothing is activity under today's definition"};
    return outcome;
  }
  if (first_published_ && first_active_day() < first_published_) {
    outcome.unpublished_since = first_active_day();
  }
  const Day first = last_day_ ? last_day_->day + 1 : scored_.days().first;
  if (last < first) {
    if (anew_) {
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
    outcome.corrections = std::ssize(step.corrections);
  }
  if (auto noted = note_merges(first, step); !noted) return noted.error();
  for (Day day = first; day <= last; day = last_day_->day + 1) {
    const Day before = day - 1;
    if (is_calibration_due(before)) recalibrate(before, step);
    // Up to the next day behind which a calibration may be due.
    Day end = std::min(last, month_end(day));
    for (const Day calibrated : calibrated_before_) {
      if (calibrated >= day) end = std::min(end, calibrated);
    }
    publish_segment({day, end}, step);
    if (step.records.size() < kRecordsOfStep && last_day_->day < last) continue;

    if (auto published = store_.publish(step); !published) return published.error();
    on_progress(last_day_->day);
    outcome.changes += std::ssize(step.changes);
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
