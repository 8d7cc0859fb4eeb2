//===- ProgressTest.cpp - What is left of a run ---------------------------===//
#include "Progress.h"
#include "gtest/gtest.h"

using namespace whet;

TEST(RemainingTime, KnowsNothingAtFirst) {
  RemainingTime Time({1, 2, -1}, 2);
  EXPECT_FALSE(Time.seconds());
}

TEST(RemainingTime, ScalesWhatWasKnownByWhatIsSeen) {
  RemainingTime Time({1, 2, 3}, 1);
  // Twice as slow as it was.
  Time.finished(0, 2);
  EXPECT_DOUBLE_EQ(*Time.seconds(), 10);
  Time.finished(1, 4);
  EXPECT_DOUBLE_EQ(*Time.seconds(), 6);
  Time.finished(2, 6);
  EXPECT_DOUBLE_EQ(*Time.seconds(), 0);
}

TEST(RemainingTime, TakesTheMeanForWhatIsNotKnown) {
  RemainingTime Time({-1, -1, -1, 1}, 2);
  Time.finished(0, 3);
  // Two of three seconds, and one that is known, on two workers.
  EXPECT_DOUBLE_EQ(*Time.seconds(), 3.5);
}

TEST(ProgressText, IsShort) {
  EXPECT_EQ(progressText({120, 500, 37, 200.0}),
            "120/500 files, 37 findings, about 3 min left");
  EXPECT_EQ(progressText({1, 2, 1, 0.2}),
            "1/2 files, 1 finding, about 1 s left");
  EXPECT_EQ(progressText({2, 2, 1, 0.0}), "2/2 files, 1 finding");
  EXPECT_EQ(progressText({0, 1, 0, std::nullopt}), "0/1 file, 0 findings");
}
