//===- LayoutCommand.h - whet layout ----------------------------*- C++ -*-===//
#ifndef WHET_TOOLS_WHET_LAYOUTCOMMAND_H
#define WHET_TOOLS_WHET_LAYOUTCOMMAND_H

#include "ProjectAnalysis.h"

namespace whet {

enum class LayoutFormat { Text, Json, Html };

struct LayoutOptions {
  ProjectOptions Project;
  /// Names of records, with as many scopes as it takes, and files or folders;
  /// runLayout tells one from the other.
  std::vector<std::string> Arguments;
  /// List records that no order makes smaller, too.
  bool All = false;
  /// The file of budgets to check; empty for none.
  std::string BudgetFile;
  /// The revision since whose merge base records grew; empty for none.
  std::string DiffRevision;
  LayoutFormat Format = LayoutFormat::Text;
  bool Quiet = false;
};

/// Prints the records that are named, each whole; or, without a name, a list of
/// those that are larger than they need to be, what can be saved most first; or
/// the budgets that do not hold, or what grew. Returns the exit status.
int runLayout(LayoutOptions Options);

} // namespace whet

#endif // WHET_TOOLS_WHET_LAYOUTCOMMAND_H
