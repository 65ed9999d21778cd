#include "score/told.h"

#include <algorithm>

namespace tidemark {

void ToldWriter::numbers(const std::vector<std::int64_t>& numbers) {
  number(std::ssize(numbers));
  told_.insert(told_.end(), numbers.begin(), numbers.end());
}

void ToldWriter::counted(std::vector<std::int64_t> numbers) {
  std::ranges::sort(numbers);
  const std::size_t begin = told_.size();
  number(0);
  for (std::size_t at = 0; at < numbers.size();) {
    std::size_t end = at;
    while (end < numbers.size() && numbers[end] == numbers[at]) ++end;
    number(numbers[at]);
    number(static_cast<std::int64_t>(end - at));
    ++told_[begin];
    at = end;
  }
}

void ToldWriter::samples(const CalibrationSamples& samples) {
  for (const auto* kind :
       {&samples.churned, &samples.left, &samples.stayed, &samples.pool, &samples.engaged}) {
    counted(*kind);
  }
}

void ToldWriter::traffic(const std::vector<Traffic>& traffic) {
  number(std::ssize(traffic));
  for (const auto& [events, accounts] : traffic) {
    number(events);
    number(accounts);
  }
}

std::int64_t ToldReader::number() {
  CHECK(at_ < told_.size());
  return told_[at_++];
}

std::vector<std::int64_t> ToldReader::numbers() {
  const auto count = static_cast<std::size_t>(number());
  CHECK(count <= told_.size() - at_);
  const auto begin = told_.begin() + static_cast<std::ptrdiff_t>(at_);
  at_ += count;
  return {begin, begin + static_cast<std::ptrdiff_t>(count)};
}

std::vector<std::int64_t> ToldReader::counted() {
  std::vector<std::int64_t> all;
  for (std::int64_t kinds = number(); kinds > 0; --kinds) {
    const std::int64_t value = number();
    all.insert(all.end(), static_cast<std::size_t>(number()), value);
  }
  return all;
}

CalibrationSamples ToldReader::samples() {
  CalibrationSamples samples;
  for (auto* kind :
       {&samples.churned, &samples.left, &samples.stayed, &samples.pool, &samples.engaged}) {
    *kind = counted();
  }
  return samples;
}

std::vector<Traffic> ToldReader::traffic() {
  std::vector<Traffic> traffic(static_cast<std::size_t>(number()));
  for (Traffic& one : traffic) {
    one.events = number();
    one.accounts = number();
  }
  return traffic;
}

}  // namespace tidemark
