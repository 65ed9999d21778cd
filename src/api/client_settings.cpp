#include "api/client_settings.h"

#include "api/problem.h"

namespace tidemark {
namespace {

/// Which part of a path is the key: `/v1/projects/KEY/settings`.
std::optional<std::string> between(std::string_view path, std::string_view before,
                                   std::string_view after) {
  if (path.ends_with('/')) path.remove_suffix(1);
  if (!path.starts_with(before) || !path.ends_with(after) ||
      path.size() <= before.size() + after.size()) {
    return std::nullopt;
  }
  path.remove_prefix(before.size());
  path.remove_suffix(after.size());
  return path.find('/') == std::string_view::npos ? std::optional(std::string(path)) : std::nullopt;
}

/// How a browser reached the server: as its proxy says, or as a page that is itself secure must.
const char* protocol_of(const HttpRequest& request) {
  const bool is_secure = request.header("x-forwarded-proto") == "https" ||
                         request.header("origin").starts_with("https://");
  return is_secure ? "https" : "http";
}

Json segment_settings(const std::string& key, const HttpRequest& request) {
  return {{"integrations",
           {{"Segment.io",
             {{"apiKey", key},
              {"apiHost", std::string(request.header("host")) + "/v1"},
              {"protocol", protocol_of(request)},
              {"versionSettings", {{"version", "4.4.7"}, {"componentTypes", {"browser"}}}}}}}},
          {"plan",
           {{"track", {{"__default", {{"enabled", true}, {"integrations", Json::object()}}}}},
            {"identify", {{"__default", {{"enabled", true}}}}},
            {"group", {{"__default", {{"enabled", true}}}}}}},
          {"edgeFunction", Json::object()},
          {"analyticsNextEnabled", true},
          {"middlewareSettings", Json::object()},
          {"enabledMiddleware", Json::object()},
          {"metrics", {{"sampleRate", 0}}},
          {"legacyVideoPluginsEnabled", false},
          {"remotePlugins", Json::array()}};
}

Json rudder_settings(const std::string& key) {
  return {{"source",
           {{"id", "tidemark"},
            {"name", "tidemark"},
            {"writeKey", key},
            {"enabled", true},
            {"workspaceId", "tidemark"},
            {"config",
             {{"statsCollection",
               {{"errors", {{"enabled", false}}}, {"metrics", {{"enabled", false}}}}}}},
            {"destinations", Json::array()},
            {"connections", Json::array()},
            {"dataplanes", Json::object()}}}};
}

Json posthog_config(const std::string& key) {
  return {{"token", key},
          {"supportedCompression", {"gzip", "gzip-js"}},
          {"hasFeatureFlags", false},
          {"captureDeadClicks", false},
          {"capturePerformance", false},
          {"autocapture_opt_out", true},
          {"autocaptureExceptions", false},
          {"analytics", {{"endpoint", "/e/"}}},
          {"elementsChainAsString", true},
          {"sessionRecording", false},
          {"heatmaps", false},
          {"surveys", false},
          {"siteApps", Json::array()},
          {"isAuthenticated", false},
          {"toolbarParams", Json::object()},
          {"defaultIdentifiedOnly", true}};
}

}  // namespace

std::optional<HttpReply> client_settings(const HttpRequest& request) {
  if (const auto key = between(request.path, "/v1/projects/", "/settings")) {
    return json_reply(200, segment_settings(*key, request));
  }
  if (request.path == "/sourceConfig/" || request.path == "/sourceConfig") {
    return json_reply(200, rudder_settings(request.parameter("writeKey")));
  }
  if (const auto key = between(request.path, "/in/posthog/array/", "/config")) {
    return json_reply(200, posthog_config(*key));
  }
  if (request.path == "/in/posthog/flags/" || request.path == "/in/posthog/flags" ||
      request.path == "/in/posthog/decide/" || request.path == "/in/posthog/decide") {
    return json_reply(200, {{"flags", Json::object()},
                            {"featureFlags", Json::object()},
                            {"featureFlagPayloads", Json::object()},
                            {"errorsWhileComputingFlags", false},
                            {"sessionRecording", false},
                            {"supportedCompression", {"gzip", "gzip-js"}}});
  }
  return std::nullopt;
}

}  // namespace tidemark
