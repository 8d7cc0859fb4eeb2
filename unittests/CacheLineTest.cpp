//===- CacheLineTest.cpp - Whether bytes are in one cache line ------------===//
#include "whet/analysis/CacheLine.h"
#include "gtest/gtest.h"

using namespace whet;

namespace {

// The definition, byte by byte.
LineSharing byBytes(ByteRange A, ByteRange B, uint64_t Alignment,
                    uint64_t Line) {
  LineSharing S{0, Alignment < Line ? Line / Alignment : 1};
  for (uint64_t I = 0; I < S.Placements; ++I) {
    bool IsShared = false;
    for (uint64_t X = 0; X < A.Size; ++X)
      for (uint64_t Y = 0; Y < B.Size; ++Y)
        IsShared |= (I * Alignment + A.Offset + X) / Line ==
                    (I * Alignment + B.Offset + Y) / Line;
    S.Shared += IsShared;
  }
  return S;
}

TEST(CacheLine, NeighboursInAnObjectOfTheirAlignment) {
  LineSharing S = lineSharing({0, 8}, {8, 8}, 8, 64);
  EXPECT_EQ(S.Shared, 7U);
  EXPECT_EQ(S.Placements, 8U);
  EXPECT_FALSE(S.isCertain());
  EXPECT_TRUE(S.isLikely());
}

TEST(CacheLine, AlignmentMakesItCertain) {
  EXPECT_TRUE(lineSharing({0, 8}, {8, 8}, 16, 64).isCertain());
  EXPECT_TRUE(lineSharing({0, 8}, {56, 8}, 64, 64).isCertain());
  EXPECT_EQ(lineSharing({56, 8}, {64, 8}, 64, 64).Shared, 0U);
  EXPECT_EQ(lineSharing({56, 8}, {64, 8}, 128, 64).Shared, 0U);
}

TEST(CacheLine, FarIsNotLikely) {
  EXPECT_TRUE(lineSharing({0, 8}, {32, 8}, 8, 64).isLikely());
  EXPECT_FALSE(lineSharing({0, 8}, {40, 8}, 8, 64).isLikely());
}

TEST(CacheLine, AgreesWithTheDefinition) {
  for (uint64_t Alignment = 1; Alignment <= 128; Alignment *= 2)
    for (uint64_t Offset = 0; Offset < 160; Offset += 3)
      for (uint64_t Size : {1, 4, 8, 40}) {
        ByteRange A{5, Size};
        ByteRange B{5 + Size + Offset, 8};
        EXPECT_EQ(lineSharing(A, B, Alignment, 64).Shared,
                  byBytes(A, B, Alignment, 64).Shared)
            << Alignment << ' ' << Offset << ' ' << Size;
      }
}

} // namespace
