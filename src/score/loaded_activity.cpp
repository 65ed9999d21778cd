#include "score/loaded_activity.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "activity/cells_file.h"
#include "score/account_facts.h"
#include "score/occurrence_reader.h"
#include "wire/definition_json.h"
#include "wire/json_text.h"

namespace tidemark {
namespace {

/// The file that keeps the cells a definition counts, and the key that says what was counted how.
struct KeptCells {
  std::filesystem::path file;
  std::string key;
};

/// None where the store has no place for it.
Result<std::optional<KeptCells>> kept_cells(Store& store, const LoadedActivity& loaded,
                                            AccountRange accounts) {
  const auto folder = store.cache_folder();
  if (!folder) return std::optional<KeptCells>();
  const auto state = store.event_log_state();
  if (!state) return state.error();
  const Definition& definition = loaded.definition;
  std::string key = fmt::format("{}\n{}\n", *state, definition.time_zone);
  if (!accounts.is_all()) key += fmt::format("{} to {}\n", accounts.first, accounts.end);
  for (const auto* patterns :
       {&definition.exclude.users, &definition.exclude.accounts, &definition.exclude.flags}) {
    for (const std::string& pattern : *patterns) append_json_text(key, pattern);
    key += '\n';
  }
  for (const Rule& rule : loaded.signals.rules) key += canonical_rule(rule) + "\n";
  if (!loaded.signals.rules.empty()) {
    for (const std::string& event : definition.not_activity) append_json_text(key, event);
  }
  auto file = *folder / fmt::format("cells-{}", text_hash(key));
  return std::optional(KeptCells{std::move(file), std::move(key)});
}

/// Keeps the cells for the next start, and throws away those kept longest ago.
void keep_cells(const KeptCells& kept, const History& history) {
  constexpr std::size_t kWorthKeeping = 100'000;  // fewer are counted in no time
  constexpr std::size_t kMostFiles = 3;
  if (history.cells() < kWorthKeeping) return;
  std::error_code ignored;
  std::filesystem::create_directories(kept.file.parent_path(), ignored);
  if (!write_cells(kept.file, kept.key, history)) return;
  std::vector<std::pair<std::filesystem::file_time_type, std::filesystem::path>> files;
  for (const auto& entry : std::filesystem::directory_iterator(kept.file.parent_path(), ignored)) {
    files.emplace_back(entry.last_write_time(ignored), entry.path());
  }
  std::ranges::sort(files, std::greater());
  for (std::size_t at = kMostFiles; at < files.size(); ++at) {
    std::filesystem::remove(files[at].second, ignored);
  }
}

}  // namespace

Result<LoadedActivity> load_signals(Store& store, const Definition& definition) {
  LoadedActivity loaded;
  loaded.definition = definition;
  auto event_names = store.event_names();
  if (!event_names) return event_names.error();
  loaded.signals = {*std::move(event_names), rules_beyond_names(definition)};
  if (loaded.signals.size() > kMostSignals) {
    return Error{
        ErrorKind::invalid_input,
        fmt::format("{} event names and {} rules are more than {} signals",
                    loaded.signals.event_names.size(), loaded.signals.rules.size(), kMostSignals)};
  }
  return loaded;
}

std::vector<AccountNumber> numbers_by_id(const std::vector<std::string>& account_ids) {
  std::vector<AccountNumber> numbers(account_ids.size());
  std::iota(numbers.begin(), numbers.end(), AccountNumber{0});
  std::ranges::sort(
      numbers, {}, [&](AccountNumber number) -> const std::string& { return account_ids[number]; });
  return numbers;
}

namespace {

/// Names, rules and facts: everything but the events.
Result<LoadedActivity> load_all_but_events(Store& store, const Definition& definition,
                                           TimeZone zone) {
  auto loaded = load_signals(store, definition);
  if (!loaded) return loaded.error();
  auto account_ids = store.account_ids();
  if (!account_ids) return account_ids.error();
  loaded->account_ids = *std::move(account_ids);
  auto facts = load_account_facts(store, definition, zone, loaded->account_ids.size());
  if (!facts) return facts.error();
  loaded->facts = *std::move(facts);
  return loaded;
}

struct ReadOccurrences {
  OccurrenceBlocks blocks;
  std::vector<LateOccurrence> late;
};

Result<ReadOccurrences> read_occurrences(Store& store, const LoadedActivity& loaded, TimeZone zone,
                                         bool with_arrivals, const Cores& cores,
                                         AccountRange accounts) {
  const EventSignals signals(loaded.definition, loaded.signals, loaded.account_ids);
  std::vector<std::unique_ptr<OccurrenceReader>> readers;
  for (unsigned thread = 0; thread < cores.threads(); ++thread) {
    readers.push_back(std::make_unique<OccurrenceReader>(signals, zone));
  }
  const auto read = store.read_events(
      {signals.reads_users(), signals.reads_properties(), with_arrivals, accounts}, cores.threads(),
      [&](const EventColumns& events, unsigned thread) { readers[thread]->read(events); });
  if (!read) return read.error();
  ReadOccurrences occurrences;
  for (const auto& reader : readers) {
    std::ranges::move(reader->blocks, std::back_inserter(occurrences.blocks));
    std::ranges::move(reader->late, std::back_inserter(occurrences.late));
  }
  return occurrences;
}

}  // namespace

Result<LoadedActivity> load_activity(Store& store, const Definition& definition, const Cores& cores,
                                     AccountRange accounts) {
  const auto zone = TimeZone::named(definition.time_zone);
  if (!zone) return zone.error();
  auto loaded = load_all_but_events(store, definition, *zone);
  if (!loaded) return loaded.error();
  const auto kept = kept_cells(store, *loaded, accounts);
  if (!kept) return kept.error();
  if (*kept) {
    if (auto history = read_cells((*kept)->file, (*kept)->key, cores)) {
      loaded->history = *std::move(history);
      return loaded;
    }
  }
  const auto occurrences = read_occurrences(store, *loaded, *zone, false, cores, accounts);
  if (!occurrences) return occurrences.error();
  loaded->history = History::of(occurrences->blocks, loaded->account_ids.size(), cores);
  if (*kept) keep_cells(**kept, loaded->history);
  return loaded;
}

Result<ArrivedActivity> load_as_it_arrived(Store& store, const Definition& definition,
                                           const Cores& cores) {
  const auto zone = TimeZone::named(definition.time_zone);
  if (!zone) return zone.error();
  auto loaded = load_all_but_events(store, definition, *zone);
  if (!loaded) return loaded.error();
  auto occurrences = read_occurrences(store, *loaded, *zone, true, cores, {});
  if (!occurrences) return occurrences.error();
  ArrivedActivity arrived;
  arrived.all = *std::move(loaded);
  const std::size_t accounts = arrived.all.account_ids.size();
  if (!occurrences->late.empty()) {
    arrived.in_time = History::of(occurrences->blocks, accounts, cores);
    auto& late = occurrences->blocks.emplace_back();
    for (const LateOccurrence& one : occurrences->late) late.push_back(one.occurrence);
    arrived.late = std::move(occurrences->late);
    std::ranges::sort(arrived.late, {}, [](const LateOccurrence& one) {
      return std::tuple(one.arrived, one.occurrence.account, one.occurrence.day,
                        one.occurrence.signal);
    });
  }
  arrived.all.history = History::of(occurrences->blocks, accounts, cores);
  return arrived;
}

Error unknown_account(const std::string& id, const std::vector<std::string>& known) {
  std::vector<std::string_view> alike;
  for (const std::string& candidate : known) {
    const auto same = std::ranges::search(candidate, id, [](char left, char right) {
      return std::tolower(static_cast<unsigned char>(left)) ==
             std::tolower(static_cast<unsigned char>(right));
    });
    if (!same.empty() && alike.size() < 5) alike.push_back(candidate);
  }
  return Error{ErrorKind::not_found, alike.empty()
                                         ? fmt::format("unknown account: {}", id)
                                         : fmt::format("unknown account: {}; did you mean {}?", id,
                                                       fmt::join(alike, ", "))};
}

}  // namespace tidemark
