#include "whet/analysis/AccessPath.h"
#include "whet/analysis/ContainerModels.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"

using namespace whet;
using namespace clang;

// `p->` and `*p` of a smart pointer that owns or shares one object.
static bool isSmartPointerAccess(const CXXOperatorCallExpr &Call) {
  OverloadedOperatorKind Op = Call.getOperator();
  if ((Op != OO_Arrow && Op != OO_Star) || Call.getNumArgs() != 1)
    return false;
  // libstdc++ defines these operators in a base class.
  const Expr *Object = Call.getArg(0)->IgnoreParenImpCasts();
  const CXXRecordDecl *Record = Object->getType()->getAsCXXRecordDecl();
  if (!Record || !Record->getIdentifier())
    return false;
  llvm::StringRef Name = Record->getName();
  return (Name == "unique_ptr" || Name == "shared_ptr") &&
         Record->isInStdNamespace();
}

AccessPath AccessPath::ofVariable(const ValueDecl &D) {
  AccessPath Path;
  Path.Root = cast<ValueDecl>(D.getCanonicalDecl());
  return Path;
}

AccessPath AccessPath::pointee() const {
  AccessPath Path = *this;
  Path.Steps.push_back(nullptr);
  return Path;
}

AccessPath AccessPath::within(const AccessPath &Object) const {
  AccessPath Path = Object;
  Path.Steps.append(Steps.begin(), Steps.end());
  return Path;
}

std::optional<AccessPath> AccessPath::of(const Expr *E) {
  E = E->IgnoreParenImpCasts();
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    if (isa<VarDecl, BindingDecl>(Ref->getDecl()))
      return ofVariable(*Ref->getDecl());
    return std::nullopt;
  }
  if (isa<CXXThisExpr>(E))
    return AccessPath();
  if (const auto *Member = dyn_cast<MemberExpr>(E)) {
    if (const auto *Static = dyn_cast<VarDecl>(Member->getMemberDecl()))
      return ofVariable(*Static);
    const auto *Field = dyn_cast<FieldDecl>(Member->getMemberDecl());
    std::optional<AccessPath> Base = of(Member->getBase());
    if (!Field || !Base)
      return std::nullopt;
    bool IsThis = isa<CXXThisExpr>(Member->getBase()->IgnoreParenImpCasts());
    const auto *Arrow =
        dyn_cast<CXXOperatorCallExpr>(Member->getBase()->IgnoreParenImpCasts());
    if (Member->isArrow() && !IsThis && !Arrow)
      Base->Steps.push_back(nullptr);
    Base->Steps.push_back(Field->getCanonicalDecl());
    return Base;
  }
  if (const auto *Unary = dyn_cast<UnaryOperator>(E)) {
    if (Unary->getOpcode() != UO_Deref)
      return std::nullopt;
    std::optional<AccessPath> Base = of(Unary->getSubExpr());
    bool IsThis = isa<CXXThisExpr>(Unary->getSubExpr()->IgnoreParenImpCasts());
    if (Base && !IsThis)
      Base->Steps.push_back(nullptr);
    return Base;
  }
  if (const auto *Call = dyn_cast<CXXOperatorCallExpr>(E)) {
    if (!isSmartPointerAccess(*Call))
      return std::nullopt;
    std::optional<AccessPath> Base = of(Call->getArg(0));
    if (Base)
      Base->Steps.push_back(nullptr);
    return Base;
  }
  return std::nullopt;
}

const ValueDecl *AccessPath::key() const {
  if (Root)
    return Root;
  return Steps.empty() ? nullptr : Steps.front();
}

bool AccessPath::isPrefixOf(const AccessPath &Other) const {
  return Root == Other.Root && Steps.size() <= Other.Steps.size() &&
         llvm::equal(Steps,
                     llvm::ArrayRef(Other.Steps).take_front(Steps.size()));
}
