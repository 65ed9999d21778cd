#include <memory>

#include <fmt/format.h>

#include "api/identity_json.h"
#include "cli/command.h"
#include "cli/live_workspace.h"
#include "net/http.h"

namespace tidemark {
namespace {

struct IdentityOptions {
  std::string account;
  std::string into;
  bool as_json = false;
};

Result<void> show(const Invocation& invocation, bool as_json) {
  const auto json =
      ask_workspace(invocation.folder, "GET", "/api/v1/identity", [](Store& store) -> Result<Json> {
        const auto report = report_identity(store);
        if (!report) return report.error();
        return identity_json(*report);
      });
  if (!json) return json.error();
  if (as_json) {
    fmt::print("{}\n", json->dump(1));
    return {};
  }
  const Terminal& terminal = invocation.terminal;
  const auto number = [&](const char* key) { return (*json)[key].get<std::int64_t>(); };
  fmt::print("{} of {} events wait until it is known whose they are.\n",
             with_separators(number("events_waiting")), with_separators(number("events")));
  if (!(*json)["waiting"].empty()) {
    Table table({{"User or visitor"}, {"Events", Table::Align::right}, {"Last"}});
    for (const Json& one : (*json)["waiting"]) {
      table.add({visible(one["id"].get<std::string>()), with_separators(one["events"]),
                 one["last"].get<std::string>().substr(0, 10)});
    }
    fmt::print("{}", table.text(terminal));
  }
  fmt::print("\n{} users are in several accounts.\n",
             with_separators(number("users_in_several_accounts")));
  if (!(*json)["several"].empty()) {
    Table table({{"User"}, {"Accounts"}});
    for (const Json& one : (*json)["several"]) {
      std::vector<std::string> accounts = one["accounts"];
      for (std::string& account : accounts) account = visible(account);
      table.add(
          {visible(one["id"].get<std::string>()), fmt::format("{}", fmt::join(accounts, ", "))});
    }
    fmt::print("{}", table.text(terminal));
  }
  fmt::print("\n{} of {} accounts have one user: their score is that person's.\n",
             with_separators(number("accounts_of_one_user")),
             with_separators(number("accounts_with_users")));
  for (const Json& merge : (*json)["merges"]) {
    fmt::print("{} counts for {} since {}\n", visible(merge["account_id"].get<std::string>()),
               visible(merge["into"].get<std::string>()),
               merge["since"].get<std::string>().substr(0, 10));
  }
  return {};
}

Result<void> merge(const Invocation& invocation, const IdentityOptions& options) {
  const auto done = ask_workspace(
      invocation.folder, "POST",
      fmt::format("/api/v1/merges?account={}&into={}", encoded_form_text(options.account),
                  encoded_form_text(options.into)),
      [&](Store& store) -> Result<Json> {
        const auto merged =
            merge_accounts(store, options.account, options.into, invocation.clock.now());
        if (!merged) return merged.error();
        return Json::object();
      });
  if (!done) return done.error();
  fmt::print("{} counts for {} from now on, with all it did before. What was published stays.\n",
             visible(options.account), visible(options.into));
  return {};
}

Result<void> unmerge(const Invocation& invocation, const IdentityOptions& options) {
  const auto done =
      ask_workspace(invocation.folder, "DELETE",
                    fmt::format("/api/v1/merges?account={}", encoded_form_text(options.account)),
                    [&](Store& store) -> Result<Json> {
                      const auto unmerged = unmerge_account(store, options.account);
                      if (!unmerged) return unmerged.error();
                      return Json::object();
                    });
  if (!done) return done.error();
  fmt::print("{} counts for itself again, with all it did.\n", visible(options.account));
  return {};
}

}  // namespace

RunCommand declare_identity(CLI::App& app) {
  app.footer(
      "Examples:\n"
      "  tidemark identity\n"
      "  tidemark identity merge acct-2 --into acct-3\n"
      "  tidemark identity unmerge acct-2");
  auto options = std::make_shared<IdentityOptions>();
  app.add_flag("--json", options->as_json, "For machines");
  CLI::App* merging = app.add_subcommand("merge", "Let all of an account count for another");
  merging->add_option("ACCOUNT", options->account)->required();
  merging->add_option("--into", options->into, "The account it counts for")
      ->required()
      ->type_name("ACCOUNT");
  CLI::App* unmerging = app.add_subcommand("unmerge", "Take a merge back");
  unmerging->add_option("ACCOUNT", options->account)->required();
  return [=](const Invocation& invocation) -> Result<void> {
    if (merging->parsed()) return merge(invocation, *options);
    if (unmerging->parsed()) return unmerge(invocation, *options);
    return show(invocation, options->as_json);
  };
}

}  // namespace tidemark
