//===- Growth.h - How much a container grows in a loop ----------*- C++ -*-===//
//
// A *growth site* is what makes one container grow a number of times that is
// known before it starts: a loop, the outermost of a nest whose trip counts are
// all known, or an algorithm that writes through an inserter.
//
//   for (const Row &R : Rows) {         // site: the outer loop
//     Out.push_back(R.Header);          // total: Rows.size() * (1 + Width)
//     for (int I = 0; I < Width; ++I)
//       Out.push_back(R[I]);
//   }
//
// The site is as far out as the container lives: a loop around it in which the
// container is declared, or cleared before the growth, does not count. When any
// of the loops that count has an unknown trip count, there is no site: making
// room for one inner loop at a time would defeat geometric growth.
//
// What is known of the container on entry: whether it is certainly empty, and
// whether anything before may have made room already.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_GROWTH_H
#define WHET_ANALYSIS_GROWTH_H

#include "whet/analysis/TripCount.h"

namespace whet {

/// Who else can see the container.
enum class Ownership {
  /// A local of this activation.
  Local,
  /// A parameter by value.
  ValueParameter,
  /// Reached through a reference or pointer parameter.
  Parameter,
  /// A member of `*this`.
  Member,
  /// Reached through a local reference or pointer, a capture, or static.
  Other
};

/// What is known of a container where a growth site is entered.
struct EntryState {
  Ownership Owner = Ownership::Other;
  bool IsEmpty = false;
  /// Whether reserve, resize, a sizing constructor or a callee may have made
  /// room, or an alias may do so.
  bool MayHaveRoom = false;
  /// Whether the function makes the container grow in other places, too.
  bool GrowsElsewhere = false;
};

struct GrowthSite {
  AccessPath Container;
  const ContainerModel *Model = nullptr;
  /// The loop, or the statement that calls the algorithm.
  const clang::Stmt *Site = nullptr;
  /// The first growth, in source order.
  const Use *First = nullptr;
  /// The algorithm's call; null for a loop.
  const clang::CallExpr *Algorithm = nullptr;
  /// Elements added in all.
  Quantity Total;
  /// Whether each iteration adds exactly as many; false if a condition may
  /// skip some, and Total is an upper bound.
  bool IsExact = true;
  EntryState Entry;
};

/// All growth sites of the function, in source order.
/// O(uses of containers × depth of nesting).
std::vector<GrowthSite> growthSites(const BodyIndex &Index);

/// The statement of a block that \p S is or is part of: the place in front of
/// which a statement can be put. Null if S is the lone body of an `if` or a
/// loop, or stands after a label.
const clang::Stmt *blockStatement(const clang::Stmt &S, const BodyIndex &Index);

} // namespace whet

#endif // WHET_ANALYSIS_GROWTH_H
