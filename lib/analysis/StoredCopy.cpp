#include "whet/analysis/StoredCopy.h"
#include "whet/analysis/StandardLibrary.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/StringSwitch.h"

using namespace whet;
using namespace clang;

// Members that add one element at an end, whatever there is.
static bool isPush(const CXXMethodDecl &Method) {
  if (!Method.getIdentifier() || !isOfStandardLibrary(Method))
    return false;
  return llvm::StringSwitch<bool>(Method.getName())
      .Cases({"push", "push_back", "push_front"}, true)
      .Cases({"emplace_back", "emplace_front"}, true)
      .Default(false);
}

// Whether objects of Record are moved, and not copied for want of a
// constructor or for a member that is const.
static bool isMoved(const CXXRecordDecl &Record) {
  bool HasConst = llvm::any_of(Record.fields(), [](const FieldDecl *F) {
    return F->getType().isConstQualified();
  });
  bool IsDeleted = llvm::any_of(Record.ctors(), [](const auto *C) {
    return C->isMoveConstructor() && C->isDeleted();
  });
  return Record.hasMoveConstructor() && !HasConst && !IsDeleted;
}

// What E, the statement, stores; null if it stores nothing as it is.
static const Expr *storedBy(const Expr &E) {
  if (const auto *Call = dyn_cast<CXXMemberCallExpr>(&E)) {
    const CXXMethodDecl *Method = Call->getMethodDecl();
    if (!Method || !isPush(*Method) || Call->getNumArgs() != 1)
      return nullptr;
    const Expr *Value = Call->getArg(0)->IgnoreParenImpCasts();
    // Elements that are made of something else are no copies of it.
    const auto *Element =
        Method->getParent()
            ->lookup(&Method->getASTContext().Idents.get("value_type"))
            .find_first<TypedefNameDecl>();
    bool IsSame =
        Element && Method->getASTContext().hasSameUnqualifiedType(
                       Element->getUnderlyingType(), Value->getType());
    return IsSame ? Value : nullptr;
  }
  const auto *Assignment = dyn_cast<CXXOperatorCallExpr>(&E);
  const auto *Operator =
      Assignment
          ? dyn_cast_or_null<CXXMethodDecl>(Assignment->getDirectCallee())
          : nullptr;
  if (!Operator || !Operator->isCopyAssignmentOperator())
    return nullptr;
  const CXXRecordDecl &Record = *Operator->getParent();
  bool IsString = Record.isInStdNamespace() && Record.getIdentifier() &&
                  Record.getName() == "basic_string";
  return IsString ? nullptr : Assignment->getArg(1)->IgnoreParenImpCasts();
}

std::optional<StoredCopy> whet::storedCopy(const Stmt &S, TypeCosts &Costs) {
  const auto *E = dyn_cast<Expr>(&S);
  const Expr *Value = E ? storedBy(*E->IgnoreImplicit()) : nullptr;
  if (!Value || !isa<DeclRefExpr, MemberExpr>(Value) ||
      !Value->getType().isConstQualified() || Value->getBeginLoc().isMacroID())
    return std::nullopt;
  const CXXRecordDecl *Record = Value->getType()->getAsCXXRecordDecl();
  std::optional<CopyCost> Cost = Costs.copy(Value->getType());
  if (!Record || !Record->hasDefinition() || !isMoved(*Record) || !Cost ||
      Cost->Allocations == 0)
    return std::nullopt;
  return StoredCopy{Value, Cost->Allocations};
}
