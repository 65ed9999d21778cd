#include "cli/progress_bar.h"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

#include "cli/surroundings.h"

namespace tidemark {

ProgressBar::ProgressBar(const Clock& clock)
    : clock_(clock),
      started_(clock.now()),
      is_terminal_(!surroundings().is_served() && isatty(STDERR_FILENO) != 0) {}

ProgressBar::~ProgressBar() {
  if (is_shown_) print_beside("\r\x1b[K");
}

double ProgressBar::seconds() const {
  return std::chrono::duration<double>(clock_.now() - started_).count();
}

void ProgressBar::show(double share, std::string_view detail) {
  constexpr double kPatience = 0.3;
  constexpr int kWidth = 24;
  if (!is_terminal_ || seconds() < kPatience) return;
  is_shown_ = true;
  share = std::clamp(share, 0.0, 1.0);
  const int filled = static_cast<int>(share * kWidth);
  std::string bar;
  for (int at = 0; at < kWidth; ++at) bar += at < filled ? "█" : "░";
  const std::string left =
      share > 0.01 ? fmt::format("{:.0f} s left", seconds() * (1 - share) / share) : "";
  print_beside("\r\x1b[K  {} {:3.0f} %  {}  {}", bar, share * 100, detail, left);
  std::fflush(surroundings().err);
}

}  // namespace tidemark
