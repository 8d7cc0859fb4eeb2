#include "whet/support/Edit.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/Stmt.h"
#include "clang/AST/TypeLoc.h"
#include "clang/Lex/Lexer.h"
#include "clang/Tooling/Inclusions/HeaderIncludes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace whet;
using namespace clang;

bool EditBuilder::isEditable(SourceLocation Loc) {
  return Loc.isValid() && !Loc.isMacroID() && !SM.isInSystemHeader(Loc);
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
  std::optional<llvm::StringRef> Indent =
      isEditable(Begin) ? indentation(Begin, SM) : std::nullopt;
  if (!Indent) {
    Refused = true;
    return *this;
  }
  Changes.push_back(FixItHint::CreateInsertion(
      Begin, (Text + lineEnding(Begin, SM) + *Indent).str()));
  return *this;
}

EditBuilder &
EditBuilder::replaceByStatements(const Stmt &S,
                                 llvm::ArrayRef<std::string> Texts) {
  SourceLocation Begin = S.getBeginLoc();
  std::optional<llvm::StringRef> Indent =
      isEditable(Begin) ? indentation(Begin, SM) : std::nullopt;
  if (!Indent) {
    Refused = true;
    return *this;
  }
  // One edit: of several insertions at one place, equal ones would be one.
  std::string Lines;
  for (const std::string &Text : llvm::drop_end(Texts))
    Lines.append(Text).append(lineEnding(Begin, SM)).append(*Indent);
  return replace(S.getSourceRange(), Lines + Texts.back());
}

EditBuilder &EditBuilder::insertAt(SourceLocation Loc, llvm::StringRef Text) {
  if (!isEditable(Loc)) {
    Refused = true;
    return *this;
  }
  Changes.push_back(FixItHint::CreateInsertion(Loc, Text));
  return *this;
}

EditBuilder &EditBuilder::insertBefore(const Stmt &S, llvm::StringRef Text) {
  return insertAt(S.getBeginLoc(), Text);
}

EditBuilder &EditBuilder::insertBefore(const Decl &D, llvm::StringRef Text) {
  return insertAt(D.getBeginLoc(), Text);
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

EditBuilder &EditBuilder::removeStatement(const Stmt &S) {
  // A declaration's end is its semicolon.
  const auto *Declared = dyn_cast<DeclStmt>(&S);
  SourceLocation End = Declared && Declared->isSingleDecl()
                           ? Declared->getSingleDecl()->getEndLoc()
                           : S.getEndLoc();
  return removeWithSemicolon(S.getBeginLoc(), End);
}

// The tokens of D up to its name, comments among them.
static std::vector<Token> tokensBeforeName(const DeclaratorDecl &D,
                                           const SourceManager &SM,
                                           const LangOptions &LangOpts) {
  auto [File, Offset] = SM.getDecomposedLoc(D.getBeginLoc());
  llvm::StringRef Text = SM.getBufferData(File);
  Lexer Raw(SM.getLocForStartOfFile(File), LangOpts, Text.begin(),
            Text.begin() + Offset, Text.end());
  Raw.SetCommentRetentionState(true);
  std::vector<Token> Tokens;
  Token Tok;
  while (!Raw.LexFromRawLexer(Tok) && Tok.getLocation() < D.getLocation())
    Tokens.push_back(Tok);
  return Tokens;
}

EditBuilder &EditBuilder::removeDeclaration(const DeclaratorDecl &D) {
  SourceLocation Begin = D.getBeginLoc();
  if (!isEditable(Begin) || !isEditable(D.getLocation())) {
    Refused = true;
    return *this;
  }
  auto [File, Offset] = SM.getDecomposedLoc(Begin);
  llvm::StringRef Before = SM.getBufferData(File).take_front(Offset).rtrim();
  llvm::StringRef LastLine = Before.substr(Before.rfind('\n') + 1);
  if (LastLine.contains("//") || Before.ends_with("*/") ||
      llvm::any_of(tokensBeforeName(D, SM, LangOpts), [](const Token &Tok) {
        return Tok.isOneOf(tok::comma, tok::comment);
      })) {
    Refused = true;
    return *this;
  }
  return removeWithSemicolon(Begin, D.getEndLoc(), /*WithComment=*/true);
}

EditBuilder &EditBuilder::wrapType(const DeclaratorDecl &D,
                                   llvm::StringRef Template) {
  if (!isEditable(D.getBeginLoc()) || !isEditable(D.getLocation())) {
    Refused = true;
    return *this;
  }
  static constexpr llvm::StringLiteral Storage[] = {"static", "mutable",
                                                    "inline"};
  std::vector<Token> Tokens = tokensBeforeName(D, SM, LangOpts);
  auto Type = llvm::find_if(Tokens, [](const Token &Tok) {
    return !Tok.is(tok::raw_identifier) ||
           !llvm::is_contained(Storage, Tok.getRawIdentifier());
  });
  static constexpr llvm::StringLiteral Unlike[] = {
      "static", "mutable",  "inline",        "thread_local", "constinit",
      "auto",   "decltype", "__attribute__", "alignas",      "volatile",
      "enum",   "struct",   "class",         "union"};
  bool IsPlain = std::all_of(Type, Tokens.end(), [](const Token &Tok) {
    return Tok.is(tok::raw_identifier)
               ? !llvm::is_contained(Unlike, Tok.getRawIdentifier())
               : Tok.isOneOf(tok::star, tok::coloncolon, tok::less,
                             tok::greater);
  });
  if (Type == Tokens.end() || !IsPlain ||
      !isFollowedBy(D.getLocation(), {tok::semi, tok::equal, tok::l_brace}) ||
      !isFollowedBy(D.getEndLoc(), {tok::semi})) {
    Refused = true;
    return *this;
  }
  SourceLocation End = Tokens.back().getEndLoc();
  insertAt(Type->getLocation(), (Template + "<").str());
  return insertAt(End, End == D.getLocation() ? "> " : ">");
}

EditBuilder &EditBuilder::removeWithSemicolon(SourceLocation Begin,
                                              SourceLocation End,
                                              bool WithComment) {
  SourceLocation Semicolon;
  if (isEditable(Begin) && isEditable(End))
    Semicolon = Lexer::findLocationAfterToken(
        End, tok::semi, SM, LangOpts,
        /*SkipTrailingWhitespaceAndNewLine=*/false);
  if (Semicolon.isInvalid()) {
    Refused = true;
    return *this;
  }
  auto [File, First] = SM.getDecomposedLoc(Begin);
  unsigned Last = SM.getFileOffset(Semicolon);
  llvm::StringRef Text = SM.getBufferData(File);
  llvm::StringRef Rest =
      Text.substr(Last).take_until([](char C) { return C == '\n'; });
  bool IsCommented = Rest.trim().starts_with("//");
  if ((IsCommented && !WithComment) || Rest.trim().starts_with("/*")) {
    Refused = true;
    return *this;
  }
  // With the end of the line before, so that what follows stays as it is.
  std::optional<llvm::StringRef> Indent = indentation(Begin, SM);
  if (Indent && (IsCommented || Rest.trim().empty()) &&
      First > Indent->size()) {
    First -= Indent->size() + 1;
    if (First > 0 && Text[First - 1] == '\r')
      --First;
    Last += Rest.rtrim("\r").size();
  }
  SourceLocation Start = SM.getLocForStartOfFile(File);
  Changes.push_back(FixItHint::CreateRemoval(CharSourceRange::getCharRange(
      Start.getLocWithOffset(static_cast<int>(First)),
      Start.getLocWithOffset(static_cast<int>(Last)))));
  return *this;
}

EditBuilder &EditBuilder::includeHeader(SourceLocation Loc,
                                        llvm::StringRef Header) {
  if (!isEditable(Loc)) {
    Refused = true;
    return *this;
  }
  FileID File = SM.getFileID(Loc);
  tooling::HeaderIncludes Includes(SM.getFilename(Loc), SM.getBufferData(File),
                                   tooling::IncludeStyle());
  std::optional<tooling::Replacement> Added = Includes.insert(
      Header, /*IsAngled=*/true, tooling::IncludeDirective::Include);
  if (Added)
    Changes.push_back(FixItHint::CreateInsertion(
        SM.getLocForStartOfFile(File).getLocWithOffset(
            static_cast<int>(Added->getOffset())),
        Added->getReplacementText()));
  return *this;
}

// Whether a file writes `T& Name` more often than `T &Name`.
static bool bindsToType(llvm::StringRef Text) {
  auto IsWord = [](char C) { return llvm::isAlnum(C) || C == '_' || C == '>'; };
  int ToType = 0;
  for (size_t I = Text.find('&'); I != llvm::StringRef::npos;
       I = Text.find('&', I + 1)) {
    if (I < 2 || I + 2 >= Text.size())
      continue;
    if (IsWord(Text[I - 1]) && Text[I + 1] == ' ' && IsWord(Text[I + 2]))
      ++ToType;
    else if (IsWord(Text[I - 2]) && Text[I - 1] == ' ' && IsWord(Text[I + 1]))
      --ToType;
  }
  return ToType > 0;
}

// Where the type of V is written, without references.
static SourceLocation endOfValueType(const VarDecl &V) {
  const TypeSourceInfo *Info = V.getTypeSourceInfo();
  if (!Info)
    return SourceLocation();
  TypeLoc Loc = Info->getTypeLoc();
  if (auto Reference = Loc.getAs<ReferenceTypeLoc>())
    Loc = Reference.getPointeeLoc();
  return Loc.getEndLoc();
}

bool EditBuilder::isFollowedBy(SourceLocation Loc,
                               llvm::ArrayRef<tok::TokenKind> Kinds) const {
  std::optional<Token> Next =
      Lexer::findNextToken(Loc, SM, LangOpts, /*IncludeComments=*/true);
  return Next && llvm::is_contained(Kinds, Next->getKind());
}

// Puts `&` between the type and the name, if any.
void EditBuilder::insertAmpersand(const VarDecl &V, SourceLocation TypeEnd) {
  SourceLocation Name = V.getLocation();
  bool IsNamed = isa<DecompositionDecl>(V) || V.getIdentifier() != nullptr;
  llvm::StringRef Text = SM.getBufferData(SM.getFileID(TypeEnd));
  bool ToType = bindsToType(Text);
  if (!IsNamed) {
    // `T const` has its end after `const`.
    Refused |= !isFollowedBy(TypeEnd, {tok::comma, tok::r_paren});
    Changes.push_back(FixItHint::CreateInsertion(
        Lexer::getLocForEndOfToken(TypeEnd, 0, SM, LangOpts),
        ToType ? "&" : " &"));
    return;
  }
  if (!isEditable(Name)) {
    Refused = true;
    return;
  }
  int Offset = static_cast<int>(SM.getFileOffset(Name));
  int Gap =
      static_cast<int>(Text.take_front(Offset).find_last_not_of(" \t\r\n") + 1);
  // `auto[A, B]` has none.
  if (Gap == Offset)
    Changes.push_back(FixItHint::CreateInsertion(Name, ToType ? "& " : " &"));
  else
    Changes.push_back(FixItHint::CreateInsertion(
        ToType ? Name.getLocWithOffset(Gap - Offset) : Name, "&"));
}

EditBuilder &EditBuilder::makeConstReference(const VarDecl &V,
                                             llvm::StringRef Type) {
  SourceLocation Begin = V.getBeginLoc();
  SourceLocation TypeEnd = endOfValueType(V);
  if (!isEditable(Begin) || !isEditable(TypeEnd) ||
      V.getType().isVolatileQualified() ||
      SM.getFileID(Begin) != SM.getFileID(TypeEnd)) {
    Refused = true;
    return *this;
  }
  bool IsConst = V.getType().getNonReferenceType().isConstQualified();
  if (!Type.empty()) {
    // `T const &` has more of the type behind its end.
    Refused |= !isFollowedBy(TypeEnd,
                             {tok::identifier, tok::raw_identifier, tok::amp});
    Changes.push_back(FixItHint::CreateReplacement(SourceRange(Begin, TypeEnd),
                                                   ("const " + Type).str()));
  } else if (!IsConst) {
    Changes.push_back(FixItHint::CreateInsertion(Begin, "const "));
  }
  if (!V.getType()->isReferenceType())
    insertAmpersand(V, TypeEnd);
  return *this;
}

// --- Whole lines

/// The lines that a statement has to itself.
struct EditBuilder::Lines {
  FileID File;
  llvm::StringRef Buffer;
  /// Of the first line's first character, and behind the last line's end.
  unsigned Begin = 0;
  unsigned End = 0;
  llvm::StringRef Indent;

  llvm::StringRef text() const { return Buffer.slice(Begin, End); }
  /// Where the comment lines right before them begin; nothing if one of them
  /// is the end of a comment of several lines.
  std::optional<unsigned> beginOfComments() const;
};

std::optional<unsigned> EditBuilder::Lines::beginOfComments() const {
  unsigned At = Begin;
  while (At > 0) {
    llvm::StringRef Before = Buffer.take_front(At - 1);
    llvm::StringRef Line = Before.substr(Before.rfind('\n') + 1).trim();
    if (Line.ends_with("*/"))
      return std::nullopt;
    if (!Line.starts_with("//"))
      break;
    At = static_cast<unsigned>(Before.rfind('\n') + 1);
  }
  return At;
}

// Behind the semicolon of a statement that ends with one.
static SourceLocation endOfStatement(const Stmt &S, const SourceManager &SM,
                                     const LangOptions &LangOpts) {
  SourceLocation Last = S.getEndLoc();
  if (Last.isInvalid() || Last.isMacroID())
    return {};
  Token Own;
  if (Lexer::getRawToken(Last, Own, SM, LangOpts))
    return {};
  std::optional<Token> Next = Lexer::findNextToken(Last, SM, LangOpts);
  if (Own.isNot(tok::semi) && Next && Next->is(tok::semi))
    return Next->getEndLoc();
  bool IsWhole = Own.is(tok::semi) || Own.is(tok::r_brace);
  return IsWhole ? Own.getEndLoc() : SourceLocation();
}

std::optional<EditBuilder::Lines> EditBuilder::linesOf(const Stmt &S) const {
  SourceLocation Begin = S.getBeginLoc();
  if (Begin.isInvalid() || Begin.isMacroID() || SM.isInSystemHeader(Begin))
    return std::nullopt;
  SourceLocation End = endOfStatement(S, SM, LangOpts);
  std::optional<llvm::StringRef> Indent = indentation(Begin, SM);
  if (End.isInvalid() || !Indent || SM.getFileID(Begin) != SM.getFileID(End))
    return std::nullopt;
  Lines L;
  L.File = SM.getFileID(Begin);
  L.Buffer = SM.getBufferData(L.File);
  L.Begin = SM.getFileOffset(Begin) - static_cast<unsigned>(Indent->size());
  L.Indent = *Indent;
  size_t LineEnd = L.Buffer.find('\n', SM.getFileOffset(End));
  if (LineEnd == llvm::StringRef::npos || L.Begin == 0)
    return std::nullopt;
  llvm::StringRef Rest = L.Buffer.slice(SM.getFileOffset(End), LineEnd).trim();
  if (!Rest.empty() && !Rest.starts_with("//"))
    return std::nullopt;
  L.End = static_cast<unsigned>(LineEnd + 1);
  return L;
}

SourceLocation EditBuilder::at(const Lines &L, unsigned Offset) const {
  return SM.getLocForStartOfFile(L.File).getLocWithOffset(
      static_cast<int>(Offset));
}

void EditBuilder::insertAtLine(const Lines &L, unsigned Offset,
                               llvm::StringRef Text) {
  Changes.push_back(FixItHint::CreateInsertion(at(L, Offset), Text));
}

// From line end to line end: clang-tidy would take what is behind a removed
// line's end for superfluous white space.
void EditBuilder::removeLines(const Lines &L) {
  Changes.push_back(FixItHint::CreateRemoval(
      CharSourceRange::getCharRange(at(L, L.Begin - 1), at(L, L.End - 1))));
}

EditBuilder &EditBuilder::moveBefore(const Stmt &S, const Stmt &Target) {
  std::optional<Lines> From = linesOf(S);
  std::optional<Lines> To = linesOf(Target);
  std::optional<unsigned> Comments =
      From ? From->beginOfComments() : std::nullopt;
  std::optional<unsigned> At = To ? To->beginOfComments() : std::nullopt;
  if (!Comments || *Comments != From->Begin || !At ||
      From->Indent != To->Indent || From->File != To->File) {
    Refused = true;
    return *this;
  }
  insertAtLine(*To, *At, From->text());
  removeLines(*From);
  return *this;
}

EditBuilder &EditBuilder::moveAfter(const Stmt &S, const Stmt &Target,
                                    llvm::StringRef Then) {
  std::optional<Lines> From = linesOf(S);
  std::optional<Lines> To = linesOf(Target);
  std::optional<unsigned> Comments =
      From ? From->beginOfComments() : std::nullopt;
  if (!Comments || *Comments != From->Begin || !To ||
      From->Indent != To->Indent || From->File != To->File) {
    Refused = true;
    return *this;
  }
  std::string Text = From->text().str();
  if (!Then.empty())
    Text += (From->Indent + Then + lineEnding(S.getBeginLoc(), SM)).str();
  insertAtLine(*To, To->End, Text);
  removeLines(*From);
  return *this;
}

EditBuilder &EditBuilder::insertStatementAfter(const Stmt &S,
                                               llvm::StringRef Text) {
  std::optional<Lines> L = linesOf(S);
  if (!L) {
    Refused = true;
    return *this;
  }
  insertAtLine(*L, L->End,
               (L->Indent + Text + lineEnding(S.getBeginLoc(), SM)).str());
  return *this;
}

// What statements in Outer are indented by beyond Outer itself.
static std::optional<llvm::StringRef> indentUnit(const CompoundStmt &Outer,
                                                 llvm::StringRef Indent,
                                                 const SourceManager &SM) {
  SourceLocation Brace = Outer.getRBracLoc();
  if (Brace.isInvalid() || Brace.isMacroID())
    return std::nullopt;
  std::optional<llvm::StringRef> Base = indentation(Brace, SM);
  if (!Base || !Indent.starts_with(*Base) || Indent.size() <= Base->size())
    return std::nullopt;
  return Indent.drop_front(Base->size());
}

// Whether adding white space to the beginning of its lines changes no token.
static bool isIndentable(llvm::StringRef Text) {
  if (Text.contains("R\"") || Text.contains("/*") || Text.contains("\\\n") ||
      Text.contains("\\\r\n"))
    return false;
  llvm::SmallVector<llvm::StringRef, 16> All;
  Text.split(All, '\n');
  return llvm::none_of(
      All, [](llvm::StringRef Line) { return Line.ltrim().starts_with("#"); });
}

EditBuilder &EditBuilder::encloseInBlock(const CompoundStmt &Outer,
                                         const Stmt &First, const Stmt &Last,
                                         const Stmt *Leading,
                                         llvm::StringRef Before,
                                         llvm::StringRef AtEnd) {
  std::optional<Lines> From = linesOf(First);
  std::optional<Lines> To = linesOf(Last);
  std::optional<Lines> Moved = Leading ? linesOf(*Leading) : std::nullopt;
  std::optional<unsigned> Begin = From ? From->beginOfComments() : std::nullopt;
  std::optional<unsigned> MovedBegin =
      Moved ? Moved->beginOfComments() : std::nullopt;
  std::optional<llvm::StringRef> Unit =
      From ? indentUnit(Outer, From->Indent, SM) : std::nullopt;
  bool IsMovable = !Leading || (Moved && MovedBegin == Moved->Begin &&
                                Moved->Indent == From->Indent &&
                                isIndentable(Moved->text()));
  if (!From || !To || !Begin || !Unit || !IsMovable || From->File != To->File ||
      From->Indent != To->Indent ||
      !isIndentable(From->Buffer.slice(*Begin, To->End))) {
    Refused = true;
    return *this;
  }
  llvm::StringRef Newline = lineEnding(First.getBeginLoc(), SM);
  auto Indented = [&](llvm::StringRef Text) {
    std::string Result;
    while (!Text.empty()) {
      auto [Line, Rest] = Text.split('\n');
      if (!Line.trim().empty())
        Result += *Unit;
      Result.append(Line).append("\n");
      Text = Rest;
    }
    return Result;
  };
  std::string Text;
  if (!Before.empty())
    Text = (From->Indent + Before + Newline).str();
  Text += (From->Indent + "{" + Newline).str();
  if (Leading) {
    Text += Indented(Moved->text());
    removeLines(*Moved);
  }
  Text += Indented(From->Buffer.slice(*Begin, To->End));
  if (!AtEnd.empty())
    Text += (From->Indent + *Unit + AtEnd + Newline).str();
  Text += (From->Indent + "}" + Newline).str();
  Changes.push_back(FixItHint::CreateReplacement(
      CharSourceRange::getCharRange(at(*From, *Begin), at(*From, To->End)),
      Text));
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

bool whet::hasComment(SourceRange Range, const SourceManager &SM,
                      const LangOptions &LangOpts) {
  SourceLocation At = Range.getBegin();
  while (At.isValid() && At.isFileID() && At < Range.getEnd()) {
    std::optional<Token> Next =
        Lexer::findNextToken(At, SM, LangOpts, /*IncludeComments=*/true);
    if (!Next || Next->is(tok::comment))
      return Next.has_value();
    At = Next->getLocation();
  }
  return false;
}
