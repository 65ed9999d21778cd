#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "activity/rule_matcher.h"
#include "cli/listing.h"
#include "cli/surroundings.h"
#include "report/listing_json.h"
#include "score/account_listing.h"
#include "wire/did_you_mean.h"
#include "wire/json.h"

namespace tidemark {
namespace {

struct AccountsOptions {
  AccountQuery query;
  std::vector<std::string> levels;
  std::vector<std::string> where;
  std::string trend;
  std::string sort = "id";
  int limit = 50;
  ListingOptions form;  // --csv or --json
};

/// Fills the query's parts that are given as words.
Result<void> read_words(AccountsOptions& options) {
  for (const std::string& word : options.levels) {
    const auto level = level_named(word);
    if (!level) {
      constexpr std::array<std::string_view, kLevelCount> kNames = {
          "high", "medium", "low", "engaged", "none", "inactive"};
      return Error{ErrorKind::invalid_input,
                   fmt::format("--level {}: {}", word, did_you_mean(word, kNames))};
    }
    options.query.levels.push_back(*level);
  }
  for (const std::string& word : options.where) {
    const auto equals = word.find('=');
    if (equals == std::string::npos || equals == 0) {
      return Error{ErrorKind::invalid_input,
                   fmt::format("--where {}: write property=value, as in plan=team", word)};
    }
    options.query.where.push_back({word.substr(0, equals), word.substr(equals + 1)});
  }
  options.query.only_falling = options.trend == "down";
  options.query.only_rising = options.trend == "up";
  return {};
}

/// What `--sort` says.
Result<AccountSort> sort_named(const AccountsOptions& options) {
  AccountSort sort = AccountSort::named(options.sort);
  const bool is_known =
      sort.by != AccountSort::By::property ||
      std::ranges::find(options.query.properties, sort.property) != options.query.properties.end();
  if (is_known) return sort;
  return Error{ErrorKind::invalid_input,
               fmt::format("--sort {0}: it is id, points, trend, level, since, or a property "
                           "listed with --property {0}",
                           options.sort)};
}

void print_accounts(const AccountListing& listing, const AccountsOptions& options,
                    const Terminal& terminal) {
  print("{}\n", terminal.bold(fmt::format(
                    "{} on {}", counted(std::ssize(listing.accounts), "account", "accounts"),
                    readable_day(listing.day))));
  if (listing.accounts.empty()) {
    print("None fits. Without filters: tidemark accounts\n");
    return;
  }
  std::vector<Table::Column> columns{
      {"Account"},
      {"level"},
      {"since"},
      {"was"},
      {"points (0–100)", Table::Align::right},
      {fmt::format("{} days", options.query.trend_days), Table::Align::right}};
  for (const std::string& property : options.query.properties) columns.push_back({property});
  Table table(std::move(columns));
  std::int64_t ramping = 0;
  const auto listed = std::min<std::ptrdiff_t>(options.limit, std::ssize(listing.accounts));
  for (std::ptrdiff_t at = 0; at < listed; ++at) {
    const ListedAccount& account = listing.accounts[static_cast<std::size_t>(at)];
    ramping += account.is_ramping ? 1 : 0;
    std::vector<std::string> cells{
        visible(account.id),
        terminal.level(account.level) + (account.is_ramping ? " *" : ""),
        readable_day(account.since),
        account.level_before ? level_label(*account.level_before) : "",
        points_with_display(account.points, account.display),
        (account.trend().milli > 0 ? "+" : "") + readable_points(account.trend())};
    for (const PropertyValue& value : account.properties) {
      cells.push_back(visible(property_text(value)));
    }
    table.add(std::move(cells));
  }
  print("\n{}", table.text(terminal));
  if (listed < std::ssize(listing.accounts)) {
    print("  … and {} more: --limit {}, or --csv for all\n",
          with_separators(std::ssize(listing.accounts) - listed), listing.accounts.size());
  }
  if (ramping > 0) print("  * in its first days, judged at its pace\n");
}

void print_csv(const AccountListing& listing, const AccountsOptions& options,
               const Terminal& terminal) {
  std::vector<Table::Column> columns{
      {"account_id"}, {"level"},        {"since"},   {"level_before"},
      {"is_ramping"}, {"milli_points"}, {"display"}, {"milli_points_before"}};
  for (const std::string& property : options.query.properties) columns.push_back({property});
  RowWriter rows(options.form, terminal, std::move(columns));
  for (const ListedAccount& account : listing.accounts) {
    std::vector<std::string> cells{
        account.id,
        std::string(level_name(account.level)),
        day_text(account.since),
        account.level_before ? std::string(level_name(*account.level_before)) : "",
        account.is_ramping ? "1" : "0",
        std::to_string(account.points.milli),
        account.display ? std::to_string(*account.display) : "",
        std::to_string(account.points_before.milli)};
    for (const PropertyValue& value : account.properties) cells.push_back(property_text(value));
    rows.add(cells);
  }
}

}  // namespace

RunCommand declare_accounts(CLI::App& app) {
  const auto options = std::make_shared<AccountsOptions>();
  add_day_option(app, "--day", options->query.day, "The day; else the last one published");
  app.add_option("--level", options->levels, "Only these levels; else all but inactive")
      ->type_name("LEVEL")
      ->delimiter(',');
  app.add_option("--moved", options->query.moved_within_days,
                 "Only accounts whose level changed in the last so many days")
      ->type_name("DAYS")
      ->check(CLI::Range(1, 100'000));
  app.add_option("--trend", options->trend, "Only accounts whose points went up, or down")
      ->check(CLI::IsMember({"up", "down"}));
  app.add_option("--days", options->query.trend_days, "Days the trend looks back")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  app.add_option("--where", options->where, "Only accounts with this property: plan=team")
      ->type_name("PROPERTY=VALUE")
      ->allow_extra_args(false);
  app.add_option("--property", options->query.properties, "Show this property too")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_option("--sort", options->sort, "id, points, trend, level, since, or a shown property")
      ->capture_default_str();
  app.add_option("--limit", options->limit, "How many to list")
      ->check(CLI::Range(0, 10'000'000))
      ->capture_default_str();
  add_form_options(app, options->form);
  app.footer(
      "Lists accounts as they were published. The trend is the difference in points.\n\n"
      "Examples:\n  tidemark accounts --level low --sort trend\n"
      "  tidemark accounts --moved 7\n"
      "  tidemark accounts --where plan=pro --property plan --sort points --limit 20\n"
      "  tidemark accounts --csv > accounts.csv");
  return [options](const Invocation& invocation) -> Result<void> {
    if (auto read = read_words(*options); !read) return read;
    auto workspace = open_workspace(invocation.folder);
    if (!workspace) return workspace.error();
    const auto sort = sort_named(*options);
    if (!sort) return sort.error();
    options->query.sort = *sort;
    const auto listing = list_accounts(*workspace->store, options->query, workspace->zone);
    if (!listing) return listing.error();
    if (options->form.as_json) {
      Json json = {{"day", day_text(listing->day)}, {"accounts", Json::array()}};
      for (const ListedAccount& account : listing->accounts) {
        json["accounts"].push_back(listed_account_json(account, options->query.properties));
      }
      print("{}\n", json.dump(1));
    } else if (options->form.as_csv) {
      print_csv(*listing, *options, invocation.terminal);
    } else {
      print_accounts(*listing, *options, invocation.terminal);
    }
    return {};
  };
}

}  // namespace tidemark
