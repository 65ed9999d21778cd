#include "api/nightly_run.h"

#include <exception>

#include <fmt/format.h>

#include "api/log.h"
#include "wire/definition_json.h"

namespace tidemark {
namespace {

constexpr std::chrono::minutes kUntilNextTry{5};
constexpr std::chrono::seconds kBetweenLooks{30};  // each reads the definition anew

/// Whether what the calibration in force rests on was worked out: a run that died behind its last
/// day did not come to that.
Result<bool> has_evidence(Store& store, const std::vector<PublishedDay>& published) {
  if (published.empty() || !published.back().calibration) return true;
  const auto evidence = store.evidence_of(*published.back().calibration);
  if (!evidence) return evidence.error();
  return evidence->has_value();
}

std::string outcome_words(const ScoreOutcome& outcome) {
  if (outcome.days.length() == 0) return "finished what a run before had left undone";
  std::string words = fmt::format("published {} to {}: {} moves", day_text(outcome.days.first),
                                  day_text(outcome.days.last), outcome.changes);
  if (!outcome.calibrations.empty()) {
    words += fmt::format(", {} calibrations", outcome.calibrations.size());
  }
  for (const IncompleteDay& day : outcome.held) {
    words += fmt::format("; {} is incomplete and held", day_text(day.day));
  }
  return words;
}

}  // namespace

NightlyRun::NightlyRun(Store& store, std::mutex& publishing_lock, Control& control,
                       const Clock& clock, Calls calls, Workers workers)
    : store_(store),
      publishing_lock_(publishing_lock),
      control_(control),
      clock_(clock),
      calls_(std::move(calls)),
      workers_(std::move(workers)) {}

NightlyRun::~NightlyRun() { stop(); }

void NightlyRun::start() {
  thread_ = std::thread([this] {
    std::unique_lock lock(state_lock_);
    while (!is_stopping_) {
      lock.unlock();
      try {
        run_if_due();
      } catch (const std::exception& failure) {
        note(Error{ErrorKind::unavailable, failure.what()}, clock_.now(), {});
      }
      lock.lock();
      wakes_.wait_for(lock, kBetweenLooks,
                      [&] { return is_stopping_ || asked_ != Extent::nothing; });
    }
  });
}

void NightlyRun::stop() {
  {
    const std::lock_guard lock(state_lock_);
    is_stopping_ = true;
    is_broken_off_ = true;
  }
  wakes_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void NightlyRun::publish_now(Extent extent) {
  {
    const std::lock_guard lock(state_lock_);
    if (asked_ != Extent::all_anew) asked_ = extent;
    state_.is_running = true;  // as good as: whoever asks sees it at once
  }
  wakes_.notify_all();
}

NightlyState NightlyRun::state() const {
  const std::lock_guard lock(state_lock_);
  return state_;
}

bool NightlyRun::run_if_due() {
  if (const Extent asked = asked_.exchange(Extent::nothing); asked != Extent::nothing) {
    owed_ = std::max(owed_, asked);
    failed_.reset();
    done_.reset();
  }
  const bool did = run_as_asked(owed_);
  const std::lock_guard lock(state_lock_);
  state_.is_running = asked_ != Extent::nothing;
  return did;
}

bool NightlyRun::run_as_asked(Extent asked) {
  const Instant now = clock_.now();
  if (failed_ && now < *failed_ + kUntilNextTry) return false;
  const auto definition = calls_.read_definition();
  if (!definition) {
    note(definition.error(), now, {});
    return false;
  }
  const auto zone = TimeZone::named(definition->time_zone);
  if (!zone) {
    note(zone.error(), now, {});
    return false;
  }
  const Day ended = last_finished_day(clock_, *zone);
  if (done_ && ended <= *done_) return false;
  const auto supported = last_day_to_publish(ended, *zone);
  if (!supported) {
    note(supported.error(), now, ended);
    return false;
  }
  if (!*supported) return false;
  const Day finished = **supported;
  if (done_ && finished <= *done_) return false;

  std::unique_lock publishing(publishing_lock_);
  auto store = store_.beside(Reads::newest);
  if (!store) {
    note(store.error(), now, finished);
    return false;
  }
  const auto published = (*store)->published_days();
  if (!published) {
    note(published.error(), now, finished);
    return false;
  }
  const auto is_whole = has_evidence(**store, *published);
  if (!is_whole) {
    note(is_whole.error(), now, finished);
    return false;
  }
  if (asked != Extent::all_anew && *is_whole && !published->empty() &&
      published->back().day >= finished) {
    done_ = finished;
    failed_.reset();
    owed_ = Extent::nothing;
    const std::lock_guard state_lock(state_lock_);
    state_.published = published->back().day;
    state_.problem.clear();
    return false;
  }
  {
    const std::lock_guard state_lock(state_lock_);
    state_.is_running = true;
  }
  // It may have been edited while another one published.
  const auto in_force = calls_.read_definition();
  const auto outcome = in_force ? publish(**store, *in_force, finished, asked, publishing)
                                : Result<ScoreOutcome>(in_force.error());
  const bool was_broken_off = is_broken_off_.exchange(is_stopping_);
  if (!outcome && was_broken_off && !is_stopping_) {
    // Under what is the definition now it is begun again, with the next look.
    const std::lock_guard state_lock(state_lock_);
    state_.workers_missing = 0;
    return false;
  }
  note(outcome, now, finished);
  return outcome && outcome->days.length() > 0;
}

Result<std::optional<Day>> NightlyRun::last_day_to_publish(Day ended, TimeZone zone) {
  // The day of the newest event is asked for until it is the last that has ended.
  const auto store = store_.beside(Reads::newest);
  if (!store) return store.error();
  return last_day_with_events(**store, ended, zone);
}

Result<NightlyRun::Together> NightlyRun::come_together(Store& store, const WorkTerms& terms,
                                                       std::unique_lock<std::mutex>& publishing) {
  Together together;
  while (workers_.count > 1) {
    const std::uint64_t before = store.changes();
    auto opened = OpenedWork::open(store, terms, workers_.count);
    if (!opened) return opened.error();
    together.work.emplace(*std::move(opened));
    auto members = std::make_unique<BoardTeam>(
        together.work->board(), together.work->work().number, 1, together.work->terms().shares,
        is_broken_off_,
        [this, hash = terms.definition](std::size_t missing) { wait_for_workers(missing, hash); });
    // Others may publish, and the definition be changed, until all are there.
    publishing.unlock();
    auto met = members->meet();
    publishing.lock();
    if (!met) return met.error();
    together.team = std::move(members);
    if (store.changes() == before) break;
    together.work.reset();  // what they would read is not what is there any more
  }
  return together;
}

Result<ScoreOutcome> NightlyRun::publish(Store& store, const Definition& definition, Day finished,
                                         Extent asked, std::unique_lock<std::mutex>& publishing) {
  if (auto looked = calls_.look_around(); !looked) return looked.error();
  const auto recalibrates = control_.setting(std::string(kRecalibrateNext));
  if (!recalibrates) return recalibrates.error();
  const bool is_anew = asked == Extent::all_anew;
  auto together = come_together(store,
                                {workers_.version,
                                 definition_hash(definition),
                                 finished,
                                 finished,
                                 !recalibrates->empty(),
                                 is_anew,
                                 {}},
                                publishing);
  if (!together) return together.error();
  Team& team = *together->team;
  const Cores cores = Cores::all();
  const auto activity = [&]() -> Result<LoadedActivity> {
    auto moment = together->work ? together->work->board().store_of(together->work->work())
                                 : store_.beside(Reads::one_moment);
    if (!moment) return moment.error();
    return load_activity(**moment, definition, cores, team.accounts());
  }();
  if (!activity) return activity.error();
  // Nothing to publish yet is no run.
  if (team.is_alone() && activity->history.cells() == 0) return ScoreOutcome{};
  ScoreRun run(store, *activity, cores, team);
  const auto days = run.active_days();
  if (!days) return days.error();
  if (days->length() == 0 || days->first > finished) return ScoreOutcome{};
  const auto entry =
      control_.begin(asked == Extent::nothing ? "nightly run" : "publishing", clock_.now());
  if (!entry) return entry.error();
  if (is_anew) run.begin_anew();
  auto sources = control_.sources();
  if (!sources) return sources.error();
  run.watch_recent(finished, *std::move(sources));
  if (!recalibrates->empty()) run.recalibrate_now();
  // Days are published one after the other: also of a run that breaks off some are.
  const std::unique_ptr<NightlyRun, void (*)(NightlyRun*)> told(
      this, [](NightlyRun* self) { self->calls_.on_published(); });
  auto outcome = run.until(finished, is_stopping_, [](Day) {});
  if (outcome && outcome->days.length() > 0) {
    auto cleared = control_.clear(std::string(kRecalibrateNext), *recalibrates);
    if (!cleared) return cleared.error();
  }
  const std::string words = outcome ? outcome_words(*outcome) : outcome.error().message;
  if (auto ended = control_.end(*entry, words, clock_.now()); !ended) return ended.error();
  return outcome;
}

void NightlyRun::wait_for_workers(std::size_t missing, const std::string& hash) {
  // A worker that comes now finds another definition than that of the run.
  const auto definition = calls_.read_definition();
  if (definition && definition_hash(*definition) != hash) is_broken_off_ = true;
  const std::lock_guard lock(state_lock_);
  if (state_.workers_missing == 0 && missing > 0) {
    log_line(
        clock_, "info",
        fmt::format("the nightly run waits for {} of {} workers: tidemark work 2/{} --stay and "
                    "so on",
                    missing, workers_.count, workers_.count));
  }
  state_.workers_missing = missing;
}

void NightlyRun::note(const Result<ScoreOutcome>& outcome, Instant started, Day finished) {
  const Instant now = clock_.now();
  failed_ = outcome ? std::nullopt : std::optional(now);
  if (outcome) {
    done_ = finished;
    owed_ = Extent::nothing;
  }
  if (!outcome) {
    log_line(clock_, "error",
             fmt::format("the nightly run failed and is tried again in five minutes: {}",
                         outcome.error().message));
  } else if (outcome->days.length() > 0) {
    log_line(clock_, "info", "nightly run " + outcome_words(*outcome));
  }
  const std::lock_guard lock(state_lock_);
  state_.is_running = false;
  state_.workers_missing = 0;
  state_.problem = outcome ? std::string() : outcome.error().message;
  if (!outcome) {
    ++state_.failures;
    return;
  }
  state_.succeeded = now;
  if (outcome->days.length() == 0) return;
  ++state_.runs;
  state_.published = outcome->days.last;
  state_.took = std::chrono::duration_cast<std::chrono::milliseconds>(now - started);
}

}  // namespace tidemark
