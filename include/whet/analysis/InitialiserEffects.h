//===- InitialiserEffects.h - What an initialiser may notice ----*- C++ -*-===//
//
// Initialisers of one object run one after the other. Where they change places,
// a program may behave in another way: what one takes another mentions, what
// one calls may write what another reads.
//
//   InitialiserEffects First = effectsOf(*A);
//   InitialiserEffects Second = effectsOf(*B);
//   if (First.mayNotice(Second)) ...       // they have to stay in order
//
// What is not known may do anything. Fields of the object itself are named, and
// left to the caller: only it knows which initialiser is of which field.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_INITIALISEREFFECTS_H
#define WHET_ANALYSIS_INITIALISEREFFECTS_H

#include "clang/AST/Decl.h"
#include "clang/AST/Stmt.h"
#include "llvm/ADT/SmallPtrSet.h"

namespace whet {

struct InitialiserEffects {
  /// Fields of the object that it mentions.
  llvm::SmallPtrSet<const clang::FieldDecl *, 4> Fields;
  /// Variables that it mentions, and those that it may change.
  llvm::SmallPtrSet<const clang::VarDecl *, 4> Mentioned;
  llvm::SmallPtrSet<const clang::VarDecl *, 4> Taken;
  /// Any field may be read.
  bool HandsItOn = false;
  /// It runs code that may do anything.
  bool IsOpaque = false;
  /// It reads what other code may write.
  bool ReadsMemory = false;

  /// Whether either may see that the other ran first. Symmetric.
  bool mayNotice(const InitialiserEffects &Other) const;
};

/// Whether constructors of a \p T do nothing but fill the object from constants
/// and from what they are given. Copies and moves are not asked for.
bool onlyFillsItself(clang::QualType T);

/// O(n) in the size of \p Init, and of the constructors that it calls.
InitialiserEffects effectsOf(const clang::Stmt &Init);

} // namespace whet

#endif // WHET_ANALYSIS_INITIALISEREFFECTS_H
