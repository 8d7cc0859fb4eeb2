//===- LocalCaptures.h - Closures that need no copies ------------*- C++
//-*-===//
//
// Variables that a closure captures by value though it is gone before they are:
// it is handed to an algorithm of the standard library, or is a local that is
// only called. If nothing changes the variable meanwhile, a capture by
// reference reads the same.
//
//   LocalCaptures Captures(IsTracked);
//   for (const LocalCapture &C : Captures.find(Function)) ... C.Loc ...
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
  /// Looks at variables of types for which \p IsTracked says so.
  explicit LocalCaptures(llvm::function_ref<bool(clang::QualType)> IsTracked)
      : IsTracked(IsTracked) {}

  /// Captures by closures in the body of \p F that are named in their lists, in
  /// source order. O(n) in the body; a body without any is walked once.
  std::vector<LocalCapture> find(const clang::FunctionDecl &F);

private:
  llvm::function_ref<bool(clang::QualType)> IsTracked;
  ContainerModels Models;
};

} // namespace whet

#endif // WHET_ANALYSIS_LOCALCAPTURES_H
