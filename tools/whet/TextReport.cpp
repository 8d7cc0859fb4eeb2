#include "TextReport.h"
#include "CompileDatabase.h"
#include "LineDiff.h"
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

TextReport::TextReport(raw_ostream &OS, bool UseColors)
    : OS(OS), UseColors(UseColors) {
  OS.enable_colors(UseColors);
}

llvm::WithColor TextReport::colored(raw_ostream::Colors Color, bool IsBold) {
  return llvm::WithColor(OS, Color, IsBold, /*BG=*/false,
                         UseColors ? llvm::ColorMode::Enable
                                   : llvm::ColorMode::Disable);
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
  colored(raw_ostream::SAVEDCOLOR, /*IsBold=*/true)
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
  colored(raw_ostream::GREEN, /*IsBold=*/true) << '^';
  OS << '\n';
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
    for (const LineChange &Change : lineChanges(Text, Edits)) {
      OS << "  " << Title << ", " << displayPath(Edits.front().File) << ':'
         << Change.FirstLine << ":\n";
      for (llvm::StringRef Old : Change.Before)
        colored(raw_ostream::RED) << "      - " << Old.rtrim('\r') << '\n';
      for (llvm::StringRef New : Change.After)
        colored(raw_ostream::GREEN) << "      + " << New.rtrim('\r') << '\n';
    }
  }
}

void TextReport::print(const ReportedFinding &F) {
  printPlace(F.Position);
  // clang's colours.
  static constexpr raw_ostream::Colors Colors[] = {
      raw_ostream::BLUE, raw_ostream::MAGENTA, raw_ostream::RED};
  colored(Colors[static_cast<unsigned>(F.Severity)], /*IsBold=*/true)
      << severityName(F.Severity) << ": ";
  colored(raw_ostream::SAVEDCOLOR, /*IsBold=*/true) << F.Message;
  OS << " [" << F.Check << "]\n";
  printSnippet(F.Position);
  for (const ReportedNote &N : F.Notes) {
    if (N.Position.File.empty())
      continue;
    printPlace(N.Position);
    colored(raw_ostream::CYAN, /*IsBold=*/true) << "note: ";
    OS << N.Message << '\n';
    printSnippet(N.Position);
  }
  printFix("fix", F.SafeFix);
  printFix("unsafe fix", F.UnsafeFix);
}
