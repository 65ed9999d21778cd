#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "api/collect_routes.h"
#include "api/local_access.h"
#include "api/nightly_run.h"
#include "api/served_command.h"
#include "base/time_zone.h"
#include "model/definition.h"
#include "net/http_server.h"
#include "score/live_activity.h"

namespace tidemark {

/// What a server serves: an open workspace.
struct Served {
  std::filesystem::path folder;
  const Definition& definition;
  TimeZone zone;
  Store& store;
  Control& control;
  const Clock& clock;
  std::string version;
  NightlyRun::ReadDefinition read_definition = {};  // for the nightly run
  std::function<CommandOutput(const ServedCommand&, PublishingLocks)> run_command = {};
};

struct ServeOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;
  unsigned threads = 2;
  HttpLimits limits;
  CollectLimits collect;
  bool runs_nightly = true;
};

/// One process that takes events and answers questions about the workspace.
class Server {
 public:
  static Result<std::unique_ptr<Server>> start(const Served& served, const ServeOptions& options);
  /// Takes no more requests, answers those at hand, stores what waits.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const { return http_->port(); }

 private:
  explicit Server(const Served& served) : served_(served), keys_(served.control, served.clock) {}

  void handle(HttpRequest request, SendReply send);
  bool is_allowed(const HttpRequest& request) const;
  HttpReply ready() const;
  HttpReply metrics() const;
  HttpReply score(const HttpRequest& request);
  HttpReply events(const HttpRequest& request);
  HttpReply rejects(const HttpRequest& request);
  HttpReply identity();
  HttpReply merge(const HttpRequest& request);
  HttpReply unmerge(const HttpRequest& request);
  HttpReply count_by_domain(const HttpRequest& request);
  HttpReply exclusions(const HttpRequest& request);
  void run_command(const HttpRequest& request, const SendReply& send);
  void replay_rejects(const SendReply& send);

  Served served_;
  std::mutex store_lock_;
  std::mutex publishing_lock_;
  // Follows from the collector's thread; else used under the lock of the store, once that is
  // settled.
  std::unique_ptr<LiveActivity> activity_;
  std::unique_ptr<Collector> collector_;
  std::unique_ptr<NightlyRun> nightly_;
  KeyRing keys_;
  std::unique_ptr<CollectRoutes> collect_;
  LocalAccess access_;
  std::atomic<bool> is_replaying_{false};
  std::unique_ptr<HttpServer> http_;
  std::mutex commands_lock_;
  bool is_stopping_ = false;
  struct Running {
    std::shared_ptr<std::atomic<bool>> is_done;
    std::jthread thread;
  };
  std::vector<Running> commands_;  // those that ended are joined by the next
};

}  // namespace tidemark
