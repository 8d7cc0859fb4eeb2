//===- LayoutBudgets.h - Sizes that must hold -------------------*- C++ -*-===//
//
// A file in the repository says how large records may be:
//
//   records:
//     net::Packet: 64               # at most
//     wire::Header: {exactly: 24}
//
//   llvm::Expected<LayoutBudgets> Budgets =
//   LayoutBudgets::read("budgets.yaml"); for (const BrokenBudget &B :
//   Budgets->broken(Records)) ...
//
// A budget is for each record that its name names, as on the command line. One
// that names none is broken too: else it would hold because of a typing error.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_LAYOUTBUDGETS_H
#define WHET_TOOLS_WHET_LAYOUTBUDGETS_H

#include "whet/analysis/RecordFacts.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

namespace whet {

struct LayoutBudget {
  std::string Record;
  uint64_t Bytes = 0;
  bool IsExact = false;
  /// In the file, from 1.
  unsigned Line = 0;
};

struct BrokenBudget {
  LayoutBudget Budget;
  /// Nothing if no record has the name.
  std::optional<KnownRecord> Record;
  /// "net::Packet has 72 bytes, 8 more than it may have"
  std::string Message;
};

class LayoutBudgets {
public:
  static llvm::Expected<LayoutBudgets> read(llvm::StringRef File);

  /// In the order of the file. O(budgets * records).
  std::vector<BrokenBudget> broken(llvm::ArrayRef<KnownRecord> Records) const;

  size_t size() const { return Budgets.size(); }

private:
  std::vector<LayoutBudget> Budgets;
};

/// Whether \p Name is the record's, with as many of its scopes as somebody
/// cared to write, and with template arguments or without.
bool isNamed(const KnownRecord &R, llvm::StringRef Name);

} // namespace whet

#endif // WHET_TOOLS_WHET_LAYOUTBUDGETS_H
