//===- ConditionalAllocations.h - Objects that may not be made --*- C++ -*-===//
//
// Which of the objects that a function allocates are made on some of its ways
// only, for a local pointer that is there on all of them:
//
//   std::unique_ptr<Log> L;
//   if (Verbose)
//     L = std::make_unique<Log>();  // this one: L is null otherwise
//   run(L.get());
//
// Such an object cannot become a local variable, but the value of a local
// std::optional.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_CONDITIONALALLOCATIONS_H
#define WHET_ANALYSIS_CONDITIONALALLOCATIONS_H

#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "llvm/ADT/SmallPtrSet.h"

namespace whet {

/// The `new` expressions of single objects, and calls of make_unique and its
/// like, in the body of \p F. O(body).
llvm::SmallPtrSet<const clang::Expr *, 4>
conditionalAllocations(const clang::FunctionDecl &F);

} // namespace whet

#endif // WHET_ANALYSIS_CONDITIONALALLOCATIONS_H
