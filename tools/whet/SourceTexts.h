//===- SourceTexts.h - Places in files, in characters -----------*- C++ -*-===//
//
// Findings count columns in bytes; readers of reports count characters, and
// want to know where a place ends.
//
//   SourceTexts Texts;
//   TextRegion R = Texts.shown(Finding.Position);   // the word there
//   if (auto Edited = Texts.region(E.File, E.Offset, E.Length)) ...
//
// Each file is read once, at the first question about it. Findings may have
// come from elsewhere: what does not agree with the files here is never
// guessed. Invariant: lines and columns count from 1; a column is a code point,
// and a byte order mark is none.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_SOURCETEXTS_H
#define WHET_TOOLS_WHET_SOURCETEXTS_H

#include "whet/facts/ReportedFinding.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/MemoryBuffer.h"
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace whet {

struct TextPlace {
  unsigned Line = 1;
  unsigned Column = 1;
};

/// From the first character to the one after the last.
struct TextRegion {
  TextPlace Begin;
  TextPlace End;
};

class SourceTexts {
public:
  /// Whether the file is here and \p P 's offset is at its line and column.
  bool agrees(const SourcePosition &P);

  /// The word at \p P, or the character. Where the file does not agree, one
  /// column, in bytes.
  TextRegion shown(const SourcePosition &P);

  /// Nothing if the file is not here or is shorter.
  std::optional<TextRegion> region(const std::string &File, unsigned Offset,
                                   unsigned Length);

  /// Empty if it cannot be read.
  llvm::StringRef contents(const std::string &File);

private:
  struct Text {
    std::unique_ptr<llvm::MemoryBuffer> Buffer;
    /// Offsets.
    std::vector<unsigned> LineStarts;
    bool IsAscii = true;
  };

  const Text &text(const std::string &File);
  static TextPlace placeAt(const Text &T, unsigned Offset);

  std::map<std::string, Text> Texts;
};

} // namespace whet

#endif // WHET_TOOLS_WHET_SOURCETEXTS_H
