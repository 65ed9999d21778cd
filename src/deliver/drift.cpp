#include "deliver/drift.h"

#include <algorithm>
#include <set>
#include <thread>

#include <fmt/format.h>

#include "deliver/backfill.h"
#include "deliver/field_value.h"
#include "deliver/kinds.h"
#include "wire/json.h"

namespace tidemark {
namespace {

constexpr std::size_t kMostAtOnce = 100;
constexpr std::size_t kMostBytesAtOnce = 4'000;  // of ids: some are asked for by an address

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
  const auto carrier = carrier_for(destination.kind, {.send = std::move(send)});
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
  std::set<std::string> drifted;
  for (const DriftedAccount& account : drift.accounts) drifted.insert(account.account);
  return tell_once_more(
      outbox, destination, [&](const std::string& account) { return drifted.contains(account); },
      Turn::with_news, now);
}

}  // namespace tidemark
