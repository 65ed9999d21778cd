#include "wire/timestamp.h"

#include <gtest/gtest.h>

namespace tidemark {
namespace {

struct Reading {
  const char* written;
  const char* read;
};

TEST(ParseTimestamp, reads_what_logs_write) {
  const Reading readings[] = {
      {"2026-03-02T09:00:00Z", "2026-03-02T09:00:00Z"},
      {"2026-03-02T09:00:00", "2026-03-02T09:00:00Z"},
      {"2026-03-02 09:00:00", "2026-03-02T09:00:00Z"},
      {"2026-03-02 09:00", "2026-03-02T09:00:00Z"},
      {"2026-03-02", "2026-03-02T00:00:00Z"},
      {" 2026-03-02T09:00:00z ", "2026-03-02T09:00:00Z"},
      {"2026-03-02T09:00:00.5Z", "2026-03-02T09:00:00.500Z"},
      {"2026-03-02T09:00:00,123456789Z", "2026-03-02T09:00:00.123456Z"},
      {"2026-03-02T09:00:00+01:00", "2026-03-02T08:00:00Z"},
      {"2026-03-02T09:00:00-0530", "2026-03-02T14:30:00Z"},
      {"2026-03-02 09:00:00+00", "2026-03-02T09:00:00Z"},
      {"2026-03-02 09:00:00 UTC", "2026-03-02T09:00:00Z"},
      {"2026-03-02 09:00:00.000000 +0100", "2026-03-02T08:00:00Z"},
      {"2026/03/02 09:00:00", "2026-03-02T09:00:00Z"},
      {"20260302T090000Z", "2026-03-02T09:00:00Z"},
      {"20260302", "2026-03-02T00:00:00Z"},
      {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
      {"9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"},
      {"1772442000", "2026-03-02T09:00:00Z"},
      {"1772442000.25", "2026-03-02T09:00:00.250Z"},
      {"1772442000123", "2026-03-02T09:00:00.123Z"},
      {"1772442000123456", "2026-03-02T09:00:00.123456Z"},
      {"1772442000123456789", "2026-03-02T09:00:00.123456Z"},
      {"946684800", "2000-01-01T00:00:00Z"},
  };
  for (const auto& [written, read] : readings) {
    const auto instant = parse_timestamp(written);
    ASSERT_TRUE(std::holds_alternative<Instant>(instant)) << written;
    EXPECT_EQ(timestamp_text(std::get<Instant>(instant)), read) << written;
  }
}

TEST(ParseTimestamp, says_why_not) {
  const std::pair<const char*, RejectReason> refusals[] = {
      {"", RejectReason::missing_time},
      {"   ", RejectReason::missing_time},
      {"03/04/2026", RejectReason::ambiguous_time},
      {"3/4/26 10:00", RejectReason::ambiguous_time},
      {"03.04.2026 09:00", RejectReason::ambiguous_time},
      {"01-02-2026", RejectReason::ambiguous_time},
      {"yesterday", RejectReason::unreadable_time},
      {"2026-02-30", RejectReason::unreadable_time},
      {"2026-03-02T25:00:00Z", RejectReason::unreadable_time},
      {"2026-03-02T09:60:00Z", RejectReason::unreadable_time},
      {"2026-03-02T09:00:60Z", RejectReason::unreadable_time},
      {"2026-03-02T09:00:00.Z", RejectReason::unreadable_time},
      {"2026-03-02T09:00:00Zulu", RejectReason::unreadable_time},
      {"2026-03-02T09:00:00+1", RejectReason::unreadable_time},
      {"2026-03", RejectReason::unreadable_time},
      {"-1772442000", RejectReason::unreadable_time},
      {"17724420001", RejectReason::unreadable_time},
      {"99999999999999999999", RejectReason::unreadable_time},
      {"Mon, 02 Mar 2026 09:00:00 GMT", RejectReason::unreadable_time},
  };
  for (const auto& [written, reason] : refusals) {
    const auto instant = parse_timestamp(written);
    ASSERT_TRUE(std::holds_alternative<RejectReason>(instant)) << written;
    EXPECT_EQ(std::get<RejectReason>(instant), reason) << written;
  }
}

}  // namespace
}  // namespace tidemark
