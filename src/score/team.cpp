#include "score/team.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <thread>

#include <fmt/format.h>

namespace tidemark {
namespace {

constexpr std::size_t kMostBytes = std::size_t{32} << 20;

std::string part_topic(const std::string& topic, std::int64_t part) {
  return fmt::format("{} part {}", topic, part);
}

std::string bytes_of(const Told& told) {
  std::string bytes(told.size() * sizeof(std::int64_t), '\0');
  std::memcpy(bytes.data(), told.data(), bytes.size());
  return bytes;
}

Told told_in(std::string_view bytes) {
  Told told(bytes.size() / sizeof(std::int64_t));
  std::memcpy(told.data(), bytes.data(), told.size() * sizeof(std::int64_t));
  return told;
}

}  // namespace

Result<void> BoardTeam::tell(const std::string& topic, const Told& mine) {
  // What is long is told in parts, and how many there are at last.
  const std::string bytes = bytes_of(mine);
  std::int64_t parts = 0;
  for (std::size_t begin = 0; begin < bytes.size(); begin += kMostBytes) {
    auto posted = board_.post(work_, part_topic(topic, parts++), member_,
                              std::string_view(bytes).substr(begin, kMostBytes));
    if (!posted) return posted;
  }
  return board_.post(work_, topic, member_, bytes_of({parts}));
}

Result<void> BoardTeam::wait_for(std::size_t members, const std::string& topic) {
  constexpr std::chrono::milliseconds kFirst{5};
  constexpr std::chrono::milliseconds kMost{500};
  constexpr std::chrono::seconds kWorthSaying{3};
  const auto began = std::chrono::steady_clock::now();
  bool was_said = false;
  for (auto between = kFirst;; between = std::min(between * 2, kMost)) {
    const auto count = board_.count_posts(work_, topic);
    if (!count) return count.error();
    if (*count >= members) {
      if (was_said) on_waiting_(0);
      return {};
    }
    if (is_interrupted_) {
      return Error{ErrorKind::interrupted, "stopped while others were waited for"};
    }
    const auto last = board_.last_work();
    if (!last) return last.error();
    if (!*last || (*last)->number != work_ || (*last)->is_over) {
      return Error{ErrorKind::interrupted, "the run that this is part of has ended"};
    }
    if (std::chrono::steady_clock::now() - began >= kWorthSaying) {
      on_waiting_(members - *count);
      was_said = true;
    }
    std::this_thread::sleep_for(between);
  }
}

Result<std::vector<Told>> BoardTeam::hear(const std::string& topic) {
  if (auto all = wait_for(shares_.size(), topic); !all) return all.error();
  const auto counts = board_.posts(work_, topic);
  if (!counts) return counts.error();
  std::int64_t most = 0;
  for (const auto& [member, count] : *counts) most = std::max(most, told_in(count).at(0));
  std::vector<std::string> bytes(shares_.size());
  for (std::int64_t part = 0; part < most; ++part) {
    const auto posts = board_.posts(work_, part_topic(topic, part));
    if (!posts) return posts.error();
    for (const auto& [member, body] : *posts) bytes.at(member - 1) += body;
  }
  std::vector<Told> told;
  for (const std::string& one : bytes) told.push_back(told_in(one));
  return told;
}

Result<void> BoardTeam::meet() {
  const auto all = gather("here", {});
  return all ? Result<void>() : all.error();
}

Result<std::vector<Told>> BoardTeam::gather(const std::string& topic, Told mine) {
  if (auto told = tell(topic, mine); !told) return told.error();
  return hear(topic);
}

Result<std::vector<Told>> BoardTeam::tell_leader(const std::string& topic, Told mine) {
  if (auto told = tell(topic, mine); !told) return told.error();
  return leads() ? hear(topic) : Result<std::vector<Told>>(std::vector<Told>());
}

Result<Published> Alone::publish(Store& store, const std::string&, PublishStep& step,
                                 bool begins_anew) {
  if (begins_anew) {
    if (auto forgotten = store.forget_published(); !forgotten) return forgotten.error();
  }
  if (auto done = store.publish(step); !done) return done.error();
  return Published{std::ssize(step.changes), std::ssize(step.corrections)};
}

Result<Published> BoardTeam::publish(Store& store, const std::string& topic, PublishStep& step,
                                     bool begins_anew) {
  Told mine{std::ssize(step.changes), std::ssize(step.corrections)};
  for (const PublishedDay& day : step.days) {
    mine.insert(mine.end(), day.accounts.begin(), day.accounts.end());
  }
  const auto told = tell_leader(topic + " counts", std::move(mine));
  if (!told) return told.error();
  const std::string number_topic = topic + " number";
  const std::string stored_topic = topic + " stored";
  if (!leads()) {
    if (auto waited = wait_for(1, number_topic); !waited) return waited.error();
    const auto numbers = board_.posts(work_, number_topic);
    if (!numbers) return numbers.error();
    const auto stored = board_.posts(work_, stored_topic);
    if (!stored) return stored.error();
    const bool is_stored =
        std::ranges::any_of(*stored, [&](const auto& post) { return post.first == member_; });
    if (!is_stored) {  // else by the one in whose place this is
      const auto number = static_cast<std::uint64_t>(told_in(numbers->front().second).at(0));
      if (auto done = board_.publish_part(number, step); !done) return done.error();
      if (auto said = board_.post(work_, stored_topic, member_, ""); !said) return said.error();
    }
    return Published{};
  }
  if (begins_anew) {
    if (auto forgotten = store.forget_published(); !forgotten) return forgotten.error();
  }
  Published all;
  for (PublishedDay& day : step.days) day.accounts = {};
  for (const Told& one : *told) {
    std::size_t at = 0;
    all.changes += one.at(at++);
    all.corrections += one.at(at++);
    for (PublishedDay& day : step.days) {
      for (std::int64_t& accounts : day.accounts) accounts += one.at(at++);
    }
  }
  auto published = board_.publish_step(step, [&](std::uint64_t number) -> Result<void> {
    const Told is_number{static_cast<std::int64_t>(number)};
    if (auto said = board_.post(work_, number_topic, member_, bytes_of(is_number)); !said) {
      return said;
    }
    if (auto said = board_.post(work_, stored_topic, member_, ""); !said) return said;
    return wait_for(shares_.size(), stored_topic);
  });
  if (!published) return published.error();
  return all;
}

}  // namespace tidemark
