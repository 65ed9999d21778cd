#include "api/api_routes.h"

#include <exception>

#include <fmt/format.h>

#include "api/etag.h"
#include "api/log.h"
#include "api/mcp.h"
#include "base/sha256.h"
#include "score/score_run.h"
#include "wire/definition_json.h"

namespace tidemark {
namespace {

constexpr std::string_view kRoot = "/api/v1";

bool is_change(const HttpRequest& request) {
  return request.method != "GET" && request.method != "HEAD";
}

HttpReply not_signed_in(std::string_view why) {
  HttpReply reply = problem(401, why);
  reply.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"Tidemark\"");
  return reply;
}

HttpReply too_busy() {
  HttpReply reply = problem(503, "too much is asked at once; try again");
  reply.headers.emplace_back("Retry-After", "2");
  return reply;
}

/// What no answer of the API may lack.
void add_usual_headers(HttpReply& reply) {
  reply.headers.emplace_back("X-Content-Type-Options", "nosniff");
  reply.headers.emplace_back("Cache-Control", "private, no-cache");
}

}  // namespace

void ApiRoutes::handle(HttpRequest request, const SendReply& send) {
  const SendReply counted = [this, send](HttpReply reply) {
    add_usual_headers(reply);
    ++counts_.answers[static_cast<std::size_t>(reply.status / 100) % counts_.answers.size()];
    send(std::move(reply));
  };
  if (!desk_.gate.place().answers_to(request.header("host"))) {
    ++counts_.wrong_host;
    return counted(problem(421,
                           "this server does not go by that name; start it with --public-url "
                           "to give it one"));
  }
  if (request.path == "/mcp") return assist(std::move(request), counted);
  dispatch(std::move(request), counted);
}

void ApiRoutes::dispatch(HttpRequest request, const SendReply& send) {
  std::string_view path = request.path;
  if (path == "/api/openapi.json") path = "/api/v1/openapi.json";
  if (!path.starts_with(kRoot)) return send(problem(404, "the API begins at /api/v1"));
  const FoundRoute found = find_route(request.method, path.substr(kRoot.size()));
  if (found.methods.empty()) return send(problem(404, "there is no such resource"));
  if (found.route == nullptr) {
    HttpReply reply = problem(405, "this resource answers to " + found.methods);
    reply.headers.emplace_back("Allow", found.methods);
    return send(std::move(reply));
  }
  const Route& route = *found.route;
  const auto caller = desk_.gate.identify(request);
  // Whoever may come as nobody may come with a session that is over.
  if (!caller && route.needs != Access::none) {
    ++counts_.not_signed_in;
    return send(caller.error().kind == ErrorKind::not_found ? not_signed_in(caller.error().message)
                                                            : problem_of(caller.error()));
  }
  Caller who = caller ? *caller : Caller{};
  if (auto refused = refusal(request, who, route.needs, route.takes_file)) {
    return send(*std::move(refused));
  }

  const auto question = std::make_shared<Question>();
  question->parts = found.parts;
  question->caller = std::move(who);
  const bool is_what_if = path.ends_with("/what-if");
  const std::string& name = question->caller.name;
  const std::string overtakes =
      is_what_if ? fmt::format("{} {}", name, request.header("x-client")) : "";
  question->request = std::move(request);
  if (route.lane == Lane::at_once) return send(answer(route, *question));
  const auto work = [this, &route, question] { return answer(route, *question); };
  if (!route.stays || route.lane == Lane::quick) return post(route.lane, send, work, overtakes);
  // What was kept is at hand, and waits for nothing that takes long.
  const bool is_taken = lanes_.post(
      Lane::quick, {[this, &route, question, send, work] {
                      const auto words = words_to_keep(*question);
                      if (words && desk_.published.answer(*words)) return send(work());
                      post(route.lane, send, work, "");
                    },
                    [send] { send(too_busy()); },
                    [send](const std::exception&) { send(problem(500, "this failed")); }});
  if (!is_taken) send(too_busy());
}

void ApiRoutes::post(Lane lane, const SendReply& send, std::function<HttpReply()> work,
                     const std::string& overtakes) {
  const bool is_taken = lanes_.post(
      lane, {[send, work = std::move(work)] { send(work()); },
             [send, is_overtaken = !overtakes.empty()] {
               send(is_overtaken ? problem(409, "a newer what-if was asked for") : too_busy());
             },
             [send](const std::exception&) { send(problem(500, "this failed")); }, overtakes});
  if (!is_taken) send(too_busy());
}

std::optional<HttpReply> ApiRoutes::refusal(const HttpRequest& request, const Caller& caller,
                                            Access needs, bool takes_file) {
  if (caller.access < needs) {
    if (caller.access == Access::none) {
      ++counts_.not_signed_in;
      return not_signed_in("sign in, or send a key: Authorization: Bearer tm_live_…");
    }
    ++counts_.not_allowed;
    return problem(403, fmt::format("this needs {} access ({}); you have {}", scope_name(needs),
                                    role_name(needs), scope_name(caller.access)));
  }
  if (!is_change(request)) return std::nullopt;
  if (auto refused = refused_browser(request)) return refused;
  if (const std::string forgery = Gate::forgery(request, caller); !forgery.empty()) {
    // Signing in replaces a session; what a forger gains by it is covered by the browser's word.
    if (needs != Access::none) {
      ++counts_.forged;
      return problem(403, forgery);
    }
  }
  const bool is_json = request.header("content-type").starts_with("application/json");
  if (!request.body.empty() && !is_json && !takes_file) {
    return problem(415, "send the body as Content-Type: application/json");
  }
  return std::nullopt;
}

std::optional<HttpReply> ApiRoutes::refused_browser(const HttpRequest& request) {
  // Browsers say where a page is from; others do not, and carry no cookies of people.
  const std::string_view site = request.header("sec-fetch-site");
  const bool is_foreign = site == "cross-site" || site == "same-site";
  const std::string_view origin = request.header("origin");
  const auto begin = origin.find("://");
  const bool is_other_origin =
      !origin.empty() &&
      (begin == std::string_view::npos || (origin.substr(begin + 3) != request.header("host") &&
                                           origin != desk_.gate.place().origin()));
  if (!is_foreign && !is_other_origin) return std::nullopt;
  ++counts_.forged;
  return problem(403, "a change that a page of another site asks for is not made");
}

HttpReply ApiRoutes::answer(const Route& route, Question& question) {
  const HttpRequest& request = question.request;
  // What is said of passwords is not kept, and signing in twice is no harm.
  const bool is_once = request.method == "POST" && !request.header("idempotency-key").empty() &&
                       question.caller.access != Access::none && route.lane != Lane::signing;
  HttpReply reply = is_once ? answer_once(route, question) : reply_to(route, question);
  if (is_change(request) || reply.status != 200) return reply;
  const std::string etag = etag_of(reply.body);
  if (names_etag(request.header("if-none-match"), etag)) reply = {304, ""};
  reply.headers.emplace_back("ETag", etag);
  return reply;
}

HttpReply ApiRoutes::reply_to(const Route& route, Question& question) {
  try {
    if (route.stays) return standing_reply(route, question);
    if (is_change(question.request) && route.lane == Lane::quick) {
      return changing_reply(route, question);
    }
    auto reply = route.answer(desk_, question);
    return reply ? *std::move(reply) : problem_of(reply.error());
  } catch (const std::exception& failure) {
    // One request must not end the server; memory can run out in any of them.
    log_line(desk_.served.clock, "error",
             fmt::format("{} {}: {}", question.request.request_id, route.path, failure.what()));
    return problem(500, "this failed; the server's log says why, under the request's id");
  }
}

HttpReply ApiRoutes::changing_reply(const Route& route, Question& question) {
  std::optional<HttpReply> reply;
  const auto done = desk_.control().as_one([&]() -> Result<void> {
    auto answered = route.answer(desk_, question);
    if (!answered) return answered.error();
    reply = *std::move(answered);
    const bool is_done = reply->status / 100 == 2;
    return is_done ? Result<void>() : Error{ErrorKind::conflict, "it was refused"};
  });
  const bool was_refused = reply && reply->status / 100 != 2;
  return done || was_refused ? *std::move(reply) : problem_of(done.error());
}

Result<std::string> ApiRoutes::words_to_keep(const Question& question) {
  const auto rules = ruling(desk_);
  if (!rules) return rules.error();
  const Day finished = last_finished_day(desk_.served.clock, rules->zone);
  return fmt::format("{}?{} {} {}", question.request.path, question.request.query,
                     day_text(finished), definition_hash(rules->definition));
}

HttpReply ApiRoutes::standing_reply(const Route& route, Question& question) {
  const auto named = words_to_keep(question);
  if (!named) return problem_of(named.error());
  const std::string& words = *named;
  if (auto kept = desk_.published.answer(words)) {
    return {200, "application/json", *std::move(kept)};
  }
  const std::uint64_t generation = desk_.published.generation();
  auto reply = route.answer(desk_, question);
  if (!reply) return problem_of(reply.error());
  if (reply->status == 200) desk_.published.keep_answer(generation, words, reply->body);
  return *std::move(reply);
}

HttpReply ApiRoutes::answer_once(const Route& route, Question& question) {
  constexpr std::size_t kLongestKey = 200;
  const HttpRequest& request = question.request;
  const std::string key(request.header("idempotency-key"));
  if (key.size() > kLongestKey) return problem(400, "the Idempotency-Key is too long");
  const std::string name = fmt::format("{} {}", question.caller.name, key);
  {
    const std::lock_guard lock(under_way_lock_);
    if (!under_way_.insert(name).second) {
      return problem(409, "the same is being done; ask again for its answer");
    }
  }
  const auto forget = [&](const std::string* done) {
    const std::lock_guard lock(under_way_lock_);
    under_way_.erase(*done);
  };
  // Whatever becomes of it, it may be sent again.
  const std::unique_ptr<const std::string, decltype(forget)> under_way(&name, forget);
  return answer_first_or_again(route, question, key);
}

HttpReply ApiRoutes::answer_first_or_again(const Route& route, Question& question,
                                           const std::string& key) {
  constexpr std::chrono::hours kKept{24};
  const HttpRequest& request = question.request;
  GivenAnswers& given = desk_.control().given_answers();
  const std::string asked = sha256(
      fmt::format("{} {}?{}\n{}", request.method, request.path, request.query, request.body));
  const Instant now = desk_.now();
  if (auto forgotten = given.forget_before(now - kKept); !forgotten) {
    return problem_of(forgotten.error());
  }
  const auto before = given.find(question.caller.name, key);
  if (!before) return problem_of(before.error());
  if (*before) {
    if ((*before)->request != asked) {
      return problem(422, "this Idempotency-Key was sent with another request");
    }
    if (!(*before)->body) {
      return problem(409, "this was done before; its secret was shown then and is not kept");
    }
    return {(*before)->status,
            (*before)->content_type,
            *(*before)->body,
            {{"Idempotent-Replay", "true"}}};
  }
  HttpReply reply = reply_to(route, question);
  if (reply.status / 100 != 2) return reply;  // nothing was done
  const bool has_secret =
      route.path == "/keys" || route.path == "/users" || route.path == "/destinations";
  const auto kept = given.keep({question.caller.name, key, asked, reply.status, reply.content_type,
                                has_secret ? std::nullopt : std::optional(reply.body), now});
  return kept ? reply : problem_of(kept.error());
}

void ApiRoutes::assist(HttpRequest request, const SendReply& send) {
  if (request.method != "POST") {
    HttpReply reply = problem(405, "assistants POST to /mcp");
    reply.headers.emplace_back("Allow", "POST");
    return send(std::move(reply));
  }
  const auto caller = desk_.gate.identify(request);
  if (!caller) return send(not_signed_in(caller.error().message));
  if (auto refused = refusal(request, *caller, Access::read, false))
    return send(*std::move(refused));
  const auto shared = std::make_shared<HttpRequest>(std::move(request));
  post(Lane::slow, send, [this, shared, who = *caller] {
    const AskResource ask = [&](const std::string& path, const std::string& query) {
      const FoundRoute found = find_route("GET", path);
      if (found.route == nullptr) return problem(404, "there is no such resource");
      Question question;
      question.request.method = "GET";
      question.request.path = path;
      question.request.query = query;
      question.parts = found.parts;
      question.caller = who;
      return reply_to(*found.route, question);
    };
    return answer_assistant(*shared, desk_.served.version, ask);
  });
}

}  // namespace tidemark
