#include "api/account_query.h"
#include "api/resource/answers.h"
#include "report/backtest_json.h"
#include "report/churn_json.h"
#include "report/learning_json.h"
#include "report/risk_json.h"
#include "report/use_json.h"
#include "score/definition_versions.h"
#include "score/score_run.h"

namespace tidemark::answer {

Result<HttpReply> backtest(Desk& desk, Question& question) {
  constexpr std::size_t kMostDefinitions = 5;
  Parameters asked(question.request);
  BacktestQuery query;
  query.from = asked.day("from");
  query.to = asked.day("to");
  const auto versions = asked.texts("version");
  if (versions.size() > kMostDefinitions) asked.is_wrong("version", "five are compared at most");
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  const auto ground = ground_of(desk, question);
  if (!ground) return ground.error();
  query.definitions.emplace_back("today's", ground->definition);
  for (const std::string& version : versions) {
    auto definition = published_version(*ground->store, version);
    if (!definition) return definition.error();
    query.definitions.emplace_back(version, *std::move(definition));
  }
  const auto report =
      report_backtest(*ground->store, query, last_finished_day(desk.served.clock, ground->zone),
                      Cores::all(), [](int, int) {});
  if (!report) return report.error();
  return json_reply(200, backtest_json(*report));
}

Result<HttpReply> churn(Desk& desk, Question& question) {
  Parameters asked(question.request);
  const auto from = asked.day("from");
  const auto to = asked.day("to");
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  const auto ground = ground_of(desk, question);
  if (!ground) return ground.error();
  const auto report = report_churn(*ground->store, from, to, ground->zone, Cores::all());
  if (!report) return report.error();
  return json_reply(200, churn_json(*report));
}

Result<HttpReply> learning(Desk& desk, Question& question) {
  Parameters asked(question.request);
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  const auto ground = ground_of(desk, question);
  if (!ground) return ground.error();
  const auto report = report_learning(*ground->store, ground->definition,
                                      last_finished_day(desk.served.clock, ground->zone),
                                      Cores::all(), [](double, const std::string&) {});
  if (!report) return report.error();
  return json_reply(200, learning_json(*report));
}

namespace {

/// The accounts of a published day, and all activity as the day counted it. Both are kept in memory
/// between publications: a list asks for all accounts, a page for one.
struct DayAtHand {
  AccountListing listing;
  Definition definition;
  std::shared_ptr<const LoadedActivity> activity;
};

Result<DayAtHand> day_at_hand(Desk& desk, Question& question, const Ground& ground,
                              const AccountQuery& query) {
  const auto of_day =
      desk.published.accounts(desk.served.store, query.day, query.trend_days, ground.zone);
  if (!of_day) return of_day.error();
  auto listing = (*of_day)->list([&] { return question.moment(desk); }, query);
  if (!listing) return listing.error();
  const auto published = PublishedRules::load(*ground.store);
  if (!published) return published.error();
  const auto rules = published->on(listing->day);
  if (!rules) {
    return Error{ErrorKind::conflict, "something was published meanwhile; ask again"};
  }
  const auto activity = desk.published.activity(desk.served.store, rules->definition);
  if (!activity) return activity.error();
  return DayAtHand{*std::move(listing), rules->definition, *activity};
}

}  // namespace

Result<HttpReply> risk(Desk& desk, Question& question) {
  Parameters asked(question.request);
  AccountQuery query = account_query(asked);
  const std::string value = asked.text("value");
  const auto least = asked.number("least", 0, 1, 100);
  static constexpr std::array<std::string_view, 1> kStakes{"points"};
  const bool by_points = asked.word("stake", kStakes, kStakes.size()) == 0;
  const std::string account = asked.text("account");
  if (!account.empty()) query.search = account;
  const auto capacity = static_cast<std::size_t>(asked.number("capacity", 100, 1, 10'000));
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  const auto ground = ground_of(desk, question);
  if (!ground) return ground.error();
  const auto property = value.empty() ? std::nullopt : std::optional(value);
  query.properties = with_value(query.properties, property);
  auto at_hand = day_at_hand(desk, question, *ground, query);
  if (!at_hand) return at_hand.error();
  if (!account.empty()) {
    std::erase_if(at_hand->listing.accounts,
                  [&](const ListedAccount& one) { return one.id != account; });
  }
  auto report = report_risk({std::move(at_hand->listing), query.properties, property, by_points},
                            at_hand->definition, *at_hand->activity, Cores::all());
  if (!report) return report.error();
  constexpr double kHundredth = 0.01;
  std::erase_if(report->accounts, [&](const RiskOfAccount& one) {
    return one.probability < static_cast<double>(least) * kHundredth;
  });
  const std::size_t total = report->accounts.size();
  if (total > capacity)
    report->accounts.erase(report->accounts.begin() + static_cast<std::ptrdiff_t>(capacity),
                           report->accounts.end());
  Json json = risk_json(*report);
  json["total"] = total;
  return json_reply(200, json);
}

Result<HttpReply> use(Desk& desk, Question& question) {
  Parameters asked(question.request);
  const AccountQuery query = account_query(asked);
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  const auto ground = ground_of(desk, question);
  if (!ground) return ground.error();
  const auto at_hand = day_at_hand(desk, question, *ground, query);
  if (!at_hand) return at_hand.error();
  const AccountListing& listing = at_hand->listing;
  return json_reply(200, use_json(report_use(listing.accounts, at_hand->definition,
                                             *at_hand->activity, listing.day),
                                  listing.day));
}

}  // namespace tidemark::answer
