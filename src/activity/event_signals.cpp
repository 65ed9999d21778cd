#include "activity/event_signals.h"

namespace tidemark {
namespace {

bool fits_any(const std::vector<std::string>& globs, std::string_view text) {
  return std::ranges::any_of(globs, [&](const std::string& glob) { return fits_glob(glob, text); });
}

}  // namespace

EventSignals::EventSignals(const Definition& definition, const Signals& signals,
                           const std::vector<std::string>& account_ids)
    : signals_(signals),
      names_(signals.event_names.size()),
      excluded_users_(definition.exclude.users),
      reads_properties_(!definition.exclude.flags.empty()) {
  for (const Rule& rule : signals.rules) matchers_.emplace_back(rule);
  for (std::size_t name = 0; name < names_.size(); ++name) {
    const std::string& event = signals.event_names[name];
    if (std::ranges::binary_search(definition.not_activity, event)) continue;
    for (std::size_t rule = 0; rule < matchers_.size(); ++rule) {
      const auto of_name = matchers_[rule].of_name(event);
      if (of_name == RuleMatcher::OfName::always) {
        names_[name].always.push_back(static_cast<SignalNumber>(signals.event_names.size() + rule));
      } else if (of_name == RuleMatcher::OfName::depends) {
        names_[name].conditional.push_back(rule);
        reads_properties_ = true;
      }
    }
  }
  excluded_account_patterns_ = definition.exclude.accounts;
  follow_accounts(account_ids);
  flags_ = definition.exclude.flags;
}

void EventSignals::follow_accounts(const std::vector<std::string>& account_ids) {
  if (excluded_account_patterns_.empty()) return;
  while (excluded_accounts_.size() < account_ids.size()) {
    excluded_accounts_.push_back(
        fits_any(excluded_account_patterns_, account_ids[excluded_accounts_.size()]));
  }
}

void EventSignals::follow_names() {
  CHECK(signals_.rules.empty());
  names_.resize(signals_.event_names.size());
}

bool EventSignals::is_excluded(AccountNumber account, std::string_view user) const {
  return (!excluded_accounts_.empty() && excluded_accounts_[account]) ||
         (!user.empty() && fits_any(excluded_users_, user));
}

bool EventSignals::is_flagged(const Properties& properties) const {
  return std::ranges::any_of(
      flags_, [&](const std::string& flag) { return is_flagged_by(properties, flag); });
}

bool is_flagged_by(const Properties& properties, const std::string& flag) {
  return is_true(properties.value_of(flag)) || is_true(properties.value_of("context." + flag));
}

}  // namespace tidemark
