#include "deliver/verdict.h"

#include <gtest/gtest.h>

#include "wire/json.h"

namespace tidemark {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using enum DestinationKind;

// Saturday 6 Nov 2027 11:33:20 UTC
constexpr Instant kNow{seconds{1'825'500'800}};

struct Case {
  std::string what;
  DestinationKind kind;
  int status;
  std::vector<std::pair<std::string, std::string>> headers;
  int before;
  std::size_t deliveries;
  Fate fate;
  milliseconds wait;
};

const std::vector<Case> kCases = {
    {"taken", webhook, 204, {}, 0, 1, Fate::delivered, {}},
    {"taken in part is read item by item", hubspot, 207, {}, 0, 100, Fate::delivered, {}},
    {"no redirection is followed", webhook, 302, {}, 0, 1, Fate::pause, {}},
    {"one bad item refuses a batch", hubspot, 400, {}, 0, 100, Fate::split, {}},
    {"a bad item alone", hubspot, 400, {}, 0, 1, Fate::dead, {}},
    {"what a receiver does not understand", webhook, 422, {}, 0, 1, Fate::dead, {}},
    {"a message Slack cannot read", slack, 400, {}, 0, 1, Fate::dead, {}},
    {"nobody is let in", hubspot, 401, {}, 0, 100, Fate::pause, {}},
    {"not allowed", hubspot, 403, {}, 0, 100, Fate::pause, {}},
    {"a channel that is gone", slack, 404, {}, 0, 1, Fate::pause, {}},
    {"an endpoint that wants no more", webhook, 410, {}, 0, 1, Fate::pause, {}},
    {"too much, without a word", webhook, 429, {}, 0, 1, Fate::retry, seconds{5}},
    {"too much, seconds", hubspot, 429, {{"retry-after", "17"}}, 3, 100, Fate::retry, seconds{17}},
    {"too much, a date",
     hubspot,
     429,
     {{"retry-after", "Sat, 06 Nov 2027 11:34:20 GMT"}},
     0,
     1,
     Fate::retry,
     minutes{1}},
    {"too much, an instant",
     hubspot,
     429,
     {{"x-ratelimit-reset", "1825500830"}},
     0,
     1,
     Fate::retry,
     seconds{30}},
    {"too much, until the window ends",
     hubspot,
     429,
     {{"ratelimit-reset", "9"}},
     0,
     1,
     Fate::retry,
     seconds{9}},
    {"a date that is over",
     hubspot,
     503,
     {{"retry-after", "Sat, 06 Nov 2027 11:00:00 GMT"}},
     0,
     1,
     Fate::retry,
     seconds{1}},
    {"a wait nobody means",
     hubspot,
     429,
     {{"retry-after", "99999999999"}},
     0,
     1,
     Fate::retry,
     hours{24}},
    {"a header that says nothing",
     hubspot,
     429,
     {{"retry-after", "soon"}},
     0,
     1,
     Fate::retry,
     seconds{1}},
    {"broken for a moment", hubspot, 500, {}, 0, 1, Fate::retry, seconds{1}},
    {"broken again", hubspot, 502, {}, 4, 1, Fate::retry, seconds{16}},
    {"broken for long", hubspot, 503, {}, 60, 1, Fate::retry, minutes{15}},
    {"broken for days", hubspot, 503, {}, 400, 1, Fate::dead, {}},
    {"a webhook the second time", webhook, 500, {}, 1, 1, Fate::retry, minutes{5}},
    {"a webhook the last time", webhook, 500, {}, 8, 1, Fate::retry, hours{24}},
    {"a webhook after three days", webhook, 500, {}, 9, 1, Fate::dead, {}},
    {"no answer", hubspot, 0, {}, 2, 100, Fate::retry, seconds{4}},
};

TEST(Verdict, is_by_the_status_and_what_stands_beside_it) {
  for (const Case& one : kCases) {
    const HttpReply reply{one.status, "", "so it says", one.headers};
    const Attempt attempt{
        one.kind, one.status == 0 ? nullptr : &reply, "no answer", one.before, one.deliveries, 1,
        kNow};
    const Verdict verdict = judge(attempt);
    EXPECT_EQ(verdict.fate, one.fate) << one.what;
    EXPECT_EQ(verdict.wait, one.wait) << one.what;
    EXPECT_EQ(verdict.problem.empty(), one.fate == Fate::delivered) << one.what;
  }
}

TEST(Verdict, holds_the_destination_for_what_was_asked_or_was_too_much) {
  const auto hold = [&](int status, std::vector<std::pair<std::string, std::string>> headers) {
    const HttpReply reply{status, "", "", std::move(headers)};
    return judge({webhook, &reply, "", 1, 1, 1, kNow}).hold;
  };
  EXPECT_EQ(hold(429, {}), minutes{5});
  EXPECT_EQ(hold(503, {{"retry-after", "17"}}), seconds{17});
  EXPECT_EQ(hold(503, {}), seconds{0});
  EXPECT_EQ(hold(204, {}), seconds{0});
  // The last attempt of one thing: the others still wait as they were asked to.
  const HttpReply last{429, "", "", {{"retry-after", "17"}}};
  EXPECT_EQ(judge({webhook, &last, "", 9, 1, 1, kNow}).hold, seconds{17});
}

TEST(Verdict, spreads_waits_and_never_halves_what_was_asked_for) {
  HttpReply reply{500, "", "", {}};
  const auto wait = [&](double jitter) {
    return judge({hubspot, &reply, "", 3, 1, jitter, kNow}).wait;
  };
  EXPECT_EQ(wait(0), seconds{4});
  EXPECT_EQ(wait(0.5), seconds{6});
  reply.headers = {{"retry-after", "20"}};
  EXPECT_EQ(wait(0), seconds{20});
}

TEST(Verdict, keeps_the_words_of_the_other_end_on_one_line) {
  const HttpReply reply{422, "", "a\nb" + std::string(1'000, 'x'), {}};
  const Verdict verdict = judge({webhook, &reply, "", 0, 1, 0, kNow});
  EXPECT_TRUE(verdict.problem.starts_with("HTTP 422: a b"));
  EXPECT_LT(verdict.problem.size(), 400U);
}

TEST(Verdict, keeps_words_that_fit_into_a_report) {
  std::string cut(299, 'x');
  cut.append("ü");
  for (const std::string_view words :
       {std::string_view("\xFF\xFE"), std::string_view("\xC3"), std::string_view(cut)}) {
    const HttpReply reply{422, "", std::string(words), {}};
    const Verdict verdict = judge({webhook, &reply, "", 0, 1, 0, kNow});
    EXPECT_NO_THROW((void)Json(verdict.problem).dump()) << words.size();
  }
}

}  // namespace
}  // namespace tidemark
