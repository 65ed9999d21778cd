#include "deliver/backfill.h"

#include <fmt/format.h>

#include "base/sha256.h"
#include "deliver/deliveries_of.h"
#include "deliver/files_carrier.h"
#include "deliver/kinds.h"

namespace tidemark {
namespace {

/// An id of its own: what is told once more was told before, under that of then.
std::string id_of(const std::string& account, Instant now) {
  constexpr std::size_t kLength = 24;
  return "again_" +
         sha256(fmt::format("{}\n{}", account, now.time_since_epoch().count())).substr(0, kLength);
}

}  // namespace

Result<std::set<std::string>> waited_for(Outbox& outbox, const std::string& destination) {
  const auto waiting = outbox.waited_for(destination);
  if (!waiting) return waiting.error();
  return std::set<std::string>(waiting->begin(), waiting->end());
}

Result<std::int64_t> tell_once_more(Outbox& outbox, const Destination& destination,
                                    const std::function<bool(const std::string&)>& is_meant,
                                    Turn turn, Instant now) {
  const auto told = outbox.told(destination.name);
  if (!told) return told.error();
  const auto waiting = waited_for(outbox, destination.name);
  if (!waiting) return waiting.error();
  std::vector<Parcel> parcels;
  for (const auto& [account, body] : *told) {
    if (!is_meant(account) || waiting->contains(account)) continue;
    Parcel parcel;
    parcel.id = id_of(account, now);
    parcel.account = account;
    parcel.day = destination.filled_until.value_or(kFirstDay);
    parcel.body = body;
    parcel.due = now;
    parcel.is_backfill = turn == Turn::behind_news;
    parcels.push_back(std::move(parcel));
  }
  if (auto put_in = outbox.put(destination.name, parcels); !put_in) return put_in.error();
  return std::ssize(parcels);
}

Result<std::int64_t> backfill(Outbox& outbox, const Destination& destination, Instant now) {
  switch (kind_of(destination.kind).telling) {
    case Telling::standings:
      return tell_once_more(
          outbox, destination, [](const std::string&) { return true; }, Turn::behind_news, now);
    case Telling::snapshots: {
      Day day = destination.filled_until.value_or(kFirstDay);
      while (day > kFirstDay && !is_due(destination.rhythm, day)) day = day - 1;
      if (day <= kFirstDay) return std::int64_t{0};  // nothing was published yet
      Parcel parcel = snapshot_to_deliver(day);
      parcel.id = id_of(parcel.id, now);
      parcel.due = now;
      if (auto put_in = outbox.put(destination.name, {parcel}); !put_in) return put_in.error();
      return std::int64_t{1};
    }
    case Telling::moves:
    case Telling::digest:
      break;
  }
  return Error{ErrorKind::invalid_input,
               fmt::format("{} is told what happens, once; there is nothing to tell anew",
                           kind_of(destination.kind).name)};
}

}  // namespace tidemark
