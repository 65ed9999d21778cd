#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>

#include "api/access/gate.h"
#include "api/access/sign_in_limit.h"
#include "api/lanes.h"
#include "api/nightly_run.h"
#include "api/published_cache.h"
#include "api/served_command.h"
#include "base/time_zone.h"
#include "collect/collector.h"
#include "deliver/vault.h"
#include "score/live_activity.h"

namespace tidemark {

/// What a server serves: an open workspace.
struct Served {
  std::filesystem::path folder;
  const Definition& definition;  // as it stood when it was opened
  TimeZone zone;
  Store& store;
  Control& control;
  const Clock& clock;
  std::string version;
  NightlyRun::ReadDefinition read_definition = {};  // as it stands
  std::function<Result<void>(const std::string& toml)> write_definition = {};
  std::function<CommandOutput(const ServedCommand&, PublishingLocks)> run_command = {};
  // By how much the machine's clock has jumped, while it is not followed.
  std::function<std::chrono::microseconds()> clock_jump = [] {
    return std::chrono::microseconds{0};
  };
};

/// What the resources of the API answer from.
struct Desk {
  Served served;
  Gate& gate;
  const Vault& vault;
  SignInLimit& sign_in_limit;
  std::mutex& store_lock;  // held by whoever changes the store, but for publishing
  std::mutex& publishing_lock;
  Collector& collector;
  LiveActivity& activity;  // used under the lock of the store, once that is settled
  NightlyRun* nightly;     // null: it does not run
  PublishedCache& published;
  std::atomic<bool>& is_replaying;
  const std::atomic<bool>& is_stopping;  // what takes long ends at its next durable step

  Control& control() const { return served.control; }
  Instant now() const { return served.clock.now(); }
};

}  // namespace tidemark
