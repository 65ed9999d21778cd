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
      terminal_(surroundings().is_served()   ? surroundings().progress
                : isatty(STDERR_FILENO) != 0 ? surroundings().err
                                             : nullptr) {}

ProgressBar::~ProgressBar() {
  if (is_shown_) show_text("\r\x1b[K");
}

double ProgressBar::seconds() const {
  return std::chrono::duration<double>(clock_.now() - started_).count();
}

void ProgressBar::show(double share, std::string_view detail) {
  constexpr double kPatience = 0.3;
  constexpr int kWidth = 24;
  if (terminal_ == nullptr || seconds() < kPatience) return;
  is_shown_ = true;
  share = std::clamp(share, 0.0, 1.0);
  const int filled = static_cast<int>(share * kWidth);
  std::string bar;
  for (int at = 0; at < kWidth; ++at) bar += at < filled ? "█" : "░";
  const std::string left =
      share > 0.01 ? fmt::format("{:.0f} s left", seconds() * (1 - share) / share) : "";
  show_text(fmt::format("\r\x1b[K  {} {:3.0f} %  {}  {}", bar, share * 100, detail, left));
}

void ProgressBar::show_text(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), terminal_);
  std::fflush(terminal_);
}

}  // namespace tidemark
