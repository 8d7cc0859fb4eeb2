//===- RecordFacts.h - The records of a project -----------------*- C++ -*-===//
//
// What a unit knows of the layouts of its records, in words that need no AST:
// for people to read once all units are joined.
//
//   collectRecords(Context, Facts);        // at the end of each unit
//   for (const KnownRecord &R : records(Facts)) ...
//
// One entry is one record in one layout: where units lay a record out in
// different ways, as under `#ifdef`, each way is an entry. Records of system
// headers and of other projects, lambdas, and what has no name are left out;
// each instantiation of a class template is a record.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_RECORDFACTS_H
#define WHET_ANALYSIS_RECORDFACTS_H

#include "whet/analysis/RecordLayout.h"
#include "whet/analysis/RecordUses.h"
#include "whet/facts/Fact.h"
#include <map>
#include <set>
#include <string>
#include <vector>

namespace whet {

/// A LayoutPart in words.
struct RecordPart {
  LayoutPart::PartKind Kind = LayoutPart::Field;
  bool IsBitField = false;
  /// Whether it begins in the tail of a base, before sizeof the base is over.
  bool IsInTail = false;
  /// In bits, as in LayoutPart.
  uint64_t Offset = 0;
  uint64_t Size = 0;
  /// Empty for what has none: a vptr, an anonymous union, padding bits.
  std::string Name;
  std::string Type;
  /// "void (*callback)(int)", where name and type are not one after the other.
  std::string Declarator;

  uint64_t end() const { return Offset + Size; }
  bool operator==(const RecordPart &) const = default;
};

/// An order of fields, as FieldOrder has it.
struct RecordOrder {
  uint64_t Size = 0;
  unsigned Moved = 0;
  bool IsProven = false;
  /// The fields by their places in the source: "1 0 2".
  std::string Places;
  std::vector<std::string> Fields;
  /// The layout in that order.
  std::vector<RecordPart> Parts;

  bool operator==(const RecordOrder &) const = default;
};

/// A sign that the order of fields is meant, as LayoutIntent has it.
struct RecordSign {
  std::string What;
  /// Of the record's file.
  unsigned Line = 0;

  bool operator==(const RecordSign &) const = default;
};

/// A record as another target has it, as TargetLayouts says.
struct RecordOnTarget {
  std::string Target;
  /// In bits.
  uint64_t Now = 0;
  /// In the best order; Now if there is none.
  uint64_t Then = 0;
  /// Why the sizes are not known; empty if they are.
  std::string Unknown;

  bool operator==(const RecordOnTarget &) const = default;
};

struct RecordFact {
  static constexpr llvm::StringLiteral Kind = "record";

  /// As it is written, with scopes and template arguments: "net::Queue<int>".
  std::string Name;
  /// Where it is defined; a path of the project.
  std::string File;
  unsigned Line = 0;
  unsigned Column = 0;
  /// In bits, as in RecordLayout.
  uint64_t Size = 0;
  uint64_t Alignment = 0;
  /// Of the target's pointers to objects.
  uint64_t PointerWidth = 0;
  bool IsUnion = false;
  std::vector<RecordPart> Parts;
  /// A smaller order, if there is one.
  std::optional<RecordOrder> Best;
  /// Why the order is as it is; of records that could be smaller.
  std::vector<RecordSign> Signs;
  /// Of each target that was asked for.
  std::vector<RecordOnTarget> Targets;
  /// Of an instantiation, its sizes in bits by orders that siblings may
  /// propose: all of them for few fields, else those that the unit's
  /// instantiations do.
  std::map<std::string, uint64_t> Orders;
  /// What it is called in other facts: one name, but for what each unit has for
  /// itself.
  std::set<std::string> Entities;

  /// Facts of one key are equal in all but these two.
  void join(const RecordFact &Other) {
    Orders.insert(Other.Orders.begin(), Other.Orders.end());
    Entities.insert(Other.Entities.begin(), Other.Entities.end());
  }

  uint64_t saved() const { return Best ? Size - Best->Size : 0; }
};

llvm::json::Value toJSON(const RecordFact &R);
bool fromJSON(const llvm::json::Value &V, RecordFact &R, llvm::json::Path P);

/// Adds the records that the unit defines, with their sizes on \p Targets,
/// which are names of layoutTargets. O(n) in its declarations; looks for a
/// better order of each that has unused bytes.
void collectRecords(clang::ASTContext &Ctx, FactBase &Facts,
                    llvm::ArrayRef<std::string> Targets = {});

/// What the order that is best for one instantiation comes to in all of its
/// template that were seen.
struct TemplateSizes {
  unsigned Instantiations = 0;
  /// Sums of all, in bits.
  uint64_t Now = 0;
  uint64_t Then = 0;
  /// One that would be larger, and its sizes; empty if there is none.
  std::string Worse;
  uint64_t WorseNow = 0;
  uint64_t WorseThen = 0;
  /// One whose size in that order is not known; empty if there is none.
  std::string Unknown;
};

/// A record, and what all units do with it.
struct KnownRecord : RecordFact {
  std::vector<RecordReliance> Reliance;
  RecordInstances Instances;
  /// Of an instantiation that could be smaller, and has siblings.
  std::optional<TemplateSizes> InTemplate;

  /// Whether somebody relies on the bytes, in whatever way the source is
  /// changed.
  bool isReliedOn() const;
  /// The target on which the other order is larger; null if there is none.
  const RecordOnTarget *worseTarget() const;
  /// Whether it could be smaller, and nothing says that it should not.
  bool isWasteful() const {
    return Best && Signs.empty() && !isReliedOn() && !worseTarget() &&
           (!InTemplate || InTemplate->Worse.empty());
  }
  /// The bits that the other order saves in as many objects as are known of, or
  /// in one.
  uint64_t savedInAll() const {
    return saved() * std::max<uint64_t>(1, Instances.known());
  }
};

/// All records, by name, file and line; of facts that are solved.
std::vector<KnownRecord> records(FactBase &Facts);

} // namespace whet

#endif // WHET_ANALYSIS_RECORDFACTS_H
