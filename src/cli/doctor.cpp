#include <memory>

#include <fmt/format.h>

#include "cli/command.h"
#include "cli/surroundings.h"
#include "cli/workspace.h"
#include "score/published_rules.h"
#include "store/duckdb/duckdb_store.h"
#include "wire/json.h"

namespace tidemark {
namespace {

enum class Health : std::uint8_t { good, warning, broken };

/// What was looked at, how it is, and how to mend it.
struct Finding {
  std::string what;
  Health health = Health::good;
  std::string words;
};

class Doctor {
 public:
  explicit Doctor(const Invocation& invocation) : invocation_(invocation) {}

  std::vector<Finding> examine() {
    look_at_folder();
    look_at_definition();
    look_at_time_zones();
    look_at_control();
    look_at_store();
    look_at_disk();
    return std::move(findings_);
  }

 private:
  void note(std::string what, Health health, std::string words) {
    findings_.push_back({std::move(what), health, std::move(words)});
  }

  bool has_store() const {
    return clickhouse_of(invocation_.folder) ||
           std::filesystem::exists(store_file(invocation_.folder));
  }

  void look_at_folder() {
    const bool is_workspace = std::filesystem::exists(definition_file(invocation_.folder));
    if (is_workspace) {
      note("folder", Health::good, "it is a workspace");
    } else if (has_store()) {
      note("folder", Health::broken,
           "tidemark.toml is missing; write it back from \"tidemark definition show --toml\" of a "
           "copy, or from your version control");
    } else {
      note("folder", Health::broken, "this is no workspace; make one with \"tidemark init DIR\"");
    }
  }

  void look_at_definition() {
    if (!std::filesystem::exists(definition_file(invocation_.folder))) return;
    const auto definition = read_definition(definition_file(invocation_.folder));
    if (definition) {
      note("definition", Health::good, "tidemark.toml is valid");
    } else {
      note("definition", Health::broken, definition.error().message);
    }
  }

  void look_at_time_zones() {
    const auto zone = TimeZone::named("Europe/Berlin");
    if (!zone) {
      note("time zones", Health::broken,
           "the system has no time zone data; install the package tzdata");
    } else {
      note("time zones", Health::good, "the system's time zone data can be read");
    }
  }

  void look_at_control() {
    const auto file = control_file(invocation_.folder);
    if (!std::filesystem::exists(file)) {
      note("journal", Health::warning,
           "control.sqlite is missing; the next command makes a new one, only the journal is lost");
      return;
    }
    auto control = Control::open(file);
    if (!control) {
      note("journal", Health::broken,
           fmt::format("{}; move control.sqlite away, a new one is made, only the journal is lost",
                       control.error().message));
      return;
    }
    const auto journal = (*control)->journal(1);
    if (!journal) {
      note("journal", Health::broken, journal.error().message);
    } else if (!journal->empty() && !journal->front().ended) {
      note("journal", Health::warning,
           fmt::format("the last {} is still running, or its process died; run it again to go on",
                       journal->front().command));
    } else {
      note("journal", Health::good, "control.sqlite can be read");
    }
  }

  void look_at_store() {
    if (!has_store()) {
      note("store", Health::broken,
           "tidemark.duckdb is missing; bring it back from a backup, or import the events anew "
           "into a new workspace");
      return;
    }
    auto store = open_store(invocation_.folder);
    if (!store) {
      note("store", Health::broken, store.error().message);
      return;
    }
    note("store", Health::good,
         fmt::format("{} can be read ({})",
                     visible(clickhouse_of(invocation_.folder).value_or("tidemark.duckdb")),
                     (*store)->engine_version()));
    look_at_imports(**store);
    look_at_published(**store);
  }

  void look_at_imports(Store& store) {
    const auto unfinished = store.unfinished_imports();
    if (!unfinished) {
      note("imports", Health::broken, unfinished.error().message);
    } else if (!unfinished->empty()) {
      note("imports", Health::warning,
           fmt::format("{} was imported only in part; run its import again to go on",
                       visible(unfinished->front())));
    } else {
      note("imports", Health::good, "all are whole");
    }
  }

  void look_at_published(Store& store) {
    const auto rules = PublishedRules::load(store);
    if (!rules) {
      note("published days", Health::broken, rules.error().message);
      return;
    }
    for (std::size_t at = 1; at < rules->days().size(); ++at) {
      if (rules->days()[at].day == rules->days()[at - 1].day + 1) continue;
      note("published days", Health::broken,
           fmt::format("there is a gap after {}; tidemark score --republish publishes the history "
                       "anew",
                       day_text(rules->days()[at - 1].day)));
      return;
    }
    note("published days", Health::good,
         rules->days().empty()
             ? "there are none yet"
             : counted(std::ssize(rules->days()), "day", "days") + ", one after the other");
  }

  void look_at_disk() {
    std::error_code problem;
    const auto space = std::filesystem::space(invocation_.folder, problem);
    const bool is_here = !clickhouse_of(invocation_.folder);
    const auto store =
        is_here ? std::filesystem::file_size(store_file(invocation_.folder), problem) : 0;
    if (problem) return;
    const auto free = static_cast<double>(space.available) / (1 << 30);
    // An import and its checkpoint may need as much again as there is.
    if (space.available < store + (std::uintmax_t{1} << 30)) {
      note("disk", Health::warning,
           fmt::format("{:.1f} GiB are free, less than the store and a GiB: make room before the "
                       "next import",
                       free));
    } else {
      note("disk", Health::good, fmt::format("{:.1f} GiB are free", free));
    }
  }

  const Invocation& invocation_;
  std::vector<Finding> findings_;
};

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
  app.add_flag("--json", *as_json, "As JSON");
  app.footer(
      "Looks at files, versions, time zone data and free disk. Exits with 1 where something is "
      "broken.\n\nExamples:\n  tidemark doctor\n  tidemark doctor --json");
  return [as_json](const Invocation& invocation) -> Result<void> {
    const std::vector<Finding> findings = Doctor(invocation).examine();
    Json json = Json::array();
    Table table({{""}, {""}, {""}});
    std::int64_t broken = 0;
    for (const Finding& finding : findings) {
      broken += finding.health == Health::broken ? 1 : 0;
      json.push_back({{"what", finding.what},
                      {"health", health_word(finding.health)},
                      {"words", finding.words}});
      table.add({std::string(health_word(finding.health)), finding.what, finding.words});
    }
    if (*as_json) {
      print("{}\n", json.dump(1));
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
