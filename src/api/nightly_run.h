#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/time_zone.h"
#include "model/definition.h"
#include "score/opened_work.h"
#include "score/score_run.h"
#include "store/sqlite/control.h"

namespace tidemark {

/// How the nightly run stands.
struct NightlyState {
  bool is_running = false;
  std::optional<Day> published;       // the last published day, as far as this process knows
  std::optional<Instant> succeeded;   // when the last run ended well
  std::chrono::milliseconds took{0};  // that run
  std::uint64_t runs = 0;             // that published something
  std::uint64_t failures = 0;         // since the process began
  std::size_t workers_missing = 0;    // that the run waits for
  std::string problem;                // of the last run, if it failed; else empty
};

/// Publishes each day by itself once it has ended and late events had their grace: levels, moves,
/// the calibrations due, days held of which events are missing. After downtime it catches up, day
/// by day; a day is never published twice; a run that failed is tried again after five minutes, and
/// says so until then.
class NightlyRun {
 public:
  /// The definition as it stands; it may have been edited since the last run.
  using ReadDefinition = std::function<Result<Definition>()>;
  /// What it asks of others, and tells them.
  struct Calls {
    ReadDefinition read_definition;
    /// Sees to it, before a run, that what came in other ways counts.
    std::function<Result<void>()> look_around = [] { return Result<void>(); };
    std::function<void()> on_published = [] {};
  };
  /// Who reckons a run: this process, which leads, and those that take part from elsewhere.
  struct Workers {
    unsigned count = 1;
    std::string version = {};  // of the program, which has to be that of all
  };

  /// Uses views beside `store`, so that events are stored meanwhile; one that publishes holds
  /// `publishing_lock`.
  NightlyRun(Store& store, std::mutex& publishing_lock, Control& control, const Clock& clock,
             Calls calls, Workers workers);
  ~NightlyRun();
  NightlyRun(const NightlyRun&) = delete;
  NightlyRun& operator=(const NightlyRun&) = delete;

  /// Looks at the clock now and every half minute, in a thread of its own.
  void start();
  /// Ends a run at its next durable day.
  void stop();

  /// What to publish when somebody asks.
  enum class Extent : std::uint8_t {
    nothing,
    missing,   // the days that are
    all_anew,  // the whole history, under the definition as it stands; what was published is gone
  };
  /// Has the thread publish now, whether or not a day has ended since it looked last.
  void publish_now(Extent extent);

  /// Publishes what is missing, if a day has ended since the last time. Whether it did.
  bool run_if_due();

  NightlyState state() const;

 private:
  /// Holds the lock but while it waits for workers to come.
  Result<ScoreOutcome> publish(Store& store, const Definition& definition, Day finished,
                               Extent asked, std::unique_lock<std::mutex>& publishing);
  /// The team of a run and the work it meets for; of a process alone nothing.
  struct Together {
    std::optional<OpenedWork> work;
    std::unique_ptr<Team> team = std::make_unique<Alone>();
  };
  Result<std::optional<Day>> last_day_to_publish(Day ended, TimeZone zone);
  Result<Together> come_together(Store& store, const WorkTerms& terms,
                                 std::unique_lock<std::mutex>& publishing);
  bool run_as_asked(Extent asked);
  void wait_for_workers(std::size_t missing, const std::string& definition_hash);
  void note(const Result<ScoreOutcome>& outcome, Instant started, Day finished);

  Store& store_;
  std::mutex& publishing_lock_;
  Control& control_;
  const Clock& clock_;
  Calls calls_;
  Workers workers_;

  std::optional<Day> done_;        // all up to it is published
  std::optional<Instant> failed_;  // when the last run failed, if it did
  Extent owed_ = Extent::nothing;  // what was asked for and has not ended well yet
  std::atomic<bool> is_stopping_{false};
  std::atomic<bool> is_broken_off_{false};  // the team's work: it is to stop, or under a definition
                                            // that is none any more
  std::atomic<Extent> asked_{Extent::nothing};
  mutable std::mutex state_lock_;
  std::condition_variable wakes_;
  NightlyState state_;
  std::thread thread_;
};

}  // namespace tidemark
