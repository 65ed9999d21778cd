#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/day.h"
#include "model/level.h"
#include "model/points.h"
#include "model/rule.h"

namespace tidemark {

/// What has to come about for an account.
enum class PlayTrigger : std::uint8_t {
  falls,   // its published level does, on the day
  rises,   // likewise
  stays,   // its published level has stood for so many days
  chance,  // its chance of silence is above so many per cent
  loses,   // so many per cent of its points within 30 days
  joins,   // within the last week its properties came to be those the play is for
};

/// When deliveries may go out, in the workspace's zone.
struct PlayHours {
  int from_minute = 0;  // of the day
  int to_minute = 24 * 60;
  bool only_weekdays = false;

  friend bool operator==(const PlayHours&, const PlayHours&) = default;
};

/// Which accounts get what, once something has come about, and at which pace.
struct Play {
  std::string name;
  PlayTrigger trigger = PlayTrigger::falls;
  std::vector<Level> from;           // of a fall or rise; empty: from anywhere
  std::vector<Level> to;             // likewise; of one that stays, where
  int days = 0;                      // of one that stays
  int percent = 0;                   // of chance and loss
  bool only_first = false;           // of a rise: it never stood so high before
  std::vector<Condition> where;      // on the account's properties: all of these
  std::vector<Condition> unless;     // and none of these
  bool with_new = false;             // accounts younger than the window too
  std::optional<bool> onboarded;     // only who has done the definition's steps by then, or has not
  std::string ask;                   // what people are to do
  std::string message;               // with {account}, {reason} and the like to be filled in
  std::string destination;           // empty: the list of the plays' page alone
  std::optional<int> most_a_week;    // those most at stake first
  std::string owner;                 // the property that says whose an account is
  std::optional<int> most_an_owner;  // a week
  int again_after_days = 90;         // the same account
  int hold_out_percent = 0;          // of accounts, to tell whether it helps
  PlayHours hours;
  std::string rank_by;  // a property with a number; empty: points

  friend bool operator==(const Play&, const Play&) = default;
};

/// An account for which a play was due on a published day.
struct PlayFiring {
  std::int64_t number = 0;
  std::string play;
  std::string account;
  Day day;
  bool is_held_out = false;
  std::string owner = {};  // empty: nobody's, or nobody asks
  Level level = Level::inactive;
  std::optional<Level> moved_from = {};  // none: it did not move on the day
  Points points;
  std::string reason = {};   // in a line; of those held out none
  std::string message = {};  // likewise
  std::string done_by = {};  // empty: open
  std::optional<Instant> done = {};
};

/// Whether a play is on.
struct PlaySwitch {
  std::string play;
  Day on_since;      // the first day it could be due
  Day filled_until;  // it is decided who was due up to it
};

}  // namespace tidemark
