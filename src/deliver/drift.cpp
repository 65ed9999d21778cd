#include "deliver/drift.h"

#include <algorithm>
#include <set>
#include <thread>

#include <fmt/format.h>

#include "base/sha256.h"
#include "deliver/field_value.h"
#include "deliver/kinds.h"
#include "wire/json.h"

namespace tidemark {
namespace {

constexpr std::size_t kMostAtOnce = 100;
constexpr std::size_t kMostBytesAtOnce = 4'000;  // of ids: some are asked for by an address

Result<std::set<std::string>> waited_for(Outbox& outbox, const std::string& destination) {
  const auto waiting = outbox.waited_for(destination);
  if (!waiting) return waiting.error();
  return std::set<std::string>(waiting->begin(), waiting->end());
}

std::vector<DriftedField> differences(const Destination& destination, const Json& told,
                                      const std::map<std::string, std::string>& held) {
  std::vector<DriftedField> fields;
  for (const FilledField& field : destination.fields) {
    if (!told.contains(field.field)) continue;  // there never was anything to say
    const std::string text = held_text(told[field.field]);
    const auto there = held.find(field.field);
    const std::string other = there == held.end() ? "" : there->second;
    if (!is_alike(text, other)) fields.push_back({field.field, text, other});
  }
  return fields;
}

}  // namespace

bool is_alike(const std::string& told, const std::string& held) {
  if (told == held) return true;
  const auto one = number_in(told);
  const auto other = number_in(held);
  return one && other && *one == *other;
}

Result<Drift> drift_of(Outbox& outbox, const Vault& vault, const Destination& destination,
                       const Clock& clock, const std::function<bool()>& goes_on, SendRequest send) {
  const auto secret = vault.opened(destination.secret);
  if (!secret) return secret.error();
  const auto told = outbox.told(destination.name);
  if (!told) return told.error();
  const auto waiting = waited_for(outbox, destination.name);
  if (!waiting) return waiting.error();
  const auto carrier = carrier_for(destination.kind, std::move(send));
  Drift drift;
  std::vector<std::string> batch;
  std::size_t bytes = 0;
  const auto compare = [&]() -> Result<void> {
    const auto held = carrier->held(destination, {*secret, ""}, batch, clock);
    if (!held) return held.error();
    for (const std::string& account : batch) {
      ++drift.compared;
      const auto there = held->find(account);
      if (there == held->end()) {
        drift.accounts.push_back({account, true});
        continue;
      }
      auto fields = differences(destination, Json::parse(told->at(account)), there->second);
      if (!fields.empty()) drift.accounts.push_back({account, false, std::move(fields)});
    }
    batch.clear();
    bytes = 0;
    return {};
  };
  for (const auto& [account, body] : *told) {
    if (waiting->contains(account)) {
      ++drift.waiting;
      continue;
    }
    batch.push_back(account);
    bytes += account.size();
    if (batch.size() < kMostAtOnce && bytes < kMostBytesAtOnce) continue;
    if (!goes_on()) return Error{ErrorKind::interrupted, "stopped before all was compared"};
    if (auto compared = compare(); !compared) return compared.error();
    std::this_thread::sleep_for(kind_of(destination.kind).pace);
  }
  // Also where nothing was told yet: whether it can be asked at all.
  if (!batch.empty() || told->empty()) {
    if (auto compared = compare(); !compared) return compared.error();
  }
  return drift;
}

Result<std::int64_t> repair(Outbox& outbox, const Destination& destination, const Drift& drift,
                            Instant now) {
  const auto told = outbox.told(destination.name);
  if (!told) return told.error();
  const auto waiting = waited_for(outbox, destination.name);
  if (!waiting) return waiting.error();
  std::vector<Parcel> parcels;
  for (const DriftedAccount& account : drift.accounts) {
    const auto body = told->find(account.account);
    if (body == told->end() || waiting->contains(account.account)) continue;
    constexpr std::size_t kLength = 24;
    Parcel parcel;
    parcel.id =
        "repair_" + sha256(fmt::format("{}\n{}", account.account, now.time_since_epoch().count()))
                        .substr(0, kLength);
    parcel.account = account.account;
    parcel.day = destination.filled_until.value_or(kFirstDay);
    parcel.body = body->second;
    parcel.due = now;
    parcels.push_back(std::move(parcel));
  }
  if (auto put_in = outbox.put(destination.name, parcels); !put_in) return put_in.error();
  return std::ssize(parcels);
}

}  // namespace tidemark
