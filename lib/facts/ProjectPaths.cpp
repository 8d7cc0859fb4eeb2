#include "whet/facts/ProjectPaths.h"
#include "llvm/ADT/StringExtras.h"

using namespace whet;

static constexpr llvm::StringLiteral BuildMark = "<build>";
static constexpr llvm::StringLiteral RootMark = "<root>";

bool whet::isBelow(llvm::StringRef File, llvm::StringRef Folder) {
  if (Folder.empty())
    return false;
  if (Folder == "/")
    return true;
  return File.consume_front(Folder) && (File.empty() || File[0] == '/');
}

std::string ProjectPaths::portable(llvm::StringRef Absolute) const {
  if (isBelow(Absolute, Build))
    return (BuildMark + Absolute.drop_front(Build.size())).str();
  if (!isBelow(Absolute, Root) || Root == "/")
    return Absolute.str();
  llvm::StringRef Rest = Absolute.drop_front(Root.size()).ltrim('/');
  return Rest.empty() ? "." : Rest.str();
}

std::string ProjectPaths::absolute(llvm::StringRef Portable) const {
  llvm::StringRef Rest = Portable;
  if (!Build.empty() && Rest.consume_front(BuildMark))
    return Build + Rest.str();
  if (Portable.empty() || Portable.starts_with("/") || Root.empty())
    return Portable.str();
  return Portable == "." ? Root : Root + "/" + Portable.str();
}

bool ProjectPaths::isBuildDirectory(llvm::StringRef Portable) {
  return Portable == BuildMark;
}

// Replaces Folder in Text wherever it is a whole path or the start of one.
static std::string replaceFolder(llvm::StringRef Text, llvm::StringRef Folder,
                                 llvm::StringRef Mark) {
  if (Folder.size() < 2)
    return Text.str();
  std::string Result;
  while (true) {
    size_t At = Text.find(Folder);
    if (At == llvm::StringRef::npos)
      return Result + Text.str();
    llvm::StringRef After = Text.drop_front(At + Folder.size());
    bool IsWhole =
        After.empty() || !(llvm::isAlnum(After[0]) || After[0] == '_' ||
                           After[0] == '-' || After[0] == '.');
    Result += Text.take_front(At);
    Result += IsWhole ? Mark : Folder;
    Text = After;
  }
}

std::string ProjectPaths::portableText(llvm::StringRef Text) const {
  return replaceFolder(replaceFolder(Text, Build, BuildMark), Root, RootMark);
}

bool ProjectPaths::isMentionedIn(llvm::StringRef Text) const {
  return (Root.size() > 1 && Text.contains(Root)) ||
         (Build.size() > 1 && Text.contains(Build));
}
