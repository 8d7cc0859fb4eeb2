//===- RecordLayoutTest.cpp - Layouts and better ones ---------------------===//
#include "whet/analysis/RecordLayout.h"
#include "whet/analysis/FieldOrder.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/Frontend/ASTUnit.h"
#include "clang/Tooling/Tooling.h"
#include "gtest/gtest.h"
#include <random>

using namespace whet;
using namespace clang;

namespace {

class Unit {
public:
  explicit Unit(const std::string &Code,
                const std::string &Target = "x86_64-linux-gnu")
      : AST(tooling::buildASTFromCodeWithArgs(
            Code, {"-std=c++20", "-w", "--target=" + Target})) {
    EXPECT_FALSE(AST->getDiagnostics().hasErrorOccurred()) << Code;
  }

  const CXXRecordDecl &record(const std::string &Name) const {
    ASTContext &Ctx = AST->getASTContext();
    for (NamedDecl *D : Ctx.getTranslationUnitDecl()->lookup(
             DeclarationName(&Ctx.Idents.get(Name)))) {
      // Of a template, its first instantiation.
      if (auto *Template = dyn_cast<ClassTemplateDecl>(D))
        D = *Template->spec_begin();
      if (auto *Record = dyn_cast<CXXRecordDecl>(D))
        return Record->hasDefinition() ? *Record->getDefinition() : *Record;
    }
    llvm::report_fatal_error("no such record");
  }

private:
  std::unique_ptr<ASTUnit> AST;
};

// "vptr@0+64 Base@64+32 a@96+8 ..|tail": bits.
std::string shown(const RecordLayout &Layout) {
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  auto Hole = Layout.holes().begin();
  for (unsigned I = 0; I < Layout.parts().size(); ++I) {
    const LayoutPart &Part = Layout.parts()[I];
    if (Hole != Layout.holes().end() && Hole->Before == I)
      OS << "hole@" << Hole->Offset << '+' << (Hole++)->Size << ' ';
    switch (Part.Kind) {
    case LayoutPart::VTablePointer:
      OS << "vptr";
      break;
    case LayoutPart::VirtualBasePointer:
      OS << "vbptr";
      break;
    case LayoutPart::Base:
    case LayoutPart::VirtualBase:
      OS << Part.BaseClass->getName();
      break;
    case LayoutPart::Field:
      OS << Part.Declaration->getName();
      break;
    }
    OS << '@' << Part.Offset << '+' << Part.Size << ' ';
  }
  OS << "tail+" << Layout.tailBits() << " of " << Layout.size();
  return Text;
}

std::string layout(const std::string &Code, const std::string &Name = "S",
                   const std::string &Target = "x86_64-linux-gnu") {
  Unit U(Code, Target);
  std::optional<RecordLayout> L = RecordLayout::of(U.record(Name));
  return L ? shown(*L) : "none";
}

std::string best(const std::string &Code, const std::string &Name = "S") {
  Unit U(Code);
  std::optional<FieldOrder> Best = bestFieldOrder(U.record(Name));
  if (!Best)
    return "none";
  std::string Text;
  for (const FieldDecl *Field : Best->Fields)
    Text += Field->getName().str() + " ";
  return Text + std::to_string(Best->Layout.size() / 8) + " moved " +
         std::to_string(Best->Moved) + (Best->IsProven ? "" : " unproven");
}

TEST(FieldOrder, KeepsWhatDependsOnOrder) {
  // Without it, the first or the last field would move.
  EXPECT_EQ(best("struct S { char a; long b; char c; };"), "b a c 16 moved 1");
  // Initialisers.
  EXPECT_EQ(best("struct S { char a; long b = a; char c; };"),
            "a c b 16 moved 1");
  EXPECT_EQ(best("int f(void *);"
                 "struct S { char a; long b = f(this); char c; };"),
            "none");
  EXPECT_EQ(best("struct S { char a; long b; char c = char(b + a); };"),
            "b a c 16 moved 1");
  // Two that may do something: who counts first?
  EXPECT_EQ(best("int next();"
                 "struct S { char a = next(); long b = next(); char c; };"),
            "a c b 16 moved 1");
  EXPECT_EQ(best("struct S { char a = 1; long b = 2; char c = 3; };"),
            "b a c 16 moved 1");
  // Nobody knows what the initialisers of an instantiation are before it is
  // used.
  EXPECT_EQ(best("template <class T> struct P { char a; T b = a; char c; };"
                 "extern P<long> *Pointer; int i = sizeof(P<long>);",
                 "P"),
            "none");
  EXPECT_EQ(best("template <class T> struct P { char a; T b = a; char c; };"
                 "P<long> Object;",
                 "P"),
            "a c b 16 moved 1");
  // Destructors: G may look at what it holds no reference to.
  const std::string Guards = "struct G { long l; ~G(); };"
                             "struct P { char p; ~P() = default; };"
                             "struct Q { char q; ~Q(); };";
  EXPECT_EQ(best(Guards + "struct S { char a; G g; char c; };"),
            "g a c 16 moved 1");
  EXPECT_EQ(best(Guards + "struct S { P a; G g; P c; };"), "g a c 16 moved 1");
  EXPECT_EQ(best(Guards + "struct S { Q a; G g; Q c; };"), "none");
  EXPECT_EQ(best(Guards + "struct S { Q a; G g; char c; };"),
            "a c g 16 moved 1");
  // What is inside counts.
  EXPECT_EQ(best(Guards + "struct H { G g[2]; };"
                          "struct S { Q a; H h; Q c; };"),
            "none");
  EXPECT_EQ(best("namespace std { template <class T> struct unique_ptr {"
                 "  ~unique_ptr(); T *p; }; }"
                 "struct Known { int i; }; struct Hidden;"
                 "struct C { char c; ~C(); };"
                 "struct S { C a; std::unique_ptr<Known> p; char b; };"
                 "struct T { C a; std::unique_ptr<Hidden> p; C b; };"),
            "a b p 16 moved 1");
  EXPECT_EQ(best("namespace std { template <class T> struct unique_ptr {"
                 "  ~unique_ptr(); T *p; }; } struct Hidden;"
                 "struct C { char c; ~C(); };"
                 "struct S { C a; std::unique_ptr<Hidden> p; C b; };"),
            "none");
  // A text may be destroyed before or after another; not before a thread ends,
  // or what a deleter closes.
  const std::string Library =
      "namespace std { struct text { char c; ~text(); };"
      "struct thread { ~thread(); long t; };"
      "template <class T> struct default_delete {};"
      "template <class T, class D = default_delete<T>> struct unique_ptr {"
      "  ~unique_ptr(); T *p; [[no_unique_address]] D d; }; }"
      "struct Known { int i; }; struct Close { void operator()(Known *); };";
  EXPECT_EQ(best(Library + "struct S { std::text a;"
                           "  std::unique_ptr<Known> p; std::text b; };"),
            "p a b 16 moved 1");
  EXPECT_EQ(best(Library +
                 "struct S { std::text a;"
                 "  std::unique_ptr<Known, Close> p; std::text b; };"),
            "none");
  EXPECT_EQ(best(Library + "struct S { std::text a;"
                           "  std::unique_ptr<Known, void (*)(Known *)> p;"
                           "  std::text b; };"),
            "none");
  EXPECT_EQ(best(Library + "struct S { std::text a; std::thread t;"
                           "  std::text b; };"),
            "none");
}

TEST(RecordLayout, SaysWhereThePartsAre) {
  EXPECT_EQ(layout("struct S { char a; int b; char c; };"),
            "a@0+8 hole@8+24 b@32+32 c@64+8 tail+24 of 96");
  EXPECT_EQ(layout("struct S {};"), "tail+8 of 8");
  EXPECT_EQ(layout("union S { char a; int b; };"), "a@0+8 b@0+32 tail+0 of 32");
  EXPECT_EQ(layout("struct S { int a : 3; int : 0; int b : 5; char c; };"),
            "a@0+3 @32+0 hole@3+29 b@32+5 hole@37+3 c@40+8 tail+16 of 64");
  EXPECT_EQ(layout("struct S { int n; char data[]; };"),
            "n@0+32 data@32+0 tail+0 of 32");
  EXPECT_EQ(layout("struct S { char c; union { int i; short s; }; };"),
            "c@0+8 hole@8+24 @32+32 tail+0 of 64");
  EXPECT_EQ(layout("struct S { char c; int &r; };"),
            "c@0+8 hole@8+56 r@64+64 tail+0 of 128");
  EXPECT_EQ(layout("struct alignas(64) S { char c; };"),
            "c@0+8 tail+504 of 512");
}

TEST(RecordLayout, SaysWhereBasesAre) {
  EXPECT_EQ(layout("struct B { virtual ~B(); int i; char c; };"
                   "struct S : B { char d; };"),
            "B@0+104 d@104+8 tail+16 of 128");
  EXPECT_EQ(layout("struct B { virtual ~B(); int i; char c; };", "B"),
            "vptr@0+64 i@64+32 c@96+8 tail+24 of 128");
  // A base that is plain old data keeps its tail to itself.
  EXPECT_EQ(layout("struct B { int i; char c; }; struct S : B { char d; };"),
            "B@0+64 d@64+8 tail+24 of 96");
  EXPECT_EQ(layout("struct E {}; struct S : E { int i; };"),
            "E@0+0 i@0+32 tail+0 of 32");
  EXPECT_EQ(layout("struct V { int v; }; struct S : virtual V { char c; };"),
            "vptr@0+64 c@64+8 hole@72+24 V@96+32 tail+0 of 128");
  EXPECT_EQ(layout("struct E {}; struct T { T(); int i; char c; };"
                   "struct S { [[no_unique_address]] E e;"
                   "           [[no_unique_address]] T t; char d; };"),
            "e@0+0 t@0+40 d@40+8 tail+16 of 64");
}

TEST(RecordLayout, IsThatOfTheTarget) {
  std::string Code = "struct S { char c; long l; };";
  EXPECT_EQ(layout(Code, "S", "i686-linux-gnu"),
            "c@0+8 hole@8+24 l@32+32 tail+0 of 64");
  EXPECT_EQ(layout("struct S { char c; virtual void f(); };", "S",
                   "x86_64-pc-windows-msvc"),
            "vptr@0+64 c@64+8 tail+56 of 128");
}

TEST(RecordLayout, UnknownIsAnAnswer) {
  Unit U("struct S; struct T { struct Inner; };");
  EXPECT_FALSE(RecordLayout::of(U.record("S")));
}

TEST(FieldOrder, MovesAsLittleAsItCan) {
  EXPECT_EQ(best("struct S { char a; int b; char c; };"), "b a c 8 moved 1");
  EXPECT_EQ(best("struct S { int b; char a; char c; };"), "none");
  EXPECT_EQ(best("struct S { bool on; double x; double y; double z; bool off;"
                 " int n; };"),
            "x y z on off n 32 moved 1");
  // Two bases' worth of fields, each whole.
  EXPECT_EQ(best("struct S { char a; long b; char c; long d; char e; };"),
            "b d a c e 24 moved 2");
}

// Sorting would move seven.
TEST(FieldOrder, TakesOneStepAfterTheOther) {
  EXPECT_EQ(best("struct S { bool a; long b; int c, d, e; long f, g, h; int i,"
                 " j, k; long l, m; long n, o, p; bool q, r, s, t; long u; };"),
            "b a c d e f g h j k l m n o p i q r s t u 112 moved 2");
}

TEST(FieldOrder, StaysInSections) {
  EXPECT_EQ(best("class S { public: char a; long b; int c; private: char d;"
                 " long e; };"),
            "b c a d e 24 moved 1");
}

TEST(FieldOrder, FillsWhatABaseLeaves) {
  EXPECT_EQ(best("struct B { B(); long l; char c; };"
                 "struct S : B { long x; int i; };"),
            "i x 24 moved 1");
}

TEST(FieldOrder, LeavesAlignmentAlone) {
  // pahole proposes 65 bytes for one like this.
  EXPECT_EQ(best("struct alignas(64) S { char a; long b[7]; char c; };"),
            "b a c 64 moved 1");
  EXPECT_EQ(best("struct alignas(64) S { char a; long b; char c; };"), "none");
  EXPECT_EQ(best("#pragma pack(1)\nstruct S { char a; int b; char c; };"),
            "none");
  EXPECT_EQ(best("struct S { int n; char c; int m; char data[]; };"), "none");
}

TEST(FieldOrder, KeepsBitFieldsTogether) {
  EXPECT_EQ(best("struct S { char c; long l; int a : 3; int b : 5; };"),
            "l a b c 16 moved 1");
  EXPECT_EQ(best("struct S { int a : 3; int : 0; bool b : 1; long c : 40; };"),
            "none");
}

// --- Random records --------------------------------------------------------

constexpr char Parts[] = R"cpp(
struct Empty {};
struct Small { int i; char c; };
struct Tail { Tail(); int i; char c; };
struct Virtual { virtual ~Virtual(); int i; char c; };
)cpp";

class RandomRecord {
public:
  RandomRecord(std::mt19937 &Random, unsigned Fields) : Random(Random) {
    Head = pick({"", "", "", ": Tail", ": Small", ": Virtual", ": Empty",
                 ": virtual Tail", ": Empty, Virtual"});
    Attribute = pick({"", "", "", "", "", "alignas(32) "});
    IsPolymorphic = Random() % 8 == 0;
    Pack = Random() % 12 == 0;
    for (unsigned I = 0; I < Fields; ++I)
      Declarations.push_back(field("f" + std::to_string(I)));
  }

  std::string text(const std::string &Name,
                   llvm::ArrayRef<unsigned> Order) const {
    std::string Text = Pack ? "#pragma pack(push, 2)\n" : "";
    Text += "struct " + Attribute + Name + Head + " {\n";
    if (IsPolymorphic)
      Text += "  virtual void f();\n";
    for (unsigned I : Order)
      Text += "  " + Declarations[I] + "\n";
    return Text + "};\n" + (Pack ? "#pragma pack(pop)\n" : "");
  }

  std::string text(const std::string &Name) const {
    llvm::SmallVector<unsigned, 8> Order(Declarations.size());
    std::iota(Order.begin(), Order.end(), 0U);
    return text(Name, Order);
  }

private:
  const char *pick(std::initializer_list<const char *> Of) {
    return Of.begin()[Random() % Of.size()];
  }

  std::string field(const std::string &Name) {
    std::string Type = pick({"char",
                             "char",
                             "bool",
                             "short",
                             "int",
                             "int",
                             "long",
                             "double",
                             "long double",
                             "void *",
                             "char[3]",
                             "int[5]",
                             "Empty",
                             "Small",
                             "Tail",
                             "[[no_unique_address]] Empty",
                             "[[no_unique_address]] Tail",
                             "alignas(16) char",
                             "int:",
                             "char:",
                             "bool:",
                             "long:"});
    if (llvm::StringRef(Type).ends_with(":")) {
      Type.pop_back();
      unsigned Most = Type == "bool"   ? 1
                      : Type == "char" ? 8
                      : Type == "int"  ? 32
                                       : 64;
      return Type + " " + Name + " : " + std::to_string(Random() % Most + 1) +
             ";";
    }
    size_t Bracket = Type.back() == ']' && Type[0] != '[' ? Type.find('[')
                                                          : std::string::npos;
    if (Bracket == std::string::npos)
      return Type + " " + Name + ";";
    return Type.substr(0, Bracket) + " " + Name + Type.substr(Bracket) + ";";
  }

  std::mt19937 &Random;
  std::string Head;
  std::string Attribute;
  bool IsPolymorphic = false;
  bool Pack = false;
  std::vector<std::string> Declarations;
};

// The least that clang makes of any order.
uint64_t leastSize(const CXXRecordDecl &Record) {
  std::vector<const FieldDecl *> Fields(Record.field_begin(),
                                        Record.field_end());
  llvm::sort(Fields, [](const FieldDecl *A, const FieldDecl *B) {
    return A->getFieldIndex() < B->getFieldIndex();
  });
  auto Earlier = [](const FieldDecl *A, const FieldDecl *B) {
    return A->getFieldIndex() < B->getFieldIndex();
  };
  uint64_t Least = UINT64_MAX;
  do {
    Least = std::min(Least, RecordLayout::ordered(Record, Fields)->size());
  } while (std::next_permutation(Fields.begin(), Fields.end(), Earlier));
  return Least;
}

// Checks what is said of one record.
void verify(const RandomRecord &Random, unsigned Fields, unsigned &Improved) {
  std::string Text = Random.text("S");
  Unit U(Parts + Text);
  const CXXRecordDecl &Record = U.record("S");
  std::optional<RecordLayout> Now = RecordLayout::of(Record);
  ASSERT_TRUE(Now);
  std::vector<const FieldDecl *> AsWritten(Record.field_begin(),
                                           Record.field_end());
  EXPECT_EQ(shown(*RecordLayout::ordered(Record, AsWritten)), shown(*Now))
      << Text;
  std::optional<FieldOrder> Best = bestFieldOrder(Record);
  uint64_t Size = Best ? Best->Layout.size() : Now->size();
  EXPECT_LE(Size, Now->size());
  EXPECT_EQ(Size, leastSize(Record)) << Text;
  if (!Best)
    return;
  ++Improved;
  EXPECT_TRUE(Best->IsProven) << Text;
  // As somebody would write it.
  llvm::SmallVector<unsigned, 8> Order;
  for (const FieldDecl *Field : Best->Fields)
    Order.push_back(Field->getFieldIndex());
  ASSERT_EQ(Order.size(), Fields);
  Unit Written(Parts + Random.text("S", Order));
  EXPECT_EQ(shown(*RecordLayout::of(Written.record("S"))), shown(Best->Layout))
      << Text;
}

TEST(FieldOrder, IsTheBestOfAllOrders) {
  std::mt19937 Random(20);
  unsigned Improved = 0;
  for (unsigned I = 0; I < 2000; ++I) {
    unsigned Fields = I % 100 == 0 ? 7 : 2 + I % 5;
    verify(RandomRecord(Random, Fields), Fields, Improved);
    if (HasFatalFailure())
      return;
  }
  EXPECT_GT(Improved, 500U);
}

TEST(RecordLayout, AFieldIsAligned) {
  Unit U("struct S { char A; int B; char C; };");
  const CXXRecordDecl &Record = U.record("S");
  const FieldDecl &B = **std::next(Record.field_begin());
  std::optional<RecordLayout> L = RecordLayout::aligned(Record, B, 64);
  ASSERT_TRUE(L);
  EXPECT_EQ(shown(*L), "A@0+8 hole@8+504 B@512+32 C@544+8 tail+472 of 1024");
  EXPECT_EQ(L->parts()[1].Declaration, &B);
}

} // namespace
