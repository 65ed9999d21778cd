#pragma once

#include "play/effect.h"
#include "play/preview.h"
#include "wire/json.h"

namespace tidemark {

/// A play as people read it.
Json play_json(const Play& play);

Json firing_json(const PlayFiring& firing);
Json preview_json(const Play& play, const PlayPreview& preview);
Json effect_json(const PlayEffect& effect);

}  // namespace tidemark
