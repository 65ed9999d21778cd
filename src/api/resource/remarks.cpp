#include "model/remark.h"

#include <charconv>

#include <fmt/format.h>

#include "api/resource/answers.h"
#include "score/account_activity.h"
#include "score/score_run.h"
#include "wire/timestamp.h"

namespace tidemark::answer {
namespace {

constexpr std::size_t kMostBytes = 10'000;

Json note_json(const Note& note) {
  return {{"number", note.number},
          {"text", note.text},
          {"author", note.author},
          {"created", timestamp_text(note.created)}};
}

/// `is_in_force`: it has not run out.
Json override_json(const LevelOverride& override, Day today) {
  return {{"account_id", override.account},
          {"level", level_name(override.level)},
          {"reason", override.reason},
          {"until", day_text(override.until)},
          {"is_in_force", override.until >= today},
          {"author", override.author},
          {"created", timestamp_text(override.created)}};
}

/// The account of the path, which must be known.
Result<std::string> account_of(Desk& desk, Question& question) {
  const auto store = question.moment(desk);
  if (!store) return store.error();
  const auto found = find_account(**store, question.parts.front());
  if (!found) return found.error();
  return question.parts.front();
}

Result<Day> today(Desk& desk) {
  const auto rules = ruling(desk);
  if (!rules) return rules.error();
  return DayReader(rules->zone).day_of(desk.now());
}

}  // namespace

Result<HttpReply> notes(Desk& desk, Question& question) {
  Parameters asked(question.request);
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  const auto account = account_of(desk, question);
  if (!account) return account.error();
  const auto notes = desk.control().remarks().notes_of(*account);
  if (!notes) return notes.error();
  Json json = {{"data", Json::array()}};
  for (const Note& note : *notes) json["data"].push_back(note_json(note));
  return json_reply(200, json);
}

Result<HttpReply> add_note(Desk& desk, Question& question) {
  Body body(question.request);
  Note note{0, {}, body.needed_text("text", kMostBytes), question.caller.name, desk.now()};
  if (auto wrong = body.refusal()) return *std::move(wrong);
  const auto account = account_of(desk, question);
  if (!account) return account.error();
  note.account = *account;
  const auto number = desk.control().remarks().keep(note);
  if (!number) return number.error();
  note.number = *number;
  if (auto kept = question.record(desk, "note.add", *account, "", note.text); !kept) {
    return kept.error();
  }
  return json_reply(201, note_json(note));
}

Result<HttpReply> remove_note(Desk& desk, Question& question) {
  std::int64_t number = 0;
  const std::string& text = question.parts[1];
  std::from_chars(text.data(), text.data() + text.size(), number);
  const auto note = desk.control().remarks().note(number);
  if (!note) return note.error();
  if (!*note || (*note)->account != question.parts.front()) {
    return problem(404, "there is no such note");
  }
  const bool is_own = (*note)->author == question.caller.name;
  if (!is_own && question.caller.access < Access::admin) {
    return problem(403, "it is somebody else's note; they or an admin may remove it");
  }
  if (auto removed = desk.control().remarks().remove_note(number); !removed) return removed.error();
  if (auto kept = question.record(desk, "note.remove", question.parts.front(), (*note)->text);
      !kept) {
    return kept.error();
  }
  return HttpReply{204, ""};
}

Result<HttpReply> overrides(Desk& desk, Question& question) {
  Parameters asked(question.request);
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  const auto day = today(desk);
  if (!day) return day.error();
  const auto overrides = desk.control().remarks().overrides();
  if (!overrides) return overrides.error();
  Json json = {{"data", Json::array()}};
  for (const LevelOverride& one : *overrides) json["data"].push_back(override_json(one, *day));
  return json_reply(200, json);
}

Result<HttpReply> override_of(Desk& desk, Question& question) {
  Parameters asked(question.request);
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  const auto account = account_of(desk, question);
  if (!account) return account.error();
  const auto day = today(desk);
  if (!day) return day.error();
  const auto override = desk.control().remarks().override_of(*account);
  if (!override) return override.error();
  if (!*override) return problem(404, "nobody says otherwise of this account");
  return json_reply(200, override_json(**override, *day));
}

Result<HttpReply> set_override(Desk& desk, Question& question) {
  constexpr int kLongest = 366;
  Body body(question.request);
  const std::string level = body.needed_text("level");
  const auto named = level_named(level);
  if (!level.empty() && (!named || *named == Level::engaged)) {
    body.is_wrong("level", "it is high, medium, low, none or inactive");
  }
  const std::string reason = body.needed_text("reason", kMostBytes);
  const auto until = body.day("until");
  const auto day = today(desk);
  if (!day) return day.error();
  if (!until || *until < *day || *until - *day > kLongest) {
    body.is_wrong("until", "it is a day from today on, within a year");
  }
  if (auto wrong = body.refusal()) return *std::move(wrong);
  const auto account = account_of(desk, question);
  if (!account) return account.error();
  const auto before = desk.control().remarks().override_of(*account);
  if (!before) return before.error();
  const LevelOverride override{*account, *named, reason, *until, question.caller.name, desk.now()};
  if (auto kept = desk.control().remarks().keep(override); !kept) return kept.error();
  const std::string words_before =
      *before ? json_reply(200, override_json(**before, *day)).body : "";
  if (auto kept = question.record(desk, "override.set", *account, words_before,
                                  json_reply(200, override_json(override, *day)).body);
      !kept) {
    return kept.error();
  }
  return json_reply(200, override_json(override, *day));
}

Result<HttpReply> remove_override(Desk& desk, Question& question) {
  const auto account = account_of(desk, question);
  if (!account) return account.error();
  const auto day = today(desk);
  if (!day) return day.error();
  const auto before = desk.control().remarks().override_of(*account);
  if (!before) return before.error();
  if (!*before) return problem(404, "nobody says otherwise of this account");
  if (auto done = desk.control().remarks().remove_override(*account); !done) return done.error();
  if (auto kept = question.record(desk, "override.remove", *account,
                                  json_reply(200, override_json(**before, *day)).body);
      !kept) {
    return kept.error();
  }
  return HttpReply{204, ""};
}

}  // namespace tidemark::answer
