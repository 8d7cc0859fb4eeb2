//===- CacheLine.h - Whether bytes are in one cache line --------*- C++ -*-===//
//
// Two parts of an object share a cache line or do not, by where the object
// begins. What is known of that is its alignment:
//
//   LineSharing S = lineSharing({0, 8}, {8, 8}, /*Alignment=*/8, /*Line=*/64);
//   S.Shared == 7, S.Placements == 8      // not if it begins 8 before a line's
//                                         // end
//
// All numbers are bytes. Invariant: 1 <= Placements, and Shared <= Placements.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_CACHELINE_H
#define WHET_ANALYSIS_CACHELINE_H

#include <cstdint>

namespace whet {

struct ByteRange {
  uint64_t Offset = 0;
  /// At least 1.
  uint64_t Size = 1;
};

struct LineSharing {
  /// In how many of the places that an object may begin at, relative to a
  /// line, the two are in one line.
  uint64_t Shared = 0;
  uint64_t Placements = 1;

  bool isCertain() const { return Shared == Placements; }
  /// In half of them, or more.
  bool isLikely() const { return Shared * 2 >= Placements; }
};

/// Whether some byte of \p A and some byte of \p B, at offsets in an object
/// that is aligned to \p Alignment, are in one line of \p Line bytes. Both are
/// powers of two. O(Line / Alignment).
LineSharing lineSharing(ByteRange A, ByteRange B, uint64_t Alignment,
                        uint64_t Line);

} // namespace whet

#endif // WHET_ANALYSIS_CACHELINE_H
