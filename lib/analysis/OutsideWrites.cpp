#include "whet/analysis/OutsideWrites.h"
#include "whet/analysis/StandardLibrary.h"
#include "whet/analysis/ValueUses.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace whet;
using namespace clang;

/// Calls are followed this deep; what is below is unknown.
static constexpr unsigned MaxDepth = 8;

// --- Types that may share storage -----------------------------------------

// Whether a class is named for what it points to, which is no part of it.
static bool isPointerClass(const CXXRecordDecl &Record) {
  static constexpr llvm::StringLiteral Names[] = {
      "shared_ptr",     "__shared_ptr",  "weak_ptr",      "__weak_ptr",
      "unique_ptr",     "intrusive_ptr", "scoped_refptr", "IntrusiveRefCntPtr",
      "QSharedPointer", "RefPtr",        "ref_ptr",       "sk_sp"};
  return Record.getIdentifier() &&
         (llvm::is_contained(Names, Record.getName()) ||
          // libstdc++'s bases.
          Record.getName().starts_with("__shared_ptr"));
}

namespace {
/// Looks for a type among the parts of another.
class Containment {
public:
  explicit Containment(QualType Part) : Part(Part) {}

  bool isIn(QualType Whole) {
    Whole = Whole.getCanonicalType().getUnqualifiedType();
    if (Whole == Part)
      return true;
    if (const auto *Array = dyn_cast<ArrayType>(Whole))
      return isIn(Array->getElementType());
    const CXXRecordDecl *Record = Whole->getAsCXXRecordDecl();
    if (!Record || !Record->hasDefinition() || !Seen.insert(Record).second)
      return false;
    Record = Record->getDefinition();
    // What a container owns is a part of it.
    if (const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(Record);
        Spec && !isPointerClass(*Record))
      for (const TemplateArgument &Arg : Spec->getTemplateArgs().asArray())
        if (Arg.getKind() == TemplateArgument::Type && isIn(Arg.getAsType()))
          return true;
    for (const CXXBaseSpecifier &Base : Record->bases())
      if (isIn(Base.getType()))
        return true;
    return llvm::any_of(Record->fields(), [&](const FieldDecl *Field) {
      return isIn(Field->getType());
    });
  }

private:
  QualType Part;
  llvm::SmallPtrSet<const CXXRecordDecl *, 8> Seen;
};
} // namespace

bool whet::isPartOf(QualType Part, QualType Whole) {
  Part = Part.getNonReferenceType().getCanonicalType().getUnqualifiedType();
  return Containment(Part).isIn(Whole.getNonReferenceType());
}

bool whet::mayOverlap(QualType Written, QualType T) {
  return isPartOf(Written, T) || isPartOf(T, Written);
}

// Whether an object of type T is one of type Whole, or the base of one.
static bool isOrIsBaseOf(QualType T, QualType Whole) {
  const CXXRecordDecl *Base = T->getAsCXXRecordDecl();
  const CXXRecordDecl *Record =
      Whole.isNull() ? nullptr
                     : Whole.getNonReferenceType()->getAsCXXRecordDecl();
  if (!Base || !Record || !Record->hasDefinition())
    return false;
  return Base->getCanonicalDecl() == Record->getCanonicalDecl() ||
         Record->isDerivedFrom(Base);
}

const WrittenOutside::Write *
WrittenOutside::firstOverlapping(QualType T, QualType Except) const {
  const auto *It = llvm::find_if(Writes, [&](const Write &W) {
    return !isOrIsBaseOf(W.Type, Except) && mayOverlap(W.Type, T);
  });
  return It == Writes.end() ? nullptr : It;
}

// --- Bodies ----------------------------------------------------------------

namespace {
/// Whose variables are nobody else's business.
struct Frame {
  const FunctionDecl &F;
  /// Its object is only being made.
  bool IsConstructor;
  /// Only variables that are declared from here on; all, if it is invalid.
  SourceLocation From;

  bool owns(const VarDecl &Var) const {
    // What a closure captures is not its own.
    if (!F.Encloses(Var.getDeclContext()))
      return false;
    return From.isInvalid() ||
           !F.getASTContext().getSourceManager().isBeforeInTranslationUnit(
               Var.getLocation(), From);
  }
};
} // namespace

// Whether E denotes storage of F's own frame, or a temporary.
static bool isOwnStorage(const Expr *E, const Frame &F) {
  while (true) {
    E = E->IgnoreParenImpCasts();
    if (const auto *Member = dyn_cast<MemberExpr>(E)) {
      if (isa<VarDecl>(Member->getMemberDecl()))
        return false;
      const auto *Field = dyn_cast<FieldDecl>(Member->getMemberDecl());
      if (Field && Field->getType()->isReferenceType())
        return false;
      E = Member->getBase();
      if (Member->isArrow())
        return F.IsConstructor && isa<CXXThisExpr>(E->IgnoreParenImpCasts());
      continue;
    }
    if (const auto *Subscript = dyn_cast<ArraySubscriptExpr>(E)) {
      const auto *Decay =
          dyn_cast<ImplicitCastExpr>(Subscript->getBase()->IgnoreParens());
      if (!Decay || Decay->getCastKind() != CK_ArrayToPointerDecay)
        return false;
      E = Subscript->getBase();
      continue;
    }
    // `std::move(X)` is X.
    if (const auto *Call = dyn_cast<CallExpr>(E);
        Call && Call->getNumArgs() == 1 && Call->isXValue()) {
      E = Call->getArg(0);
      continue;
    }
    // An element of a local container is the container's.
    if (const auto *Call = dyn_cast<CXXOperatorCallExpr>(E)) {
      if (Call->getOperator() != OO_Subscript || !Call->getDirectCallee() ||
          !isOfStandardLibrary(*Call->getDirectCallee()))
        return false;
      E = Call->getArg(0);
      continue;
    }
    break;
  }
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    const auto *Var = dyn_cast<VarDecl>(Ref->getDecl());
    return Var && Var->hasLocalStorage() &&
           !Var->getType()->isReferenceType() && F.owns(*Var);
  }
  return E->isPRValue() && !E->getType()->isPointerType();
}

namespace {
class WriteCollector : public DynamicRecursiveASTVisitor {
public:
  WriteCollector(OutsideWrites &Others, WrittenOutside &Result, Frame F)
      : Others(Others), Result(Result), F(F) {
    // Defaults of members are part of what a constructor runs.
    ShouldVisitImplicitCode = true;
  }

  bool VisitBinaryOperator(BinaryOperator *E) override {
    if (E->isAssignmentOp())
      noteWrite(*E->getLHS());
    return true;
  }
  bool VisitUnaryOperator(UnaryOperator *E) override {
    if (E->isIncrementDecrementOp())
      noteWrite(*E->getSubExpr());
    return true;
  }
  bool VisitCXXDeleteExpr(CXXDeleteExpr *E) override {
    QualType T = E->getDestroyedType();
    if (T.isNull())
      noteUnknown(*E);
    else
      add(T, E->getExprLoc());
    return true;
  }
  bool VisitCallExpr(CallExpr *E) override {
    noteCall(*E);
    return true;
  }
  bool VisitCXXConstructExpr(CXXConstructExpr *E) override {
    const CXXConstructorDecl &Constructor = *E->getConstructor();
    if (Constructor.isTrivial() || Constructor.isDefaulted())
      return true;
    noteArguments({E->getArgs(), E->getNumArgs()}, Constructor);
    follow(Constructor, *E);
    return true;
  }
  bool VisitStmt(Stmt *S) override {
    if (isa<CoawaitExpr, CoyieldExpr, AsmStmt>(S))
      Result.Unknown = S->getBeginLoc();
    return true;
  }
  // Members of a local class run when they are called.
  bool TraverseCXXRecordDecl(CXXRecordDecl * /*D*/) override { return true; }
  // A closure's body runs when it is called; its operands belong to its class.
  bool TraverseLambdaExpr(LambdaExpr *E) override {
    return TraverseStmt(E->getBody());
  }

private:
  void noteCall(const CallExpr &E);
  void noteArguments(llvm::ArrayRef<const Expr *> Args,
                     const FunctionDecl &Callee);
  void noteObject(const Expr &Object, const CXXMethodDecl &Method);
  void follow(const FunctionDecl &Callee, const Expr &Call);
  void noteWrite(const Expr &LHS) {
    if (!isOwnStorage(&LHS, F))
      add(LHS.getType(), LHS.getExprLoc());
  }
  void noteUnknown(const Stmt &S) {
    if (Result.Unknown.isInvalid())
      Result.Unknown = S.getBeginLoc();
  }
  void add(QualType T, SourceLocation Where) {
    T = T.getNonReferenceType().getCanonicalType().getUnqualifiedType();
    if (llvm::none_of(Result.Writes, [&](const WrittenOutside::Write &W) {
          return W.Type == T;
        }))
      Result.Writes.push_back({T, Where});
  }

  OutsideWrites &Others;
  WrittenOutside &Result;
  const Frame F;
};
} // namespace

// What is handed over as non-const may be written.
void WriteCollector::noteArguments(llvm::ArrayRef<const Expr *> Args,
                                   const FunctionDecl &Callee) {
  for (unsigned I = 0; I < Args.size() && I < Callee.getNumParams(); ++I) {
    QualType T = Callee.getParamDecl(I)->getType();
    bool IsReference = T->isReferenceType();
    QualType Target =
        IsReference ? T.getNonReferenceType() : T->getPointeeType();
    if (Target.isNull() || Target.isConstQualified() ||
        Target->isFunctionType())
      continue;
    const Expr *Arg = Args[I]->IgnoreParenImpCasts();
    if (!IsReference) {
      if (const auto *AddressOf = dyn_cast<UnaryOperator>(Arg);
          AddressOf && AddressOf->getOpcode() == UO_AddrOf)
        Arg = AddressOf->getSubExpr();
      else if (Target->isVoidType() && !Arg->getType()->isPointerType())
        continue;
    }
    // A closure may write what it refers to; its body is looked at where it is.
    const CXXRecordDecl *Record = Target->getAsCXXRecordDecl();
    if ((Record && Record->isLambda()) || isOwnStorage(Arg, F))
      continue;
    if (Target->isVoidType())
      noteUnknown(*Args[I]);
    else
      add(Target, Args[I]->getExprLoc());
  }
}

void WriteCollector::noteObject(const Expr &Object,
                                const CXXMethodDecl &Method) {
  // `begin()` hands out what may be written, and that is seen where it is.
  bool HasNoBody = isOfStandardLibrary(Method) || Method.isDefaulted();
  if (Method.isConst() || Method.isStatic() || !HasNoBody ||
      isOwnStorage(&Object, F) || constTwin(Method))
    return;
  QualType T = Object.getType();
  if (T->isPointerType())
    T = T->getPointeeType();
  add(T, Object.getExprLoc());
}

void WriteCollector::noteCall(const CallExpr &E) {
  const FunctionDecl *Callee = E.getDirectCallee();
  if (!Callee)
    return noteUnknown(E);
  if (const auto *Method = dyn_cast<CXXMethodDecl>(Callee)) {
    // Its body is looked at where it is written, if that is here.
    if (Method->getParent()->isLambda())
      return isa<DeclRefExpr>(
                 cast<CXXOperatorCallExpr>(E).getArg(0)->IgnoreParenImpCasts())
                 ? void()
                 : noteUnknown(E);
    if (const auto *MemberCall = dyn_cast<CXXMemberCallExpr>(&E)) {
      if (Method->isVirtual() && !Method->hasAttr<FinalAttr>() &&
          !isOfStandardLibrary(*Method))
        return noteUnknown(E);
      noteObject(*MemberCall->getImplicitObjectArgument(), *Method);
    } else if (isa<CXXOperatorCallExpr>(E) && !Method->isStatic()) {
      noteObject(*E.getArg(0), *Method);
      llvm::SmallVector<const Expr *, 4> Args(llvm::drop_begin(E.arguments()));
      noteArguments(Args, *Callee);
      return follow(*Callee, E);
    }
  }
  llvm::SmallVector<const Expr *, 4> Args(E.arguments());
  noteArguments(Args, *Callee);
  follow(*Callee, E);
}

void WriteCollector::follow(const FunctionDecl &Callee, const Expr &Call) {
  if (Callee.getBuiltinID() != 0)
    return;
  if (isOfStandardLibrary(Callee) || isCLibrary(Callee)) {
    // What a std::function calls may write anything.
    if (const auto *Method = dyn_cast<CXXMethodDecl>(&Callee))
      if (Method->getOverloadedOperator() == OO_Call)
        noteUnknown(Call);
    return;
  }
  const FunctionDecl *Definition = nullptr;
  if (!Callee.hasBody(Definition) || Definition->isDefaulted()) {
    if (!Definition || !Definition->isDefaulted())
      noteUnknown(Call);
    return;
  }
  const WrittenOutside &Inner = Others.of(*Definition);
  if (Inner.Unknown.isValid())
    noteUnknown(Call);
  for (const WrittenOutside::Write &W : Inner.Writes)
    add(W.Type, Call.getExprLoc());
}

WrittenOutside OutsideWrites::compute(const FunctionDecl &F) {
  WrittenOutside Result;
  WriteCollector Collector(*this, Result,
                           {F, isa<CXXConstructorDecl>(F), SourceLocation()});
  if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(&F))
    for (const CXXCtorInitializer *Init : Constructor->inits())
      Collector.TraverseStmt(Init->getInit());
  Collector.TraverseStmt(F.getBody());
  return Result;
}

WrittenOutside OutsideWrites::in(const FunctionDecl &F,
                                 llvm::ArrayRef<const Stmt *> Region,
                                 bool CountLocals) {
  WrittenOutside Result;
  if (Region.empty())
    return Result;
  SourceLocation From =
      CountLocals ? Region.front()->getBeginLoc() : SourceLocation();
  WriteCollector Collector(*this, Result, {F, /*IsConstructor=*/false, From});
  for (const Stmt *S : Region)
    Collector.TraverseStmt(const_cast<Stmt *>(S));
  return Result;
}

const WrittenOutside &OutsideWrites::of(const FunctionDecl &F) {
  auto [It, IsNew] = Known.try_emplace(&F, nullptr);
  if (IsNew || !It->second) {
    auto Entry = std::make_unique<WrittenOutside>();
    // While its body is looked at, and below the limit, a call is unknown.
    Entry->Unknown = F.getLocation();
    WrittenOutside *Stored = Entry.get();
    It->second = std::move(Entry);
    if (Depth >= MaxDepth)
      return *Stored;
    ++Depth;
    *Stored = compute(F);
    --Depth;
    return *Stored;
  }
  return *It->second;
}
