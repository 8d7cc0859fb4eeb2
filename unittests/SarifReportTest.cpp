//===- SarifReportTest.cpp - What is left out, and lines' hashes ----------===//
#include "SarifReport.h"
#include "LineHashes.h"
#include "whet/facts/Shard.h"
#include "llvm/Support/FileSystem.h"
#include "gtest/gtest.h"

using namespace whet;
using testing::Test;

namespace {

class SarifReportTest : public Test {
protected:
  void SetUp() override {
    ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("sarif", Folder));
  }
  void TearDown() override {
    EXPECT_FALSE(llvm::sys::fs::remove_directories(Folder));
  }

  std::string write(llvm::StringRef Name, llvm::StringRef Text) {
    std::string File = (Folder + "/" + Name).str();
    std::error_code Error;
    llvm::raw_fd_ostream(File, Error) << Text;
    return File;
  }

  // At the first byte of a line.
  static ReportedFinding finding(const std::string &File, unsigned Line,
                                 unsigned Offset, std::string Message = "m") {
    ReportedFinding F;
    F.Check = "whet-missing-reserve";
    F.Position = {File, Offset, Line, 1};
    F.Message = std::move(Message);
    F.SafeFix = {{File, Offset, 0, "x();\n"}};
    return F;
  }

  SarifReport report(llvm::ArrayRef<ReportedFinding> Findings,
                     const SarifLimits &Limits = {}) {
    return SarifReport({Findings, Folder.str(), {}}, Limits);
  }

  static llvm::json::Object run(const SarifReport &Report) {
    llvm::json::Value Log = llvm::cantFail(llvm::json::parse(Report.text()));
    return *Log.getAsObject()->getArray("runs")->front().getAsObject();
  }

  static llvm::json::Array results(const SarifReport &Report) {
    llvm::json::Object Run = run(Report);
    return *Run.getArray("results");
  }

  llvm::SmallString<128> Folder;
};

bool hasFix(const llvm::json::Value &Result) {
  return Result.getAsObject()->get("fixes") != nullptr;
}

TEST_F(SarifReportTest, FixesNeedTheFilesThatWereAnalysed) {
  std::string Here = write("here.cpp", "a\nb\n");
  std::string Short = write("short.cpp", "a\n");
  // Line 2 began at 2 when it was analysed; now it begins at 5.
  std::string Changed = write("changed.cpp", "aaaa\nb\n");
  std::string Gone = (Folder + "/gone.cpp").str();
  ReportedFinding BesideGone = finding(Here, 2, 2);
  BesideGone.SafeFix.push_back({Gone, 0, 0, "x"});
  ReportedFinding NotedElsewhere = finding(Here, 2, 2, "n");
  NotedElsewhere.Notes = {{{Changed, 2, 2, 1}, "n"}};
  std::vector<ReportedFinding> Findings = {
      finding(Here, 2, 2), finding(Short, 2, 9), finding(Changed, 2, 2),
      finding(Gone, 2, 2), BesideGone,           NotedElsewhere};
  SarifReport Report = report(Findings);
  llvm::json::Array Results = results(Report);
  ASSERT_EQ(Results.size(), 6U);
  EXPECT_TRUE(hasFix(Results[0]));
  for (size_t I = 1; I < Results.size(); ++I)
    EXPECT_FALSE(hasFix(Results[I])) << I;
  ASSERT_EQ(Report.omissions().size(), 1U);
  EXPECT_NE(Report.omissions()[0].find("no fix for 5 findings"),
            std::string::npos);
}

TEST_F(SarifReportTest, SizeTakesFixesFirstAndThenFindings) {
  std::string File = write("a.cpp", "a\nb\n");
  std::vector<ReportedFinding> Findings;
  for (int I = 0; I < 400; ++I) {
    // What no compressor makes much of.
    std::string Noise;
    for (int J = 0; J < 4; ++J)
      Noise += contentHash(std::to_string(4 * I + J));
    Findings.push_back(finding(File, 2, 2, Noise));
    Findings.back().SafeFix[0].Text = std::string(Noise.rbegin(), Noise.rend());
  }
  EXPECT_TRUE(report(Findings).omissions().empty());

  SarifReport NoFixes = report(Findings, {.CompressedBytes = 70'000});
  EXPECT_EQ(results(NoFixes).size(), 400U);
  EXPECT_TRUE(llvm::none_of(results(NoFixes), hasFix));
  ASSERT_EQ(NoFixes.omissions().size(), 1U);
  EXPECT_NE(NoFixes.omissions()[0].find("has no fixes"), std::string::npos);

  SarifReport Fewer = report(Findings, {.CompressedBytes = 40'000});
  size_t Kept = results(Fewer).size();
  EXPECT_GT(Kept, 50U);
  EXPECT_LT(Kept, 300U);
  ASSERT_EQ(Fewer.omissions().size(), 2U);
  EXPECT_NE(Fewer.omissions()[0].find("first " + std::to_string(Kept) +
                                      " of 400 findings"),
            std::string::npos);
  llvm::json::Object Run = run(Fewer);
  const llvm::json::Object *Invocation =
      Run.getArray("invocations")->front().getAsObject();
  EXPECT_EQ(Invocation->getArray("toolExecutionNotifications")->size(), 2U);
}

TEST_F(SarifReportTest, ColumnsAreCharactersWithoutByteOrderMark) {
  std::string File = write("a.cpp", "\xEF\xBB\xBF\xC3\xA4 word;\n");
  ReportedFinding F = finding(File, 1, 6);
  F.Position.Column = 7;
  llvm::json::Array Results = results(report(F));
  std::string Text;
  llvm::raw_string_ostream(Text) << Results[0];
  EXPECT_NE(Text.find("\"region\":{\"endColumn\":7,\"endLine\":1,"
                      "\"startColumn\":3,\"startLine\":1}"),
            std::string::npos)
      << Text;
}

// From a run of the algorithm that GitHub's upload action documents.
TEST(LineHashes, AreThoseOfTheUploadAction) {
  using Hashes = std::vector<std::string>;
  EXPECT_EQ(lineHashes(""), Hashes{"c129715d7a2bc9a3:1"});
  EXPECT_EQ(lineHashes("int a;\r\n\tint b;\r\n"),
            (Hashes{"ce87b61c11481a6:1", "bd39bb1f00ad510d:1",
                    "c129715d7a2bc9a3:1"}));
  EXPECT_EQ(lineHashes("x = \u00e4 + \U0001D11E;\r \n\n"),
            (Hashes{"c7d732643fd000d6:1", "5b5d4caf73a13177:1",
                    "3c5bef55b72b93c9:1", "c129715d7a2bc9a3:1"}));
  std::string Same;
  for (int I = 0; I < 60; ++I)
    Same += "same();\n";
  EXPECT_EQ(lineHashes(Same)[0], "a80a9c6c86f89ea6:1");
  EXPECT_EQ(lineHashes(Same)[30], "a80a9c6c86f89ea6:31");
  EXPECT_EQ(lineHashes("\xFF"), Hashes{});
}

} // namespace
