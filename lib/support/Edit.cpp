#include "whet/support/Edit.h"
#include "clang/AST/Stmt.h"
#include "clang/Lex/Lexer.h"

using namespace whet;
using namespace clang;

bool EditBuilder::isEditable(SourceLocation Loc) {
  if (Loc.isInvalid() || Loc.isMacroID())
    return false;
  if (Changes.empty())
    return true;
  SourceLocation First = Changes.front().RemoveRange.getBegin();
  return SM.getFileID(First) == SM.getFileID(Loc);
}

// The white space between the start of Loc's line and Loc, or nothing if there
// is anything else.
static std::optional<llvm::StringRef> indentation(SourceLocation Loc,
                                                  const SourceManager &SM) {
  auto [File, Offset] = SM.getDecomposedLoc(Loc);
  llvm::StringRef Before = SM.getBufferData(File).take_front(Offset);
  llvm::StringRef Line = Before.substr(Before.rfind('\n') + 1);
  if (Line.find_first_not_of(" \t") != llvm::StringRef::npos)
    return std::nullopt;
  return Line;
}

static llvm::StringRef lineEnding(SourceLocation Loc, const SourceManager &SM) {
  llvm::StringRef Text = SM.getBufferData(SM.getFileID(Loc));
  size_t FirstEnd = Text.find('\n');
  bool IsCRLF = FirstEnd != llvm::StringRef::npos && FirstEnd > 0 &&
                Text[FirstEnd - 1] == '\r';
  return IsCRLF ? "\r\n" : "\n";
}

EditBuilder &EditBuilder::insertStatementBefore(const Stmt &S,
                                                llvm::StringRef Text) {
  SourceLocation Begin = S.getBeginLoc();
  if (!isEditable(Begin)) {
    Refused = true;
    return *this;
  }
  std::optional<llvm::StringRef> Indent = indentation(Begin, SM);
  if (!Indent) {
    Refused = true;
    return *this;
  }
  Changes.push_back(FixItHint::CreateInsertion(
      Begin, (Text + lineEnding(Begin, SM) + *Indent).str()));
  return *this;
}

EditBuilder &EditBuilder::insertBefore(const Stmt &S, llvm::StringRef Text) {
  if (!isEditable(S.getBeginLoc())) {
    Refused = true;
    return *this;
  }
  Changes.push_back(FixItHint::CreateInsertion(S.getBeginLoc(), Text));
  return *this;
}

EditBuilder &EditBuilder::insertAfter(const Stmt &S, llvm::StringRef Text) {
  SourceLocation Last = S.getEndLoc();
  if (!isEditable(Last)) {
    Refused = true;
    return *this;
  }
  Changes.push_back(FixItHint::CreateInsertion(
      Lexer::getLocForEndOfToken(Last, 0, SM, LangOpts), Text));
  return *this;
}

EditBuilder &EditBuilder::replace(SourceRange Range, llvm::StringRef Text) {
  if (!isEditable(Range.getBegin()) || !isEditable(Range.getEnd()) ||
      SM.getFileID(Range.getBegin()) != SM.getFileID(Range.getEnd())) {
    Refused = true;
    return *this;
  }
  Changes.push_back(FixItHint::CreateReplacement(Range, Text));
  return *this;
}

std::optional<Edits> EditBuilder::take() {
  if (Refused || Changes.empty())
    return std::nullopt;
  return std::move(Changes);
}

std::optional<std::string> whet::sourceText(const Stmt &E,
                                            const SourceManager &SM,
                                            const LangOptions &LangOpts) {
  SourceRange Range = E.getSourceRange();
  if (Range.isInvalid() || Range.getBegin().isMacroID() ||
      Range.getEnd().isMacroID())
    return std::nullopt;
  bool Invalid = false;
  llvm::StringRef Text = Lexer::getSourceText(
      CharSourceRange::getTokenRange(Range), SM, LangOpts, &Invalid);
  if (Invalid || Text.empty())
    return std::nullopt;
  return Text.str();
}
