#include "whet/analysis/ValueUses.h"
#include "whet/analysis/StandardLibrary.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/StringSet.h"

using namespace whet;
using namespace clang;

// --- What functions do with what they are given --------------------------

// Functions of the standard library that change no element of a range that they
// are given as iterators, nor the range itself.
static bool isReadingAlgorithm(llvm::StringRef Name) {
  static const llvm::StringSet<> Names = {"accumulate",
                                          "adjacent_find",
                                          "advance",
                                          "all_of",
                                          "any_of",
                                          "binary_search",
                                          "cbegin",
                                          "cend",
                                          "copy",
                                          "copy_if",
                                          "copy_n",
                                          "count",
                                          "count_if",
                                          "crbegin",
                                          "crend",
                                          "distance",
                                          "equal",
                                          "equal_range",
                                          "find",
                                          "find_end",
                                          "find_first_of",
                                          "find_if",
                                          "find_if_not",
                                          "includes",
                                          "inner_product",
                                          "is_heap",
                                          "is_permutation",
                                          "is_sorted",
                                          "is_sorted_until",
                                          "lexicographical_compare",
                                          "lower_bound",
                                          "max_element",
                                          "min_element",
                                          "minmax_element",
                                          "mismatch",
                                          "next",
                                          "none_of",
                                          "partial_sort_copy",
                                          "prev",
                                          "reduce",
                                          "remove_copy",
                                          "remove_copy_if",
                                          "replace_copy",
                                          "reverse_copy",
                                          "search",
                                          "set_difference",
                                          "set_intersection",
                                          "set_union",
                                          "transform",
                                          "transform_reduce",
                                          "unique_copy",
                                          "upper_bound",
                                          "merge"};
  return Names.contains(Name);
}

// Whether argument \p I of such a function is a range that it writes to.
static bool isOutput(llvm::StringRef Name, unsigned I) {
  bool HasOutput = Name.contains("copy") || Name.starts_with("set_") ||
                   Name == "transform" || Name == "merge";
  return HasOutput && I > 1;
}

// Functions that take a range or a tuple as `T &` and hand out its parts.
static bool isConstAwareAccess(llvm::StringRef Name) {
  static const llvm::StringSet<> Names = {"begin", "end",    "rbegin", "rend",
                                          "data",  "size",   "empty",  "ssize",
                                          "get",   "get_if", "visit"};
  return Names.contains(Name);
}

// Members that take a forwarding reference only to construct from it.
static bool isConstructing(llvm::StringRef Name) {
  return Name.starts_with("emplace") || Name.starts_with("try_emplace") ||
         Name.starts_with("make_") || Name == "insert_or_assign" ||
         Name == "construct_at" || Name == "in_place";
}

static llvm::StringRef nameOf(const FunctionDecl &F) {
  return F.getIdentifier() ? F.getName() : llvm::StringRef();
}

const CXXMethodDecl *whet::constTwin(const CXXMethodDecl &Method) {
  auto Takes = [&](const CXXMethodDecl &Other) {
    if (Other.getNumParams() != Method.getNumParams())
      return false;
    for (unsigned I = 0; I < Method.getNumParams(); ++I)
      if (!Method.getASTContext().hasSameType(
              Other.getParamDecl(I)->getType(),
              Method.getParamDecl(I)->getType()))
        return false;
    return true;
  };
  for (const NamedDecl *D : Method.getParent()->lookup(Method.getDeclName())) {
    const auto *Other = dyn_cast<CXXMethodDecl>(D);
    if (Other && Other->isConst() && !Other->isDeleted() &&
        Other->getRefQualifier() == Method.getRefQualifier() && Takes(*Other))
      return Other;
  }
  return nullptr;
}

static bool isConstReferent(QualType T) {
  return T.getNonReferenceType().isConstQualified();
}

static bool isForwardingReference(const ParmVarDecl &P,
                                  const FunctionDecl &Callee) {
  const FunctionDecl *Pattern = Callee.getTemplateInstantiationPattern();
  if (!Pattern)
    return false;
  // A pack has one parameter in the pattern for many in the instantiation.
  unsigned I = std::min(P.getFunctionScopeIndex(), Pattern->getNumParams() - 1);
  QualType Written = Pattern->getParamDecl(I)->getType();
  if (const auto *Pack = Written->getAs<PackExpansionType>())
    Written = Pack->getPattern();
  return Written->isRValueReferenceType() && Written->isDependentType();
}

// --- Following one use ----------------------------------------------------

namespace {
/// Climbs from an expression that denotes the value, or hands out a part of
/// it, to what is done with it.
class FateFinder {
public:
  FateFinder(const BodyIndex &Index, ValueUses &Result)
      : Index(Index), Result(Result) {}

  /// \p E denotes storage of the value.
  ValueFate lvalue(const Expr &E);
  void variable(const ValueDecl &V);

private:
  ValueFate pointer(const Expr &E);
  ValueFate iterator(const Expr &E);
  ValueFate argument(const CallExpr &Call, const Expr &E);
  ValueFate constructorArgument(const CXXConstructExpr &Construct,
                                const Expr &E);
  ValueFate parameter(const FunctionDecl &Callee, unsigned ParamIndex,
                      const CallExpr &Call, const Expr &E);
  ValueFate object(const CXXMethodDecl &Method, const CallExpr &Call);
  ValueFate handedOut(const CallExpr &Call, QualType AsConst);
  ValueFate operatorCall(const CXXOperatorCallExpr &Call, const Expr &E);
  ValueFate iteratorOperator(const CXXOperatorCallExpr &Call, const Expr &E);
  ValueFate declaration(const DeclStmt &S, const Expr &E);
  ValueFate binding(const VarDecl &V);
  ValueFate implicitCast(const ImplicitCastExpr &Cast);
  ValueFate captured(const LambdaExpr &Lambda, const Expr &E);
  ValueFate iteratorVariable(const VarDecl &V);

  const Stmt *up(const Stmt &S) const { return Index.parent(S); }

  const BodyIndex &Index;
  ValueUses &Result;
  /// How many locals deep.
  unsigned Depth = 0;
};
} // namespace

static constexpr unsigned MaxDepth = 4;

static std::optional<unsigned> indexOf(llvm::ArrayRef<const Expr *> Args,
                                       const Expr &E) {
  const auto *It = llvm::find(Args, &E);
  if (It == Args.end())
    return std::nullopt;
  return It - Args.begin();
}

static llvm::SmallVector<const Expr *, 4> argumentsOf(const CallExpr &Call) {
  return llvm::SmallVector<const Expr *, 4>(Call.arguments());
}

const Expr *whet::sameTypeSource(const CXXConstructExpr &Construct) {
  // std::pair has templates that are better matches than its copy constructor.
  if (Construct.getNumArgs() == 0 || Construct.isElidable())
    return nullptr;
  const ASTContext &Ctx = Construct.getConstructor()->getASTContext();
  const Expr *Source = Construct.getArg(0);
  bool IsOnly =
      llvm::all_of(llvm::drop_begin(Construct.arguments()),
                   [](const Expr *Arg) { return isa<CXXDefaultArgExpr>(Arg); });
  return IsOnly && Ctx.hasSameUnqualifiedType(
                       Construct.getType(),
                       Source->IgnoreParenImpCasts()->getType())
             ? Source
             : nullptr;
}

ValueFate FateFinder::implicitCast(const ImplicitCastExpr &Cast) {
  switch (Cast.getCastKind()) {
  case CK_LValueToRValue:
  case CK_ToVoid:
    return ValueFate::OnlyRead;
  case CK_ArrayToPointerDecay:
    return pointer(Cast);
  case CK_NoOp:
  case CK_DerivedToBase:
  case CK_UncheckedDerivedToBase:
  case CK_UserDefinedConversion:
  case CK_ConstructorConversion:
  case CK_LValueBitCast:
    return lvalue(Cast);
  default:
    return ValueFate::OnlyRead;
  }
}

static const Expr &withoutNoOps(const Expr &E) {
  return *E.IgnoreParenImpCasts();
}

// `V.push_back(X)`, which has an overload that moves.
static bool isElementCopy(const FunctionDecl &Callee, const CallExpr &Call,
                          unsigned ParamIndex) {
  static const llvm::StringSet<> Adding = {"push_back", "push_front", "push",
                                           "insert"};
  return isa<CXXMethodDecl>(Callee) && isOfStandardLibrary(Callee) &&
         Adding.contains(nameOf(Callee)) && ParamIndex + 1 == Call.getNumArgs();
}

ValueFate FateFinder::parameter(const FunctionDecl &Callee, unsigned ParamIndex,
                                const CallExpr &Call, const Expr &E) {
  // Variadic.
  if (ParamIndex >= Callee.getNumParams())
    return ValueFate::OnlyRead;
  const ParmVarDecl &P = *Callee.getParamDecl(ParamIndex);
  QualType T = P.getType();
  if (!T->isReferenceType() || isConstReferent(T)) {
    if (isElementCopy(Callee, Call, ParamIndex))
      Result.Copies.push_back({&E, &Call});
    return T->isRValueReferenceType() ? ValueFate::Consumed
                                      : ValueFate::OnlyRead;
  }
  if (T->isRValueReferenceType())
    return ValueFate::Consumed;
  if (!isOfStandardLibrary(Callee))
    return isForwardingReference(P, Callee) ? ValueFate::Unknown
                                            : ValueFate::Changed;
  llvm::StringRef Name = nameOf(Callee);
  static const llvm::StringSet<> Moving = {"move", "forward", "exchange",
                                           "move_if_noexcept", "forward_like"};
  if (Moving.contains(Name) && ParamIndex == 0)
    return ValueFate::Consumed;
  if (isConstAwareAccess(Name) && ParamIndex + 1 == Call.getNumArgs())
    return handedOut(Call, QualType());
  if (Name == "as_const" || Name == "cref")
    return ValueFate::OnlyRead;
  if (isForwardingReference(P, Callee) && isConstructing(Name)) {
    if (!withoutNoOps(E).getType()->isScalarType())
      Result.Copies.push_back({&E, &Call});
    return ValueFate::OnlyRead;
  }
  return isForwardingReference(P, Callee) ? ValueFate::Unknown
                                          : ValueFate::Changed;
}

// `std::ranges::find(V, X)`: an object whose call operator takes `R &&`.
static bool isReadingRangeAlgorithm(const CXXOperatorCallExpr &Call) {
  if (Call.getOperator() != OO_Call)
    return false;
  const auto *Ref =
      dyn_cast<DeclRefExpr>(Call.getArg(0)->IgnoreParenImpCasts());
  const FunctionDecl *Callee = Call.getDirectCallee();
  if (!Ref || !Callee)
    return false;
  const auto *Object = cast<CXXMethodDecl>(Callee)->getParent();
  return isOfStandardLibrary(*Object) && Ref->getDecl()->getIdentifier() &&
         isReadingAlgorithm(Ref->getDecl()->getName());
}

ValueFate FateFinder::operatorCall(const CXXOperatorCallExpr &Call,
                                   const Expr &E) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  std::optional<unsigned> I = indexOf(argumentsOf(Call), E);
  if (!Callee || !I)
    return ValueFate::Unknown;
  const auto *Method = dyn_cast<CXXMethodDecl>(Callee);
  if (!Method)
    return parameter(*Callee, *I, Call, E);
  if (Method->isStatic())
    return parameter(*Callee, *I - 1, Call, E);
  if (*I == 0)
    return object(*Method, Call);
  if (Method->isCopyAssignmentOperator())
    Result.Copies.push_back({&E, &Call});
  if (isReadingRangeAlgorithm(Call))
    return Call.getType()->isRecordType() ? ValueFate::Unknown
                                          : ValueFate::OnlyRead;
  return parameter(*Callee, *I - 1, Call, E);
}

ValueFate FateFinder::argument(const CallExpr &Call, const Expr &E) {
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&Call))
    return operatorCall(*Operator, E);
  std::optional<unsigned> I = indexOf(argumentsOf(Call), E);
  // It is what is called.
  if (!I)
    return ValueFate::OnlyRead;
  if (const FunctionDecl *Callee = Call.getDirectCallee())
    return parameter(*Callee, *I, Call, E);
  const auto *Type = Call.getCallee()->getType()->isFunctionPointerType()
                         ? Call.getCallee()
                               ->getType()
                               ->getPointeeType()
                               ->getAs<FunctionProtoType>()
                         : nullptr;
  if (!Type || *I >= Type->getNumParams())
    return ValueFate::Unknown;
  QualType T = Type->getParamType(*I);
  return !T->isReferenceType() ||
                 (T->isLValueReferenceType() && isConstReferent(T))
             ? ValueFate::OnlyRead
             : ValueFate::Changed;
}

ValueFate FateFinder::constructorArgument(const CXXConstructExpr &Construct,
                                          const Expr &E) {
  const CXXConstructorDecl &Constructor = *Construct.getConstructor();
  llvm::SmallVector<const Expr *, 4> Args(
      llvm::ArrayRef(Construct.getArgs(), Construct.getNumArgs()));
  std::optional<unsigned> I = indexOf(Args, E);
  if (!I || *I >= Constructor.getNumParams())
    return ValueFate::Unknown;
  const ParmVarDecl &P = *Constructor.getParamDecl(*I);
  QualType T = P.getType();
  if (T->isRValueReferenceType())
    return ValueFate::Consumed;
  bool IsStd = isOfStandardLibrary(*Constructor.getParent());
  bool IsCopy = sameTypeSource(Construct) == &E;
  // The library has `T &` constructors only to forward, or to copy.
  if (T->isLValueReferenceType() && !isConstReferent(T) &&
      !(IsStd && (IsCopy || isForwardingReference(P, Constructor))))
    return ValueFate::Changed;
  if (!IsCopy)
    return ValueFate::OnlyRead;
  // A closure's own copy would become a const one, which cannot be moved.
  if (isa_and_nonnull<LambdaExpr>(up(Construct)))
    return ValueFate::Kept;
  Result.Copies.push_back({&E, &Construct});
  return ValueFate::OnlyRead;
}

// What a call on a const object would hand out instead, and whether what is
// done with it still compiles and means the same. A null AsConst: the same, but
// const.
ValueFate FateFinder::handedOut(const CallExpr &Call, QualType AsConst) {
  QualType T = Call.getCallReturnType(Index.context());
  if (T->isReferenceType()) {
    // vector<bool> const: a bool rather than a reference to one.
    if (!AsConst.isNull() && !AsConst->isReferenceType())
      return ValueFate::Unknown;
    return isConstReferent(T) ? ValueFate::OnlyRead : lvalue(Call);
  }
  if (T->isPointerType())
    return T->getPointeeType().isConstQualified() ? ValueFate::OnlyRead
                                                  : pointer(Call);
  if (!T->isRecordType())
    return ValueFate::OnlyRead;
  if (!AsConst.isNull() && !AsConst->isRecordType())
    return ValueFate::Unknown;
  return iterator(Call);
}

ValueFate FateFinder::object(const CXXMethodDecl &Method,
                             const CallExpr &Call) {
  if (Method.isStatic())
    return ValueFate::OnlyRead;
  if (Method.getRefQualifier() == RQ_RValue)
    return ValueFate::Consumed;
  if (Method.isConst())
    return ValueFate::OnlyRead;
  const CXXMethodDecl *Twin = constTwin(Method);
  if (!Twin || Method.isCopyAssignmentOperator() ||
      Method.isMoveAssignmentOperator())
    return ValueFate::Changed;
  // A twin of a project's own may do something else.
  if (!isOfStandardLibrary(*Method.getParent()) &&
      !Index.models().find(Method.getParent()) &&
      !Index.context().getSourceManager().isInSystemHeader(
          Method.getLocation()) &&
      !Twin->getReturnType()->isReferenceType())
    return ValueFate::Unknown;
  ValueFate Fate = handedOut(Call, Twin->getReturnType());
  return Fate == ValueFate::Unknown && Method.getReturnType()->isReferenceType()
             ? ValueFate::Changed
             : Fate;
}

// Whether a closure that refers to locals is gone when they are: it is handed
// to an algorithm of the standard library, or is a local itself.
static bool staysInScope(const LambdaExpr &Lambda, const BodyIndex &Index) {
  const Stmt *Up = Index.parent(Lambda);
  while (
      isa_and_nonnull<ParenExpr, ImplicitCastExpr, MaterializeTemporaryExpr,
                      CXXBindTemporaryExpr, ExprWithCleanups, CXXConstructExpr>(
          Up)) {
    // A conversion to std::function or the like.
    if (const auto *Construct = dyn_cast<CXXConstructExpr>(Up))
      if (!Construct->getConstructor()->isCopyOrMoveConstructor())
        return false;
    Up = Index.parent(*Up);
  }
  if (!Up || isa<DeclStmt>(Up))
    return Up != nullptr;
  const auto *Call = dyn_cast<CallExpr>(Up);
  const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
  if (!Callee)
    return false;
  // Called at once.
  if (isa<CXXOperatorCallExpr>(Call))
    return true;
  static const llvm::StringSet<> Keeping = {
      "thread",    "async",   "bind",         "bind_front",
      "bind_back", "jthread", "emplace_back", "push_back"};
  return isOfStandardLibrary(*Callee) && !isa<CXXMethodDecl>(Callee) &&
         !Keeping.contains(nameOf(*Callee));
}

ValueFate FateFinder::captured(const LambdaExpr &Lambda, const Expr &E) {
  unsigned I = 0;
  for (const Expr *Init : Lambda.capture_inits()) {
    if (Init == &E || (Init && Index.contains(*Init, E))) {
      const LambdaCapture &Capture = *(Lambda.capture_begin() + I);
      if (Capture.getCaptureKind() != LCK_ByRef)
        return ValueFate::Kept;
      return staysInScope(Lambda, Index) ? ValueFate::OnlyRead
                                         : ValueFate::Kept;
    }
    ++I;
  }
  return ValueFate::Unknown;
}

// A local that refers to the value, or to a part of it: it has to be only read,
// too, and its type must follow from its initialiser.
ValueFate FateFinder::binding(const VarDecl &V) {
  QualType T = V.getType();
  if (!T->isReferenceType() || isConstReferent(T))
    return ValueFate::OnlyRead;
  if (V.isStaticLocal() || Depth >= MaxDepth)
    return ValueFate::Unknown;
  // Only a deduced type becomes const by itself.
  const Type *Written = T.getTypePtr();
  if (const auto *Reference = dyn_cast<ReferenceType>(Written))
    if (!Reference->getPointeeTypeAsWritten()->getContainedAutoType())
      return ValueFate::Changed;
  ValueUses Inner;
  FateFinder Finder(Index, Inner);
  Finder.Depth = Depth + 1;
  Finder.variable(V);
  return Inner.Fate;
}

ValueFate FateFinder::iteratorVariable(const VarDecl &V) {
  QualType T = V.getType();
  if (!T.getNonReferenceType()->getContainedAutoType() ||
      T->isLValueReferenceType() || Depth >= MaxDepth || V.isStaticLocal())
    return ValueFate::Unknown;
  ++Depth;
  ValueFate Worst = ValueFate::OnlyRead;
  for (const Use &U : Index.uses(AccessPath::ofVariable(V))) {
    // `It->second` and `*It` begin at the operator, which is no path.
    ValueFate Fate =
        isa<DeclRefExpr>(U.Where) ? iterator(*U.Where) : ValueFate::Unknown;
    Worst = std::max(Worst, Fate);
  }
  --Depth;
  return Worst;
}

ValueFate FateFinder::declaration(const DeclStmt &S, const Expr &E) {
  for (const Decl *D : S.decls()) {
    const auto *V = dyn_cast<VarDecl>(D);
    if (!V || !V->getInit() || !Index.contains(*V->getInit(), E))
      continue;
    const auto *Loop = dyn_cast_or_null<CXXForRangeStmt>(up(S));
    if (Loop && Loop->getRangeStmt() == &S) {
      const VarDecl *Element = Loop->getLoopVariable();
      return Element ? binding(*Element) : ValueFate::Unknown;
    }
    if (V->getType()->isReferenceType())
      return binding(*V);
    return V->getType()->isPointerType() ? ValueFate::Unknown
                                         : ValueFate::OnlyRead;
  }
  return ValueFate::Unknown;
}

ValueFate FateFinder::lvalue(const Expr &E) {
  const Stmt *Up = up(E);
  // The initialiser of a member or base.
  if (!Up)
    return E.isGLValue() ? ValueFate::Kept : ValueFate::OnlyRead;
  if (isa<CompoundStmt, IfStmt, ForStmt, WhileStmt, DoStmt, CXXForRangeStmt,
          SwitchStmt, CaseStmt, DefaultStmt, LabelStmt,
          UnaryExprOrTypeTraitExpr, CXXNoexceptExpr, CXXTypeidExpr>(Up))
    return ValueFate::OnlyRead;
  if (isa<ReturnStmt>(Up))
    return E.isGLValue() ? ValueFate::Kept : ValueFate::OnlyRead;
  if (isa<ParenExpr, ExprWithCleanups, MaterializeTemporaryExpr,
          CXXBindTemporaryExpr, ConstantExpr, SubstNonTypeTemplateParmExpr>(Up))
    return lvalue(*cast<Expr>(Up));
  if (const auto *Cast = dyn_cast<ImplicitCastExpr>(Up))
    return implicitCast(*Cast);
  if (const auto *Cast = dyn_cast<ExplicitCastExpr>(Up)) {
    if (Cast->getCastKind() == CK_ToVoid)
      return ValueFate::OnlyRead;
    if (!Cast->isGLValue())
      return Cast->getType()->isPointerType() ? ValueFate::Unknown
                                              : lvalue(*Cast);
    if (Cast->isXValue())
      return ValueFate::Consumed;
    return isConstReferent(Cast->getType()) ? lvalue(*Cast)
                                            : ValueFate::Changed;
  }
  if (const auto *Member = dyn_cast<MemberExpr>(Up)) {
    if (const auto *Method = dyn_cast<CXXMethodDecl>(Member->getMemberDecl())) {
      const auto *Call = dyn_cast_or_null<CallExpr>(up(*Member));
      return Call ? object(*Method, *Call) : ValueFate::Unknown;
    }
    const auto *Field = dyn_cast<FieldDecl>(Member->getMemberDecl());
    if (!Field || Field->getType()->isReferenceType())
      return ValueFate::OnlyRead;
    return Field->isMutable() ? ValueFate::Unknown : lvalue(*Member);
  }
  // A call on, or an assignment to, what is const anyway is a read.
  if (const auto *Call = dyn_cast<CallExpr>(Up))
    return argument(*Call, E);
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(Up))
    return constructorArgument(*Construct, E);
  if (const auto *Subscript = dyn_cast<ArraySubscriptExpr>(Up))
    return Subscript->getBase() == &E ? lvalue(*Subscript)
                                      : ValueFate::OnlyRead;
  if (const auto *Unary = dyn_cast<UnaryOperator>(Up)) {
    if (Unary->isIncrementDecrementOp())
      return ValueFate::Changed;
    if (Unary->getOpcode() == UO_AddrOf)
      return pointer(*Unary);
    return ValueFate::OnlyRead;
  }
  if (const auto *Binary = dyn_cast<BinaryOperator>(Up)) {
    if (Binary->isAssignmentOp() && Binary->getLHS() == &E)
      return ValueFate::Changed;
    if (Binary->getOpcode() == BO_Comma && Binary->getRHS() == &E)
      return lvalue(*Binary);
    return ValueFate::OnlyRead;
  }
  if (const auto *Conditional = dyn_cast<ConditionalOperator>(Up)) {
    if (Conditional->getCond() == &E)
      return ValueFate::OnlyRead;
    return E.isGLValue() && Conditional->isGLValue() ? lvalue(*Conditional)
                                                     : ValueFate::OnlyRead;
  }
  if (isa<InitListExpr, CXXStdInitializerListExpr, CXXThrowExpr>(Up))
    return E.isGLValue() && !isConstReferent(E.getType()) &&
                   !isa<InitListExpr>(Up)
               ? ValueFate::Unknown
               : ValueFate::OnlyRead;
  if (const auto *Lambda = dyn_cast<LambdaExpr>(Up))
    return captured(*Lambda, E);
  if (const auto *Declaration = dyn_cast<DeclStmt>(Up))
    return declaration(*Declaration, E);
  return ValueFate::Unknown;
}

// E points into the value, at what is not const.
ValueFate FateFinder::pointer(const Expr &E) {
  const Stmt *Up = up(E);
  if (!Up)
    return ValueFate::Unknown;
  if (isa<CompoundStmt, IfStmt, ForStmt, WhileStmt, DoStmt>(Up))
    return ValueFate::OnlyRead;
  if (isa<ParenExpr, ExprWithCleanups>(Up))
    return pointer(*cast<Expr>(Up));
  if (const auto *Cast = dyn_cast<CastExpr>(Up)) {
    QualType T = Cast->getType();
    if (T->isBooleanType() || Cast->getCastKind() == CK_ToVoid)
      return ValueFate::OnlyRead;
    if (T->isPointerType() && T->getPointeeType().isConstQualified())
      return ValueFate::OnlyRead;
    return isa<ImplicitCastExpr>(Cast) &&
                   (Cast->getCastKind() == CK_LValueToRValue ||
                    Cast->getCastKind() == CK_NoOp)
               ? pointer(*Cast)
               : ValueFate::Unknown;
  }
  if (const auto *Subscript = dyn_cast<ArraySubscriptExpr>(Up))
    return lvalue(*Subscript);
  if (const auto *Unary = dyn_cast<UnaryOperator>(Up))
    return Unary->getOpcode() == UO_Deref  ? lvalue(*Unary)
           : Unary->getOpcode() == UO_LNot ? ValueFate::OnlyRead
                                           : ValueFate::Unknown;
  if (const auto *Member = dyn_cast<MemberExpr>(Up);
      Member && Member->isArrow())
    return lvalue(E);
  if (const auto *Binary = dyn_cast<BinaryOperator>(Up)) {
    if (Binary->isComparisonOp())
      return ValueFate::OnlyRead;
    if (Binary->getOpcode() == BO_Sub && !Binary->getType()->isPointerType())
      return ValueFate::OnlyRead;
    return Binary->isAdditiveOp() ? pointer(*Binary) : ValueFate::Unknown;
  }
  // `std::copy(V.data(), V.data() + V.size(), Out)`.
  if (isa<CallExpr, CXXConstructExpr>(Up))
    return iterator(E);
  return ValueFate::Unknown;
}

ValueFate FateFinder::iteratorOperator(const CXXOperatorCallExpr &Call,
                                       const Expr &E) {
  switch (Call.getOperator()) {
  case OO_EqualEqual:
  case OO_ExclaimEqual:
  case OO_Less:
  case OO_LessEqual:
  case OO_Greater:
  case OO_GreaterEqual:
  case OO_Spaceship:
    return ValueFate::OnlyRead;
  case OO_Star:
  case OO_Arrow:
  case OO_Subscript: {
    QualType T = Call.getCallReturnType(Index.context());
    // A proxy, such as vector<bool>'s.
    if (T->isRecordType())
      return ValueFate::Unknown;
    return lvalue(Call);
  }
  case OO_PlusPlus:
  case OO_MinusMinus:
  case OO_Plus:
    return iterator(Call);
  case OO_Minus:
    return Call.getType()->isRecordType() ? iterator(Call)
                                          : ValueFate::OnlyRead;
  case OO_PlusEqual:
  case OO_MinusEqual:
    return Call.getArg(0) == &E ? iterator(Call) : ValueFate::Unknown;
  default:
    return ValueFate::Unknown;
  }
}

// E is an iterator into the value, of the kind that may change elements.
ValueFate FateFinder::iterator(const Expr &E) {
  const Stmt *Up = up(E);
  if (!Up)
    return ValueFate::Unknown;
  if (isa<CompoundStmt, IfStmt, ForStmt, WhileStmt, DoStmt>(Up))
    return ValueFate::OnlyRead;
  if (isa<ParenExpr, ExprWithCleanups, MaterializeTemporaryExpr,
          CXXBindTemporaryExpr>(Up))
    return iterator(*cast<Expr>(Up));
  if (const auto *Cast = dyn_cast<ImplicitCastExpr>(Up)) {
    if (Cast->getCastKind() == CK_NoOp ||
        Cast->getCastKind() == CK_LValueToRValue)
      return iterator(*Cast);
    if (Cast->getCastKind() == CK_DerivedToBase ||
        Cast->getCastKind() == CK_UncheckedDerivedToBase)
      return iterator(*Cast);
    // An iterator becomes one that cannot change anything.
    return ValueFate::OnlyRead;
  }
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Up))
    return iteratorOperator(*Operator, E);
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(Up)) {
    const CXXConstructorDecl *Constructor = Construct->getConstructor();
    if (Constructor->isCopyOrMoveConstructor())
      return iterator(*Construct);
    return isOfStandardLibrary(*Constructor->getParent()) ? ValueFate::OnlyRead
                                                          : ValueFate::Unknown;
  }
  if (const auto *Member = dyn_cast<MemberExpr>(Up)) {
    // `Result.first` of what insert returns never gets here; of an iterator,
    // members change nothing.
    const auto *Method = dyn_cast<CXXMethodDecl>(Member->getMemberDecl());
    return Method && Method->isConst() &&
                   isOfStandardLibrary(*Method->getParent())
               ? ValueFate::OnlyRead
               : ValueFate::Unknown;
  }
  if (const auto *Call = dyn_cast<CallExpr>(Up)) {
    const FunctionDecl *Callee = Call->getDirectCallee();
    if (!Callee)
      return ValueFate::Unknown;
    // Containers take any iterators to copy from.
    if (const auto *Method = dyn_cast<CXXMethodDecl>(Callee))
      return isOfStandardLibrary(*Method->getParent()) ? ValueFate::OnlyRead
                                                       : ValueFate::Unknown;
    if (!isOfStandardLibrary(*Callee) || !isReadingAlgorithm(nameOf(*Callee)))
      return ValueFate::Unknown;
    std::optional<unsigned> I = indexOf(argumentsOf(*Call), E);
    if (!I || isOutput(nameOf(*Callee), *I))
      return ValueFate::Changed;
    return Index.context().hasSameUnqualifiedType(
               Call->getType(), E.IgnoreParenImpCasts()->getType())
               ? iterator(*Call)
               : ValueFate::OnlyRead;
  }
  if (const auto *Declaration = dyn_cast<DeclStmt>(Up))
    for (const Decl *D : Declaration->decls())
      if (const auto *V = dyn_cast<VarDecl>(D);
          V && V->getInit() && Index.contains(*V->getInit(), E))
        return iteratorVariable(*V);
  return ValueFate::Unknown;
}

// --- All uses --------------------------------------------------------------

// Whether what the use denotes is reached through a pointer or reference that
// the value has: the copy and its source share it.
static ValueFate fateOfPath(const Use &U, FateFinder &Finder) {
  if (U.Path.hasDereference())
    return ValueFate::OnlyRead;
  for (const FieldDecl *Field : U.Path.steps()) {
    if (Field->getType()->isReferenceType())
      return ValueFate::OnlyRead;
    if (Field->isMutable())
      return ValueFate::Unknown;
  }
  return Finder.lvalue(*U.Where);
}

void FateFinder::variable(const ValueDecl &V) {
  auto Note = [&](const ValueDecl &D) {
    for (const Use &U : Index.uses(AccessPath::ofVariable(D))) {
      ++Result.Count;
      ValueFate Fate = fateOfPath(U, *this);
      if (Fate <= Result.Fate)
        continue;
      Result.Fate = Fate;
      Result.Because = U.Where;
    }
  };
  Note(V);
  if (const auto *Decomposition = dyn_cast<DecompositionDecl>(&V))
    for (const BindingDecl *B : Decomposition->bindings())
      Note(*B);
}

ValueFate whet::fateOf(const Use &U, const BodyIndex &Index) {
  ValueUses Unused;
  FateFinder Finder(Index, Unused);
  return fateOfPath(U, Finder);
}

ValueUses whet::valueUses(const VarDecl &V, const BodyIndex &Index) {
  ValueUses Result;
  FateFinder(Index, Result).variable(V);
  return Result;
}
