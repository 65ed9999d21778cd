#include "collect/dialects/dialect.h"

namespace tidemark {

std::unique_ptr<Dialect> dialect_named(std::string_view name) {
  if (name == "segment") return segment_dialect();
  if (name == "posthog") return posthog_dialect();
  if (name == "mixpanel") return mixpanel_dialect();
  if (name == "amplitude") return amplitude_dialect();
  if (name == "cloudevents") return cloudevents_dialect();
  return nullptr;
}

}  // namespace tidemark
