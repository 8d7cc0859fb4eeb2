//===- BaseTree.h - The project as it was in another revision ---*- C++ -*-===//
//
// What the working tree's files were where its branch left another one: the
// merge base of HEAD and a revision, by git. Nothing is checked out. Files that
// differ are laid over the working tree in memory, so generated headers, other
// people's code and the compile database stay where they are, an interrupted
// run leaves nothing behind, and what did not change comes from the cache.
//
//   llvm::Expected<BaseTree> Base = BaseTree::load(Root, "origin/main");
//   CompileDatabase DB = Base->database(HeadDB);
//   analyseProject(DB, Options, Progress, Base->overlay());
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_BASETREE_H
#define WHET_TOOLS_WHET_BASETREE_H

#include "CompileDatabase.h"
#include "UnitAnalysis.h"

namespace whet {

class BaseTree {
public:
  /// The tree at the merge base of HEAD and \p Revision of the repository that
  /// \p Root is in. An error says what git said, and what to do.
  static llvm::Expected<BaseTree> load(llvm::StringRef Root,
                                       llvm::StringRef Revision);

  /// Files that differ: their contents then, or nothing if they were absent.
  const FileOverlay &overlay() const { return Overlay; }

  /// The units of \p Head as they were: without files that are new, with those
  /// that were renamed or are gone. The latter are compiled as their nearest
  /// neighbour is, since nobody remembers how they were.
  CompileDatabase database(const CompileDatabase &Head) const;

  /// What \p File of then is called now.
  std::string nameNow(llvm::StringRef File) const;

  /// The commit's abbreviated name.
  const std::string &commit() const { return Commit; }

private:
  std::string Commit;
  FileOverlay Overlay;
  /// Names then by names now, and the other way round; absolute.
  std::map<std::string, std::string> NameThen;
  std::map<std::string, std::string> NameNow;
  /// Files that are not there any more under any name.
  std::vector<std::string> Gone;
  /// Files that no commit knows.
  std::set<std::string> Untracked;
};

} // namespace whet

#endif // WHET_TOOLS_WHET_BASETREE_H
