#include "scoring/level_ladder.h"

#include <gtest/gtest.h>

#include "scoring/display.h"

namespace tidemark {
namespace {

Window window_of(std::int64_t milli_points) { return {Points{milli_points}, Points{}, 1, 1}; }

constexpr Seniority kSettled{40, true};

TEST(MostPointsShownAs, is_the_last_before_the_display_moves_on) {
  for (const std::int64_t reference : {1, 7, 999, 20'000, 126'400}) {
    for (int shown = 0; shown < 100; ++shown) {
      const Points most = most_points_shown_as(shown, Points{reference});
      EXPECT_LE(display_of(most, Points{reference}), shown);
      EXPECT_GT(display_of(most + Points{1}, Points{reference}), shown);
    }
  }
}

TEST(LevelLadder, by_bands_reads_the_rounded_tenths) {
  Definition definition;
  definition.levels.by = LevelsBy::bands;
  definition.fixed_reference = Points{20'000};
  const LevelLadder ladder(definition, std::nullopt);
  for (std::int64_t milli_points = 0; milli_points < 200'000; milli_points += 37) {
    const int tenths = (display_of(Points{milli_points}, Points{20'000}) + 5) / 10;
    EXPECT_EQ(ladder.level_of(window_of(milli_points), kSettled), tenths <= 3   ? Level::low
                                                                  : tenths <= 6 ? Level::medium
                                                                                : Level::high)
        << milli_points;
    // From low one rises beyond 15 % more than the band's last value: 34 · 1.15 = 39.1.
    const int shown = display_of(Points{milli_points}, Points{20'000});
    const Level risen = ladder.level_from(Level::low, window_of(milli_points), kSettled);
    EXPECT_EQ(risen == Level::low, shown <= 39) << milli_points;
  }
}

TEST(LevelLadder, by_bands_can_always_be_climbed_to_the_top) {
  Definition definition;
  definition.levels = {LevelsBy::bands, 8, 9, {}, {}, 100, 3, Recalibrate::monthly};
  definition.fixed_reference = Points{1'000};
  const LevelLadder ladder(definition, std::nullopt);
  EXPECT_EQ(ladder.level_from(Level::low, window_of(1'000'000), kSettled), Level::high);
}

TEST(LevelLadder, by_fixed_cuts_needs_no_calibration) {
  Definition definition;
  definition.levels.by = LevelsBy::fixed;
  definition.levels.fixed_low = Points{12'000};
  definition.levels.fixed_high = Points{80'000};
  definition.levels.rise_percent = 0;
  const LevelLadder ladder(definition, std::nullopt);
  EXPECT_EQ(ladder.level_of(window_of(12'000), kSettled), Level::low);
  EXPECT_EQ(ladder.level_from(Level::low, window_of(12'001), kSettled), Level::medium);
  EXPECT_EQ(ladder.level_from(Level::medium, window_of(80'001), kSettled), Level::high);
  EXPECT_FALSE(reference_of(definition, std::nullopt));
}

TEST(LevelLadder, holds_back_who_has_not_finished_onboarding) {
  const LevelLadder ladder(Cuts{Points{8'000}, Points{6'000}, Points{20'000}});
  EXPECT_EQ(ladder.level_of(window_of(50'000), {200, false}), Level::medium);
  EXPECT_EQ(ladder.level_of(window_of(6'000), {200, false}), Level::low);
  EXPECT_EQ(ladder.level_of(window_of(50'000), {200, true}), Level::high);
}

}  // namespace
}  // namespace tidemark
