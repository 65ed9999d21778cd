#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/destination.h"

namespace tidemark {

/// What differs from one kind of destination to the next.
struct KindOfDestination {
  DestinationKind kind;
  std::string_view name;           // as people write it
  bool is_of_accounts;             // each account's standing, the newest alone; else what happened
  bool is_digest;                  // of what happened, a day at once, for people
  int batch;                       // deliveries in a request
  std::chrono::milliseconds pace;  // between two requests
  bool needs_secret;               // else one is made, or it may do without
  std::string_view secret;         // what its secret is, in words
};

const KindOfDestination& kind_of(DestinationKind kind);
std::string names_of_kinds();  // for people, with commas between
/// Fails with `invalid_input`, naming those there are.
Result<DestinationKind> kind_named(std::string_view name);

/// The address a destination of the kind has where none is given; empty: one must be.
std::string_view usual_address(DestinationKind kind);
/// The fields of the other end where none are given.
std::vector<FilledField> usual_fields(DestinationKind kind);

}  // namespace tidemark
