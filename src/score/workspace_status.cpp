#include "score/workspace_status.h"

#include "wire/definition_json.h"

namespace tidemark {

Result<WorkspaceStatus> status_of(Store& store, const Definition& definition) {
  WorkspaceStatus status;
  status.definition = definition_hash(definition);
  const auto accounts = store.account_ids();
  if (!accounts) return accounts.error();
  status.accounts = std::ssize(*accounts);
  const auto names = store.event_names();
  if (!names) return names.error();
  status.event_names = std::ssize(*names);
  const auto events = store.event_count();
  if (!events) return events.error();
  status.events = *events;
  const auto last_import = store.last_import();
  if (!last_import) return last_import.error();
  status.last_import = *last_import;
  auto unfinished = store.unfinished_imports();
  if (!unfinished) return unfinished.error();
  status.unfinished_imports = *std::move(unfinished);
  const auto rules = PublishedRules::load(store);
  if (!rules) return rules.error();
  if (rules->days().empty()) return status;
  status.first_published = rules->days().front();
  status.last_published = rules->days().back();
  status.definition_has_changed = rules->days().back().definition != status.definition;
  const RulesOfDay in_force = rules->of(rules->days().back());
  if (in_force.calibration != nullptr) status.calibration = *in_force.calibration;
  return status;
}

}  // namespace tidemark
