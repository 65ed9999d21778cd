#include "api/identity_json.h"

#include <array>

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
                      {"since", timestamp_text(merge.since)},
                      {"by", merge.is_stated ? "property" : "hand"}});
  }
  return {{"events", report.events},
          {"events_waiting", report.events_waiting},
          {"waiting", waiting},
          {"users_in_several_accounts", report.users_in_several},
          {"several", several},
          {"accounts_with_users", report.accounts_with_users},
          {"accounts_of_one_user", report.accounts_of_one},
          {"merges", merges},
          {"counts_by_domain", report.counts_by_domain}};
}

Json exclusions_json(const ExclusionReport& report) {
  constexpr std::array kOf = {"users", "accounts", "flags"};
  Json rules = Json::array();
  for (const auto& rule : report.rules) {
    rules.push_back({{"of", kOf[static_cast<std::size_t>(rule.of)]},
                     {"pattern", rule.pattern},
                     {"events", rule.events},
                     {"users", rule.users},
                     {"accounts", rule.accounts},
                     {"examples", rule.examples}});
  }
  return {{"events", report.events},
          {"excluded", report.excluded},
          {"rules", rules},
          {"accounts_left_empty", report.left_empty_count},
          {"left_empty", report.left_empty}};
}

}  // namespace tidemark
