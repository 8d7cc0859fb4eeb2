//===- LayoutReport.h - Records for people and tools ------------*- C++ -*-===//
//
// A record as `whet layout` prints it:
//
//   net::Packet, src/packet.h:12
//     offset  size
//          0     8  vptr
//          8     1  bool urgent
//                7  hole
//         16     8  double sent
//     size 24, alignment 8; 7 bytes unused
//     best 24 ...
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_LAYOUTREPORT_H
#define WHET_TOOLS_WHET_LAYOUTREPORT_H

#include "whet/analysis/RecordFacts.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/raw_ostream.h"

namespace whet {

/// "std::string Name", "base net::Header".
std::string described(const RecordPart &Part);

/// "but the order may be meant: it is packed, src/wire.h:12"
std::string described(const RecordSign &Sign, const KnownRecord &R);

/// Why the other order of \p R, that there is, is no way to go; none for most.
/// A line each.
std::vector<std::string> objections(const KnownRecord &R);

/// What else has to be known of the other order: whose code would have to
/// change, where the objects are, what it comes to elsewhere. A line each.
std::vector<std::string> remarks(const KnownRecord &R);

/// "20 -> 16 bytes"
std::string described(const RecordOnTarget &Target, const KnownRecord &R);

/// "3 bytes and 2 bits"
std::string bitCount(uint64_t Bits);

/// Bits of no part. O(n) in the parts.
uint64_t unusedBits(const KnownRecord &R);

/// Prints one record with all its parts, and the boundaries of cache lines.
void printRecord(llvm::raw_ostream &OS, const KnownRecord &R);

/// Prints one line for each record: bytes saved, size now and then, how many
/// there are, where.
void printRecordList(llvm::raw_ostream &OS,
                     llvm::ArrayRef<KnownRecord> Records);

/// Prints one JSON object on a line; docs/layout.md has its keys. Sizes are
/// bytes; of bit-fields, "bits" has the offset in the record and the width.
void printRecordJson(llvm::raw_ostream &OS, const KnownRecord &R);

} // namespace whet

#endif // WHET_TOOLS_WHET_LAYOUTREPORT_H
