#include "whet/facts/PlaceSet.h"
#include "whet/facts/UnitScope.h"
#include "llvm/ADT/STLExtras.h"

using namespace whet;

void PlaceSet::insert(clang::SourceLocation Loc,
                      const clang::SourceManager &SM) {
  Loc = SM.getFileLoc(Loc);
  Places.emplace(sharedPath(Loc, SM), SM.getFileOffset(Loc));
}

std::optional<Place> PlaceSet::firstNotIn(const PlaceSet &Other) const {
  auto It = llvm::find_if(
      Places, [&](const Place &P) { return !Other.Places.contains(P); });
  if (It == Places.end())
    return std::nullopt;
  return *It;
}

llvm::json::Value whet::toJSON(const PlaceSet &P) {
  llvm::json::Object Files;
  for (const auto &[File, Offset] : P.Places) {
    llvm::json::Value &Offsets =
        Files.try_emplace(llvm::json::fixUTF8(File), llvm::json::Array())
            .first->second;
    Offsets.getAsArray()->push_back(Offset);
  }
  return Files;
}

bool whet::fromJSON(const llvm::json::Value &V, PlaceSet &P,
                    llvm::json::Path Where) {
  std::map<std::string, std::vector<unsigned>> Files;
  if (!fromJSON(V, Files, Where))
    return false;
  for (const auto &[File, Offsets] : Files)
    for (unsigned Offset : Offsets)
      P.Places.emplace(File, Offset);
  return true;
}
