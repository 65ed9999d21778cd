#include "score/exclusion_report.h"

#include <algorithm>
#include <set>
#include <unordered_set>

#include "activity/event_signals.h"
#include "base/text_pattern.h"
#include "wire/json_properties.h"

namespace tidemark {
namespace {

constexpr std::size_t kMostExamples = 5;
constexpr std::size_t kMostAccounts = 20;

/// What is counted of a rule while events are read.
struct Tally {
  std::uint64_t events = 0;
  std::unordered_set<std::string> users;
  std::unordered_set<AccountNumber> accounts;
};

using Of = ExclusionReport::Rule::Of;

class Counter {
 public:
  Counter(const Exclusions& exclude, const std::vector<std::string>& account_ids)
      : exclude_(exclude),
        account_ids_(account_ids),
        users_(exclude.users.size()),
        accounts_(exclude.accounts.size()),
        flags_(exclude.flags.size()),
        is_seen_(account_ids.size()),
        is_kept_(account_ids.size()) {}

  void read(const EventColumns& columns) {
    for (std::size_t row = 0; row < columns.at.size(); ++row) {
      const AccountNumber account = columns.account[row];
      if (account == kNoAccount) continue;
      ++events_;
      is_seen_[account] = true;
      if (count(account, columns.user[row],
                columns.properties.empty() ? std::string_view() : columns.properties[row])) {
        ++excluded_;
      } else {
        is_kept_[account] = true;
      }
    }
  }

  ExclusionReport report() const {
    ExclusionReport report;
    report.events = events_;
    report.excluded = excluded_;
    add_rules(report, Of::users, exclude_.users, users_);
    add_rules(report, Of::accounts, exclude_.accounts, accounts_);
    add_rules(report, Of::flags, exclude_.flags, flags_);
    for (std::size_t account = 0; account < is_seen_.size(); ++account) {
      if (is_seen_[account] && !is_kept_[account])
        report.left_empty.push_back(account_ids_[account]);
    }
    report.left_empty_count = report.left_empty.size();
    std::ranges::sort(report.left_empty);
    if (report.left_empty.size() > kMostAccounts) report.left_empty.resize(kMostAccounts);
    return report;
  }

 private:
  bool count(AccountNumber account, std::string_view user, std::string_view properties) {
    bool is_excluded = false;
    const auto add = [&](Tally& tally) {
      is_excluded = true;
      ++tally.events;
      if (!user.empty()) tally.users.emplace(user);
      tally.accounts.insert(account);
    };
    for (std::size_t at = 0; at < users_.size() && !user.empty(); ++at) {
      if (fits_glob(exclude_.users[at], user)) add(users_[at]);
    }
    for (std::size_t at = 0; at < accounts_.size(); ++at) {
      if (fits_glob(exclude_.accounts[at], account_ids_[account])) add(accounts_[at]);
    }
    if (flags_.empty() || properties.empty()) return is_excluded;
    properties_.read(properties);
    for (std::size_t at = 0; at < flags_.size(); ++at) {
      if (is_flagged_by(properties_, exclude_.flags[at])) add(flags_[at]);
    }
    return is_excluded;
  }

  void add_rules(ExclusionReport& report, Of of, const std::vector<std::string>& patterns,
                 const std::vector<Tally>& tallies) const {
    for (std::size_t at = 0; at < patterns.size(); ++at) {
      const Tally& tally = tallies[at];
      std::set<std::string> examples;
      if (of == Of::accounts) {
        for (const AccountNumber account : tally.accounts) examples.insert(account_ids_[account]);
      } else {
        examples.insert(tally.users.begin(), tally.users.end());
      }
      std::vector<std::string> first(examples.begin(), examples.end());
      if (first.size() > kMostExamples) first.resize(kMostExamples);
      report.rules.push_back({of, patterns[at], tally.events, tally.users.size(),
                              tally.accounts.size(), std::move(first)});
    }
  }

  const Exclusions& exclude_;
  const std::vector<std::string>& account_ids_;
  std::vector<Tally> users_;
  std::vector<Tally> accounts_;
  std::vector<Tally> flags_;
  std::vector<bool> is_seen_;
  std::vector<bool> is_kept_;
  std::uint64_t events_ = 0;
  std::uint64_t excluded_ = 0;
  JsonProperties properties_;
};

}  // namespace

Result<ExclusionReport> report_exclusions(Store& store, const Definition& definition) {
  const auto account_ids = store.account_ids();
  if (!account_ids) return account_ids.error();
  Counter counter(definition.exclude, *account_ids);
  constexpr unsigned kOneThread = 1;
  const auto read = store.read_events(
      {.users = true, .properties = !definition.exclude.flags.empty()}, kOneThread,
      [&](const EventColumns& events, unsigned) { counter.read(events); });
  if (!read) return read.error();
  return counter.report();
}

}  // namespace tidemark
