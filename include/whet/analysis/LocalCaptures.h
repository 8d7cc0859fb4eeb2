//===- LocalCaptures.h - Closures that need no copies -----------*- C++ -*-===//
//
// Variables that a closure captures by value though it is gone before they are:
// it is handed to an algorithm of the standard library, or is a local that is
// only called. If nothing changes the variable meanwhile, a capture by
// reference reads the same.
//
//   LocalCaptures Captures;
//   for (const LocalCapture &C : Captures.find(Function, IsTracked)) ... C.Loc
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_LOCALCAPTURES_H
#define WHET_ANALYSIS_LOCALCAPTURES_H

#include "whet/analysis/SourceStability.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace whet {

struct LocalCapture {
  const clang::VarDecl *Var = nullptr;
  /// The name in the list of captures.
  clang::SourceLocation Loc;
};

class LocalCaptures {
public:
  /// Captures by closures in the body of \p F that are named in their lists, of
  /// types for which \p IsTracked says so, in source order. O(n) in the body; a
  /// body without any is walked once.
  std::vector<LocalCapture>
  find(const clang::FunctionDecl &F,
       llvm::function_ref<bool(clang::QualType)> IsTracked);

private:
  ContainerModels Models;
};

} // namespace whet

#endif // WHET_ANALYSIS_LOCALCAPTURES_H
