#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/check.h"
#include "model/activity.h"
#include "model/definition.h"

namespace tidemark {

/// What the signals of a history are: every event name, by number, then rules beyond plain names,
/// numbered on. An event counts for its name and for each rule it fits.
struct Signals {
  std::vector<std::string> event_names;
  std::vector<Rule> rules;  // none of them plain

  std::size_t size() const { return event_names.size() + rules.size(); }
  bool is_event_name(SignalNumber signal) const { return signal < event_names.size(); }

  /// The signal that counts the events of a rule; none where no such event was ever seen.
  std::optional<SignalNumber> number_of(const Rule& rule) const {
    if (!rule.is_plain()) {
      const auto found = std::ranges::find(rules, rule);
      CHECK(found != rules.end());  // activity is read for the definition it is scored by
      return static_cast<SignalNumber>(event_names.size() +
                                       static_cast<std::size_t>(found - rules.begin()));
    }
    const auto found = std::ranges::find(event_names, rule.any.front().name);
    if (found == event_names.end()) return std::nullopt;
    return static_cast<SignalNumber>(found - event_names.begin());
  }
};

/// The rules of a definition that are more than a plain event name, each once.
std::vector<Rule> rules_beyond_names(const Definition& definition);

}  // namespace tidemark
