#pragma once

#include <atomic>
#include <memory>
#include <mutex>

#include "api/api_routes.h"
#include "api/collect_routes.h"
#include "api/delivery_run.h"
#include "api/desk.h"
#include "api/feed_run.h"
#include "api/local_access.h"
#include "api/preparation.h"
#include "net/http_server.h"

namespace tidemark {

struct ServeOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;
  unsigned threads = 2;
  HttpLimits limits;
  CollectLimits collect;
  bool runs_nightly = true;
  unsigned workers = 1;         // that reckon a nightly run together, this process among them
  std::string public_url = {};  // by which people reach it through a proxy; empty: as it listens
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

  /// The link by which the first owner signs in; empty where somebody signs in already.
  Result<std::string> first_link();

 private:
  explicit Server(const Served& served) : served_(served), keys_(served.control, served.clock) {}

  void handle(HttpRequest request, SendReply send);
  HttpReply ready() const;
  HttpReply metrics() const;
  void run_command(const HttpRequest& request, const SendReply& send);
  Result<void> look_at_mapped_tables();
  /// Accounts and events were numbered by others than the collector; its store is locked.
  void take_up_new_names();
  /// A transaction of the collector failed, as its thread tells.
  void note_failed_commit(const Error& error);

  Served served_;
  std::mutex store_lock_;
  std::mutex publishing_lock_;
  // Follows from the collector's thread; else used under the lock of the store, once that is
  // settled.
  std::unique_ptr<LiveActivity> activity_;
  std::atomic<std::uint64_t> unknown_paths_{0};
  std::unique_ptr<Collector> collector_;
  std::optional<std::chrono::steady_clock::time_point> failure_logged_;  // of its thread
  std::unique_ptr<FeedRun> feeds_;
  PublishedCache published_;
  std::unique_ptr<NightlyRun> nightly_;
  std::unique_ptr<Preparation> preparation_;
  std::optional<Vault> vault_;
  std::unique_ptr<DeliveryRun> deliveries_;
  KeyRing keys_;
  std::unique_ptr<CollectRoutes> collect_;
  std::atomic<bool> is_replaying_{false};
  std::atomic<bool> is_stopping_{false};
  std::unique_ptr<Gate> gate_;
  std::unique_ptr<SignInLimit> sign_in_limit_;
  std::unique_ptr<Desk> desk_;
  Lanes lanes_;
  std::unique_ptr<ApiRoutes> api_;
  std::unique_ptr<HttpServer> http_;
  std::atomic<bool> is_ready_{false};  // all of the above is there
};

}  // namespace tidemark
