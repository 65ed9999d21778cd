#include "score/identity_report.h"

#include "api/identity_json.h"
#include "api/resource/answers.h"
#include "wire/definition_toml.h"

namespace tidemark::answer {
namespace {

/// What is in memory of accounts is of no use after whose events are has changed.
void forget_accounts(Desk& desk) {
  desk.collector.settle();
  desk.activity.forget();
  desk.published.forget();
}

}  // namespace

Result<HttpReply> identity(Desk& desk, Question& question) {
  Parameters asked(question.request);
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  const auto store = question.moment(desk);
  if (!store) return store.error();
  const auto report = report_identity(**store);
  if (!report) return report.error();
  return json_reply(200, identity_json(*report));
}

Result<HttpReply> merge(Desk& desk, Question& question) {
  Body body(question.request);
  const std::string account = body.needed_text("account_id");
  const std::string into = body.needed_text("into");
  if (auto wrong = body.refusal()) return *std::move(wrong);
  {
    const std::lock_guard lock(desk.store_lock);
    const auto merged = merge_accounts(desk.served.store, account, into, desk.now());
    forget_accounts(desk);
    if (!merged) return merged.error();
  }
  if (auto kept = question.record(desk, "account.merge", account, "", into); !kept) {
    return kept.error();
  }
  return json_reply(200, {{"account_id", account}, {"into", into}});
}

Result<HttpReply> unmerge(Desk& desk, Question& question) {
  const std::string& account = question.parts.front();
  {
    const std::lock_guard lock(desk.store_lock);
    const auto unmerged = unmerge_account(desk.served.store, account);
    forget_accounts(desk);
    if (!unmerged) return unmerged.error();
  }
  if (auto kept = question.record(desk, "account.unmerge", account); !kept) return kept.error();
  return HttpReply{204, ""};
}

Result<HttpReply> count_by_domain(Desk& desk, Question& question) {
  Body body(question.request);
  const auto is_on = body.truth("is_on");
  if (!is_on) body.is_wrong("is_on", "it is missing");
  if (auto wrong = body.refusal()) return *std::move(wrong);
  {
    const std::lock_guard lock(desk.store_lock);
    const auto done = desk.served.store.count_by_domain(*is_on, desk.now());
    desk.collector.names_have_changed();
    forget_accounts(desk);
    if (!done) return done.error();
  }
  if (auto kept = question.record(desk, "identity.domains", "", "", *is_on ? "on" : "off"); !kept) {
    return kept.error();
  }
  return json_reply(200, {{"is_on", *is_on}});
}

Result<HttpReply> exclusions(Desk& desk, Question& question) {
  Body body(question.request);
  const auto toml = body.text("toml");  // else the workspace's definition
  if (auto wrong = body.refusal()) return *std::move(wrong);
  const auto rules = ruling(desk);
  if (!rules) return rules.error();
  const auto draft =
      toml ? parse_definition(*toml, "the definition") : Result<Definition>(rules->definition);
  if (!draft) return draft.error();
  const auto store = question.moment(desk);
  if (!store) return store.error();
  const auto report = report_exclusions(**store, *draft);
  if (!report) return report.error();
  return json_reply(200, exclusions_json(*report));
}

}  // namespace tidemark::answer
