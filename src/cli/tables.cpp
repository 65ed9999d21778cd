#include <memory>

#include <fmt/format.h>

#include "cli/command.h"
#include "cli/progress_bar.h"
#include "cli/surroundings.h"
#include "cli/workspace.h"
#include "report/words.h"
#include "wire/json.h"
#include "wire/timestamp.h"

namespace tidemark {
namespace {

struct TablesOptions {
  MappedTable table;
  bool as_json = false;
};

Result<MappedTables*> tables_of(const Workspace& workspace) {
  if (MappedTables* const tables = workspace.store->mapped_tables(); tables != nullptr) {
    return tables;
  }
  return Error{ErrorKind::invalid_input,
               "tables of yours are read where the workspace keeps its store in a ClickHouse; "
               "this one keeps it in a file"};
}

std::string number_words(std::uint64_t number) {
  return with_separators(static_cast<std::int64_t>(number));
}

Json table_json(const SeenTable& seen) {
  const auto instant = [](std::optional<Instant> at) {
    return at ? Json(timestamp_text(*at)) : Json();
  };
  return {{"table", seen.table.name},
          {"account", seen.table.account},
          {"event", seen.table.event},
          {"time", seen.table.at},
          {"user", seen.table.user},
          {"properties", seen.table.properties},
          {"looked_at", timestamp_text(seen.until)},
          {"events", seen.events},
          {"left_out", seen.left_out},
          {"first", instant(seen.first)},
          {"last", instant(seen.last)}};
}

Result<void> show(const Invocation& invocation, bool as_json) {
  auto workspace = open_workspace(invocation.folder);
  if (!workspace) return workspace.error();
  const auto tables = tables_of(*workspace);
  if (!tables) return tables.error();
  const auto all = (*tables)->all();
  if (!all) return all.error();
  if (as_json) {
    Json json = Json::array();
    for (const SeenTable& seen : *all) json.push_back(table_json(seen));
    print("{}\n", json.dump(1));
    return {};
  }
  if (all->empty()) {
    print("No table is mapped: tidemark tables add DATABASE.TABLE --account … (see --help).\n");
    return {};
  }
  Table listing({{"Table"},
                 {"Events", Table::Align::right},
                 {"Left out", Table::Align::right},
                 {"First"},
                 {"Last"},
                 {"Looked at"}});
  const auto day = [](std::optional<Instant> at) {
    return at ? timestamp_text(*at).substr(0, 10) : std::string("–");
  };
  for (const SeenTable& seen : *all) {
    listing.add({seen.table.name, number_words(seen.events), number_words(seen.left_out),
                 day(seen.first), day(seen.last), timestamp_text(seen.until).substr(0, 16)});
  }
  print("{}", listing.text(invocation.terminal));
  return {};
}

Result<void> add(const Invocation& invocation, const MappedTable& table) {
  auto workspace = open_workspace(invocation.folder);
  if (!workspace) return workspace.error();
  const auto tables = tables_of(*workspace);
  if (!tables) return tables.error();
  ProgressBar progress(invocation.clock);
  progress.show(0, fmt::format("looking at {}", table.name));
  const auto seen = (*tables)->add(table, invocation.clock.now());
  if (!seen) return seen.error();
  print("{}: {} events count, from where they are.\n", table.name, number_words(seen->events));
  if (seen->left_out > 0) {
    print("{}\n",
          wrapped(fmt::format("{} do not: they lack an account and a user, an event, or a time "
                              "since 1990, their account means nothing (null, 0 …), their time is "
                              "still to come, or what they name is no text.",
                              counted(static_cast<std::int64_t>(seen->left_out), "row", "rows")),
                  invocation.terminal.width()));
  }
  print(
      "What comes is looked for before each run of score, and every night. Next: tidemark score\n");
  return {};
}

Result<void> remove(const Invocation& invocation, const std::string& name) {
  auto workspace = open_workspace(invocation.folder);
  if (!workspace) return workspace.error();
  const auto tables = tables_of(*workspace);
  if (!tables) return tables.error();
  if (auto removed = (*tables)->remove(name); !removed) return removed;
  print("The events of {} count no more. What was published stays.\n", name);
  return {};
}

}  // namespace

RunCommand declare_tables(CLI::App& app) {
  const auto options = std::make_shared<TablesOptions>();
  app.require_subcommand(0, 1);
  app.add_flag("--json", options->as_json, "For machines");
  CLI::App* adding = app.add_subcommand("add", "Count the events of a table, or a view");
  MappedTable& table = options->table;
  adding->add_option("TABLE", table.name, "DATABASE.TABLE, in the ClickHouse of the workspace")
      ->required();
  const auto field = [&](const char* name, std::string& to, const char* summary) {
    return adding->add_option(name, to, summary)->type_name("COLUMN");
  };
  field("--account", table.account, "Whose event it is; empty where only the user is known")
      ->required();
  field("--event", table.event, "What happened")->required();
  field("--time", table.at, "When it happened: a DateTime or DateTime64")->required();
  field("--user", table.user, "Who did it");
  field("--properties", table.properties, "A JSON object, or a Map, of the event's properties");
  CLI::App* removing = app.add_subcommand("remove", "Let the events of a table count no more");
  removing->add_option("TABLE", table.name)->required();
  app.footer(
      "The rows stay where they are and are read for each run; nothing is written to the table. A "
      "COLUMN may be an expression of ClickHouse's SQL. Rows that come twice count twice: where "
      "that may be, map a view without them.\n\n"
      "Examples:\n  tidemark tables\n"
      "  tidemark tables add product.events --account account_id --user user_id --event name "
      "--time occurred_at --properties properties\n"
      "  tidemark tables add product.clicks --account org_id --event \"'click'\" --time "
      "'toDateTime(seconds)'\n"
      "  tidemark tables remove product.events\nMore: docs/scale.md");
  return [=](const Invocation& invocation) -> Result<void> {
    if (adding->parsed()) return add(invocation, options->table);
    if (removing->parsed()) return remove(invocation, options->table.name);
    return show(invocation, options->as_json);
  };
}

}  // namespace tidemark
