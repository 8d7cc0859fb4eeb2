//===- LayoutIntent.h - Signs that an order of fields is meant --*- C++ -*-===//
//
// A record whose bytes somebody else reads, or that was padded by hand, says so
// in most cases:
//
//   struct [[gnu::packed]] Header { char Kind; uint32_t Length; };
//   struct Slot { alignas(64) std::atomic<int> Head; int Count; };
//   struct Event { char Kind; char Reserved[3]; int Value; char Last; };
//   // whet: frozen
//   struct Message { ... };
//
//   for (const IntentSign &Sign : signsOfIntent(Record))
//     ... Sign.What ... Sign.Where ...     // "it is packed"
//
// All of it is in the record itself. What code elsewhere relies on is another
// question.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_LAYOUTINTENT_H
#define WHET_ANALYSIS_LAYOUTINTENT_H

#include "clang/AST/DeclCXX.h"
#include "llvm/ADT/StringRef.h"
#include <vector>

namespace whet {

struct IntentSign {
  clang::SourceLocation Where;
  /// Completes "the order of its fields is meant: ".
  llvm::StringLiteral What;
};

/// The signs in \p Record, which is complete, in no particular order; one of
/// each kind. O(n) in its fields.
std::vector<IntentSign> signsOfIntent(const clang::CXXRecordDecl &Record);

} // namespace whet

#endif // WHET_ANALYSIS_LAYOUTINTENT_H
