//===- FieldRewrite.h - A new order of fields, in all files -----*- C++ -*-===//
//
// Fields move where the record is defined; constructors, lists and structured
// bindings have to follow where they are, which other units may know only. Each
// unit says what it would edit; the condition adds the edits of all of them to
// the fix, or says what is in the way:
//
//   Rewriting R = rewriteFields(Record, Order, Uses[&Record], Facts);
//   publish(Facts);
//   F.Conditions.push_back(isRewrittenEverywhere(Record));
//
// It holds if each place that some unit has to edit was looked at by some unit
// for this order, and nothing is in the way anywhere.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_FIELDREWRITE_H
#define WHET_ANALYSIS_FIELDREWRITE_H

#include "whet/analysis/FieldTexts.h"
#include "whet/analysis/PositionOrder.h"
#include "whet/facts/Fact.h"
#include "whet/support/Condition.h"

namespace whet {

/// The edit of the definition of \p Record. What \p Uses, which are the unit's
/// places that name fields of it by position, and its constructors need goes to
/// \p Facts.
Rewriting rewriteFields(const clang::CXXRecordDecl &Record,
                        llvm::ArrayRef<const clang::FieldDecl *> Fields,
                        llvm::ArrayRef<PositionalUse> Uses, FactBase &Facts);

/// On the fix: that all that has to follow can; it adds the edits.
Condition isRewrittenEverywhere(const clang::CXXRecordDecl &Record);

} // namespace whet

#endif // WHET_ANALYSIS_FIELDREWRITE_H
