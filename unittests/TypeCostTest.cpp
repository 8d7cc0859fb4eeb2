//===- TypeCostTest.cpp - What copies cost --------------------------------===//
#include "whet/analysis/TypeCost.h"
#include "whet/analysis/OutsideWrites.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/Frontend/ASTUnit.h"
#include "clang/Tooling/Tooling.h"
#include "gtest/gtest.h"

using namespace whet;
using namespace clang;

namespace {

constexpr char Prelude[] = R"cpp(
namespace std {
template <typename T> struct vector {
  vector(); vector(const vector &); ~vector(); T *begin; T *end; T *cap;
  T &operator[](int); const T &operator[](int) const; void push_back(const T &);
};
template <typename T> struct basic_string { basic_string(const basic_string &);
  char *p; unsigned long n; char inl[16]; };
using string = basic_string<char>;
template <typename T> struct shared_ptr { shared_ptr(const shared_ptr &);
  T *p; void *c; };
template <typename T> struct unique_ptr { unique_ptr(const unique_ptr &) = delete;
  T *p; };
template <typename T> struct optional { optional(const optional &);
  union { T held; }; bool has; };
template <typename T> struct basic_string_view { const T *p; unsigned long n; };
}
struct Plain { int a[25]; };
struct Mixed { std::string s[2]; std::vector<int> v; std::shared_ptr<int> p; };
struct Derived : Mixed { std::string t; };
struct Own { Own(const Own &); int i; };
struct HasOwn { Own o; std::string s; };
struct NoCopy { std::unique_ptr<int> p; };
struct Private { private: Private(const Private &); };
struct Iterator { using iterator_category = int; std::string s; };
struct Unfinished;
)cpp";

class Unit {
public:
  explicit Unit(const std::string &Code)
      : AST(tooling::buildASTFromCodeWithArgs(
            Prelude + Code, {"-std=c++20", "--target=x86_64-linux-gnu"})) {
    Finder F;
    F.TraverseDecl(AST->getASTContext().getTranslationUnitDecl());
    X = F.X;
    Function = F.Function;
  }

  QualType type() const { return X->getType(); }

  const VarDecl *X = nullptr;
  const FunctionDecl *Function = nullptr;

private:
  struct Finder : DynamicRecursiveASTVisitor {
    const VarDecl *X = nullptr;
    const FunctionDecl *Function = nullptr;
    bool VisitVarDecl(VarDecl *D) override {
      if (D->getName() == "x")
        X = D;
      return true;
    }
    bool VisitFunctionDecl(FunctionDecl *D) override {
      if (D->getDeclName().isIdentifier() && D->getName() == "f" &&
          D->hasBody())
        Function = D;
      return true;
    }
  };
  std::unique_ptr<ASTUnit> AST;
};

std::string cost(const std::string &Type) {
  // Its size is asked for, so that a template is instantiated.
  Unit U("extern " + Type + " x; using Size = char[sizeof(x)];");
  std::optional<CopyCost> C = TypeCosts().copy(U.type());
  return C ? describe(*C) : "unknown";
}

TEST(TypeCost, AddsUpWhatAClassHas) {
  EXPECT_EQ(cost("Plain"), "100 bytes");
  EXPECT_EQ(cost("std::string"), "32 bytes and up to 1 allocation");
  EXPECT_EQ(cost("std::vector<std::string>"),
            "24 bytes and up to 1 allocation");
  EXPECT_EQ(cost("Mixed"),
            "104 bytes, up to 3 allocations and 1 atomic increment");
  EXPECT_EQ(cost("Derived"),
            "136 bytes, up to 4 allocations and 1 atomic increment");
  EXPECT_EQ(cost("std::optional<std::string>"),
            "40 bytes and up to 1 allocation");
  EXPECT_EQ(cost("std::shared_ptr<int>"), "16 bytes and 1 atomic increment");
}

TEST(TypeCost, TypesMayContainThemselves) {
  Unit U("struct Tree { std::vector<Tree> children; std::string name; };"
         "extern Tree x; using Size = char[sizeof(x)];");
  std::optional<CopyCost> C = TypeCosts().copy(U.type());
  ASSERT_TRUE(C);
  EXPECT_EQ(describe(*C), "56 bytes and up to 2 allocations");
  EXPECT_FALSE(C->RunsUnknownCode);
}

TEST(TypeCost, UnknownIsAnAnswer) {
  EXPECT_EQ(cost("NoCopy"), "unknown");
  EXPECT_EQ(cost("Private"), "unknown");
  EXPECT_EQ(cost("Unfinished"), "unknown");
  EXPECT_EQ(cost("int"), "unknown");
  Unit U("extern HasOwn x;");
  std::optional<CopyCost> C = TypeCosts().copy(U.type());
  ASSERT_TRUE(C);
  EXPECT_TRUE(C->RunsUnknownCode);
  EXPECT_EQ(C->Allocations, 1U);
}

TEST(TypeCost, KnowsViewsAndSharedPointers) {
  TypeCosts Costs;
  EXPECT_TRUE(Costs.isView(Unit("extern Iterator x;").type()));
  EXPECT_TRUE(
      Costs.isView(Unit("extern std::basic_string_view<char> x;").type()));
  EXPECT_FALSE(Costs.isView(Unit("extern std::string x;").type()));
  EXPECT_TRUE(
      Costs.isSharedPointer(Unit("extern std::shared_ptr<int> x;").type()));
  EXPECT_FALSE(Costs.isSharedPointer(Unit("extern Plain x;").type()));
}

// Whether running f may change an object of x's type: yes, no or unknown.
std::string mayChange(const std::string &Code) {
  Unit U(Code);
  OutsideWrites Writes;
  const WrittenOutside &W = Writes.of(*U.Function);
  if (W.firstOverlapping(U.type()))
    return "yes";
  return W.Unknown.isValid() ? "unknown" : "no";
}

TEST(OutsideWrites, WhatAFunctionOwnsIsItsOwn) {
  for (const char *Body :
       {"", "Plain p; p.a[1] = 2;", "int i = 0; ++i;",
        "std::vector<Plain> v; v.push_back({});",
        "std::vector<Plain> v; v[0].a[0] = 1;", "*d = 1.5;",
        "Plain p; fill(p);", "struct L { int i; L() { i = 1; } } l;"})
    EXPECT_EQ(mayChange("extern Plain x; extern double *d;"
                        "inline void fill(Plain &) {} void f() { " +
                        std::string(Body) + " }"),
              "no")
        << Body;
}

TEST(OutsideWrites, WritesMayReachWhatTheyOverlap) {
  for (const char *Body : {"x.a[0] = 1;", "*i = 1;", "++*i;", "*p = x;",
                           "d->plain = x;", "vs[0] = x;", "vs.push_back(x);",
                           "std::vector<int> &r = *ints; r[0] = 1;",
                           "delete d;", "inner();", "[] { *i = 1; }();"})
    EXPECT_EQ(mayChange("extern Plain x; extern int *i; extern Plain *p;"
                        "struct Deep { Plain plain; }; extern Deep *d;"
                        "extern std::vector<Plain> vs;"
                        "extern std::vector<int> *ints;"
                        "inline void inner() { *i = 2; } void f() { " +
                        std::string(Body) + " }"),
              "yes")
        << Body;
}

TEST(OutsideWrites, WhatIsElsewhereIsUnknown) {
  for (const char *Body :
       {"out();", "pointer();", "v->virt();", "recurse();", "asm(\"\");"})
    EXPECT_EQ(mayChange("extern Plain x; void out(); extern void (*pointer)();"
                        "struct V { virtual void virt() {} }; extern V *v;"
                        "inline void recurse() { recurse(); } void f() { " +
                        std::string(Body) + " }"),
              "unknown")
        << Body;
}

} // namespace
