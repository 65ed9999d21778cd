#include "api/delivery_run.h"

#include <algorithm>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "api/log.h"
#include "api/outbox_filling.h"
#include "api/play_filling.h"
#include "score/score_run.h"

namespace tidemark {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kBetweenLooks{1'000};
constexpr milliseconds kAfterFailure{5'000};

/// One destination must not end the server; memory can run out in any of them.
template <typename Work>
Result<void> without_throwing(const Work& work) {
  try {
    return work();
  } catch (const std::exception& failure) {
    return Error{ErrorKind::unavailable, failure.what()};
  }
}

}  // namespace

Result<DeliveryLock> DeliveryLock::take(const std::filesystem::path& folder) {
  const auto path = folder / "deliver.lock";
  const int file = open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) {
    return Error{ErrorKind::unavailable, fmt::format("{} cannot be opened", path.string())};
  }
  DeliveryLock lock(file);
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    return Error{ErrorKind::conflict, "the server of this workspace delivers by itself"};
  }
  return lock;
}

DeliveryLock::~DeliveryLock() {
  if (file_ >= 0) close(file_);
}

Result<std::unique_ptr<DeliveryRun>> DeliveryRun::start(const std::filesystem::path& folder,
                                                        Store& store, Control& control,
                                                        const Vault& vault, TimeZone zone,
                                                        const Clock& clock) {
  auto lock = DeliveryLock::take(folder);
  if (!lock) return lock.error();
  return std::unique_ptr<DeliveryRun>(
      new DeliveryRun(folder, *std::move(lock), vault, store, control, zone, clock));
}

DeliveryRun::DeliveryRun(const std::filesystem::path& folder, DeliveryLock lock, const Vault& vault,
                         Store& store, Control& control, TimeZone zone, const Clock& clock)
    : folder_(folder),
      held_(std::move(lock)),
      vault_(vault),
      store_(store),
      control_(control),
      zone_(zone),
      clock_(clock),
      conductor_([this] { conduct(); }) {}

DeliveryRun::~DeliveryRun() {
  {
    const std::lock_guard lock(lock_);
    is_stopping_ = true;
  }
  wakes_.notify_all();
  conductor_.join();
}

void DeliveryRun::wake() {
  {
    const std::lock_guard lock(lock_);
    is_news_ = true;
  }
  wakes_.notify_all();
}

bool DeliveryRun::wait_for(milliseconds wait) {
  std::unique_lock lock(lock_);
  return !wakes_.wait_for(lock, wait, [&] { return is_stopping_; });
}

void DeliveryRun::conduct() {
  for (;;) {
    const auto started = without_throwing([&] { return start_senders(); });
    bool is_news = false;
    {
      const std::lock_guard lock(lock_);
      is_news = std::exchange(is_news_, false);
    }
    const auto filled =
        started && is_news ? without_throwing([&] { return fill_missing(); }) : started;
    if (!filled) {
      log_line(clock_, "error",
               fmt::format("what was published is not in the outbox: {}", filled.error().message));
      if (!wait_for(kAfterFailure)) break;
      wake();
      continue;
    }
    std::unique_lock lock(lock_);
    wakes_.wait_for(lock, kBetweenLooks, [&] { return is_stopping_ || is_news_; });
    if (is_stopping_) break;
  }
  for (auto& [name, sender] : senders_) {
    if (sender.thread.joinable()) sender.thread.join();
  }
}

Result<void> DeliveryRun::start_senders() {
  for (auto sender = senders_.begin(); sender != senders_.end();) {
    if (!sender->second.is_over) {
      ++sender;
      continue;
    }
    sender->second.thread.join();
    sender = senders_.erase(sender);
  }
  const auto destinations = control_.outbox().destinations();
  if (!destinations) return destinations.error();
  for (const Destination& destination : *destinations) {
    Sender& sender = senders_[destination.name];
    // By other fields, or of others, it is told as soon as somebody says so.
    const bool is_anew =
        sender.fields != destination.fields || sender.audience != destination.audience;
    sender.fields = destination.fields;
    sender.audience = destination.audience;
    if (is_anew) wake();
    if (sender.thread.joinable()) continue;
    sender.thread = std::thread([this, &sender, name = destination.name] {
      send_to(name);
      sender.is_over = true;
    });
    wake();
  }
  return {};
}

Result<bool> DeliveryRun::is_held() {
  auto view = store_.beside(Reads::one_moment);  // which remembers what is published
  if (!view) return view.error();
  const auto future = published_in_future(**view, last_finished_day(clock_, zone_));
  if (!future) return future.error();
  return future->has_value();
}

Result<void> DeliveryRun::fill_missing() {
  auto moment = store_.beside(Reads::one_moment);
  if (!moment) return moment.error();
  const auto future = published_in_future(**moment, last_finished_day(clock_, zone_));
  if (!future) return future.error();
  if (*future) {
    return Error{ErrorKind::conflict,
                 fmt::format("{} is published and is not over: the clock was wrong. Deliveries are "
                             "held until it is set right and tidemark score --recompute-from has "
                             "taken the day back",
                             day_text(**future))};
  }
  const auto fillings = missing_deliveries(**moment, control_.outbox(), zone_);
  if (!fillings) return fillings.error();
  if (auto filled = fill(control_.outbox(), *fillings, clock_.now()); !filled) return filled;
  const auto playbook = read_playbook(folder_);
  if (!playbook) return playbook.error();
  const auto due = missing_firings(**moment, control_, *playbook, zone_);
  if (!due) return due.error();
  return fill(control_, *due, zone_, clock_.now());
}

void DeliveryRun::send_to(const std::string& destination) {
  Dispatcher dispatcher(control_.outbox(), vault_, clock_, destination,
                        {.pause = [this](milliseconds wait) { return wait_for(wait); },
                         .folder = folder_,
                         .standings = standings_in(store_, control_.outbox(), zone_),
                         .members = members_in(store_)});
  for (;;) {
    const auto wait = send_some(dispatcher, destination);
    if (!wait || !wait_for(*wait)) return;
  }
}

std::optional<milliseconds> DeliveryRun::send_some(Dispatcher& dispatcher,
                                                   const std::string& destination) {
  std::optional<Instant> next;
  const auto sent = without_throwing([&]() -> Result<void> {
    const auto held = is_held();
    if (!held) return held.error();
    if (*held) return {};
    const auto round = dispatcher.send_batch();
    if (!round) return round.error();
    if (!round->is_empty) {
      next = clock_.now();
      return {};
    }
    const auto due = dispatcher.next_at();
    if (due) next = *due;
    return due ? Result<void>() : due.error();
  });
  if (!sent) {
    if (sent.error().kind == ErrorKind::not_found) return std::nullopt;
    log_line(clock_, "error", fmt::format("{}: {}", destination, sent.error().message));
    return kAfterFailure;
  }
  if (!next) return kBetweenLooks;
  const auto until = std::chrono::duration_cast<milliseconds>(*next - clock_.now());
  return std::clamp(until, milliseconds{0}, kBetweenLooks);
}

}  // namespace tidemark
