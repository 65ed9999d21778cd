#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "collect/delivery.h"

namespace tidemark {

/// A request, or one message kept from it, as a dialect reads it.
struct Call {
  std::string_view route;  // what the path says the message is: `track`, `batch`, `engage` …
  std::string_view body;   // unpacked
};

/// Reads one dialect: brings what clients of one kind send to the form all have in common.
///
/// Keeps what parsing needs between calls; one per thread. A message that is no event of this
/// dialect is refused in the delivery, alone; the call fails with `invalid_input` only where its
/// body as a whole cannot be read, and then the delivery is not to be used.
class Dialect {
 public:
  virtual ~Dialect() = default;
  virtual Result<void> read(const Call& call, Delivery& delivery) = 0;
};

/// Segment and RudderStack: routes `track`, `identify`, `page`, `screen`, `group`, `alias`,
/// `batch`; `message` reads one call as their archives keep it.
std::unique_ptr<Dialect> segment_dialect(std::size_t most_nesting);

/// PostHog: routes `batch` and `e`, both an envelope or a list of events; `message` reads one
/// event.
std::unique_ptr<Dialect> posthog_dialect(std::size_t most_nesting);

/// Mixpanel: routes `track`, `import`, `engage`, `groups`; `message` reads one event.
std::unique_ptr<Dialect> mixpanel_dialect(std::size_t most_nesting);

/// Amplitude: route `httpapi`; `message` reads one event.
std::unique_ptr<Dialect> amplitude_dialect(std::size_t most_nesting);

/// CloudEvents in structured form, one or a batch.
std::unique_ptr<Dialect> cloudevents_dialect(std::size_t most_nesting);

/// By name: `segment`, `posthog`, `mixpanel`, `amplitude`, `cloudevents`; null for another. Bodies
/// nested deeper than `most_nesting` cannot be read.
std::unique_ptr<Dialect> dialect_named(std::string_view name,
                                       std::size_t most_nesting = CollectLimits().nesting);

}  // namespace tidemark
