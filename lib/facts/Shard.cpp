#include "whet/facts/Shard.h"
#include "whet/facts/FindingSet.h"
#include "whet/support/Version.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/raw_ostream.h"

using namespace whet;

static constexpr llvm::StringLiteral Magic = "whet shard ";

std::string whet::contentHash(llvm::StringRef Contents) {
  llvm::BLAKE3 Hasher;
  Hasher.update(Contents);
  auto Digest = Hasher.final();
  return llvm::toHex(llvm::ArrayRef<uint8_t>(Digest.data(), 16),
                     /*LowerCase=*/true);
}

llvm::json::Value whet::toJSON(const Shard &S) {
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
                            {"facts", S.Facts.write()},
                            {"hashes", std::move(Hashes)},
                            {"filesRead", Strings(S.FilesRead)},
                            {"configProblems", Strings(S.ConfigProblems)},
                            {"failure", llvm::json::fixUTF8(S.Failure)}};
}

std::string whet::writeShard(const Shard &S) {
  std::string Text = (Magic + WHET_VERSION "\n").str();
  llvm::raw_string_ostream(Text) << toJSON(S) << '\n';
  return Text;
}

static bool read(const llvm::json::Value &V, Shard &S, llvm::json::Path P) {
  llvm::json::ObjectMapper O(V, P);
  bool IsRead =
      O && O.map("unit", S.Unit) && O.map("command", S.Command) &&
      O.map("findings", S.Findings) && O.map("hashes", S.FileHashes) &&
      O.map("filesRead", S.FilesRead) &&
      O.map("configProblems", S.ConfigProblems) && O.map("failure", S.Failure);
  if (!IsRead)
    return false;
  const llvm::json::Value *Facts = V.getAsObject()->get("facts");
  if (!Facts) {
    P.field("facts").report("missing value");
    return false;
  }
  return S.Facts.read(*Facts, P.field("facts"));
}

llvm::Expected<Shard> whet::readShard(llvm::StringRef Text,
                                      llvm::StringRef Name) {
  auto [Header, Body] = Text.split('\n');
  if (!Header.consume_front(Magic))
    return llvm::createStringError(Name + " is not a shard of whet's; whet map "
                                          "writes them");
  if (Header != WHET_VERSION)
    return llvm::createStringError(Name + " was written by whet " + Header +
                                   ", this is " WHET_VERSION
                                   ": ignored; run whet map again");
  llvm::Expected<llvm::json::Value> Value = llvm::json::parse(Body);
  if (!Value) {
    llvm::consumeError(Value.takeError());
    return llvm::createStringError(Name + " is damaged; run whet map again");
  }
  Shard S;
  llvm::json::Path::Root Root;
  if (!read(*Value, S, Root))
    return llvm::createStringError(Name + " is damaged (" +
                                   llvm::toString(Root.getError()) +
                                   "); run whet map again");
  return S;
}
