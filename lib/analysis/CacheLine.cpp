#include "whet/analysis/CacheLine.h"
#include <algorithm>
#include <cassert>

using namespace whet;

LineSharing whet::lineSharing(ByteRange A, ByteRange B, uint64_t Alignment,
                              uint64_t Line) {
  assert(Line > 0 && Alignment > 0 && A.Size > 0 && B.Size > 0);
  LineSharing Result;
  Result.Placements = std::max<uint64_t>(1, Line / Alignment);
  for (uint64_t I = 0; I < Result.Placements; ++I) {
    uint64_t Begin = I * Alignment;
    auto First = [&](ByteRange R) { return (Begin + R.Offset) / Line; };
    auto Last = [&](ByteRange R) {
      return (Begin + R.Offset + R.Size - 1) / Line;
    };
    Result.Shared += First(A) <= Last(B) && First(B) <= Last(A);
  }
  return Result;
}
