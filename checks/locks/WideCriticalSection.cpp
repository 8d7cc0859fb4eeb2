//===- WideCriticalSection.cpp - whet-wide-critical-section ---------------===//
//
// Work at the beginning or at the end of a critical section that no other
// thread can see: it builds a string, sorts a copy. All threads that want the
// lock wait for it, and it is the same before the lock is taken, or after it is
// given back. So is a value that is computed only to be handed to the first
// statement that needs the lock.
//
// What touches nothing shared commutes with lock and unlock, so the analysis
// asks for that, not for what the lock guards. That the lock guards something
// which stays in the section is asked for as well: some locks are there to make
// threads take turns.
//
//===----------------------------------------------------------------------===//
#include "whet/analysis/GuardedState.h"
#include "whet/analysis/Handover.h"
#include "whet/analysis/HiddenMentions.h"
#include "whet/analysis/LentArguments.h"
#include "whet/analysis/LockRegions.h"
#include "whet/analysis/PrivateLibrary.h"
#include "whet/analysis/PrivateWork.h"
#include "whet/analysis/StandardLibrary.h"
#include "whet/analysis/StoredCopy.h"
#include "whet/facts/Predicate.h"
#include "whet/facts/Settled.h"
#include "whet/facts/UnitScope.h"
#include "whet/support/Check.h"
#include "whet/support/OwnCode.h"
#include "whet/support/Registry.h"
#include "whet/support/TemplateFindings.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringExtras.h"

using namespace whet;
using namespace clang;
using namespace clang::ast_matchers;

namespace {

constexpr CheckInfo Info{.Id = "whet-wide-critical-section",
                         .Topic = Topic::Locks,
                         .Summary = "work under a lock that touches nothing it "
                                    "guards",
                         .Fix = FixKind::Safe,
                         .Since = "0.1"};

/// Statements of one block from where a lock is taken to where it is given
/// back, or to the block's end.
struct Section {
  const CompoundStmt &Block;
  const FunctionDecl &F;
  const HeldLock &Lock;
  /// Declares the guard, or calls `lock`.
  const Stmt *Acquire;
  /// Calls `unlock`; null if the block's end does it.
  const Stmt *Release;
  llvm::ArrayRef<const Stmt *> Inside;

  bool hasGuardHere() const { return isa<DeclStmt>(Acquire); }
};

/// A value that a statement under the lock is given.
struct Operand {
  const Expr *E = nullptr;
  Work Does;
  /// The library takes it by reference to const.
  bool IsOnlyRead = false;
  /// It is there, and is copied.
  bool IsCopied = false;
};

/// What may leave a section, and what has to stay.
struct Split {
  PrivateWork::Run First;
  PrivateWork::Run Last;
  /// Those of one statement of the core that cost something, if First is empty.
  llvm::SmallVector<Operand, 1> Operands;
  /// The variable that is made of the operand, if that is the statement.
  const DeclStmt *Made = nullptr;
  /// Something that needs the lock precedes the statement.
  bool IsLater = false;
  /// What precedes the statement.
  llvm::ArrayRef<const Stmt *> Before;
  llvm::ArrayRef<const Stmt *> Core;
  /// The key of the mutex, and those of what it may guard in the core.
  std::string Mutex;
  std::vector<std::string> States;
  std::vector<StateUse> Uses;
};

class WideCriticalSection : public Check {
public:
  WideCriticalSection(llvm::StringRef Name, tidy::ClangTidyContext *Context)
      : Check(Name, Context, Info), Private(Facts) {}

  void registerMatchers(MatchFinder *Finder) override;
  void check(const MatchFinder::MatchResult &Result) override;
  void onEndOfTranslationUnit() override;

private:
  void examine(const FunctionDecl &F);
  void examineBlock(const CompoundStmt &Block, const FunctionDecl &F,
                    const LockRegions &Regions);
  const HeldLock *acquired(const Stmt &S, const LockRegions &Regions);
  bool gives(const Stmt &S, const HeldLock &Lock, LockOp Op,
             const LockRegions &Regions);
  void examineSection(const Section &S, const LockRegions &Regions);
  std::optional<Split> splitOf(const Section &S, const LockRegions &Regions);
  void add(const Section &S, const Handover &H);
  std::optional<Fix> swapFix(const Section &S, const Handover &H);
  bool findGuarded(const Section &S, Split &Parts);
  void findOperands(const Stmt &S, Split &Parts);
  void findMade(const Stmt &S, Split &Parts);
  void findFirstOperands(const Section &S, size_t From, Split &Parts);
  bool hoist(const Section &S, const Split &Parts, EditBuilder &Builder);
  void add(const Section &S, const Split &Parts);
  std::optional<Fix> fix(const Section &S, const Split &Parts,
                         std::vector<Condition> &Conditions);

  LockModels Locks;
  FactBase Facts;
  PrivateWork Private;
  TypeCosts Costs;
  TemplateFindings Findings;
  ASTContext *Context = nullptr;
  std::vector<const FunctionDecl *> Functions;
};

} // namespace

static const RegisterCheck<WideCriticalSection> X(Info);

void WideCriticalSection::registerMatchers(MatchFinder *Finder) {
  matchBodies(*Finder, *this);
}

void WideCriticalSection::check(const MatchFinder::MatchResult &Result) {
  Context = Result.Context;
  const FunctionDecl *F = matchedBody(Result);
  if (F && LockRegions::mentionsLocks(*F, Locks))
    Functions.push_back(F);
}

// --- Sections
// --------------------------------------------------------------------

static const CallExpr *asCall(const Stmt &S) {
  const auto *E = dyn_cast<Expr>(&S);
  return E ? dyn_cast<CallExpr>(E->IgnoreImplicit()) : nullptr;
}

// The lock that S, a statement of its own, takes; null if it takes none.
const HeldLock *WideCriticalSection::acquired(const Stmt &S,
                                              const LockRegions &Regions) {
  if (const auto *Declared = dyn_cast<DeclStmt>(&S)) {
    const auto *Guard = Declared->isSingleDecl()
                            ? dyn_cast<VarDecl>(Declared->getSingleDecl())
                            : nullptr;
    return Guard ? Regions.lockOf(*Guard) : nullptr;
  }
  const CallExpr *Call = asCall(S);
  if (!Call)
    return nullptr;
  for (const LockCall &C : Locks.calls(*Call))
    if (C.Op == LockOp::Acquire)
      return Regions.find(C);
  return nullptr;
}

bool WideCriticalSection::gives(const Stmt &S, const HeldLock &Lock, LockOp Op,
                                const LockRegions &Regions) {
  const CallExpr *Call = asCall(S);
  return Call && llvm::any_of(Locks.calls(*Call), [&](const LockCall &C) {
           return C.Op == Op && Regions.find(C) == &Lock;
         });
}

// Whether Lock, and no other, is held all over Statements.
static bool holdsOnly(const HeldLock &Lock,
                      llvm::ArrayRef<const Stmt *> Statements,
                      const LockRegions &Regions) {
  bool IsAny = false;
  llvm::SmallVector<const Stmt *, 32> Work(Statements.begin(),
                                           Statements.end());
  while (!Work.empty()) {
    const Stmt *Next = Work.pop_back_val();
    if (!Next || isa<LambdaExpr>(Next))
      continue;
    Work.append(Next->child_begin(), Next->child_end());
    auto Held = Regions.heldAt(*Next);
    if (Held.empty())
      continue;
    if (Held.size() != 1 || Held.front() != &Lock)
      return false;
    IsAny = true;
  }
  return IsAny;
}

void WideCriticalSection::examineBlock(const CompoundStmt &Block,
                                       const FunctionDecl &F,
                                       const LockRegions &Regions) {
  llvm::SmallVector<const Stmt *, 16> All(Block.body_begin(), Block.body_end());
  for (size_t I = 0; I + 1 < All.size(); ++I) {
    const HeldLock *Lock = acquired(*All[I], Regions);
    if (!Lock || Lock->Paths.empty() || Lock->IsCallers)
      continue;
    auto Rest = llvm::ArrayRef(All).drop_front(I + 1);
    const auto *End = llvm::find_if(Rest, [&](const Stmt *S) {
      return gives(*S, *Lock, LockOp::Release, Regions);
    });
    bool IsReleased = End != Rest.end();
    examineSection({Block, F, *Lock, All[I], IsReleased ? *End : nullptr,
                    Rest.take_front(End - Rest.begin())},
                   Regions);
  }
}

static std::optional<std::vector<std::string>>
keysOf(llvm::ArrayRef<StateUse> Uses) {
  std::vector<std::string> Keys;
  for (const StateUse &U : Uses)
    if (std::optional<std::string> Key = stateKey(*U.State))
      Keys.push_back(std::move(*Key));
  llvm::sort(Keys);
  Keys.erase(llvm::unique(Keys), Keys.end());
  return Keys.empty() ? std::nullopt : std::optional(std::move(Keys));
}

// What the core uses that the lock may guard.
bool WideCriticalSection::findGuarded(const Section &S, Split &Parts) {
  for (const AccessPath &Path : S.Lock.Paths) {
    std::optional<std::string> Mutex = mutexKey(Path);
    if (!Mutex)
      continue;
    std::vector<StateUse> Uses;
    for (const Stmt *Core : Parts.Core)
      for (StateUse &U : stateUses(*Core, Locks))
        if (mayGuard(Path, U))
          Uses.push_back(std::move(U));
    std::optional<std::vector<std::string>> Keys = keysOf(Uses);
    if (!Keys)
      continue;
    Parts.Mutex = std::move(*Mutex);
    Parts.States = std::move(*Keys);
    Parts.Uses = std::move(Uses);
    return true;
  }
  return false;
}

// All of it up to the first use.
static Work worthOf(const Split &Parts) {
  Work All = Parts.First.Does;
  for (const Operand &O : Parts.Operands)
    All.join(O.Does);
  return All;
}

static bool isWorthIt(const PrivateWork::Run &R) {
  return R.Length > 0 && (R.Does.isCostly() || !R.Does.Rests.empty());
}

static bool hasLockCalls(const Stmt &S, LockModels &Locks) {
  llvm::SmallVector<const Stmt *, 32> Work{&S};
  while (!Work.empty()) {
    const Stmt *Next = Work.pop_back_val();
    if (!Next)
      continue;
    const auto *Call = dyn_cast<CallExpr>(Next);
    if (Call && !Locks.calls(*Call).empty())
      return true;
    Work.append(Next->child_begin(), Next->child_end());
  }
  return false;
}

namespace {
/// The variables that statements declare and mention.
class Mentions : public DynamicRecursiveASTVisitor {
public:
  explicit Mentions(llvm::ArrayRef<const Stmt *> Statements) {
    ShouldVisitLambdaBody = true;
    for (const Stmt *S : Statements)
      TraverseStmt(const_cast<Stmt *>(S));
  }

  bool VisitVarDecl(VarDecl *D) override {
    Declared.insert(D);
    return true;
  }
  bool VisitBindingDecl(BindingDecl *D) override {
    Declared.insert(D);
    return true;
  }
  bool VisitTypedefNameDecl(TypedefNameDecl * /*D*/) override {
    DeclaresTypes = true;
    return true;
  }
  bool VisitTagDecl(TagDecl * /*D*/) override {
    DeclaresTypes = true;
    return true;
  }
  bool VisitDeclRefExpr(DeclRefExpr *E) override {
    Used.insert(E->getDecl());
    return true;
  }
  bool VisitSwitchCase(SwitchCase * /*S*/) override {
    HasLabel = true;
    return true;
  }

  llvm::SmallPtrSet<const ValueDecl *, 16> Declared;
  llvm::SmallPtrSet<const ValueDecl *, 16> Used;
  bool DeclaresTypes = false;
  bool HasLabel = false;
};
} // namespace

// Whether no statement of All but E changes what E uses, as far as they show.
static bool isOnItsOwn(const Expr &E, llvm::ArrayRef<const Stmt *> All) {
  Mentions Of({&E});
  llvm::SmallVector<const Stmt *, 32> Work(All.begin(), All.end());
  while (!Work.empty()) {
    const Stmt *Next = Work.pop_back_val();
    if (!Next || Next == &E)
      continue;
    // A read, or something that is const.
    const auto *Cast = dyn_cast<ImplicitCastExpr>(Next);
    bool IsRead = Cast && (Cast->getCastKind() == CK_LValueToRValue ||
                           Cast->getType().isConstQualified());
    const Expr *Inner = IsRead ? Cast->getSubExpr()->IgnoreParens() : nullptr;
    if (isa_and_nonnull<DeclRefExpr>(Inner))
      continue;
    const auto *Ref = dyn_cast<DeclRefExpr>(Next);
    if (Ref && Of.Used.contains(Ref->getDecl()) &&
        isa<VarDecl>(Ref->getDecl()) && !Ref->getType().isConstQualified())
      return false;
    if (const auto *Declared = dyn_cast<DeclStmt>(Next);
        Declared && llvm::any_of(Declared->decls(), [&](const Decl *D) {
          const auto *Value = dyn_cast<ValueDecl>(D);
          return Value && Of.Used.contains(Value);
        }))
      return false;
    Work.append(Next->child_begin(), Next->child_end());
  }
  return true;
}

// What S, a statement, evaluates in any case, and first of all.
static const Expr *evaluatedFirst(const Stmt &S) {
  if (const auto *E = dyn_cast<Expr>(&S))
    return E;
  if (const auto *Return = dyn_cast<ReturnStmt>(&S))
    return Return->getRetValue();
  if (const auto *If = dyn_cast<IfStmt>(&S))
    return If->getInit() || If->getConditionVariable() ? nullptr
                                                       : If->getCond();
  const auto *Declared = dyn_cast<DeclStmt>(&S);
  const auto *Var = Declared && Declared->isSingleDecl()
                        ? dyn_cast<VarDecl>(Declared->getSingleDecl())
                        : nullptr;
  return Var ? Var->getInit() : nullptr;
}

// Whether E makes an object that may as well have a name.
static bool isNameable(const Expr &E) {
  QualType T = E.getType();
  // In code with errors, what stands in parentheses may have no type.
  return !T.isNull() && E.isPRValue() && T->isRecordType() &&
         !T.isConstQualified() && E.getBeginLoc().isFileID() &&
         E.getEndLoc().isFileID() &&
         isa<CallExpr, CXXTemporaryObjectExpr, CXXFunctionalCastExpr>(E);
}

// The outermost values that S computes for something else, and that cost
// something.
void WideCriticalSection::findOperands(const Stmt &S, Split &Parts) {
  const Expr *Outermost = evaluatedFirst(S);
  if (!Outermost || S.getBeginLoc().isMacroID())
    return;
  llvm::SmallVector<const Stmt *, 16> Work{Outermost};
  llvm::SmallPtrSet<const Expr *, 4> Read;
  while (!Work.empty()) {
    const Stmt *Next = Work.pop_back_val();
    const auto *E = dyn_cast_or_null<Expr>(Next);
    if (!E || isa<LambdaExpr, UnaryExprOrTypeTraitExpr, CXXNoexceptExpr>(E))
      continue;
    // Its other side is computed under a condition.
    if (const auto *Binary = dyn_cast<BinaryOperator>(E);
        Binary && Binary->isLogicalOp()) {
      Work.push_back(Binary->getLHS());
      continue;
    }
    if (const auto *Either = dyn_cast<AbstractConditionalOperator>(E)) {
      Work.push_back(Either->getCond());
      continue;
    }
    if (isNameable(*E) && E->IgnoreImplicit() != Outermost->IgnoreImplicit()) {
      std::optional<whet::Work> Does = Private.computing(*E);
      if (Does && Does->isCostly()) {
        Parts.Operands.push_back({E, std::move(*Does), Read.contains(E)});
        continue;
      }
    }
    const auto *Call = dyn_cast<CallExpr>(E);
    const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
    if (Callee && isOfStandardLibrary(*Callee))
      for (const Expr *Arg : Call->arguments())
        if (const auto *Made = dyn_cast<MaterializeTemporaryExpr>(Arg);
            Made && Made->isBoundToLvalueReference())
          Read.insert(Made->getSubExpr()->IgnoreImplicit());
    Work.append(E->child_begin(), E->child_end());
    // The object of a call is no argument.
    if (isa<CXXMemberCallExpr>(E))
      llvm::erase(Work, Call->getCallee());
  }
}

// The variable that S declares, and what it is made of, if that costs
// something.
void WideCriticalSection::findMade(const Stmt &S, Split &Parts) {
  const auto *Declared = dyn_cast<DeclStmt>(&S);
  const auto *Var = Declared && Declared->isSingleDecl()
                        ? dyn_cast<VarDecl>(Declared->getSingleDecl())
                        : nullptr;
  bool IsValue = Var && Var->getInit() && Var->hasLocalStorage() &&
                 !Var->getType()->isReferenceType() &&
                 Private.isValue(Var->getType()) &&
                 !S.getBeginLoc().isMacroID();
  std::optional<Work> Does =
      IsValue ? Private.computing(*Var->getInit()) : std::nullopt;
  if (!Does || !Does->isCostly())
    return;
  Parts.Operands.push_back({Var->getInit(), std::move(*Does)});
  Parts.Made = Declared;
}

// Whether Callee is one that works on what it is given, and tells nobody.
static bool isQuiet(const FunctionDecl *Callee) {
  const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Callee);
  if (!Method)
    return Callee && costOfFunction(*Callee);
  const CXXRecordDecl &Record = *Method->getParent();
  return Method->isImplicit() || costOfClass(Record) || isIteratorClass(Record);
}

// Whether S, a statement, is done from its beginning to its end, and calls
// nothing but quiet functions: no locks, no atomics, nothing that wakes others.
static bool isStraight(const Stmt &S) {
  if (!isa<Expr, DeclStmt>(S) || S.getBeginLoc().isMacroID())
    return false;
  llvm::SmallVector<const Stmt *, 32> Work{&S};
  while (!Work.empty()) {
    const Stmt *Next = Work.pop_back_val();
    if (!Next)
      continue;
    const auto *Call = dyn_cast<CallExpr>(Next);
    const auto *Construct = dyn_cast<CXXConstructExpr>(Next);
    if ((Call && !isQuiet(Call->getDirectCallee())) ||
        (Construct && !isQuiet(Construct->getConstructor())) ||
        isa<AtomicExpr, LambdaExpr, CXXNewExpr, CXXDeleteExpr, CXXThrowExpr,
            StmtExpr, CoawaitExpr, CoyieldExpr>(Next))
      return false;
    const auto *E = dyn_cast<Expr>(Next);
    if (E && !E->getType().isNull() &&
        (E->getType()->isAtomicType() || E->getType().isVolatileQualified()))
      return false;
    Work.append(Next->child_begin(), Next->child_end());
  }
  return true;
}

// The operands of the first statement, beginning with number From, that has
// any, if no statement before it leaves, or has to do with them.
void WideCriticalSection::findFirstOperands(const Section &S, size_t From,
                                            Split &Parts) {
  for (size_t I = From; I < S.Inside.size(); ++I) {
    const Stmt &Next = *S.Inside[I];
    Parts.IsLater = I > From;
    Parts.Before = S.Inside.take_front(I);
    if (Parts.IsLater)
      findMade(Next, Parts);
    if (Parts.Operands.empty())
      findOperands(Next, Parts);
    if (Parts.Operands.empty())
      if (std::optional<StoredCopy> Copy = storedCopy(Next, Costs))
        if (std::optional<Work> Does = Private.computing(*Copy->Value)) {
          Does->Allocations += Copy->Allocations;
          Parts.Operands.push_back(
              {.E = Copy->Value, .Does = std::move(*Does), .IsCopied = true});
        }
    if (Parts.IsLater)
      llvm::erase_if(Parts.Operands, [&](const Operand &O) {
        return !isOnItsOwn(*O.E, S.Inside.take_front(I + 1));
      });
    if (!Parts.Operands.empty() || !isStraight(Next))
      return;
    Parts.Made = nullptr;
  }
}

std::optional<Split> WideCriticalSection::splitOf(const Section &S,
                                                  const LockRegions &Regions) {
  Split Parts;
  Parts.First = Private.first(S.Inside);
  // Nothing in it is shared: it is there to take turns.
  if (Parts.First.Length == S.Inside.size())
    return std::nullopt;
  auto Rest = S.Inside.drop_front(Parts.First.Length);
  // Where nobody gives it back here, it may be held for longer.
  if (S.hasGuardHere() || S.Release)
    Parts.Last = Private.last(Rest, /*MayReturn=*/!S.Release);
  if (Parts.Last.Length == Rest.size())
    return std::nullopt;
  if (!isWorthIt(Parts.First)) {
    findFirstOperands(S, Parts.First.Length, Parts);
    Parts.First = {};
  }
  if (!isWorthIt(Parts.Last))
    Parts.Last = {};
  Parts.Core =
      S.Inside.drop_front(Parts.First.Length).drop_back(Parts.Last.Length);
  if (Parts.First.Length > 0 &&
      !holdsOnly(S.Lock, S.Inside.take_front(Parts.First.Length), Regions))
    Parts.First = {};
  if (Parts.Last.Length > 0 &&
      !holdsOnly(S.Lock, S.Inside.take_back(Parts.Last.Length), Regions))
    Parts.Last = {};
  if (!Parts.Operands.empty() &&
      !holdsOnly(S.Lock, S.Inside.take_front(Parts.Before.size() + 1), Regions))
    Parts.Operands.clear();
  bool HasAny = Parts.First.Length + Parts.Last.Length > 0;
  if ((!HasAny && Parts.Operands.empty()) || !findGuarded(S, Parts))
    return std::nullopt;
  return Parts;
}

void WideCriticalSection::examineSection(const Section &S,
                                         const LockRegions &Regions) {
  // What is left out in this build may use what is guarded.
  if (hasDirectives(S.Acquire->getBeginLoc(),
                    S.Release ? S.Release->getEndLoc() : S.Block.getRBracLoc(),
                    Context->getSourceManager()))
    return;
  if (std::optional<Split> Parts = splitOf(S, Regions))
    return add(S, *Parts);
  // Nobody waits for an object that is being made, or is about to go.
  if (isa<CXXConstructorDecl, CXXDestructorDecl>(S.F))
    return;
  for (const Handover &H : handovers(S.Inside, Private))
    if (holdsOnly(S.Lock, {H.Loop}, Regions) && !hasLockCalls(*H.Loop, Locks))
      return add(S, H);
}

// --- Fixes
// -----------------------------------------------------------------------

static bool hasLabels(const FunctionDecl &F) {
  llvm::SmallVector<const Stmt *, 32> Work{F.getBody()};
  while (!Work.empty()) {
    const Stmt *Next = Work.pop_back_val();
    if (!Next)
      continue;
    if (isa<LabelStmt, GotoStmt, IndirectGotoStmt>(Next))
      return true;
    Work.append(Next->child_begin(), Next->child_end());
  }
  return false;
}

static bool intersect(const llvm::SmallPtrSetImpl<const ValueDecl *> &A,
                      const llvm::SmallPtrSetImpl<const ValueDecl *> &B) {
  return llvm::any_of(A, [&](const ValueDecl *D) { return B.contains(D); });
}

// Whether D leads to what may be gone at the end of a block.
static bool leadsElsewhere(const ValueDecl &D) {
  QualType T = D.getType();
  const CXXRecordDecl *Record = T->getAsCXXRecordDecl();
  return T->isReferenceType() || T->isPointerType() ||
         (Record && Record->getIdentifier() &&
          (Record->getName().contains("view") ||
           Record->getName().contains("iter") ||
           Record->getName().contains("span")));
}

// Whether the last statements do without what the core declares.
static bool isOwnBlock(llvm::ArrayRef<const Stmt *> Core,
                       llvm::ArrayRef<const Stmt *> Last) {
  Mentions OfCore(Core);
  Mentions OfLast(Last);
  if (OfCore.DeclaresTypes || intersect(OfCore.Declared, OfLast.Used))
    return false;
  return llvm::none_of(OfLast.Used, [&](const ValueDecl *D) {
    return isa<VarDecl>(D) && !isa<ParmVarDecl>(D) &&
           cast<VarDecl>(D)->hasLocalStorage() &&
           !OfLast.Declared.contains(D) && leadsElsewhere(*D);
  });
}

static constexpr llvm::StringLiteral LendCaution =
    "callers must not lend it what the lock guards";

// `std::lock_guard` as it is written; invalid if the type has another name.
static SourceLocation guardTypeName(const VarDecl &Guard) {
  TypeLoc T = Guard.getTypeSourceInfo()->getTypeLoc().getUnqualifiedLoc();
  if (auto Specialization = T.getAs<TemplateSpecializationTypeLoc>())
    return Specialization.getTemplateNameLoc();
  if (auto Deduced = T.getAs<DeducedTemplateSpecializationTypeLoc>())
    return Deduced.getTemplateNameLoc();
  return {};
}

// Whether the guard of one mutex can be, or is made, one that can unlock.
static bool makeUnlockable(const VarDecl &Guard, EditBuilder &Builder) {
  const CXXRecordDecl *Record = Guard.getType()->getAsCXXRecordDecl();
  if (!Record || !Record->isInStdNamespace() ||
      Guard.getType().isConstQualified())
    return false;
  llvm::StringRef Name = Record->getName();
  if (Name == "unique_lock" || Name == "shared_lock")
    return true;
  const auto *Construct =
      dyn_cast<CXXConstructExpr>(Guard.getInit()->IgnoreImplicit());
  SourceLocation Loc = guardTypeName(Guard);
  bool IsPlain = (Name == "lock_guard" || Name == "scoped_lock") && Construct &&
                 Construct->getNumArgs() == 1;
  if (!IsPlain || Loc.isInvalid() || Loc.isMacroID())
    return false;
  Builder.replace(Loc, "unique_lock");
  return true;
}

// Base, written as Guard's name is, or the like, if nothing in F or its class
// is called so; empty if there is none.
static std::string newName(const FunctionDecl &F, const VarDecl *Guard,
                           llvm::StringRef Base) {
  llvm::SmallPtrSet<const IdentifierInfo *, 32> Taken;
  Mentions OfBody({F.getBody()});
  for (const ValueDecl *D : OfBody.Declared)
    Taken.insert(D->getIdentifier());
  for (const ValueDecl *D : OfBody.Used)
    Taken.insert(D->getIdentifier());
  for (const ParmVarDecl *P : F.parameters())
    Taken.insert(P->getIdentifier());
  ASTContext &Ctx = F.getASTContext();
  const auto *Method = dyn_cast<CXXMethodDecl>(&F);
  bool IsUpper = Guard && llvm::isUpper(Guard->getName().front());
  std::string Lower = Base.lower();
  for (const std::string &Name :
       {IsUpper ? Base.str() : Lower, (IsUpper ? "New" : "new") + Base.str()}) {
    const IdentifierInfo &Id = Ctx.Idents.get(Name);
    DeclarationName Declared(&Id);
    bool IsTaken = Taken.contains(&Id) ||
                   (Method && !Method->getParent()->lookup(Declared).empty()) ||
                   !Ctx.getTranslationUnitDecl()->lookup(Declared).empty();
    if (!IsTaken)
      return Name;
  }
  return "";
}

static bool declaresMove(const ASTContext &Ctx) {
  auto InStd = [&](llvm::StringRef Name) {
    return DeclarationName(&Ctx.Idents.get(Name));
  };
  for (const NamedDecl *D : Ctx.getTranslationUnitDecl()->lookup(InStd("std")))
    if (const auto *Std = dyn_cast<NamespaceDecl>(D))
      if (!Std->lookup(InStd("move")).empty())
        return true;
  return false;
}

// Gives the operand a name before the lock is taken.
bool WideCriticalSection::hoist(const Section &S, const Split &Parts,
                                EditBuilder &Builder) {
  const Operand &Given = Parts.Operands.front();
  const Expr &E = *Given.E;
  const SourceManager &SM = Context->getSourceManager();
  const auto *Before = llvm::find(S.Block.body(), S.Acquire);
  SourceLocation Previous = Before == S.Block.body_begin()
                                ? S.Block.getLBracLoc()
                                : (*std::prev(Before))->getEndLoc();
  std::optional<std::string> Text = sourceText(E, SM, Context->getLangOpts());
  std::string Name = newName(S.F, S.Lock.Guard, "Value");
  if (Parts.Made) {
    bool IsMovable = Parts.Last.Length == 0 && isOnItsOwn(E, {S.Acquire});
    if (IsMovable)
      Builder.moveBefore(*Parts.Made, *S.Acquire);
    return IsMovable;
  }
  bool IsPossible =
      Parts.Operands.size() == 1 && Parts.Last.Length == 0 && Text &&
      !llvm::StringRef(*Text).contains('\n') && !Name.empty() &&
      declaresMove(*Context) && Previous.isFileID() &&
      !hasComment({Previous, S.Acquire->getBeginLoc()}, SM,
                  Context->getLangOpts()) &&
      isOnItsOwn(E, S.Inside.take_front(Parts.Before.size() + 1)) &&
      isOnItsOwn(E, {S.Acquire});
  if (!IsPossible)
    return false;
  Builder.insertStatementBefore(*S.Acquire,
                                "auto " + Name + " = " + *Text + ";");
  Builder.replace(E.getSourceRange(),
                  Given.IsOnlyRead ? Name : "std::move(" + Name + ")");
  return true;
}

// Swaps the container for one that others cannot see.
std::optional<Fix> WideCriticalSection::swapFix(const Section &S,
                                                const Handover &H) {
  const SourceManager &SM = Context->getSourceManager();
  std::optional<std::string> Container =
      sourceText(*H.Container, SM, Context->getLangOpts());
  std::string Name =
      newName(S.F, S.Lock.Guard, H.IsFilled ? "Filled" : "Taken");
  if (!Container || Name.empty() || hasLabels(S.F))
    return std::nullopt;
  EditBuilder Builder(SM, Context->getLangOpts());
  std::string Declaration = "decltype(" + *Container + ") " + Name;
  for (const MemberExpr *Mention : H.Mentions)
    Builder.replace(Mention->getSourceRange(), Name);
  if (H.IsFilled) {
    if (H.First > 0)
      return std::nullopt;
    Builder.replace(H.Clear->getSourceRange(), Declaration);
    Builder.moveAfter(*S.Acquire, *H.Loop, *Container + ".swap(" + Name + ");");
  } else {
    auto Before = S.Inside.take_front(H.First);
    size_t End = H.First + (H.Clear ? 2 : 1);
    if (S.Release || !S.hasGuardHere() || End != S.Inside.size() ||
        !isOwnBlock(Before, {H.Loop}))
      return std::nullopt;
    if (H.Clear)
      Builder.removeStatement(*H.Clear);
    Builder.encloseInBlock(
        S.Block, *S.Acquire, Before.empty() ? *S.Acquire : *Before.back(),
        nullptr, Declaration + ";", Name + ".swap(" + *Container + ");");
  }
  std::optional<Edits> Changes = Builder.take();
  if (!Changes)
    return std::nullopt;
  return Fix{FixKind::Unsafe,
             H.IsFilled ? "others see what it held before for longer"
                        : "nobody may rely on the lock while the elements are "
                          "worked on",
             std::move(*Changes)};
}

// Conditions are on its being safe.
std::optional<Fix>
WideCriticalSection::fix(const Section &S, const Split &Parts,
                         std::vector<Condition> &Conditions) {
  if (hasLabels(S.F) || Mentions(S.Inside).HasLabel)
    return std::nullopt;
  auto First = S.Inside.take_front(Parts.First.Length);
  auto Last = S.Inside.take_back(Parts.Last.Length);
  // What locks must mean the same further down.
  if (!First.empty() &&
      (intersect(Mentions(First).Declared, Mentions(S.Acquire).Used) ||
       intersect(Mentions(First).Used, Mentions(S.Acquire).Used)))
    return std::nullopt;
  const SourceManager &SM = Context->getSourceManager();
  EditBuilder Builder(SM, Context->getLangOpts());
  const Stmt &CoreFirst = *Parts.Core.front();
  const Stmt &CoreLast = *Parts.Core.back();
  if (!Parts.Operands.empty()) {
    if (!hoist(S, Parts, Builder))
      return std::nullopt;
  } else if (Last.empty()) {
    Builder.moveBefore(*S.Acquire, CoreFirst);
  } else if (S.Release) {
    if (!First.empty())
      Builder.moveBefore(*S.Acquire, CoreFirst);
    Builder.moveAfter(*S.Release, CoreLast);
  } else if (isOwnBlock(Parts.Core, Last)) {
    Builder.encloseInBlock(S.Block, First.empty() ? *S.Acquire : CoreFirst,
                           CoreLast, First.empty() ? nullptr : S.Acquire);
  } else {
    // Locals of the core die after the lock is given back, not before.
    bool DiesQuietly = llvm::all_of(Parts.Core, [this](const Stmt *Core) {
      const auto *Declared = dyn_cast<DeclStmt>(Core);
      return !Declared || llvm::all_of(Declared->decls(), [&](Decl *D) {
        const auto *Var = dyn_cast<VarDecl>(D);
        return !Var || Var->getType()->isReferenceType() ||
               Private.isValue(Var->getType());
      });
    });
    if (!DiesQuietly || !S.Lock.Guard || !First.empty() ||
        !makeUnlockable(*S.Lock.Guard, Builder))
      return std::nullopt;
    Builder.insertStatementAfter(CoreLast, S.Lock.Guard->getNameAsString() +
                                               ".unlock();");
  }
  std::optional<Edits> Changes = Builder.take();
  if (!Changes)
    return std::nullopt;
  Work All = worthOf(Parts);
  All.join(Parts.Last.Does);
  bool IsKnown = true;
  for (const ParmVarDecl *P : All.Lent) {
    std::optional<Condition> IsPrivate = isLentPrivately(*P);
    IsKnown &= IsPrivate.has_value();
    if (IsPrivate)
      Conditions.push_back(std::move(*IsPrivate));
  }
  return Fix{IsKnown ? FixKind::Safe : FixKind::Unsafe,
             IsKnown ? "" : LendCaution.str(), std::move(*Changes)};
}

// --- Findings
// --------------------------------------------------------------------

static std::string counted(unsigned N, llvm::StringRef One,
                           llvm::StringRef Many) {
  return N == 1 ? One.str() : std::to_string(N) + " " + Many.str();
}

// "a loop and up to 2 allocations"
static std::string inWords(const Work &W) {
  std::vector<std::string> Parts;
  Parts.reserve(W.Rests.size() + 2);
  if (W.Allocations > 0)
    // Those on branches, and those that find room, included.
    Parts.push_back((W.Allocations > 1 ? "up to " : "") +
                    counted(W.Allocations, "an allocation", "allocations"));
  if (W.Loops > 0)
    Parts.push_back(counted(W.Loops, "a loop", "loops"));
  if (Parts.empty())
    for (const auto &[Callee, OnThis] : W.Rests)
      Parts.push_back("'" + Callee->getNameAsString() + "'");
  llvm::sort(Parts);
  if (Parts.empty())
    return "";
  if (Parts.size() == 1)
    return Parts.front();
  std::string Last = std::move(Parts.back());
  Parts.pop_back();
  return llvm::join(Parts, ", ") + " and " + Last;
}

// What the lock need not be held for.
static std::string inWords(const Split &Parts, const ASTContext &Ctx) {
  const Operand &Given = Parts.Operands.front();
  if (Given.IsCopied)
    return "copying '" +
           sourceText(*Given.E, Ctx.getSourceManager(), Ctx.getLangOpts())
               .value_or("a value") +
           "'";
  return Parts.IsLater ? "a value that is computed under it"
                       : "computing what its first use is given";
}

static std::string messageFor(const HeldLock &Lock, const Split &Parts,
                              const ASTContext &Ctx) {
  std::string First = inWords(worthOf(Parts));
  std::string Last = inWords(Parts.Last.Does);
  std::string Is = Lock.name() + (Lock.Mutexes.size() > 1 ? " are " : " is ");
  if (!Parts.Operands.empty() && Parts.Last.Length == 0)
    return Is + "locked too early: " + inWords(Parts, Ctx) + ", " + First +
           ", touches nothing that others can see";
  if (Parts.Last.Length == 0)
    return Is + "locked too early: the work up to its first use, " + First +
           ", touches nothing that others can see";
  if (Parts.First.Length == 0 && Parts.Operands.empty())
    return Is + "held for too long: the work after its last use, " + Last +
           ", touches nothing that others can see";
  return Is + "held for too long: the work before its first use, " + First +
         ", and after its last, " + Last +
         ", touches nothing that others can see";
}

// What is not known to cost anything here has to do so elsewhere.
static bool addCosts(const Work &W, std::vector<Condition> &Conditions) {
  if (W.isCostly() || W.Rests.empty())
    return true;
  std::optional<std::string> Key = entityKey(*W.Rests.begin()->first);
  if (!Key)
    return false;
  Conditions.push_back(worksHard(std::move(*Key)));
  return true;
}

// What callers lend to be changed may be what the lock guards, as it is when it
// comes from another class that takes it.
static bool addLentWrites(const Work &W, std::vector<Condition> &Conditions) {
  for (const ParmVarDecl *P : W.LentWrites) {
    std::optional<Condition> IsPrivate = isLentPrivately(*P);
    if (!IsPrivate)
      return false;
    IsPrivate->On = Condition::Scope::Finding;
    Conditions.push_back(std::move(*IsPrivate));
  }
  return true;
}

void WideCriticalSection::add(const Section &S, const Split &Parts) {
  Finding Report;
  Report.Loc = S.hasGuardHere() ? S.Lock.Guard->getLocation()
                                : cast<Expr>(S.Acquire)->getExprLoc();
  Report.Message = messageFor(S.Lock, Parts, *Context);
  const StateUse &FirstUse = Parts.Uses.front();
  const StateUse &LastUse = Parts.Uses.back();
  if (Parts.First.Length > 0)
    Report.Notes.push_back(
        {S.Inside.front()->getBeginLoc(), "the work begins here"});
  Report.Notes.reserve(Parts.Operands.size() + 4);
  for (const Operand &O : Parts.Operands)
    Report.Notes.push_back({O.E->getBeginLoc(), O.IsCopied
                                                    ? "this is copied here"
                                                    : "this is computed here"});
  Report.Notes.push_back(
      {FirstUse.Where->getExprLoc(), "'" + FirstUse.State->getNameAsString() +
                                         "' is the first it may guard"});
  if (Parts.Last.Length > 0) {
    Report.Notes.push_back(
        {LastUse.Where->getExprLoc(), "'" + LastUse.State->getNameAsString() +
                                          "' is the last it may guard"});
    Report.Notes.push_back(
        {S.Inside.take_back(Parts.Last.Length).front()->getBeginLoc(),
         "the work begins here"});
  }
  Report.In = &S.F;
  Report.Conditions = {anyIsGuarded(Parts.Mutex, Parts.States)};
  bool RestsOnMembers = false;
  for (const Work &Does : {worthOf(Parts), Parts.Last.Does}) {
    std::optional<std::vector<Condition>> Needed = Does.conditions();
    if (!Needed || !addCosts(Does, Report.Conditions) ||
        !addLentWrites(Does, Report.Conditions))
      return;
    llvm::append_range(Report.Conditions, *Needed);
    RestsOnMembers |= !Does.OwnReads.empty() || !Does.Rests.empty();
  }
  Report.Suggested = fix(S, Parts, Report.Conditions);
  // Somebody who is not looked at may write them.
  if (Report.Suggested && RestsOnMembers)
    Report.Conditions.push_back(wholeProjectIsKnown());
  Findings.add(S.F, std::move(Report));
}

void WideCriticalSection::add(const Section &S, const Handover &H) {
  const ValueDecl &Container = *H.Container->getMemberDecl();
  StateUse Use{&Container, H.Container, AccessPath::of(H.Container)};
  std::optional<std::string> State = stateKey(Container);
  const auto *Guarding = llvm::find_if(
      S.Lock.Paths, [&](const AccessPath &P) { return mayGuard(P, Use); });
  std::optional<std::string> Mutex =
      Guarding == S.Lock.Paths.end() ? std::nullopt : mutexKey(*Guarding);
  std::optional<std::vector<Condition>> Needed = H.Does.conditions();
  if (!State || !Mutex || !Needed)
    return;
  Finding Report;
  Report.Loc = S.hasGuardHere() ? S.Lock.Guard->getLocation()
                                : cast<Expr>(S.Acquire)->getExprLoc();
  std::string Name = "'" + Container.getNameAsString() + "'";
  Report.Message = S.Lock.name() + " is held while " + Name +
                   (H.IsFilled ? " is filled anew, " + inWords(H.Does) +
                                     ", from what others cannot see"
                               : " is worked through, a loop, and left empty");
  Report.Notes = {{H.Loop->getBeginLoc(), "the work begins here"}};
  Report.In = &S.F;
  Report.Conditions = std::move(*Needed);
  Report.Conditions.push_back(anyIsGuarded(*Mutex, {*State}));
  if (!addLentWrites(H.Does, Report.Conditions))
    return;
  Report.Suggested = swapFix(S, H);
  Findings.add(S.F, std::move(Report));
}

void WideCriticalSection::examine(const FunctionDecl &F) {
  Findings.noteBody(F);
  LockRegions Regions(F, Locks);
  if (Regions.locks().empty())
    return;
  Private.enter(F);
  forEachBlock(
      F, [&](const CompoundStmt &Block) { examineBlock(Block, F, Regions); });
}

// Whether other files have a say in the fix.
static bool dependsOnOthers(const Finding &F) {
  bool IsLimited = llvm::any_of(F.Conditions, [](const Condition &C) {
    return C.On != Condition::Scope::Finding;
  });
  return IsLimited && cast<FunctionDecl>(F.In)->isExternallyVisible();
}

void WideCriticalSection::onEndOfTranslationUnit() {
  if (!Context)
    return;
  collectGuardedState(*Context, Locks, Facts);
  collectLentArguments(*Context, Locks, Private, Facts);
  Private.publish(*Context, Facts);
  publish(Facts);
  for (const FunctionDecl *F : Functions)
    examine(*F);
  for (Finding &F : Findings.take())
    if (settle(F, Facts, dependsOnOthers(F)))
      report(std::move(F));
}
