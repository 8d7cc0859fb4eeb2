//===- RecordFacts.h - The records of a project -----------------*- C++ -*-===//
//
// What a unit knows of the layouts of its records, in words that need no AST:
// for people to read once all units are joined.
//
//   collectRecords(Context, Facts);        // at the end of each unit
//   for (const RecordFact &R : records(Facts)) ...
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
#include "whet/facts/Fact.h"
#include <string>
#include <vector>

namespace whet {

/// A LayoutPart in words.
struct RecordPart {
  LayoutPart::PartKind Kind = LayoutPart::Field;
  /// In bits, as in LayoutPart.
  uint64_t Offset = 0;
  uint64_t Size = 0;
  bool IsBitField = false;
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

  /// Facts of one key are equal.
  void join(const RecordFact & /*Other*/) {}

  uint64_t saved() const { return Best ? Size - Best->Size : 0; }
  /// Whether it could be smaller, and nothing says that it should not.
  bool isWasteful() const { return Best && Signs.empty(); }
};

llvm::json::Value toJSON(const RecordFact &R);
bool fromJSON(const llvm::json::Value &V, RecordFact &R, llvm::json::Path P);

/// Adds the records that the unit defines. O(n) in its declarations outside of
/// functions; looks for a better order of each that has unused bytes.
void collectRecords(clang::ASTContext &Ctx, FactBase &Facts);

/// All records, by name, file and line.
std::vector<RecordFact> records(FactBase &Facts);

} // namespace whet

#endif // WHET_ANALYSIS_RECORDFACTS_H
