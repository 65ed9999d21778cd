#include "api/collect_routes.h"

#include <array>
#include <map>

#include <fmt/format.h>

#include "api/client_settings.h"
#include "api/unpack.h"
#include "wire/json.h"
#include "wire/names.h"

namespace tidemark {
namespace {

constexpr std::size_t kMostUnpackedBytes = std::size_t{64} << 20;
constexpr int kRetrySeconds = 2;

HttpReply json_reply(int status, const Json& json) {
  return {status, "application/json", json.dump()};
}

/// What went wrong, by the place of the event in its batch where a vendor wants to know.
std::string_view first_reason(const Delivery& delivery) {
  return delivery.refusals().empty() ? std::string_view()
                                     : reject_reason_name(delivery.refusals().front().reason);
}

// Segment answers 200 even for events it refuses: its clients would throw the whole batch away.
constexpr Vendor kSegment{
    "segment",
    [](const Delivery&, const HttpRequest&) { return json_reply(200, {{"success", true}}); },
    [](int status, std::string_view why, const HttpRequest&) {
      return json_reply(status, {{"success", false}, {"error", why}});
    }};

constexpr Vendor kPosthog{
    "posthog", [](const Delivery&, const HttpRequest&) { return json_reply(200, {{"status", 1}}); },
    [](int status, std::string_view why, const HttpRequest&) {
      return json_reply(status, {{"type", "validation_error"}, {"detail", why}, {"status", 0}});
    }};

HttpReply mixpanel_reply(int status, std::string_view why, const HttpRequest& request) {
  const bool is_fine = status == 200;
  if (request.parameter("verbose") == "1") {
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
      return mixpanel_reply(200, is_fine ? "" : first_reason(delivery), request);
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
    [](int status, std::string_view why, const HttpRequest&) {
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
    [](int status, std::string_view why, const HttpRequest&) {
      return json_reply(status, {{"code", status}, {"error", why}});
    }};

constexpr Vendor kCloudevents{
    "cloudevents", [](const Delivery&, const HttpRequest&) { return HttpReply{204, "", ""}; },
    [](int status, std::string_view why, const HttpRequest&) {
      return json_reply(status, {{"error", why}});
    }};

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

void allow_browsers(const HttpRequest& request, HttpReply& reply) {
  const std::string_view origin = request.header("origin");
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
  send = [send = std::move(send),
          headers_of = HttpRequest{"", "", "", request.headers, "", ""}](HttpReply reply) {
    allow_browsers(headers_of, reply);
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

void CollectRoutes::take(const CollectRoute& route, const HttpRequest& request,
                         const SendReply& send) {
  const Vendor& vendor = *route.vendor;
  const bool is_pixel = request.path.starts_with("/pixel/");
  Result<std::string> body = std::string();
  if (is_pixel) {
    body = json_of_query(request.query);
  } else if (&vendor == &kCloudevents && !request.header("ce-id").empty()) {
    body = structured_event(request);
  } else {
    body = unpacked(request, kMostUnpackedBytes);
  }
  Delivery delivery(vendor.dialect, clock_.now());
  Result<void> read;
  if (!body) {
    read = body.error();
  } else {
    // Parsing keeps buffers; a thread keeps one reader of each dialect.
    thread_local std::map<std::string_view, std::unique_ptr<Dialect>> dialects;
    auto& dialect = dialects[vendor.dialect];
    if (!dialect) dialect = dialect_named(vendor.dialect);
    read = dialect->read({route.route, *body}, delivery);
  }
  const std::string of_headers = key_of_headers(request);
  const auto key = keys_.find(of_headers.empty() ? delivery.key : of_headers);
  if (!key) {
    ++counts_.unauthorized;
    return send(
        vendor.refused(401, "unknown write key; \"tidemark keys create\" makes one", request));
  }
  if (key->source.is_paused) {
    return send(vendor.refused(403, "this source is paused", request));
  }
  const std::string_view origin = request.header("origin");
  if (!key->origins.empty() && !origin.empty() &&
      std::ranges::find(key->origins, origin) == key->origins.end()) {
    return send(vendor.refused(403, "this key may not be used from this origin", request));
  }
  if (!read) {
    ++counts_.malformed;
    return send(vendor.refused(400, read.error().message, request));
  }
  delivery.set_source(key->source.number);
  HttpReply reply = is_pixel ? pixel_reply() : vendor.taken(delivery, request);
  HttpReply busy = vendor.refused(429, "too much is waiting to be stored; send it again", request);
  busy.headers.emplace_back("Retry-After", std::to_string(kRetrySeconds));
  HttpReply failed = vendor.refused(503, "it could not be stored; send it again", request);
  failed.headers.emplace_back("Retry-After", std::to_string(kRetrySeconds));
  const bool is_taken = collector_.submit(
      std::move(delivery), [send, reply = std::move(reply), failed = std::move(failed)](
                               const Result<void>& stored) { send(stored ? reply : failed); });
  if (!is_taken) send(std::move(busy));
}

}  // namespace tidemark
