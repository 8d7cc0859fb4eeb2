//===- PlaceSet.h - Places in sources, for facts ----------------*- C++ -*-===//
//
// Which places of a project something was seen at, or was done to: so that it
// can be told, once units are joined, whether it was done to all.
//
//   Seen.insert(E->getBeginLoc(), SM);
//   ...
//   if (std::optional<Place> Left = Seen.firstNotIn(Done)) ...
//
// A place is an offset in a file that is named as all units name it, so a
// header's place is one, however many units come by.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_FACTS_PLACESET_H
#define WHET_FACTS_PLACESET_H

#include "clang/Basic/SourceManager.h"
#include "llvm/Support/JSON.h"
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace whet {

/// A portable path, and the offset in it.
using Place = std::pair<std::string, unsigned>;

class PlaceSet {
public:
  /// Adds \p Loc, or where the macro that it comes from is expanded.
  void insert(clang::SourceLocation Loc, const clang::SourceManager &SM);

  void join(const PlaceSet &Other) {
    Places.insert(Other.Places.begin(), Other.Places.end());
  }

  /// The first place that \p Other does not have; nothing if it has all.
  std::optional<Place> firstNotIn(const PlaceSet &Other) const;

  bool empty() const { return Places.empty(); }

  /// {"file": [offset, ...], ...}
  friend llvm::json::Value toJSON(const PlaceSet &P);
  friend bool fromJSON(const llvm::json::Value &V, PlaceSet &P,
                       llvm::json::Path Where);

private:
  std::set<Place> Places;
};

llvm::json::Value toJSON(const PlaceSet &P);
bool fromJSON(const llvm::json::Value &V, PlaceSet &P, llvm::json::Path Where);

} // namespace whet

#endif // WHET_FACTS_PLACESET_H
