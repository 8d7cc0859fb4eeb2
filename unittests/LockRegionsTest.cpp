//===- LockRegionsTest.cpp - Where small functions hold locks -------------===//
#include "whet/analysis/LockRegions.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/Frontend/ASTUnit.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/ADT/StringExtras.h"
#include "gtest/gtest.h"

using namespace whet;
using namespace clang;

namespace {

// Just enough of a library, so that no test depends on one.
constexpr char Prelude[] = R"cpp(
namespace std {
struct defer_lock_t {}; struct adopt_lock_t {}; struct try_to_lock_t {};
inline constexpr defer_lock_t defer_lock; inline constexpr adopt_lock_t adopt_lock;
inline constexpr try_to_lock_t try_to_lock;
struct mutex { void lock(); bool try_lock(); void unlock(); };
struct shared_mutex : mutex { void lock_shared(); void unlock_shared(); };
template <typename M> struct lock_guard {
  lock_guard(M &); lock_guard(M &, adopt_lock_t); ~lock_guard();
  lock_guard(const lock_guard &) = delete;
};
template <typename... Ms> struct scoped_lock {
  scoped_lock(Ms &...); scoped_lock(adopt_lock_t, Ms &...); ~scoped_lock();
};
template <typename M> struct unique_lock {
  unique_lock(); unique_lock(M &); unique_lock(M &, defer_lock_t);
  unique_lock(M &, adopt_lock_t); unique_lock(M &, try_to_lock_t);
  unique_lock(M &, int); unique_lock(unique_lock &&); ~unique_lock();
  unique_lock &operator=(unique_lock &&);
  void lock(); bool try_lock(); void unlock(); M *release();
  bool owns_lock() const; explicit operator bool() const;
};
template <typename M> struct shared_lock { shared_lock(M &); ~shared_lock(); void unlock(); };
struct condition_variable { void wait(unique_lock<mutex> &);
  template <typename P> void wait(unique_lock<mutex> &, P); };
template <typename... Ls> void lock(Ls &...);
template <typename T> T &&move(T &);
}
typedef struct { int x; } pthread_mutex_t;
extern "C" int pthread_mutex_lock(pthread_mutex_t *);
extern "C" int pthread_mutex_trylock(pthread_mutex_t *);
extern "C" int pthread_mutex_unlock(pthread_mutex_t *);
std::mutex m, n; std::shared_mutex s; pthread_mutex_t p;
bool c(); void at(const char *);
)cpp";

/// Parses a snippet; `at("x")` in its function `f` marks places.
class Snippet {
public:
  explicit Snippet(const std::string &Code)
      : Unit(
            tooling::buildASTFromCodeWithArgs(Prelude + Code, {"-std=c++20"})) {
    Finder F;
    F.TraverseDecl(Unit->getASTContext().getTranslationUnitDecl());
    if (!F.Function)
      return;
    LockModels Models;
    IsMentioned = LockRegions::mentionsLocks(*F.Function, Models);
    LockRegions Regions(*F.Function, Models);
    for (const CallExpr *Call : F.Places) {
      std::string Held;
      for (const HeldLock *L : Regions.heldAt(*Call))
        Held += (Held.empty() ? "" : ", ") + L->name() +
                (L->Mode == LockMode::Shared ? " shared" : "");
      if (Regions.mayBeReleasedAt(*Call))
        Held += " released?";
      Result += (Result.empty() ? "" : "; ") + nameOf(*Call) + ":" + Held;
    }
  }

  std::string Result;
  bool IsMentioned = false;

private:
  static std::string nameOf(const CallExpr &Call) {
    const auto *Text =
        dyn_cast<StringLiteral>(Call.getArg(0)->IgnoreParenImpCasts());
    return Text ? Text->getString().str() : "?";
  }

  struct Finder : DynamicRecursiveASTVisitor {
    const FunctionDecl *Function = nullptr;
    std::vector<const CallExpr *> Places;

    bool VisitFunctionDecl(FunctionDecl *D) override {
      if (D->getDeclName().isIdentifier() && D->getName() == "f" &&
          D->hasBody())
        Function = D;
      return true;
    }
    bool VisitCallExpr(CallExpr *E) override {
      const FunctionDecl *Callee = E->getDirectCallee();
      if (Callee && Callee->getIdentifier() && Callee->getName() == "at")
        Places.push_back(E);
      return true;
    }
  };

  std::unique_ptr<ASTUnit> Unit;
};

std::string heldIn(const std::string &Body) {
  return Snippet("void f() { " + Body + " }").Result;
}

TEST(LockRegions, GuardsHoldToTheEndOfTheirScope) {
  EXPECT_EQ(heldIn("at(\"a\"); { std::lock_guard<std::mutex> g(m); at(\"b\"); }"
                   "at(\"c\");"),
            "a:; b:'m'; c:");
  EXPECT_EQ(heldIn("std::lock_guard g{m}; at(\"a\");"), "a:'m'");
  EXPECT_EQ(heldIn("std::scoped_lock g(m, n); at(\"a\");"), "a:'m' and 'n'");
  EXPECT_EQ(heldIn("std::shared_lock g(s); at(\"a\"); g.unlock(); at(\"b\");"),
            "a:'s' shared; b:");
  EXPECT_EQ(heldIn("auto g = std::unique_lock<std::mutex>(m); at(\"a\");"),
            "a:'m'");
  EXPECT_EQ(
      heldIn("const auto &g = std::lock_guard<std::mutex>(m); at(\"a\");"),
      "a:'m'");
  EXPECT_EQ(heldIn("if (std::lock_guard g(m); c()) at(\"a\"); at(\"b\");"),
            "a:'m'; b:");
  EXPECT_EQ(heldIn("while (c()) { std::lock_guard g(m); at(\"a\"); "
                   "if (c()) break; } at(\"b\");"),
            "a:'m'; b:");
}

TEST(LockRegions, BranchesThatAreNeverTaken) {
  EXPECT_EQ(heldIn("std::unique_lock g(m); while (true) { at(\"a\");"
                   "g.unlock(); at(\"b\"); g.lock(); }"),
            "a:'m'; b:");
}

TEST(LockRegions, TemporariesHoldNothing) {
  EXPECT_EQ(heldIn("std::lock_guard<std::mutex>{m}; at(\"a\");"), "a:");
}

TEST(LockRegions, UnlockedGuardsHoldNothing) {
  EXPECT_EQ(heldIn("std::unique_lock g(m); at(\"a\"); g.unlock(); at(\"b\");"
                   "g.lock(); at(\"c\");"),
            "a:'m'; b:; c:'m'");
  EXPECT_EQ(heldIn("std::unique_lock g(m); if (c()) { g.unlock(); return; }"
                   "at(\"a\");"),
            "a:'m'");
}

TEST(LockRegions, MaybeHeldIsNotHeld) {
  EXPECT_EQ(heldIn("std::unique_lock g(m); if (c()) g.unlock(); at(\"a\");"),
            "a: released?");
  EXPECT_EQ(heldIn("std::unique_lock g(m); again: at(\"a\"); g.unlock();"
                   "if (c()) goto again;"),
            "a: released?");
  EXPECT_EQ(Snippet("struct Hold { std::mutex *M; Hold(std::mutex *M) : M(M) "
                    "{ if (M) M->lock(); } ~Hold() { if (M) M->unlock(); } };"
                    "void f() { Hold H(c() ? &m : nullptr); at(\"a\"); }")
                .Result,
            "a: released?");
  EXPECT_EQ(heldIn("std::unique_lock g(m, 5); at(\"a\");"), "a: released?");
}

TEST(LockRegions, Tags) {
  EXPECT_EQ(heldIn("std::unique_lock g(m, std::defer_lock); at(\"a\");"
                   "g.lock(); at(\"b\");"),
            "a:; b:'m'");
  EXPECT_EQ(heldIn("std::lock(m, n); at(\"a\"); {"
                   "std::lock_guard g(m, std::adopt_lock);"
                   "std::lock_guard h(n, std::adopt_lock); at(\"b\"); }"
                   "at(\"c\");"),
            "a:'m', 'n'; b:'m', 'n'; c:");
  EXPECT_EQ(heldIn("std::unique_lock g(m, std::defer_lock), "
                   "h(n, std::defer_lock); std::lock(g, h); at(\"a\");"),
            "a:'m', 'n'");
  EXPECT_EQ(heldIn("std::unique_lock g(m, std::try_to_lock);"
                   "if (!g.owns_lock()) { at(\"a\"); return; } at(\"b\");"),
            "a:; b:'m'");
  EXPECT_EQ(heldIn("std::unique_lock g(m, std::try_to_lock);"
                   "if (g) at(\"a\"); else at(\"b\"); at(\"c\");"),
            "a:'m'; b:; c: released?");
}

TEST(LockRegions, MutexesLockedByHand) {
  EXPECT_EQ(heldIn("m.lock(); at(\"a\"); m.unlock(); at(\"b\");"), "a:'m'; b:");
  EXPECT_EQ(heldIn("if (m.try_lock()) { at(\"a\"); m.unlock(); } at(\"b\");"),
            "a:'m'; b:");
  EXPECT_EQ(heldIn("pthread_mutex_lock(&p); at(\"a\");"
                   "pthread_mutex_unlock(&p); at(\"b\");"),
            "a:'p'; b:");
  EXPECT_EQ(heldIn("if (pthread_mutex_trylock(&p) != 0) { at(\"a\"); return; }"
                   "at(\"b\");"),
            "a:; b:'p'");
  EXPECT_EQ(heldIn("s.lock_shared(); at(\"a\"); s.unlock_shared();"),
            "a:'s' shared");
}

TEST(LockRegions, MutexesUnlockedByHandUnderTheirGuards) {
  EXPECT_EQ(heldIn("std::lock_guard g(m); at(\"a\"); m.unlock(); at(\"b\");"
                   "m.lock(); at(\"c\");"),
            "a:'m'; b: released?; c:'m'");
  EXPECT_EQ(Snippet("std::mutex &which(); void f() { std::lock_guard g(m);"
                    "which().unlock(); at(\"a\"); }")
                .Result,
            "a: released?");
}

TEST(LockRegions, MovesCarryTheLock) {
  EXPECT_EQ(heldIn("std::unique_lock g(m); { std::unique_lock h(std::move(g));"
                   "at(\"a\"); } at(\"b\");"),
            "a:'m'; b:");
}

TEST(LockRegions, LentGuardsMayBeReleased) {
  EXPECT_EQ(Snippet("void give(std::unique_lock<std::mutex> &);"
                    "void f() { std::unique_lock g(m); give(g); at(\"a\"); }")
                .Result,
            "a: released?");
  EXPECT_EQ(heldIn("std::unique_lock g(m); auto l = [&] { g.unlock(); };"
                   "l(); at(\"a\");"),
            "a: released?");
  EXPECT_EQ(heldIn("std::unique_lock g(m); auto *q = &g; q->unlock();"
                   "at(\"a\");"),
            "a: released?");
}

TEST(LockRegions, WaitingGivesTheLockBack) {
  EXPECT_EQ(heldIn("std::condition_variable v; std::unique_lock g(m);"
                   "while (!c()) v.wait(g); at(\"a\");"),
            "a:'m'");
}

TEST(LockRegions, TheCallersLock) {
  EXPECT_EQ(heldIn("m.unlock(); at(\"a\"); m.lock(); at(\"b\");"),
            "a: released?; b:");
  EXPECT_EQ(Snippet("void f(std::unique_lock<std::mutex> &g) {"
                    "g.unlock(); at(\"a\"); g.lock(); at(\"b\"); }")
                .Result,
            "a: released?; b:");
  EXPECT_EQ(heldIn("std::unique_lock g(m, std::adopt_lock); at(\"a\");"
                   "g.unlock(); at(\"b\");"),
            "a:; b: released?");
}

TEST(LockRegions, ThreadSafetyAttributesAreBelieved) {
  const std::string Annotated = R"cpp(
    struct __attribute__((capability("mutex"))) Mu {
      void take() __attribute__((acquire_capability()));
      void give() __attribute__((release_capability()));
    };
    struct __attribute__((scoped_lockable)) Hold {
      Hold(Mu *M) __attribute__((acquire_capability(M)));
      ~Hold() __attribute__((release_capability()));
    };
    struct S { Mu Own;
      void in() __attribute__((acquire_capability(Own)));
      void out() __attribute__((release_capability(Own)));
      void f() ATTRIBUTE { BODY }
    };)cpp";
  auto HeldBy = [&](llvm::StringRef Attribute, llvm::StringRef Body) {
    std::string Code = Annotated;
    Code.replace(Code.find("ATTRIBUTE"), 9, Attribute);
    Code.replace(Code.find("BODY"), 4, Body);
    return Snippet(Code).Result;
  };
  EXPECT_EQ(HeldBy("", "Hold H(&Own); at(\"a\");"), "a:'Own'");
  EXPECT_EQ(HeldBy("", "Own.take(); at(\"a\"); Own.give(); at(\"b\");"),
            "a:'Own'; b:");
  EXPECT_EQ(HeldBy("", "in(); at(\"a\"); out(); at(\"b\");"), "a:'Own'; b:");
  EXPECT_EQ(HeldBy("__attribute__((requires_capability(Own)))",
                   "at(\"a\"); Own.give(); at(\"b\"); Own.take(); at(\"c\");"),
            "a:'Own'; b: released?; c:'Own'");
}

TEST(LockRegions, GuardsOfTheProject) {
  EXPECT_EQ(Snippet("struct Hold { std::mutex &M; Hold(std::mutex &M) : M(M) "
                    "{ M.lock(); } ~Hold() { M.unlock(); } };"
                    "void f() { { Hold H(m); at(\"a\"); } at(\"b\"); }")
                .Result,
            "a:'m'; b:");
  EXPECT_EQ(Snippet("struct MyMutex { void Lock(); void Unlock(); }; MyMutex q;"
                    "void f() { q.Lock(); at(\"a\"); q.Unlock(); at(\"b\"); }")
                .Result,
            "a:'q'; b:");
  EXPECT_EQ(Snippet("struct Texture { void lock(); void unlock(); }; Texture t;"
                    "void f() { t.lock(); at(\"a\"); t.unlock(); }")
                .Result,
            "a:");
}

TEST(LockRegions, OtherFunctionsAreNone) {
  EXPECT_EQ(heldIn("std::lock_guard g(m); auto l = [] { at(\"a\"); };"), "a:");
  EXPECT_TRUE(Snippet("void f() { m.lock(); }").IsMentioned);
  EXPECT_TRUE(Snippet("void f() { std::lock_guard g(m); }").IsMentioned);
  EXPECT_FALSE(Snippet("void f() { at(\"a\"); }").IsMentioned);
}

} // namespace
