#include "score/news_of_day.h"

#include <map>

#include "score/account_listing.h"
#include "score/explanation_words.h"
#include "score/overview.h"
#include "score/risk_report.h"

namespace tidemark {
namespace {

constexpr std::size_t kMostExplained = 200;

/// The chance that each active account falls silent; empty where too few ever did to say.
Result<std::map<std::string, double>> chances_on(Store& store, Day day, TimeZone zone,
                                                 const Cores& cores) {
  std::map<std::string, double> chances;
  AccountQuery active;
  active.day = day;
  const auto report = report_risk(store, active, {}, zone, cores);
  if (!report) {
    return report.error().kind == ErrorKind::unavailable
               ? Result<std::map<std::string, double>>(report.error())
               : Result<std::map<std::string, double>>(std::move(chances));
  }
  for (const RiskOfAccount& risk : report->accounts) {
    chances.emplace(risk.listed.id, risk.probability);
  }
  return chances;
}

}  // namespace

std::string reason_on(Store& store, const std::string& account, AccountNumber number, Day day,
                      const Definition& definition) {
  const auto days = days_to_explain(store, number, {}, day, day);
  if (!days) return "";
  const auto explained = explain(store, account, *days, definition);
  return explained ? explanation_reason(*explained) : "";
}

Result<NewsOfDay> news_of_day(Store& store, Day day, NewsOf what,
                              const std::vector<std::string>& properties, TimeZone zone,
                              const Cores& cores) {
  const auto overview = overview_of(store, day, 1, 0);
  if (!overview) return overview.error();
  const auto chances = chances_on(store, day, zone, cores);
  if (!chances) return chances.error();
  const auto chance_of = [&](const std::string& account) {
    const auto found = chances->find(account);
    return found == chances->end() ? std::nullopt : std::optional(found->second);
  };
  NewsOfDay news;
  news.day = day;
  news.active_accounts = overview->active_accounts();
  std::map<std::string, AccountNews*> moved;
  news.moves.reserve(overview->moves.size());
  for (const Overview::Move& move : overview->moves) {
    AccountNews one;
    one.account = move.account_id;
    one.day = one.since = day;
    one.level = move.change.to;
    one.moved_from = move.change.from;
    one.score = move.display_after;
    one.points = move.change.points_after;
    one.points_before = move.change.points_before;
    one.chance = chance_of(move.account_id);
    if (news.moves.size() < kMostExplained) {
      one.reason = reason_on(store, one.account, move.change.account, day, overview->definition);
    }
    news.moves.push_back(std::move(one));
    moved.emplace(news.moves.back().account, &news.moves.back());
  }
  if (what == NewsOf::moves && properties.empty()) return news;
  AccountQuery all;
  all.day = day;
  all.properties = properties;
  all.levels.assign(kLevelsDownwards.begin(), kLevelsDownwards.end());
  const auto listing = list_accounts(store, all, zone);
  if (!listing) return listing.error();
  for (const ListedAccount& listed : listing->accounts) {
    AccountNews one;
    for (std::size_t at = 0; at < properties.size(); ++at) {
      one.properties.emplace(properties[at], property_text(listed.properties[at]));
    }
    if (const auto move = moved.find(listed.id); move != moved.end()) {
      move->second->properties = std::move(one.properties);
      one = *move->second;
    } else {
      one.account = listed.id;
      one.day = day;
      one.level = listed.level;
      one.score = listed.display;
      one.points = listed.points;
      one.chance = chance_of(listed.id);
    }
    one.since = listed.since;
    if (what == NewsOf::moves_and_accounts) news.accounts.push_back(std::move(one));
  }
  return news;
}

}  // namespace tidemark
