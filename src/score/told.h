#pragma once

#include "evidence/calibration.h"
#include "evidence/tracking_gap.h"
#include "score/team.h"

namespace tidemark {

/// Writes what a member tells as numbers, and reads it again in the same order.
class ToldWriter {
 public:
  void number(std::int64_t number) { told_.push_back(number); }
  void numbers(const std::vector<std::int64_t>& numbers);
  /// Each number once, with how often it is there: for samples, whose order does not matter.
  void counted(std::vector<std::int64_t> numbers);
  void samples(const CalibrationSamples& samples);
  void traffic(const std::vector<Traffic>& traffic);
  Told take() { return std::move(told_); }

 private:
  Told told_;
};

class ToldReader {
 public:
  explicit ToldReader(const Told& told) : told_(told) {}

  std::int64_t number();
  std::vector<std::int64_t> numbers();
  std::vector<std::int64_t> counted();
  CalibrationSamples samples();
  std::vector<Traffic> traffic();
  bool is_over() const { return at_ == told_.size(); }

 private:
  const Told& told_;
  std::size_t at_ = 0;
};

}  // namespace tidemark
