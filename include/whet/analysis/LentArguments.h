//===- LentArguments.h - What callers lend to members -----------*- C++ -*-===//
//
// Whether what a parameter refers or points to is private to the caller's
// thread, whoever calls:
//
//   collectLentArguments(Context, Locks, Private, Facts);   // one walk
//   if (std::optional<Condition> C = isLentPrivately(Parameter)) ...
//
// It is if all callers, in whatever file, pass temporaries, constants, locals
// whose address nobody has, or what they have been lent that way themselves.
//
// Facts are kept per parameter of members of classes with a mutex,
// "lent-arguments". Virtual functions are called by names of their bases, and
// functions whose address is taken by who knows whom: nothing is said of these.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_LENTARGUMENTS_H
#define WHET_ANALYSIS_LENTARGUMENTS_H

#include "whet/analysis/LockModels.h"
#include "whet/analysis/PrivateWork.h"
#include "whet/facts/Fact.h"
#include "whet/support/Condition.h"
#include "clang/AST/Decl.h"

namespace whet {

/// Adds what the unit's functions lend. O(n) in what is not of system headers.
void collectLentArguments(clang::ASTContext &Ctx, LockModels &Locks,
                          PrivateWork &Private, FactBase &Facts);

/// The condition, on a fix's safety, that what \p P leads to is private;
/// nothing if no facts are kept of it.
std::optional<Condition> isLentPrivately(const clang::ParmVarDecl &P);

} // namespace whet

#endif // WHET_ANALYSIS_LENTARGUMENTS_H
