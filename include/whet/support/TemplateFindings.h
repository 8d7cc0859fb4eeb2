//===- TemplateFindings.h - One finding for all instantiations --*- C++ -*-===//
//
// A place in a template is analysed once for each instantiation. It is a
// finding if all of them say so, and keeps its fix if all of them have it:
//
//   Findings.noteBody(Function);               // each body that is analysed
//   Findings.add(Function, std::move(F));      // what is found in it
//   for (Finding &F : Findings.take()) report(std::move(F));
//
// What is found outside of templates is passed through.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_SUPPORT_TEMPLATEFINDINGS_H
#define WHET_SUPPORT_TEMPLATEFINDINGS_H

#include "whet/support/Check.h"
#include "clang/AST/Decl.h"
#include "llvm/ADT/MapVector.h"

namespace whet {

class TemplateFindings {
public:
  /// To be called once for each body, whether anything is found in it or not.
  void noteBody(const clang::FunctionDecl &F);

  /// Adds what is found in the body of \p F.
  void add(const clang::FunctionDecl &F, Finding Found);

  /// All findings: those outside of templates first, then by place.
  std::vector<Finding> take();

private:
  struct Place {
    Finding Agreed;
    unsigned Agreeing = 0;
  };
  std::vector<Finding> Findings;
  /// By the template's pattern.
  llvm::DenseMap<const clang::FunctionDecl *, unsigned> Bodies;
  llvm::MapVector<std::pair<const clang::FunctionDecl *, clang::SourceLocation>,
                  Place>
      Places;
};

} // namespace whet

#endif // WHET_SUPPORT_TEMPLATEFINDINGS_H
