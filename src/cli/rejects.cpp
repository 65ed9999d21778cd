#include <future>
#include <memory>
#include <mutex>

#include <fmt/format.h>

#include "api/arrivals_json.h"
#include "cli/command.h"
#include "cli/live_workspace.h"
#include "cli/surroundings.h"

namespace tidemark {
namespace {

struct RejectsOptions {
  int limit = 20;
  bool is_replay = false;
  bool as_json = false;
};

/// Without a server: a collector of our own, for as long as it takes.
Result<Json> replay_here(Workspace& workspace) {
  Store& store = *workspace.store;
  std::mutex store_lock;
  std::promise<Result<Json>> outcome;
  auto collector =
      Collector::start(store, store_lock, [](const auto&, const auto&) {}, [](const Error&) {});
  if (!collector) return collector.error();
  replay_refusals(store, store_lock, **collector, [&](const Result<ReplayOutcome>& done) {
    outcome.set_value(done ? Result<Json>(replay_json(*done)) : Result<Json>(done.error()));
  });
  return outcome.get_future().get();
}

Result<void> replay(const Invocation& invocation, bool as_json) {
  const auto json = ask_workspace(
      invocation.folder, {.method = "POST", .path = "/api/v1/rejects/replay"}, replay_here);
  if (!json) return json.error();
  if (as_json) {
    print("{}\n", json->dump(1));
  } else {
    print("{} tried again: {} taken, {} refused again\n", (*json)["tried"].get<int>(),
          (*json)["taken"].get<int>(), (*json)["refused_again"].get<int>());
  }
  return {};
}

Result<void> run_rejects(const Invocation& invocation, const RejectsOptions& options) {
  if (options.is_replay) return replay(invocation, options.as_json);
  const auto json = ask_workspace(
      invocation.folder, {.path = fmt::format("/api/v1/rejects?limit={}", options.limit)},
      [&](Workspace& workspace) { return refusals_json(*workspace.store, options.limit); });
  if (!json) return json.error();
  if (options.as_json) {
    print("{}\n", json->dump(1));
    return {};
  }
  if ((*json)["rejects"].empty()) {
    print("Nothing that arrived live was refused.\n");
    return {};
  }
  for (const auto& [reason, count] : (*json)["reasons"].items()) {
    print("{}  {}\n", count.get<int>(), reason);
  }
  Table table({{"Received"}, {"Dialect"}, {"Reason"}, {"Field"}, {"Message"}});
  for (const Json& reject : (*json)["rejects"]) {
    constexpr std::size_t kShown = 60;
    table.add({reject["received_at"].get<std::string>().substr(0, 19), reject["dialect"],
               reject["reason"],
               reject["field"].is_string() ? reject["field"].get<std::string>() : "",
               visible(reject["message"].get<std::string>().substr(0, kShown))});
  }
  print("\n{}", table.text(invocation.terminal));
  return {};
}

}  // namespace

RunCommand declare_rejects(CLI::App& app) {
  app.footer(
      "Examples:\n"
      "  tidemark rejects\n"
      "  tidemark rejects --replay    # after what was wrong is mended");
  auto options = std::make_shared<RejectsOptions>();
  app.add_flag("--replay", options->is_replay, "Try all that were refused again");
  app.add_option("--limit", options->limit, "How many of the last")->capture_default_str();
  app.add_flag("--json", options->as_json, "For machines");
  return [options](const Invocation& invocation) { return run_rejects(invocation, *options); };
}

}  // namespace tidemark
