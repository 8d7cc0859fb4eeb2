//===- FieldRewrite.h - A new order of fields, in all files -----*- C++ -*-===//
//
// Fields move where the record is defined; constructors have to follow where
// they are defined, which other units may know only. Each unit says what it
// would edit; the condition adds the edits of all of them to the fix, or says
// what is in the way:
//
//   Rewriting R = rewriteFields(Record, Order, Facts);   // the record's own
//   publish(Facts);
//   F.Conditions.push_back(isRewrittenEverywhere(Record));
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_FIELDREWRITE_H
#define WHET_ANALYSIS_FIELDREWRITE_H

#include "whet/analysis/FieldTexts.h"
#include "whet/facts/Fact.h"
#include "whet/support/Condition.h"

namespace whet {

/// The edit of the definition of \p Record; what has to be edited elsewhere
/// goes to \p Facts.
Rewriting rewriteFields(const clang::CXXRecordDecl &Record,
                        llvm::ArrayRef<const clang::FieldDecl *> Fields,
                        FactBase &Facts);

/// On the fix: that all that has to follow can; it adds the edits.
Condition isRewrittenEverywhere(const clang::CXXRecordDecl &Record);

} // namespace whet

#endif // WHET_ANALYSIS_FIELDREWRITE_H
