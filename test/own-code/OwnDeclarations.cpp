//===--- OwnDeclarations.cpp - Keep clang-tidy out of precompiled headers -===//
//
// A plugin for clang-tidy that leaves only those declarations to be traversed
// that the translation unit itself has parsed. What comes from a precompiled
// header is clang's and LLVM's, where nothing is reported; to traverse it means
// to read all of it from the file, which takes longer than all checks together.
//
//===----------------------------------------------------------------------===//

#include "clang/AST/ASTConsumer.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/Frontend/FrontendPluginRegistry.h"

using namespace clang;

namespace {

class OwnDeclarations : public ASTConsumer {
public:
  void HandleTranslationUnit(ASTContext &Ctx) override {
    std::vector<Decl *> Own;
    for (Decl *D : Ctx.getTranslationUnitDecl()->noload_decls())
      if (!D->isFromASTFile())
        Own.push_back(D);
    Ctx.setTraversalScope(Own);
  }
};

class OwnDeclarationsAction : public PluginASTAction {
protected:
  std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance &,
                                                 StringRef) override {
    return std::make_unique<OwnDeclarations>();
  }
  bool ParseArgs(const CompilerInstance &,
                 const std::vector<std::string> &) override {
    return true;
  }
  ActionType getActionType() override { return AddBeforeMainAction; }
};

} // namespace

static FrontendPluginRegistry::Add<OwnDeclarationsAction>
    Registration("own-declarations",
                 "traverse only what the unit itself has parsed");
