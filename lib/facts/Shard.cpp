#include "whet/facts/Shard.h"
#include "whet/facts/FindingSet.h"
#include "whet/support/Version.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"

using namespace whet;

static constexpr llvm::StringLiteral Magic = "whet shard ";

std::string whet::contentHash(llvm::StringRef Contents) {
  llvm::BLAKE3 Hasher;
  Hasher.update(Contents);
  auto Digest = Hasher.final();
  return llvm::toHex(llvm::ArrayRef<uint8_t>(Digest.data(), 16),
                     /*LowerCase=*/true);
}

static std::pair<uint64_t, uint64_t> hashOf(llvm::StringRef Fact) {
  llvm::XXH128_hash_t Hash =
      llvm::xxh3_128bits(llvm::ArrayRef(Fact.bytes_begin(), Fact.size()));
  return {Hash.high64, Hash.low64};
}

bool SeenFacts::contains(llvm::StringRef Fact) const {
  return Hashes.count(hashOf(Fact)) != 0;
}

void SeenFacts::insert(llvm::StringRef Fact) { Hashes.insert(hashOf(Fact)); }

// All but facts.
static llvm::json::Object head(const Shard &S) {
  llvm::json::Array Findings;
  for (const ReportedFinding &F : S.Findings)
    Findings.push_back(toJSON(F));
  llvm::json::Object Hashes;
  for (const auto &[File, Hash] : S.FileHashes)
    Hashes[llvm::json::fixUTF8(File)] = Hash;
  auto Strings = [](const std::vector<std::string> &List) {
    llvm::json::Array Result;
    for (const std::string &Text : List)
      Result.push_back(llvm::json::fixUTF8(Text));
    return Result;
  };
  return llvm::json::Object{{"unit", llvm::json::fixUTF8(S.Unit)},
                            {"command", S.Command},
                            {"findings", std::move(Findings)},
                            {"hashes", std::move(Hashes)},
                            {"filesRead", Strings(S.FilesRead)},
                            {"configProblems", Strings(S.ConfigProblems)},
                            {"failure", llvm::json::fixUTF8(S.Failure)}};
}

llvm::json::Value whet::toJSON(const Shard &S) {
  llvm::json::Object O = head(S);
  O["facts"] = S.Facts.write();
  return O;
}

std::string whet::writeShard(const Shard &S) {
  std::string Facts;
  int64_t FactCount = 0;
  llvm::raw_string_ostream FactsOS(Facts);
  S.Facts.forEach([&](const llvm::json::Value &Piece) {
    FactsOS << Piece << '\n';
    ++FactCount;
  });
  llvm::json::Object Head = head(S);
  Head["factCount"] = FactCount;
  std::string Text = (Magic + WHET_VERSION "\n").str();
  llvm::raw_string_ostream(Text) << llvm::json::Value(std::move(Head)) << '\n'
                                 << Facts;
  return Text;
}

namespace {
/// The first line of what follows the version.
struct Head {
  Shard &S;
  int64_t FactCount = 0;
};
} // namespace

static bool fromJSON(const llvm::json::Value &V, Head &H, llvm::json::Path P) {
  Shard &S = H.S;
  llvm::json::ObjectMapper O(V, P);
  return O && O.map("unit", S.Unit) && O.map("command", S.Command) &&
         O.map("findings", S.Findings) && O.map("hashes", S.FileHashes) &&
         O.map("filesRead", S.FilesRead) &&
         O.map("configProblems", S.ConfigProblems) &&
         O.map("failure", S.Failure) && O.map("factCount", H.FactCount);
}

static bool fromJSON(const llvm::json::Value &V, FactBase &Facts,
                     llvm::json::Path P) {
  return Facts.read(V, P);
}

// An error says what is wrong with the line.
template <typename T>
static llvm::Error readLine(llvm::StringRef Line, T &Result) {
  llvm::Expected<llvm::json::Value> Value = llvm::json::parse(Line);
  if (!Value)
    return Value.takeError();
  llvm::json::Path::Root Root;
  return fromJSON(*Value, Result, Root) ? llvm::Error::success()
                                        : Root.getError();
}

static llvm::Error readFacts(llvm::StringRef Lines, int64_t Count, Shard &S,
                             SeenFacts *Seen) {
  std::vector<llvm::StringRef> New;
  llvm::StringRef Line;
  for (; !Lines.empty(); --Count) {
    std::tie(Line, Lines) = Lines.split('\n');
    if (Seen && Seen->contains(Line))
      continue;
    if (llvm::Error E = readLine(Line, S.Facts))
      return E;
    New.push_back(Line);
  }
  if (Count != 0)
    return llvm::createStringError("facts are missing");
  // Only now: of a shard that is damaged, nobody has anything.
  if (Seen)
    for (llvm::StringRef Fact : New)
      Seen->insert(Fact);
  return llvm::Error::success();
}

llvm::Expected<Shard> whet::readShard(llvm::StringRef Text,
                                      llvm::StringRef Name, SeenFacts *Seen) {
  auto [Header, Body] = Text.split('\n');
  if (!Header.consume_front(Magic))
    return llvm::createStringError(Name + " is not a shard of whet's; whet map "
                                          "writes them");
  if (Header != WHET_VERSION)
    return llvm::createStringError(Name + " was written by whet " + Header +
                                   ", this is " WHET_VERSION
                                   ": ignored; run whet map again");
  auto [First, Facts] = Body.split('\n');
  Shard S;
  Head H{S};
  llvm::Error E = readLine(First, H);
  if (!E)
    E = readFacts(Facts, H.FactCount, S, Seen);
  if (E)
    return llvm::createStringError(Name + " is damaged (" +
                                   llvm::toString(std::move(E)) +
                                   "); run whet map again");
  return S;
}
