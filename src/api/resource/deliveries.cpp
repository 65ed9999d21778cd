#include "api/resource/answers.h"
#include "deliver/backfill.h"
#include "deliver/destination_json.h"
#include "deliver/kinds.h"
#include "deliver/new_destination.h"

namespace tidemark::answer {
namespace {

Result<Json> with_counts(Outbox& outbox, const Destination& destination) {
  const auto counts = outbox.counts(destination.name);
  if (!counts) return counts.error();
  return destination_json(destination, *counts);
}

void read_settings(Body& body, std::vector<FilledField>& fields, std::vector<Sought>& audience) {
  auto given_fields = fields_of(body.texts("fields"));
  if (!given_fields) body.is_wrong("fields", given_fields.error().message);
  if (given_fields) fields = *std::move(given_fields);
  auto given_audience = audience_of(body.texts("audience"));
  if (!given_audience) body.is_wrong("audience", given_audience.error().message);
  if (given_audience) audience = *std::move(given_audience);
}

template <class Named>
std::optional<Named> named_in(Body& body, const char* field,
                              Result<Named> (*named)(std::string_view)) {
  const auto text = body.text(field);
  if (!text) return std::nullopt;
  const auto found = named(*text);
  if (!found) body.is_wrong(field, found.error().message);
  return found ? std::optional(*found) : std::nullopt;
}

}  // namespace

Result<HttpReply> destinations(Desk& desk, Question& question) {
  Parameters asked(question.request);
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  Outbox& outbox = desk.control().outbox();
  const auto all = outbox.destinations();
  if (!all) return all.error();
  Json json = {{"data", Json::array()}};
  for (const Destination& destination : *all) {
    auto one = with_counts(outbox, destination);
    if (!one) return one.error();
    json["data"].push_back(*std::move(one));
  }
  return json_reply(200, json);
}

Result<HttpReply> add_destination(Desk& desk, Question& question) {
  Body body(question.request);
  GivenDestination given;
  given.name = body.needed_text("name", 60);
  const std::string kind_name = body.needed_text("kind");
  given.url = body.text("url").value_or("");
  given.secret = body.text("secret").value_or("");
  given.id_field = body.text("id_field").value_or(given.id_field);
  given.allows_private = body.truth("allows_private").value_or(false);
  const auto kind = kind_named(kind_name);
  if (!kind && !kind_name.empty()) body.is_wrong("kind", kind.error().message);
  given.sender = body.text("sender").value_or("");
  given.recipients = body.texts("recipients");
  read_settings(body, given.fields, given.audience);
  const auto rhythm = named_in(body, "rhythm", &rhythm_named);
  const auto format = named_in(body, "format", &format_named);
  // Whoever may add destinations is not thereby to choose files of this machine.
  if (kind && *kind == DestinationKind::files && !given.url.empty()) {
    body.is_wrong("url",
                  "files go to the workspace's own folder; another one is named by the "
                  "command tidemark destinations add");
  }
  if (auto wrong = body.refusal()) return *std::move(wrong);
  given.kind = *kind;
  given.rhythm = rhythm.value_or(given.rhythm);
  given.format = format.value_or(given.format);
  const auto store = question.moment(desk);
  if (!store) return store.error();
  const auto published = (*store)->published_days();
  if (!published) return published.error();
  if (!published->empty()) given.published_until = published->back().day;
  const auto ready = make_destination(given, desk.vault, desk.now());
  if (!ready) return ready.error();
  Outbox& outbox = desk.control().outbox();
  if (auto kept = outbox.add(ready->destination); !kept) return kept.error();
  if (auto noted = question.record(desk, "destination.add", given.name); !noted) {
    return noted.error();
  }
  auto destination = with_counts(outbox, ready->destination);
  if (!destination) return destination.error();
  const std::string& made = ready->made_secret;  // shown this once
  return json_reply(201, {{"destination", *std::move(destination)},
                          {"secret", made.empty() ? Json() : Json(made)}});
}

Result<HttpReply> remove_destination(Desk& desk, Question& question) {
  const std::string& name = question.parts.front();
  if (auto removed = desk.control().outbox().remove(name); !removed) return removed.error();
  if (auto noted = question.record(desk, "destination.remove", name); !noted) return noted.error();
  return HttpReply{204, ""};
}

Result<HttpReply> try_destination(Desk& desk, Question& question) {
  const auto destination = desk.control().outbox().destination(question.parts.front());
  if (!destination) return destination.error();
  const auto tried =
      test_destination(*destination, desk.vault, desk.served.clock, {.folder = desk.served.folder});
  if (!tried) {
    return json_reply(200, {{"is_taken", false},
                            {"status", Json()},
                            {"problem", tried.error().message},
                            {"letter", Json()}});
  }
  return json_reply(200, {{"is_taken", tried->problem.empty()},
                          {"status", tried->status},
                          {"problem", tried->problem.empty() ? Json() : Json(tried->problem)},
                          {"letter", tried->letter}});
}

Result<HttpReply> silenced(Desk& desk, Question& question) {
  Parameters asked(question.request);
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  const auto all = desk.control().outbox().silenced();
  if (!all) return all.error();
  Json json = {{"data", Json::array()}};
  for (const Silenced& one : *all) json["data"].push_back(silenced_json(one));
  return json_reply(200, json);
}

Result<HttpReply> silence(Desk& desk, Question& question) {
  Body body(question.request);
  const std::string why = body.needed_text("why", 1'000);
  if (auto wrong = body.refusal()) return *std::move(wrong);
  const Silenced silenced{question.parts.front(), why, question.caller.name, desk.now()};
  if (auto kept = desk.control().outbox().silence(silenced); !kept) return kept.error();
  if (auto noted = question.record(desk, "account.silence", silenced.account, "", why); !noted) {
    return noted.error();
  }
  return json_reply(200, silenced_json(silenced));
}

Result<HttpReply> tell_again(Desk& desk, Question& question) {
  const std::string& account = question.parts.front();
  if (auto done = desk.control().outbox().tell_again(account); !done) return done.error();
  if (auto noted = question.record(desk, "account.tell_again", account); !noted) {
    return noted.error();
  }
  return HttpReply{204, ""};
}

Result<HttpReply> destination_drift(Desk& desk, Question& question) {
  Body body(question.request);
  const bool repairs = body.truth("repair").value_or(false);
  if (auto wrong = body.refusal()) return *std::move(wrong);
  const std::string& name = question.parts.front();
  Outbox& outbox = desk.control().outbox();
  const auto destination = outbox.destination(name);
  if (!destination) return destination.error();
  const auto drift = drift_of(outbox, desk.vault, *destination, desk.served.clock,
                              [&] { return !desk.is_stopping; });
  if (!drift) return drift.error();
  Json json = drift_json(*drift);
  json["repaired"] = 0;
  if (!repairs) return json_reply(200, json);
  const auto repaired = repair(outbox, *destination, *drift, desk.now());
  if (!repaired) return repaired.error();
  if (auto noted = question.record(desk, "destination.repair", name); !noted) return noted.error();
  json["repaired"] = *repaired;
  return json_reply(200, json);
}

Result<HttpReply> change_destination(Desk& desk, Question& question) {
  Body body(question.request);
  const auto is_paused = body.truth("is_paused");
  DestinationChange change;
  change.sender = body.text("sender");
  const bool has_recipients = body.has("recipients");
  auto recipients = body.texts("recipients");
  if (has_recipients) change.recipients = std::move(recipients);
  const bool has_fields = body.has("fields");
  const bool has_audience = body.has("audience");
  std::vector<FilledField> fields;
  std::vector<Sought> audience;
  read_settings(body, fields, audience);
  change.rhythm = named_in(body, "rhythm", &rhythm_named);
  change.format = named_in(body, "format", &format_named);
  if (auto wrong = body.refusal()) return *std::move(wrong);
  if (has_fields) change.fields = std::move(fields);
  if (has_audience) change.audience = std::move(audience);
  const bool has_settings = has_fields || has_audience || has_recipients || change.sender ||
                            change.rhythm || change.format;
  if (!has_settings && !is_paused) return problem(400, "name what is to be set");
  const std::string& name = question.parts.front();
  Outbox& outbox = desk.control().outbox();
  auto destination = outbox.destination(name);
  if (!destination) return destination.error();
  if (has_settings) {
    auto other = changed(*std::move(destination), change);
    if (!other) return other.error();
    if (auto kept = outbox.change(*other); !kept) return kept.error();
    if (auto noted = question.record(desk, "destination.change", name); !noted) {
      return noted.error();
    }
  }
  if (is_paused) {
    if (auto set = *is_paused ? outbox.pause(name, "") : outbox.resume(name); !set) {
      return set.error();
    }
    const auto noted =
        question.record(desk, *is_paused ? "destination.pause" : "destination.resume", name);
    if (!noted) return noted.error();
  }
  destination = outbox.destination(name);
  if (!destination) return destination.error();
  const auto json = with_counts(outbox, *destination);
  if (!json) return json.error();
  return json_reply(200, *json);
}

Result<HttpReply> backfill_destination(Desk& desk, Question& question) {
  const std::string& name = question.parts.front();
  Outbox& outbox = desk.control().outbox();
  const auto destination = outbox.destination(name);
  if (!destination) return destination.error();
  const auto told = backfill(outbox, *destination, desk.now());
  if (!told) return told.error();
  if (auto noted = question.record(desk, "destination.backfill", name); !noted) {
    return noted.error();
  }
  return json_reply(200, {{"told", *told}});
}

Result<HttpReply> deliveries(Desk& desk, Question& question) {
  Parameters asked(question.request);
  const std::string destination = asked.text("destination");
  const std::string state = asked.text("state");
  const auto limit = static_cast<int>(asked.number("limit", 50, 1, 1'000));
  const auto wanted = parcel_state_named(state);
  if (!state.empty() && !wanted) asked.is_wrong("state", "it is waiting, delivered or refused");
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  const auto found = desk.control().outbox().deliveries(destination, wanted, limit);
  if (!found) return found.error();
  Json json = {{"data", Json::array()}};
  for (const Parcel& parcel : *found) json["data"].push_back(parcel_json(parcel));
  return json_reply(200, json);
}

Result<HttpReply> retry_deliveries(Desk& desk, Question& question) {
  Body body(question.request);
  const std::string destination = body.needed_text("destination");
  if (auto wrong = body.refusal()) return *std::move(wrong);
  Outbox& outbox = desk.control().outbox();
  if (auto known = outbox.destination(destination); !known) return known.error();
  const auto retried = outbox.retry(destination, {}, desk.now());
  if (!retried) return retried.error();
  if (auto noted = question.record(desk, "delivery.retry", destination); !noted) {
    return noted.error();
  }
  return json_reply(200, {{"retried", *retried}});
}

}  // namespace tidemark::answer
