#include "cli/workspace_check.h"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/damage_notes.h"
#include "cli/folder_access.h"
#include "cli/surroundings.h"
#include "cli/workspace.h"
#include "deliver/vault.h"
#include "report/words.h"
#include "score/published_rules.h"
#include "score/score_run.h"
#include "wire/json.h"
#include "wire/timestamp.h"

namespace tidemark {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kGibibyte = std::uintmax_t{1} << 30;

class WorkspaceCheck {
 public:
  WorkspaceCheck(const fs::path& folder, const Clock& clock, CheckDepth depth)
      : folder_(folder), clock_(clock), depth_(depth) {}

  std::vector<Finding> run() {
    check_folder();
    check_definition();
    check_time_zones();
    check_owners();
    check_secrets();
    apart("control data", &WorkspaceCheck::check_control);
    apart("store", &WorkspaceCheck::check_store);
    check_damage();
    check_disk();
    return std::move(findings_);
  }

 private:
  void note(std::string what, Health health, std::string text) {
    findings_.push_back({std::move(what), health, std::move(text)});
  }

  /// Does a check in a process of its own, as damaged files may end that; in a server at once,
  /// which has them open already.
  void apart(const char* what, void (WorkspaceCheck::*check)()) {
    std::array<int, 2> ends{};
    if (surroundings().is_served() || pipe(ends.data()) != 0) return (this->*check)();
    const pid_t child = fork();
    if (child < 0) return (this->*check)();
    if (child == 0) {
      close(ends[0]);
      findings_.clear();
      (this->*check)();
      send(ends[1]);
    }
    close(ends[1]);
    const std::string text = received(ends[0]);
    int state = 0;
    waitpid(child, &state, 0);
    const Json findings = Json::parse(text, nullptr, false);
    if (!findings.is_array()) {
      return note(what, Health::broken,
                  "it makes the program end before it can say why; restore it from a backup");
    }
    for (const Json& one : findings) {
      note(one.value("what", ""), static_cast<Health>(one.value("health", 0)),
           one.value("text", ""));
    }
  }

  [[noreturn]] void send(int end) const {
    Json json = Json::array();
    for (const Finding& finding : findings_) {
      json.push_back({{"what", finding.what},
                      {"health", static_cast<int>(finding.health)},
                      {"text", finding.text}});
    }
    std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
    for (std::size_t at = 0; at < text.size();) {
      const ssize_t written = write(end, text.data() + at, text.size() - at);
      if (written <= 0) break;
      at += static_cast<std::size_t>(written);
    }
    _exit(0);
  }

  static std::string received(int end) {
    std::string text;
    std::array<char, 4096> part{};
    for (ssize_t count = 0; (count = read(end, part.data(), part.size())) > 0;) {
      text.append(part.data(), static_cast<std::size_t>(count));
    }
    close(end);
    return text;
  }

  bool has_store() const { return clickhouse_of(folder_) || fs::exists(store_file(folder_)); }

  void check_folder() {
    if (fs::exists(definition_file(folder_))) {
      note("folder", Health::good, "it is a workspace");
    } else if (has_store()) {
      note("folder", Health::broken,
           "tidemark.toml is missing; write it back from \"tidemark definition show --toml\" of a "
           "copy, or from your version control");
    } else {
      note("folder", Health::broken, "this is no workspace; make one with \"tidemark init DIR\"");
    }
    if (fs::exists(folder_ / "test-clock")) {
      note("clock", Health::warning, "it was made for tests: its clock may be moved");
    }
  }

  void check_definition() {
    if (!fs::exists(definition_file(folder_))) return;
    const auto definition = read_definition(definition_file(folder_));
    if (!definition) return note("definition", Health::broken, definition.error().message);
    note("definition", Health::good, "tidemark.toml is valid");
    zone_ = definition->time_zone;
  }

  void check_time_zones() {
    if (TimeZone::named("Europe/Berlin")) {
      note("time zones", Health::good, "the system's time zone data can be read");
    } else {
      note("time zones", Health::broken,
           "the system has no time zone data; install the package tzdata");
    }
  }

  void check_owners() {
    const auto access = folder_access(folder_);
    if (access) access_ = *access;
    if (!access) {
      note("owner", Health::broken, access.error().message);
    } else if (*access == StoreAccess::reads) {
      note("owner", Health::warning, "the folder cannot be written: reports work, changes do not");
    } else {
      note("owner", Health::good, "all files can be read and written");
    }
  }

  void check_secrets() {
    if (fs::exists(folder_ / "secret.key")) {
      if (const auto vault = Vault::open(folder_ / "secret.key"); !vault) {
        note("secrets", Health::broken,
             vault.error().message +
                 "; restore it from a backup. Without one delete it, and give each destination its "
                 "secret again: tidemark destinations rotate NAME");
      }
    }
    for (const char* name : {"control.sqlite", "secret.key", "serve.json", "store.password"}) {
      struct stat state{};
      if (stat((folder_ / name).c_str(), &state) != 0) continue;
      if ((state.st_mode & (S_IRWXG | S_IRWXO)) == 0) continue;
      note("secrets", Health::warning,
           fmt::format("{0} can be read by others: chmod 600 {0}", (folder_ / name).string()));
    }
  }

  void check_control() {
    constexpr const char* kWhat = "control data";
    const auto control = Control::open_existing(control_file(folder_), access_);
    if (!control) return note(kWhat, Health::broken, control.error().message);
    const auto journal = (*control)->journal(1);
    if (!journal) return note(kWhat, Health::broken, journal.error().message);
    if (!journal->empty() && !journal->front().ended && !surroundings().is_served()) {
      note(kWhat, Health::warning,
           fmt::format("the last {} is still running, or its process died; run it again to go on",
                       journal->front().command));
    }
    if (depth_ == CheckDepth::deep) {
      const auto problems = (*control)->verify();
      if (!problems) return note(kWhat, Health::broken, problems.error().message);
      for (const std::string& problem : *problems) {
        note(kWhat, Health::broken,
             fmt::format("control.sqlite is damaged ({}): restore it from a backup", problem));
      }
      check_destinations(**control);
      if (!problems->empty()) return;
    }
    note(kWhat, Health::good, "control.sqlite can be read");
  }

  void check_destinations(Control& control) {
    const auto destinations = control.outbox().destinations();
    const auto vault = Vault::open(folder_ / "secret.key");
    if (!destinations || !vault) return;
    for (const Destination& destination : *destinations) {
      if (vault->opened(destination.secret)) continue;
      note("secrets", Health::broken,
           fmt::format("secret.key does not open the secret of {0}: give it again, tidemark "
                       "destinations rotate {0}",
                       visible(destination.name)));
    }
  }

  void check_store() {
    if (!has_store()) {
      return note("store", Health::broken,
                  "tidemark.duckdb is missing; restore it from a backup, or import the events into "
                  "a new workspace");
    }
    auto store = surroundings().is_served() ? surroundings().store->beside(Reads::newest)
                                            : open_store(folder_, Opens::to_change, access_);
    if (!store) return note("store", Health::broken, store.error().message);
    note("store", Health::good,
         fmt::format("{} can be opened ({})",
                     visible(clickhouse_of(folder_).value_or("tidemark.duckdb")),
                     (*store)->engine_version()));
    if (depth_ == CheckDepth::deep) check_contents(**store);
    check_imports(**store);
    check_published(**store);
  }

  /// Opening the files may have found some just now.
  void check_damage() {
    for (const fs::path& file : {store_file(folder_), control_file(folder_)}) {
      for (const std::string& damage : damage_notes(file)) {
        note("damage", Health::broken,
             fmt::format("{} Delete {} when you have seen to it", damage,
                         damage_file(file).string()));
      }
    }
  }

  void check_contents(Store& store) {
    const auto problems = store.verify();
    if (!problems) return note("contents", Health::broken, problems.error().message);
    for (const std::string& problem : *problems) {
      note("contents", Health::broken, problem + "; restore the store from a backup");
    }
    if (problems->empty()) note("contents", Health::good, "everything can be read and fits");
  }

  void check_imports(Store& store) {
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

  void check_published(Store& store) {
    constexpr const char* kWhat = "published days";
    const auto rules = PublishedRules::load(store);
    if (!rules) return note(kWhat, Health::broken, rules.error().message);
    const std::vector<PublishedDay>& days = rules->days();
    const auto gap = std::ranges::adjacent_find(
        days,
        [](const PublishedDay& one, const PublishedDay& next) { return next.day != one.day + 1; });
    if (gap != days.end()) {
      return note(kWhat, Health::broken,
                  fmt::format("days are missing after {}; tidemark score --republish publishes the "
                              "history again",
                              day_text(gap->day)));
    }
    const auto zone = TimeZone::named(zone_);
    if (zone && !days.empty() && days.back().day > last_finished_day(clock_, *zone)) {
      return note(
          kWhat, Health::broken,
          fmt::format("days up to {0} are published, but by this machine's clock {1} is not "
                      "over yet: it is wrong now, or was wrong then. Set it right; if it is "
                      "right, tidemark score --recompute-from {1}",
                      day_text(days.back().day), day_text(last_finished_day(clock_, *zone) + 1)));
    }
    note(kWhat, Health::good,
         days.empty() ? "there are none yet"
                      : counted(std::ssize(days), "day", "days") + ", one after the other");
  }

  void check_disk() {
    std::error_code problem;
    const auto space = fs::space(folder_, problem);
    const bool is_here = !clickhouse_of(folder_);
    const auto store = is_here ? fs::file_size(store_file(folder_), problem) : 0;
    if (problem) return;
    const auto free = static_cast<double>(space.available) / static_cast<double>(kGibibyte);
    // An import and its checkpoint may need as much again as there is.
    if (space.available < store + kGibibyte) {
      note("disk", Health::warning,
           fmt::format("{:.1f} GiB are free, less than the store and a GiB: make room before the "
                       "next import",
                       free));
    } else {
      note("disk", Health::good, fmt::format("{:.1f} GiB are free", free));
    }
  }

  fs::path folder_;
  const Clock& clock_;
  CheckDepth depth_;
  StoreAccess access_ = StoreAccess::reads_and_writes;
  std::string zone_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> check_workspace(const std::filesystem::path& folder, const Clock& clock,
                                     CheckDepth depth) {
  return WorkspaceCheck(folder, clock, depth).run();
}

}  // namespace tidemark
