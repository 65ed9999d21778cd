#include "api/server.h"

#include <charconv>

#include <fmt/format.h>

#include "api/arrivals_json.h"
#include "api/identity_json.h"
#include "api/json_reply.h"
#include "api/log.h"
#include "collect/replay.h"
#include "score/provisional.h"
#include "wire/definition_toml.h"
#include "wire/json.h"
#include "wire/names.h"

namespace tidemark {
namespace {

/// RFC 9457.
HttpReply problem(int status, std::string_view title, std::string_view detail) {
  HttpReply reply = json_reply(
      status, {{"type", "about:blank"}, {"title", title}, {"status", status}, {"detail", detail}});
  reply.content_type = "application/problem+json";
  return reply;
}

HttpReply problem_of(const Error& error) {
  switch (error.kind) {
    case ErrorKind::invalid_input:
      return problem(400, "Invalid", error.message);
    case ErrorKind::not_found:
      return problem(404, "Not found", error.message);
    case ErrorKind::conflict:
      return problem(409, "Conflict", error.message);
    case ErrorKind::unavailable:
    case ErrorKind::interrupted:
    case ErrorKind::corrupt_data:
      return problem(503, "Unavailable", error.message);
  }
  return problem(500, "Failed", error.message);
}

HttpReply reply_of(const Result<Json>& json) {
  return json ? json_reply(200, *json) : problem_of(json.error());
}

std::uint64_t number_of(const HttpRequest& request, std::string_view name, std::uint64_t otherwise,
                        std::uint64_t most) {
  const std::string text = request.parameter(name);
  std::uint64_t number = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return std::min(number, most);
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(const Served& served, const ServeOptions& options) {
  std::unique_ptr<Server> server(new Server(served));
  auto activity = LiveActivity::load(served.store, served.definition);
  if (!activity) return activity.error();
  server->activity_ = *std::move(activity);
  auto collector = Collector::start(
      served.store, server->store_lock_,
      [raw = server->activity_.get()](const auto& step, const auto& is_new) {
        raw->follow(step, is_new);
      },
      options.collect);
  if (!collector) return collector.error();
  server->collector_ = *std::move(collector);
  server->collect_ = std::make_unique<CollectRoutes>(*server->collector_, server->keys_,
                                                     options.collect, served.clock);
  if (options.runs_nightly) {
    server->nightly_ =
        std::make_unique<NightlyRun>(served.store, server->publishing_lock_, served.control,
                                     served.clock, served.read_definition);
  }
  auto http = HttpServer::start(options.address, options.port, options.threads, options.limits,
                                [raw = server.get()](HttpRequest request, SendReply send) {
                                  raw->handle(std::move(request), std::move(send));
                                });
  if (!http) return http.error();
  server->http_ = *std::move(http);
  auto access = offer_local_access(served.folder, options.address, server->port());
  if (!access) return access.error();
  server->access_ = *std::move(access);
  if (server->nightly_) server->nightly_->start();
  return server;
}

Server::~Server() {
  constexpr std::chrono::seconds kForRequests{10};
  constexpr std::chrono::seconds kForAnswers{1};
  if (nightly_) nightly_->stop();
  std::vector<Running> commands;
  {
    const std::lock_guard lock(commands_lock_);
    is_stopping_ = true;
    commands.swap(commands_);
  }
  commands.clear();  // waits for them to end
  if (http_) http_->drain(kForRequests);
  // Threads that serve a slow request still ask the collector: it goes last.
  if (collector_) collector_->stop();
  if (http_) http_->drain(kForAnswers);
  http_.reset();
  collector_.reset();
  forget_local_access(served_.folder);
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
  if (!path.starts_with("/api/")) {
    return send(problem(404, "Not found", "there is nothing here; events go to /v1/batch"));
  }
  if (!is_allowed(request)) {
    return send(problem(401, "Unauthorized",
                        "send the token of the workspace's serve.json: Authorization: Bearer …"));
  }
  if (is_get && path.starts_with("/api/v1/accounts/") && path.ends_with("/score")) {
    return send(score(request));
  }
  if (is_get && path == "/api/v1/events") return send(events(request));
  if (is_get && path == "/api/v1/rejects") return send(rejects(request));
  if (request.method == "POST" && path == "/api/v1/rejects/replay") {
    return replay_rejects(send);
  }
  if (is_get && path == "/api/v1/identity") return send(identity());
  if (request.method == "POST" && path == "/api/v1/merges") return send(merge(request));
  if (request.method == "DELETE" && path == "/api/v1/merges") return send(unmerge(request));
  if (request.method == "PUT" && path == "/api/v1/identity/domains") {
    return send(count_by_domain(request));
  }
  if (request.method == "POST" && path == "/api/v1/exclusions") return send(exclusions(request));
  if (request.method == "POST" && path == "/api/v1/commands") return run_command(request, send);
  send(problem(404, "Not found", "no such resource"));
}

void Server::run_command(const HttpRequest& request, const SendReply& send) {
  constexpr std::size_t kMostAtOnce = 4;
  auto command = parse_command(request.body);
  if (!command) return send(problem(400, "Invalid", "not a command"));
  const std::lock_guard lock(commands_lock_);
  std::erase_if(commands_, [](Running& running) { return running.is_done->load(); });
  if (is_stopping_ || commands_.size() >= kMostAtOnce) {
    return send(problem(503, "Unavailable", "too many commands at once; try again"));
  }
  auto is_done = std::make_shared<std::atomic<bool>>(false);
  commands_.push_back(
      {is_done, std::jthread([this, command = *std::move(command), send, is_done] {
         send({200, "application/octet-stream",
               output_text(served_.run_command(command, {publishing_lock_, store_lock_}))});
         *is_done = true;
       })});
}

bool Server::is_allowed(const HttpRequest& request) const {
  const std::string expected = "Bearer " + access_.token;
  const std::string_view given = request.header("authorization");
  // In a time that says nothing about where they differ.
  unsigned difference = given.size() == expected.size() ? 0 : 1;
  for (std::size_t at = 0; at < std::min(given.size(), expected.size()); ++at) {
    difference |= static_cast<unsigned char>(given[at]) ^ static_cast<unsigned char>(expected[at]);
  }
  return difference == 0;
}

HttpReply Server::ready() const {
  if (collector_->is_failing()) {
    return problem(503, "Not ready", "the last events could not be stored");
  }
  return json_reply(200, {{"status", "ready"}});
}

HttpReply Server::metrics() const {
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
  metric("connections", "gauge", "Open connections.", http.connections);
  metric("connections_refused_total", "counter", "Connections beyond the limit.",
         http.connections_refused);
  metric("connections_timed_out_total", "counter", "Connections too slow to send a request.",
         http.timed_out);
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

HttpReply Server::score(const HttpRequest& request) {
  constexpr std::string_view kBefore = "/api/v1/accounts/";
  constexpr std::string_view kAfter = "/score";
  const std::string id = decoded_form_text(
      std::string_view(request.path)
          .substr(kBefore.size(), request.path.size() - kBefore.size() - kAfter.size()));
  const Day today = DayReader(served_.zone).day_of(served_.clock.now());
  const std::scoped_lock lock(store_lock_);
  collector_->settle();
  const auto score = provisional_score(served_.store, *activity_, id, today);
  if (!score) return problem_of(score.error());
  return json_reply(200, {{"account_id", score->account_id},
                          {"day", day_text(score->day)},
                          {"provisional", true},
                          {"milli_points", score->window.points().milli},
                          {"display", score->display ? Json(*score->display) : Json()}});
}

HttpReply Server::events(const HttpRequest& request) {
  const std::scoped_lock lock(store_lock_);
  return reply_of(arrivals_json(served_.store,
                                number_of(request, "after", 0, ~std::uint64_t{0} >> 1),
                                static_cast<int>(number_of(request, "limit", 50, 10'000))));
}

HttpReply Server::rejects(const HttpRequest& request) {
  const std::scoped_lock lock(store_lock_);
  return reply_of(
      refusals_json(served_.store, static_cast<int>(number_of(request, "limit", 50, 100'000))));
}

HttpReply Server::identity() {
  const std::scoped_lock lock(store_lock_);
  const auto report = report_identity(served_.store);
  return report ? json_reply(200, identity_json(*report)) : problem_of(report.error());
}

HttpReply Server::merge(const HttpRequest& request) {
  const std::scoped_lock lock(store_lock_);
  const auto merged = merge_accounts(served_.store, request.parameter("account"),
                                     request.parameter("into"), served_.clock.now());
  collector_->settle();
  activity_->forget();
  return merged ? json_reply(200, Json::object()) : problem_of(merged.error());
}

HttpReply Server::unmerge(const HttpRequest& request) {
  const std::scoped_lock lock(store_lock_);
  const auto unmerged = unmerge_account(served_.store, request.parameter("account"));
  collector_->settle();
  activity_->forget();
  return unmerged ? json_reply(200, Json::object()) : problem_of(unmerged.error());
}

HttpReply Server::count_by_domain(const HttpRequest& request) {
  const std::scoped_lock lock(store_lock_);
  const auto done =
      served_.store.count_by_domain(request.parameter("on") == "true", served_.clock.now());
  collector_->names_have_changed();
  collector_->settle();
  activity_->forget();
  return done ? json_reply(200, Json::object()) : problem_of(done.error());
}

HttpReply Server::exclusions(const HttpRequest& request) {
  const auto draft = request.body.empty() ? Result<Definition>(served_.definition)
                                          : parse_definition(request.body, "the definition");
  if (!draft) return problem_of(draft.error());
  const std::scoped_lock lock(store_lock_);
  const auto report = report_exclusions(served_.store, *draft);
  return report ? json_reply(200, exclusions_json(*report)) : problem_of(report.error());
}

void Server::replay_rejects(const SendReply& send) {
  // Two at once would try the same refusals twice.
  if (is_replaying_.exchange(true)) {
    return send(problem(409, "Conflict", "refusals are being tried again already"));
  }
  replay_refusals(
      served_.store, store_lock_, *collector_, [this, send](const Result<ReplayOutcome>& outcome) {
        is_replaying_ = false;
        send(outcome ? json_reply(200, replay_json(*outcome)) : problem_of(outcome.error()));
      });
}

}  // namespace tidemark
