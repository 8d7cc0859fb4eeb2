#include "whet/facts/Reduction.h"

using namespace whet;

void Reduction::add(Shard S) {
  bool Failed = !S.Failure.empty();
  if (Failed)
    addFailure(S.Unit, S.Failure);
  Facts.join(S.Facts);
  Findings.add(std::move(S.Findings), /*HasFixes=*/!Failed);
  ConfigProblems.insert(S.ConfigProblems.begin(), S.ConfigProblems.end());
  for (auto &[File, Hash] : S.FileHashes) {
    auto [Known, IsNew] = FileHashes.try_emplace(File, Hash);
    // Saved between two units: no contents fit the findings of both.
    if (!IsNew && Known->second != Hash)
      Known->second.clear();
  }
}

void Reduction::addFailure(llvm::StringRef Unit, llvm::StringRef Reason) {
  Facts.setIncomplete();
  Failures[Reason.str()].insert(Paths.absolute(Unit));
}

ReportedFinding Reduction::located(ReportedFinding F) const {
  auto Locate = [&](std::string &File) {
    if (!File.empty())
      File = Paths.absolute(File);
  };
  Locate(F.Position.File);
  for (ReportedNote &N : F.Notes)
    Locate(N.Position.File);
  for (SourceFix *Fix : {&F.SafeFix, &F.UnsafeFix})
    for (SourceEdit &E : *Fix)
      Locate(E.File);
  return F;
}

Reduced Reduction::finish() {
  Facts.solve();
  Reduced Result;
  for (ReportedFinding &F : Findings.settled(Facts))
    Result.Findings.push_back(located(std::move(F)));
  for (const auto &[File, Hash] : FileHashes)
    Result.FileHashes[Paths.absolute(File)] = Hash;
  Result.ConfigProblems.assign(ConfigProblems.begin(), ConfigProblems.end());
  Result.Failures = Failures;
  Result.Facts = std::move(Facts);
  return Result;
}
