#include "whet/analysis/LentArguments.h"
#include "whet/analysis/CallEffects.h"
#include "whet/analysis/GuardedState.h"
#include "whet/analysis/PrivateLibrary.h"
#include "whet/facts/Predicate.h"
#include "whet/facts/UnitScope.h"
#include "whet/support/OwnCode.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/SourceManager.h"
#include <set>

using namespace whet;
using namespace clang;

// --- Facts
// -----------------------------------------------------------------------

namespace {
/// What is lent for one parameter. The lattice: all grows.
struct LentFact {
  static constexpr llvm::StringLiteral Kind = "lent-arguments";

  /// Somebody lends what others may have.
  bool IsShared = false;
  /// Keys of the callers' parameters that are handed on.
  std::set<std::string> HandedOn;

  void join(const LentFact &Other) {
    IsShared |= Other.IsShared;
    HandedOn.insert(Other.HandedOn.begin(), Other.HandedOn.end());
  }
};

llvm::json::Value toJSON(const LentFact &F) {
  return llvm::json::Object{
      {"shared", F.IsShared},
      {"handedOn", llvm::json::Array(std::vector<std::string>(
                       F.HandedOn.begin(), F.HandedOn.end()))}};
}

bool fromJSON(const llvm::json::Value &V, LentFact &F, llvm::json::Path P) {
  llvm::json::ObjectMapper O(V, P);
  std::vector<std::string> HandedOn;
  if (!O || !O.map("shared", F.IsShared) || !O.map("handedOn", HandedOn))
    return false;
  F.HandedOn.insert(HandedOn.begin(), HandedOn.end());
  return true;
}

const RegisterFact<LentFact> RegisteredLent;
} // namespace

static bool isPrivate(const std::string &Key, const FactBase &Facts,
                      std::set<std::string> &Seen) {
  if (!Seen.insert(Key).second)
    return true;
  const auto *F = Facts.find<LentFact>(Key);
  return F && !F->IsShared &&
         llvm::all_of(F->HandedOn, [&](const std::string &Source) {
           return isPrivate(Source, Facts, Seen);
         });
}

static constexpr llvm::StringLiteral PredicateName = "lent-privately";
static const RegisterPredicate Privately(
    PredicateName,
    [](const FactBase &Facts, const Condition &C) {
      std::set<std::string> Seen;
      bool Is = Facts.isComplete() && Facts.isWhole() &&
                isPrivate(C.Subject, Facts, Seen);
      return Is ? Answer::Yes : Answer::Unknown;
    },
    "a caller may lend it what the lock guards");

std::optional<Condition> whet::isLentPrivately(const ParmVarDecl &P) {
  const auto *Method = dyn_cast<CXXMethodDecl>(P.getDeclContext());
  if (!Method || Method->isVirtual() || Method->isStatic() ||
      Method->getParent()->isLambda())
    return std::nullopt;
  std::optional<std::string> Key =
      parameterKey(*Method, P.getFunctionScopeIndex());
  if (!Key)
    return std::nullopt;
  return Condition{.Predicate = PredicateName.str(),
                   .Subject = std::move(*Key),
                   .On = Condition::Scope::Safety};
}

// --- The walk
// --------------------------------------------------------------------

namespace {
class Collector : public BodyVisitor {
public:
  bool VisitUnaryOperator(UnaryOperator *E) override {
    const auto *Ref = dyn_cast<DeclRefExpr>(E->getSubExpr()->IgnoreParens());
    const auto *Method =
        Ref ? dyn_cast<CXXMethodDecl>(Ref->getDecl()) : nullptr;
    if (Method && E->getOpcode() == UO_AddrOf)
      Taken.push_back(Method);
    return true;
  }

  std::vector<const CXXMethodDecl *> Taken;
};
} // namespace

// The member of a class with a mutex that E calls; null if it is none.
static const CXXMethodDecl *memberWithMutex(const Expr &E, LockModels &Locks) {
  const auto *Call = dyn_cast<CXXMemberCallExpr>(&E);
  const CXXMethodDecl *Method = Call ? Call->getMethodDecl() : nullptr;
  return Method && !Method->isVirtual() && hasMutex(*Method->getParent(), Locks)
             ? Method
             : nullptr;
}

static bool leadsElsewhere(QualType T) {
  return T->isReferenceType() || isLentByValue(T);
}

static void noteCall(const CXXMemberCallExpr &Call, const CXXMethodDecl &Method,
                     PrivateWork &Private, FactBase &Facts) {
  unsigned Count = std::min(Call.getNumArgs(), Method.getNumParams());
  for (unsigned I = 0; I < Count; ++I) {
    if (!leadsElsewhere(Method.getParamDecl(I)->getType()))
      continue;
    std::optional<std::string> Key = parameterKey(Method, I);
    if (!Key)
      continue;
    LentFact Fact;
    std::optional<Work> Reached = Private.reachedBy(*Call.getArg(I));
    Fact.IsShared = !Reached || !Reached->OwnReads.empty() ||
                    !Reached->Rests.empty() || Reached->WritesOwn;
    if (Reached)
      for (const ParmVarDecl *P : Reached->Lent) {
        std::optional<std::string> Source =
            parameterKey(*cast<FunctionDecl>(P->getDeclContext()),
                         P->getFunctionScopeIndex());
        if (Source)
          Fact.HandedOn.insert(std::move(*Source));
        else
          Fact.IsShared = true;
      }
    Facts.add(*Key, Fact);
  }
}

void whet::collectLentArguments(ASTContext &Ctx, LockModels &Locks,
                                PrivateWork &Private, FactBase &Facts) {
  Collector Found;
  traverseOwnCode(Ctx, Found);
  for (const FunctionDecl *F : Found.Bodies) {
    bool IsEntered = false;
    for (const Expr *E : ownCalls(*F)) {
      const CXXMethodDecl *Method = memberWithMutex(*E, Locks);
      if (!Method)
        continue;
      if (!IsEntered)
        Private.enter(*F);
      IsEntered = true;
      noteCall(*cast<CXXMemberCallExpr>(E), *Method, Private, Facts);
    }
  }
  for (const CXXMethodDecl *Method : Found.Taken)
    for (unsigned I = 0; I < Method->getNumParams(); ++I) {
      std::optional<std::string> Key = parameterKey(*Method, I);
      LentFact Fact;
      Fact.IsShared = true;
      if (Key && hasMutex(*Method->getParent(), Locks))
        Facts.add(*Key, Fact);
    }
}
