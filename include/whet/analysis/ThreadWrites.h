//===- ThreadWrites.h - Which threads write which fields --------*- C++ -*-===//
//
// Whether two fields are written independently: by different threads, neither
// of which writes the other one. Adjacent fields say nothing of that; what code
// does with them does, and it may be in any unit:
//
//   collectThreadWrites(Context, Facts);       // one walk over the unit
//   publish(Facts);
//   F.Conditions = {areWrittenApart(Keys)};    // notes name who writes
//
// What counts, all of it positive evidence:
//
//   Threads   A is written again and again by what only a certain thread runs:
//             a function or lambda that starts it, and what that alone calls;
//             B by what only another thread runs, or no thread that is started.
//   Indices   A and B are atomics that lead to elements or nodes; functions
//   that
//             advance the one never write the other: the two ends of a queue.
//   Locks     A is written under one lock of the record always, B under another
//             one, both step by step, and no function takes both locks.
//
// Constructors, destructors and assignments, which have an object to
// themselves, and stores of constants, as in `Stop = true`, are no writes here.
//
// Facts are kept per field, "thread-writes", and per function, "thread-calls":
// who calls what has a part in this, and which functions start threads.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_THREADWRITES_H
#define WHET_ANALYSIS_THREADWRITES_H

#include "whet/facts/Fact.h"
#include "whet/support/Condition.h"
#include "clang/AST/DeclCXX.h"
#include "llvm/ADT/ArrayRef.h"
#include <string>

namespace whet {

/// Whether \p V, a field or a variable, may be one of two: an atomic, a lock,
/// or a number or pointer in a record with locks of its own.
bool mayBeWrittenApart(const clang::ValueDecl &V);

/// The key of \p V in these facts, the same for all instantiations of a
/// template; nothing if it has no name that units share.
std::optional<std::string> writtenKey(const clang::ValueDecl &V);

/// Adds who writes fields and global variables that may be written apart. O(n)
/// in what is not of system headers.
void collectThreadWrites(clang::ASTContext &Ctx, FactBase &Facts);

/// That the first and the last of \p Keys are written independently, and that
/// none of those between them is a nearer one to either. Notes say by whom.
Condition areWrittenApart(llvm::ArrayRef<std::string> Keys);

} // namespace whet

#endif // WHET_ANALYSIS_THREADWRITES_H
