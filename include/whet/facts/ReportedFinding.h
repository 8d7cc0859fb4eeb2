//===- ReportedFinding.h - A finding outside its AST ------------*- C++ -*-===//
//
// What is left of a check's finding once its translation unit is gone: plain
// positions and texts that can be compared, merged over translation units,
// written to a file and applied to sources.
//
// Invariants: files are absolute paths without "." and "..", with symbolic
// links resolved; offsets are in bytes, from 0; lines and columns count from 1,
// columns in bytes; edits of one fix do not overlap and are sorted by file and
// offset. Two findings are the same finding if check, file, offset and message
// are equal.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_FACTS_REPORTEDFINDING_H
#define WHET_FACTS_REPORTEDFINDING_H

#include "whet/support/Condition.h"
#include <optional>
#include <string>
#include <vector>

namespace whet {

struct SourcePosition {
  std::string File;
  unsigned Offset = 0;
  unsigned Line = 0;
  unsigned Column = 0;

  auto operator<=>(const SourcePosition &) const = default;
};

/// Replaces \p Length bytes at \p Offset of \p File by \p Text.
struct SourceEdit {
  std::string File;
  unsigned Offset = 0;
  unsigned Length = 0;
  std::string Text;

  auto operator<=>(const SourceEdit &) const = default;
};

/// Edits that are applied together or not at all.
using SourceFix = std::vector<SourceEdit>;

struct ReportedNote {
  SourcePosition Position;
  std::string Message;

  auto operator<=>(const ReportedNote &) const = default;
};

/// A remark is told, and fails no run.
enum class Severity { Remark, Warning, Error };

/// "remark", "warning" or "error".
const char *severityName(Severity S);

struct ReportedFinding {
  /// The id, such as "whet-missing-reserve".
  std::string Check;
  whet::Severity Severity = Severity::Warning;
  SourcePosition Position;
  std::string Message;
  /// Qualified name of the function or class that it is in, such as
  /// "net::Pool::addAll"; empty outside of any. Stays when lines move.
  std::string Declaration;
  std::vector<ReportedNote> Notes;
  /// Applied by `whet fix`; empty if there is none.
  SourceFix SafeFix;
  /// Applied by `whet fix --unsafe` only; empty if there is none.
  SourceFix UnsafeFix;
  /// What has to hold in the whole program; sorted, each once. Empty once the
  /// finding is settled.
  std::vector<Condition> Conditions;

  auto operator<=>(const ReportedFinding &) const = default;
};

} // namespace whet

#endif // WHET_FACTS_REPORTEDFINDING_H
