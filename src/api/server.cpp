#include "api/server.h"

#include <fmt/format.h>

#include "api/invitation_link.h"
#include "api/log.h"
#include "api/pages.h"
#include "wire/names.h"

namespace tidemark {
namespace {

/// Files that were being imported when a server died.
void remove_left_uploads(const std::filesystem::path& folder) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("upload-") && name.ends_with(".part")) {
      std::filesystem::remove(entry.path(), ignored);
    }
  }
}

/// A label's value as Prometheus reads it.
std::string label_text(const std::string& text) {
  std::string quoted;
  for (const char letter : text) {
    if (letter == '\\' || letter == '"') quoted += '\\';
    quoted += letter == '\n' ? ' ' : letter;
  }
  return quoted;
}

/// Deliveries by destination; nothing where they cannot be counted now.
std::string delivery_metrics(Outbox& outbox) {
  const auto destinations = outbox.destinations();
  if (!destinations || destinations->empty()) return "";
  std::string waiting =
      "# HELP tidemark_deliveries_waiting Deliveries that wait.\n"
      "# TYPE tidemark_deliveries_waiting gauge\n";
  std::string refused =
      "# HELP tidemark_deliveries_refused Deliveries that were refused for good.\n"
      "# TYPE tidemark_deliveries_refused gauge\n";
  std::string paused =
      "# HELP tidemark_destination_paused Whether nothing is sent there for now.\n"
      "# TYPE tidemark_destination_paused gauge\n";
  for (const Destination& destination : *destinations) {
    const auto counts = outbox.counts(destination.name);
    if (!counts) return "";
    const std::string name = label_text(destination.name);
    waiting += fmt::format("tidemark_deliveries_waiting{{destination=\"{}\"}} {}\n", name,
                           counts->waiting);
    refused +=
        fmt::format("tidemark_deliveries_refused{{destination=\"{}\"}} {}\n", name, counts->dead);
    paused += fmt::format("tidemark_destination_paused{{destination=\"{}\"}} {}\n", name,
                          destination.is_paused ? 1 : 0);
  }
  return waiting + refused + paused;
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(const Served& served, const ServeOptions& options) {
  std::unique_ptr<Server> server(new Server(served));
  remove_left_uploads(served.folder);
  auto activity = LiveActivity::load(served.store, served.definition);
  if (!activity && served.store.mapped_tables() == nullptr) return activity.error();
  if (activity) {
    server->activity_ = *std::move(activity);
  } else {
    // A table of others that is gone is no reason to take no events.
    log_line(served.clock, "error", activity.error().message);
    server->activity_ = LiveActivity::unloaded(served.store, served.definition);
  }
  auto collector = Collector::start(
      served.store, server->store_lock_,
      [raw = server->activity_.get()](const auto& step, const auto& is_new) {
        raw->follow(step, is_new);
      },
      [raw = server.get()](const Error& error) { raw->note_failed_commit(error); },
      options.collect);
  if (!collector) return collector.error();
  server->collector_ = *std::move(collector);
  server->collect_ = std::make_unique<CollectRoutes>(*server->collector_, server->keys_,
                                                     options.collect, served.clock);
  if (options.runs_nightly) {
    const NightlyRun::Calls calls{served.read_definition,
                                  [raw = server.get()] { return raw->look_at_mapped_tables(); },
                                  [raw = server.get()] {
                                    raw->published_.forget();
                                    raw->preparation_->look();
                                    raw->deliveries_->wake();
                                  }};
    server->nightly_ = std::make_unique<NightlyRun>(
        served.store, server->publishing_lock_, served.control, served.clock, calls,
        NightlyRun::Workers{options.workers, served.version});
  }
  auto http = HttpServer::start(options.address, options.port, options.threads, options.limits,
                                [raw = server.get()](HttpRequest request, SendReply send) {
                                  raw->handle(std::move(request), std::move(send));
                                });
  if (!http) return http.error();
  server->http_ = *std::move(http);
  // The port is known only now; until all is there requests are told to come again.
  auto access = offer_local_access(served.folder, options.address, server->port());
  if (!access) return access.error();
  auto vault = Vault::open(served.folder / "secret.key");
  if (!vault) return vault.error();
  server->vault_.emplace(*std::move(vault));
  server->gate_ = std::make_unique<Gate>(
      served.control, *server->vault_, served.clock,
      PublicPlace{options.address, options.public_url, server->port()}, access->token);
  server->sign_in_limit_ = std::make_unique<SignInLimit>(served.clock);
  server->desk_ = std::unique_ptr<Desk>(new Desk{
      served, *server->gate_, *server->vault_, *server->sign_in_limit_, server->store_lock_,
      server->publishing_lock_, *server->collector_, *server->activity_, server->nightly_.get(),
      server->published_, server->is_replaying_, server->is_stopping_});
  server->api_ = std::make_unique<ApiRoutes>(*server->desk_, server->lanes_);
  auto preparation =
      Preparation::start(served.store, served.clock, [raw = server.get()]() -> Result<void> {
        return raw->published_.prepare(raw->served_.store, raw->served_.zone);
      });
  if (!preparation) return preparation.error();
  server->preparation_ = *std::move(preparation);
  auto deliveries = DeliveryRun::start(served.folder, served.store, served.control, *server->vault_,
                                       served.zone, served.clock);
  if (!deliveries) return deliveries.error();
  server->deliveries_ = *std::move(deliveries);
  auto feeds = FeedRun::start(served.folder, served.control, *server->collector_, served.clock);
  if (!feeds) return feeds.error();
  server->feeds_ = *std::move(feeds);
  server->is_ready_ = true;
  if (server->nightly_) server->nightly_->start();
  return server;
}

Server::~Server() {
  constexpr std::chrono::seconds kForRequests{10};
  constexpr std::chrono::seconds kForAnswers{1};
  is_stopping_ = true;
  if (nightly_) nightly_->stop();
  lanes_.stop();  // whose commands wake the others
  if (feeds_) feeds_->stop();
  deliveries_.reset();
  preparation_.reset();
  if (http_) http_->drain(kForRequests);
  // Threads that serve a slow request still ask the collector: it goes last.
  if (collector_) collector_->stop();
  if (http_) http_->drain(kForAnswers);
  http_.reset();
  collector_.reset();
  forget_local_access(served_.folder);
}

Result<std::string> Server::first_link() {
  const auto people = served_.control.people().all();
  if (!people) return people.error();
  if (!people->empty()) return std::string();
  return invitation_link(served_.control, gate_->place().url(), "", Access::owner,
                         served_.clock.now());
}

void Server::handle(HttpRequest request, SendReply send) {
  send = [this, send = std::move(send), id = request.request_id,
          method = request.method](HttpReply reply) {
    if (reply.status >= 400) log_refusal(served_.clock, id, method, reply.status);
    send(std::move(reply));
  };
  // The ways in for events: collect_routes.cpp.
  if (collect_->handle(request, send)) return;

  const std::string_view path = request.path;
  const bool is_get = request.method == "GET" || request.method == "HEAD";
  if (is_get && path == "/healthz") return send(json_reply(200, {{"status", "ok"}}));
  if (is_get && path == "/readyz") return send(ready());
  if (is_get && path == "/version") return send(json_reply(200, {{"version", served_.version}}));
  if (is_get && path == "/metrics") return send(metrics());
  if (!is_ready_) return send(problem(503, "the server begins; try again"));
  if (request.method == "POST" && path == "/api/v1/commands") return run_command(request, send);
  if (path.starts_with("/api/") || path == "/mcp") return api_->handle(std::move(request), send);
  if (auto found = page(request)) return send(*std::move(found));
  ++unknown_paths_;
  log_unknown_path(served_.clock, request.request_id, request.path);
  send(problem(404, "there is nothing here; events go to /v1/batch, questions to /api/v1"));
}

void Server::run_command(const HttpRequest& request, const SendReply& send) {
  const auto caller = gate_->identify(request);
  if (!caller || !caller->is_local) {
    return send(problem(401, "only commands of the workspace's own machine are run here"));
  }
  auto command = parse_command(request.body);
  if (!command) return send(problem(400, "not a command"));
  const auto refuse = [send] { send(problem(503, "too many commands at once; try again")); };
  const bool is_taken = lanes_.post(
      Lane::commands,
      {[this, command = *std::move(command), send] {
         const std::uint64_t before = served_.store.changes();
         const std::uint64_t mapped_before = served_.store.mapped_tables() == nullptr
                                                 ? 0
                                                 : served_.store.mapped_tables()->changes();
         const auto on_done = [&] {
           MappedTables* const tables = served_.store.mapped_tables();
           if (tables != nullptr && tables->changes() != mapped_before) {
             take_up_new_names();
           }
         };
         HttpReply reply{
             200, "application/octet-stream",
             output_text(served_.run_command(command, {publishing_lock_, store_lock_, on_done}))};
         if (served_.store.changes() != before) {
           published_.forget();
           preparation_->look();
         }
         deliveries_->wake();
         send(std::move(reply));
       },
       refuse});
  if (!is_taken) refuse();
}

Result<void> Server::look_at_mapped_tables() {
  MappedTables* const tables = served_.store.mapped_tables();
  if (tables == nullptr) return {};
  const auto has_news =
      tables->look(served_.clock.now(), [this](const std::function<Result<void>()>& work) {
        // Nothing else is stored meanwhile: both number accounts and events on from the last.
        const std::lock_guard lock(store_lock_);
        auto done = work();
        take_up_new_names();  // where it failed it may be done all the same
        return done;
      });
  if (!has_news) return has_news.error();
  if (!*has_news) return {};
  const std::lock_guard lock(store_lock_);
  take_up_new_names();
  return {};
}

void Server::take_up_new_names() {
  collector_->names_have_changed();
  collector_->settle();
  activity_->forget();
}

void Server::note_failed_commit(const Error& error) {
  // What failed may be in the store all the same, once it is opened again.
  activity_->forget();
  constexpr std::chrono::seconds kBetweenLines{10};
  const auto now = std::chrono::steady_clock::now();
  if (failure_logged_ && now - *failure_logged_ < kBetweenLines) return;
  failure_logged_ = now;
  log_line(served_.clock, "error", "events could not be stored: " + error.message);
}

HttpReply Server::ready() const {
  if (!is_ready_) return problem(503, "the server begins");
  if (const auto failure = collector_->failure()) {
    return problem(503, "events cannot be stored: " + *failure);
  }
  return json_reply(200, {{"status", "ready"}});
}

HttpReply Server::metrics() const {
  if (!is_ready_) return problem(503, "the server begins");
  std::string text;
  const auto metric = [&](std::string_view name, std::string_view type, std::string_view help,
                          std::uint64_t value) {
    text += fmt::format("# HELP tidemark_{0} {2}\n# TYPE tidemark_{0} {1}\ntidemark_{0} {3}\n",
                        name, type, help, value);
  };
  const CollectorCounts& collected = collector_->counts();
  const HttpCounts& http = http_->counts();
  metric("events_total", "counter", "Events stored.", collected.events);
  metric("events_duplicate_total", "counter", "Events that were stored before.",
         collected.duplicates);
  metric("events_refused_total", "counter", "Events refused for a reason.", collected.refused);
  metric("commits_total", "counter", "Transactions that stored events.", collected.batches);
  metric("commits_failed_total", "counter", "Transactions that failed.", collected.failures);
  metric("commits_failing", "gauge", "Whether the last transaction failed; /readyz says why.",
         collector_->failure() ? 1 : 0);
  metric("requests_busy_total", "counter", "Requests told to come again later.", collected.busy);
  metric("messages_waiting", "gauge", "Messages that wait to be stored.", collected.waiting);
  metric("requests_unauthorized_total", "counter", "Requests without a known key.",
         collect_->counts().unauthorized);
  metric("requests_malformed_total", "counter", "Requests whose body could not be read.",
         collect_->counts().malformed + http.malformed);
  metric("requests_too_large_total", "counter", "Requests beyond the limits of size, as they came.",
         http.too_large);
  metric("requests_unpacked_too_large_total", "counter",
         "Requests beyond the limit of size, unpacked.", collect_->counts().unpacks_too_large);
  metric("requests_paused_total", "counter", "Requests of sources that are paused.",
         collect_->counts().paused);
  metric("requests_wrong_origin_total", "counter", "Requests from origins that are not allowed.",
         collect_->counts().wrong_origin);
  metric("requests_total", "counter", "Requests read.", http.requests);
  metric("requests_unknown_path_total", "counter",
         "Requests for a path that is not there; the log names it.", unknown_paths_);
  metric("connections", "gauge", "Open connections.", http.connections);
  metric("connections_refused_total", "counter", "Connections beyond the limit.",
         http.connections_refused);
  metric("connections_timed_out_total", "counter", "Connections too slow to send a request.",
         http.timed_out);
  if (is_ready_) {
    const ApiCounts& api = api_->counts();
    metric("api_not_signed_in_total", "counter", "Questions without a key or session that holds.",
           api.not_signed_in);
    metric("api_not_allowed_total", "counter", "Questions of those who may not ask them.",
           api.not_allowed);
    metric("api_forged_total", "counter", "Changes that may come from another site's page.",
           api.forged);
    metric("api_wrong_host_total", "counter", "Requests for a name that is not the server's.",
           api.wrong_host);
    text +=
        "# HELP tidemark_api_answers_total Answers of the API, by the class of their status.\n"
        "# TYPE tidemark_api_answers_total counter\n";
    for (std::size_t digit = 2; digit < api.answers.size(); ++digit) {
      text += fmt::format("tidemark_api_answers_total{{status=\"{}xx\"}} {}\n", digit,
                          api.answers[digit].load());
    }
  }
  text += delivery_metrics(served_.control.outbox());
  if (const auto feeds = feeds_->state(); !feeds.empty()) {
    const auto of_each = [&](std::string_view name, std::string_view type, std::string_view help,
                             const auto& value) {
      text += fmt::format("# HELP tidemark_{0} {2}\n# TYPE tidemark_{0} {1}\n", name, type, help);
      for (const FeedState& feed : feeds) {
        text += fmt::format("tidemark_{}{{feed=\"{}\"}} {}\n", name, label_text(feed.name),
                            value(feed));
      }
    };
    of_each("feed_messages_total", "counter", "Messages of a feed that were taken.",
            [](const FeedState& feed) { return feed.messages; });
    of_each("feed_behind", "gauge", "Messages of a feed's topic that were not handed over yet.",
            [](const FeedState& feed) { return feed.behind; });
    of_each("feed_failing", "gauge", "Whether a feed's client met a problem with what was last.",
            [](const FeedState& feed) { return feed.problem.empty() ? 0 : 1; });
  }
  if (nightly_) {
    const NightlyState nightly = nightly_->state();
    const auto seconds = [](Instant at) {
      return static_cast<std::uint64_t>(
          std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count());
    };
    metric("nightly_runs_total", "counter", "Nightly runs that published days.", nightly.runs);
    metric("nightly_failures_total", "counter", "Nightly runs that failed.", nightly.failures);
    metric("nightly_running", "gauge", "Whether a nightly run is going on.",
           nightly.is_running ? 1 : 0);
    metric("nightly_milliseconds", "gauge", "What the last nightly run took.",
           static_cast<std::uint64_t>(nightly.took.count()));
    metric("nightly_workers_missing", "gauge", "Workers that a nightly run waits for.",
           nightly.workers_missing);
    if (nightly.succeeded) {
      metric("nightly_success_timestamp_seconds", "gauge", "When the last one ended well.",
             seconds(*nightly.succeeded));
    }
    if (nightly.published) {
      metric("published_day_timestamp_seconds", "gauge", "The last published day.",
             seconds(Instant{std::chrono::days{nightly.published->number}}));
    }
  }
  text +=
      "# HELP tidemark_refusals_total Events refused, by reason.\n"
      "# TYPE tidemark_refusals_total counter\n";
  for (std::size_t reason = 0; reason < kRejectReasons; ++reason) {
    text += fmt::format("tidemark_refusals_total{{reason=\"{}\"}} {}\n",
                        reject_reason_name(static_cast<RejectReason>(reason)),
                        collected.refused_for[reason].load());
  }
  text += fmt::format(
      "# HELP tidemark_build_info The version.\n# TYPE tidemark_build_info gauge\n"
      "tidemark_build_info{{version=\"{}\"}} 1\n",
      served_.version);
  return {200, "text/plain; version=0.0.4", text};
}

}  // namespace tidemark
