#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace tidemark {

/// Shows how far long work is, how fast, and how long it will take. Only on a terminal, its own or
/// that of the process it is served for, and only after a moment; leaves no trace once it is done.
class ProgressBar {
 public:
  explicit ProgressBar(const Clock& clock);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// `share` is from 0 to 1; `detail` says what was done so far.
  void show(double share, std::string_view detail);
  double seconds() const;

 private:
  void show_text(const std::string& text);

  const Clock& clock_;
  Instant started_;
  std::FILE* terminal_;  // null: nobody looks
  bool is_shown_ = false;
};

}  // namespace tidemark
