#include "whet/analysis/TripCount.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/StringExtras.h"

using namespace whet;
using namespace clang;

// --- Quantities -------------------------------------------------------------

Quantity Quantity::constant(uint64_t Value) {
  Quantity Q;
  Q.Constant = Value;
  Q.Text = llvm::utostr(Value);
  return Q;
}

static void unite(Quantity &Result, const Quantity &A, const Quantity &B) {
  Result.Writable = A.Writable && B.Writable;
  Result.IsSigned = A.IsSigned && B.IsSigned;
  Result.IsUpperBound = A.IsUpperBound || B.IsUpperBound;
  Result.IsSizeOfSomething = A.IsSizeOfSomething && B.IsSizeOfSomething;
  Result.Reads = A.Reads;
  Result.Reads.append(B.Reads.begin(), B.Reads.end());
}

static std::string factor(const Quantity &Q) {
  return Q.IsSum ? "(" + Q.Text + ")" : Q.Text;
}

Quantity whet::product(const Quantity &A, const Quantity &B) {
  // What has a name in the source keeps it.
  if (A.Constant == 1)
    return B;
  if (B.Constant == 1)
    return A;
  if (A.Constant && B.Constant)
    return Quantity::constant(*A.Constant * *B.Constant);
  Quantity Result;
  unite(Result, A, B);
  // A constant factor is signed in C++, but takes the other's type.
  if (A.Constant)
    Result.IsSigned = B.IsSigned;
  if (B.Constant)
    Result.IsSigned = A.IsSigned;
  Result.Text = B.Constant ? factor(B) + " * " + factor(A)
                           : factor(A) + " * " + factor(B);
  return Result;
}

Quantity whet::sum(const Quantity &A, const Quantity &B) {
  if (A.Constant == 0)
    return B;
  if (B.Constant == 0)
    return A;
  if (A.Constant && B.Constant)
    return Quantity::constant(*A.Constant + *B.Constant);
  Quantity Result;
  unite(Result, A, B);
  if (A.Constant)
    Result.IsSigned = B.IsSigned;
  if (B.Constant)
    Result.IsSigned = A.IsSigned;
  Result.Text = A.Constant ? B.Text + " + " + A.Text : A.Text + " + " + B.Text;
  Result.IsSum = true;
  return Result;
}

// --- Expressions that can be written again ----------------------------------

static llvm::StringRef nameOf(const FunctionDecl *F) {
  return F && F->getIdentifier() ? F->getName() : llvm::StringRef();
}

static bool isStdFunction(const FunctionDecl *F,
                          llvm::ArrayRef<llvm::StringRef> Names) {
  return F && F->isInStdNamespace() && llvm::is_contained(Names, nameOf(F));
}

// Members that count: never negative, whatever their type.
static bool isCountName(llvm::StringRef Name) {
  return Name == "size" || Name == "length" || Name == "count" ||
         Name.ends_with("_size") || Name.ends_with("_count");
}

namespace {
/// Decides whether evaluating an expression once more, in front of the loop, is
/// cheap and has no effect, and collects what it reads.
class RepeatableExpr {
public:
  explicit RepeatableExpr(const BodyIndex &Index) : Index(Index) {}

  /// The storage read; grows with each call of isRepeatable.
  llvm::SmallVector<AccessPath, 2> Reads;

  bool isRepeatable(const Expr *E);

private:
  bool isAccessor(const CXXMemberCallExpr &Call);
  bool areAll(llvm::iterator_range<CallExpr::const_arg_iterator> Args);
  bool isSubscript(const CXXOperatorCallExpr &Call);

  const BodyIndex &Index;
};
} // namespace

// A const member without parameters that counts or hands out a reference. Such
// a member by convention computes nothing that a second call would notice. One
// that returns by value may build a whole container.
bool RepeatableExpr::isAccessor(const CXXMemberCallExpr &Call) {
  const CXXMethodDecl *Method = Call.getMethodDecl();
  if (!Method || !llvm::all_of(Call.arguments(), [](const Expr *Arg) {
        return isa<CXXDefaultArgExpr>(Arg);
      }))
    return false;
  QualType Returned = Method->getReturnType();
  if (!Method->isConst()) {
    bool HasConstTwin =
        llvm::any_of(Method->getParent()->lookup(Method->getDeclName()),
                     [&](const NamedDecl *D) {
                       const auto *Other = dyn_cast<CXXMethodDecl>(D);
                       return Other && Other->isConst() &&
                              Other->getNumParams() == Method->getNumParams();
                     });
    if (!HasConstTwin)
      return false;
  }
  bool Counts = Returned->isIntegerType() && !Returned->isBooleanType();
  if (Counts && isCountName(nameOf(Method)))
    return !Index.models().find(Method->getParent()) ||
           nameOf(Method) != "count";
  return Counts || Returned->isLValueReferenceType();
}

bool RepeatableExpr::areAll(
    llvm::iterator_range<CallExpr::const_arg_iterator> Args) {
  return llvm::all_of(Args, [&](const Expr *Arg) { return isRepeatable(Arg); });
}

bool RepeatableExpr::isSubscript(const CXXOperatorCallExpr &Call) {
  if (Call.getOperator() != OO_Subscript || Call.getNumArgs() != 2)
    return false;
  const ContainerModel *M = Index.models().find(Call.getArg(0)->getType());
  const CXXRecordDecl *Record = Call.getArg(0)->getType()->getAsCXXRecordDecl();
  bool IsRow = M ? M->Family != ContainerFamily::Hash
                 : Record && (stableName(*Record) == "std::array" ||
                              stableName(*Record) == "std::span" ||
                              stableName(*Record) == "std::deque");
  return IsRow && isRepeatable(Call.getArg(0)) && isRepeatable(Call.getArg(1));
}

bool RepeatableExpr::isRepeatable(const Expr *E) {
  E = E->IgnoreParenImpCasts();
  if (E->getType().isVolatileQualified())
    return false;
  if (std::optional<AccessPath> Path = AccessPath::of(E)) {
    Reads.push_back(*Path);
    return true;
  }
  if (isa<IntegerLiteral, CharacterLiteral, UnaryExprOrTypeTraitExpr,
          SizeOfPackExpr, CXXBoolLiteralExpr, CXXDefaultArgExpr>(E))
    return true;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
    return isa<EnumConstantDecl>(Ref->getDecl());
  if (const auto *Subst = dyn_cast<SubstNonTypeTemplateParmExpr>(E))
    return isRepeatable(Subst->getReplacement());
  if (const auto *Member = dyn_cast<MemberExpr>(E))
    return isa<FieldDecl>(Member->getMemberDecl()) &&
           isRepeatable(Member->getBase());
  if (const auto *Subscript = dyn_cast<ArraySubscriptExpr>(E))
    return isRepeatable(Subscript->getBase()) &&
           isRepeatable(Subscript->getIdx());
  if (const auto *Binary = dyn_cast<BinaryOperator>(E))
    return !Binary->isAssignmentOp() && Binary->getOpcode() != BO_Comma &&
           isRepeatable(Binary->getLHS()) && isRepeatable(Binary->getRHS());
  if (const auto *Unary = dyn_cast<UnaryOperator>(E))
    return !Unary->isIncrementDecrementOp() &&
           Unary->getOpcode() != UO_AddrOf && isRepeatable(Unary->getSubExpr());
  if (const auto *Cast = dyn_cast<ExplicitCastExpr>(E))
    return E->getType()->isIntegerType() && isRepeatable(Cast->getSubExpr());
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(E))
    return isAccessor(*Member) &&
           isRepeatable(Member->getImplicitObjectArgument());
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(E))
    return isSubscript(*Operator);
  if (const auto *Temp = dyn_cast<MaterializeTemporaryExpr>(E))
    return isRepeatable(Temp->getSubExpr());
  if (const auto *Call = dyn_cast<CallExpr>(E)) {
    const FunctionDecl *Callee = Call->getDirectCallee();
    bool IsPure =
        isStdFunction(Callee, {"size", "ssize", "min", "max", "as_const"}) ||
        nameOf(Callee) == "qAsConst";
    return IsPure && areAll(Call->arguments());
  }
  return false;
}

// --- Reading source ---------------------------------------------------------

// The text of E; of a whole macro expansion, the macro's call.
static std::string textOf(const Expr &E, const ASTContext &Ctx,
                          bool &Writable) {
  const SourceManager &SM = Ctx.getSourceManager();
  CharSourceRange Range = Lexer::makeFileCharRange(
      CharSourceRange::getTokenRange(E.getSourceRange()), SM,
      Ctx.getLangOpts());
  llvm::StringRef Text =
      Range.isValid() ? Lexer::getSourceText(Range, SM, Ctx.getLangOpts())
                      : llvm::StringRef();
  bool HasComment = Text.contains("//") || Text.contains("/*");
  if (Text.empty() || Text.contains('\n') || HasComment) {
    Writable = false;
    return Text.empty() ? "n" : "...";
  }
  return Text.str();
}

static bool isSumText(const Expr *E) {
  E = E->IgnoreImplicit();
  return isa<BinaryOperator, ConditionalOperator>(E) &&
         !(isa<BinaryOperator>(E) &&
           (cast<BinaryOperator>(E)->getOpcode() == BO_Mul));
}

static bool isUnsignedInteger(QualType T) {
  return T->isUnsignedIntegerOrEnumerationType();
}

static bool isNeverNegative(const Expr *E, const BodyIndex &Index,
                            unsigned Depth = 0);

// The only value that a variable ever has: a constant's, or that of a local
// which is never written after its initialiser. Null if there is none.
static const Expr *onlyValue(const VarDecl &Var, const BodyIndex &Index) {
  if (isa<ParmVarDecl>(Var) || !Var.hasInit() ||
      Var.getType()->isReferenceType())
    return nullptr;
  if (Var.getType().isConstQualified())
    return Var.getInit();
  bool IsWritten =
      !Var.isLocalVarDecl() ||
      llvm::any_of(Index.uses(AccessPath::ofVariable(Var)),
                   [](const Use &U) { return U.Kind != Use::Read; });
  return IsWritten ? nullptr : Var.getInit();
}

// Whether the value of E, converted to a size, is what the source means.
static bool isNeverNegative(const Expr *E, const BodyIndex &Index,
                            unsigned Depth) {
  E = E->IgnoreParenImpCasts();
  if (isUnsignedInteger(E->getType()))
    return true;
  Expr::EvalResult Value;
  if (!E->isValueDependent() && E->EvaluateAsInt(Value, Index.context()))
    return !Value.Val.getInt().isNegative();
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
    if (const auto *Var = dyn_cast<VarDecl>(Ref->getDecl()); Var && Depth < 4) {
      const Expr *Init = onlyValue(*Var, Index);
      return Init && isNeverNegative(Init, Index, Depth + 1);
    }
  if (const auto *Cast = dyn_cast<ExplicitCastExpr>(E))
    return Cast->getSubExpr()->getType()->isIntegerType() &&
           isNeverNegative(Cast->getSubExpr(), Index, Depth);
  if (const auto *Call = dyn_cast<CallExpr>(E))
    return isCountName(nameOf(Call->getDirectCallee())) ||
           isStdFunction(Call->getDirectCallee(), {"ssize"});
  if (const auto *Binary = dyn_cast<BinaryOperator>(E)) {
    switch (Binary->getOpcode()) {
    case BO_Add:
    case BO_Mul:
    case BO_Div:
    case BO_Shr:
    case BO_And:
      return isNeverNegative(Binary->getLHS(), Index, Depth) &&
             isNeverNegative(Binary->getRHS(), Index, Depth);
    case BO_Rem:
      return isNeverNegative(Binary->getLHS(), Index, Depth);
    default:
      return false;
    }
  }
  if (const auto *Conditional = dyn_cast<ConditionalOperator>(E))
    return isNeverNegative(Conditional->getTrueExpr(), Index, Depth) &&
           isNeverNegative(Conditional->getFalseExpr(), Index, Depth);
  return false;
}

static bool isSizeOfSomething(const Expr *E, const BodyIndex &Index,
                              unsigned Depth = 0) {
  E = E->IgnoreParenImpCasts();
  Expr::EvalResult Value;
  if (E->EvaluateAsInt(Value, Index.context()))
    return true;
  if (const auto *Call = dyn_cast<CallExpr>(E))
    return isCountName(nameOf(Call->getDirectCallee())) ||
           isStdFunction(Call->getDirectCallee(), {"ssize"});
  if (const auto *Cast = dyn_cast<ExplicitCastExpr>(E))
    return isSizeOfSomething(Cast->getSubExpr(), Index, Depth);
  if (const auto *Binary = dyn_cast<BinaryOperator>(E))
    return isSizeOfSomething(Binary->getLHS(), Index, Depth) &&
           isSizeOfSomething(Binary->getRHS(), Index, Depth);
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
    if (const auto *Var = dyn_cast<VarDecl>(Ref->getDecl()); Var && Depth < 4)
      if (const Expr *Init = onlyValue(*Var, Index))
        return isSizeOfSomething(Init, Index, Depth + 1);
  return false;
}

// `static_cast<int>(V.size())` is V.size() with a worry that reserve has not.
static const Expr *withoutSizeCast(const Expr *E) {
  E = E->IgnoreParenImpCasts();
  const auto *Cast = dyn_cast<ExplicitCastExpr>(E);
  if (!Cast || !E->getType()->isIntegerType())
    return E;
  const Expr *Inner = Cast->getSubExpr()->IgnoreParenImpCasts();
  const auto *Call = dyn_cast<CallExpr>(Inner);
  bool IsSize = Call && Inner->getType()->isIntegerType() &&
                isCountName(nameOf(Call->getDirectCallee()));
  return IsSize ? Inner : E;
}

std::optional<Quantity> whet::countValue(const Expr &Count,
                                         const BodyIndex &Index) {
  const ASTContext &Ctx = Index.context();
  const Expr *E = withoutSizeCast(&Count);
  if (!E->getType()->isIntegerType() || E->isValueDependent())
    return std::nullopt;
  RepeatableExpr Repeatable(Index);
  Expr::EvalResult Value;
  bool IsConstant = E->EvaluateAsInt(Value, Ctx);
  if (!IsConstant && !Repeatable.isRepeatable(E))
    return std::nullopt;
  Quantity Q;
  if (IsConstant) {
    if (Value.Val.getInt().isNegative())
      return std::nullopt;
    Q.Constant = Value.Val.getInt().getLimitedValue();
  }
  Q.Text = textOf(*E, Ctx, Q.Writable);
  if (IsConstant && isa<SubstNonTypeTemplateParmExpr>(E))
    Q.Writable = false;
  Q.IsSigned = !isUnsignedInteger(E->getType());
  Q.IsSum = isSumText(E);
  Q.IsSizeOfSomething = isSizeOfSomething(E, Index);
  Q.Reads = Repeatable.Reads;
  if (Q.IsSigned && !isNeverNegative(E, Index))
    Q.Writable = false;
  return Q;
}

// --- Sizes of ranges --------------------------------------------------------

static Quantity arraySize(const Expr &E, const ConstantArrayType &Array,
                          const BodyIndex &Index) {
  Quantity Q;
  Q.Constant = Array.getSize().getLimitedValue();
  std::string Text = textOf(E, Index.context(), Q.Writable);
  Q.Text = Index.context().getLangOpts().CPlusPlus17
               ? "std::size(" + Text + ")"
               : "sizeof(" + Text + ") / sizeof(" + Text + "[0])";
  return Q;
}

static bool needsParentheses(const Expr *E) {
  E = E->IgnoreImplicit();
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(E))
    return Operator->getOperator() != OO_Subscript &&
           Operator->getOperator() != OO_Call &&
           Operator->getOperator() != OO_Arrow;
  return isa<UnaryOperator, BinaryOperator, ConditionalOperator,
             CStyleCastExpr>(E);
}

// "In.size()", and "In->size()" for `*In`.
static std::string sizeCall(const Expr *Range, const BodyIndex &Index,
                            bool &Writable) {
  const ASTContext &Ctx = Index.context();
  const Expr *E = Range->IgnoreImplicit();
  const Expr *Pointer = nullptr;
  if (const auto *Unary = dyn_cast<UnaryOperator>(E))
    if (Unary->getOpcode() == UO_Deref)
      Pointer = Unary->getSubExpr();
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(E))
    if (Operator->getOperator() == OO_Star && Operator->getNumArgs() == 1)
      Pointer = Operator->getArg(0);
  if (Pointer) {
    if (isa<CXXThisExpr>(Pointer->IgnoreParenImpCasts()))
      return "size()";
    std::string Text = textOf(*Pointer, Ctx, Writable);
    return (needsParentheses(Pointer) ? "(" + Text + ")" : Text) + "->size()";
  }
  std::string Text = textOf(*E, Ctx, Writable);
  return (needsParentheses(E) ? "(" + Text + ")" : Text) + ".size()";
}

static const Expr *withoutAsConst(const Expr *E) {
  E = E->IgnoreParenImpCasts();
  if (const auto *Call = dyn_cast<CallExpr>(E))
    if (Call->getNumArgs() == 1 &&
        (isStdFunction(Call->getDirectCallee(), {"as_const"}) ||
         nameOf(Call->getDirectCallee()) == "qAsConst"))
      return Call->getArg(0)->IgnoreParenImpCasts();
  return E;
}

std::optional<Quantity> whet::rangeSize(const Expr &Range,
                                        const BodyIndex &Index) {
  const ASTContext &Ctx = Index.context();
  const Expr *E = withoutAsConst(&Range);
  if (const auto *List = dyn_cast<CXXStdInitializerListExpr>(E)) {
    const Expr *Sub = List->getSubExpr()->IgnoreImplicit();
    if (const auto *Array = Ctx.getAsConstantArrayType(Sub->getType()))
      return Quantity::constant(Array->getSize().getLimitedValue());
    return std::nullopt;
  }
  RepeatableExpr Repeatable(Index);
  if (!Repeatable.isRepeatable(E))
    return std::nullopt;
  if (const auto *Array = Ctx.getAsConstantArrayType(E->getType())) {
    Quantity Q = arraySize(*E, *Array, Index);
    Q.Reads = Repeatable.Reads;
    return Q;
  }
  if (!Index.models().hasCheapSize(E->getType()))
    return std::nullopt;
  Quantity Q;
  Q.Text = sizeCall(E, Index, Q.Writable);
  Q.Reads = Repeatable.Reads;
  // Qt's sizes are signed, and never negative.
  Q.IsSigned = false;
  return Q;
}

namespace {
/// `V.begin()`, `std::end(V)`: which end of which range.
struct RangeEnd {
  bool IsBegin;
  bool IsReverse;
  const Expr *Range;
};
} // namespace

static const Expr *ignoreIteratorConversion(const Expr *E) {
  for (;;) {
    const Expr *Before = E;
    E = E->IgnoreParenImpCasts();
    if (const auto *Temp = dyn_cast<MaterializeTemporaryExpr>(E))
      E = Temp->getSubExpr();
    if (const auto *Cleanups = dyn_cast<ExprWithCleanups>(E))
      E = Cleanups->getSubExpr();
    if (const auto *Bind = dyn_cast<CXXBindTemporaryExpr>(E))
      E = Bind->getSubExpr();
    if (const auto *Construct = dyn_cast<CXXConstructExpr>(E))
      if (Construct->getNumArgs() == 1)
        E = Construct->getArg(0);
    if (const auto *Conversion = dyn_cast<CXXMemberCallExpr>(E))
      if (isa_and_nonnull<CXXConversionDecl>(Conversion->getMethodDecl()))
        E = Conversion->getImplicitObjectArgument();
    if (E == Before)
      return E;
  }
}

static std::optional<RangeEnd> rangeEnd(const Expr *E) {
  E = ignoreIteratorConversion(E);
  const auto *Call = dyn_cast<CallExpr>(E);
  if (!Call)
    return std::nullopt;
  llvm::StringRef Name = nameOf(Call->getDirectCallee());
  llvm::StringRef Base = Name;
  Base.consume_front("c") || Base.consume_front("const");
  bool IsReverse = Base.consume_front("r");
  Base = Base == "Begin" ? "begin" : Base == "End" ? "end" : Base;
  if (Base != "begin" && Base != "end")
    return std::nullopt;
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(Call)) {
    if (Member->getNumArgs() != 0)
      return std::nullopt;
    return RangeEnd{Base == "begin", IsReverse,
                    Member->getImplicitObjectArgument()};
  }
  if (Call->getNumArgs() != 1)
    return std::nullopt;
  return RangeEnd{Base == "begin", IsReverse, Call->getArg(0)};
}

static bool denoteTheSame(const Expr *A, const Expr *B,
                          const BodyIndex &Index) {
  std::optional<AccessPath> PathA = AccessPath::of(A);
  std::optional<AccessPath> PathB = AccessPath::of(B);
  if (PathA && PathB)
    return *PathA == *PathB;
  if (PathA || PathB)
    return false;
  bool Writable = true;
  return textOf(*A->IgnoreParenImpCasts(), Index.context(), Writable) ==
             textOf(*B->IgnoreParenImpCasts(), Index.context(), Writable) &&
         Writable;
}

static bool isRandomAccess(QualType T) {
  T = T.getNonReferenceType();
  if (T->isPointerType())
    return true;
  const CXXRecordDecl *Record = T->getAsCXXRecordDecl();
  if (!Record || !Record->hasDefinition())
    return false;
  std::string Name = stableName(*Record);
  return Name == "__gnu_cxx::__normal_iterator" || Name == "std::__wrap_iter" ||
         Name == "std::_Deque_iterator" || Name == "std::__deque_iterator" ||
         Name == "std::__bounded_iter";
}

std::optional<Quantity> whet::rangeSize(const Expr &First, const Expr &Last,
                                        const BodyIndex &Index) {
  std::optional<RangeEnd> Begin = rangeEnd(&First);
  std::optional<RangeEnd> End = rangeEnd(&Last);
  if (Begin && End) {
    if (!Begin->IsBegin || End->IsBegin || Begin->IsReverse != End->IsReverse ||
        !denoteTheSame(Begin->Range, End->Range, Index))
      return std::nullopt;
    // `P->begin()` has the pointer as its object.
    const Expr *Range = Begin->Range->IgnoreParenImpCasts();
    if (!Range->getType()->isPointerType())
      return rangeSize(*Range, Index);
    const auto *Pointee = Range->getType()->getPointeeCXXRecordDecl();
    RepeatableExpr Repeatable(Index);
    if (!Pointee || !Repeatable.isRepeatable(Range) ||
        !Index.models().hasCheapSize(Range->getType()->getPointeeType()))
      return std::nullopt;
    Quantity Q;
    Q.Text = isa<CXXThisExpr>(Range)
                 ? "size()"
                 : textOf(*Range, Index.context(), Q.Writable) + "->size()";
    Q.Reads = Repeatable.Reads;
    return Q;
  }
  const Expr *From = ignoreIteratorConversion(&First);
  const Expr *To = ignoreIteratorConversion(&Last);
  if (!isRandomAccess(From->getType()) || !isRandomAccess(To->getType()))
    return std::nullopt;
  RepeatableExpr Repeatable(Index);
  if (!Repeatable.isRepeatable(From) || !Repeatable.isRepeatable(To))
    return std::nullopt;
  Quantity Q;
  bool IsFromWritable = true;
  std::string FromText = textOf(*From, Index.context(), IsFromWritable);
  if (isSumText(From))
    FromText = "(" + FromText + ")";
  Q.Text = textOf(*To, Index.context(), Q.Writable) + " - " + FromText;
  Q.Writable = Q.Writable && IsFromWritable;
  Q.IsSum = true;
  Q.IsSigned = true;
  Q.Reads = Repeatable.Reads;
  return Q;
}

// --- Invariance -------------------------------------------------------------

static bool changesIn(const AccessPath &Path, const Stmt &Region,
                      const BodyIndex &Index) {
  for (const Use &U : Index.uses(Path)) {
    if (U.isHarmless() || !U.Path.overlaps(Path))
      continue;
    // What was aliased before may be changed through the alias now.
    bool IsEarlierAlias = U.Kind == Use::Aliased && U.Where &&
                          Index.position(*U.Where) < Index.position(Region);
    if (U.InLambda || IsEarlierAlias || Index.contains(Region, *U.Where))
      return true;
  }
  if (Path.startsAtThis())
    for (const Use &U : Index.usesOfThis())
      if (!U.isHarmless() && Index.contains(Region, *U.Where))
        return true;
  return false;
}

bool whet::isInvariantIn(const Quantity &Q, const Stmt &Region,
                         const BodyIndex &Index) {
  return llvm::none_of(Q.Reads, [&](const AccessPath &Path) {
    return changesIn(Path, Region, Index);
  });
}

bool whet::isVisibleBefore(const Quantity &Q, const Stmt &S,
                           const BodyIndex &Index) {
  return llvm::all_of(Q.Reads, [&](const AccessPath &Path) {
    if (!Path.root())
      return true;
    const DeclStmt *Declaration = Index.declaration(*Path.root());
    if (!Declaration)
      return !isa<BindingDecl>(Path.root()) || !cast<BindingDecl>(Path.root())
                                                    ->getDeclContext()
                                                    ->isFunctionOrMethod();
    return Index.position(*Declaration) < Index.position(S) &&
           !Index.contains(S, *Declaration);
  });
}

// Whether the bound, which is evaluated anew in each iteration, stays the same.
static bool isInvariantBound(const Expr &Bound, const Stmt &Loop,
                             const BodyIndex &Index) {
  const Expr *E = ignoreIteratorConversion(&Bound);
  if (std::optional<RangeEnd> End = rangeEnd(E))
    E = End->Range;
  RepeatableExpr Repeatable(Index);
  if (!Repeatable.isRepeatable(E))
    return false;
  return llvm::none_of(Repeatable.Reads, [&](const AccessPath &Path) {
    return changesIn(Path, Loop, Index);
  });
}

// --- Loops ------------------------------------------------------------------

namespace {
/// `I < N`, normalised so that the induction variable is on the left.
struct Condition {
  BinaryOperatorKind Op;
  const Expr *Variable;
  const Expr *Bound;
};

/// `I += Step` or `I -= Step`.
struct Step {
  const Expr *Variable;
  bool IsUp;
  uint64_t Size;
  const Expr *Where;
};
} // namespace

static std::optional<BinaryOperatorKind>
comparisonOf(OverloadedOperatorKind Op) {
  switch (Op) {
  case OO_Less:
    return BO_LT;
  case OO_LessEqual:
    return BO_LE;
  case OO_Greater:
    return BO_GT;
  case OO_GreaterEqual:
    return BO_GE;
  case OO_ExclaimEqual:
    return BO_NE;
  default:
    return std::nullopt;
  }
}

static std::optional<Step> stepOf(const Expr *E, const ASTContext &Ctx) {
  if (!E)
    return std::nullopt;
  E = E->IgnoreParenImpCasts();
  if (const auto *Cleanups = dyn_cast<ExprWithCleanups>(E))
    E = Cleanups->getSubExpr()->IgnoreParenImpCasts();
  if (const auto *Unary = dyn_cast<UnaryOperator>(E))
    if (Unary->isIncrementDecrementOp())
      return Step{Unary->getSubExpr(), Unary->isIncrementOp(), 1, E};
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(E)) {
    if (Operator->getOperator() == OO_PlusPlus)
      return Step{Operator->getArg(0), true, 1, E};
    if (Operator->getOperator() == OO_MinusMinus)
      return Step{Operator->getArg(0), false, 1, E};
    return std::nullopt;
  }
  const auto *Binary = dyn_cast<BinaryOperator>(E);
  if (!Binary)
    return std::nullopt;
  const Expr *Amount = nullptr;
  bool IsUp = true;
  if (Binary->getOpcode() == BO_AddAssign ||
      Binary->getOpcode() == BO_SubAssign) {
    Amount = Binary->getRHS();
    IsUp = Binary->getOpcode() == BO_AddAssign;
  } else if (Binary->getOpcode() == BO_Assign) {
    // i = i + 2
    const auto *Value =
        dyn_cast<BinaryOperator>(Binary->getRHS()->IgnoreParenImpCasts());
    if (!Value || !Value->isAdditiveOp())
      return std::nullopt;
    std::optional<AccessPath> Left = AccessPath::of(Value->getLHS());
    std::optional<AccessPath> Target = AccessPath::of(Binary->getLHS());
    if (!Left || !Target || !(*Left == *Target))
      return std::nullopt;
    Amount = Value->getRHS();
    IsUp = Value->getOpcode() == BO_Add;
  }
  Expr::EvalResult Value;
  if (!Amount || Amount->isValueDependent() ||
      !Amount->EvaluateAsInt(Value, Ctx))
    return std::nullopt;
  llvm::APSInt Size = Value.Val.getInt();
  if (Size.isNegative() || Size.isZero())
    return std::nullopt;
  return Step{Binary->getLHS(), IsUp, Size.getLimitedValue(), E};
}

static std::optional<Condition> conditionOf(const Expr *E,
                                            const AccessPath &Variable) {
  E = E->IgnoreParenImpCasts();
  if (const auto *Cleanups = dyn_cast<ExprWithCleanups>(E))
    E = Cleanups->getSubExpr()->IgnoreParenImpCasts();
  if (const auto *Rewritten = dyn_cast<CXXRewrittenBinaryOperator>(E)) {
    CXXRewrittenBinaryOperator::DecomposedForm Form =
        Rewritten->getDecomposedForm();
    std::optional<AccessPath> Left =
        AccessPath::of(ignoreIteratorConversion(Form.LHS));
    std::optional<AccessPath> Right =
        AccessPath::of(ignoreIteratorConversion(Form.RHS));
    if (Form.Opcode == BO_EQ || !BinaryOperator::isComparisonOp(Form.Opcode))
      return std::nullopt;
    if (Left && *Left == Variable)
      return Condition{Form.Opcode, Form.LHS, Form.RHS};
    if (Right && *Right == Variable)
      return Condition{Form.Opcode == BO_NE
                           ? BO_NE
                           : BinaryOperator::reverseComparisonOp(Form.Opcode),
                       Form.RHS, Form.LHS};
    return std::nullopt;
  }
  const Expr *Left = nullptr;
  const Expr *Right = nullptr;
  BinaryOperatorKind Op;
  if (const auto *Binary = dyn_cast<BinaryOperator>(E)) {
    Op = Binary->getOpcode();
    Left = Binary->getLHS();
    Right = Binary->getRHS();
  } else if (const auto *Call = dyn_cast<CXXOperatorCallExpr>(E)) {
    std::optional<BinaryOperatorKind> Comparison =
        comparisonOf(Call->getOperator());
    if (!Comparison || Call->getNumArgs() != 2)
      return std::nullopt;
    Op = *Comparison;
    Left = Call->getArg(0);
    Right = Call->getArg(1);
  } else {
    return std::nullopt;
  }
  if (!BinaryOperator::isComparisonOp(Op) || Op == BO_EQ)
    return std::nullopt;
  auto IsVariable = [&](const Expr *Side) {
    std::optional<AccessPath> Path =
        AccessPath::of(ignoreIteratorConversion(Side));
    return Path && *Path == Variable;
  };
  if (IsVariable(Left))
    return Condition{Op, Left, Right};
  if (IsVariable(Right))
    return Condition{BinaryOperator::isRelationalOp(Op)
                         ? BinaryOperator::reverseComparisonOp(Op)
                         : Op,
                     Right, Left};
  return std::nullopt;
}

// The value that \p Variable has when \p L is entered, if its only write before
// the loop is its initialiser.
static const Expr *initialValue(const AccessPath &Variable, const Stmt &Loop,
                                const BodyIndex &Index) {
  const auto *Var = dyn_cast_or_null<VarDecl>(Variable.root());
  if (!Var || !Variable.steps().empty() || isa<ParmVarDecl>(Var) ||
      !Var->isLocalVarDecl() || Var->isStaticLocal() ||
      Var->getType()->isReferenceType() || !Var->getInit())
    return nullptr;
  const DeclStmt *Declaration = Index.declaration(*Var);
  if (!Declaration ||
      Index.enclosingLoop(*Declaration) != Index.enclosingLoop(Loop))
    if (!Declaration || !Index.contains(Loop, *Declaration))
      return nullptr;
  for (const Use &U : Index.uses(Variable))
    if (U.Kind != Use::Read && !Index.contains(Loop, *U.Where))
      if (Index.position(*U.Where) < Index.position(Loop))
        return nullptr;
  return Var->getInit();
}

static bool isOnlyWrittenBy(const AccessPath &Variable, const Expr &Step,
                            const Stmt *AlsoAllowed, const Stmt &Loop,
                            const BodyIndex &Index) {
  for (const Use &U : Index.uses(Variable)) {
    if (!U.Path.overlaps(Variable) || U.isHarmless())
      continue;
    if (Index.contains(Step, *U.Where) ||
        (AlsoAllowed && Index.contains(*AlsoAllowed, *U.Where)))
      continue;
    if (U.InLambda || U.Kind == Use::Aliased || Index.contains(Loop, *U.Where))
      return false;
  }
  return true;
}

static Quantity rounded(Quantity Range, uint64_t StepSize) {
  if (StepSize == 1)
    return Range;
  if (Range.Constant)
    return Quantity::constant((*Range.Constant + StepSize - 1) / StepSize);
  Quantity Q = Range;
  std::string Size = llvm::utostr(StepSize);
  Q.Text =
      "(" + Range.Text + " + " + llvm::utostr(StepSize - 1) + ") / " + Size;
  // A division, too, is not what a factor in front of it would divide.
  Q.IsSum = true;
  return Q;
}

// Trips of a loop that counts from From up to, and not including, To.
static std::optional<Quantity> countUp(const Expr &From, const Expr &To,
                                       bool IncludesTo, uint64_t StepSize,
                                       const BodyIndex &Index) {
  std::optional<Quantity> Low = countValue(From, Index);
  std::optional<Quantity> High = countValue(To, Index);
  if (!Low || !High)
    return std::nullopt;
  uint64_t Extra = IncludesTo ? 1 : 0;
  if (Low->Constant && High->Constant) {
    uint64_t End = *High->Constant + Extra;
    uint64_t Count = End > *Low->Constant ? End - *Low->Constant : 0;
    bool IsNamed = *Low->Constant == 0 && Extra == 0 && StepSize == 1;
    if (!IsNamed)
      return rounded(Quantity::constant(Count), StepSize);
    Quantity Named = *High;
    Named.IsSigned = false;
    return Named;
  }
  if (Low->Constant) {
    uint64_t Start = *Low->Constant;
    if (Start == Extra)
      return rounded(*High, StepSize);
    if (Start < Extra)
      return rounded(sum(*High, Quantity::constant(Extra - Start)), StepSize);
    // `N - 1` would wrap for an N of 0. N itself is a few elements too much.
    if (Start - Extra > 4)
      return std::nullopt;
    Quantity Q = *High;
    Q.IsUpperBound = true;
    return rounded(Q, StepSize);
  }
  // The difference of two variables may be negative.
  Quantity Q;
  unite(Q, *High, *Low);
  Q.Text = High->Text + " - " + factor(*Low);
  if (Extra)
    Q.Text += " + 1";
  Q.IsSum = true;
  Q.Writable = false;
  return rounded(Q, StepSize);
}

static std::optional<Quantity> countingTrips(const Expr &Initial,
                                             const Condition &Cond,
                                             const Step &S,
                                             const BodyIndex &Index) {
  BinaryOperatorKind Op = Cond.Op;
  if (Op == BO_NE) {
    if (S.Size != 1)
      return std::nullopt;
    Op = S.IsUp ? BO_LT : BO_GT;
  }
  if (S.IsUp && (Op == BO_LT || Op == BO_LE))
    return countUp(Initial, *Cond.Bound, Op == BO_LE, S.Size, Index);
  if (!S.IsUp && (Op == BO_GT || Op == BO_GE)) {
    // From N - 1 down to 0 are N trips.
    const auto *Minus = dyn_cast<BinaryOperator>(Initial.IgnoreParenImpCasts());
    Expr::EvalResult One;
    Expr::EvalResult Zero;
    if (Op == BO_GE && Minus && Minus->getOpcode() == BO_Sub &&
        Minus->getRHS()->EvaluateAsInt(One, Index.context()) &&
        One.Val.getInt() == 1 &&
        Cond.Bound->EvaluateAsInt(Zero, Index.context()) &&
        Zero.Val.getInt() == 0) {
      if (std::optional<Quantity> Count = countValue(*Minus->getLHS(), Index))
        return rounded(*Count, S.Size);
      return std::nullopt;
    }
    return countUp(*Cond.Bound, Initial, Op == BO_GE, S.Size, Index);
  }
  return std::nullopt;
}

static bool isInteger(const Expr *E) {
  return E->IgnoreParenImpCasts()->getType()->isIntegerType();
}

static std::optional<Quantity> tripsOf(const Expr &Initial,
                                       const Condition &Cond, const Step &S,
                                       const BodyIndex &Index) {
  if (isInteger(Cond.Variable))
    return countingTrips(Initial, Cond, S, Index);
  if (!S.IsUp || S.Size != 1 || (Cond.Op != BO_NE && Cond.Op != BO_LT))
    return std::nullopt;
  std::optional<Quantity> Q = rangeSize(Initial, *Cond.Bound, Index);
  // With `<`, a difference may be negative.
  if (Q && Cond.Op == BO_LT && Q->IsSum)
    Q->Writable = false;
  return Q;
}

// `while (N--)`, `while (N-- > 0)`: N trips.
static std::optional<Quantity> countdownTrips(const Expr &Cond,
                                              const Stmt &Loop,
                                              const Expr *Initial,
                                              const BodyIndex &Index) {
  const Expr *E = Cond.IgnoreParenImpCasts();
  if (const auto *Binary = dyn_cast<BinaryOperator>(E)) {
    Expr::EvalResult Zero;
    bool IsAboveZero =
        (Binary->getOpcode() == BO_GT || Binary->getOpcode() == BO_NE) &&
        Binary->getRHS()->EvaluateAsInt(Zero, Index.context()) &&
        Zero.Val.getInt() == 0;
    if (!IsAboveZero)
      return std::nullopt;
    E = Binary->getLHS()->IgnoreParenImpCasts();
  }
  const auto *Unary = dyn_cast<UnaryOperator>(E);
  if (!Unary || Unary->getOpcode() != UO_PostDec)
    return std::nullopt;
  std::optional<AccessPath> Variable = AccessPath::of(Unary->getSubExpr());
  if (!Variable || !isOnlyWrittenBy(*Variable, *E, nullptr, Loop, Index))
    return std::nullopt;
  if (!Initial)
    Initial = Unary->getSubExpr();
  return countValue(*Initial, Index);
}

// `for (size_t I = N; I-- > 0;)`: N trips.
static std::optional<Quantity> forCountdownTrips(const ForStmt &For,
                                                 const BodyIndex &Index) {
  const auto *Declaration = dyn_cast_or_null<DeclStmt>(For.getInit());
  const auto *Var = Declaration && Declaration->isSingleDecl()
                        ? dyn_cast<VarDecl>(Declaration->getSingleDecl())
                        : nullptr;
  if (!Var || !Var->getInit())
    return std::nullopt;
  return countdownTrips(*For.getCond(), For, Var->getInit(), Index);
}

static std::optional<Quantity> forTrips(const ForStmt &For,
                                        const BodyIndex &Index) {
  if (!For.getCond() || For.getConditionVariable())
    return std::nullopt;
  if (!For.getInc())
    return forCountdownTrips(For, Index);
  std::optional<Step> S = stepOf(For.getInc(), Index.context());
  if (!S)
    return std::nullopt;
  std::optional<AccessPath> Variable = AccessPath::of(S->Variable);
  if (!Variable || !Variable->root())
    return std::nullopt;
  std::optional<Condition> Cond = conditionOf(For.getCond(), *Variable);
  if (!Cond)
    return std::nullopt;
  const Expr *Initial = nullptr;
  const Stmt *Init = For.getInit();
  if (const auto *Declaration = dyn_cast_or_null<DeclStmt>(Init)) {
    for (const Decl *D : Declaration->decls())
      if (D->getCanonicalDecl() == Variable->root())
        Initial = cast<VarDecl>(D)->getInit();
  } else if (const auto *Assignment = dyn_cast_or_null<BinaryOperator>(Init)) {
    std::optional<AccessPath> Target = AccessPath::of(Assignment->getLHS());
    if (Assignment->getOpcode() == BO_Assign && Target && *Target == *Variable)
      Initial = Assignment->getRHS();
  } else if (!Init) {
    Initial = initialValue(*Variable, For, Index);
    // The iterator's own name says where it stands.
    if (!Initial && !isInteger(Cond->Variable))
      Initial = Cond->Variable;
  }
  // The bound may be a second variable of the loop: `E = V.end()`.
  if (const auto *Declaration = dyn_cast_or_null<DeclStmt>(Init))
    if (std::optional<AccessPath> Bound =
            AccessPath::of(ignoreIteratorConversion(Cond->Bound)))
      for (const Decl *D : Declaration->decls())
        if (const auto *Var = dyn_cast<VarDecl>(D);
            Var && Bound->root() == Var->getCanonicalDecl() &&
            Bound->steps().empty() && Var->getInit()) {
          for (const Use &U : Index.uses(*Bound))
            if (U.Kind != Use::Read && !U.isHarmless())
              return std::nullopt;
          Cond->Bound = Var->getInit();
        }
  if (!Initial || !isInvariantBound(*Cond->Bound, For, Index) ||
      !isOnlyWrittenBy(*Variable, *S->Where, Init, For, Index))
    return std::nullopt;
  return tripsOf(*Initial, *Cond, *S, Index);
}

// The step of a while loop, if it is taken exactly once in each iteration: a
// statement of the body's own block, or in such a statement's operand.
static std::optional<Step> whileStep(const AccessPath &Variable,
                                     const WhileStmt &While,
                                     const BodyIndex &Index) {
  const Loop *L = Index.loop(While);
  if (!L || L->FirstContinue)
    return std::nullopt;
  const Use *Only = nullptr;
  for (const Use &U : Index.uses(Variable)) {
    if (U.isHarmless() || !Index.contains(While, *U.Where))
      continue;
    if (Only || U.InLambda)
      return std::nullopt;
    Only = &U;
  }
  if (!Only)
    return std::nullopt;
  const Stmt *StepExpr = Index.parent(*Only->Where);
  if (!StepExpr || !isa<Expr>(StepExpr))
    return std::nullopt;
  for (const Stmt *S = StepExpr; S != While.getBody();) {
    const Stmt *Up = Index.parent(*S);
    if (!Up || isa<AbstractConditionalOperator, IfStmt, SwitchStmt, ForStmt,
                   WhileStmt, DoStmt, CXXForRangeStmt, CXXTryStmt>(Up))
      return std::nullopt;
    if (const auto *Binary = dyn_cast<BinaryOperator>(Up))
      if (Binary->isLogicalOp())
        return std::nullopt;
    S = Up;
  }
  return stepOf(cast<Expr>(StepExpr), Index.context());
}

static std::optional<Quantity> whileTrips(const WhileStmt &While,
                                          const BodyIndex &Index) {
  if (While.getConditionVariable())
    return std::nullopt;
  if (std::optional<Quantity> Q =
          countdownTrips(*While.getCond(), While, nullptr, Index))
    return Q;
  const Expr *Cond = While.getCond()->IgnoreParenImpCasts();
  if (const auto *Cleanups = dyn_cast<ExprWithCleanups>(Cond))
    Cond = Cleanups->getSubExpr()->IgnoreParenImpCasts();
  llvm::SmallVector<const Expr *, 2> Sides;
  if (const auto *Binary = dyn_cast<BinaryOperator>(Cond)) {
    Sides = {Binary->getLHS(), Binary->getRHS()};
  } else if (const auto *Call = dyn_cast<CXXOperatorCallExpr>(Cond)) {
    Sides.append(Call->arg_begin(), Call->arg_end());
  } else if (const auto *Rewritten =
                 dyn_cast<CXXRewrittenBinaryOperator>(Cond)) {
    Sides = {Rewritten->getLHS(), Rewritten->getRHS()};
  }
  for (const Expr *Side : Sides) {
    std::optional<AccessPath> Variable =
        AccessPath::of(ignoreIteratorConversion(Side));
    if (!Variable || !Variable->root())
      continue;
    std::optional<Step> S = whileStep(*Variable, While, Index);
    std::optional<Condition> C = conditionOf(Cond, *Variable);
    if (!S || !C || !isInvariantBound(*C->Bound, While, Index) ||
        !isOnlyWrittenBy(*Variable, *S->Where, nullptr, While, Index))
      continue;
    const Expr *Initial = initialValue(*Variable, While, Index);
    if (!Initial)
      Initial = C->Variable;
    return tripsOf(*Initial, *C, *S, Index);
  }
  return std::nullopt;
}

static bool isIterationOf(const Quantity &Q, const CXXForRangeStmt &Loop,
                          const BodyIndex &Index) {
  // A range-based for evaluates its range once; only what would break the
  // iteration itself matters.
  return llvm::none_of(Q.Reads, [&](const AccessPath &Path) {
    return llvm::any_of(Index.uses(Path), [&](const Use &U) {
      return !U.isHarmless() && U.Path.overlaps(Path) &&
             Index.contains(Loop, *U.Where);
    });
  });
}

std::optional<Quantity> whet::tripCount(const Loop &L, const BodyIndex &Index) {
  if (const auto *RangeFor = dyn_cast<CXXForRangeStmt>(L.Statement)) {
    std::optional<Quantity> Q =
        RangeFor->getRangeInit() ? rangeSize(*RangeFor->getRangeInit(), Index)
                                 : std::nullopt;
    if (!Q || !isIterationOf(*Q, *RangeFor, Index))
      return std::nullopt;
    return Q;
  }
  if (const auto *For = dyn_cast<ForStmt>(L.Statement))
    return forTrips(*For, Index);
  if (const auto *While = dyn_cast<WhileStmt>(L.Statement))
    return whileTrips(*While, Index);
  return std::nullopt;
}
