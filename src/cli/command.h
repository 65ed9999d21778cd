#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

#include <CLI/CLI.hpp>

#include "base/clock.h"
#include "base/result.h"
#include "cli/terminal.h"

namespace tidemark {

/// What every command is given.
struct Invocation {
  std::filesystem::path folder;  // the workspace's
  const Clock& clock;
  const Terminal& terminal;
};

using RunCommand = std::function<Result<void>(const Invocation&)>;

/// Declares a command's options on `app` and returns what runs it once they are read.
using DeclareCommand = RunCommand (*)(CLI::App& app);

RunCommand declare_init(CLI::App& app);
RunCommand declare_demo(CLI::App& app);
RunCommand declare_import(CLI::App& app);
RunCommand declare_score(CLI::App& app);
RunCommand declare_work(CLI::App& app);
RunCommand declare_store(CLI::App& app);
RunCommand declare_tables(CLI::App& app);
RunCommand declare_feeds(CLI::App& app);
RunCommand declare_overview(CLI::App& app);
RunCommand declare_account(CLI::App& app);
RunCommand declare_explain(CLI::App& app);
RunCommand declare_risk(CLI::App& app);
RunCommand declare_churn(CLI::App& app);
RunCommand declare_learn(CLI::App& app);
RunCommand declare_gaps(CLI::App& app);
RunCommand declare_whatif(CLI::App& app);
RunCommand declare_backtest(CLI::App& app);
RunCommand declare_scores(CLI::App& app);
RunCommand declare_levels(CLI::App& app);
RunCommand declare_changes(CLI::App& app);
RunCommand declare_calibration(CLI::App& app);
RunCommand declare_movement(CLI::App& app);
RunCommand declare_accounts(CLI::App& app);
RunCommand declare_definition(CLI::App& app);
RunCommand declare_status(CLI::App& app);
RunCommand declare_doctor(CLI::App& app);
RunCommand declare_serve(CLI::App& app);
RunCommand declare_keys(CLI::App& app);
RunCommand declare_destinations(CLI::App& app);
RunCommand declare_deliver(CLI::App& app);
RunCommand declare_plays(CLI::App& app);
RunCommand declare_events(CLI::App& app);
RunCommand declare_rejects(CLI::App& app);
RunCommand declare_identity(CLI::App& app);

}  // namespace tidemark
