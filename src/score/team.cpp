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

Result<void> BoardTeam::wait_for_all(const std::string& topic) {
  constexpr std::chrono::milliseconds kFirst{5};
  constexpr std::chrono::milliseconds kMost{500};
  for (auto between = kFirst;; between = std::min(between * 2, kMost)) {
    const auto count = board_.count_posts(work_, topic);
    if (!count) return count.error();
    if (*count >= shares_.size()) return {};
    if (is_interrupted_) {
      return Error{ErrorKind::interrupted, "stopped while others were waited for"};
    }
    const auto last = board_.last_work();
    if (!last) return last.error();
    if (!*last || (*last)->number != work_ || (*last)->is_over) {
      return Error{ErrorKind::interrupted, "the run that this is part of has ended"};
    }
    if (between == kMost) on_waiting_(shares_.size() - *count);
    std::this_thread::sleep_for(between);
  }
}

Result<std::vector<Told>> BoardTeam::hear(const std::string& topic) {
  if (auto all = wait_for_all(topic); !all) return all.error();
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

Result<std::vector<Told>> BoardTeam::gather(const std::string& topic, Told mine) {
  if (auto told = tell(topic, mine); !told) return told.error();
  return hear(topic);
}

Result<std::vector<Told>> BoardTeam::tell_leader(const std::string& topic, Told mine) {
  if (auto told = tell(topic, mine); !told) return told.error();
  return leads() ? hear(topic) : Result<std::vector<Told>>(std::vector<Told>());
}

}  // namespace tidemark
