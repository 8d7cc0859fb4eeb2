//===- HeapCouldBeStack.cpp - whet-heap-could-be-stack --------------------===//
//
// An object that a local smart pointer makes, keeps and destroys is a local
// object with a detour: one allocation, and a pointer to follow.
//
// As long as the pointer is only looked through, the object dies where the
// pointer does. So it may be used by whomever it is lent to just as before, and
// what counts is that nobody takes it over: a pointer that is moved, copied,
// released, reset, compared or captured is left alone.
//
// The same goes for a raw pointer whose object is deleted exactly once on each
// way out of the function: whoever it is passed to could not use it afterwards
// before, either. What is left are exceptions, after which the object was not
// deleted and is now, and what happens between the `delete` and the end of the
// scope; where either could be seen, the fix is not a safe one.
//
//===----------------------------------------------------------------------===//
#include "whet/analysis/DeletePaths.h"
#include "whet/analysis/Escape.h"
#include "whet/analysis/StandardLibrary.h"
#include "whet/support/Check.h"
#include "whet/support/OwnCode.h"
#include "whet/support/Registry.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/TargetInfo.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/MapVector.h"

using namespace whet;
using namespace clang;
using namespace clang::ast_matchers;

namespace {

constexpr OptionInfo Opts[] = {
    {"MaxSize", OptionKind::Unsigned, "4096",
     "objects of more bytes are not reported"},
    {"FrameBudget", OptionKind::Unsigned, "16384",
     "objects that would make the variables of their function take more bytes "
     "than that are not reported"}};

constexpr CheckInfo Info{.Id = "whet-heap-could-be-stack",
                         .Topic = Topic::Allocation,
                         .Summary =
                             "object is allocated, though it lives and dies "
                             "with a local pointer",
                         .Fix = FixKind::Safe,
                         .Since = "0.1",
                         .Options = Opts};

/// How a pointer is looked through.
struct PointerUse {
  /// The whole of it: `p->`, up to the member, `*p`, `p.get()`; `p` of a raw
  /// pointer that is passed on.
  const Expr *Where = nullptr;
  /// What it is an operand of; null if that is a statement.
  const Expr *Parent = nullptr;
  /// Test: of a raw pointer, for null. Element: `p[i]` of an array.
  enum UseKind { Arrow, Star, Get, Test, Element } Kind = Star;
  bool IsReturned = false;
};

/// Who sees to it that the object is destroyed.
enum class OwnerKind {
  /// A smart pointer.
  Smart,
  /// `delete`, `delete[]` or `free` of a raw pointer.
  Delete,
  DeleteArray,
  Free
};

/// Where a raw pointer's object is deleted.
struct Deletion {
  const Expr *Where = nullptr;
  /// The block that it is a statement of; null if it is not.
  const CompoundStmt *Block = nullptr;
};

/// A pointer that makes an object, and all that is done with it.
struct Candidate {
  const VarDecl *Pointer = nullptr;
  /// What is made.
  QualType Object;
  /// The call of make_unique, make_shared or malloc, or `new`.
  const Expr *Allocation = nullptr;
  OwnerKind Owner = OwnerKind::Smart;
  /// How many elements an array has; 0 for a single object.
  uint64_t Count = 0;
  const CompoundStmt *Scope = nullptr;
  std::vector<Deletion> Deletions;
  bool IsInLoop = false;
  /// Whether it is used as a pointer, too.
  bool IsKept = true;
  std::vector<PointerUse> Uses;
};

class HeapCouldBeStack : public Check {
public:
  HeapCouldBeStack(llvm::StringRef Name, tidy::ClangTidyContext *Context)
      : Check(Name, Context, Info), MaxSize(unsignedOption("MaxSize")),
        FrameBudget(unsignedOption("FrameBudget")) {}

  void registerMatchers(MatchFinder *Finder) override;
  void check(const MatchFinder::MatchResult &Result) override;
  void onEndOfTranslationUnit() override {
    Escapes.reset();
    Check::onEndOfTranslationUnit();
  }

private:
  void examine(const FunctionDecl &F);
  bool escapes(const FunctionDecl &F, const Expr &Allocation);

  std::unique_ptr<Escape> Escapes;

  const uint64_t MaxSize;
  const uint64_t FrameBudget;
};

} // namespace

static const RegisterCheck<HeapCouldBeStack> X(Info);

void HeapCouldBeStack::registerMatchers(MatchFinder *Finder) {
  matchBodies(*Finder, *this);
}

void HeapCouldBeStack::check(const MatchFinder::MatchResult &Result) {
  const FunctionDecl *F = matchedBody(Result);
  // What an instance of a template makes may be of any size in another one.
  if (F && !F->isTemplateInstantiation() &&
      !isa<CoroutineBodyStmt>(F->getBody()))
    examine(*F);
}

// --- Which pointers
// ------------------------------------------------------------------

static const ClassTemplateSpecializationDecl *smartPointer(QualType T) {
  const auto *Class = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
      T->getAsCXXRecordDecl());
  bool IsOne =
      Class && Class->isInStdNamespace() && Class->getIdentifier() &&
      (Class->getName() == "unique_ptr" || Class->getName() == "shared_ptr");
  return IsOne ? Class : nullptr;
}

// Whether Class deletes as `delete` does.
static bool hasDefaultDeleter(const ClassTemplateSpecializationDecl &Class) {
  const TemplateArgumentList &Arguments = Class.getTemplateArgs();
  if (Arguments.size() < 2)
    return true;
  if (Arguments[1].getKind() != TemplateArgument::Type)
    return false;
  const CXXRecordDecl *Deleter = Arguments[1].getAsType()->getAsCXXRecordDecl();
  return Deleter && Deleter->isInStdNamespace() && Deleter->getIdentifier() &&
         Deleter->getName() == "default_delete";
}

static bool makesObject(const CallExpr &Call) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  const ObjectMaker *Maker = Callee ? findObjectMaker(*Callee) : nullptr;
  return Maker && Maker->IsGiven;
}

// Whether `new` is one that a local object does without.
static bool isPlain(const CXXNewExpr &New) {
  return !New.isArray() && New.getNumPlacementArgs() == 0 &&
         New.getOperatorNew() &&
         New.getOperatorNew()->isReplaceableGlobalAllocationFunction();
}

static const Expr *withoutWrappers(const Expr *E) {
  while (true) {
    const Expr *Inner = E->IgnoreParenImpCasts();
    if (const auto *Full = dyn_cast<FullExpr>(Inner))
      Inner = Full->getSubExpr();
    else if (const auto *Temporary = dyn_cast<CXXBindTemporaryExpr>(Inner))
      Inner = Temporary->getSubExpr();
    else if (const auto *Materialized =
                 dyn_cast<MaterializeTemporaryExpr>(Inner))
      Inner = Materialized->getSubExpr();
    if (Inner == E)
      return E;
    E = Inner;
  }
}

// What the initialiser of a smart pointer makes; null if it does not.
static const Expr *allocationOf(const Expr *Init) {
  Init = withoutWrappers(Init);
  if (const auto *Call = dyn_cast<CallExpr>(Init))
    return makesObject(*Call) ? Call : nullptr;
  const auto *Construct = dyn_cast<CXXConstructExpr>(Init);
  if (!Construct || Construct->getNumArgs() == 0)
    return nullptr;
  for (const Expr *Argument : llvm::drop_begin(Construct->arguments()))
    if (!Argument->isDefaultArgument())
      return nullptr;
  const Expr *First = withoutWrappers(Construct->getArg(0));
  if (const auto *New = dyn_cast<CXXNewExpr>(First))
    return isPlain(*New) ? New : nullptr;
  // std::shared_ptr<T> p = std::make_unique<T>(): two of them.
  return nullptr;
}

static bool hasOwnNew(const CXXRecordDecl &R) {
  DeclarationName Name =
      R.getASTContext().DeclarationNames.getCXXOperatorName(OO_New);
  if (!R.lookup(Name).empty())
    return true;
  return llvm::any_of(R.bases(), [](const CXXBaseSpecifier &Base) {
    const CXXRecordDecl *B = Base.getType()->getAsCXXRecordDecl();
    return !B || hasOwnNew(*B);
  });
}

static bool sharesItself(const CXXRecordDecl &R) {
  if (R.getIdentifier() && R.getName() == "enable_shared_from_this")
    return true;
  return llvm::any_of(R.bases(), [](const CXXBaseSpecifier &Base) {
    const CXXRecordDecl *B = Base.getType()->getAsCXXRecordDecl();
    return !B || sharesItself(*B);
  });
}

// Whether objects of type T may as well be local.
static bool canBeLocal(QualType T, const ASTContext &Ctx) {
  if (T->isIncompleteType() || T->isArrayType() || T->isReferenceType() ||
      T->isVoidType() || T.isVolatileQualified())
    return false;
  // More than `new` is sure to give is asked for on purpose.
  if (Ctx.getTypeAlign(T) > Ctx.getTargetInfo().getNewAlign())
    return false;
  const CXXRecordDecl *R = T->getAsCXXRecordDecl();
  return !R || (R->hasDefinition() && !R->isAbstract() && !hasOwnNew(*R) &&
                !sharesItself(*R));
}

static bool isMalloc(const CallExpr &Call) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  return Callee && Callee->getIdentifier() && Callee->getName() == "malloc" &&
         Callee->isExternC() && Call.getNumArgs() == 1;
}

static bool isFree(const CallExpr &Call) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  return Callee && Callee->getIdentifier() && Callee->getName() == "free" &&
         Callee->isExternC() && Call.getNumArgs() == 1;
}

// Sets what C makes, and how many, of `new` or malloc; whether it is known.
static bool setObject(Candidate &C, QualType Pointee, const ASTContext &Ctx) {
  if (const auto *New = dyn_cast<CXXNewExpr>(C.Allocation)) {
    C.Object = New->getAllocatedType();
    C.Owner = OwnerKind::Delete;
    if (New->isArray()) {
      std::optional<const Expr *> Size = New->getArraySize();
      std::optional<llvm::APSInt> Value;
      if (Size && *Size && !(*Size)->isValueDependent())
        Value = (*Size)->getIntegerConstantExpr(Ctx);
      if (!Value || Value->isNegative() || Value->isZero())
        return false;
      C.Count = Value->getLimitedValue();
      C.Owner = OwnerKind::DeleteArray;
    }
    return Ctx.hasSameType(C.Object, Pointee) && canBeLocal(C.Object, Ctx);
  }
  C.Object = Pointee;
  C.Owner = OwnerKind::Free;
  Expr::EvalResult Size;
  const Expr *Argument = cast<CallExpr>(C.Allocation)->getArg(0);
  if (Pointee.hasQualifiers() || !canBeLocal(Pointee, Ctx) ||
      !Pointee.isTrivialType(Ctx) || Argument->isValueDependent() ||
      !Argument->EvaluateAsInt(Size, Ctx))
    return false;
  uint64_t Bytes = Size.Val.getInt().getLimitedValue();
  uint64_t Each = Ctx.getTypeSizeInChars(Pointee).getQuantity();
  if (Bytes == 0 || Each == 0 || Bytes % Each != 0)
    return false;
  C.Count = Bytes == Each ? 0 : Bytes / Each;
  return true;
}

// A raw pointer that is initialised with a new object.
static std::optional<Candidate> rawCandidate(const VarDecl &V) {
  const Expr *Init = V.getInit();
  if (!Init || !V.hasLocalStorage() || isa<ParmVarDecl>(V) ||
      !V.getType()->isPointerType() || V.getType().isVolatileQualified() ||
      V.getType()->getPointeeType()->isDependentType() || V.isInvalidDecl())
    return std::nullopt;
  Candidate C;
  C.Pointer = &V;
  const Expr *E = withoutWrappers(Init);
  while (const auto *Cast = dyn_cast<ExplicitCastExpr>(E))
    E = withoutWrappers(Cast->getSubExpr());
  const auto *New = dyn_cast<CXXNewExpr>(E);
  const auto *Call = dyn_cast<CallExpr>(E);
  bool IsNew = New && E == withoutWrappers(Init) &&
               New->getNumPlacementArgs() == 0 && New->getOperatorNew() &&
               New->getOperatorNew()->isReplaceableGlobalAllocationFunction();
  if (!IsNew && !(Call && isMalloc(*Call)))
    return std::nullopt;
  C.Allocation = E;
  if (!setObject(C, V.getType()->getPointeeType(), V.getASTContext()))
    return std::nullopt;
  return C;
}

static std::optional<Candidate> ownerCandidate(const VarDecl &V) {
  const Expr *Init = V.getInit();
  if (!Init || !V.hasLocalStorage() || isa<ParmVarDecl>(V) ||
      V.getType()->isReferenceType() || V.isExceptionVariable())
    return std::nullopt;
  const ClassTemplateSpecializationDecl *Class = smartPointer(V.getType());
  if (!Class || !hasDefaultDeleter(*Class) ||
      Class->getTemplateArgs()[0].getKind() != TemplateArgument::Type)
    return std::nullopt;
  Candidate C;
  C.Pointer = &V;
  C.Allocation = allocationOf(Init);
  if (!C.Allocation)
    return std::nullopt;
  C.Object = Class->getTemplateArgs()[0].getAsType();
  QualType Made;
  if (const auto *New = dyn_cast<CXXNewExpr>(C.Allocation)) {
    Made = New->getAllocatedType();
  } else {
    const ClassTemplateSpecializationDecl *Maker =
        smartPointer(C.Allocation->getType());
    if (!Maker ||
        Maker->getTemplateArgs()[0].getKind() != TemplateArgument::Type)
      return std::nullopt;
    Made = Maker->getTemplateArgs()[0].getAsType();
  }
  const ASTContext &Ctx = V.getASTContext();
  // A base class's pointer hides which class it is.
  if (!Ctx.hasSameType(Made, C.Object) || !canBeLocal(Made, Ctx))
    return std::nullopt;
  return C;
}

static std::optional<Candidate> candidate(const VarDecl &V) {
  if (V.getType()->isPointerType())
    return rawCandidate(V);
  return ownerCandidate(V);
}

// --- How they are used
// ---------------------------------------------------------------

namespace {
/// One walk over a body: pointers that make objects, and what is done with
/// them.
class PointerUses : public ConstDynamicRecursiveASTVisitor {
public:
  llvm::MapVector<const VarDecl *, Candidate> Found;
  /// Bytes of all other variables of the function.
  uint64_t Bytes = 0;
  /// Whether setjmp is called: what is local may not be what it was.
  bool ReturnsTwice = false;

  bool VisitCallExpr(const CallExpr *Call) override {
    if (const FunctionDecl *Callee = Call->getDirectCallee())
      ReturnsTwice |= returnsTwice(*Callee);
    return true;
  }

  bool VisitVarDecl(const VarDecl *V) override {
    if (LambdaDepth == 0 && V->hasLocalStorage() &&
        !V->getType()->isDependentType() && !V->isInvalidDecl() &&
        !V->getType()->isUndeducedType() && !V->getType()->isIncompleteType() &&
        !V->getType()->isReferenceType() && !candidate(*V))
      Bytes +=
          V->getASTContext().getTypeSizeInChars(V->getType()).getQuantity();
    return true;
  }

  bool TraverseStmt(const Stmt *S) override {
    if (!S)
      return true;
    Parents.push_back(S);
    bool Result = ConstDynamicRecursiveASTVisitor::TraverseStmt(S);
    Parents.pop_back();
    return Result;
  }
  bool TraverseTypeLoc(TypeLoc Loc, bool TraverseQualifier = true) override {
    ++TypeDepth;
    bool Result = ConstDynamicRecursiveASTVisitor::TraverseTypeLoc(
        Loc, TraverseQualifier);
    --TypeDepth;
    return Result;
  }
  bool TraverseLambdaExpr(const LambdaExpr *Lambda) override {
    ++LambdaDepth;
    bool Result = ConstDynamicRecursiveASTVisitor::TraverseLambdaExpr(Lambda);
    --LambdaDepth;
    return Result;
  }

  bool VisitDeclStmt(const DeclStmt *S) override {
    const auto *V =
        S->isSingleDecl() ? dyn_cast<VarDecl>(S->getSingleDecl()) : nullptr;
    // Not in a condition, nor the body of an `if`.
    bool IsInBlock =
        Parents.size() > 1 && isa<CompoundStmt>(Parents[Parents.size() - 2]);
    if (!V || !IsInBlock || LambdaDepth > 0)
      return true;
    if (std::optional<Candidate> C = candidate(*V)) {
      C->Scope = cast<CompoundStmt>(Parents[Parents.size() - 2]);
      C->IsInLoop = llvm::any_of(Parents, [](const Stmt *Parent) {
        return isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(Parent);
      });
      Found[V] = std::move(*C);
    }
    return true;
  }

  bool VisitDeclRefExpr(const DeclRefExpr *Ref) override {
    const auto *V = dyn_cast<VarDecl>(Ref->getDecl());
    auto *It = V ? Found.find(V) : Found.end();
    if (It == Found.end())
      return true;
    Candidate &C = It->second;
    if (LambdaDepth > 0 || TypeDepth > 0 || isInTryOf(C)) {
      C.IsKept = false;
      return true;
    }
    if (C.Owner != OwnerKind::Smart)
      if (std::optional<Deletion> D = deletion(C)) {
        C.Deletions.push_back(*D);
        return true;
      }
    std::optional<PointerUse> Use =
        C.Owner == OwnerKind::Smart ? use() : rawUse(C);
    if (Use)
      C.Uses.push_back(*Use);
    else
      C.IsKept = false;
    return true;
  }

private:
  // The parent of Parents[Depth], without what has no text.
  const Stmt *above(size_t &Depth) const {
    while (Depth > 0) {
      const Stmt *S = Parents[--Depth];
      if (!isa<ImplicitCastExpr, FullExpr, MaterializeTemporaryExpr,
               CXXBindTemporaryExpr>(S))
        return S;
    }
    return nullptr;
  }

  // Whether a raw pointer is mentioned in a `try` within its scope, of which it
  // is not known where it ends.
  bool isInTryOf(const Candidate &C) const {
    if (C.Owner == OwnerKind::Smart)
      return false;
    auto Scope = llvm::find(Parents, C.Scope);
    return std::any_of(Scope, Parents.end(), [](const Stmt *S) {
      return isa<CXXTryStmt, CXXCatchStmt>(S);
    });
  }

  // The deletion that the reference at hand is the operand of.
  std::optional<Deletion> deletion(const Candidate &C) const {
    size_t Depth = Parents.size() - 1;
    const auto *Deleted = dyn_cast_or_null<Expr>(above(Depth));
    const auto *Delete = dyn_cast_or_null<CXXDeleteExpr>(Deleted);
    const auto *Call = dyn_cast_or_null<CallExpr>(Deleted);
    bool IsOne =
        Delete ? C.Owner == (Delete->isArrayForm() ? OwnerKind::DeleteArray
                                                   : OwnerKind::Delete)
               : Call && C.Owner == OwnerKind::Free && isFree(*Call);
    if (!IsOne)
      return std::nullopt;
    Deletion D;
    D.Where = Deleted;
    D.Block = dyn_cast_or_null<CompoundStmt>(above(Depth));
    return D;
  }

  // How the value of the raw pointer at hand is used; nothing if it is not a
  // value that is.
  std::optional<PointerUse> rawUse(const Candidate &C) const {
    size_t Depth = Parents.size() - 1;
    const auto *Ref = cast<DeclRefExpr>(Parents[Depth]);
    const auto *Load = dyn_cast<ImplicitCastExpr>(Parents[Depth - 1]);
    if (!Load || Load->getCastKind() != CK_LValueToRValue)
      return std::nullopt;
    const Stmt *Parent = above(Depth);
    PointerUse Result;
    Result.Where = Ref;
    Result.Kind = PointerUse::Get;
    Result.Parent = dyn_cast_or_null<Expr>(Parent);
    if (isTest(*Ref, Parent)) {
      Result.Kind = PointerUse::Test;
      return Result;
    }
    if (const auto *Subscript = dyn_cast_or_null<ArraySubscriptExpr>(Parent)) {
      if (C.Count == 0 || Subscript->getLHS()->IgnoreImpCasts() != Ref)
        return std::nullopt;
      Result.Kind = PointerUse::Element;
      return Result;
    }
    if (C.Count > 0)
      return Result;
    if (asksWhere(Parent))
      return std::nullopt;
    if (const auto *Member = dyn_cast_or_null<MemberExpr>(Parent)) {
      Result.Kind = PointerUse::Arrow;
      Result.Where = Member;
      return Member->isArrow() &&
                     !isa<CXXDestructorDecl>(Member->getMemberDecl())
                 ? std::optional(Result)
                 : std::nullopt;
    }
    const auto *Op = dyn_cast_or_null<UnaryOperator>(Parent);
    if (!Op || Op->getOpcode() != UO_Deref)
      return Result;
    return star(*Op, Depth);
  }

  // Whether it counts where the object is, and not only which one it is.
  static bool asksWhere(const Stmt *Parent) {
    if (const auto *Op = dyn_cast_or_null<BinaryOperator>(Parent))
      return Op->isRelationalOp() || Op->isAdditiveOp();
    const auto *Cast = dyn_cast_or_null<ExplicitCastExpr>(Parent);
    return Cast && Cast->getCastKind() == CK_PointerToIntegral;
  }

  // Whether a raw pointer is asked whether it is null.
  bool isTest(const DeclRefExpr &Ref, const Stmt *Parent) const {
    for (size_t I = Parents.size() - 1; I > 0; --I) {
      const auto *Cast = dyn_cast<ImplicitCastExpr>(Parents[I - 1]);
      if (!Cast)
        break;
      if (Cast->getCastKind() == CK_PointerToBoolean)
        return true;
    }
    const auto *Op = dyn_cast_or_null<BinaryOperator>(Parent);
    return Op && Op->isEqualityOp() &&
           (Op->getLHS()->isNullPointerConstant(
                Ref.getDecl()->getASTContext(),
                Expr::NPC_NeverValueDependent) ||
            Op->getRHS()->isNullPointerConstant(Ref.getDecl()->getASTContext(),
                                                Expr::NPC_NeverValueDependent));
  }

  // `*p`, at Depth of the parents.
  PointerUse star(const Expr &Op, size_t Depth) const {
    PointerUse Result;
    Result.Where = &Op;
    const Stmt *Outermost = &Op;
    const Stmt *Above = above(Depth);
    for (; isa_and_nonnull<ParenExpr>(Above); Above = above(Depth))
      Outermost = Above;
    Result.Parent = dyn_cast_or_null<Expr>(Above);
    // "(*p).x" becomes "p.x".
    if (isa_and_nonnull<MemberExpr>(Above))
      Result.Where = cast<Expr>(Outermost);
    if (isa_and_nonnull<CXXConstructExpr>(Above))
      Above = above(Depth);
    Result.IsReturned = isa_and_nonnull<ReturnStmt, CXXThrowExpr>(Above);
    return Result;
  }

  // How the reference at hand looks through its pointer; nothing if it is
  // anything else.
  std::optional<PointerUse> use() const {
    size_t Depth = Parents.size() - 1;
    const auto *Ref = cast<Expr>(Parents[Depth]);
    const Stmt *Parent = above(Depth);
    PointerUse Result;
    if (const auto *Op = dyn_cast_or_null<CXXOperatorCallExpr>(Parent)) {
      if (Op->getNumArgs() != 1 || Op->getArg(0)->IgnoreImpCasts() != Ref)
        return std::nullopt;
      Result.Where = Op;
      if (Op->getOperator() == OO_Arrow) {
        Result.Kind = PointerUse::Arrow;
        Result.Parent = dyn_cast_or_null<Expr>(above(Depth));
        // `p->operator->()->` is looked through twice.
        return isa_and_nonnull<MemberExpr>(Result.Parent)
                   ? std::optional(Result)
                   : std::nullopt;
      }
      if (Op->getOperator() != OO_Star)
        return std::nullopt;
      return star(*Op, Depth);
    }
    const auto *Member = dyn_cast_or_null<MemberExpr>(Parent);
    const auto *Call = dyn_cast_or_null<CXXMemberCallExpr>(above(Depth));
    if (!Member || !Call || Member->isArrow() ||
        Member->getBase()->IgnoreImpCasts() != Ref ||
        !Member->getMemberDecl()->getIdentifier() ||
        Member->getMemberDecl()->getName() != "get")
      return std::nullopt;
    Result.Kind = PointerUse::Get;
    Result.Where = Call;
    Result.Parent = dyn_cast_or_null<Expr>(above(Depth));
    return asksWhere(Result.Parent) ? std::nullopt : std::optional(Result);
  }

  std::vector<const Stmt *> Parents;
  unsigned LambdaDepth = 0;
  unsigned TypeDepth = 0;
};
} // namespace

// --- Recursion
// -----------------------------------------------------------------------

namespace {
/// The functions with bodies that a body calls.
class Callees : public ConstDynamicRecursiveASTVisitor {
public:
  bool VisitCallExpr(const CallExpr *Call) override {
    if (const FunctionDecl *Callee = Call->getDirectCallee())
      Found.push_back(Callee);
    return true;
  }
  bool VisitCXXConstructExpr(const CXXConstructExpr *Construct) override {
    Found.push_back(Construct->getConstructor());
    return true;
  }

  llvm::SmallVector<const FunctionDecl *, 16> Found;
};
} // namespace

// Whether F may be on the stack more than once, as far as the unit shows. A
// function in a system header calls nothing of the project by name.
static bool mayRecurse(const FunctionDecl &F) {
  const SourceManager &SM = F.getASTContext().getSourceManager();
  llvm::SmallPtrSet<const FunctionDecl *, 32> Seen;
  llvm::SmallVector<const FunctionDecl *, 32> Work{&F};
  while (!Work.empty()) {
    const FunctionDecl *Definition = nullptr;
    if (!Work.pop_back_val()->hasBody(Definition))
      continue;
    Callees Calls;
    Calls.TraverseStmt(Definition->getBody());
    for (const FunctionDecl *Callee : Calls.Found) {
      if (Callee->getCanonicalDecl() == F.getCanonicalDecl())
        return true;
      if (!SM.isInSystemHeader(Callee->getLocation()) &&
          Seen.insert(Callee->getCanonicalDecl()).second)
        Work.push_back(Callee);
    }
  }
  return false;
}

// --- The fix
// -------------------------------------------------------------------------

namespace {
class LocalObject {
public:
  LocalObject(const Candidate &C, const ASTContext &Ctx)
      : C(C), Ctx(Ctx), SM(Ctx.getSourceManager()), LO(Ctx.getLangOpts()),
        Builder(SM, LO) {}

  std::optional<Edits> edits();

private:
  std::optional<std::string> text(SourceRange Range) const;
  std::optional<std::string> declaration() const;
  std::optional<std::string> arrayDeclaration(const std::string &Type) const;
  std::optional<std::string> typeText() const;
  std::optional<std::string> initialiser() const;
  void replaceUse(const PointerUse &Use);

  const Candidate &C;
  const ASTContext &Ctx;
  const SourceManager &SM;
  const LangOptions &LO;
  EditBuilder Builder;
};
} // namespace

std::optional<std::string> LocalObject::text(SourceRange Range) const {
  if (Range.getBegin().isMacroID() || Range.getEnd().isMacroID())
    return std::nullopt;
  bool IsInvalid = false;
  llvm::StringRef Text = Lexer::getSourceText(
      CharSourceRange::getTokenRange(Range), SM, LO, &IsInvalid);
  if (IsInvalid || Text.empty())
    return std::nullopt;
  return Text.str();
}

// What stands between < and > of make_unique<T>, or after `new`.
std::optional<std::string> LocalObject::typeText() const {
  if (const auto *New = dyn_cast<CXXNewExpr>(C.Allocation))
    return text(
        New->getAllocatedTypeSourceInfo()->getTypeLoc().getSourceRange());
  const auto *Call = cast<CallExpr>(C.Allocation);
  if (C.Owner == OwnerKind::Free) {
    // As it is written, less the `*`.
    if (C.Pointer->getType()->getContainedAutoType())
      return std::nullopt;
    auto Pointer = C.Pointer->getTypeSourceInfo()
                       ->getTypeLoc()
                       .getUnqualifiedLoc()
                       .getAs<PointerTypeLoc>();
    return Pointer ? text(Pointer.getPointeeLoc().getSourceRange())
                   : std::nullopt;
  }
  const auto *Callee =
      dyn_cast<DeclRefExpr>(Call->getCallee()->IgnoreParenImpCasts());
  if (!Callee || Callee->getNumTemplateArgs() != 1)
    return std::nullopt;
  return text(Callee->getTemplateArgs()[0].getSourceRange());
}

// A local object may choose another constructor for `0`, which is no null
// pointer any more once make_unique has forwarded it.
static bool changesMeaning(const Expr &Argument, ASTContext &Ctx) {
  const Expr *E = Argument.IgnoreParenImpCasts();
  return isa<IntegerLiteral>(E) &&
         E->isNullPointerConstant(Ctx, Expr::NPC_NeverValueDependent);
}

// Whether `T p(Argument)` could be read as a function.
static bool looksLikeParameter(const Expr &Argument) {
  const Expr *E = withoutWrappers(&Argument);
  return isa<CXXTemporaryObjectExpr, CXXScalarValueInitExpr,
             CXXFunctionalCastExpr, CXXUnresolvedConstructExpr>(E);
}

std::optional<std::string> LocalObject::initialiser() const {
  if (const auto *New = dyn_cast<CXXNewExpr>(C.Allocation)) {
    SourceRange Range = New->getDirectInitRange();
    if (New->getInitializationStyle() == CXXNewInitializationStyle::None)
      return "";
    if (New->getInitializationStyle() == CXXNewInitializationStyle::Parens) {
      std::optional<std::string> Text = text(Range);
      if (!Text)
        return std::nullopt;
      if (llvm::StringRef(*Text).drop_front().drop_back().trim().empty())
        return "{}";
      const auto *Construct =
          dyn_cast_or_null<CXXConstructExpr>(New->getConstructExpr());
      if (Construct && Construct->getNumArgs() > 0 &&
          looksLikeParameter(*Construct->getArg(0)))
        return std::nullopt;
      return Text;
    }
    return text(New->getInitializer()->getSourceRange());
  }
  const auto *Call = cast<CallExpr>(C.Allocation);
  if (C.Owner == OwnerKind::Free)
    return "";
  if (Call->getNumArgs() == 0)
    return "{}";
  for (const Expr *Argument : Call->arguments())
    if (Argument->isDefaultArgument() ||
        changesMeaning(*Argument, const_cast<ASTContext &>(Ctx)))
      return std::nullopt;
  if (looksLikeParameter(*Call->getArg(0)))
    return std::nullopt;
  std::optional<std::string> Arguments =
      text({Call->getArg(0)->getBeginLoc(),
            Call->getArg(Call->getNumArgs() - 1)->getEndLoc()});
  if (!Arguments)
    return std::nullopt;
  return "(" + *Arguments + ")";
}

// `std::array<T, N> p`, initialised as `new T[N]` does.
std::optional<std::string>
LocalObject::arrayDeclaration(const std::string &Type) const {
  if (!LO.CPlusPlus11)
    return std::nullopt;
  std::string Count = std::to_string(C.Count);
  std::string Init;
  if (const auto *New = dyn_cast<CXXNewExpr>(C.Allocation)) {
    std::optional<std::string> Written =
        text((*New->getArraySize())->getSourceRange());
    if (!Written)
      return std::nullopt;
    bool IsPlainText = llvm::all_of(*Written, [](char C) {
      return llvm::isAlnum(C) || C == '_' || C == ':';
    });
    Count = IsPlainText ? *Written : "(" + *Written + ")";
    switch (New->getInitializationStyle()) {
    case CXXNewInitializationStyle::None:
      break;
    case CXXNewInitializationStyle::Parens:
      Init = "{}";
      break;
    case CXXNewInitializationStyle::Braces: {
      const auto *List = dyn_cast<InitListExpr>(New->getInitializer());
      if (!List || List->getNumInits() > 0)
        return std::nullopt;
      Init = "{}";
    }
    }
  }
  return "std::array<" + Type + ", " + Count + "> " +
         C.Pointer->getNameAsString() + Init;
}

std::optional<std::string> LocalObject::declaration() const {
  std::optional<std::string> Type = typeText();
  if (Type && C.Count > 0)
    return arrayDeclaration(*Type);
  std::optional<std::string> Init = initialiser();
  if (!Type || !Init || (!LO.CPlusPlus11 && *Init == "{}"))
    return std::nullopt;
  return *Type + " " + C.Pointer->getNameAsString() + *Init;
}

// Whether an operator that binds more tightly than `&` follows E.
static bool needsParentheses(const Expr *Parent) {
  return Parent && !isa<CallExpr, CXXConstructExpr, InitListExpr>(Parent);
}

// The member that is looked up in p.get()-> at once; null for other uses.
static const MemberExpr *arrowAfter(const PointerUse &Use) {
  const auto *Member = dyn_cast_or_null<MemberExpr>(Use.Parent);
  bool IsOne = Use.Kind == PointerUse::Get && Member && Member->isArrow() &&
               !Member->isImplicitAccess();
  return IsOne ? Member : nullptr;
}

void LocalObject::replaceUse(const PointerUse &Use) {
  std::string Name = C.Pointer->getNameAsString();
  if (Use.Kind == PointerUse::Element)
    return;
  if (Use.Kind == PointerUse::Get && C.Count > 0) {
    Builder.replace(Use.Where->getSourceRange(), Name + ".data()");
  } else if (Use.Kind == PointerUse::Star) {
    Builder.replace(Use.Where->getSourceRange(), Name);
  } else if (const auto *Member = arrowAfter(Use)) {
    Builder.replace({Use.Where->getBeginLoc(), Member->getOperatorLoc()},
                    Name + ".");
  } else if (Use.Kind == PointerUse::Get) {
    Builder.replace(Use.Where->getSourceRange(), needsParentheses(Use.Parent)
                                                     ? "(&" + Name + ")"
                                                     : "&" + Name);
  } else {
    const auto *Op = dyn_cast<CXXOperatorCallExpr>(Use.Where);
    SourceLocation Arrow = Op ? Op->getOperatorLoc()
                              : cast<MemberExpr>(Use.Where)->getOperatorLoc();
    Builder.replace({Arrow, Arrow}, ".");
  }
}

static bool overloadsAddressOf(QualType T) {
  const CXXRecordDecl *R = T->getAsCXXRecordDecl();
  return R && !R->lookup(R->getASTContext().DeclarationNames.getCXXOperatorName(
                             OO_Amp))
                   .empty();
}

std::optional<Edits> LocalObject::edits() {
  std::optional<std::string> Declaration = declaration();
  if (!Declaration)
    return std::nullopt;
  const VarDecl &V = *C.Pointer;
  if (hasComment(V.getSourceRange(), SM, LO))
    return std::nullopt;
  for (const PointerUse &Use : C.Uses) {
    bool TakesAddress = Use.Kind == PointerUse::Get && !arrowAfter(Use);
    if (TakesAddress && overloadsAddressOf(C.Object))
      return std::nullopt;
    if (Use.IsReturned && C.Object->isRecordType())
      return std::nullopt;
    if (Use.Kind == PointerUse::Test)
      return std::nullopt;
    replaceUse(Use);
  }
  for (const Deletion &D : C.Deletions) {
    if (!D.Block)
      return std::nullopt;
    Builder.removeStatement(*D.Where);
  }
  if (C.Count > 0)
    Builder.includeHeader(V.getBeginLoc(), "array");
  Builder.replace(V.getSourceRange(), *Declaration);
  return Builder.take();
}

// --- What is said
// --------------------------------------------------------------------

static std::string typeName(QualType T, const ASTContext &Ctx) {
  PrintingPolicy Policy = Ctx.getPrintingPolicy();
  Policy.SuppressTagKeyword = true;
  return T.getAsString(Policy);
}

static std::string described(const Candidate &C, uint64_t Size,
                             const ASTContext &Ctx) {
  std::string Type = typeName(C.Object, Ctx);
  if (C.Count > 0)
    Type += "[" + std::to_string(C.Count) + "]";
  return "'" + Type + "' of " + std::to_string(Size) +
         (Size == 1 ? " byte" : " bytes") + " is allocated, 1 allocation per " +
         (C.IsInLoop ? "iteration" : "call");
}

static Finding findingOf(const Candidate &C, uint64_t Size,
                         const FunctionDecl &F) {
  const ASTContext &Ctx = F.getASTContext();
  Finding Report;
  // Where the fix begins; that is where editors show it.
  Report.Loc = C.Pointer->getBeginLoc();
  Report.Message = described(C, Size, Ctx) + ", and dies with '" +
                   C.Pointer->getNameAsString() +
                   "', which is only looked through";
  Report.Notes.push_back(
      {C.Pointer->getLocation(),
       "'" + C.Pointer->getNameAsString() +
           "' is never moved, copied, released, reset or captured"});
  Report.In = &F;
  if (std::optional<Edits> Changes = LocalObject(C, Ctx).edits())
    Report.Suggested = Fix{FixKind::Safe, "", std::move(*Changes)};
  return Report;
}

// --- Raw pointers
// ------------------------------------------------------------------------

static bool hasTrivialDestructor(QualType T) {
  const CXXRecordDecl *R = T->getAsCXXRecordDecl();
  return !R || R->hasTrivialDestructor();
}

// What follows a deletion in its block.
static llvm::ArrayRef<const Stmt *> statementsAfter(const Deletion &D) {
  llvm::ArrayRef<const Stmt *> Body(D.Block->body_begin(), D.Block->body_end());
  return Body
      .drop_until([&](const Stmt *S) {
        const auto *E = dyn_cast<Expr>(S);
        return S == D.Where || (E && E->IgnoreImplicit() == D.Where);
      })
      .drop_front();
}

// Whether nothing happens after a deletion that could tell whether the object
// is still there.
static bool isLast(const Deletion &D, const Candidate &C) {
  if (!D.Block)
    return false;
  bool IsAtEnd = D.Block == C.Scope;
  for (const Stmt *S : statementsAfter(D)) {
    const auto *Return = dyn_cast<ReturnStmt>(S);
    const Expr *Value = Return ? Return->getRetValue() : nullptr;
    if (!Return || (Value && !Value->getType()->isArithmeticType()))
      return false;
    if (Value && Value->HasSideEffects(C.Pointer->getASTContext()))
      return false;
    IsAtEnd = true;
  }
  return IsAtEnd;
}

// Whether the program ends after a deletion, and scopes do not.
static bool isLeftForGood(const Deletion &D) {
  return D.Block && llvm::any_of(statementsAfter(D), [](const Stmt *S) {
           const auto *E = dyn_cast<Expr>(S);
           const auto *Call =
               E ? dyn_cast<CallExpr>(E->IgnoreImplicit()) : nullptr;
           const FunctionDecl *Callee =
               Call ? Call->getDirectCallee() : nullptr;
           return Callee && Callee->isNoReturn();
         });
}

namespace {
/// What could tell that an object dies with its scope, and not where it is
/// deleted.
class Witnesses : public ConstDynamicRecursiveASTVisitor {
public:
  explicit Witnesses(const Candidate &C) : C(C) {
    IsDeletedInside = llvm::any_of(
        C.Deletions, [&](const Deletion &D) { return D.Block != C.Scope; });
  }

  bool VisitVarDecl(const VarDecl *V) override {
    IsAfter |= V == C.Pointer;
    bool IsObject = IsAfter && V != C.Pointer && V->hasLocalStorage() &&
                    !hasTrivialDestructor(
                        V->getASTContext().getBaseElementType(V->getType()));
    // Objects of inner blocks are gone by then, unless it is deleted there.
    HasLaterObject |= IsObject && (Depth == 1 || IsDeletedInside);
    return true;
  }
  bool TraverseCompoundStmt(const CompoundStmt *S) override {
    ++Depth;
    bool Result = ConstDynamicRecursiveASTVisitor::TraverseCompoundStmt(S);
    --Depth;
    return Result;
  }
  bool VisitCallExpr(const CallExpr *Call) override {
    if (IsAfter)
      MayThrow |= !isNothrow(Call->getDirectCallee());
    if (isFree(*Call))
      addDeletion(*Call);
    return true;
  }
  bool VisitCXXDeleteExpr(const CXXDeleteExpr *Delete) override {
    addDeletion(*Delete);
    return true;
  }
  bool VisitCXXConstructExpr(const CXXConstructExpr *Construct) override {
    if (IsAfter)
      MayThrow |= !isNothrow(Construct->getConstructor());
    return true;
  }
  bool VisitCXXNewExpr(const CXXNewExpr *New) override {
    MayThrow |= IsAfter && New != C.Allocation;
    return true;
  }
  bool TraverseLambdaExpr(const LambdaExpr * /*Lambda*/) override {
    return true;
  }

  bool HasLaterObject = false;
  bool MayThrow = false;
  /// The first deletion of something else after its own; null for none.
  const Expr *OtherDeletion = nullptr;

private:
  void addDeletion(const Expr &E) {
    bool IsOwn = llvm::any_of(C.Deletions,
                              [&](const Deletion &D) { return D.Where == &E; });
    if (IsDeleted && !IsOwn && !OtherDeletion)
      OtherDeletion = &E;
    IsDeleted |= IsOwn;
  }

  static bool isNothrow(const FunctionDecl *F) {
    if (!F)
      return false;
    const auto *Type = F->getType()->getAs<FunctionProtoType>();
    return F->hasAttr<NoThrowAttr>() || F->isTrivial() ||
           (Type && Type->canThrow() == CT_Cannot) ||
           (F->getBuiltinID() != 0 && F->isExternC());
  }

  const Candidate &C;
  bool IsDeletedInside = false;
  unsigned Depth = 0;
  /// Whether the pointer is declared.
  bool IsAfter = false;
  /// Whether its object is deleted, on some way.
  bool IsDeleted = false;
};
} // namespace

// What to look at before the object becomes local; empty if nothing changes.
static std::string caution(const Candidate &C, const FunctionDecl &F,
                           const Witnesses &Seen, bool Escapes) {
  bool MayThrow =
      Seen.MayThrow && F.getASTContext().getLangOpts().CXXExceptions;
  bool IsDestroyed = !hasTrivialDestructor(C.Object);
  if (IsDestroyed && llvm::any_of(C.Deletions, isLeftForGood))
    return "does not destroy it where the program exits";
  bool IsLater =
      IsDestroyed &&
      (Seen.HasLaterObject || llvm::any_of(C.Deletions, [&](const Deletion &D) {
         return !isLast(D, C);
       }));
  if (IsLater)
    return "destroys it at the end of its scope, which may be later";
  if (MayThrow && IsDestroyed)
    return "destroys it if an exception is thrown, which did not happen "
           "before";
  if (MayThrow && Escapes)
    return "ends its life if an exception is thrown, while others may have "
           "its address";
  return "";
}

static Finding rawFindingOf(const Candidate &C, uint64_t Size,
                            const FunctionDecl &F, bool Escapes) {
  const ASTContext &Ctx = F.getASTContext();
  std::string Verb = C.Owner == OwnerKind::Free ? "freed" : "deleted";
  Finding Report;
  Report.Loc = C.Pointer->getBeginLoc();
  Report.Message = described(C, Size, Ctx) + ", and " + Verb +
                   " on each way out of the scope of '" +
                   C.Pointer->getNameAsString() + "'";
  Report.Notes.reserve(C.Deletions.size() + 1);
  for (const Deletion &D : C.Deletions)
    Report.Notes.push_back(
        {Ctx.getSourceManager().getExpansionLoc(D.Where->getBeginLoc()),
         Verb + " here"});
  if (!Escapes)
    Report.Notes.push_back({C.Pointer->getLocation(),
                            "its address is with nobody when the function is "
                            "over"});
  Report.In = &F;
  Witnesses Seen(C);
  Seen.TraverseStmt(C.Scope);
  // Its destructor may look at what goes after it.
  if (Seen.OtherDeletion && !hasTrivialDestructor(C.Object)) {
    Report.Notes.push_back(
        {Ctx.getSourceManager().getExpansionLoc(
             Seen.OtherDeletion->getBeginLoc()),
         "no fix: at the end of its scope, it would be destroyed after this"});
    return Report;
  }
  if (std::optional<Edits> Changes = LocalObject(C, Ctx).edits()) {
    std::string Caution = caution(C, F, Seen, Escapes);
    FixKind Kind = Caution.empty() ? FixKind::Safe : FixKind::Unsafe;
    Report.Suggested = Fix{Kind, std::move(Caution), std::move(*Changes)};
  }
  return Report;
}

static bool diesOnce(const Candidate &C, const DeletePaths &Paths) {
  llvm::SmallPtrSet<const Stmt *, 4> Deletes;
  for (const Deletion &D : C.Deletions)
    Deletes.insert(D.Where);
  return !Deletes.empty() && Paths.diesOnce(*C.Pointer, Deletes);
}

bool HeapCouldBeStack::escapes(const FunctionDecl &F, const Expr &Allocation) {
  if (!Escapes)
    Escapes = std::make_unique<Escape>(F.getASTContext());
  std::optional<EscapeAnswer> Answer = Escapes->ask(F, Allocation);
  return !Answer || Answer->Escapes;
}

void HeapCouldBeStack::examine(const FunctionDecl &F) {
  PointerUses Uses;
  Uses.TraverseStmt(F.getBody());
  if (Uses.Found.empty() || Uses.ReturnsTwice)
    return;
  std::optional<bool> Recurses;
  std::optional<DeletePaths> Paths;
  uint64_t Spent = Uses.Bytes;
  for (const auto &[Pointer, C] : Uses.Found) {
    uint64_t Each =
        F.getASTContext().getTypeSizeInChars(C.Object).getQuantity();
    uint64_t Count = std::max<uint64_t>(C.Count, 1);
    if (!C.IsKept || Each > MaxSize || Count > MaxSize ||
        Each * Count > MaxSize || Spent + Each * Count > FrameBudget ||
        !C.Allocation->getBeginLoc().isFileID())
      continue;
    uint64_t Size = Each * Count;
    // Once in a program.
    if (F.isMain() && !C.IsInLoop)
      continue;
    bool IsRaw = C.Owner != OwnerKind::Smart;
    if (IsRaw && C.Deletions.empty())
      continue;
    if (IsRaw && !Paths)
      Paths.emplace(F);
    if (IsRaw && !diesOnce(C, *Paths))
      continue;
    if (!Recurses)
      Recurses = mayRecurse(F);
    if (*Recurses)
      return;
    Spent += Size;
    report(IsRaw ? rawFindingOf(C, Size, F, escapes(F, *C.Allocation))
                 : findingOf(C, Size, F));
  }
}
