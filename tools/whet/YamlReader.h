//===- YamlReader.h - YAML files that people write --------------*- C++ -*-===//
//
// Reads a YAML file strictly: what is not understood is an error with file,
// line and column, and with the nearest name that would have been right. All
// errors of a file are collected, so that they are mended in one go:
//
//   YamlReader Reader("proj/.whet.yaml");
//   for (const YamlEntry &E : Reader.entries(Reader.load(Text), "settings"))
//     if (E.Key == "count") Count = Reader.number(E.Value, "count", 0, 100);
//     else Reader.reportUnknown(E.KeyMark, "key", E.Key, {"count"});
//   if (llvm::Error E = Reader.takeErrors()) return E;
//
// yaml-cpp parses; its exceptions end here.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_YAMLREADER_H
#define WHET_TOOLS_WHET_YAMLREADER_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"
#include <optional>
#include <string>
#include <vector>
#include <yaml-cpp/yaml.h>

namespace whet {

/// One key of a map and what it says.
struct YamlEntry {
  std::string Key;
  YAML::Mark KeyMark;
  YAML::Node Value;
};

class YamlReader {
public:
  /// \p File is what errors call it.
  explicit YamlReader(llvm::StringRef File) : File(File.str()) {}

  /// The only document of \p Text; null if it is empty or malformed.
  YAML::Node load(llvm::StringRef Text);

  /// The entries of a map of \p What, each key once. A null node has none.
  std::vector<YamlEntry> entries(const YAML::Node &Node, llvm::StringRef What);

  /// The items of a list of \p What. A null node has none.
  std::vector<YAML::Node> items(const YAML::Node &Node, llvm::StringRef What);

  /// A scalar that is not empty, as written.
  std::optional<std::string> text(const YAML::Node &Node, llvm::StringRef What);

  /// A whole number from \p Least to \p Most.
  std::optional<unsigned> number(const YAML::Node &Node, llvm::StringRef What,
                                 unsigned Least, unsigned Most);

  void report(const YAML::Mark &At, const llvm::Twine &Message);

  /// Reports that \p Name is no \p Kind, with the nearest of \p Valid, or with
  /// all of them if none is near and there are few.
  void reportUnknown(const YAML::Mark &At, llvm::StringRef Kind,
                     llvm::StringRef Name,
                     llvm::ArrayRef<llvm::StringRef> Valid);

  bool hasErrors() const { return !Errors.empty(); }

  /// All errors, a line each, in the order of the file.
  llvm::Error takeErrors();

private:
  struct Problem {
    int Line;
    int Column;
    std::string Message;

    auto operator<=>(const Problem &) const = default;
  };

  std::string File;
  std::vector<Problem> Errors;
};

/// The one of \p Valid that \p Name was probably meant to be: as few edits as
/// possible, of the whole name or of what follows its last "::". Nothing if all
/// are far from it. O(n).
std::optional<llvm::StringRef>
nearestName(llvm::StringRef Name, llvm::ArrayRef<llvm::StringRef> Valid);

} // namespace whet

#endif // WHET_TOOLS_WHET_YAMLREADER_H
