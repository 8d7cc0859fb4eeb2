//===- LockedScalar.h - Mutexes that guard one scalar -----------*- C++ -*-===//
//
// Mutexes that are taken for nothing but one load, one store or one
// read-modify-write of one scalar, wherever they are taken:
//
//   int next() { std::lock_guard<std::mutex> Lock(Mu); return ++Count; }
//   int count() { std::lock_guard<std::mutex> Lock(Mu); return Count; }
//
//   for (const LockedScalar &L : collectLockedScalars(Context, Locks, Facts))
//     ... F.Conditions = {guardsOneScalar(L)};   // notes say where
//
// A section is simple if it is a block, or the rest of one, that has the one
// access and otherwise only local variables and constants: no calls, no loops.
// Any other use of the mutex, as by a condition variable, in an empty section
// or in an attribute of a function, and any other use of the scalar outside of
// construction and destruction, means that the mutex is there for more.
//
// Where all of that can be edited, an atomic takes the scalar's place:
//
//   if (std::optional<Edits> Changes = declareAtomic(L))
//     F.Conditions.push_back(canBeAtomic(L));   // brings those of all sections
//
// Facts are kept per mutex, "mutex-uses", and per scalar, "scalar-uses", for
// members of classes that are no templates and globals with internal linkage.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_LOCKEDSCALAR_H
#define WHET_ANALYSIS_LOCKEDSCALAR_H

#include "whet/analysis/LockModels.h"
#include "whet/facts/Fact.h"
#include "whet/support/Condition.h"
#include "whet/support/Edit.h"
#include "clang/AST/Decl.h"
#include <optional>
#include <string>
#include <vector>

namespace whet {

/// A mutex, and the only thing that it guards as far as one unit knows.
struct LockedScalar {
  const clang::ValueDecl *Mutex = nullptr;
  const clang::ValueDecl *Scalar = nullptr;
  std::string MutexKey;
  std::string ScalarKey;
};

/// Adds how the unit uses mutexes and scalars beside them; returns those of its
/// mutexes that it takes for one scalar only, in source order. O(n) in what is
/// not of system headers.
std::vector<LockedScalar> collectLockedScalars(clang::ASTContext &Ctx,
                                               LockModels &Models,
                                               FactBase &Facts);

/// The condition that it is so in all files of the project, in two functions or
/// more of which one writes the scalar. Notes name the accesses.
Condition guardsOneScalar(const LockedScalar &L);

/// Makes the scalar atomic and removes the mutex, where these are declared;
/// nothing if that cannot be done, or if others than those that whet sees may
/// name them: they are not private members of one class, and no globals.
std::optional<Edits> declareAtomic(const LockedScalar &L);

/// The condition on the fix that all that names the two can follow. It brings
/// the edits along.
Condition canBeAtomic(const LockedScalar &L);

} // namespace whet

#endif // WHET_ANALYSIS_LOCKEDSCALAR_H
