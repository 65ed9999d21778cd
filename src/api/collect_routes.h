#pragma once

#include <atomic>
#include <memory>
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
  HttpReply (*refused)(int status, std::string_view why, const HttpRequest& request);
};

/// A way in for events: paths, and what their messages are.
struct CollectRoute {
  const char* path;   // `*` stands for one part
  const char* route;  // as the dialect calls it
  const Vendor* vendor;
};

struct CollectRouteCounts {
  std::atomic<std::uint64_t> unauthorized{0};
  std::atomic<std::uint64_t> malformed{0};
};

/// Takes events from the clients of several vendors, each as it expects.
class CollectRoutes {
 public:
  CollectRoutes(Collector& collector, KeyRing& keys, const Clock& clock)
      : collector_(collector), keys_(keys), clock_(clock) {}

  /// Answers, at once or when the events are durable; false for a path that is none of these.
  bool handle(HttpRequest& request, SendReply& send);

  const CollectRouteCounts& counts() const { return counts_; }

 private:
  void take(const CollectRoute& route, const HttpRequest& request, const SendReply& send);

  Collector& collector_;
  KeyRing& keys_;
  const Clock& clock_;
  CollectRouteCounts counts_;
};

}  // namespace tidemark
