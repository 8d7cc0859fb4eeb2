// Tests of baselines: what they count, what is new, what is gone, and that
// their text is read as it was written.
#include "Baseline.h"
#include "gtest/gtest.h"

using namespace whet;

namespace {

const ProjectPaths Paths("/p", "/p/build");

std::string errorsOf(llvm::StringRef Text) {
  return llvm::toString(Baseline::parse(Text, "b").takeError());
}

ReportedFinding finding(llvm::StringRef File, llvm::StringRef Declaration,
                        llvm::StringRef Check = "whet-missing-reserve") {
  static unsigned Line = 0;
  ReportedFinding F;
  F.Check = Check.str();
  F.Position = {File.str(), ++Line, Line, 1};
  F.Declaration = Declaration.str();
  return F;
}

Baseline
counts(std::initializer_list<std::pair<const BaselineGroup, unsigned>> Counts) {
  return Baseline{Counts};
}

const BaselineGroup A{"whet-missing-reserve", "a.cpp", "f"};
const BaselineGroup B{"whet-missing-reserve", "b.cpp", "g"};

TEST(Baseline, TextIsSortedAndHasNoLines) {
  Baseline Known = counts({{{"whet-b", "z.cpp", "n::f"}, 1},
                           {{"whet-b", "a.cpp", ""}, 2},
                           {{"whet-a", "z.cpp", "T<int>::operator[]"}, 3}});
  EXPECT_EQ(Known.text(),
            "# Findings that were there before, which whet check --baseline "
            "does not report.\n"
            "# Written by --update-baseline; --prune-baseline takes out what "
            "is gone.\n"
            "version: 1\n"
            "findings:\n"
            "  whet-a:\n"
            "    \"z.cpp\":\n"
            "      \"T<int>::operator[]\": 3\n"
            "  whet-b:\n"
            "    \"a.cpp\":\n"
            "      \"\": 2\n"
            "    \"z.cpp\":\n"
            "      \"n::f\": 1\n");
}

TEST(Baseline, AnyNameIsReadAsItWasWritten) {
  Baseline Known;
  unsigned Count = 0;
  for (std::string Name : {"",
                           " ",
                           "operator*",
                           "operator&",
                           "operator!",
                           "operator()",
                           "operator[]",
                           "operator\"\"_km",
                           "operator,",
                           "a<b>::c",
                           "a<b, c<'\\n'>>::operator-> ",
                           "n::(anonymous)::f",
                           "~T",
                           "-",
                           "- a",
                           "? a",
                           "a: b",
                           "a:",
                           "# a",
                           "a #b",
                           "true",
                           "null",
                           "~",
                           "1",
                           "[a",
                           "{",
                           "'a'",
                           "\"",
                           "\\",
                           "%",
                           "@",
                           "`",
                           "größe",
                           "日本::語",
                           "\U0001F600",
                           "tab\there",
                           "line\nbreak",
                           "\xEF\xBB\xBF"})
    for (size_t Repeat : {1, 60, 400}) {
      std::string Long;
      for (size_t I = 0; I < Repeat; ++I)
        Long += Name;
      Known.Counts[{"whet-a", "dir with space/" + Long, Name}] = ++Count;
      Known.Counts[{"whet-a", "f.cpp", Long}] = ++Count;
    }
  Known.Counts[{"odd: check", "f.cpp", "f"}] = 1;
  llvm::Expected<Baseline> Read = Baseline::parse(Known.text(), "b");
  ASSERT_TRUE(bool(Read)) << llvm::toString(Read.takeError());
  EXPECT_EQ(*Read, Known);
  EXPECT_EQ(Read->text(), Known.text());
}

TEST(Baseline, NothingToCountIsABaselineToo) {
  llvm::Expected<Baseline> Read = Baseline::parse(Baseline().text(), "b");
  ASSERT_TRUE(bool(Read)) << llvm::toString(Read.takeError());
  EXPECT_TRUE(Read->Counts.empty());
}

TEST(Baseline, MalformedOnesAreRefused) {
  EXPECT_EQ(errorsOf(""), "b:1:1: not a baseline: it has no version");
  EXPECT_EQ(errorsOf("findings: {}"),
            "b:1:1: not a baseline: it has no version");
  EXPECT_EQ(errorsOf("version: 2\nfindings: {}"),
            "b:1:10: this is a baseline of version 2, and this whet reads "
            "version 1; remove it, and write it again with --update-baseline");
  EXPECT_EQ(errorsOf("version: one"),
            "b:1:10: expected the version of the format, a whole number from 1 "
            "to 1073741824");
  EXPECT_EQ(errorsOf("int main() {}"),
            "b:1:1: expected a map of version, findings");
  EXPECT_EQ(errorsOf("- a"), "b:1:1: expected a map of version, findings");
  EXPECT_EQ(errorsOf("version: 1\nfinding: {}"),
            "b:2:1: unknown key 'finding'; did you mean 'findings'?");
  EXPECT_EQ(errorsOf("version: 1\nfindings: []"),
            "b:2:11: expected a map of checks");
  EXPECT_EQ(errorsOf("version: 1\nversion: 1"),
            "b:2:1: 'version' is there twice; remove one of the two");
  EXPECT_EQ(errorsOf("version: 1\n<<<<<<< HEAD\nfindings: {}"),
            "b:3:9: not valid YAML: illegal map value");
  EXPECT_EQ(errorsOf("version: 1\nfindings:\n  whet-a:\n    a.cpp: 3"),
            "b:4:12: expected a map of declarations");
  EXPECT_EQ(errorsOf("version: 1\nfindings:\n  whet-a:\n    a.cpp:\n"
                     "      f: 1\n      f: 1\n"),
            "b:6:7: 'f' is there twice; remove one of the two");
}

TEST(Baseline, CountsArePositiveNumbers) {
  for (const char *Count :
       {"-1", "0", "1.5", "'1'", "many", "[]", "", "5000000000", "+1", "1e3"})
    EXPECT_EQ(errorsOf("version: 1\nfindings: {c: {f: {d: " +
                       std::string(Count) + "}}}"),
              "b:2:23: expected a number of findings, a whole number from 1 to "
              "1073741824")
        << Count;
}

TEST(Baseline, WhatIsCountedIsNotNew) {
  BaselineComparison C =
      compare(counts({{A, 2}, {B, 1}}),
              {finding("/p/a.cpp", "f"), finding("/p/a.cpp", "f"),
               finding("/p/b.cpp", "g")},
              Paths, {});
  EXPECT_TRUE(C.New.empty());
  EXPECT_TRUE(C.Stale.empty());
  EXPECT_EQ(C.Known, 3U);
}

TEST(Baseline, OtherChecksFilesAndDeclarationsAreNew) {
  BaselineComparison C = compare(
      counts({{A, 1}}),
      {finding("/p/a.cpp", "f", "whet-other"), finding("/p/sub/a.cpp", "f"),
       finding("/p/a.cpp", "f2"), finding("/p/a.cpp", "f")},
      Paths, {});
  ASSERT_EQ(C.New.size(), 3U);
  for (const ReportedFinding &F : C.New)
    EXPECT_TRUE(F.Notes.empty());
}

TEST(Baseline, MoreThanCountedAreAllReported) {
  BaselineComparison C =
      compare(counts({{A, 1}}),
              {finding("/p/a.cpp", "f"), finding("/p/a.cpp", "f")}, Paths, {});
  ASSERT_EQ(C.New.size(), 2U);
  for (const ReportedFinding &F : C.New) {
    ASSERT_EQ(F.Notes.size(), 1U);
    EXPECT_EQ(F.Notes[0].Message,
              "1 of these 2 is in the baseline, which does not say which");
    EXPECT_EQ(F.Notes[0].Position, F.Position);
  }
  EXPECT_TRUE(C.Stale.empty());
  EXPECT_EQ(C.Updated, counts({{A, 2}}));
  EXPECT_EQ(C.Pruned, counts({{A, 1}}));
}

TEST(Baseline, FewerThanCountedAreStale) {
  BaselineComparison C =
      compare(counts({{A, 3}, {B, 1}}), {finding("/p/a.cpp", "f")}, Paths, {});
  EXPECT_TRUE(C.New.empty());
  ASSERT_EQ(C.Stale.size(), 2U);
  EXPECT_EQ(C.Stale[0].Group, A);
  EXPECT_EQ(C.Stale[0].Counted, 3U);
  EXPECT_EQ(C.Stale[0].Found, 1U);
  EXPECT_EQ(C.Stale[1].Group, B);
  EXPECT_EQ(C.Pruned, counts({{A, 1}}));
  EXPECT_EQ(C.Updated, counts({{A, 1}}));
}

TEST(Baseline, PruningSettles) {
  std::vector<ReportedFinding> Findings = {finding("/p/a.cpp", "f")};
  Baseline Pruned =
      compare(counts({{A, 3}, {B, 1}}), Findings, Paths, {}).Pruned;
  BaselineComparison Again = compare(Pruned, Findings, Paths, {});
  EXPECT_TRUE(Again.New.empty());
  EXPECT_TRUE(Again.Stale.empty());
  EXPECT_EQ(Again.Pruned, Pruned);
}

TEST(Baseline, APartOfTheProjectSaysNothingOfWhatIsGone) {
  BaselineScope Part;
  Part.IsWhole = false;
  BaselineComparison C = compare(
      counts({{A, 3}, {B, 1}}),
      {finding("/p/a.cpp", "f"), finding("/p/c.cpp", "h")}, Paths, Part);
  EXPECT_TRUE(C.Stale.empty());
  EXPECT_EQ(C.New.size(), 1U);
  EXPECT_EQ(C.Updated, counts({{A, 3}, {B, 1}, {{A.Check, "c.cpp", "h"}, 1}}));
}

TEST(Baseline, ChecksThatDidNotRunAreNotGone) {
  BaselineScope OneCheck;
  OneCheck.Checks = "-*,whet-a";
  Baseline Known =
      counts({{{"whet-a", "a.cpp", ""}, 1}, {{"whet-b", "a.cpp", ""}, 1}});
  BaselineComparison C = compare(Known, {}, Paths, OneCheck);
  ASSERT_EQ(C.Stale.size(), 1U);
  EXPECT_EQ(C.Stale[0].Group.Check, "whet-a");
}

TEST(Baseline, HeadersThatWereFilteredAreNotGone) {
  BaselineScope Filtered;
  Filtered.HasHeaderFilter = true;
  Filtered.MainFiles = {"a.cpp"};
  Baseline Known = counts({{A, 1}, {{A.Check, "a.h", ""}, 1}});
  BaselineComparison C = compare(Known, {}, Paths, Filtered);
  ASSERT_EQ(C.Stale.size(), 1U);
  EXPECT_EQ(C.Stale[0].Group, A);
}

TEST(Baseline, BytesThatAreNoTextAreCountedAllTheSame) {
  std::vector<ReportedFinding> Findings = {finding("/p/\xFF.cpp", "f\xC0")};
  Baseline Now = compare({}, Findings, Paths, {}).Updated;
  llvm::Expected<Baseline> Read = Baseline::parse(Now.text(), "b");
  ASSERT_TRUE(bool(Read)) << llvm::toString(Read.takeError());
  EXPECT_TRUE(compare(*Read, Findings, Paths, {}).New.empty());
}

} // namespace
