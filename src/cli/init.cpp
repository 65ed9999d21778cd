#include <memory>

#include <fmt/format.h>

#include "cli/command.h"
#include "cli/surroundings.h"
#include "cli/workspace.h"
#include "simulate/company.h"

namespace tidemark {

RunCommand declare_init(CLI::App& app) {
  const auto folder = std::make_shared<std::string>();
  const auto clickhouse = std::make_shared<std::string>();
  app.add_option("DIR", *folder, "The folder to make it in")->required();
  app.add_option("--store", *clickhouse,
                 "A ClickHouse to keep events and scores in, not a file: "
                 "clickhouse://USER@HOST:8123/DATABASE. Its password is read from "
                 "TIDEMARK_STORE_PASSWORD, or the file store.password in the folder")
      ->type_name("ADDRESS");
  app.footer(
      "Examples:\n  tidemark init ~/engagement\n  tidemark -C ~/engagement import events.csv.gz\n"
      "Where one machine is too small, events lie in a ClickHouse: docs/scale.md");
  return [folder, clickhouse](const Invocation&) -> Result<void> {
    if (auto made = make_workspace(*folder, first_definition(), *clickhouse); !made) return made;
    print(
        "Made a workspace in {0}.\n\nNext:\n  edit {0}/tidemark.toml   which actions count, and "
        "for how much\n  tidemark -C {0} import FILE\n  tidemark -C {0} score\n",
        *folder);
    return {};
  };
}

}  // namespace tidemark
