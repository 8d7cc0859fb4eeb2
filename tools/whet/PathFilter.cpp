#include "PathFilter.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

using namespace whet;

// How many alternatives the braces of one part may stand for.
static constexpr size_t MaxAlternatives = 1024;

static llvm::SmallVector<llvm::StringRef, 8> partsOf(llvm::StringRef Path) {
  llvm::SmallVector<llvm::StringRef, 8> Parts;
  Path.split(Parts, '/', -1, /*KeepEmpty=*/false);
  llvm::erase(Parts, ".");
  return Parts;
}

llvm::Error PathFilter::add(llvm::StringRef Text) {
  if (Text.starts_with("/"))
    return llvm::createStringError("'" + Text +
                                   "' is absolute; write it relative to the "
                                   "project's folder");
  if (Text.starts_with("!"))
    return llvm::createStringError(
        "'" + Text + "' would take a path back in, which is not possible");
  Pattern P;
  for (llvm::StringRef Name : partsOf(Text)) {
    if (Name == "..")
      return llvm::createStringError(
          "'" + Text + "' leads out of the project; nothing is reported there");
    Part Next;
    Next.Text = std::make_shared<const std::string>(Name);
    if (Name != "**") {
      llvm::Expected<llvm::GlobPattern> Glob =
          llvm::GlobPattern::create(*Next.Text, MaxAlternatives);
      if (!Glob)
        return llvm::createStringError("'" + Text + "' is not a glob: " +
                                       llvm::toString(Glob.takeError()));
      Next.Glob = std::move(*Glob);
    }
    P.push_back(std::move(Next));
  }
  if (P.empty())
    return llvm::createStringError("'" + Text + "' names no file or folder");
  Patterns.push_back(std::move(P));
  return llvm::Error::success();
}

bool PathFilter::matches(const Pattern &P,
                         llvm::ArrayRef<llvm::StringRef> PathParts) {
  // The parts of the pattern that may come next.
  llvm::BitVector Next(P.size() + 1);
  auto Enter = [&](llvm::BitVector &States, size_t At) {
    States.set(At);
    // `**` may stand for nothing.
    while (At < P.size() && !P[At].Glob)
      States.set(++At);
  };
  Enter(Next, 0);
  for (llvm::StringRef Name : PathParts) {
    llvm::BitVector After(P.size() + 1);
    for (unsigned At : Next.set_bits()) {
      if (At == P.size())
        continue;
      if (!P[At].Glob)
        Enter(After, At);
      else if (P[At].Glob->match(Name))
        Enter(After, At + 1);
    }
    if (After.test(P.size()))
      return true;
    Next = std::move(After);
  }
  return false;
}

bool PathFilter::matches(llvm::StringRef Path) const {
  llvm::SmallVector<llvm::StringRef, 8> Parts = partsOf(Path);
  return llvm::any_of(Patterns,
                      [&](const Pattern &P) { return matches(P, Parts); });
}
