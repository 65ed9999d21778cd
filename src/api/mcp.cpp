#include "api/mcp.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "api/problem.h"

namespace tidemark {
namespace {

constexpr std::array<std::string_view, 3> kProtocols = {"2025-11-25", "2025-06-18", "2025-03-26"};

constexpr int kNotJson = -32700;
constexpr int kNoRequest = -32600;
constexpr int kNoMethod = -32601;
constexpr int kWrongParameters = -32602;

/// An argument of a tool and the parameter of the resource it becomes.
struct Argument {
  std::string_view name;
  std::string_view type;  // of JSON Schema
  std::string_view description;
  bool is_needed = false;
};

struct Tool {
  std::string_view name;
  std::string_view title;
  std::string_view description;
  std::string_view path;  // `{account}` is the argument of that name
  std::array<Argument, 6> arguments;
};

constexpr std::array<Tool, 4> kTools = {{
    {"list_accounts",
     "List accounts",
     "Accounts of a day with level, points, trend over 30 days and, if asked, properties. Points "
     "are in thousandths (milli_points). Levels from the highest: high, medium, low, none, "
     "inactive.",
     "/accounts",
     {{{"day", "string", "A published day like 2026-03-17; else the last one"},
       {"level", "string", "Only these levels, divided by commas"},
       {"search", "string", "A part of the account's id"},
       {"sort", "string", "id, points, trend, level, since, or a property"},
       {"property", "string", "Properties to show, divided by commas"},
       {"limit", "integer", "How many, at most 1000; else 100"}}}},
    {"explain_score",
     "Explain a score",
     "Why an account's score changed between two days: every point by cause, user and action, in "
     "words and as a ledger that adds up. Without days: its last move between levels, or the last "
     "week.",
     "/accounts/{account}/explanation",
     {{{"account", "string", "The account's id", true},
       {"from", "string", "The earlier day, like 2026-03-01"},
       {"to", "string", "The later day"}}}},
    {"level_changes",
     "Level changes",
     "How many accounts moved from which level to which between two published days, and which; "
     "falls first. Without days: the last week.",
     "/movement",
     {{{"from", "string", "The earlier day"}, {"to", "string", "The later day"}}}},
    {"at_risk",
     "Accounts at risk",
     "Active accounts by how likely they are to be silent for the next 30 days, with what speaks "
     "for it; with a value, by probability times value.",
     "/risk",
     {{{"day", "string", "A published day; else the last one"},
       {"value", "string", "A property with a number, such as mrr"},
       {"level", "string", "Only these levels, divided by commas"},
       {"capacity", "integer", "How many, else 100"}}}},
}};

/// A member that is a text; empty where it is none.
std::string text_of(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

Json result(const Json& id, Json value) {
  return {{"jsonrpc", "2.0"}, {"id", id}, {"result", std::move(value)}};
}

Json failure(const Json& id, int code, std::string_view message) {
  return {{"jsonrpc", "2.0"}, {"id", id}, {"error", {{"code", code}, {"message", message}}}};
}

Json tool_json(const Tool& tool) {
  Json properties = Json::object();
  Json needed = Json::array();
  for (const Argument& argument : tool.arguments) {
    if (argument.name.empty()) continue;
    properties[std::string(argument.name)] = {{"type", argument.type},
                                              {"description", argument.description}};
    if (argument.is_needed) needed.push_back(argument.name);
  }
  return {{"name", tool.name},
          {"title", tool.title},
          {"description", tool.description},
          {"inputSchema",
           {{"type", "object"},
            {"properties", properties},
            {"required", needed},
            {"additionalProperties", false}}},
          {"annotations",
           {{"readOnlyHint", true}, {"idempotentHint", true}, {"openWorldHint", false}}}};
}

Json call_tool(const Json& id, const Json& parameters, const AskResource& ask) {
  const std::string name = text_of(parameters, "name");
  const auto* const tool = std::ranges::find(kTools, name, &Tool::name);
  if (tool == kTools.end()) return failure(id, kWrongParameters, "there is no such tool");
  const Json given = parameters.contains("arguments") ? parameters["arguments"] : Json::object();
  if (!given.is_object()) return failure(id, kWrongParameters, "arguments are an object");
  std::string path(tool->path);
  std::string query;
  for (const auto& [key, value] : given.items()) {
    const auto* const argument = std::ranges::find(tool->arguments, key, &Argument::name);
    if (argument == tool->arguments.end() || key.empty()) {
      return failure(id, kWrongParameters, fmt::format("{} takes no {}", name, key));
    }
    if (value.is_null()) continue;
    if (value.is_structured()) {
      return failure(id, kWrongParameters, fmt::format("{} is one value", key));
    }
    const std::string text =
        encoded_form_text(value.is_string() ? value.get<std::string>() : value.dump());
    const std::string place = fmt::format("{{{}}}", key);
    if (const auto at = path.find(place); at != std::string::npos) {
      path.replace(at, place.size(), text);
    } else {
      query += fmt::format("{}{}={}", query.empty() ? "" : "&", key, text);
    }
  }
  if (path.find('{') != std::string::npos) {
    return failure(id, kWrongParameters, fmt::format("{} needs the account's id", name));
  }
  const HttpReply reply = ask(path, query);
  const Json body = Json::parse(reply.body, nullptr, false);
  const bool is_good = reply.status == 200;
  Json answer = {{"content", Json::array({{{"type", "text"}, {"text", reply.body}}})},
                 {"isError", !is_good}};
  if (is_good) {
    answer["structuredContent"] = body;
  } else if (body.is_object()) {
    answer["content"][0]["text"] = text_of(body, "detail");
  }
  return result(id, std::move(answer));
}

Json initialize(const Json& id, const Json& parameters, const std::string& version) {
  const std::string wanted = text_of(parameters, "protocolVersion");
  const bool is_known = std::ranges::find(kProtocols, wanted) != kProtocols.end();
  return result(
      id, {{"protocolVersion", is_known ? wanted : std::string(kProtocols.front())},
           {"capabilities", {{"tools", {{"listChanged", false}}}}},
           {"serverInfo", {{"name", "tidemark"}, {"title", "Tidemark"}, {"version", version}}},
           {"instructions",
            "Engagement of accounts, scored every day from what their users did of late, as a rule "
            "in the last 30 days. Everything here is read only. Points are in thousandths."}});
}

}  // namespace

HttpReply answer_assistant(const HttpRequest& request, const std::string& version,
                           const AskResource& ask) {
  const std::string_view protocol = request.header("mcp-protocol-version");
  if (!protocol.empty() && std::ranges::find(kProtocols, protocol) == kProtocols.end()) {
    return problem(400, "this protocol version is not spoken here");
  }
  const Json message = parse_body(request.body);
  if (message.is_discarded()) return json_reply(400, failure(nullptr, kNotJson, "not JSON"));
  if (!message.is_object() || text_of(message, "jsonrpc") != "2.0") {
    return json_reply(400, failure(nullptr, kNoRequest, "not one message of JSON-RPC 2.0"));
  }
  const std::string method = text_of(message, "method");
  // Notifications, and answers to what was never asked, are taken and that is all.
  if (!message.contains("id") || method.empty()) return {202, ""};
  const Json& id = message["id"];
  if (!id.is_string() && !id.is_number()) {
    return json_reply(400, failure(nullptr, kNoRequest, "an id is a text or a number"));
  }
  const bool has_parameters = message.contains("params") && message["params"].is_object();
  const Json parameters = has_parameters ? message["params"] : Json::object();
  if (method == "initialize") return json_reply(200, initialize(id, parameters, version));
  if (method == "ping") return json_reply(200, result(id, Json::object()));
  if (method == "tools/list") {
    Json tools = Json::array();
    for (const Tool& tool : kTools) tools.push_back(tool_json(tool));
    return json_reply(200, result(id, {{"tools", tools}}));
  }
  if (method == "tools/call") return json_reply(200, call_tool(id, parameters, ask));
  return json_reply(200, failure(id, kNoMethod, "there is no such method"));
}

}  // namespace tidemark
