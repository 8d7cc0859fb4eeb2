#include "whet/analysis/ReservedMembers.h"
#include "whet/facts/Predicate.h"
#include "whet/facts/UnitScope.h"

using namespace whet;
using namespace clang;

namespace {
/// That some function makes room; there is no more to know.
struct ReservedMember {
  static constexpr llvm::StringLiteral Kind = "reserved-member";
  void join(const ReservedMember & /*Other*/) {}
};

llvm::json::Value toJSON(const ReservedMember & /*Fact*/) { return true; }

bool fromJSON(const llvm::json::Value &V, ReservedMember & /*Fact*/,
              llvm::json::Path P) {
  if (V.getAsBoolean())
    return true;
  P.report("expected true");
  return false;
}
} // namespace

static const RegisterFact<ReservedMember> X;

static constexpr llvm::StringLiteral PredicateName = "member-never-reserved";

static const RegisterPredicate Y(PredicateName, [](const FactBase &Facts,
                                                   const Condition &C) {
  if (Facts.find<ReservedMember>(C.Subject))
    return Answer::No;
  return Facts.isComplete() ? Answer::Yes : Answer::Unknown;
});

void whet::noteReservedMember(const CXXMemberCallExpr &Call,
                              const ContainerModels &Models, FactBase &Facts) {
  const CXXMethodDecl *Method = Call.getMethodDecl();
  if (!Method || !Method->getIdentifier() ||
      (Method->getName() != "resize" && !Models.isReserve(Method->getName())))
    return;
  const auto *Member = dyn_cast<MemberExpr>(
      Call.getImplicitObjectArgument()->IgnoreParenImpCasts());
  const auto *Field =
      Member ? dyn_cast<FieldDecl>(Member->getMemberDecl()) : nullptr;
  if (!Field)
    return;
  if (std::optional<std::string> Key = entityKey(*Field))
    Facts.add(*Key, ReservedMember());
}

std::optional<Condition> whet::neverReserved(const FieldDecl &Field) {
  std::optional<std::string> Key = entityKey(Field);
  if (!Key)
    return std::nullopt;
  return Condition{.Predicate = PredicateName.str(),
                   .Subject = std::move(*Key)};
}
