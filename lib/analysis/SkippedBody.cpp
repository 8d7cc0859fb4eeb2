#include "whet/analysis/SkippedBody.h"
#include "clang/AST/Decl.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace whet;
using namespace clang;

// The identifiers from a function's declarator to the end of its body. Braces
// that a comma or another brace follows belong to a constructor's initialisers.
static llvm::StringSet<> identifiersOfBody(const FunctionDecl &F,
                                           const SourceManager &SM,
                                           const LangOptions &LangOpts) {
  llvm::StringSet<> Names;
  auto [File, Offset] = SM.getDecomposedLoc(SM.getFileLoc(F.getEndLoc()));
  llvm::StringRef Text = SM.getBufferData(File);
  Lexer Lex(SM.getLocForStartOfFile(File), LangOpts, Text.begin(),
            Text.begin() + Offset, Text.end());
  unsigned Depth = 0;
  bool Closed = false;
  for (Token T; !Lex.LexFromRawLexer(T) || T.isNot(tok::eof);) {
    bool Continues =
        T.isOneOf(tok::comma, tok::l_brace) ||
        (T.is(tok::raw_identifier) && T.getRawIdentifier() == "catch");
    if (Closed && !Continues)
      break;
    Closed = false;
    if (T.is(tok::raw_identifier))
      Names.insert(T.getRawIdentifier());
    else if (T.is(tok::l_brace))
      ++Depth;
    else if (T.is(tok::r_brace) && Depth > 0)
      Closed = --Depth == 0;
  }
  return Names;
}

bool whet::skippedBodyMentions(const FunctionDecl &F,
                               llvm::ArrayRef<llvm::StringRef> Names,
                               const SourceManager &SM,
                               const LangOptions &LangOpts) {
  // A method's body may be outside its class.
  for (const FunctionDecl *Definition : F.redecls()) {
    if (!Definition->hasSkippedBody())
      continue;
    llvm::StringSet<> Mentioned = identifiersOfBody(*Definition, SM, LangOpts);
    return llvm::all_of(
        Names, [&](llvm::StringRef Name) { return Mentioned.contains(Name); });
  }
  return false;
}
