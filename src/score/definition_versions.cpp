#include "score/definition_versions.h"

#include <set>

#include <fmt/format.h>

#include "score/published_rules.h"
#include "wire/definition_json.h"

namespace tidemark {

Result<std::vector<VersionInForce>> definition_versions(Store& store) {
  const auto rules = PublishedRules::load(store);
  if (!rules) return rules.error();
  std::vector<VersionInForce> versions;
  for (const PublishedDay& day : rules->days()) {
    if (versions.empty() || versions.back().hash != day.definition) {
      const Definition& definition = rules->of(day).definition;
      auto differences = versions.empty()
                             ? std::vector<DefinitionDifference>()
                             : definition_differences(versions.back().definition, definition);
      versions.push_back({day.definition, definition, day.day, day.day, std::move(differences)});
    }
    versions.back().last = day.day;
  }
  return versions;
}

Result<Definition> published_version(Store& store, const std::string& version) {
  const auto days = store.published_days();
  if (!days) return days.error();
  std::set<std::string> fitting;
  for (const PublishedDay& day : *days) {
    if (day.definition.starts_with(version)) fitting.insert(day.definition);
  }
  if (fitting.size() != 1) {
    return Error{ErrorKind::not_found,
                 fmt::format("{} published version begins with {}; tidemark definition history "
                             "lists them",
                             fitting.empty() ? "no" : "more than one", version)};
  }
  const auto found = store.definition(*fitting.begin());
  if (!found) return found.error();
  return parse_canonical_definition((*found)->canonical);
}

}  // namespace tidemark
