#include <memory>
#include <thread>

#include <fmt/format.h>

#include "api/arrivals_json.h"
#include "cli/command.h"
#include "cli/interruption.h"
#include "cli/live_workspace.h"
#include "cli/surroundings.h"

namespace tidemark {
namespace {

struct EventsOptions {
  int limit = 20;
  bool is_tail = false;
  bool as_json = false;
};

std::string text_of(const Json& value) {
  return value.is_string() ? visible(value.get<std::string>()) : std::string("–");
}

void print_events(const Json& events, const Invocation& invocation, bool as_json) {
  if (as_json) {
    for (const Json& event : events) print("{}\n", event.dump());
  } else {
    for (const Json& event : events) {
      const std::string who =
          event["user_id"].is_string() ? text_of(event["user_id"]) : text_of(event["anonymous_id"]);
      print("{}  {}  {}  {}\n",
            invocation.terminal.faint(text_of(event["received_at"]).substr(0, 19)),
            event["account_id"].is_string() ? text_of(event["account_id"])
                                            : "(account not known yet)",
            who, invocation.terminal.bold(text_of(event["event"])));
    }
  }
  std::fflush(surroundings().out);
}

Result<void> run_events(const Invocation& invocation, const EventsOptions& options) {
  std::uint64_t after = 0;
  const Interruption interruption;
  for (int limit = options.limit;; limit = 1000) {
    const auto json = ask_workspace(
        invocation.folder, {.path = fmt::format("/api/v1/events?after={}&limit={}", after, limit)},
        [&](Workspace& workspace) { return arrivals_json(*workspace.store, after, limit); });
    if (!json) return json.error();
    print_events((*json)["events"], invocation, options.as_json);
    if (after == 0 && (*json)["events"].empty() && !options.as_json) {
      print_beside("no event has arrived live yet{}\n",
                   options.is_tail ? "; waiting" : ": start \"tidemark serve\" and send one");
    }
    after = (*json)["last_batch"].get<std::uint64_t>();
    if (!options.is_tail) return {};
    for (int tenth = 0; tenth < 10 && !interruption.is_asked(); ++tenth) {
      std::this_thread::sleep_for(std::chrono::milliseconds{100});
    }
    if (interruption.is_asked()) return {};
  }
}

}  // namespace

RunCommand declare_events(CLI::App& app) {
  app.footer(
      "Examples:\n"
      "  tidemark events            # the last twenty\n"
      "  tidemark events --tail     # and those that come, while the server runs");
  auto options = std::make_shared<EventsOptions>();
  app.add_flag("--tail", options->is_tail, "Go on with those that arrive, until Ctrl-C");
  app.add_option("--limit", options->limit, "How many of the last")->capture_default_str();
  app.add_flag("--json", options->as_json, "A line of JSON for each");
  return [options](const Invocation& invocation) { return run_events(invocation, *options); };
}

}  // namespace tidemark
