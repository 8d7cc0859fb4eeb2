//===- ReductionTest.cpp - Joining shards in any order --------------------===//
#include "whet/facts/Reduction.h"
#include "whet/facts/Predicate.h"
#include "gtest/gtest.h"
#include <random>

using namespace whet;

namespace {
/// A fact with a lattice and a dependence, as analyses have them.
struct Reach {
  static constexpr llvm::StringLiteral Kind = "test-reach";
  unsigned Level = 0;
  std::set<std::string> From;

  void join(const Reach &Other) {
    Level = std::max(Level, Other.Level);
    From.insert(Other.From.begin(), Other.From.end());
  }
};

llvm::json::Value toJSON(const Reach &R) {
  return llvm::json::Object{{"level", R.Level},
                            {"from", llvm::json::Array(std::vector<std::string>(
                                         R.From.begin(), R.From.end()))}};
}

bool fromJSON(const llvm::json::Value &V, Reach &R, llvm::json::Path P) {
  llvm::json::ObjectMapper O(V, P);
  std::vector<std::string> From;
  bool IsRead = O && O.map("level", R.Level) && O.map("from", From);
  R.From.insert(From.begin(), From.end());
  return IsRead;
}

void solve(FactBase &Facts) {
  auto &Table = Facts.table<Reach>();
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (auto &[Key, R] : Table.Facts)
      for (const std::string &Source : R.From) {
        auto It = Table.Facts.find(Source);
        if (It == Table.Facts.end() || It->second.Level <= R.Level)
          continue;
        R.Level = It->second.Level;
        Changed = true;
      }
  }
}

const RegisterFact<Reach> X(solve);
const RegisterPredicate Y("test-below", [](const FactBase &Facts,
                                           const Condition &C) {
  const auto *R = Facts.find<Reach>(C.Subject);
  if (R && R->Level >= C.Bound)
    return Answer::No;
  return Facts.isComplete() ? Answer::Yes : Answer::Unknown;
});

using Random = std::minstd_rand;

unsigned below(Random &R, unsigned Limit) { return R() % Limit; }

std::string entity(unsigned N) { return "e" + std::to_string(N); }

ReportedFinding finding(Random &R) {
  ReportedFinding F;
  F.Check = "whet-test";
  F.Position = {"h" + std::to_string(below(R, 3)) + ".h", below(R, 5) * 10, 1,
                1};
  F.Message = "message " + std::to_string(below(R, 2));
  F.Notes = {{F.Position, "note " + std::to_string(below(R, 2))}};
  if (below(R, 2))
    F.SafeFix = {{F.Position.File, F.Position.Offset, 0,
                  "text " + std::to_string(below(R, 2))}};
  if (below(R, 2))
    F.Conditions = {
        {"test-below", entity(below(R, 6)), 2 + below(R, 2),
         below(R, 2) ? Condition::Scope::Fix : Condition::Scope::Finding}};
  return F;
}

Shard shard(unsigned Unit, Random &R) {
  Shard S;
  S.Unit = "u" + std::to_string(Unit) + ".cpp";
  S.Command = std::to_string(Unit);
  for (unsigned I = below(R, 6); I > 0; --I)
    S.Findings.push_back(finding(R));
  for (unsigned I = below(R, 4); I > 0; --I) {
    Reach F;
    F.Level = below(R, 4);
    F.From = {entity(below(R, 6))};
    S.Facts.add(entity(below(R, 6)), F);
  }
  S.FileHashes["h0.h"] = below(R, 8) ? "same" : "other";
  return S;
}

/// Shards as text, since a shard is moved into a reduction.
std::vector<std::string> shards(unsigned Seed) {
  Random R(Seed);
  std::vector<std::string> Result;
  for (unsigned Unit = 0; Unit < 6; ++Unit)
    Result.push_back(writeShard(shard(Unit, R)));
  return Result;
}

Shard read(llvm::StringRef Text) {
  return llvm::cantFail(readShard(Text, "test"));
}

std::string reduce(llvm::ArrayRef<std::string> Texts,
                   llvm::ArrayRef<std::string> Missing = {}) {
  Reduction All(ProjectPaths("/p", ""));
  for (const std::string &Text : Texts)
    All.add(read(Text));
  for (const std::string &Text : Missing)
    All.addFailure(read(Text).Unit, "crashed");
  Reduced Result = All.finish();
  std::string Out;
  llvm::raw_string_ostream OS(Out);
  for (const ReportedFinding &F : Result.Findings)
    OS << toJSON(F) << '\n';
  for (const auto &[File, Hash] : Result.FileHashes)
    OS << File << ' ' << Hash << '\n';
  return Out;
}

std::set<std::string> messages(llvm::ArrayRef<std::string> Texts,
                               llvm::ArrayRef<std::string> Missing) {
  Reduction All(ProjectPaths("/p", ""));
  for (const std::string &Text : Texts)
    All.add(read(Text));
  for (const std::string &Text : Missing)
    All.addFailure(read(Text).Unit, "crashed");
  std::set<std::string> Result;
  for (const ReportedFinding &F : All.finish().Findings)
    Result.insert(F.Position.File + std::to_string(F.Position.Offset) +
                  F.Message);
  return Result;
}
} // namespace

TEST(Shard, ReadsWhatItWrote) {
  for (unsigned Seed = 0; Seed < 50; ++Seed)
    for (const std::string &Text : shards(Seed))
      EXPECT_EQ(writeShard(read(Text)), Text);
}

TEST(Shard, LeavesOutWhatWasSeen) {
  for (unsigned Seed = 0; Seed < 50; ++Seed) {
    FactBase All;
    FactBase Once;
    SeenFacts Seen;
    for (const std::string &Text : shards(Seed)) {
      All.join(read(Text).Facts);
      Once.join(llvm::cantFail(readShard(Text, "test", &Seen)).Facts);
      EXPECT_TRUE(llvm::cantFail(readShard(Text, "test", &Seen)).Facts.empty());
    }
    EXPECT_EQ(All.write(), Once.write()) << "seed " << Seed;
  }
}

TEST(Shard, SaysWhenFactsAreMissing) {
  Random R(1);
  std::string Text = writeShard(shard(0, R));
  std::string Short =
      llvm::StringRef(Text).drop_back().rsplit('\n').first.str() + '\n';
  SeenFacts Seen;
  llvm::Expected<Shard> S = readShard(Short, "test", &Seen);
  ASSERT_FALSE(S);
  EXPECT_NE(llvm::toString(S.takeError()).find("facts are missing"),
            std::string::npos);
  // What a damaged shard says is still new.
  EXPECT_EQ(llvm::cantFail(readShard(Text, "test", &Seen)).Facts.write(),
            read(Text).Facts.write());
}

TEST(Reduction, HasNoOrderAndNoDuplicates) {
  for (unsigned Seed = 0; Seed < 100; ++Seed) {
    std::vector<std::string> Texts = shards(Seed);
    std::string Expected = reduce(Texts);
    Random R(Seed);
    for (unsigned Round = 0; Round < 10; ++Round) {
      std::vector<std::string> Others = Texts;
      for (unsigned I = below(R, 4); I > 0; --I)
        Others.push_back(Texts[below(R, Texts.size())]);
      std::shuffle(Others.begin(), Others.end(), R);
      EXPECT_EQ(reduce(Others), Expected) << "seed " << Seed;
    }
  }
}

TEST(Reduction, JoinsFactsInAnyGrouping) {
  for (unsigned Seed = 0; Seed < 100; ++Seed) {
    std::vector<std::string> Texts = shards(Seed);
    FactBase All;
    for (const std::string &Text : Texts)
      All.join(read(Text).Facts);
    FactBase Groups[2];
    Random R(Seed);
    for (const std::string &Text : Texts) {
      Groups[below(R, 2)].join(read(Text).Facts);
      // Solving a part early changes nothing.
      Groups[0].solve();
    }
    Groups[1].join(Groups[0]);
    All.solve();
    Groups[1].solve();
    EXPECT_EQ(All.write(), Groups[1].write()) << "seed " << Seed;
  }
}

TEST(Reduction, MissingShardsLeaveFewerFindings) {
  for (unsigned Seed = 0; Seed < 200; ++Seed) {
    std::vector<std::string> Texts = shards(Seed);
    std::set<std::string> All = messages(Texts, {});
    for (size_t Left = 0; Left < Texts.size(); ++Left) {
      std::vector<std::string> Rest = Texts;
      Rest.erase(Rest.begin() + Left);
      for (const std::string &M : messages(Rest, {Texts[Left]}))
        EXPECT_TRUE(All.count(M)) << "seed " << Seed << ": " << M;
    }
  }
}

TEST(Reduction, SettlesByTheFixpoint) {
  // a <- b <- c, where c is known to reach 3 by another unit.
  Shard A;
  Shard C;
  for (auto [To, From] : {std::pair("a", "b"), std::pair("b", "c")}) {
    Reach F;
    F.From = {From};
    A.Facts.add(To, F);
  }
  Reach Far;
  Far.Level = 3;
  C.Facts.add("c", Far);
  ReportedFinding F;
  F.Check = "whet-test";
  F.Position.File = "a.cpp";
  F.Message = "stands below 3";
  F.Conditions = {{"test-below", "a", 3}};
  A.Findings.push_back(F);
  std::string TextA = writeShard(A);
  std::string TextC = writeShard(C);
  EXPECT_NE(reduce({TextA}).find("stands below 3"), std::string::npos);
  EXPECT_EQ(reduce({TextA, TextC}), "");
  EXPECT_EQ(reduce({TextC, TextA}), "");
}

TEST(Reduction, CountsWhatStandsWhateverOthersSay) {
  ReportedFinding F;
  F.Check = "whet-a";
  F.Position.File = "a.cpp";
  F.Conditions = {{.Predicate = "test-below", .Subject = "f", .Bound = 1}};
  FindingSet All;
  All.add({F});
  EXPECT_EQ(All.certain(), 0U);
  // A fix that may fall is no reason to doubt the finding.
  F.Conditions.front().On = Condition::Scope::Fix;
  All.add({F});
  EXPECT_EQ(All.certain(), 1U);
  F.Conditions.clear();
  All.add({F});
  EXPECT_EQ(All.certain(), 1U);
}

TEST(ProjectPaths, AreTheSameElsewhere) {
  ProjectPaths Paths("/home/ada/calc", "/home/ada/calc/build");
  for (llvm::StringRef Path :
       {"/home/ada/calc", "/home/ada/calc/src/a.cpp", "/home/ada/calc/build",
        "/home/ada/calc/build/gen.h", "/home/ada/calculus/a.cpp", "/usr/a.h"})
    EXPECT_EQ(Paths.absolute(Paths.portable(Path)), Path);
  EXPECT_EQ(Paths.portable("/home/ada/calc/src/a.cpp"), "src/a.cpp");
  EXPECT_EQ(Paths.portable("/home/ada/calc/build/gen.h"), "<build>/gen.h");
  EXPECT_EQ(Paths.portableText("-I/home/ada/calc/include"), "-I<root>/include");
  EXPECT_EQ(Paths.portableText("-I/home/ada/calculus"), "-I/home/ada/calculus");
  EXPECT_EQ(Paths.portableText("-fmacro-prefix-map=/home/ada/calc=."),
            "-fmacro-prefix-map=<root>=.");
}
