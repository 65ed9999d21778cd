#pragma once

#include "store/clickhouse/view.h"
#include "store/store.h"
#include "store/taken_events.h"

namespace tidemark::click {

/// The condition that rows of the log are to be seen: of the moment, and of no import that was
/// taken back.
Result<std::string> is_seen(const View& view);

enum class NameTable : std::uint8_t { account, event_name };
Result<std::vector<std::string>> read_names(const View& view, NameTable table);
/// Numbered on from those there are.
Result<void> append_names(const View& before, NameTable table,
                          const std::vector<std::string>& names, std::uint64_t step);

/// Where events came from.
struct EventOrigin {
  std::uint32_t import = 0;                    // 0: they arrived live
  std::span<const std::uint16_t> source = {};  // of each event; empty for an import
};

/// Appends the events that are not there yet.
Result<TakenEvents> append_events(const View& before, const MessageIndex& index,
                                  const EventBatch& events, const EventOrigin& origin,
                                  Dedupe dedupe, std::uint64_t step);
/// Hands over the messages of all steps after this one, in no order.
Result<void> read_messages(const View& view, std::uint64_t after_step,
                           const std::function<Result<void>(std::span<const Wide>)>& sink);
/// The last steps that took events back, and that changed the log at all.
struct LogSteps {
  std::uint64_t taken_back = 0;
  std::uint64_t last = 0;
};
Result<LogSteps> log_steps(const View& view);

Result<void> read_log(const View& view, std::uint32_t import,
                      const std::function<bool(LogPart)>& sink);
Result<std::uint64_t> event_count(const View& view);
Result<void> read_events(const View& view, const Identity& identity, EventDetail detail,
                         const std::function<void(const EventColumns&, unsigned)>& sink);
Result<std::optional<Instant>> last_event(const View& view, Instant until);
Result<void> read_arrived(const View& view, const Identity& identity, Instant from, Instant until,
                          const std::function<void(const ArrivedColumns&)>& sink);
Result<std::vector<AccountEvent>> events_of(const View& view, const Identity& identity,
                                            const Names& account_ids, AccountNumber account);
Result<std::vector<ArrivedEvent>> arrived_since(const View& view, const Identity& identity,
                                                std::uint64_t step, int limit);
Result<std::vector<UnnamedSender>> unnamed_senders(const View& view);
Result<void> read_senders(const View& view, const Identity& identity,
                          const std::function<void(const EventSender&)>& sink);

/// The imports there are, by number.
Result<std::vector<Import>> imports(const View& view);
Result<void> save_import(const View& before, const Import& import,
                         const std::vector<Reject>& rejects, std::uint64_t step);
/// It is no more, with all that came by it before the step.
Result<void> forget_import(const View& before, std::uint32_t number, std::uint64_t step);
Result<void> read_rejects(const View& view, std::uint32_t import,
                          const std::function<void(const Reject&)>& sink);

Result<void> append_refusals(const View& before, const std::vector<Refusal>& refusals,
                             const std::vector<std::uint64_t>& replayed, std::uint64_t step);
Result<std::vector<Refusal>> refusals(const View& view, int limit);

}  // namespace tidemark::click
