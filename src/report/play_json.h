#pragma once

#include "play/effect.h"
#include "play/preview.h"
#include "store/sqlite/play_log.h"
#include "wire/json.h"

namespace tidemark {

/// A play as people read it; `on` is null while it rests.
Json play_json(const Play& play, const PlaySwitch* on, const PlayLog::Counts& counts);

/// Its switch among those of plays that are on; null: it rests.
const PlaySwitch* switch_of(const Play& play, const std::vector<PlaySwitch>& switches);

Json firing_json(const PlayFiring& firing);
Json preview_json(const Play& play, const PlayPreview& preview);
Json effect_json(const PlayEffect& effect);

}  // namespace tidemark
