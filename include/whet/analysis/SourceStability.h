//===- SourceStability.h - Whether what was copied stays --------*- C++ -*-===//
//
// A reference sees what happens to its referent; a copy does not. Whether what
// an expression denotes (an element, a member) stays as it is while a piece of
// code runs:
//
//   SourceStability Stability(Index, Writes);
//   SourceState S = Stability.during(*Element, {Loop->getBody()});
//   if (S.Kind == SourceState::Stable) ...    // a reference would do
//   else S.Where                              // `Items.erase(It)`
//
// A local that nobody else refers to changes only where it is named. For
// everything else, a write to an object that the source may be a part of is a
// change, and so is such a write in a function that is called; what is called
// and not known may do anything.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_SOURCESTABILITY_H
#define WHET_ANALYSIS_SOURCESTABILITY_H

#include "whet/analysis/BodyIndex.h"
#include "whet/analysis/OutsideWrites.h"

namespace whet {

struct SourceState {
  enum StateKind { Stable, Unknown, Changes };
  StateKind Kind = Stable;
  /// What changes it, or may; invalid if it is stable.
  clang::SourceLocation Where;
};

class SourceStability {
public:
  SourceStability(const BodyIndex &Index, OutsideWrites &Writes)
      : Index(Index), Writes(Writes) {}

  /// \p Source denotes storage; \p Region is code of the same function. Objects
  /// of type \p Iterated, unless it is null, are not written by way of their
  /// members: whoever iterates over a container and goes on cannot have changed
  /// it. Linear in the region, in what it calls, and in the uses of the
  /// source's variable.
  SourceState during(const clang::Expr &Source,
                     llvm::ArrayRef<const clang::Stmt *> Region,
                     clang::QualType Iterated = clang::QualType());

private:
  SourceState ofLocal(const clang::VarDecl &Local, clang::QualType T,
                      llvm::ArrayRef<const clang::Stmt *> Region,
                      clang::QualType Iterated);
  SourceState ofOthers(clang::QualType T,
                       llvm::ArrayRef<const clang::Stmt *> Region,
                       clang::QualType Iterated, bool MayBeLocal);

  const BodyIndex &Index;
  OutsideWrites &Writes;
};

} // namespace whet

#endif // WHET_ANALYSIS_SOURCESTABILITY_H
