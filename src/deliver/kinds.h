#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/destination.h"

namespace tidemark {

/// What a destination is told.
enum class Telling : std::uint8_t {
  moves,      // each of what happened
  digest,     // what happened on a day at once, for people
  standings,  // each account's standing, the newest alone
  snapshots,  // all standings of a day at once
};

/// What differs from one kind of destination to the next.
struct KindOfDestination {
  DestinationKind kind;
  std::string_view name;  // as people write it
  Telling telling;
  int batch;                       // deliveries in a request
  std::chrono::milliseconds pace;  // between two requests
  bool needs_secret;               // else one is made, or it may do without
  std::string_view secret;         // what its secret is, in words; empty: it has none
  int bulk = 0;                    // deliveries carried at once where many wait; 0: no more
  int bulk_from = 0;               // how many have to wait for that

  bool takes_fields() const {
    return telling == Telling::standings || telling == Telling::snapshots;
  }
};

const KindOfDestination& kind_of(DestinationKind kind);
std::string names_of_kinds();  // for people, with commas between
/// Fails with `invalid_input`, naming those there are.
Result<DestinationKind> kind_named(std::string_view name);

/// day, week, month; csv, parquet. Fail with `invalid_input`, naming those there are.
Result<Rhythm> rhythm_named(std::string_view name);
Result<FileFormat> format_named(std::string_view name);
std::string_view name_of(Rhythm rhythm);
std::string_view name_of(FileFormat format);

/// The address a destination of the kind has where none is given; empty: one must be.
std::string_view usual_address(DestinationKind kind);
/// The fields of the other end where none are given.
std::vector<FilledField> usual_fields(DestinationKind kind);

}  // namespace tidemark
