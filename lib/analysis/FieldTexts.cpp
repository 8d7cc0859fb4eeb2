#include "whet/analysis/FieldTexts.h"
#include "whet/analysis/FieldOrder.h"
#include "clang/AST/ASTContext.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace whet;
using namespace clang;

namespace {
/// The whole lines that a field is declared on, without the last line's end.
struct FieldLines {
  /// Lines of the record's file, from 0.
  unsigned First = 0;
  unsigned Last = 0;
  /// The field's own first line; what is above is a comment.
  unsigned Own = 0;
  /// Fields that one comment above the first of them is for have its line; 0
  /// for none.
  unsigned Heading = 0;
};

/// Moves lines of one file.
class LineMover {
public:
  LineMover(const CXXRecordDecl &Record,
            llvm::ArrayRef<const FieldDecl *> Fields);

  Rewriting move();

private:
  using Problem = Rewriting::Obstacle;

  llvm::StringRef line(unsigned Number) const { return Lines[Number]; }
  unsigned lineOf(SourceLocation Loc) const {
    return SM.getSpellingLineNumber(Loc) - 1;
  }
  bool isComment(unsigned Line) const {
    llvm::StringRef Text = line(Line).trim();
    return Text.starts_with("//") ||
           (Text.starts_with("/*") && Text.find("*/") == Text.size() - 2);
  }
  bool isBlank(unsigned Line) const { return line(Line).trim().empty(); }

  bool measure(const FieldDecl &Field);
  bool measureEnd(const FieldDecl &Field, FieldLines &Lines);
  bool measureComment(const FieldDecl &Field, FieldLines &Lines);
  void findHeadings();
  bool checkMove(const FieldDecl &Field, const FieldDecl *Previous,
                 const FieldDecl *Next);
  bool checkTypes(const FieldDecl &Field, const FieldDecl *Previous);
  bool checkMentions();
  bool checkDirectives(unsigned From, unsigned To);
  bool fail(SourceLocation Where, llvm::StringRef What) {
    Result.Problem = Problem{Where, What.str()};
    return false;
  }
  std::string named(const FieldDecl &Field) const {
    return "'" + Field.getNameAsString() + "'";
  }
  unsigned sectionOf(const FieldDecl &Field) const {
    return Sections.lookup(&Field);
  }
  void write(
      const llvm::DenseMap<const FieldDecl *,
                           llvm::SmallVector<const FieldDecl *, 4>> &Followers,
      llvm::ArrayRef<const FieldDecl *> InFront);

  const CXXRecordDecl &Record;
  llvm::ArrayRef<const FieldDecl *> Fields;
  const SourceManager &SM;
  const LangOptions &LangOpts;
  FileID File;
  llvm::SmallVector<llvm::StringRef, 0> Lines;
  llvm::DenseMap<const FieldDecl *, FieldLines> LinesOf;
  llvm::DenseMap<const FieldDecl *, unsigned> Sections;
  llvm::SmallPtrSet<const FieldDecl *, 8> Staying;
  /// Those that move, and those beside which they come.
  llvm::SmallPtrSet<const FieldDecl *, 8> Affected;
  Rewriting Result;
};
} // namespace

LineMover::LineMover(const CXXRecordDecl &Record,
                     llvm::ArrayRef<const FieldDecl *> Fields)
    : Record(Record), Fields(Fields),
      SM(Record.getASTContext().getSourceManager()),
      LangOpts(Record.getASTContext().getLangOpts()),
      File(SM.getFileID(Record.getLocation())) {
  SM.getBufferData(File).split(Lines, '\n');
  unsigned Section = 0;
  for (const Decl *D : Record.decls()) {
    if (isa<AccessSpecDecl>(D))
      ++Section;
    else if (const auto *Field = dyn_cast<FieldDecl>(D))
      Sections[Field] = Section;
  }
  Staying = stayingFields(Fields);
}

// --- The lines of a declaration ----------------------------------------------

// To the semicolon, and to the end of the comment behind it.
bool LineMover::measureEnd(const FieldDecl &Field, FieldLines &L) {
  SourceLocation Loc =
      Lexer::getLocForEndOfToken(Field.getEndLoc(), 0, SM, LangOpts);
  // Attributes and macros that stand for them may follow.
  Token Tok;
  unsigned Depth = 0;
  for (;; Loc = Tok.getEndLoc()) {
    if (Loc.isInvalid() || Loc.isMacroID() ||
        Lexer::getRawToken(Loc, Tok, SM, LangOpts, /*IgnoreWhiteSpace=*/true))
      return fail(Field.getLocation(), "the declaration of " + named(Field) +
                                           " cannot be read as lines");
    if (Tok.is(tok::semi) && Depth == 0)
      break;
    if (Tok.isOneOf(tok::l_paren, tok::l_square))
      ++Depth;
    else if (Tok.isOneOf(tok::r_paren, tok::r_square) && Depth > 0)
      --Depth;
    else if (Depth == 0 && !Tok.isOneOf(tok::raw_identifier))
      return fail(Field.getLocation(),
                  named(Field) + " shares its declaration with others");
  }
  L.Last = lineOf(Tok.getLocation());
  unsigned Column = SM.getSpellingColumnNumber(Tok.getEndLoc()) - 1;
  llvm::StringRef Behind = line(L.Last).substr(Column).trim();
  if (Behind.empty())
    return true;
  bool IsBlock = Behind.starts_with("/*") && Behind.ends_with("*/") &&
                 Behind.find("*/") == Behind.size() - 2;
  if (!Behind.starts_with("//") && !IsBlock)
    return fail(Field.getLocation(),
                named(Field) + " shares its line with others");
  // It may go on below, further to the right than a declaration.
  size_t Indent = line(L.Own).find_first_not_of(" \t");
  while (L.Last + 1 < Lines.size() && isComment(L.Last + 1) &&
         line(L.Last + 1).find_first_not_of(" \t") > Indent)
    ++L.Last;
  return true;
}

// The comment right above.
bool LineMover::measureComment(const FieldDecl &Field, FieldLines &L) {
  L.First = L.Own;
  while (L.First > 0) {
    llvm::StringRef Above = line(L.First - 1).trim();
    if (isComment(L.First - 1)) {
      --L.First;
      continue;
    }
    if (Above.ends_with("*/")) {
      unsigned Open = L.First - 1;
      while (Open > 0 && line(Open).find("/*") == llvm::StringRef::npos)
        --Open;
      if (!line(Open).trim().starts_with("/*"))
        return true; // behind another declaration
      L.First = Open;
      continue;
    }
    if (Above.starts_with("#"))
      return true;
    size_t Comment = Above.find("//");
    llvm::StringRef Code = Above.take_front(Comment).rtrim();
    if (Code.ends_with("*/"))
      Code = Code.take_front(Code.rfind("/*")).rtrim();
    if (Code.empty() || llvm::is_contained(";{}:", Code.back()))
      return true;
    return fail(Field.getLocation(), "what is above " + named(Field) +
                                         " may belong to its declaration");
  }
  return true;
}

bool LineMover::measure(const FieldDecl &Field) {
  if (LinesOf.contains(&Field))
    return true;
  if (!Field.getIdentifier())
    return fail(Field.getLocation(), "a field that has to move, or beside "
                                     "which one has to, has no name");
  SourceLocation Begin = Field.getBeginLoc();
  if (Begin.isMacroID() || Field.getEndLoc().isMacroID() ||
      SM.getFileID(Begin) != File)
    return fail(Field.getLocation(), named(Field) + " comes from a macro");
  FieldLines L;
  L.Own = lineOf(Begin);
  unsigned Column = SM.getSpellingColumnNumber(Begin) - 1;
  llvm::StringRef Before = line(L.Own).take_front(Column).trim();
  bool IsAttribute = Before.starts_with("[[") && Before.ends_with("]]");
  if (!Before.empty() && !IsAttribute)
    return fail(Field.getLocation(),
                named(Field) + " shares its line with others");
  if (!measureEnd(Field, L) || !measureComment(Field, L))
    return false;
  LinesOf[&Field] = L;
  return true;
}

// A comment above fields that follow one another without a gap is for all of
// them, unless it is one for documentation, or the next has its own.
void LineMover::findHeadings() {
  const FieldDecl *Previous = nullptr;
  for (const FieldDecl *Field : Record.fields()) {
    auto It = LinesOf.find(Field);
    if (It == LinesOf.end()) {
      Previous = nullptr;
      continue;
    }
    FieldLines &L = It->second;
    if (L.First != L.Own) {
      llvm::StringRef Text = line(L.First).trim();
      bool IsDocumentation = Text.starts_with("///") ||
                             Text.starts_with("/**") ||
                             Text.starts_with("//!") || Text.starts_with("/*!");
      L.Heading = IsDocumentation ? 0 : L.First;
    } else if (Previous && LinesOf[Previous].Last + 1 == L.First) {
      L.Heading = LinesOf[Previous].Heading;
    }
    Previous = Field;
  }
  // A comment of one field alone heads nothing.
  llvm::DenseMap<unsigned, unsigned> Count;
  for (auto &[Field, L] : LinesOf)
    ++Count[L.Heading];
  for (auto &[Field, L] : LinesOf)
    if (Count[L.Heading] == 1)
      L.Heading = 0;
}

// --- What is in the way
// --------------------------------------------------------

bool LineMover::checkMove(const FieldDecl &Field, const FieldDecl *Previous,
                          const FieldDecl *Next) {
  const FieldDecl *Neighbour = Previous ? Previous : Next;
  if (sectionOf(Field) != sectionOf(*Neighbour) &&
      Field.getAccess() != Neighbour->getAccess())
    return fail(Field.getLocation(),
                named(Field) + " would have another access");
  unsigned From = LinesOf[&Field].Heading;
  unsigned To = Previous ? LinesOf[Previous].Heading : 0;
  if (From != To)
    return fail(Field.getLocation(),
                named(Field) + " would leave, or come under, a comment that is "
                               "about several fields");
  return checkTypes(Field, Previous);
}

// Types and constants that the record declares have to stay in front of the
// fields that use them.
bool LineMover::checkTypes(const FieldDecl &Field, const FieldDecl *Previous) {
  unsigned From =
      Previous ? LinesOf[Previous].Last : LinesOf[*Record.field_begin()].First;
  unsigned To = LinesOf[&Field].First;
  for (const Decl *D : Record.decls()) {
    if (D->isImplicit() || isa<FieldDecl, CXXMethodDecl, AccessSpecDecl>(D))
      continue;
    unsigned Line = lineOf(SM.getFileLoc(D->getBeginLoc()));
    if (Line > From && Line < To)
      return fail(D->getLocation(), named(Field) +
                                        " would move in front of something "
                                        "else that is declared in between");
  }
  return true;
}

// A declaration that mentions another field, as in `char Copy[sizeof(A)]`.
bool LineMover::checkMentions() {
  llvm::StringMap<unsigned> Position;
  for (unsigned I = 0; I < Fields.size(); ++I)
    Position[Fields[I]->getName()] = I;
  for (unsigned I = 0; I < Fields.size(); ++I) {
    const FieldDecl &Field = *Fields[I];
    if (!Field.getIdentifier() || Field.getBeginLoc().isMacroID())
      continue;
    SourceLocation Loc = Field.getBeginLoc();
    SourceLocation End = Field.getEndLoc();
    for (Token Tok; Loc.isValid() && !SM.isBeforeInTranslationUnit(End, Loc);
         Loc = Tok.getEndLoc()) {
      if (Lexer::getRawToken(Loc, Tok, SM, LangOpts, true))
        break;
      if (!Tok.is(tok::raw_identifier))
        continue;
      auto It = Position.find(Tok.getRawIdentifier());
      if (It != Position.end() && It->second != I && It->second > I &&
          Fields[It->second]->getFieldIndex() < Field.getFieldIndex())
        return fail(Field.getLocation(), "the declaration of " + named(Field) +
                                             " names '" + It->first().str() +
                                             "'");
    }
  }
  return true;
}

bool LineMover::checkDirectives(unsigned From, unsigned To) {
  for (unsigned Line = From; Line <= To; ++Line)
    if (line(Line).trim().starts_with("#"))
      return fail(SM.translateLineCol(File, Line + 1, 1),
                  "a preprocessor directive is among the fields");
  return true;
}

// --- Moving ------------------------------------------------------------------

void LineMover::write(
    const llvm::DenseMap<const FieldDecl *,
                         llvm::SmallVector<const FieldDecl *, 4>> &Followers,
    llvm::ArrayRef<const FieldDecl *> InFront) {
  unsigned First = ~0U;
  unsigned Last = 0;
  for (const FieldDecl *Field : Affected) {
    First = std::min(First, LinesOf[Field].First);
    Last = std::max(Last, LinesOf[Field].Last);
  }
  if (!checkDirectives(First, Last))
    return;
  llvm::SmallVector<llvm::StringRef, 32> Text;
  auto Append = [&](const FieldDecl *Field) {
    const FieldLines &L = LinesOf[Field];
    Text.append(Lines.begin() + L.First, Lines.begin() + L.Last + 1);
  };
  llvm::DenseMap<unsigned, const FieldDecl *> StartOf;
  StartOf.reserve(LinesOf.size());
  for (const auto &[Field, L] : LinesOf)
    StartOf[L.First] = Field;
  const FieldDecl *Foremost = *Record.field_begin();
  for (unsigned Line = First; Line <= Last; ++Line) {
    const FieldDecl *Field = StartOf.lookup(Line);
    if (Field && Field == Foremost)
      llvm::for_each(InFront, Append);
    if (!Field) {
      // Of a gap in which a field was, one blank line is left.
      if (!isBlank(Line) || Text.empty() || !Text.back().trim().empty() ||
          isBlank(Line - 1))
        Text.push_back(line(Line));
      continue;
    }
    if (Staying.contains(Field))
      Append(Field);
    if (auto It = Followers.find(Field); It != Followers.end())
      llvm::for_each(It->second, Append);
    Line = LinesOf[Field].Last;
  }
  SourceLocation Begin = SM.translateLineCol(File, First + 1, 1);
  SourceLocation End =
      SM.translateLineCol(File, Last + 1, 1)
          .getLocWithOffset(static_cast<int>(line(Last).size()));
  Result.Changes.push_back(FixItHint::CreateReplacement(
      CharSourceRange::getCharRange(Begin, End), llvm::join(Text, "\n")));
}

Rewriting LineMover::move() {
  llvm::DenseMap<const FieldDecl *, llvm::SmallVector<const FieldDecl *, 4>>
      Followers;
  llvm::SmallVector<const FieldDecl *, 4> InFront;
  const FieldDecl *Anchor = nullptr;
  bool AnyMoves = false;
  for (const FieldDecl *Field : Fields) {
    if (Staying.contains(Field)) {
      Anchor = Field;
      continue;
    }
    AnyMoves = true;
    Affected.insert(Field);
    Affected.insert(Anchor ? Anchor : *Record.field_begin());
    (Anchor ? Followers[Anchor] : InFront).push_back(Field);
  }
  if (!AnyMoves)
    return Result;
  for (const FieldDecl *Field : Record.fields())
    if (!measure(*Field)) {
      if (Affected.contains(Field))
        return std::move(Result);
      // Its lines stay as they are.
      Result.Problem.reset();
    }
  findHeadings();
  for (unsigned I = 0; I < Fields.size(); ++I)
    if (!Staying.contains(Fields[I]) &&
        !checkMove(*Fields[I], I == 0 ? nullptr : Fields[I - 1],
                   I == 0 ? *Record.field_begin() : nullptr))
      return std::move(Result);
  if (checkMentions())
    write(Followers, InFront);
  return std::move(Result);
}

Rewriting whet::moveFields(const CXXRecordDecl &Record,
                           llvm::ArrayRef<const FieldDecl *> Fields) {
  return LineMover(Record, Fields).move();
}
