//===- LayoutDiff.h - Which records grew ------------------------*- C++ -*-===//
//
// The records whose sizes are not what they were:
//
//   for (const RecordChange &C : changedRecords(Then, Now))
//     print(C);   // "net::Packet, packet.h:8: 64 bytes -> 72 bytes" and the
//     fields that
//                 // came, went, or take another number of bytes
//
// A record is the same one if its name is; one that is laid out in several ways
// is compared by the largest.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_LAYOUTDIFF_H
#define WHET_TOOLS_WHET_LAYOUTDIFF_H

#include "whet/analysis/RecordFacts.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/raw_ostream.h"

namespace whet {

struct RecordChange {
  KnownRecord Then;
  KnownRecord Now;
  bool grew() const { return Now.Size > Then.Size; }
};

/// What grew most comes first. O(n log n).
std::vector<RecordChange> changedRecords(llvm::ArrayRef<KnownRecord> Then,
                                         llvm::ArrayRef<KnownRecord> Now);

void printChange(llvm::raw_ostream &OS, const RecordChange &Change);

} // namespace whet

#endif // WHET_TOOLS_WHET_LAYOUTDIFF_H
