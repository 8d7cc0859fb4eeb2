//===- ValueUsesTest.cpp - Whether a reference to const would do ----------===//
#include "whet/analysis/ValueUses.h"
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
using size_t = decltype(sizeof(0));
template <typename T> T &&move(T &);
template <typename T> T &&forward(T &);
template <typename C> auto begin(C &c) -> decltype(c.begin());
template <typename T> struct vector {
  struct const_iterator {
    const_iterator(); const T &operator*() const; const T *operator->() const;
    const_iterator &operator++();
    bool operator==(const const_iterator &) const;
  };
  struct iterator {
    iterator(); T &operator*() const; T *operator->() const;
    iterator &operator++();
    bool operator==(const iterator &) const; operator const_iterator() const;
  };
  void push_back(const T &); void push_back(T &&); void clear();
  void swap(vector &); size_t size() const;
  template <typename U> void emplace_back(U &&);
  iterator begin(); iterator end();
  const_iterator begin() const; const_iterator end() const;
  T *data(); const T *data() const;
  T &operator[](size_t); const T &operator[](size_t) const;
};
template <typename I, typename T> I find(I, I, const T &);
template <typename I> void sort(I, I);
template <typename I, typename O> O copy(I, I, O);
template <typename I, typename P> bool any_of(I, I, P) { return true; }
}
struct Big { int a[64]; Big *next; mutable int m; int get() const; void set();
             std::vector<int> v; };
void read(const Big &); void change(Big &); void take(Big); void sink(Big &&);
void readPointer(const Big *); void changePointer(Big *); void raw(const void *);
template <typename T> void pass(T &&);
Big make();
)cpp";

class Fate {
public:
  explicit Fate(const std::string &Code)
      : Unit(
            tooling::buildASTFromCodeWithArgs(Prelude + Code, {"-std=c++20"})) {
    EXPECT_FALSE(Unit->getDiagnostics().hasErrorOccurred()) << Code;
    Finder F;
    F.TraverseDecl(Unit->getASTContext().getTranslationUnitDecl());
    Index = std::make_unique<BodyIndex>(*F.Found, Models);
    Uses = valueUses(*F.Found->getParamDecl(0), *Index);
  }

  ValueUses Uses;

private:
  struct Finder : DynamicRecursiveASTVisitor {
    const FunctionDecl *Found = nullptr;
    Finder() { ShouldVisitTemplateInstantiations = true; }
    bool VisitFunctionDecl(FunctionDecl *D) override {
      if (D->getDeclName().isIdentifier() && D->getName() == "f" &&
          D->hasBody() && !D->isDependentContext())
        Found = D;
      return true;
    }
  };

  ContainerModels Models;
  std::unique_ptr<ASTUnit> Unit;
  std::unique_ptr<BodyIndex> Index;
};

ValueFate big(const std::string &Body) {
  return Fate("void f(Big x) { " + Body + " }").Uses.Fate;
}

ValueFate vec(const std::string &Body) {
  return Fate("void f(std::vector<int> x) { " + Body + " }").Uses.Fate;
}

TEST(ValueUses, ReadsAreReads) {
  for (const char *Body : {"",
                           "x;",
                           "(void)x;",
                           "int i = x.a[3];",
                           "read(x);",
                           "x.get();",
                           "readPointer(&x);",
                           "raw(&x);",
                           "take(x);",
                           "const Big &r = x;",
                           "x.next->set();",
                           "x.next->a[0] = 1;",
                           "int s = sizeof x;",
                           "[&] { return x.get(); }();",
                           "Big y = x;",
                           "auto &r = x; read(r);",
                           "for (int i : x.a) ;",
                           "const int *p = x.a;",
                           "if (&x == x.next) ;",
                           "for (auto &&i : x.v) i + 1;"})
    EXPECT_EQ(big(Body), ValueFate::OnlyRead) << Body;
}

TEST(ValueUses, ChangesAreChanges) {
  for (const char *Body :
       {"x = make();", "x.a[3] = 1;", "x.a[3]++;", "change(x);", "x.set();",
        "Big &r = x;", "auto &r = x; change(r);", "[&] { x.set(); }();",
        "for (int &i : x.a) i = 1;", "for (auto &i : x.a) i = 1;",
        "x.v.clear();", "x.v[0] = 1;", "(void)[&] { change(x); };"})
    EXPECT_EQ(big(Body), ValueFate::Changed) << Body;
}

TEST(ValueUses, MovesConsume) {
  for (const char *Body : {"sink(std::move(x));", "Big y = std::move(x);",
                           "std::vector<Big> v; v.push_back(std::move(x));",
                           "sink(static_cast<Big &&>(x));"})
    EXPECT_EQ(big(Body), ValueFate::Consumed) << Body;
  EXPECT_EQ(Fate("Big f(Big x) { return x; }").Uses.Fate, ValueFate::Consumed);
}

TEST(ValueUses, WhatOutlivesTheCallIsKept) {
  EXPECT_EQ(big("(void)[x] { return x.get(); };"), ValueFate::Kept);
  EXPECT_EQ(big("(void)[y = x] { return y.get(); };"), ValueFate::Kept);
  EXPECT_EQ(Fate("const Big &f(Big x) { return x; }").Uses.Fate,
            ValueFate::Kept);
  EXPECT_EQ(Fate("template <typename F> struct Call { Call(F) {} };"
                 "void f(Big x) { Call c([&] { return x.get(); }); }")
                .Uses.Fate,
            ValueFate::Kept);
}

TEST(ValueUses, UnknownIsUnknown) {
  for (const char *Body : {"pass(x);", "auto *p = &x;", "changePointer(&x);",
                           "x.m = 1;", "(void)reinterpret_cast<char *>(&x);"})
    EXPECT_EQ(big(Body), ValueFate::Unknown) << Body;
}

TEST(ValueUses, ConstTwinsAreReads) {
  for (const char *Body :
       {"int i = x[0];", "for (int i : x) ;", "for (const int &i : x) ;",
        "auto it = x.begin(); int i = *it;", "if (x.begin() == x.end()) ;",
        "for (auto it = x.begin(); !(it == x.end()); ++it) take({*it});",
        "std::find(x.begin(), x.end(), 1) == x.end();",
        "int o[9]; std::copy(x.begin(), x.end(), o);",
        "std::vector<int>::const_iterator i = x.begin();",
        "const int *p = x.data();", "int i = x.data()[1];",
        "auto &r = x[0]; int i = r;",
        "std::any_of(x.begin(), x.end(), [&](int i) { return i == x[0]; });"})
    EXPECT_EQ(vec(Body), ValueFate::OnlyRead) << Body;
}

TEST(ValueUses, TwinsThatAreWrittenThroughAreNot) {
  for (const char *Body :
       {"x[0] = 1;", "*x.begin() = 1;", "std::sort(x.begin(), x.end());",
        "auto it = x.begin(); *it = 1;", "int *p = x.data();",
        "std::vector<int>::iterator i = x.begin();", "x.data()[1] = 2;",
        "auto &r = x[0]; r = 1;", "for (auto &i : x) i = 1;",
        "std::copy(x.begin(), x.end(), x.begin());", "int &r = x[0];"})
    EXPECT_NE(vec(Body), ValueFate::OnlyRead) << Body;
}

TEST(ValueUses, CopiesAreCounted) {
  EXPECT_EQ(
      Fate("void f(Big x) { Big y = x; take(x); read(x); }").Uses.Copies.size(),
      2U);
  EXPECT_EQ(Fate("void f(Big x) { std::vector<Big> v; v.emplace_back(x); }")
                .Uses.Copies.size(),
            1U);
  EXPECT_EQ(Fate("void f(Big x) { read(x); }").Uses.Copies.size(), 0U);
}

TEST(ValueUses, AnInstantiationSaysWhatForwardDoes) {
  EXPECT_EQ(Fate("template <typename T> void f(T x) { sink(std::move(x)); }"
                 "template void f(Big);")
                .Uses.Fate,
            ValueFate::Consumed);
  EXPECT_EQ(Fate("template <typename T> void f(T x) {"
                 " sink(std::forward<T>(x)); } template void f(Big);")
                .Uses.Fate,
            ValueFate::Consumed);
}

} // namespace
