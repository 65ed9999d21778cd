#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/play.h"

namespace tidemark {

namespace sqlite {
class Connection;
}

/// Which plays are on, and for whom they were due.
class PlayLog {
 public:
  explicit PlayLog(sqlite::Connection& connection) : connection_(connection) {}

  /// From the day on that follows `until`, which is decided.
  Result<void> turn_on(const std::string& play, Day until);
  Result<void> turn_off(const std::string& play);
  Result<std::vector<PlaySwitch>> switches();  // by play

  /// Keeps for whom it was due, and that it is decided up to `until`. What is there is kept as it
  /// is: an account of a day comes once.
  Result<void> keep(const std::string& play, Day until, const std::vector<PlayFiring>& firings);

  /// Days after this one are no longer published: whom a play was due for then and nobody has done
  /// is forgotten, and decided again when they are published.
  Result<void> take_back_after(Day last);

  struct Query {
    std::string play;     // empty: of all
    std::string account;  // likewise
    std::optional<Day> since;
    bool only_open = false;  // not held out, not done
    int most = 1'000'000;
  };
  /// Newest first.
  Result<std::vector<PlayFiring>> firings(const Query& query);
  struct Counts {
    std::int64_t due = 0;  // not held out
    std::int64_t held_out = 0;
    std::int64_t open = 0;  // of those due
  };
  Result<Counts> counts(const std::string& play);
  /// Somebody did it, or takes that back. Fails with `not_found` where there is none, or it was
  /// held out.
  Result<void> mark_done(std::int64_t number, const std::string& by, std::optional<Instant> at);

 private:
  sqlite::Connection& connection_;
};

}  // namespace tidemark
