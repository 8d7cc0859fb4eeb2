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

// Whether Loop takes out what it looks at: `Container.pop()`, or `erase`.
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
        (Method->getName().starts_with("pop") ||
         Method->getName() == "erase")) {
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

// `Container.Name(...)`; null if E is something else.
static const CXXMemberCallExpr *memberCall(const Expr *E, llvm::StringRef Name,
                                           const FieldDecl *Container) {
  const auto *Call = dyn_cast_or_null<CXXMemberCallExpr>(
      E ? E->IgnoreUnlessSpelledInSource() : nullptr);
  const CXXMethodDecl *Method = Call ? Call->getMethodDecl() : nullptr;
  if (!Method || !Method->getIdentifier() || Method->getName() != Name)
    return nullptr;
  const MemberExpr *Member = ownContainer(*Call->getImplicitObjectArgument());
  bool Is = Member && (!Container || Member->getMemberDecl() == Container);
  return Is ? Call : nullptr;
}

// What `auto It = Container.begin()` declares; null if S does something else.
static const VarDecl *iteratorOf(const Stmt *S) {
  const auto *Declared = dyn_cast_or_null<DeclStmt>(S);
  const auto *Var = Declared && Declared->isSingleDecl()
                        ? dyn_cast<VarDecl>(Declared->getSingleDecl())
                        : nullptr;
  return Var && memberCall(Var->getInit(), "begin", nullptr) ? Var : nullptr;
}

static bool isVariable(const Expr &E, const VarDecl &Var) {
  const auto *Ref = dyn_cast<DeclRefExpr>(E.IgnoreUnlessSpelledInSource());
  return Ref && Ref->getDecl() == &Var;
}

// Whether S is `It = Container.erase(It)`.
static bool erasesAt(const Stmt &S, const VarDecl &It,
                     const FieldDecl &Container) {
  const auto *E = dyn_cast<Expr>(&S);
  const auto *Assignment = dyn_cast_or_null<CXXOperatorCallExpr>(
      E ? E->IgnoreUnlessSpelledInSource() : nullptr);
  if (!Assignment || Assignment->getOperator() != OO_Equal ||
      !isVariable(*Assignment->getArg(0), It))
    return false;
  const auto *Erase = memberCall(Assignment->getArg(1), "erase", &Container);
  return Erase && Erase->getNumArgs() == 1 && isVariable(*Erase->getArg(0), It);
}

// Whether Body does nothing with It but look at what it leads to.
static bool onlyReads(const Stmt &Body, const VarDecl &It) {
  llvm::SmallVector<const Stmt *, 32> Work{&Body};
  while (!Work.empty()) {
    const Stmt *Next = Work.pop_back_val();
    if (!Next)
      continue;
    if (isa<ContinueStmt>(Next))
      return false;
    const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Next);
    bool Reads = Operator && Operator->getNumArgs() == 1 &&
                 (Operator->getOperator() == OO_Star ||
                  Operator->getOperator() == OO_Arrow) &&
                 isVariable(*Operator->getArg(0), It);
    if (Reads)
      continue;
    const auto *Ref = dyn_cast<DeclRefExpr>(Next);
    if (Ref && Ref->getDecl() == &It)
      return false;
    Work.append(Next->child_begin(), Next->child_end());
  }
  return true;
}

// The container that Loop erases from its first element to its last, each at
// the end of an iteration; Previous may declare the iterator.
static const MemberExpr *erasedBy(const Stmt &Loop, const Stmt *Previous) {
  const auto *For = dyn_cast<ForStmt>(&Loop);
  const auto *While = dyn_cast<WhileStmt>(&Loop);
  if (!While && (!For || For->getInc()))
    return nullptr;
  const VarDecl *It = iteratorOf(For ? For->getInit() : Previous);
  const auto *Differs = dyn_cast_or_null<CXXOperatorCallExpr>(
      It ? (For ? For->getCond() : While->getCond())
               ->IgnoreUnlessSpelledInSource()
         : nullptr);
  const auto *Body = dyn_cast_or_null<CompoundStmt>(For     ? For->getBody()
                                                    : While ? While->getBody()
                                                            : nullptr);
  if (!Differs || Differs->getOperator() != OO_ExclaimEqual || !Body ||
      Body->body_empty() || !isVariable(*Differs->getArg(0), *It))
    return nullptr;
  const CXXMemberCallExpr *Begin = memberCall(It->getInit(), "begin", nullptr);
  const MemberExpr *Container =
      ownContainer(*Begin->getImplicitObjectArgument());
  const auto &Field = *cast<FieldDecl>(Container->getMemberDecl());
  bool ErasesAll =
      memberCall(Differs->getArg(1), "end", &Field) &&
      erasesAt(*Body->body_back(), *It, Field) &&
      llvm::all_of(llvm::drop_end(Body->body()),
                   [&](const Stmt *S) { return onlyReads(*S, *It); });
  return ErasesAll ? Container : nullptr;
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
        Emptied = erasedBy(S, I > 0 ? Statements[I - 1] : nullptr);
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
