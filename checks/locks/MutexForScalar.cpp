//===- MutexForScalar.cpp - whet-mutex-for-scalar -------------------------===//
//
// A mutex that guards one integer, flag or pointer, of which each use is one
// load, one store or one read-modify-write. An atomic does each of these by
// itself.
//
//===----------------------------------------------------------------------===//
#include "whet/analysis/HeaderReaders.h"
#include "whet/analysis/LockModels.h"
#include "whet/analysis/LockedScalar.h"
#include "whet/facts/Predicate.h"
#include "whet/facts/Settled.h"
#include "whet/facts/UnitScope.h"
#include "whet/support/Check.h"
#include "whet/support/Registry.h"
#include "clang/AST/ASTContext.h"
#include "clang/Basic/SourceManager.h"

using namespace whet;
using namespace clang;
using namespace clang::ast_matchers;

namespace {

constexpr CheckInfo Info{.Id = "whet-mutex-for-scalar",
                         .Topic = Topic::Locks,
                         .Summary =
                             "a mutex guards one integer, flag or pointer",
                         .Fix = FixKind::Unsafe,
                         .Since = "0.1"};

class MutexForScalar : public Check {
public:
  MutexForScalar(llvm::StringRef Name, tidy::ClangTidyContext *Context)
      : Check(Name, Context, Info) {}

  void registerMatchers(MatchFinder *Finder) override;
  void check(const MatchFinder::MatchResult &Result) override;
  void onEndOfTranslationUnit() override;

private:
  void add(const LockedScalar &L, const FactBase &Facts);

  LockModels Locks;
  ASTContext *Context = nullptr;
};

} // namespace

static const RegisterCheck<MutexForScalar> X(Info);

void MutexForScalar::registerMatchers(MatchFinder *Finder) {
  Finder->addMatcher(translationUnitDecl().bind("unit"), this);
}

void MutexForScalar::check(const MatchFinder::MatchResult &Result) {
  Context = Result.Context;
}

void MutexForScalar::add(const LockedScalar &L, const FactBase &Facts) {
  SourceLocation Loc = L.Mutex->getLocation();
  // Who sees one file does not know what others do with a header's class.
  bool IsKnown =
      UnitScope::current() || Context->getSourceManager().isInMainFile(Loc);
  if (Loc.isMacroID() || !IsKnown)
    return;
  QualType T = L.Scalar->getType();
  Finding Report;
  Report.Loc = Loc;
  Report.Message =
      "'" + L.Mutex->getNameAsString() + "' guards nothing but '" +
      L.Scalar->getNameAsString() + "', of type '" +
      T.getAsString(Context->getPrintingPolicy()) +
      "'; each use locks and unlocks, and may sleep, for what an atomic does "
      "in one operation";
  Report.Notes = {{L.Scalar->getLocation(),
                   "'" + L.Scalar->getNameAsString() + "' is declared here"}};
  Report.In = L.Mutex;
  if (const auto *Field = dyn_cast<FieldDecl>(L.Mutex))
    Report.In = Field->getParent();
  Report.Conditions = {guardsOneScalar(L)};
  if (std::optional<Edits> Changes = declareAtomic(L)) {
    Report.Suggested = Fix{
        FixKind::Unsafe,
        "make '" + L.Scalar->getNameAsString() +
            "' atomic and drop the mutex; see that nobody relies on what the "
            "lock orders besides",
        std::move(*Changes)};
    Report.Conditions.push_back(canBeAtomic(L));
    const auto *Record = dyn_cast<CXXRecordDecl>(Report.In);
    if (Record && Record->isExternallyVisible()) {
      Report.Conditions.push_back(wholeProjectIsKnown());
      Report.Conditions.push_back(isNotInstalled(*Record));
    }
  }
  if (settle(Report, Facts, /*IsSeenElsewhere=*/false))
    report(std::move(Report));
}

void MutexForScalar::onEndOfTranslationUnit() {
  if (!Context)
    return;
  FactBase Facts;
  std::vector<LockedScalar> Found =
      collectLockedScalars(*Context, Locks, Facts);
  publish(Facts);
  for (const LockedScalar &L : Found)
    add(L, Facts);
}
