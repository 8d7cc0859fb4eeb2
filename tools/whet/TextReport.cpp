#include "TextReport.h"
#include "CompileDatabase.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/WithColor.h"

using namespace whet;
using llvm::raw_ostream;

std::string whet::displayPath(llvm::StringRef File) {
  llvm::SmallString<256> Here;
  if (llvm::sys::fs::current_path(Here))
    return File.str();
  std::string Base = realPath(Here);
  if (File != Base && isBelow(File, Base) && Base != "/")
    return File.drop_front(Base.size() + 1).str();
  return File.str();
}

TextReport::TextReport(raw_ostream &OS, bool UseColors) : OS(OS) {
  OS.enable_colors(UseColors);
}

TextReport::~TextReport() = default;

llvm::StringRef TextReport::contents(const std::string &File) {
  auto [It, IsNew] = Buffers.try_emplace(File);
  if (IsNew)
    if (auto Buffer = llvm::MemoryBuffer::getFile(File))
      It->second = std::move(*Buffer);
  return It->second ? It->second->getBuffer() : llvm::StringRef();
}

void TextReport::printPlace(const SourcePosition &P) {
  llvm::WithColor(OS, raw_ostream::SAVEDCOLOR, /*Bold=*/true)
      << displayPath(P.File) << ':' << P.Line << ':' << P.Column << ": ";
}

// The line that contains Offset, without its end.
static llvm::StringRef lineAt(llvm::StringRef Text, size_t Offset) {
  size_t Begin = Text.take_front(Offset).rfind('\n') + 1;
  return Text.substr(Begin).split('\n').first.rtrim('\r');
}

void TextReport::printSnippet(const SourcePosition &P) {
  llvm::StringRef Text = contents(P.File);
  if (P.Offset > Text.size())
    return;
  llvm::StringRef Line = lineAt(Text, P.Offset);
  OS << llvm::format("%5u | ", P.Line) << Line << '\n' << "      | ";
  for (char C : Line.take_front(P.Column - 1))
    OS << (C == '\t' ? '\t' : ' ');
  llvm::WithColor(OS, raw_ostream::GREEN, /*Bold=*/true) << '^';
  OS << '\n';
}

// The lines that a fix changes in one file, before and after.
static void changedLines(llvm::StringRef Text, llvm::ArrayRef<SourceEdit> Edits,
                         size_t &FirstLine,
                         llvm::SmallVectorImpl<std::string> &Before,
                         llvm::SmallVectorImpl<std::string> &After) {
  size_t Begin = Text.take_front(Edits.front().Offset).rfind('\n') + 1;
  size_t End = Edits.back().Offset + Edits.back().Length;
  End = std::min(Text.find('\n', End), Text.size());
  std::string New;
  size_t At = Begin;
  for (const SourceEdit &E : Edits) {
    New += Text.slice(At, E.Offset);
    New += E.Text;
    At = E.Offset + E.Length;
  }
  New += Text.slice(At, End);
  llvm::SmallVector<llvm::StringRef, 8> Old;
  llvm::SmallVector<llvm::StringRef, 8> Now;
  Text.slice(Begin, End).split(Old, '\n');
  llvm::StringRef(New).split(Now, '\n');
  FirstLine = Text.take_front(Begin).count('\n') + 1;
  while (!Old.empty() && !Now.empty() && Old.back() == Now.back()) {
    Old.pop_back();
    Now.pop_back();
  }
  while (!Old.empty() && !Now.empty() && Old.front() == Now.front()) {
    Old.erase(Old.begin());
    Now.erase(Now.begin());
    ++FirstLine;
  }
  for (llvm::StringRef Line : Old)
    Before.push_back(Line.rtrim('\r').str());
  for (llvm::StringRef Line : Now)
    After.push_back(Line.rtrim('\r').str());
}

void TextReport::printFix(llvm::StringRef Title, const SourceFix &Fix) {
  llvm::ArrayRef<SourceEdit> Rest = Fix;
  while (!Rest.empty()) {
    llvm::ArrayRef<SourceEdit> Edits = Rest.take_while(
        [&](const SourceEdit &E) { return E.File == Rest.front().File; });
    Rest = Rest.drop_front(Edits.size());
    llvm::StringRef Text = contents(Edits.front().File);
    if (Edits.back().Offset + Edits.back().Length > Text.size())
      continue;
    size_t Line = 0;
    llvm::SmallVector<std::string, 8> Before;
    llvm::SmallVector<std::string, 8> After;
    changedLines(Text, Edits, Line, Before, After);
    OS << "  " << Title << ", " << displayPath(Edits.front().File) << ':'
       << Line << ":\n";
    for (const std::string &Old : Before)
      llvm::WithColor(OS, raw_ostream::RED) << "      - " << Old << '\n';
    for (const std::string &New : After)
      llvm::WithColor(OS, raw_ostream::GREEN) << "      + " << New << '\n';
  }
}

void TextReport::print(const ReportedFinding &F) {
  printPlace(F.Position);
  if (F.Severity == Severity::Error)
    llvm::WithColor(OS, raw_ostream::RED, /*Bold=*/true) << "error: ";
  else
    llvm::WithColor(OS, raw_ostream::MAGENTA, /*Bold=*/true) << "warning: ";
  llvm::WithColor(OS, raw_ostream::SAVEDCOLOR, /*Bold=*/true) << F.Message;
  OS << " [" << F.Check << "]\n";
  printSnippet(F.Position);
  for (const ReportedNote &N : F.Notes) {
    if (N.Position.File.empty())
      continue;
    printPlace(N.Position);
    llvm::WithColor(OS, raw_ostream::CYAN, /*Bold=*/true) << "note: ";
    OS << N.Message << '\n';
    printSnippet(N.Position);
  }
  printFix("fix", F.SafeFix);
  printFix("unsafe fix", F.UnsafeFix);
}
