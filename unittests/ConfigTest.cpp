// Tests of .whet.yaml: what it says, how mistakes in it are told, and what it
// does to findings.
#include "PathFilter.h"
#include "ProjectConfig.h"
#include "YamlReader.h"
#include "gtest/gtest.h"

using namespace whet;

namespace {

std::string errorsOf(llvm::StringRef Text) {
  return llvm::toString(ProjectConfig::parse(Text, "f").takeError());
}

ProjectConfig parsed(llvm::StringRef Text) {
  llvm::Expected<ProjectConfig> Config = ProjectConfig::parse(Text, "f");
  if (Config)
    return std::move(*Config);
  ADD_FAILURE() << llvm::toString(Config.takeError());
  return ProjectConfig();
}

bool matches(llvm::StringRef Pattern, llvm::StringRef Path) {
  PathFilter Filter;
  if (llvm::Error E = Filter.add(Pattern)) {
    ADD_FAILURE() << llvm::toString(std::move(E));
    return false;
  }
  return Filter.matches(Path);
}

ReportedFinding findingIn(llvm::StringRef File) {
  ReportedFinding F;
  F.Check = "whet-missing-reserve";
  F.Position = {File.str(), 0, 1, 1};
  F.Message = "'Out' grows";
  return F;
}

TEST(PathFilter, FolderExcludesWhatIsBelow) {
  EXPECT_TRUE(matches("third_party", "third_party/zlib/inflate.c"));
  EXPECT_TRUE(matches("third_party/", "third_party/a.h"));
  EXPECT_TRUE(matches("./src/gen", "src/gen/a.cpp"));
  EXPECT_TRUE(matches("src/a.cpp", "src/a.cpp"));
  EXPECT_FALSE(matches("third_party", "third_party2/a.h"));
  EXPECT_FALSE(matches("third_party", "src/third_party/a.h"));
  EXPECT_FALSE(matches("src/a.cpp", "src"));
}

TEST(PathFilter, GlobsStayInOnePart) {
  EXPECT_TRUE(matches("src/*.cpp", "src/a.cpp"));
  EXPECT_FALSE(matches("src/*.cpp", "src/net/a.cpp"));
  EXPECT_TRUE(matches("src/*/gen", "src/net/gen/a.cpp"));
  EXPECT_TRUE(matches("{test,bench}", "bench/a.cpp"));
  EXPECT_TRUE(matches("v[0-9]", "v1/a.cpp"));
  EXPECT_TRUE(matches("a\\*b", "a*b"));
}

TEST(PathFilter, TwoStarsAreAnyNumberOfParts) {
  EXPECT_TRUE(matches("**/*.pb.h", "a.pb.h"));
  EXPECT_TRUE(matches("**/*.pb.h", "x/y/a.pb.h"));
  EXPECT_TRUE(matches("src/**/gen", "src/gen/a.h"));
  EXPECT_TRUE(matches("src/**/gen", "src/x/y/gen/a.h"));
  EXPECT_FALSE(matches("src/**/gen", "gen/a.h"));
  EXPECT_TRUE(matches("src/**", "src/a/b.h"));
  EXPECT_TRUE(matches("**", "a.cpp"));
}

TEST(PathFilter, ManyStarsAreNotSlow) {
  std::string Pattern, Path;
  for (int I = 0; I < 40; ++I) {
    Pattern += "**/a/";
    Path += "a/a/";
  }
  EXPECT_FALSE(matches(Pattern + "b", Path + "c"));
}

TEST(PathFilter, RefusesWhatCannotMatch) {
  PathFilter Filter;
  for (const char *Pattern : {"/usr", "../other", "src/../../x", "!src", ".",
                              "", "src/[a", "{src/a,b}"})
    EXPECT_NE(llvm::toString(Filter.add(Pattern)), "") << Pattern;
}

TEST(ProjectConfig, EmptyFilesSayNothing) {
  for (const char *Text : {"", "# nothing\n", "checks:\nexclude:\n", "{}"}) {
    ProjectConfig Config = parsed(Text);
    EXPECT_TRUE(Config.Levels.empty());
    EXPECT_TRUE(Config.Excluded.empty());
  }
}

TEST(ProjectConfig, ReadsLevels) {
  EXPECT_EQ(parsed("checks: {whet-missing-reserve: off}")
                .Levels["whet-missing-reserve"],
            GateLevel::Off);
  EXPECT_EQ(parsed("checks:\n  whet-missing-reserve:\n    level: error\n")
                .Levels["whet-missing-reserve"],
            GateLevel::Error);
}

TEST(ProjectConfig, ReadsContainers) {
  ProjectConfig Config = parsed("containers:\n"
                                "  - {name: '::my::Vec', like: std::vector, "
                                "reserve: Reserve}\n"
                                "  - {name: my::Map, family: hash}\n"
                                "  - name: Str\n"
                                "    like: std::string\n"
                                "    growth: 150\n"
                                "    inline-bytes: 0\n");
  ASSERT_EQ(Config.Containers.size(), 3U);
  EXPECT_EQ(containerText(Config.Containers),
            "Str string reserve 150 0\n"
            "my::Map hash reserve 200 0\n"
            "my::Vec sequence Reserve 200 0\n");
}

TEST(ProjectConfig, ReadsLocks) {
  ProjectConfig Config = parsed("locks:\n"
                                "  - {name: '::my::Gate', is: mutex}\n"
                                "  - {is: shared-guard, name: my::Entry}\n"
                                "blocking: [my::rpc::call, ask]\n");
  EXPECT_EQ(Config.Locks.text(), "my::Entry shared-guard\n"
                                 "my::Gate mutex\n"
                                 "ask()\n"
                                 "my::rpc::call()\n");
  EXPECT_EQ(errorsOf("locks: [{name: A, is: mutexx}]"),
            "f:1:23: unknown role 'mutexx'; did you mean 'mutex'?");
  EXPECT_EQ(errorsOf("locks: [{name: A}]"),
            "f:1:9: a lock needs its name, and what it is");
  EXPECT_EQ(errorsOf("locks: [{name: A, is: guard}, {name: A, is: mutex}]"),
            "f:1:31: 'A' is there twice; remove one of the two");
  EXPECT_EQ(errorsOf("blocking: [f()]"),
            "f:1:12: 'f()' is not a function's qualified name, without "
            "template arguments, such as my::Name");
}

TEST(ProjectConfig, UnknownKeysNameTheNearest) {
  EXPECT_EQ(errorsOf("chekcs: {}"),
            "f:1:1: unknown key 'chekcs'; did you mean 'checks'?");
  EXPECT_EQ(errorsOf("x: 1"), "f:1:1: unknown key 'x'; it is one of blocking, "
                              "checks, containers, exclude, locks");
  EXPECT_EQ(errorsOf("checks:\n  whet-mising-reserve: off"),
            "f:2:3: unknown check 'whet-mising-reserve'; did you mean "
            "'whet-missing-reserve'?");
  EXPECT_EQ(errorsOf("checks:\n  whet-missing-reserve: {lvl: off}"),
            "f:2:26: unknown key 'lvl'; did you mean 'level'?");
  EXPECT_EQ(errorsOf("checks:\n  whet-missing-reserve: warn"),
            "f:2:25: unknown level 'warn'; it is one of error, warning, "
            "remark, off");
  EXPECT_EQ(errorsOf("containers:\n- {name: V, like: vector}"),
            "f:2:19: unknown container 'vector'; did you mean 'std::vector'?");
  EXPECT_EQ(errorsOf("containers:\n- {name: V, like: std::vectr}"),
            "f:2:19: unknown container 'std::vectr'; did you mean "
            "'std::vector'?");
  EXPECT_EQ(errorsOf("containers:\n- {name: V, family: hash, reserv: r}"),
            "f:2:27: unknown key 'reserv'; did you mean 'reserve'?");
}

TEST(ProjectConfig, WrongTypesAreErrors) {
  EXPECT_EQ(errorsOf("[]"), "f:1:1: expected a map of sections");
  EXPECT_EQ(errorsOf("checks: []"), "f:1:9: expected a map of checks");
  EXPECT_EQ(errorsOf("checks:\n  whet-missing-reserve: [off]"),
            "f:2:25: expected a level: error, warning, remark or off");
  EXPECT_EQ(errorsOf("exclude: src"),
            "f:1:10: expected a list of paths and globs");
  EXPECT_EQ(errorsOf("exclude:\n  - {a: b}"),
            "f:2:5: expected a path or a glob");
  EXPECT_EQ(errorsOf("exclude:\n  - /usr"),
            "f:2:5: '/usr' is absolute; write it relative to the project's "
            "folder");
  EXPECT_EQ(errorsOf("containers:\n- my::Vec"),
            "f:2:3: expected a map of a container's properties");
  EXPECT_EQ(errorsOf("containers:\n- {like: std::vector}"),
            "f:2:3: a container needs its name");
  EXPECT_EQ(errorsOf("containers:\n- {name: 'V<int>', family: hash}"),
            "f:2:10: 'V<int>' is not a class's qualified name, without "
            "template arguments, such as my::Vec");
  for (const char *Growth :
       {"'150'", "-1", "100", "1.5", "fast", "99999999999", "[]", "0x96", "''"})
    EXPECT_EQ(errorsOf("containers:\n- {name: V, family: hash, growth: " +
                       std::string(Growth) + "}"),
              "f:2:35: expected capacity after growth in percent of what it "
              "was, a whole number from 101 to 1000")
        << Growth;
}

TEST(ProjectConfig, ContainersNeedOneOfLikeAndFamily) {
  EXPECT_EQ(errorsOf("containers:\n- {name: V}"),
            "f:2:10: 'V' needs like, the name of a container that it "
            "resembles, or family");
  EXPECT_EQ(errorsOf("containers:\n- {name: V, like: QList, family: hash}"),
            "f:2:10: 'V' has both like and family; like says the family");
}

TEST(ProjectConfig, DuplicatesAreErrors) {
  EXPECT_EQ(errorsOf("exclude: []\nexclude: []"),
            "f:2:1: 'exclude' is there twice; remove one of the two");
  EXPECT_EQ(errorsOf("containers:\n- {name: V, like: QList}\n"
                     "- {name: '::V', family: hash}"),
            "f:3:10: 'V' is there twice; remove one of the two");
}

TEST(ProjectConfig, TellsAllMistakesInTheirOrder) {
  EXPECT_EQ(errorsOf("exclud: []\nchecks: 1\n"),
            "f:1:1: unknown key 'exclud'; did you mean 'exclude'?\n"
            "f:2:9: expected a map of checks");
}

TEST(ProjectConfig, MalformedYamlHasItsPlace) {
  EXPECT_EQ(errorsOf("checks: [a\nexclude: b\n").substr(0, 24),
            "f:2:8: not valid YAML: e");
  EXPECT_EQ(errorsOf("checks: {}\n---\nexclude: []\n"),
            "f:3:1: a second document; there can be only one");
}

TEST(ProjectConfig, LevelsAndExclusionsChangeFindings) {
  std::vector<ReportedFinding> Findings = {findingIn("/p/src/a.cpp"),
                                           findingIn("/p/gen/b.cpp"),
                                           findingIn("/usr/include/gen/c.h")};
  parsed("exclude: [gen]\nchecks: {whet-missing-reserve: remark}")
      .apply(Findings, "/p");
  ASSERT_EQ(Findings.size(), 2U);
  EXPECT_EQ(Findings[0].Position.File, "/p/src/a.cpp");
  EXPECT_EQ(Findings[0].Severity, Severity::Remark);
  EXPECT_EQ(Findings[1].Position.File, "/usr/include/gen/c.h");
  parsed("checks: {whet-missing-reserve: off}").apply(Findings, "/p");
  EXPECT_TRUE(Findings.empty());
}

TEST(ProjectConfig, WithoutALevelSeverityStays) {
  std::vector<ReportedFinding> Findings = {findingIn("/p/a.cpp")};
  Findings[0].Severity = Severity::Error;
  parsed("exclude: [gen]").apply(Findings, "/p");
  EXPECT_EQ(Findings[0].Severity, Severity::Error);
}

TEST(ProjectConfig, FixesLeaveExcludedFilesAlone) {
  std::vector<ReportedFinding> Findings = {findingIn("/p/a.cpp")};
  Findings[0].SafeFix = {{"/p/a.cpp", 0, 0, "x"}, {"/p/gen/a.h", 0, 0, "x"}};
  parsed("exclude: [gen]").apply(Findings, "/p");
  ASSERT_EQ(Findings.size(), 1U);
  EXPECT_TRUE(Findings[0].SafeFix.empty());
  ASSERT_EQ(Findings[0].Notes.size(), 1U);
  EXPECT_EQ(Findings[0].Notes[0].Message,
            "no fix: it would change gen/a.h, which .whet.yaml excludes");
}

} // namespace
