#include "whet/analysis/Handover.h"
#include "whet/analysis/StandardLibrary.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"

using namespace whet;
using namespace clang;

// The container that E, `Lines` or `this->Lines`, is; null if it is none.
static const MemberExpr *ownContainer(const Expr &E) {
  const auto *Member = dyn_cast<MemberExpr>(E.IgnoreParenImpCasts());
  const auto *Field =
      Member ? dyn_cast<FieldDecl>(Member->getMemberDecl()) : nullptr;
  if (!Field || !isa<CXXThisExpr>(Member->getBase()->IgnoreParenImpCasts()))
    return nullptr;
  QualType T = Field->getType();
  const CXXRecordDecl *Record = T->getAsCXXRecordDecl();
  bool CanSwap = Record && !T.isConstQualified() && Record->hasDefinition() &&
                 isOfStandardLibrary(*Record) &&
                 llvm::any_of(Record->methods(), [](const CXXMethodDecl *M) {
                   return M->getIdentifier() && M->getName() == "swap";
                 });
  // Others hold one object at most.
  bool HoldsMany =
      CanSwap && llvm::any_of(Record->methods(), [](const CXXMethodDecl *M) {
        return M->getIdentifier() && M->getName() == "size";
      });
  return HoldsMany ? Member : nullptr;
}

// The container that S calls Name of, and does nothing else.
static const MemberExpr *ownContainerOf(const Stmt &S, llvm::StringRef Name) {
  const auto *E = dyn_cast<Expr>(&S);
  const auto *Call =
      E ? dyn_cast<CXXMemberCallExpr>(E->IgnoreImplicit()) : nullptr;
  const CXXMethodDecl *Method = Call ? Call->getMethodDecl() : nullptr;
  bool Is = Method && Method->getIdentifier() && Method->getName() == Name &&
            Call->getNumArgs() == 0 && !S.getBeginLoc().isMacroID();
  return Is ? ownContainer(*Call->getImplicitObjectArgument()) : nullptr;
}

static bool isLoop(const Stmt &S) {
  return isa<ForStmt, WhileStmt, CXXForRangeStmt>(S) &&
         !S.getBeginLoc().isMacroID();
}

// `while (!Container.empty())`
static const MemberExpr *emptiedBy(const Stmt &Loop) {
  const auto *While = dyn_cast<WhileStmt>(&Loop);
  const auto *Not =
      While ? dyn_cast<UnaryOperator>(While->getCond()->IgnoreParenImpCasts())
            : nullptr;
  return Not && Not->getOpcode() == UO_LNot
             ? ownContainerOf(*Not->getSubExpr()->IgnoreParenImpCasts(),
                              "empty")
             : nullptr;
}

namespace {
/// What a loop has to do with `*this`, and with where it ends.
struct LoopUses {
  llvm::SmallVector<const MemberExpr *, 4> Mentions;
  /// Calls something of the project.
  bool Calls = false;
  bool Deletes = false;
  /// It uses what is not the container, or leaves for elsewhere.
  bool IsTangled = false;
};
} // namespace

static bool isOfProject(const CallExpr &E) {
  const FunctionDecl *Callee = E.getDirectCallee();
  return !Callee || (!isOfStandardLibrary(*Callee) && !isCLibrary(*Callee) &&
                     Callee->getBuiltinID() == 0 && !Callee->isImplicit());
}

static LoopUses usesOf(const Stmt &Loop, const FieldDecl &Container) {
  LoopUses Result;
  // Statements, and whether a `break` in them is that of another loop.
  llvm::SmallVector<std::pair<const Stmt *, bool>, 32> Work{{&Loop, false}};
  while (!Work.empty()) {
    auto [Next, IsInner] = Work.pop_back_val();
    if (!Next)
      continue;
    const auto *Member = dyn_cast<MemberExpr>(Next);
    if (Member && Member->getMemberDecl() == &Container &&
        isa<CXXThisExpr>(Member->getBase()->IgnoreParenImpCasts())) {
      // Range-for loops have it once more, in what is not written.
      if (!llvm::is_contained(Result.Mentions, Member))
        Result.Mentions.push_back(Member);
      continue;
    }
    bool Leaves = isa<ReturnStmt, GotoStmt, LabelStmt, CXXThrowExpr,
                      CoreturnStmt, CoawaitExpr, CoyieldExpr>(Next) ||
                  (isa<BreakStmt>(Next) && !IsInner);
    Result.IsTangled |= Leaves || isa<CXXThisExpr, LambdaExpr>(Next) ||
                        Next->getBeginLoc().isMacroID();
    if (const auto *Call = dyn_cast<CallExpr>(Next))
      Result.Calls |= isOfProject(*Call);
    Result.Deletes |= isa<CXXDeleteExpr>(Next);
    bool IsBreakable =
        Next != &Loop &&
        isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt, SwitchStmt>(Next);
    for (const Stmt *Child : Next->children())
      Work.push_back({Child, IsInner || IsBreakable});
  }
  return Result;
}

// Whether Loop takes out what it looks at: `Container.pop()`.
static bool takesOut(llvm::ArrayRef<const MemberExpr *> Mentions,
                     const Stmt &Loop) {
  llvm::SmallVector<const Stmt *, 32> Work{&Loop};
  while (!Work.empty()) {
    const Stmt *Next = Work.pop_back_val();
    if (!Next)
      continue;
    const auto *Call = dyn_cast<CXXMemberCallExpr>(Next);
    const CXXMethodDecl *Method = Call ? Call->getMethodDecl() : nullptr;
    if (Method && Method->getIdentifier() &&
        Method->getName().starts_with("pop")) {
      const auto *Object = dyn_cast<MemberExpr>(
          Call->getImplicitObjectArgument()->IgnoreParenImpCasts());
      if (llvm::is_contained(Mentions, Object))
        return true;
    }
    Work.append(Next->child_begin(), Next->child_end());
  }
  return false;
}

// Whether the elements of Container are pointers, or have them beside keys.
static bool holdsPointers(const FieldDecl &Container) {
  const auto *Instance = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
      Container.getType()->getAsCXXRecordDecl());
  return !Instance ||
         llvm::any_of(Instance->getTemplateArgs().asArray(),
                      [](const TemplateArgument &A) {
                        return A.getKind() == TemplateArgument::Type &&
                               A.getAsType()->isPointerType();
                      });
}

static const FieldDecl &fieldOf(const MemberExpr &E) {
  return *cast<FieldDecl>(E.getMemberDecl());
}

std::vector<Handover> whet::handovers(llvm::ArrayRef<const Stmt *> Statements,
                                      PrivateWork &Private) {
  std::vector<Handover> Result;
  for (size_t I = 0; I < Statements.size(); ++I) {
    const Stmt &S = *Statements[I];
    const Stmt *Next = I + 1 < Statements.size() ? Statements[I + 1] : nullptr;
    Handover H;
    H.First = I;
    if (isLoop(S)) {
      const MemberExpr *Cleared =
          Next ? ownContainerOf(*Next, "clear") : nullptr;
      const MemberExpr *Emptied = Cleared ? Cleared : emptiedBy(S);
      if (!Emptied)
        continue;
      LoopUses Uses = usesOf(S, fieldOf(*Emptied));
      bool IsWork =
          Uses.Deletes || (Uses.Calls && !holdsPointers(fieldOf(*Emptied)));
      if (Uses.IsTangled || !IsWork || Uses.Mentions.empty() ||
          (!Cleared && !takesOut(Uses.Mentions, S)))
        continue;
      H.Loop = &S;
      H.Clear = Cleared ? Next : nullptr;
      H.Mentions = std::move(Uses.Mentions);
    } else if (Next && isLoop(*Next)) {
      const MemberExpr *Cleared = ownContainerOf(S, "clear");
      if (!Cleared)
        continue;
      LoopUses Uses = usesOf(*Next, fieldOf(*Cleared));
      std::optional<Work> Does =
          Uses.IsTangled || Uses.Mentions.empty()
              ? std::nullopt
              : Private.workingOn(*Next, fieldOf(*Cleared));
      if (!Does || Does->Allocations == 0)
        continue;
      H.Loop = Next;
      H.Clear = &S;
      H.Mentions = std::move(Uses.Mentions);
      H.IsFilled = true;
      H.Does = std::move(*Does);
    } else {
      continue;
    }
    H.Container = H.Mentions.front();
    Result.push_back(std::move(H));
  }
  return Result;
}
