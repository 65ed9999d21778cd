#include <memory>
#include <thread>

#include <fmt/format.h>

#include "api/delivery_run.h"
#include "api/outbox_filling.h"
#include "api/play_filling.h"
#include "cli/command.h"
#include "cli/interruption.h"
#include "cli/surroundings.h"
#include "cli/workspace.h"
#include "deliver/dispatcher.h"
#include "report/words.h"
#include "score/score_run.h"

namespace tidemark {
namespace {

struct DeliverOptions {
  bool is_dry = false;
};

Outside outside_of(Workspace& workspace, Pause pause) {
  return {.pause = std::move(pause),
          .folder = workspace.folder,
          .standings = standings_in(*workspace.store, workspace.control->outbox(), workspace.zone),
          .members = members_in(*workspace.store)};
}

/// Every write that would be made, one by one, with secrets masked.
Result<void> show_letters(Workspace& workspace, const std::vector<Filling>& fillings,
                          const std::vector<PlayFilling>& due, const Clock& clock) {
  const OpenSecrets hidden{"(secret)", ""};
  const auto show = [&](const std::string& whose, const Destination& destination,
                        const std::vector<Parcel>& parcels) {
    print("{}: {} to deliver\n\n", visible(whose), counted(std::ssize(parcels), "thing", "things"));
    const auto carrier = carrier_for(destination.kind, outside_of(workspace, &sleep_for));
    for (const Parcel& parcel : parcels) {
      const std::vector<Parcel> alone{parcel};
      print("{}\n\n", carrier->words({destination, hidden, alone, 0, 0, clock}));
    }
  };
  for (const Filling& filling : fillings) {
    show(filling.destination.name, filling.destination, filling.deliveries);
  }
  for (const PlayFilling& filling : due) {
    const auto destination = workspace.control->outbox().destination(filling.play.destination);
    if (!destination) continue;  // none is named, or it was removed
    show(fmt::format("{} by the play {}", destination->name, filling.play.name), *destination,
         parcels_of(filling, *destination));
  }
  return {};
}

/// Sends what is due now, each destination after the other; what has to wait stays.
Result<void> send_due(Workspace& workspace, const Invocation& invocation) {
  const auto vault = Vault::open(workspace.folder / "secret.key");
  if (!vault) return vault.error();
  const Interruption interruption;
  const auto destinations = workspace.control->outbox().destinations();
  if (!destinations) return destinations.error();
  for (const Destination& destination : *destinations) {
    const auto pause = [&](std::chrono::milliseconds wait) {
      std::this_thread::sleep_for(wait);
      return !interruption.is_asked();
    };
    Dispatcher dispatcher(workspace.control->outbox(), *vault, invocation.clock, destination.name,
                          outside_of(workspace, pause));
    Dispatcher::Round all;
    while (!interruption.is_asked()) {
      const auto round = dispatcher.send_batch();
      if (!round) return round.error();
      all.delivered += round->delivered;
      all.dead += round->dead;
      if (!round->is_empty) continue;
      // Between two requests the other end is given its time; a longer wait is for the next run.
      constexpr std::chrono::seconds kPatience{5};
      const auto next = dispatcher.next_at();
      if (!next) return next.error();
      if (!*next) break;
      const auto wait = **next - invocation.clock.now();
      if (wait > kPatience) break;
      std::this_thread::sleep_for(std::max<std::chrono::microseconds>(
          std::chrono::duration_cast<std::chrono::microseconds>(wait),
          std::chrono::milliseconds{1}));
    }
    const auto counts = workspace.control->outbox().counts(destination.name);
    if (!counts) return counts.error();
    print("{}: {} delivered, {} refused, {} waiting\n", visible(destination.name), all.delivered,
          all.dead, counts->waiting);
    if (interruption.is_asked()) return Error{ErrorKind::interrupted, "stopped; the rest waits"};
  }
  if (destinations->empty()) print("There is no destination; tidemark destinations add\n");
  return {};
}

}  // namespace

RunCommand declare_deliver(CLI::App& app) {
  const auto options = std::make_shared<DeliverOptions>();
  app.add_flag("--dry-run", options->is_dry,
               "Show every write that would be made for what is published and not delivered yet, "
               "one by one");
  app.footer(
      "tidemark serve delivers by itself; this is for whoever runs tidemark score by a timer.\n\n"
      "Examples:\n  tidemark deliver --dry-run\n  tidemark score && tidemark deliver");
  return [options](const Invocation& invocation) -> Result<void> {
    auto workspace = open_workspace(invocation.folder);
    if (!workspace) return workspace.error();
    const auto future = published_in_future(*workspace->store,
                                            last_finished_day(invocation.clock, workspace->zone));
    if (!future) return future.error();
    if (*future) {
      return Error{
          ErrorKind::conflict,
          fmt::format("{} is published and is not over: the clock was wrong. Set it right, "
                      "then take the day back: tidemark score --recompute-from {}",
                      day_text(**future),
                      day_text(last_finished_day(invocation.clock, workspace->zone) + 1))};
    }
    std::optional<Result<DeliveryLock>> lock;
    if (!options->is_dry && !lock.emplace(DeliveryLock::take(workspace->folder))) {
      return lock->error();
    }
    const auto missing =
        missing_deliveries(*workspace->store, workspace->control->outbox(), workspace->zone);
    if (!missing) return missing.error();
    // A mistake in plays.toml holds up nothing but plays; it is told in the end.
    const auto playbook = read_playbook(workspace->folder);
    const auto due = missing_firings(*workspace->store, *workspace->control,
                                     playbook ? *playbook : Playbook{}, workspace->zone);
    if (!due) return due.error();
    if (options->is_dry) return show_letters(*workspace, *missing, *due, invocation.clock);
    if (auto filled = fill(workspace->control->outbox(), *missing, invocation.clock.now());
        !filled) {
      return filled;
    }
    if (auto filled = fill(*workspace->control, *due, workspace->zone, invocation.clock.now());
        !filled) {
      return filled;
    }
    if (auto sent = send_due(*workspace, invocation); !sent) return sent;
    return playbook ? Result<void>() : playbook.error();
  };
}

}  // namespace tidemark
