//===- NotifyUnderLock.cpp - whet-notify-under-lock -----------------------===//
//
// A thread that is woken while the lock that it waits with is still held wakes
// up to wait again. Where the notification is the last thing under the lock, it
// may as well be the first thing after.
//
// Unless the condition variable may be gone by then: a waiter that sees what it
// waited for may destroy it. So only those are reported that live as long as
// the program, or belong to an object that owns threads, and so joins them
// first.
//
//===----------------------------------------------------------------------===//
#include "whet/analysis/LockRegions.h"
#include "whet/support/Check.h"
#include "whet/support/OwnCode.h"
#include "whet/support/Registry.h"
#include "whet/support/TemplateFindings.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"

using namespace whet;
using namespace clang;
using namespace clang::ast_matchers;

namespace {

constexpr CheckInfo Info{.Id = "whet-notify-under-lock",
                         .Topic = Topic::Locks,
                         .Summary =
                             "a thread is woken that has to wait for the lock "
                             "that is still held",
                         .Fix = FixKind::None,
                         .Since = "0.1"};

class NotifyUnderLock : public Check {
public:
  NotifyUnderLock(llvm::StringRef Name, tidy::ClangTidyContext *Context)
      : Check(Name, Context, Info) {}

  void registerMatchers(MatchFinder *Finder) override;
  void check(const MatchFinder::MatchResult &Result) override;
  void onEndOfTranslationUnit() override;

private:
  void examine(const FunctionDecl &F);
  void examineBlock(const CompoundStmt &Block, const FunctionDecl &F,
                    const LockRegions &Regions);

  LockModels Locks;
  TemplateFindings Findings;
};

} // namespace

static const RegisterCheck<NotifyUnderLock> X(Info);

void NotifyUnderLock::registerMatchers(MatchFinder *Finder) {
  matchBodies(*Finder, *this);
}

void NotifyUnderLock::check(const MatchFinder::MatchResult &Result) {
  const FunctionDecl *F = matchedBody(Result);
  if (F && !isa<CXXDestructorDecl>(F) && LockRegions::mentionsLocks(*F, Locks))
    examine(*F);
}

static bool isThread(const CXXRecordDecl &Record) {
  return Record.getIdentifier() &&
         (Record.getName() == "thread" || Record.getName() == "jthread");
}

// std::thread, or a container of such.
static bool ownsThreads(QualType T) {
  const CXXRecordDecl *Record = T->getAsCXXRecordDecl();
  if (!Record)
    return false;
  if (isThread(*Record))
    return true;
  const auto *Instance = dyn_cast<ClassTemplateSpecializationDecl>(Record);
  if (!Instance || !Record->isInStdNamespace())
    return false;
  return llvm::any_of(
      Instance->getTemplateArgs().asArray(), [](const TemplateArgument &A) {
        const CXXRecordDecl *Element = A.getKind() == TemplateArgument::Type
                                           ? A.getAsType()->getAsCXXRecordDecl()
                                           : nullptr;
        return Element && isThread(*Element);
      });
}

// Whether the condition variable is there as long as any thread may need it.
static bool outlivesWaiters(const AccessPath &Path, const FunctionDecl &F) {
  if (const ValueDecl *Root = Path.root()) {
    const auto *Var = dyn_cast<VarDecl>(Root);
    return Var && Var->hasGlobalStorage() && !Path.hasDereference();
  }
  const auto *Method = dyn_cast<CXXMethodDecl>(&F);
  return Method && !Path.hasDereference() &&
         llvm::any_of(Method->getParent()->fields(), [](const FieldDecl *D) {
           return ownsThreads(D->getType());
         });
}

// `Condition.notify_one();` as a statement; null for anything else.
static const CXXMemberCallExpr *notification(const Stmt &S) {
  const auto *E = dyn_cast<Expr>(&S);
  const auto *Call =
      E ? dyn_cast<CXXMemberCallExpr>(E->IgnoreImplicit()) : nullptr;
  const CXXMethodDecl *Method = Call ? Call->getMethodDecl() : nullptr;
  if (!Method || !Method->getIdentifier())
    return nullptr;
  return Method->getName() == "notify_one" || Method->getName() == "notify_all"
             ? Call
             : nullptr;
}

void NotifyUnderLock::examineBlock(const CompoundStmt &Block,
                                   const FunctionDecl &F,
                                   const LockRegions &Regions) {
  if (Block.size() < 2)
    return;
  const CXXMemberCallExpr *Call = notification(*Block.body_back());
  if (!Call ||
      !Locks.isConditionVariable(Call->getImplicitObjectArgument()->getType()))
    return;
  auto Held = Regions.heldAt(*Call);
  // With two locks, one of them would still be held.
  if (Held.size() != 1 || !Held.front()->Guard)
    return;
  const VarDecl &Guard = *Held.front()->Guard;
  bool EndsHere = llvm::any_of(Block.body(), [&](const Stmt *S) {
    const auto *Declared = dyn_cast<DeclStmt>(S);
    return Declared && llvm::is_contained(Declared->decls(), &Guard);
  });
  std::optional<AccessPath> Path =
      mutexPath(*Call->getImplicitObjectArgument());
  if (!EndsHere || !Path || !outlivesWaiters(*Path, F))
    return;
  Finding Report;
  Report.Loc = Call->getExprLoc();
  Report.Message = "'" + Call->getMethodDecl()->getNameAsString() +
                   "' wakes a thread that has to wait for " +
                   Held.front()->name() +
                   ", still held; it may come after the lock is given back";
  Report.Notes = {{Guard.getLocation(), "locked here"}};
  Report.In = &F;
  Findings.add(F, std::move(Report));
}

void NotifyUnderLock::examine(const FunctionDecl &F) {
  Findings.noteBody(F);
  LockRegions Regions(F, Locks);
  forEachBlock(
      F, [&](const CompoundStmt &Block) { examineBlock(Block, F, Regions); });
}

void NotifyUnderLock::onEndOfTranslationUnit() {
  for (Finding &F : Findings.take())
    report(std::move(F));
}
