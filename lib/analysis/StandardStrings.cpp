#include "whet/analysis/StandardStrings.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/StringSwitch.h"

using namespace whet;
using namespace clang;

// --- Types -----------------------------------------------------------------

static const ClassTemplateSpecializationDecl *
standardTemplate(QualType T, llvm::StringRef Name) {
  if (T.isNull())
    return nullptr;
  const auto *Record = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
      T.getNonReferenceType()->getAsCXXRecordDecl());
  if (!Record || !Record->getIdentifier() || Record->getName() != Name ||
      !Record->isInStdNamespace())
    return nullptr;
  return Record;
}

const CXXRecordDecl *whet::stringRecord(QualType T) {
  return standardTemplate(T, "basic_string");
}

bool whet::isStringView(QualType T) {
  return standardTemplate(T, "basic_string_view") != nullptr;
}

llvm::StringRef whet::viewName(const CXXRecordDecl &String) {
  const auto &Args =
      cast<ClassTemplateSpecializationDecl>(String).getTemplateArgs();
  QualType Character = Args[0].getAsType().getCanonicalType();
  // Traits of one's own make a view of one's own.
  const CXXRecordDecl *Traits = Args[1].getAsType()->getAsCXXRecordDecl();
  if (!Traits || !Traits->isInStdNamespace())
    return "";
  if (Character->isSpecificBuiltinType(BuiltinType::WChar_S) ||
      Character->isSpecificBuiltinType(BuiltinType::WChar_U))
    return "std::wstring_view";
  if (Character->isSpecificBuiltinType(BuiltinType::Char_S) ||
      Character->isSpecificBuiltinType(BuiltinType::Char_U))
    return "std::string_view";
  return "";
}

std::optional<unsigned> whet::inlineCapacity(const CXXRecordDecl &String) {
  for (const Decl *D : String.decls()) {
    const auto *Enum = dyn_cast<EnumDecl>(D);
    if (!Enum)
      continue;
    for (const EnumConstantDecl *C : Enum->enumerators()) {
      auto Value = static_cast<unsigned>(C->getInitVal().getZExtValue());
      if (C->getName() == "_S_local_capacity")
        return Value;
      // libc++ counts the NUL.
      if (C->getName() == "__min_cap")
        return Value - 1;
    }
  }
  return std::nullopt;
}

// --- Expressions -----------------------------------------------------------

const Expr &whet::asWritten(const Expr &E) {
  const Expr *Inner = &E;
  while (true) {
    Inner = Inner->IgnoreParenImpCasts();
    if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(Inner)) {
      Inner = Temporary->getSubExpr();
    } else if (const auto *Bound = dyn_cast<CXXBindTemporaryExpr>(Inner)) {
      Inner = Bound->getSubExpr();
    } else if (const auto *Full = dyn_cast<ExprWithCleanups>(Inner)) {
      Inner = Full->getSubExpr();
    } else if (const auto *Call = dyn_cast<CXXMemberCallExpr>(Inner);
               Call &&
               isa_and_nonnull<CXXConversionDecl>(Call->getMethodDecl())) {
      Inner = Call->getImplicitObjectArgument();
    } else {
      return *Inner;
    }
  }
}

const ValueDecl *whet::namedBy(const Expr &E) {
  const Expr &Inner = asWritten(E);
  if (const auto *Ref = dyn_cast<DeclRefExpr>(&Inner))
    return cast<ValueDecl>(Ref->getDecl()->getCanonicalDecl());
  if (const auto *Member = dyn_cast<MemberExpr>(&Inner))
    return cast<ValueDecl>(Member->getMemberDecl()->getCanonicalDecl());
  if (const auto *Unary = dyn_cast<UnaryOperator>(&Inner))
    return Unary->getOpcode() == UO_Deref ? namedBy(*Unary->getSubExpr())
                                          : nullptr;
  return nullptr;
}

std::optional<int64_t> whet::integerConstant(const Expr &E,
                                             const ASTContext &Ctx) {
  if (E.isValueDependent() || !E.getType()->isIntegralOrEnumerationType())
    return std::nullopt;
  if (std::optional<llvm::APSInt> Value = E.getIntegerConstantExpr(Ctx))
    return Value->tryExtValue();
  return std::nullopt;
}

// --- Strings without a NUL -------------------------------------------------

namespace {
class NulProof {
public:
  explicit NulProof(const BodyIndex &Index) : Index(Index) {}

  bool isFree(const Expr &E);

private:
  bool isFreeLocal(const VarDecl &V);
  bool keepsFree(const whet::Use &U);
  bool addsNoNul(const CallExpr &Call, unsigned FirstArg);
  bool isFreeCall(const CallExpr &Call);
  bool isFreeConstruct(const CXXConstructExpr &Construct);

  const BodyIndex &Index;
  /// What is being proved: `S += S` rests on itself.
  llvm::DenseSet<const VarDecl *> Assumed;
};
} // namespace

// What is made of a pointer alone ends where the first NUL is.
static bool isEndedByNul(const Expr &E) {
  return E.getType()->isPointerType() || E.getType()->isArrayType();
}

bool NulProof::isFree(const Expr &E) {
  const Expr &Inner = asWritten(E);
  if (isEndedByNul(Inner))
    return true;
  if (Inner.getType()->isCharType()) {
    std::optional<int64_t> Value = integerConstant(Inner, Index.context());
    return Value && *Value != 0;
  }
  if (!stringRecord(Inner.getType()))
    return false;
  if (const auto *Cast = dyn_cast<CXXFunctionalCastExpr>(&Inner))
    return isFree(*Cast->getSubExpr());
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(&Inner))
    return isFreeConstruct(*Construct);
  if (const auto *Call = dyn_cast<CallExpr>(&Inner))
    return isFreeCall(*Call);
  if (const auto *Ref = dyn_cast<DeclRefExpr>(&Inner))
    if (const auto *V = dyn_cast<VarDecl>(Ref->getDecl()))
      return isFreeLocal(*V);
  return false;
}

bool NulProof::isFreeConstruct(const CXXConstructExpr &Construct) {
  unsigned Written = 0;
  for (const Expr *Arg : Construct.arguments())
    Written += !isa<CXXDefaultArgExpr>(Arg);
  return Written == 0 || (Written == 1 && isFree(*Construct.getArg(0)));
}

bool NulProof::isFreeCall(const CallExpr &Call) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  if (!Callee || !Callee->isInStdNamespace())
    return false;
  if (Callee->getOverloadedOperator() == OO_Plus)
    return addsNoNul(Call, 0);
  if (!Callee->getIdentifier())
    return false;
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(&Call))
    return Callee->getName() == "substr" &&
           isFree(*Member->getImplicitObjectArgument());
  return Callee->getName() == "to_string";
}

bool NulProof::addsNoNul(const CallExpr &Call, unsigned FirstArg) {
  for (unsigned I = FirstArg; I < Call.getNumArgs(); ++I)
    if (!isFree(*Call.getArg(I)))
      return false;
  return true;
}

// Whether a use of a string leaves it without NULs.
bool NulProof::keepsFree(const whet::Use &U) {
  if (U.Kind == whet::Use::Read)
    return true;
  if (U.InLambda || !U.Call)
    return false;
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(U.Call))
    return (Operator->getOperator() == OO_Equal ||
            Operator->getOperator() == OO_PlusEqual) &&
           &asWritten(*Operator->getArg(0)) == &asWritten(*U.Where) &&
           addsNoNul(*Operator, 1);
  if (!U.Method || !U.Method->getIdentifier())
    return false;
  if (U.Method->isConst())
    return true;
  llvm::StringRef Name = U.Method->getName();
  const auto *Call = dyn_cast<CallExpr>(U.Call);
  if (Call && (Name == "append" || Name == "assign" || Name == "push_back"))
    return Call->getNumArgs() == 1 && addsNoNul(*Call, 0);
  return Name == "clear" || Name == "reserve" || Name == "pop_back" ||
         Name == "shrink_to_fit" ||
         (Name == "erase" && Call && Call->getNumArgs() > 0 &&
          Call->getArg(0)->getType()->isIntegerType());
}

bool NulProof::isFreeLocal(const VarDecl &V) {
  if (!V.hasLocalStorage() || isa<ParmVarDecl>(V) || !V.getInit() ||
      V.getType()->isReferenceType() || V.isInitCapture())
    return false;
  if (!Assumed.insert(&V).second)
    return true;
  if (!isFree(*V.getInit()))
    return false;
  return llvm::all_of(Index.uses(AccessPath::ofVariable(V)),
                      [&](const whet::Use &U) { return keepsFree(U); });
}

bool whet::isNulFree(const Expr &E, const BodyIndex &Index) {
  return NulProof(Index).isFree(E);
}

bool whet::isUnsharedLocal(const Expr &E, const BodyIndex &Index) {
  const auto *Ref = dyn_cast<DeclRefExpr>(&asWritten(E));
  const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  if (!V || !V->hasLocalStorage() || V->getType()->isReferenceType())
    return false;
  return llvm::all_of(
      Index.uses(AccessPath::ofVariable(*V)), [](const whet::Use &U) {
        return !U.InLambda && (U.isHarmless() || U.Kind == whet::Use::Write ||
                               U.addsElements());
      });
}

bool whet::isChangedWithin(const Expr &E, const Expr &Whole,
                           const BodyIndex &Index) {
  std::optional<AccessPath> Path = AccessPath::of(&asWritten(E));
  return Path && llvm::any_of(Index.uses(*Path), [&](const whet::Use &U) {
           return !U.isHarmless() && Index.contains(Whole, *U.Where);
         });
}

// --- Strings as raw memory -------------------------------------------------

void RawStrings::add(const Expr &E) {
  if (!stringRecord(E.getType()))
    return;
  if (const ValueDecl *D = namedBy(E))
    Decls.insert(D);
}

// The string that an lvalue of a character is in: `S` of `S[0]`, `*S.begin()`.
static const Expr *stringOfCharacter(const Expr &E) {
  const Expr *Inner = &asWritten(E);
  while (Inner && !stringRecord(Inner->getType())) {
    const Expr *Next = nullptr;
    if (const auto *Call = dyn_cast<CXXMemberCallExpr>(Inner))
      Next = Call->getImplicitObjectArgument();
    else if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Inner))
      Next = Operator->getArg(0);
    else if (const auto *Unary = dyn_cast<UnaryOperator>(Inner))
      Next = Unary->getSubExpr();
    Inner = Next ? &asWritten(*Next) : nullptr;
  }
  return Inner;
}

// Whether arguments give a NUL, or a number of characters to take.
static bool mayGiveNul(llvm::ArrayRef<const Expr *> Args,
                       const ASTContext &Ctx) {
  for (const Expr *Arg : Args) {
    if (Arg->isTypeDependent() || isa<CXXDefaultArgExpr>(Arg))
      continue;
    const Expr &Inner = asWritten(*Arg);
    if (Inner.getType()->isCharType() && integerConstant(Inner, Ctx) == 0)
      return true;
  }
  return Args.size() > 1 && !Args[0]->isTypeDependent() &&
         !Args[1]->isTypeDependent() && isEndedByNul(asWritten(*Args[0])) &&
         (asWritten(*Args[1]).getType()->isIntegerType() ||
          isEndedByNul(asWritten(*Args[1])));
}

void RawStrings::noteCall(const CallExpr &Call) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Callee);
  if (!Method || !stringRecord(Method->getASTContext().getCanonicalTagType(
                     Method->getParent())))
    return;
  const ASTContext &Ctx = Method->getASTContext();
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&Call)) {
    llvm::SmallVector<const Expr *, 2> Args(
        llvm::drop_begin(Operator->arguments()));
    if (!Method->isConst() && Operator->getOperator() != OO_Subscript &&
        mayGiveNul(Args, Ctx))
      add(*Operator->getArg(0));
    return;
  }
  const auto *Member = dyn_cast<CXXMemberCallExpr>(&Call);
  if (!Member || Method->isConst() || !Method->getIdentifier())
    return;
  const Expr &Object = *Member->getImplicitObjectArgument();
  llvm::StringRef Name = Method->getName();
  llvm::SmallVector<const Expr *, 2> Args(Member->arguments());
  if (Name.starts_with("resize") || mayGiveNul(Args, Ctx) ||
      (Name == "data" && !OnlyRead.contains(Member)))
    add(Object);
}

void RawStrings::note(const Stmt &S) {
  if (const auto *Cast = dyn_cast<ImplicitCastExpr>(&S)) {
    if (Cast->getType()->isPointerType() &&
        Cast->getType()->getPointeeType().isConstQualified())
      OnlyRead.insert(Cast->getSubExpr()->IgnoreParens());
  } else if (const auto *Call = dyn_cast<CallExpr>(&S)) {
    noteCall(*Call);
  } else if (const auto *Unary = dyn_cast<UnaryOperator>(&S)) {
    // `&f` of an overloaded f is no pointer yet.
    if (Unary->getOpcode() == UO_AddrOf && Unary->getType()->isPointerType() &&
        !Unary->getType()->getPointeeType().isConstQualified())
      if (const Expr *String = stringOfCharacter(*Unary->getSubExpr());
          String && String != &asWritten(*Unary->getSubExpr()))
        add(*String);
  } else if (const auto *Declaration = dyn_cast<DeclStmt>(&S)) {
    for (const Decl *D : Declaration->decls()) {
      const auto *V = dyn_cast<VarDecl>(D);
      if (!V || !V->getInit() || !stringRecord(V->getType()))
        continue;
      const auto *Construct =
          dyn_cast<CXXConstructExpr>(&asWritten(*V->getInit()));
      if (!Construct)
        continue;
      llvm::SmallVector<const Expr *, 2> Args(Construct->arguments());
      if (mayGiveNul(Args, V->getASTContext()))
        Decls.insert(cast<ValueDecl>(V->getCanonicalDecl()));
    }
  }
}
