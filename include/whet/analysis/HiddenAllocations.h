//===- HiddenAllocations.h - Allocations that nobody wrote ------*- C++ -*-===//
//
// What a function allocates without a `new` of its own: strings that do not fit
// in their objects, std::function with a large target, control blocks of
// shared_ptr, exception objects, coroutine frames, vectors that grow, elements
// that an initializer_list makes to be copied.
//
//   std::string S = "sixteen or more characters";
//     string: 1 allocation, 26 characters do not fit in the 15 it holds itself
//
// Sizes are those of the library that is compiled against. What depends on
// values that are known at run time only is not said; that a container grows
// is, where it does.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_HIDDENALLOCATIONS_H
#define WHET_ANALYSIS_HIDDENALLOCATIONS_H

#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include <string>
#include <vector>

namespace whet {

struct HiddenAllocation {
  clang::SourceLocation Begin;
  clang::SourceLocation End;
  /// "string: 1 allocation, ..."
  std::string Text;
};

/// Those of \p F, which has a body and is no template, without those of lambdas
/// in it. O(body).
std::vector<HiddenAllocation> hiddenAllocations(const clang::FunctionDecl &F);

/// The size of what make_shared<\p T> allocates, in bytes, if the unit calls
/// it; 0 if the library is not known.
uint64_t sharedObjectSize(clang::QualType T, const clang::ASTContext &Ctx);

/// "Point" for net::Point.
std::string shortName(clang::QualType T, const clang::ASTContext &Ctx);

} // namespace whet

#endif // WHET_ANALYSIS_HIDDENALLOCATIONS_H
