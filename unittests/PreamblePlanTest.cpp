//===- PreamblePlanTest.cpp - Which headers are worth precompiling --------===//
#include "PreamblePlan.h"
#include "gtest/gtest.h"

using namespace whet;

namespace {
/// A project whose units include headers of 100 bytes each by their names:
/// those with a path are its own, and "big" includes "small".
class Project {
public:
  void add(std::vector<std::string> Headers,
           std::vector<std::string> Arguments = {}) {
    CompileUnit Unit;
    Unit.File = "/p/" + std::to_string(Units.size()) + ".cpp";
    Unit.Directory = "/p";
    Unit.Arguments = {"clang++"};
    llvm::append_range(Unit.Arguments, Arguments);
    Unit.Arguments.push_back(Unit.File);
    Units.push_back(std::move(Unit));
    IncludeScan Scan;
    for (const std::string &Header : Headers) {
      bool IsSystem = !llvm::StringRef(Header).starts_with("/");
      std::string File = IsSystem ? "/s/" + Header : Header;
      Scan.Roots.push_back({Header, File, true});
      Scan.Headers[File] = {100, IsSystem, {}};
      if (Header == "big") {
        Scan.Headers["/s/big"].Includes = {"/s/small"};
        Scan.Headers["/s/small"] = {100, true, {}};
      }
    }
    Scans.emplace_back(std::move(Scan));
  }

  PreamblePlan plan() const {
    std::vector<const CompileUnit *> Pointers;
    for (const CompileUnit &Unit : Units)
      Pointers.push_back(&Unit);
    return planPreambles(Pointers, Scans);
  }

  /// The headers of what each unit begins with.
  std::vector<std::string> chosen() const {
    PreamblePlan Plan = plan();
    std::vector<std::string> Result;
    for (std::optional<size_t> Number : Plan.Of) {
      std::string Text;
      if (Number)
        for (const std::string &Header : Plan.Requests[*Number].Headers)
          Text += (Text.empty() ? "" : " ") + Header;
      Result.push_back(Text);
    }
    return Result;
  }

  std::vector<CompileUnit> Units;
  std::vector<std::optional<IncludeScan>> Scans;
};

using Texts = std::vector<std::string>;

TEST(PreamblePlan, TakesWhatUnitsHaveInCommon) {
  Project P;
  P.add({"a", "b", "c"});
  P.add({"a", "b", "d"});
  P.add({"a", "b", "e"});
  EXPECT_EQ(P.chosen(), Texts({"a b", "a b", "a b"}));
}

TEST(PreamblePlan, BuildsNothingThatCostsMoreThanItSaves) {
  Project P;
  P.add({"a"});
  P.add({"b"});
  P.add({"c"});
  EXPECT_EQ(P.chosen(), Texts({"", "", ""}));
}

TEST(PreamblePlan, NeverHoldsWhatAUnitDoesNotInclude) {
  Project P;
  for (int I = 0; I < 5; ++I)
    P.add({"a", "b"});
  P.add({"b"});
  P.add({"c"});
  EXPECT_EQ(P.chosen(), Texts({"a b", "a b", "a b", "a b", "a b", "", ""}));
}

TEST(PreamblePlan, KnowsWhatHeadersInclude) {
  Project P;
  P.add({"big"});
  P.add({"small"});
  for (int I = 0; I < 3; ++I)
    P.add({"big"});
  // What "big" includes is in its preamble, and is not in that of "small".
  EXPECT_EQ(P.chosen(),
            Texts({"big small", "", "big small", "big small", "big small"}));
}

TEST(PreamblePlan, KeepsLanguagesApart) {
  Project P;
  for (int I = 0; I < 2; ++I)
    for (const char *Standard : {"-std=c++17", "-std=c++20"})
      P.add({"a"}, {Standard, "-DN=" + std::to_string(I), "-Iinc", "-Wall"});
  PreamblePlan Plan = P.plan();
  ASSERT_EQ(Plan.Requests.size(), 2U);
  EXPECT_EQ(Plan.Of[0], Plan.Of[2]);
  EXPECT_EQ(Plan.Of[1], Plan.Of[3]);
  EXPECT_NE(Plan.Of[0], Plan.Of[1]);
}

TEST(PreamblePlan, KeepsTheMacrosThatAllHave) {
  Project P;
  P.add({"a"});
  P.add({"a"});
  P.Scans[0]->CommandLineMacros = {{"X=1", false}, {"Y", false}};
  P.Scans[1]->CommandLineMacros = {{"Y", false}, {"Z", true}};
  PreamblePlan Plan = P.plan();
  ASSERT_EQ(Plan.Requests.size(), 1U);
  ASSERT_EQ(Plan.Requests[0].Macros.size(), 1U);
  EXPECT_EQ(Plan.Requests[0].Macros[0].first, "Y");

  // Whoever has others may begin with it if the headers do not know them.
  Preamble Built;
  Built.Headers["/s/a"];
  Built.Macros = Plan.Requests[0].Macros;
  EXPECT_TRUE(fits(Built, *P.Scans[0]));
  Built.Names.insert("X");
  EXPECT_FALSE(fits(Built, *P.Scans[0]));
  EXPECT_TRUE(fits(Built, *P.Scans[1]));
  Built.Names.insert("Z");
  EXPECT_FALSE(fits(Built, *P.Scans[1]));
}

TEST(PreamblePlan, ReadsHeadersWithTheirNamesOnly) {
  Project P;
  P.add({"table.def", "a.h"});
  P.add({"table.def", "a.h"});
  EXPECT_EQ(P.chosen(), Texts({"a.h", "a.h"}));
}

TEST(PreamblePlan, SharesHeadersOfTheProjectWhereTheyAreFoundAlike) {
  Project P;
  for (int I = 0; I < 3; ++I)
    P.add({"/p/own.h", "a"}, {"-I", "one"});
  // The others have the system's headers in common.
  P.add({"/p/own.h", "a"}, {"-I", "two"});
  P.add({"/p/own.h", "a"}, {"-Ithree"});
  EXPECT_EQ(P.chosen(),
            Texts({"a /p/own.h", "a /p/own.h", "a /p/own.h", "a", "a"}));
}

TEST(PreamblePlan, KeepsTheOrderOfTheProjectsHeaders) {
  Project P;
  for (int I = 0; I < 3; ++I)
    P.add({"/p/z.h", "b", "/p/y.h", "a"});
  EXPECT_EQ(P.chosen(), Texts(3, "b a /p/z.h /p/y.h"));
}

TEST(PreamblePlan, TakesTheOrderThatMostHave) {
  Project P;
  P.add({"/p/y.h", "/p/z.h"});
  for (int I = 0; I < 2; ++I)
    P.add({"/p/z.h", "/p/y.h"});
  EXPECT_EQ(P.chosen(), Texts(3, "/p/z.h /p/y.h"));
}

TEST(PreamblePlan, LeavesTablesOfTheProjectAlone) {
  Project P;
  for (int I = 0; I < 3; ++I) {
    P.add({"/p/table.h", "/p/own.h"});
    P.Scans.back()->Roots.front().IsGuarded = false;
  }
  EXPECT_EQ(P.chosen(), Texts(3, "/p/own.h"));
}

TEST(PreamblePlan, MindsMacrosBeforeTheLastSharedHeader) {
  Project P;
  P.add({"a", "/p/own.h", "b"});
  P.add({"a", "/p/own.h", "c"});
  Preamble Built;
  Built.Headers["/s/a"];
  Built.Headers["/p/own.h"];
  Built.Names.insert("M");
  P.Scans[0]->Macros = {{"M", "", 1}};
  EXPECT_FALSE(fits(Built, *P.Scans[0]));
  // Behind all that they share.
  P.Scans[0]->Macros = {{"M", "", 2}};
  EXPECT_TRUE(fits(Built, *P.Scans[0]));
  // In a header that is among them.
  P.Scans[0]->Macros = {{"M", "/p/own.h", 1}};
  EXPECT_TRUE(fits(Built, *P.Scans[0]));
}

TEST(IncludeScan, ComesBackFromJson) {
  IncludeScan Scan;
  Scan.Roots = {{"a", "/s/a", true}, {"b", "/s/b", false}};
  Scan.Headers["/s/a"] = {10, true, {"/s/b"}};
  Scan.Headers["/s/b"] = {20, false, {}};
  Scan.Macros = {{"M", "", 1}, {"N", "/s/b", 2}};
  Scan.CommandLineMacros = {{"N=2", false}};
  std::optional<IncludeScan> Back = includeScanFrom(toJSON(Scan));
  ASSERT_TRUE(Back);
  EXPECT_EQ(toJSON(*Back), toJSON(Scan));
  EXPECT_EQ(Back->Headers["/s/a"].Includes, Scan.Headers["/s/a"].Includes);
  EXPECT_FALSE(includeScanFrom(llvm::json::Object{{"files", 1}}));
}
} // namespace
