#include "wire/calibration_json.h"

#include <gtest/gtest.h>

namespace tidemark {
namespace {

TEST(CalibrationJson, comes_back_as_it_was) {
  Calibration calibration{*parse_day("2026-03-31"),
                          130,
                          457,
                          748,
                          61,
                          CutBasis::churned_median,
                          HighGuard::low_cut_and_quarter,
                          Cuts{Points{11'000}, Points{11'165}, Points{78'967}}};
  const auto read = parse_calibration(calibration_json(calibration).dump(), "c.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, calibration);

  calibration.cuts.reset();
  const auto without = parse_calibration(calibration_json(calibration).dump(), "c.json");
  ASSERT_TRUE(without);
  EXPECT_FALSE(without->cuts);
}

TEST(CalibrationJson, refuses_what_is_none) {
  for (const char* text :
       {"", "[]", "{}", R"({"day":"31 March"})", R"({"day":"2026-03-31","low_cut":5})",
        R"({"day":"2026-03-31","reference":0,"low_cut":5,"high_cut":9})",
        R"({"day":"2026-03-31","reference":1,"low_cut":10,"high_cut":9})",
        R"({"day":"2026-03-31","reference":1,"low_cut":1.5,"high_cut":9})"}) {
    const auto read = parse_calibration(text, "c.json");
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().message.substr(0, 7), "c.json:");
  }
}

}  // namespace
}  // namespace tidemark
