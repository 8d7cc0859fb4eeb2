//===- TripCount.h - How often a loop runs ----------------------*- C++ -*-===//
//
// The trip count of a loop, as an expression that can be written in front of
// the loop:
//
//   for (const T &X : In)             In.size()
//   for (int I = 0; I < 10; ++I)      10
//   for (It I = V.begin(); I != V.end(); ++I)    V.size()
//   while (N-- > 0)                   N
//
// A trip count is known only if the loop's bound is invariant in the loop,
// cheap and free of side effects; all else is unknown, which is a normal
// answer. Whether the loop may be left early, by break or return, is not part
// of its trip count: see Loop::MayLeaveEarly.
//
// A Quantity is such an expression. It may be known and yet not be *writable*:
// its value may be negative (and would become huge as a size), or its text may
// come from a macro or need a name that is declared in the loop itself.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_TRIPCOUNT_H
#define WHET_ANALYSIS_TRIPCOUNT_H

#include "whet/analysis/BodyIndex.h"
#include <optional>
#include <string>

namespace whet {

struct Quantity {
  std::optional<uint64_t> Constant;
  /// The expression as a person would write it; for a message it is always
  /// good enough, for a fix only if Writable.
  std::string Text;
  bool Writable = true;
  /// Whether Text is a sum or a difference, which needs parentheses in a
  /// product.
  bool IsSum = false;
  /// Whether Text has a signed integer type.
  bool IsSigned = false;
  /// Whether it is a constant or the size of something that exists. Any other
  /// number may come from outside, and be larger than memory.
  bool IsSizeOfSomething = true;
  /// Whether the value may be more than the trips that the loop makes.
  bool IsUpperBound = false;
  /// The storage that the expression reads.
  llvm::SmallVector<AccessPath, 2> Reads;

  static Quantity constant(uint64_t Value);
};

/// The product and the sum; constants fold. Reads are united.
Quantity product(const Quantity &A, const Quantity &B);
Quantity sum(const Quantity &A, const Quantity &B);

/// The trip count of \p L. O(uses of the names in the loop's header).
std::optional<Quantity> tripCount(const Loop &L, const BodyIndex &Index);

/// The number of elements of \p Range, an lvalue that is cheap to denote again:
/// `In`, `this->Rows`, `Table[I]`, `Request.headers()`, an array.
std::optional<Quantity> rangeSize(const clang::Expr &Range,
                                  const BodyIndex &Index);

/// The number of elements in [\p First, \p Last): `V.begin()`, `V.end()`, or
/// two random-access iterators.
std::optional<Quantity> rangeSize(const clang::Expr &First,
                                  const clang::Expr &Last,
                                  const BodyIndex &Index);

/// \p Count as the number it is before \p Where is executed. Nothing if it is
/// not cheap or has side effects.
std::optional<Quantity> countValue(const clang::Expr &Count,
                                   const BodyIndex &Index);

/// Whether nothing in \p Region may change what \p Q reads.
bool isInvariantIn(const Quantity &Q, const clang::Stmt &Region,
                   const BodyIndex &Index);

/// Whether all that \p Q reads is declared before \p S.
bool isVisibleBefore(const Quantity &Q, const clang::Stmt &S,
                     const BodyIndex &Index);

} // namespace whet

#endif // WHET_ANALYSIS_TRIPCOUNT_H
