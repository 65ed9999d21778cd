#include "score/definition_comparison.h"

namespace tidemark {

Result<DefinitionComparison> compare_definitions(Store& store, const Definition& before,
                                                 const Definition& after, Day day,
                                                 std::size_t most_explained, const Cores& cores) {
  const auto is = view_definition(store, before, day, CutsOf::publication, nullptr, cores);
  if (!is) return is.error();
  const auto becomes = view_definition(store, after, day, CutsOf::day, is->activity, cores);
  if (!becomes) return becomes.error();
  DefinitionComparison comparison{day,
                                  is->calibration,
                                  becomes->calibration,
                                  what_moves(is->levels, becomes->levels),
                                  {},
                                  becomes->activity->account_ids};
  comparison.movers = explain_moves(comparison.moves, *is, *becomes, most_explained);
  return comparison;
}

}  // namespace tidemark
