//===- FieldTexts.h - Declarations of fields that change places -*- C++ -*-===//
//
// The edit that brings the fields of a record into another order: whole lines
// move, each declaration with its attributes, with the comment above it and the
// one behind it. All else stays where it is: methods, access specifiers, blank
// lines.
//
//   Rewriting R = moveFields(Record, Order);
//   if (R.Problem) ... R.Problem->Where ... R.Problem->What ...
//
// Where the text does not allow for that, the problem says why: a declaration
// shares its lines with others, a preprocessor directive or a macro is among
// the fields, a field would come to be in another access section, or under a
// comment that is about others.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_FIELDTEXTS_H
#define WHET_ANALYSIS_FIELDTEXTS_H

#include "whet/support/Edit.h"
#include "clang/AST/DeclCXX.h"

namespace whet {

/// Edits, or what is in their way. Neither, if nothing has to be changed.
struct Rewriting {
  struct Obstacle {
    clang::SourceLocation Where;
    /// Completes "no fix: ".
    std::string What;
  };

  Edits Changes;
  std::optional<Obstacle> Problem;
};

/// Moves the declarations of \p Record's fields into the order \p Fields, which
/// are all of them. One edit. O(n) in the text from the first to the last
/// field, O(n^2) in the fields.
Rewriting moveFields(const clang::CXXRecordDecl &Record,
                     llvm::ArrayRef<const clang::FieldDecl *> Fields);

} // namespace whet

#endif // WHET_ANALYSIS_FIELDTEXTS_H
