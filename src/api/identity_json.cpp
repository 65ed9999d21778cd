#include "api/identity_json.h"

#include "wire/timestamp.h"

namespace tidemark {

Json identity_json(const IdentityReport& report) {
  Json waiting = Json::array();
  for (const auto& one : report.waiting) {
    waiting.push_back({{"id", one.id}, {"events", one.events}, {"last", timestamp_text(one.last)}});
  }
  Json several = Json::array();
  for (const auto& one : report.several) {
    several.push_back({{"id", one.id}, {"accounts", one.accounts}});
  }
  Json merges = Json::array();
  for (const auto& merge : report.merges) {
    merges.push_back({{"account_id", merge.account},
                      {"into", merge.into},
                      {"since", timestamp_text(merge.since)}});
  }
  return {{"events", report.events},
          {"events_waiting", report.events_waiting},
          {"waiting", waiting},
          {"users_in_several_accounts", report.users_in_several},
          {"several", several},
          {"accounts_with_users", report.accounts_with_users},
          {"accounts_of_one_user", report.accounts_of_one},
          {"merges", merges}};
}

}  // namespace tidemark
