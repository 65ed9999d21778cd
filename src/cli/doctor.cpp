#include <memory>

#include <fmt/format.h>

#include "cli/command.h"
#include "cli/surroundings.h"
#include "cli/workspace_check.h"
#include "report/words.h"
#include "wire/json.h"

namespace tidemark {
namespace {

std::string_view health_word(Health health) {
  switch (health) {
    case Health::good:
      return "ok";
    case Health::warning:
      return "!";
    case Health::broken:
      return "BROKEN";
  }
  return "";
}

}  // namespace

RunCommand declare_doctor(CLI::App& app) {
  const auto as_json = std::make_shared<bool>(false);
  const auto is_deep = std::make_shared<bool>(false);
  app.add_flag("--deep", *is_deep,
               "Read everything that is stored: checksums of all blocks, what refers to what, the "
               "index of message ids. Takes as long as reading the store");
  app.add_flag("--json", *as_json, "As JSON");
  app.footer(
      "Looks at files and their owners, versions, time zone data, published days and free disk, "
      "also beside a server. Exits with 1 where something is broken.\n\nExamples:\n  tidemark "
      "doctor\n  tidemark doctor --deep --json");
  return [as_json, is_deep](const Invocation& invocation) -> Result<void> {
    const auto findings = check_workspace(invocation.folder, invocation.clock,
                                          *is_deep ? CheckDepth::deep : CheckDepth::quick);
    Json json = Json::array();
    Table table({{""}, {""}, {""}});
    std::int64_t broken = 0;
    for (const Finding& finding : findings) {
      broken += finding.health == Health::broken ? 1 : 0;
      json.push_back({{"what", finding.what},
                      {"health", health_word(finding.health)},
                      {"text", finding.text}});
      table.add({std::string(health_word(finding.health)), finding.what, finding.text});
    }
    if (*as_json) {
      print("{}\n", json.dump(1, ' ', false, Json::error_handler_t::replace));
    } else {
      // Advice is not cut where the terminal ends.
      print("{}", table.text(Terminal(1000, false), ""));
    }
    if (broken == 0) return {};
    return Error{ErrorKind::corrupt_data,
                 counted(broken, "thing is broken", "things are broken") + "; see above"};
  };
}

}  // namespace tidemark
