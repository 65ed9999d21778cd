#include "score/definition_critique.h"

#include <algorithm>

#include <fmt/format.h>

#include "activity/rule_matcher.h"
#include "score/account_properties.h"
#include "wire/did_you_mean.h"

namespace tidemark {
namespace {

std::string nearest_words(std::string_view word, const std::vector<std::string>& known) {
  const std::vector<std::string_view> views(known.begin(), known.end());
  const auto nearest = nearest_word(word, views);
  return nearest ? fmt::format("; did you mean \"{}\"?", *nearest) : "";
}

/// What is allowed, but probably not meant, in the light of the events and properties seen.
class DefinitionCritic {
 public:
  DefinitionCritic(const Definition& definition, std::vector<std::string> events,
                   std::vector<std::string> properties)
      : definition_(definition), events_(std::move(events)), properties_(std::move(properties)) {}

  std::vector<std::string> warnings() {
    if (!events_.empty()) {
      for (const Action& action : definition_.actions) look_at(action.when, "action", action.name);
      for (const Milestone& milestone : definition_.milestones) {
        look_at(milestone.when, "milestone", milestone.name);
      }
      for (const std::string& event : definition_.not_activity) {
        must_be_seen(event, "not_activity");
      }
      if (definition_.onboarding) {
        for (const std::string& step : definition_.onboarding->steps) {
          must_be_seen(step, "onboarding");
        }
      }
    }
    for (const Trait& trait : definition_.traits) {
      if (std::ranges::find(properties_, trait.property) != properties_.end()) continue;
      warnings_.push_back(
          fmt::format("trait \"{0}\": no account has the property \"{0}\"{1}", trait.property,
                      properties_.empty() ? "; import them with tidemark import --accounts FILE"
                                          : nearest_words(trait.property, properties_)));
    }
    return std::move(warnings_);
  }

  /// Events seen that earn nothing and are not named elsewhere.
  std::vector<std::string> unscored() const {
    std::vector<std::string> names;
    for (const std::string& event : events_) {
      const bool is_scored = std::ranges::any_of(definition_.actions, [&](const Action& action) {
        return RuleMatcher(action.when).of_name(event) != RuleMatcher::OfName::never;
      });
      if (!is_scored && !std::ranges::binary_search(definition_.not_activity, event)) {
        names.push_back(event);
      }
    }
    std::ranges::sort(names);
    return names;
  }

 private:
  bool is_seen(const std::string& event) const {
    return std::ranges::find(events_, event) != events_.end();
  }

  void must_be_seen(const std::string& event, std::string_view where) {
    if (is_seen(event)) return;
    warnings_.push_back(fmt::format("{}: the event \"{}\" was never seen{}", where, event,
                                    nearest_words(event, events_)));
  }

  void look_at(const Rule& rule, std::string_view kind, const std::string& name) {
    const std::string owner = fmt::format("{} \"{}\"", kind, name);
    for (const EventPattern& pattern : rule.any) {
      if (pattern.name_test == NameTest::is) must_be_seen(pattern.name, owner);
      if (pattern.name_test == NameTest::is &&
          std::ranges::binary_search(definition_.not_activity, pattern.name)) {
        warnings_.push_back(
            fmt::format("{}: \"{}\" is in not_activity and so earns nothing", owner, pattern.name));
      }
    }
    const RuleMatcher matcher(rule);
    const bool fits_none = std::ranges::none_of(events_, [&](const std::string& event) {
      return matcher.of_name(event) != RuleMatcher::OfName::never;
    });
    if (fits_none && rule.any.front().name_test != NameTest::is) {
      warnings_.push_back(fmt::format("{}: no event seen so far has a fitting name", owner));
    }
  }

  const Definition& definition_;
  std::vector<std::string> events_;
  std::vector<std::string> properties_;
  std::vector<std::string> warnings_;
};

Result<std::vector<std::string>> properties_seen(Store& store) {
  const auto properties = account_properties(store);
  if (!properties) return properties.error();
  std::vector<std::string> names;
  for (const AccountProperty& property : *properties) names.push_back(property.name);
  return names;
}

}  // namespace

Result<DefinitionCritique> criticise(Store& store, const Definition& definition) {
  auto events = store.event_names();
  if (!events) return events.error();
  auto properties = properties_seen(store);
  if (!properties) return properties.error();
  DefinitionCritic critic(definition, *std::move(events), *std::move(properties));
  return DefinitionCritique{critic.warnings(), critic.unscored()};
}

}  // namespace tidemark
