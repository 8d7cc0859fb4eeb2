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
std::string described(const RecordSign &Sign, const RecordFact &R);

/// "3 bytes and 2 bits"
std::string bitCount(uint64_t Bits);

/// Bits of no part. O(n) in the parts.
uint64_t unusedBits(const RecordFact &R);

/// Prints one record with all its parts, and the boundaries of cache lines.
void printRecord(llvm::raw_ostream &OS, const RecordFact &R);

/// Prints one line for each record: bytes saved, size now and then, where.
void printRecordList(llvm::raw_ostream &OS, llvm::ArrayRef<RecordFact> Records);

/// Prints one JSON object per line: {"name", "file", "line", "column", "size",
/// "alignment", "union", "parts": [{"kind", "offset", "size", "name",
/// "type", "bits"}], "best": {"size", "moved", "proven", "fields"}}. Sizes are
/// bytes; of bit-fields, "bits" has the offset in the record and the width.
void printRecordJson(llvm::raw_ostream &OS, const RecordFact &R);

} // namespace whet

#endif // WHET_TOOLS_WHET_LAYOUTREPORT_H
