#pragma once

#include <filesystem>

#include "bench/must.h"
#include "bench/standard_data.h"
#include "store/duckdb/duckdb_store.h"

namespace tidemark::bench {

/// Stores the set's events, a million a step.
inline void store_events(const StandardData& data, Store& store) {
  constexpr std::size_t kEventsOfStep = 1'000'000;
  ImportStep step;
  step.import.number = 1;
  step.new_event_names = standard_names();
  for (std::uint32_t account = 0; account < data.accounts; ++account) {
    step.new_accounts.push_back("account-" + std::to_string(account));
  }
  const auto flush = [&] {
    must(store.append(step));
    step = {};
    step.import.number = 1;
  };
  for_each_event(data, [&](const StandardEvent& event) {
    step.intake.events.add({.account = event.account,
                            .at = Instant{std::chrono::microseconds{event.micros}},
                            .name = event.name});
    if (step.intake.events.size() == kEventsOfStep) flush();
  });
  flush();
}
inline void store_events(const StandardData& data, const std::filesystem::path& file) {
  store_events(data, *must(open_duckdb_store(file)));
}

}  // namespace tidemark::bench
