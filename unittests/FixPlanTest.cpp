#include "FixPlan.h"
#include "LineDiff.h"
#include "UnitAnalysis.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"

using namespace whet;
namespace fs = llvm::sys::fs;

namespace {
/// A folder of real files; gone when the test ends.
class FixPlanTest : public ::testing::Test {
protected:
  void SetUp() override {
    llvm::SmallString<128> Unique;
    ASSERT_FALSE(fs::createUniqueDirectory("whet-fix", Unique));
    Root = realPath(Unique);
  }
  void TearDown() override { fs::remove_directories(Root); }

  std::string path(llvm::StringRef Name) { return Root + "/" + Name.str(); }

  std::string write(llvm::StringRef Name, llvm::StringRef Text) {
    std::error_code EC;
    llvm::raw_fd_ostream(path(Name), EC) << Text;
    EXPECT_FALSE(EC) << EC.message();
    return path(Name);
  }

  static std::string read(llvm::StringRef File) {
    auto Buffer = llvm::MemoryBuffer::getFile(File);
    return Buffer ? (*Buffer)->getBuffer().str() : "<cannot read>";
  }

  static ReportedFinding fixed(SourceFix Edits) {
    ReportedFinding F;
    F.Check = "whet-test";
    F.SafeFix = std::move(Edits);
    return F;
  }

  size_t fileCount() {
    size_t Count = 0;
    std::error_code EC;
    for (fs::directory_iterator I(Root, EC), E; I != E; I.increment(EC))
      ++Count;
    return Count;
  }

  /// \p File after the fixes of \p Findings.
  std::string apply(llvm::ArrayRef<ReportedFinding> Findings,
                    llvm::StringRef File) {
    FixPlan Plan(Findings, FixPlan::SafeOnly, Root);
    if (llvm::Error E = Plan.read({{File.str(), contentHash(read(File))}}))
      return llvm::toString(std::move(E));
    return Plan.contents()[File.str()];
  }

  std::string Root;
};
} // namespace

TEST_F(FixPlanTest, SameEditOfTwoFindingsIsMadeOnce) {
  std::string A = write("a.cpp", "one two");
  ReportedFinding F = fixed({{A, 4, 0, "and "}});
  EXPECT_EQ(apply({F, F}, A), "one and two");
}

TEST_F(FixPlanTest, InsertionsAtOnePlaceKeepTheOrderOfFindings) {
  std::string A = write("a.cpp", "one two");
  EXPECT_EQ(apply({fixed({{A, 4, 0, "B "}}), fixed({{A, 4, 0, "A "}})}, A),
            "one B A two");
}

TEST_F(FixPlanTest, FirstOfTwoOverlappingFixesStays) {
  std::string A = write("a.cpp", "one two three");
  std::vector<ReportedFinding> Findings = {fixed({{A, 0, 7, "X"}}),
                                           fixed({{A, 4, 3, "Y"}})};
  FixPlan Plan(Findings, FixPlan::SafeOnly, Root);
  EXPECT_EQ(Plan.applied(), std::set<size_t>{0});
  EXPECT_EQ(Plan.dropped().count(1), 1U);
  EXPECT_EQ(apply(Findings, A), "X three");
}

TEST_F(FixPlanTest, FixIsAppliedWholeOrNotAtAll) {
  std::string A = write("a.cpp", "one two three");
  // The second fix overlaps in one of its two edits only.
  EXPECT_EQ(
      apply({fixed({{A, 4, 3, "X"}}), fixed({{A, 0, 0, "Y"}, {A, 5, 1, "Y"}})},
            A),
      "one X three");
}

TEST_F(FixPlanTest, InsertionInsideOfAReplacementOverlaps) {
  std::string A = write("a.cpp", "one two");
  EXPECT_EQ(apply({fixed({{A, 4, 3, "X"}}), fixed({{A, 5, 0, "Y"}})}, A),
            "one X");
}

TEST_F(FixPlanTest, InsertionWhereAReplacementBeginsGoesBeforeIt) {
  std::string A = write("a.cpp", "one two");
  ReportedFinding Replacement = fixed({{A, 4, 3, "X"}});
  ReportedFinding Insertion = fixed({{A, 4, 0, "I "}});
  EXPECT_EQ(apply({Insertion, Replacement}, A), "one I X");
  EXPECT_EQ(apply({Replacement, Insertion}, A), "one I X");
}

TEST_F(FixPlanTest, FilesOutsideOfTheRootAreLeftAlone) {
  std::vector<ReportedFinding> Findings = {
      fixed({{"/usr/include/stdio.h", 0, 0, "X"}}),
      fixed({{Root + "-beside/a.h", 0, 0, "X"}})};
  FixPlan Plan(Findings, FixPlan::SafeAndUnsafe, Root);
  EXPECT_TRUE(Plan.applied().empty());
  EXPECT_EQ(Plan.dropped().size(), 2U);
}

TEST_F(FixPlanTest, UnsafeFixesNeedToBeAskedFor) {
  std::string A = write("a.cpp", "one");
  ReportedFinding F;
  F.UnsafeFix = {{A, 0, 0, "X"}};
  EXPECT_TRUE(FixPlan(F, FixPlan::SafeOnly, Root).applied().empty());
  EXPECT_EQ(FixPlan(F, FixPlan::SafeAndUnsafe, Root).applied().size(), 1U);
}

TEST_F(FixPlanTest, ChangedFileIsRefusedByName) {
  std::string A = write("a.cpp", "one");
  ReportedFinding F = fixed({{A, 0, 0, "X"}});
  FixPlan Plan(F, FixPlan::SafeOnly, Root);
  std::string Message =
      llvm::toString(Plan.read({{A, contentHash("something else")}}));
  EXPECT_NE(Message.find(A), std::string::npos) << Message;
  EXPECT_NE(Message.find("changed"), std::string::npos) << Message;
}

TEST_F(FixPlanTest, VanishedFileIsRefusedByName) {
  ReportedFinding F = fixed({{path("gone.cpp"), 0, 0, "X"}});
  FixPlan Plan(F, FixPlan::SafeOnly, Root);
  std::string Message = llvm::toString(Plan.read({}));
  EXPECT_NE(Message.find(path("gone.cpp")), std::string::npos) << Message;
}

TEST_F(FixPlanTest, WritingKeepsPermissionsAndLeavesNothingBehind) {
  std::string A = write("a.cpp", "old");
  ASSERT_FALSE(fs::setPermissions(A, fs::perms(0751)));
  llvm::Error E = writeAtomically({{A, "new"}}, {{A, "old"}});
  EXPECT_EQ(llvm::toString(std::move(E)), "");
  EXPECT_EQ(read(A), "new");
  EXPECT_EQ(*fs::getPermissions(A), fs::perms(0751));
  EXPECT_EQ(fileCount(), 1U);
}

TEST_F(FixPlanTest, OneFileThatCannotBeWrittenKeepsAll) {
  std::string A = write("a.cpp", "old");
  std::string Gone = path("gone/b.cpp");
  llvm::Error E =
      writeAtomically({{A, "new"}, {Gone, "new"}}, {{A, "old"}, {Gone, "old"}});
  std::string Message = llvm::toString(std::move(E));
  EXPECT_NE(Message.find(Gone), std::string::npos) << Message;
  EXPECT_EQ(read(A), "old");
  EXPECT_EQ(fileCount(), 1U);
}

TEST_F(FixPlanTest, FailedRenameRestoresWhatWasRenamed) {
  std::string A = write("a.cpp", "old");
  // A folder takes a temporary file beside it, but no file in its place.
  ASSERT_FALSE(fs::create_directory(path("b.cpp")));
  llvm::Error E = writeAtomically({{A, "new"}, {path("b.cpp"), "new"}},
                                  {{A, "old"}, {path("b.cpp"), "old"}});
  std::string Message = llvm::toString(std::move(E));
  EXPECT_NE(Message.find("b.cpp"), std::string::npos) << Message;
  EXPECT_EQ(read(A), "old");
  EXPECT_EQ(fileCount(), 2U);
}

TEST_F(FixPlanTest, WhatChangedAfterReadingIsNotOverwritten) {
  std::string A = write("a.cpp", "saved in an editor meanwhile");
  llvm::Error E = writeAtomically({{A, "new"}}, {{A, "old"}});
  std::string Message = llvm::toString(std::move(E));
  EXPECT_NE(Message.find(A), std::string::npos) << Message;
  EXPECT_EQ(read(A), "saved in an editor meanwhile");
}

TEST_F(FixPlanTest, OverlayStandsInForAFileReadThroughALink) {
  std::string Real = write("real.cpp", "int x;\n");
  ASSERT_FALSE(fs::create_link(Real, path("link.cpp")));
  for (const std::string &Name : {Real, path("link.cpp")}) {
    CompileUnit Unit{Name, Root, {"clang++", "-fsyntax-only", Name}};
    EXPECT_FALSE(firstError(Unit, {}).has_value());
    EXPECT_TRUE(firstError(Unit, {{Real, "int int;\n"}}).has_value()) << Name;
  }
}

TEST(LineDiffTest, LastLineWithoutNewlineIsMarked) {
  EXPECT_EQ(unifiedDiff("a.cpp", "one\ntwo", {{"a.cpp", 4, 3, "2"}}),
            "--- a/a.cpp\n+++ b/a.cpp\n@@ -1,2 +1,2 @@\n one\n"
            "-two\n\\ No newline at end of file\n"
            "+2\n\\ No newline at end of file\n");
}

TEST(LineDiffTest, DistantEditsMakeTwoHunksWithMovedLines) {
  std::string Text;
  for (int I = 0; I < 20; ++I)
    Text += "x\n";
  std::string Diff =
      unifiedDiff("a", Text, {{"a", 0, 0, "A\n"}, {"a", 38, 0, "B\n"}});
  EXPECT_NE(Diff.find("@@ -1,3 +1,4 @@"), std::string::npos) << Diff;
  EXPECT_NE(Diff.find("@@ -17,4 +18,5 @@"), std::string::npos) << Diff;
}

TEST(LineDiffTest, ALineThatMovesIsTakenAwayAndPutElsewhere) {
  std::vector<LineChange> Changes =
      lineChanges("a\nb\nc\nd\nlast\n", {{"a.cpp", 0, 7, "b\nc\nd\na"}});
  ASSERT_EQ(Changes.size(), 2U);
  EXPECT_EQ(Changes[0].FirstLine, 1U);
  EXPECT_EQ(Changes[0].Before, std::vector<std::string>{"a"});
  EXPECT_TRUE(Changes[0].After.empty());
  EXPECT_EQ(Changes[1].FirstLine, 5U);
  EXPECT_TRUE(Changes[1].Before.empty());
  EXPECT_EQ(Changes[1].After, std::vector<std::string>{"a"});
  EXPECT_EQ(unifiedDiff("a.cpp", "a\nb\nc\nd\nlast\n",
                        {{"a.cpp", 0, 7, "b\nc\nd\na"}}),
            "--- a/a.cpp\n+++ b/a.cpp\n@@ -1,5 +1,5 @@\n-a\n b\n c\n d\n+a\n"
            " last\n");
}
