#include <fstream>
#include <memory>

#include <fmt/format.h>

#include "cli/command.h"
#include "cli/day_option.h"
#include "cli/progress_bar.h"
#include "cli/run_import.h"
#include "cli/surroundings.h"
#include "cli/workspace.h"
#include "score/score_run.h"
#include "simulate/company.h"
#include "wire/csv.h"
#include "wire/timestamp.h"

namespace tidemark {
namespace {

struct DemoOptions {
  std::string folder;
  int accounts = 200;
  int days = 400;
  std::uint64_t seed = 1;
  std::optional<Day> until;
  std::string clickhouse;
};

/// A CSV file that is being written.
class CsvFile {
 public:
  CsvFile(std::filesystem::path file, std::string_view header)
      : file_(std::move(file)), stream_(file_, std::ios::binary) {
    stream_ << header << '\n';
  }

  void add(std::initializer_list<std::string_view> cells) {
    line_.clear();
    for (const std::string_view cell : cells) {
      append_csv_field(line_, cell);
      line_ += ',';
    }
    line_.back() = '\n';
    stream_ << line_;
  }

  Result<void> close() {
    stream_.close();
    if (stream_) return {};
    return Error{ErrorKind::unavailable, fmt::format("{} cannot be written", file_.string())};
  }

 private:
  std::filesystem::path file_;
  std::ofstream stream_;
  std::string line_;
};

Result<void> write_events(const std::filesystem::path& file, const SimulatedCompany& company,
                          ProgressBar& progress) {
  CsvFile csv(file, "timestamp,received_at,message_id,account_id,user_id,event,properties");
  const DayRange days = company.plan().days;
  std::int64_t count = 0;
  company.events([&](const SimulatedEvent& event) {
    csv.add({timestamp_text(event.at), timestamp_text(event.received_at), event.message_id,
             event.account_id, event.user_id, event.event, event.properties});
    if (++count % 100'000 == 0) {
      const Day day{static_cast<std::int32_t>(event.at.time_since_epoch() / std::chrono::days{1})};
      progress.show(double(day - days.first) / days.length(),
                    fmt::format("{} events simulated", with_separators(count)));
    }
  });
  return csv.close();
}

/// What the company's CRM knows, and since when.
Result<void> write_accounts(const std::filesystem::path& file, const SimulatedCompany& company) {
  CsvFile csv(file,
              "account_id,valid_from,created_at,plan,seats,mrr,nps,owner,industry,churned_at");
  const Day last = company.plan().days.last;
  for (const AccountLife& account : company.accounts()) {
    const auto row = [&](Day since, const Contract& contract, std::string_view churned) {
      csv.add({account.id, day_text(since), day_text(account.first_day), contract.plan,
               fmt::format_int(contract.seats).c_str(),
               fmt::format_int(contract.monthly_value).c_str(),
               fmt::format_int(account.satisfaction(since)).c_str(), account.owner(),
               account.industry(), churned});
    };
    row(account.first_day, account.contract_at_first(), "");
    if (const auto day = account.upgraded_on(); day && *day <= last) {
      row(*day, account.contract_after(), "");
    }
    if (leaves(account.course) && account.turn + 20 <= last) {
      row(account.turn + 20, account.contract_at_first(), "");
    }
    // The contract is cancelled some weeks after the last use.
    if (leaves(account.course) && account.silent_from + 40 <= last) {
      row(account.silent_from + 40, account.contract_at_first(),
          day_text(account.silent_from + 40));
    }
  }
  return csv.close();
}

Result<void> write_users(const std::filesystem::path& file, const SimulatedCompany& company) {
  CsvFile csv(file, "user_id,account_id,name,role");
  for (const AccountLife& account : company.accounts()) {
    for (std::size_t person = 0; person < account.people.size(); ++person) {
      csv.add({account.user_id(person), account.id, account.user_name(person),
               role_name(account.people[person].role)});
    }
  }
  return csv.close();
}

/// What was going to happen, for whoever wants to check a claim.
Result<void> write_truth(const std::filesystem::path& folder, const SimulatedCompany& company) {
  CsvFile accounts(folder / "truth_accounts.csv",
                   "account_id,course,leaves,shows_from,silent_from,returns_on");
  for (const AccountLife& account : company.accounts()) {
    const bool is_silent_once = leaves(account.course) || account.course == Course::pausing;
    accounts.add({account.id, course_name(account.course), leaves(account.course) ? "1" : "0",
                  account.course == Course::steady || account.course == Course::sleepy
                      ? ""
                      : day_text(account.turn),
                  is_silent_once ? day_text(account.silent_from) : "",
                  account.course == Course::pausing ? day_text(account.back_on) : ""});
  }
  if (auto written = accounts.close(); !written) return written;
  CsvFile actions(folder / "truth_actions.csv", "event,matters,why");
  for (const SimulatedAction& action : simulated_actions()) {
    actions.add({action.event, action.matters ? "1" : "0", action.why});
  }
  if (auto written = actions.close(); !written) return written;
  CsvFile days(folder / "truth_days.csv", "day,what");
  days.add({day_text(company.outage_day()), "tracking failed: nine of ten events are lost"});
  return days.close();
}

}  // namespace

RunCommand declare_demo(CLI::App& app) {
  const auto options = std::make_shared<DemoOptions>();
  app.add_option("DIR", options->folder, "The folder to make it in")->required();
  app.add_option("--accounts", options->accounts, "How many accounts")
      ->check(CLI::Range(200, 1'000'000))
      ->capture_default_str();
  app.add_option("--days", options->days, "Days of history")
      ->check(CLI::Range(60, 3000))
      ->capture_default_str();
  app.add_option("--seed", options->seed, "The same seed makes the same company")
      ->capture_default_str();
  app.add_option("--store", options->clickhouse, "As of tidemark init")->type_name("ADDRESS");
  add_day_option(app, "--until", options->until, "The last day with events; else yesterday");
  app.footer(
      "Writes events.csv, accounts.csv and users.csv into DIR/demo, imports them, and writes the "
      "truth beside them: who was going to leave, when and why; which actions mattered.\n\n"
      "Examples:\n  tidemark demo /tmp/demo\n  tidemark -C /tmp/demo score\n"
      "  tidemark demo /tmp/large --accounts 1000 --days 90 --seed 7");
  return [options](const Invocation& invocation) -> Result<void> {
    const auto& [folder, accounts, days, seed, until, clickhouse] = *options;
    if (auto made = make_workspace(folder, company_definition(), clickhouse); !made) return made;
    auto workspace = open_workspace(folder);
    if (!workspace) return workspace.error();
    const Day last = until.value_or(last_finished_day(invocation.clock, workspace->zone));
    const auto files = workspace->folder / "demo";
    std::error_code ignored;
    std::filesystem::create_directories(files, ignored);
    {
      ProgressBar progress(invocation.clock);
      progress.show(0, "drawing accounts");
      const SimulatedCompany company({seed, accounts, {last - days + 1, last}});
      for (const auto& written :
           {write_events(files / "events.csv", company, progress),
            write_accounts(files / "accounts.csv", company),
            write_users(files / "users.csv", company), write_truth(files, company)}) {
        if (!written) return written;
      }
    }
    for (const auto& [name, kind] : {std::pair{"events.csv", RecordKind::events},
                                     {"accounts.csv", RecordKind::accounts},
                                     {"users.csv", RecordKind::users}}) {
      ImportOptions import;
      import.kind = kind;
      const auto file = files / name;
      if (auto done = import_and_report(*workspace, invocation, file, file.string(), import);
          !done) {
        return done;
      }
    }
    print("\nNext:\n  tidemark -C {0} score\n  tidemark -C {0} overview\n", folder);
    return {};
  };
}

}  // namespace tidemark
