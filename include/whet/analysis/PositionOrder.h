//===- PositionOrder.h - Lists and bindings that follow fields --*- C++ -*-===//
//
// Lists name fields by their position, and so do structured bindings. When
// fields change places, what a list has for them changes places, too:
//
//   Token T{true, 12, "for"};         // Token{12, "for", true}
//   Token T{.Kind = 1, .Text = S};    // C++20 wants the order of declaration
//   auto [Kind, Text] = T;            // auto [Text, Kind] = T
//
//   for (const PositionalUse &Use : Uses)
//     Rewriting R = orderPositions(Use, Order);
//
// What a list leaves out stays left out at its end, and is `{}` elsewhere.
// Values are computed from left to right: those whose order may be noticed do
// not change places. Nor do lists that leave out inner braces, that come from a
// macro, or that stand for other types in other instantiations of a template.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_POSITIONORDER_H
#define WHET_ANALYSIS_POSITIONORDER_H

#include "whet/analysis/FieldTexts.h"
#include "clang/AST/ExprCXX.h"

namespace whet {

/// A place that names fields of one record by their position; one of \p List,
/// its semantic form, \p Parens and \p Binding.
struct PositionalUse {
  const clang::CXXRecordDecl *Record = nullptr;
  const clang::InitListExpr *List = nullptr;
  const clang::CXXParenListInitExpr *Parens = nullptr;
  const clang::DecompositionDecl *Binding = nullptr;
  /// Its text may stand for something else in another instantiation.
  bool IsOfTemplate = false;

  clang::SourceLocation location() const;
};

/// What the text of \p Use needs for the fields of its record to be in the
/// order \p Fields. At most one edit. O(n^2) in the fields.
Rewriting orderPositions(const PositionalUse &Use,
                         llvm::ArrayRef<const clang::FieldDecl *> Fields,
                         const clang::ASTContext &Ctx);

} // namespace whet

#endif // WHET_ANALYSIS_POSITIONORDER_H
