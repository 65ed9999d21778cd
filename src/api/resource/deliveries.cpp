#include "api/resource/answers.h"
#include "deliver/destination_json.h"

namespace tidemark::answer {
namespace {

Result<Json> with_counts(Outbox& outbox, const Destination& destination) {
  const auto counts = outbox.counts(destination.name);
  if (!counts) return counts.error();
  return destination_json(destination, *counts);
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

Result<HttpReply> pause_destination(Desk& desk, Question& question) {
  Body body(question.request);
  const auto is_paused = body.truth("is_paused");
  if (!is_paused) body.is_wrong("is_paused", "it is missing");
  if (auto wrong = body.refusal()) return *std::move(wrong);
  const std::string& name = question.parts.front();
  Outbox& outbox = desk.control().outbox();
  if (auto set = *is_paused ? outbox.pause(name, "") : outbox.resume(name); !set) {
    return set.error();
  }
  const auto noted =
      question.record(desk, *is_paused ? "destination.pause" : "destination.resume", name);
  if (!noted) return noted.error();
  const auto destination = outbox.destination(name);
  if (!destination) return destination.error();
  const auto json = with_counts(outbox, *destination);
  if (!json) return json.error();
  return json_reply(200, *json);
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
