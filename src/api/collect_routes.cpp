#include "api/collect_routes.h"

#include <array>
#include <map>

#include <fmt/format.h>

#include "api/client_settings.h"
#include "api/problem.h"
#include "api/unpack.h"
#include "wire/json.h"
#include "wire/names.h"

namespace tidemark {
namespace {

constexpr int kRetrySeconds = 2;

/// What was wrong with the first event that was refused; empty where none was.
std::string_view first_reason(const Delivery& delivery) {
  return delivery.refusals().empty() ? std::string_view()
                                     : reject_reason_name(delivery.refusals().front().reason);
}

// Segment answers 200 even for events it refuses: its clients would throw the whole batch away.
constexpr Vendor kSegment{
    "segment",
    [](const Delivery&, const HttpRequest&) { return json_reply(200, {{"success", true}}); },
    [](int status, std::string_view why, bool) {
      return json_reply(status, {{"success", false}, {"error", why}});
    }};

constexpr Vendor kPosthog{
    "posthog", [](const Delivery&, const HttpRequest&) { return json_reply(200, {{"status", 1}}); },
    [](int status, std::string_view why, bool) {
      return json_reply(status, {{"type", "validation_error"}, {"detail", why}, {"status", 0}});
    }};

bool is_verbose(const HttpRequest& request) { return request.parameter("verbose") == "1"; }

HttpReply mixpanel_reply(int status, std::string_view why, bool verbose) {
  const bool is_fine = status == 200;
  if (verbose) {
    return json_reply(status,
                      {{"status", is_fine ? 1 : 0}, {"error", is_fine ? Json() : Json(why)}});
  }
  return {status, "application/json", is_fine ? "1" : "0"};
}

constexpr Vendor kMixpanel{
    "mixpanel",
    [](const Delivery& delivery, const HttpRequest& request) {
      // Without a good event among them the client is told; else those that were good are kept.
      const bool is_fine = delivery.refusals().empty() || !delivery.messages().empty();
      return mixpanel_reply(200, is_fine ? "" : first_reason(delivery), is_verbose(request));
    },
    mixpanel_reply};

constexpr Vendor kMixpanelImport{
    "mixpanel",
    [](const Delivery& delivery, const HttpRequest&) {
      Json failed = Json::array();
      for (const Refusal& refusal : delivery.refusals()) {
        failed.push_back(
            {{"field", refusal.field}, {"message", reject_reason_name(refusal.reason)}});
      }
      if (failed.empty()) {
        return json_reply(
            200, {{"code", 200}, {"num_records_imported", delivery.events()}, {"status", "OK"}});
      }
      return json_reply(400, {{"code", 400},
                              {"error", "some data points in the request failed validation"},
                              {"failed_records", failed},
                              {"num_records_imported", delivery.events()},
                              {"status", "Bad Request"}});
    },
    [](int status, std::string_view why, bool) {
      return json_reply(status, {{"code", status}, {"error", why}, {"status", "error"}});
    }};

constexpr Vendor kAmplitude{
    "amplitude",
    [](const Delivery& delivery, const HttpRequest& request) {
      return json_reply(
          200, {{"code", 200},
                {"events_ingested", delivery.events()},
                {"payload_size_bytes", request.body.size()},
                {"server_upload_time", std::chrono::duration_cast<std::chrono::milliseconds>(
                                           delivery.received_at().time_since_epoch())
                                           .count()}});
    },
    [](int status, std::string_view why, bool) {
      return json_reply(status, {{"code", status}, {"error", why}});
    }};

constexpr Vendor kCloudevents{
    "cloudevents", [](const Delivery&, const HttpRequest&) { return HttpReply{204, "", ""}; },
    [](int status, std::string_view why, bool) { return json_reply(status, {{"error", why}}); }};

// Every way in. RudderStack's clients speak Segment's language; both at the root, since Segment's
// newest client throws the path of its host away.
constexpr std::array kRoutes = {
    CollectRoute{"/v1/track", "track", &kSegment},
    CollectRoute{"/v1/identify", "identify", &kSegment},
    CollectRoute{"/v1/page", "page", &kSegment},
    CollectRoute{"/v1/screen", "screen", &kSegment},
    CollectRoute{"/v1/group", "group", &kSegment},
    CollectRoute{"/v1/alias", "alias", &kSegment},
    CollectRoute{"/v1/batch", "batch", &kSegment},
    CollectRoute{"/v1/import", "batch", &kSegment},
    CollectRoute{"/v1/t", "track", &kSegment},
    CollectRoute{"/v1/i", "identify", &kSegment},
    CollectRoute{"/v1/p", "page", &kSegment},
    CollectRoute{"/v1/s", "screen", &kSegment},
    CollectRoute{"/v1/g", "group", &kSegment},
    CollectRoute{"/v1/a", "alias", &kSegment},
    CollectRoute{"/v1/b", "batch", &kSegment},
    CollectRoute{"/beacon/v1/batch", "batch", &kSegment},
    CollectRoute{"/pixel/v1/track", "track", &kSegment},
    CollectRoute{"/pixel/v1/page", "page", &kSegment},
    CollectRoute{"/in/posthog/batch", "batch", &kPosthog},
    CollectRoute{"/in/posthog/e", "e", &kPosthog},
    CollectRoute{"/in/posthog/i/v0/e", "e", &kPosthog},
    CollectRoute{"/in/posthog/capture", "e", &kPosthog},
    CollectRoute{"/in/posthog/track", "e", &kPosthog},
    CollectRoute{"/in/mixpanel/track", "track", &kMixpanel},
    CollectRoute{"/in/mixpanel/import", "import", &kMixpanelImport},
    CollectRoute{"/in/mixpanel/engage", "engage", &kMixpanel},
    CollectRoute{"/in/mixpanel/groups", "groups", &kMixpanel},
    CollectRoute{"/in/amplitude/2/httpapi", "httpapi", &kAmplitude},
    CollectRoute{"/in/amplitude/batch", "httpapi", &kAmplitude},
    CollectRoute{"/in/amplitude", "httpapi", &kAmplitude},
    CollectRoute{"/in/cloudevents", "message", &kCloudevents},
};

const CollectRoute* route_of(std::string_view path) {
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  for (const CollectRoute& route : kRoutes) {
    if (path == route.path) return &route;
  }
  return nullptr;
}

/// A pixel's query as the JSON it stands for: `properties.plan=pro` is a member of a member.
std::string json_of_query(std::string_view query) {
  Json json = Json::object();
  while (!query.empty()) {
    const std::string_view field = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), field.size() + 1));
    const auto equals = field.find('=');
    if (equals == std::string_view::npos) continue;
    Json* place = &json;
    std::string key = decoded_form_text(field.substr(0, equals));
    for (auto dot = key.find('.'); dot != std::string::npos; dot = key.find('.')) {
      place = &(*place)[key.substr(0, dot)];
      if (!place->is_null() && !place->is_object()) *place = Json::object();
      key.erase(0, dot + 1);
    }
    (*place)[key] = decoded_form_text(field.substr(equals + 1));
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// An event in binary form, its attributes in headers, as the structured one.
std::string structured_event(const HttpRequest& request) {
  Json event = Json::object();
  for (const auto& [name, value] : request.headers) {
    std::string lower = name;
    std::ranges::transform(lower, lower.begin(), [](unsigned char character) {
      return static_cast<char>(std::tolower(character));
    });
    if (lower.starts_with("ce-")) event[lower.substr(3)] = value;
  }
  std::string text = event.dump(-1, ' ', false, Json::error_handler_t::replace);
  text.pop_back();
  return fmt::format("{},\"data\":{}}}", text, request.body.empty() ? "null" : request.body);
}

bool is_pixel(const HttpRequest& request) { return request.path.starts_with("/pixel/"); }

std::string key_of_headers(const HttpRequest& request) {
  const std::string_view authorization = request.header("authorization");
  if (authorization.starts_with("Basic ")) {
    std::string pair = decoded_base64(authorization.substr(6));
    return pair.substr(0, pair.find(':'));
  }
  if (authorization.starts_with("Bearer ")) return std::string(authorization.substr(7));
  for (const std::string_view name : {"writeKey", "api_key", "token"}) {
    if (auto value = request.parameter(name); !value.empty()) return value;
  }
  return std::string(request.header("x-tidemark-key"));
}

void allow_browsers(const std::string& origin, HttpReply& reply) {
  reply.headers.emplace_back("Access-Control-Allow-Origin", origin.empty() ? "*" : origin);
  if (origin.empty()) return;
  reply.headers.emplace_back("Access-Control-Allow-Credentials", "true");
  reply.headers.emplace_back("Vary", "Origin");
}

HttpReply preflight_reply(const HttpRequest& request) {
  HttpReply reply{204, "", ""};
  reply.headers.emplace_back("Access-Control-Allow-Methods", "GET, POST, OPTIONS");
  const std::string_view headers = request.header("access-control-request-headers");
  reply.headers.emplace_back("Access-Control-Allow-Headers",
                             headers.empty() ? "Content-Type, Authorization" : headers);
  reply.headers.emplace_back("Access-Control-Max-Age", "86400");
  return reply;
}

HttpReply pixel_reply() {
  static constexpr std::string_view kPixel(
      "GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02"
      "\x02"
      "D\x01\0;",
      43);
  return {200, "image/gif", std::string(kPixel), {{"Cache-Control", "no-store"}}};
}

}  // namespace

bool CollectRoutes::handle(HttpRequest& request, SendReply& send) {
  const CollectRoute* route = route_of(request.path);
  auto settings = client_settings(request);
  const bool is_metrics_of_client = request.path == "/v1/m";
  if (route == nullptr && !settings && !is_metrics_of_client) return false;
  send = [send = std::move(send), origin = std::string(request.header("origin"))](HttpReply reply) {
    allow_browsers(origin, reply);
    send(std::move(reply));
  };
  if (request.method == "OPTIONS") {
    send(preflight_reply(request));
  } else if (settings) {
    send(*std::move(settings));
  } else if (is_metrics_of_client) {
    send({200, "application/json", R"({"success":true})"});
  } else {
    take(*route, request, send);
  }
  return true;
}

CollectRoutes::Admission CollectRoutes::admit(std::string_view key, const HttpRequest& request) {
  auto found = keys_.find(key);
  if (!found) {
    ++counts_.unauthorized;
    return {{}, 401, "unknown write key; \"tidemark keys create\" makes one"};
  }
  if (found->source.is_paused) {
    ++counts_.paused;
    return {{}, 403, "this source is paused"};
  }
  const std::string_view origin = request.header("origin");
  if (!found->origins.empty() && !origin.empty() &&
      std::ranges::find(found->origins, origin) == found->origins.end()) {
    ++counts_.wrong_origin;
    return {{}, 403, "this key may not be used from this origin"};
  }
  return {std::move(found)};
}

Result<std::optional<std::string>> CollectRoutes::body_of(const CollectRoute& route,
                                                          const HttpRequest& request) {
  if (is_pixel(request)) return std::optional(json_of_query(request.query));
  if (route.vendor == &kCloudevents && !request.header("ce-id").empty()) {
    return std::optional(structured_event(request));
  }
  return unpacked(request, limits_.unpacked_bytes);
}

void CollectRoutes::take(const CollectRoute& route, const HttpRequest& request,
                         const SendReply& send) {
  const Vendor& vendor = *route.vendor;
  const auto refuse = [send, &vendor, verbose = is_verbose(request)](int status,
                                                                     std::string_view why) {
    HttpReply reply = vendor.refused(status, why, verbose);
    const bool may_come_again = status == 429 || status == 503;
    if (may_come_again) reply.headers.emplace_back("Retry-After", std::to_string(kRetrySeconds));
    send(std::move(reply));
  };
  // Who may not send is refused before anything is unpacked or read, where the headers say who it
  // is.
  const std::string of_headers = key_of_headers(request);
  Admission admission;
  if (!of_headers.empty()) {
    admission = admit(of_headers, request);
    if (!admission.key) return refuse(admission.status, admission.why);
  }
  const auto body = body_of(route, request);
  if (!body) {
    ++counts_.malformed;
    return refuse(400, body.error().message);
  }
  if (!*body) {
    ++counts_.unpacks_too_large;
    return refuse(413,
                  fmt::format("the body unpacks to more than {} bytes", limits_.unpacked_bytes));
  }
  Delivery delivery(vendor.dialect, clock_.now());
  delivery.set_longest_id(limits_.id_bytes);
  // Parsing keeps buffers; a thread keeps one reader of each dialect.
  thread_local std::map<std::pair<std::string_view, std::size_t>, std::unique_ptr<Dialect>>
      dialects;
  auto& dialect = dialects[{vendor.dialect, limits_.nesting}];
  if (!dialect) dialect = dialect_named(vendor.dialect, limits_.nesting);
  const auto read = dialect->read({route.route, **body}, delivery);
  if (!admission.key) {
    admission = admit(delivery.key, request);
    if (!admission.key) return refuse(admission.status, admission.why);
  }
  if (!read) {
    ++counts_.malformed;
    return refuse(400, read.error().message);
  }
  delivery.set_source(admission.key->source.number);
  delivery.may_be_sent_again = true;
  HttpReply reply = is_pixel(request) ? pixel_reply() : vendor.taken(delivery, request);
  const bool is_taken = collector_.submit(
      std::move(delivery), [send, refuse, reply = std::move(reply)](const Result<void>& stored) {
        if (!stored) return refuse(503, "it could not be stored; send it again");
        send(reply);
      });
  if (!is_taken) refuse(429, "too much is waiting to be stored; send it again");
}

}  // namespace tidemark
