#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string_view>

#include "api/key_ring.h"
#include "collect/collector.h"
#include "collect/dialects/dialect.h"
#include "net/http.h"

namespace tidemark {

/// How one kind of client wants to be answered.
struct Vendor {
  const char* dialect;
  HttpReply (*taken)(const Delivery& delivery, const HttpRequest& request);
  HttpReply (*refused)(int status, std::string_view why, bool is_verbose);
};

/// A way in for events: paths, and what their messages are.
struct CollectRoute {
  const char* path;
  const char* route;  // as the dialect calls it
  const Vendor* vendor;
};

struct CollectRouteCounts {
  std::atomic<std::uint64_t> unauthorized{0};
  std::atomic<std::uint64_t> malformed{0};
  std::atomic<std::uint64_t> unpacks_too_large{0};
  std::atomic<std::uint64_t> paused{0};
  std::atomic<std::uint64_t> wrong_origin{0};
};

/// Takes events from the clients of several vendors, each as it expects.
class CollectRoutes {
 public:
  CollectRoutes(Collector& collector, KeyRing& keys, const CollectLimits& limits,
                const Clock& clock)
      : collector_(collector), keys_(keys), limits_(limits), clock_(clock) {}

  /// Answers, at once or when the events are durable; false for a path that is none of these.
  bool handle(HttpRequest& request, SendReply& send);

  const CollectRouteCounts& counts() const { return counts_; }

 private:
  void take(const CollectRoute& route, const HttpRequest& request, const SendReply& send);
  /// The key, if it is one that may send now.
  struct Admission {
    std::optional<WriteKey> key;
    int status = 200;  // where there is none
    std::string_view why = {};
  };
  Admission admit(std::string_view key, const HttpRequest& request);
  Result<std::optional<std::string>> body_of(const CollectRoute& route, const HttpRequest& request);

  Collector& collector_;
  KeyRing& keys_;
  CollectLimits limits_;
  const Clock& clock_;
  CollectRouteCounts counts_;
};

}  // namespace tidemark
