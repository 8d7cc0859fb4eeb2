//===- DeletePaths.h - Where what a local pointer owns dies -----*- C++ -*-===//
//
// Whether the object that a local pointer is initialised with is deleted
// exactly once on each way out of the pointer's scope, and not mentioned by
// that name afterwards:
//
//   T *P = new T;            T *P = new T;
//   if (c) {                 if (c)
//     delete P;                return;       // no: alive on this way
//     return;                delete P;
//   }
//   P->use();
//   delete P;                // yes
//
// Ways that exceptions take by themselves, without a `throw` of the function's,
// do not count; nor do those that end in a function that does not return, or
// that are taken only if the pointer is null, which a new object's is not.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_DELETEPATHS_H
#define WHET_ANALYSIS_DELETEPATHS_H

#include "clang/AST/Decl.h"
#include "clang/Analysis/CFG.h"
#include "llvm/ADT/SmallPtrSet.h"
#include <memory>

namespace whet {

/// The ways through a function's body.
class DeletePaths {
public:
  explicit DeletePaths(const clang::FunctionDecl &F);

  /// \p Deletes are the statements of the body that delete what \p Pointer
  /// points to. O(body).
  bool
  diesOnce(const clang::VarDecl &Pointer,
           const llvm::SmallPtrSetImpl<const clang::Stmt *> &Deletes) const;

private:
  std::unique_ptr<clang::CFG> Graph;
};

} // namespace whet

#endif // WHET_ANALYSIS_DELETEPATHS_H
