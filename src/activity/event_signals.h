#pragma once

#include <string_view>
#include <vector>

#include "activity/rule_matcher.h"
#include "activity/signals.h"

namespace tidemark {

/// Whether the property of that name, or the context's, is true.
bool is_flagged_by(const Properties& properties, const std::string& flag);

/// Says what an event counts for under a definition: its own name, and the rules it fits. Events of
/// excluded accounts and users count for nothing; for rules neither do those that are no activity.
class EventSignals {
 public:
  /// Refers to `signals`, whose rules are those of the definition, and to `account_ids`.
  EventSignals(const Definition& definition, const Signals& signals,
               const std::vector<std::string>& account_ids);

  /// Takes in that accounts were added to those it was made with. (Names of events come with
  /// `follow_names`, where the definition has no rules: those are numbered behind them.)
  void follow_accounts(const std::vector<std::string>& account_ids);
  void follow_names();

  /// Whether events must come with their user, or their properties, to be asked about.
  bool reads_users() const { return !excluded_users_.empty(); }
  bool reads_properties() const { return reads_properties_; }

  bool is_excluded(AccountNumber account, std::string_view user) const;

  /// Whether the properties of an event of this name matter.
  bool reads_properties_of(SignalNumber name) const {
    return !flags_.empty() || !names_[name].conditional.empty();
  }
  /// Whether a property says that the event is not to count.
  bool is_flagged(const Properties& properties) const;

  /// Calls `visit(signal)` for the event's name and for each rule it fits. `properties` may be null
  /// where they do not matter.
  template <class Visit>
  void for_each_signal(SignalNumber name, const Properties* properties, Visit&& visit) const {
    visit(name);
    const OfName& of_name = names_[name];
    for (const SignalNumber signal : of_name.always) visit(signal);
    for (const std::size_t rule : of_name.conditional) {
      if (matchers_[rule].matches(signals_.event_names[name], *properties)) {
        visit(static_cast<SignalNumber>(signals_.event_names.size() + rule));
      }
    }
  }

 private:
  struct OfName {
    std::vector<SignalNumber> always;      // rules that all events of the name fit
    std::vector<std::size_t> conditional;  // places of rules that depend on properties
  };

  const Signals& signals_;
  std::vector<RuleMatcher> matchers_;
  std::vector<OfName> names_;
  std::vector<std::string> excluded_account_patterns_;
  std::vector<bool> excluded_accounts_;  // by number; empty where no pattern is
  std::vector<std::string> excluded_users_;
  std::vector<std::string> flags_;
  bool reads_properties_ = false;
};

}  // namespace tidemark
