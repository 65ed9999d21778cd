#include "report/play_json.h"

#include <algorithm>

#include "report/level_json.h"
#include "wire/calibration_json.h"
#include "wire/play_toml.h"
#include "wire/timestamp.h"

namespace tidemark {
namespace {

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json outcomes_json(const PlayOutcomes& outcomes) {
  return {{"silent", rate_json(outcomes.silent)}, {"as_high", outcomes.as_high}};
}

}  // namespace

const PlaySwitch* switch_of(const Play& play, const std::vector<PlaySwitch>& switches) {
  const auto found = std::ranges::find(switches, play.name, &PlaySwitch::play);
  return found == switches.end() ? nullptr : &*found;
}

Json play_json(const Play& play, const PlaySwitch* on, const PlayLog::Counts& counts) {
  return {{"name", play.name},
          {"words", play_words(play)},
          {"do", text_or_null(play.ask)},
          {"message", text_or_null(play.message)},
          {"to", text_or_null(play.destination)},
          {"hold_out_percent", play.hold_out_percent},
          {"on_since", on == nullptr ? Json() : Json(day_text(on->on_since))},
          {"due", counts.due},
          {"open", counts.open},
          {"held_out", counts.held_out}};
}

Json firing_json(const PlayFiring& firing) {
  return {{"number", firing.number},
          {"play", firing.play},
          {"account_id", firing.account},
          {"day", day_text(firing.day)},
          {"is_held_out", firing.is_held_out},
          {"owner", text_or_null(firing.owner)},
          {"level", level_name(firing.level)},
          {"from", json_or_null(firing.moved_from)},
          {"milli_points", firing.points.milli},
          {"reason", text_or_null(firing.reason)},
          {"message", text_or_null(firing.message)},
          {"done_by", text_or_null(firing.done_by)},
          {"done_at", firing.done ? Json(timestamp_text(*firing.done)) : Json()}};
}

Json preview_json(const Play& play, const PlayPreview& preview) {
  Json json = {{"play", play.name},
               {"from", day_text(preview.days.first)},
               {"to", day_text(preview.days.last)},
               {"due", std::ssize(preview.firings) - preview.held_out},
               {"held_out", preview.held_out},
               {"most_in_a_week", preview.most_in_a_week},
               {"firings", Json::array()}};
  for (const PlayFiring& firing : preview.firings) json["firings"].push_back(firing_json(firing));
  return json;
}

Json effect_json(const PlayEffect& effect) {
  return {{"treated", outcomes_json(effect.treated)},
          {"held_out", outcomes_json(effect.held_out)},
          {"rarer", effect.rarer ? Json{{"share", effect.rarer->share},
                                        {"least", effect.rarer->least},
                                        {"most", effect.rarer->most}}
                                 : Json()},
          {"verdict", effect.verdict}};
}

}  // namespace tidemark
