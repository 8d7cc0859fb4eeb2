//===- PassedArguments.h - What callers pass for integers -------*- C++ -*-===//
//
// A loop to `Count`, a parameter, is short if every caller in the program
// passes a small constant, or hands on a parameter of its own of which that is
// true:
//
//   PassedArguments Passed;
//   Passed.note(Call);                           // for each call in the unit
//   Passed.publish(Facts);                       // at its end
//   F.Conditions.push_back(*mayBeAtLeast(Function, Index, 5));
//
// Facts are kept per parameter, "passed-arguments"; what is handed on is solved
// when the facts of all units are joined. A parameter for which nobody is seen
// to pass anything may be anything.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_PASSEDARGUMENTS_H
#define WHET_ANALYSIS_PASSEDARGUMENTS_H

#include "whet/facts/Fact.h"
#include "whet/support/Condition.h"
#include "clang/AST/Expr.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallPtrSet.h"

namespace whet {

/// What one unit's calls pass. Calls of functions in system headers are left
/// out: nothing is ever said of these.
class PassedArguments {
public:
  /// Takes note of a call. O(arguments).
  void note(const clang::CallExpr &Call);

  /// Adds all that was noted to \p Facts.
  void publish(FactBase &Facts) const;

private:
  struct Noted {
    uint64_t Largest = 0;
    bool IsOpen = false;
    llvm::SmallPtrSet<const clang::ParmVarDecl *, 2> HandedOn;
  };
  /// By the canonical function and the parameter's index; keys are made once
  /// each, at the end.
  llvm::DenseMap<std::pair<const clang::FunctionDecl *, unsigned>, Noted> Notes;
  llvm::DenseMap<const clang::FunctionDecl *, bool> IsInSystemHeader;
};

/// The condition that parameter \p Index of \p F may be \p Least or more;
/// nothing if the function has no name that units share.
std::optional<Condition> mayBeAtLeast(const clang::FunctionDecl &F,
                                      unsigned Index, uint64_t Least);

} // namespace whet

#endif // WHET_ANALYSIS_PASSEDARGUMENTS_H
