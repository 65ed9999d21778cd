#include "collect/dialects/dialect.h"

namespace tidemark {

std::unique_ptr<Dialect> dialect_named(std::string_view name, std::size_t most_nesting) {
  if (name == "segment") return segment_dialect(most_nesting);
  if (name == "posthog") return posthog_dialect(most_nesting);
  if (name == "mixpanel") return mixpanel_dialect(most_nesting);
  if (name == "amplitude") return amplitude_dialect(most_nesting);
  if (name == "cloudevents") return cloudevents_dialect(most_nesting);
  return nullptr;
}

}  // namespace tidemark
