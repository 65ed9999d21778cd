#pragma once

#include <span>

#include "play/play_day.h"

namespace tidemark {

/// For whom the play is due on the day, those most at stake first. `before` are its firings of the
/// days before, held out or not, by day: nobody comes again within `again_after_days`, and no more
/// than the play allows within seven days. An account is held out by its id and the play's name
/// alone, whatever the day; it comes into question as if it were not, and takes nobody's place.
/// Reasons and messages are left out. Nothing is due on a held day. Pure.
///
/// At stake is the property the play ranks by, else the points an account has or had 30 days
/// before, whichever is more, of one that rises those it has; times the chance of silence where the
/// play is about that.
std::vector<PlayFiring> choose(const Play& play, const PlayDay& day,
                               std::span<const PlayFiring> before);

/// Whether the account belongs to those a play holds out.
bool is_held_out(const Play& play, const std::string& account);

/// The play's message for an account, filled in; `names` are those of its properties.
std::string message_for(const Play& play, const std::vector<std::string>& names,
                        const PlayCandidate& candidate, const std::string& reason);

}  // namespace tidemark
