//===- AnalysisTest.cpp - What the analyses say of small functions --------===//
#include "whet/analysis/Growth.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/Frontend/ASTUnit.h"
#include "clang/Tooling/Tooling.h"
#include "gtest/gtest.h"

using namespace whet;
using namespace clang;

namespace {

// Just enough of a library, so that no test depends on one.
constexpr char Prelude[] = R"cpp(
namespace std {
using size_t = decltype(sizeof(0));
template <typename T> struct vector {
  vector(); explicit vector(size_t);
  void push_back(const T &); void clear(); void reserve(size_t);
  void swap(vector &); size_t size() const;
  T *begin(); T *end(); const T *begin() const; const T *end() const;
  T &operator[](size_t); const T &operator[](size_t) const;
};
inline namespace __1 { template <typename T> struct deque {}; }
}
using Ints = std::vector<int>;
void use(Ints &); int next();
)cpp";

/// A parsed snippet and the index of its function `f`.
class Snippet {
public:
  explicit Snippet(const std::string &Code)
      : Unit(
            tooling::buildASTFromCodeWithArgs(Prelude + Code, {"-std=c++20"})) {
    Finder F;
    F.TraverseDecl(Unit->getASTContext().getTranslationUnitDecl());
    Function = F.Found;
    Index = std::make_unique<BodyIndex>(*Function, Models);
  }

  const BodyIndex &index() const { return *Index; }

  /// The trip count of the first loop as text; "unknown" if it is.
  std::string trips() const {
    if (Index->loops().empty())
      return "no loop";
    std::optional<Quantity> Q = tripCount(Index->loops().front(), *Index);
    return Q ? Q->Text : "unknown";
  }

  std::vector<GrowthSite> sites() const { return growthSites(*Index); }

  ContainerModels Models;

private:
  struct Finder : DynamicRecursiveASTVisitor {
    const FunctionDecl *Found = nullptr;
    bool VisitFunctionDecl(FunctionDecl *D) override {
      if (D->getDeclName().isIdentifier() && D->getName() == "f" &&
          D->hasBody())
        Found = D;
      return true;
    }
  };

  std::unique_ptr<ASTUnit> Unit;
  const FunctionDecl *Function = nullptr;
  std::unique_ptr<BodyIndex> Index;
};

std::string tripsOf(const std::string &Code) { return Snippet(Code).trips(); }

TEST(TripCount, CountsUpAndDown) {
  EXPECT_EQ(tripsOf("void f(unsigned n) { for (unsigned i = 0; i < n; ++i); }"),
            "n");
  EXPECT_EQ(tripsOf("void f(unsigned n) { for (unsigned i = n; i > 0; --i); }"),
            "n");
  EXPECT_EQ(
      tripsOf("void f(unsigned n) { for (unsigned i = 0; n != i; i++); }"),
      "n");
  EXPECT_EQ(
      tripsOf("void f(unsigned n) { for (unsigned i = 0; i <= n; ++i); }"),
      "n + 1");
  EXPECT_EQ(tripsOf("void f() { for (int i = 3; i < 10; i += 2); }"), "4");
  EXPECT_EQ(tripsOf("void f(unsigned n) { while (n--) ; }"), "n");
}

TEST(TripCount, SizesOfRanges) {
  EXPECT_EQ(tripsOf("void f(const Ints &v) { for (int x : v); }"), "v.size()");
  EXPECT_EQ(tripsOf("void f(const Ints *v) { for (int x : *v); }"),
            "v->size()");
  EXPECT_EQ(tripsOf("void f(const Ints &v) {"
                    "  for (auto i = v.begin(); i != v.end(); ++i); }"),
            "v.size()");
  EXPECT_EQ(tripsOf("void f(int *b, int *e) { for (; b != e; ++b); }"),
            "e - b");
}

TEST(TripCount, IsUnknownWhereTheBoundMayChange) {
  EXPECT_EQ(tripsOf("void f(int n) { for (int i = 0; i < n; ++i) --n; }"),
            "unknown");
  EXPECT_EQ(tripsOf("void f() { for (int i = 0; i < next(); ++i); }"),
            "unknown");
  EXPECT_EQ(tripsOf("void f(int n) { for (int i = 0; i < n; ++i) ++i; }"),
            "unknown");
  EXPECT_EQ(tripsOf("void f(int n) { int *p = &n;"
                    "  for (int i = 0; i < n; ++i) *p = 0; }"),
            "unknown");
  EXPECT_EQ(tripsOf("Ints make(); void f() { for (int x : make()); }"),
            "unknown");
}

TEST(TripCount, NegativeBoundsAreNotWritable) {
  Snippet Parameter("void f(int n) { for (int i = 0; i < n; ++i); }");
  EXPECT_FALSE(tripCount(Parameter.index().loops().front(), Parameter.index())
                   ->Writable);
  Snippet Size("void f(const Ints &v) { int n = v.size();"
               "  for (int i = 0; i < n; ++i); }");
  std::optional<Quantity> Q =
      tripCount(Size.index().loops().front(), Size.index());
  EXPECT_TRUE(Q->Writable);
  EXPECT_TRUE(Q->IsSigned);
  EXPECT_TRUE(Q->IsSizeOfSomething);
}

TEST(Quantity, ProductsAndSumsReadAsWritten) {
  Quantity N;
  N.Text = "n";
  Quantity One = Quantity::constant(1);
  Quantity Two = Quantity::constant(2);
  EXPECT_EQ(product(N, One).Text, "n");
  EXPECT_EQ(product(N, Two).Text, "2 * n");
  EXPECT_EQ(product(sum(N, One), N).Text, "(n + 1) * n");
  EXPECT_EQ(sum(N, Quantity::constant(0)).Text, "n");
  EXPECT_EQ(product(Two, Two).Constant, 4U);
}

TEST(BodyIndex, KnowsHowStorageIsUsed) {
  Snippet S("void f(Ints a, Ints b) {"
            "  a.push_back(1); a.size(); use(a); a = b; Ints &r = a; }");
  const FunctionDecl &F = S.index().function();
  AccessPath A = AccessPath::ofVariable(*F.getParamDecl(0));
  llvm::ArrayRef<Use> Uses = S.index().uses(A);
  ASSERT_EQ(Uses.size(), 5U);
  EXPECT_TRUE(Uses[0].grows());
  EXPECT_EQ(Uses[0].Growth.Elements, 1U);
  EXPECT_TRUE(Uses[1].isHarmless());
  EXPECT_EQ(Uses[2].Kind, Use::Lent);
  EXPECT_EQ(Uses[3].Kind, Use::Write);
  EXPECT_EQ(Uses[4].Kind, Use::Aliased);
  AccessPath B = AccessPath::ofVariable(*F.getParamDecl(1));
  ASSERT_EQ(S.index().uses(B).size(), 1U);
  EXPECT_TRUE(S.index().uses(B)[0].isHarmless());
}

TEST(BodyIndex, UsesInLambdasAreMarked) {
  Snippet S("void f(Ints a) { auto g = [&] { a.push_back(1); }; }");
  AccessPath A = AccessPath::ofVariable(*S.index().function().getParamDecl(0));
  EXPECT_TRUE(
      llvm::any_of(S.index().uses(A), [](const Use &U) { return U.InLambda; }));
  EXPECT_TRUE(S.index().growths().empty());
}

TEST(AccessPath, PrefixesOverlap) {
  Snippet S("struct R { Ints Names; int N; };"
            "void f(R r) { r.Names.size(); r.N = 1; R q = r; }");
  AccessPath Whole =
      AccessPath::ofVariable(*S.index().function().getParamDecl(0));
  llvm::ArrayRef<Use> Uses = S.index().uses(Whole);
  ASSERT_EQ(Uses.size(), 3U);
  EXPECT_TRUE(Whole.isPrefixOf(Uses[0].Path));
  EXPECT_TRUE(Uses[0].Path.overlaps(Whole));
  EXPECT_FALSE(Uses[0].Path.overlaps(Uses[1].Path));
  EXPECT_TRUE(Uses[2].Path == Whole);
}

TEST(Growth, TheSiteIsTheOutermostLoopThatCounts) {
  Snippet S("void f(unsigned n, unsigned m) { Ints v;"
            "  for (unsigned i = 0; i < n; ++i) {"
            "    v.push_back(0);"
            "    for (unsigned j = 0; j < m; ++j) v.push_back(1); } }");
  std::vector<GrowthSite> Sites = S.sites();
  ASSERT_EQ(Sites.size(), 1U);
  EXPECT_EQ(Sites[0].Total.Text, "n * (m + 1)");
  EXPECT_TRUE(Sites[0].IsExact);
  EXPECT_TRUE(Sites[0].Entry.IsEmpty);
  EXPECT_EQ(Sites[0].Entry.Owner, Ownership::Local);
}

TEST(Growth, NoSiteWhereAnOuterLoopIsUnknown) {
  EXPECT_TRUE(Snippet("void f(const Ints &a) { Ints v; while (next())"
                      "  for (int x : a) v.push_back(x); }")
                  .sites()
                  .empty());
  EXPECT_EQ(Snippet("void f(const Ints &a) { while (next()) { Ints v;"
                    "  for (int x : a) v.push_back(x); } }")
                .sites()
                .size(),
            1U);
}

TEST(Growth, EntryStates) {
  auto Entry = [](const std::string &Before) {
    Snippet S("void f(const Ints &a) { " + Before +
              " for (int x : a) v.push_back(x); }");
    std::vector<GrowthSite> Sites = S.sites();
    return Sites.empty() ? EntryState() : Sites[0].Entry;
  };
  EXPECT_TRUE(Entry("Ints v;").IsEmpty);
  EXPECT_FALSE(Entry("Ints v; v.push_back(1);").IsEmpty);
  EXPECT_TRUE(Entry("Ints v; v.push_back(1); v.clear();").IsEmpty);
  EXPECT_TRUE(Entry("Ints v; v.reserve(3);").MayHaveRoom);
  EXPECT_TRUE(Entry("Ints v; if (next()) v.reserve(3);").MayHaveRoom);
  EXPECT_TRUE(Entry("Ints v(8);").MayHaveRoom);
  EXPECT_TRUE(Entry("Ints v; use(v);").MayHaveRoom);
  EXPECT_FALSE(Entry("Ints v;").MayHaveRoom);
}

TEST(ContainerModels, NamesSkipInlineNamespaces) {
  Snippet S("void f(std::deque<int> d) {}");
  const auto *Record =
      S.index().function().getParamDecl(0)->getType()->getAsCXXRecordDecl();
  EXPECT_EQ(stableName(*Record), "std::deque");
  EXPECT_EQ(S.Models.find(Record), nullptr);
}

TEST(ContainerModels, ExtraTypesAreNamed) {
  ContainerModels Models;
  EXPECT_EQ(llvm::toString(Models.add("my::Vec; ::my::Map = hash")), "");
  std::string Error = llvm::toString(Models.add("my::Vec=tree"));
  EXPECT_EQ(Error, "'my::Vec=tree' is not of the form "
                   "name[=sequence|string|hash]");
}

} // namespace
