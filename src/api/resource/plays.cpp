#include <charconv>

#include "api/outbox_filling.h"
#include "api/playbook.h"
#include "api/resource/answers.h"
#include "report/play_json.h"
#include "wire/play_toml.h"

namespace tidemark::answer {
namespace {

constexpr std::size_t kMostToml = std::size_t{1} << 20;

/// The play of that name. Fails with `not_found` where there is none.
Result<Play> play_named(const Desk& desk, const std::string& name) {
  const auto playbook = read_playbook(desk.served.folder);
  if (!playbook) return playbook.error();
  if (const Play* play = playbook->find(name)) return *play;
  return Error{ErrorKind::not_found, "there is no play of that name"};
}

Result<HttpReply> all_plays(Desk& desk) {
  const auto text = read_playbook_text(desk.served.folder);
  if (!text) return text.error();
  const auto switches = desk.control().plays().switches();
  if (!switches) return switches.error();
  const auto plays = parse_plays(text->toml, "plays.toml");
  Json json = {{"data", Json::array()},
               {"is_own", text->is_own},
               {"toml", text->toml},
               {"problem", plays ? Json() : Json(plays.error().message)}};
  if (!plays) return json_reply(200, json);
  for (const Play& play : *plays) {
    const auto counts = desk.control().plays().counts(play.name);
    if (!counts) return counts.error();
    json["data"].push_back(play_json(play, switch_of(play, *switches), *counts));
  }
  return json_reply(200, json);
}

/// A play that is written no more rests, so that another of its name is not on by itself.
Result<void> turn_off_missing(Desk& desk) {
  const auto playbook = read_playbook(desk.served.folder);
  if (!playbook) return playbook.error();
  const auto switches = desk.control().plays().switches();
  if (!switches) return switches.error();
  for (const PlaySwitch& one : *switches) {
    if (playbook->find(one.play) != nullptr) continue;
    if (auto off = desk.control().plays().turn_off(one.play); !off) return off;
  }
  return {};
}

}  // namespace

Result<HttpReply> plays(Desk& desk, Question& question) {
  Parameters asked(question.request);
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  return all_plays(desk);
}

Result<HttpReply> write_plays(Desk& desk, Question& question) {
  Body body(question.request);
  const std::string toml = body.needed_text("toml", kMostToml);
  if (auto wrong = body.refusal()) return *std::move(wrong);
  if (auto written = write_playbook(desk.served.folder, toml); !written) return written.error();
  if (auto rested = turn_off_missing(desk); !rested) return rested.error();
  if (auto noted = question.record(desk, "play.write", "plays.toml"); !noted) return noted.error();
  return all_plays(desk);
}

Result<HttpReply> switch_play(Desk& desk, Question& question) {
  Body body(question.request);
  const std::string name = body.needed_text("play");
  const auto is_on = body.truth("is_on");
  if (!is_on) body.is_wrong("is_on", "it is missing");
  if (auto wrong = body.refusal()) return *std::move(wrong);
  const auto play = play_named(desk, name);
  if (!play && *is_on) return play.error();  // one that is written no more can still be turned off
  const auto store = question.moment(desk);
  if (!store) return store.error();
  const auto turned =
      *is_on ? turn_on(**store, desk.control(), *play) : desk.control().plays().turn_off(name);
  if (!turned) return turned.error();
  if (auto noted = question.record(desk, *is_on ? "play.on" : "play.off", name); !noted) {
    return noted.error();
  }
  return all_plays(desk);
}

Result<HttpReply> play_preview(Desk& desk, Question& question) {
  Parameters asked(question.request);
  const std::string name = asked.text("play");
  if (name.empty()) asked.is_wrong("play", "it is missing");
  const auto days = static_cast<int>(asked.number("days", 90, 1, 365));
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  const auto play = play_named(desk, name);
  if (!play) return play.error();
  const auto store = question.moment(desk);
  if (!store) return store.error();
  auto silenced = silenced_accounts(desk.control().outbox());
  if (!silenced) return silenced.error();
  const auto shown = preview_play(**store, *play, days, *std::move(silenced), desk.served.zone,
                                  Cores::all(), [](double) {});
  if (!shown) return shown.error();
  return json_reply(200, preview_json(*play, *shown));
}

Result<HttpReply> play_effect(Desk& desk, Question& question) {
  Parameters asked(question.request);
  PlayLog::Query query;
  query.play = asked.text("play");
  if (query.play.empty()) asked.is_wrong("play", "it is missing");
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  const auto store = question.moment(desk);
  if (!store) return store.error();
  const auto firings = desk.control().plays().firings(query);
  if (!firings) return firings.error();
  const auto effect = effect_of(**store, *firings, Cores::all());
  if (!effect) return effect.error();
  return json_reply(200, effect_json(*effect));
}

Result<HttpReply> play_firings(Desk& desk, Question& question) {
  Parameters asked(question.request);
  PlayLog::Query query;
  query.play = asked.text("play");
  query.account = asked.text("account");
  static constexpr std::array<std::string_view, 2> kStates = {"open", "all"};
  query.only_open = asked.word("state", kStates, 1) == 0;
  query.most = static_cast<int>(asked.number("limit", 100, 1, 10'000));
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  const auto firings = desk.control().plays().firings(query);
  if (!firings) return firings.error();
  Json json = {{"data", Json::array()}};
  for (const PlayFiring& firing : *firings) json["data"].push_back(firing_json(firing));
  return json_reply(200, json);
}

Result<HttpReply> mark_firing(Desk& desk, Question& question) {
  Body body(question.request);
  const auto is_done = body.truth("is_done");
  if (!is_done) body.is_wrong("is_done", "it is missing");
  if (auto wrong = body.refusal()) return *std::move(wrong);
  const std::string& number = question.parts.front();
  std::int64_t given = 0;
  const char* const end = number.data() + number.size();
  if (std::from_chars(number.data(), end, given).ptr != end) given = 0;  // of which there is none
  const auto marked = desk.control().plays().mark_done(
      given, question.caller.name, *is_done ? std::optional(desk.now()) : std::nullopt);
  if (!marked) return marked.error();
  if (auto noted = question.record(desk, *is_done ? "play.done" : "play.open", number); !noted) {
    return noted.error();
  }
  return json_reply(200, {{"is_done", *is_done}});
}

}  // namespace tidemark::answer
