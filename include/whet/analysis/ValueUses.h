//===- ValueUses.h - What becomes of a value --------------------*- C++ -*-===//
//
// Whether a variable that holds a value of its own (a parameter, a loop
// variable, a local, a structured binding) would compile and mean the same as a
// reference to const, and if not, which use is in the way:
//
//   ValueUses Uses = valueUses(Parameter, Index);
//   if (Uses.Fate == ValueFate::OnlyRead) ...        // const T & would do
//   else Uses.Because                                // `S += ","`
//
// Uses through what a use hands out are followed: a non-const overload with a
// const twin (`M.find(K)`, `V.begin()`, `V[0]`) is a read if its result is, and
// so is a local reference, iterator or loop over the value.
//
// Not asked here: whether what the reference would refer to stays as it is
// while the variable lives. Only bodies that were instantiated say anything;
// whatever is not understood is ValueFate::Unknown.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_VALUEUSES_H
#define WHET_ANALYSIS_VALUEUSES_H

#include "whet/analysis/BodyIndex.h"

namespace whet {

/// From the weakest claim on the value to the strongest.
enum class ValueFate {
  /// A reference to const would do.
  OnlyRead,
  /// It is used in a way that was not understood.
  Unknown,
  /// Something may refer to it after its scope ends, or holds a copy that takes
  /// over its role: a closure's capture, a reference that is returned.
  Kept,
  /// Moved from, forwarded, or returned, which moves.
  Consumed,
  /// Assigned, or lent to what may change it.
  Changed
};

/// A place where the whole value is copied into another object of its type:
/// `Name_(Name)`, `Name_ = Name`, `List.push_back(Name)`.
struct ValueCopy {
  /// The value, as an operand of what copies it.
  const clang::Expr *Value = nullptr;
  const clang::Expr *Copying = nullptr;
};

struct ValueUses {
  ValueFate Fate = ValueFate::OnlyRead;
  /// The first use that makes the fate what it is; null for OnlyRead.
  const clang::Expr *Because = nullptr;
  /// In source order; these are reads.
  llvm::SmallVector<ValueCopy, 2> Copies;
  /// All uses but those in unevaluated operands.
  unsigned Count = 0;
};

/// What one use makes of the value.
ValueFate fateOf(const Use &U, const BodyIndex &Index);

/// What \p Construct makes its object from, if that is one of the same type: a
/// copy or a move, by whatever constructor. Null otherwise.
const clang::Expr *sameTypeSource(const clang::CXXConstructExpr &Construct);

/// The overload of \p Method that a const object would choose: `begin() const`
/// of `begin()`. Null if none takes the same parameters.
const clang::CXXMethodDecl *constTwin(const clang::CXXMethodDecl &Method);

/// Looks at all uses of \p V in the body of \p Index, lambdas included. Linear
/// in the uses of \p V and of the locals that refer into it.
ValueUses valueUses(const clang::VarDecl &V, const BodyIndex &Index);

} // namespace whet

#endif // WHET_ANALYSIS_VALUEUSES_H
