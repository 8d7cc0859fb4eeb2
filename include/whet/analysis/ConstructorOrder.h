//===- ConstructorOrder.h - Initialisers that follow the fields -*- C++ -*-===//
//
// Members are initialised in the order of their declarations, however a
// constructor lists them. When fields change places, the list has to follow
// (`-Wreorder`), and what the constructor does changes its order:
//
//   Token(std::string Text)
//       : Length(Text.size()),         // reads Text before
//         Text(std::move(Text)) {}     // this one takes it
//
//   Rewriting R = orderInitialisers(Constructor, Order);
//   if (R.Problem) ...                 // "'Length' is initialised before
//   'Text'"
//
// Two initialisers may change places if none reads the other's field or hands
// the object on, none takes what the other mentions, and at most one of them
// does what the other may notice. What is not known may be that.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_CONSTRUCTORORDER_H
#define WHET_ANALYSIS_CONSTRUCTORORDER_H

#include "whet/analysis/FieldTexts.h"

namespace whet {

/// What \p Constructor, a definition, needs for its class's fields to be in the
/// order \p Fields. O(n^2) in its initialisers.
Rewriting orderInitialisers(const clang::CXXConstructorDecl &Constructor,
                            llvm::ArrayRef<const clang::FieldDecl *> Fields);

} // namespace whet

#endif // WHET_ANALYSIS_CONSTRUCTORORDER_H
