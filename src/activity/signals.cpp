#include "activity/signals.h"

namespace tidemark {

std::vector<Rule> rules_beyond_names(const Definition& definition) {
  std::vector<Rule> rules;
  const auto add = [&](const Rule& rule) {
    if (!rule.is_plain() && std::ranges::find(rules, rule) == rules.end()) rules.push_back(rule);
  };
  for (const Action& action : definition.actions) add(action.when);
  for (const Milestone& milestone : definition.milestones) add(milestone.when);
  return rules;
}

}  // namespace tidemark
