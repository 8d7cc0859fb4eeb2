#include "whet/analysis/PositionOrder.h"
#include "whet/analysis/InitialiserEffects.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"

using namespace whet;
using namespace clang;

SourceLocation PositionalUse::location() const {
  if (List)
    return List->getBeginLoc();
  return Parens ? Parens->getBeginLoc() : Binding->getLocation();
}

namespace {
/// What a list says of a field.
struct Element {
  const FieldDecl *Field = nullptr;
  /// Its text; invalid for what is left out.
  CharSourceRange Text;
  InitialiserEffects Effects;

  bool isWritten() const { return Text.isValid(); }
};

/// Puts elements of one use into the order of the fields.
class PositionWriter {
public:
  PositionWriter(const PositionalUse &Use,
                 llvm::ArrayRef<const FieldDecl *> Fields,
                 const ASTContext &Ctx)
      : Use(Use), SM(Ctx.getSourceManager()), LangOpts(Ctx.getLangOpts()) {
    Position.reserve(Fields.size());
    for (unsigned I = 0; I < Fields.size(); ++I)
      Position[Fields[I]] = I;
  }

  Rewriting order();

private:
  bool collectList();
  bool collectDesignated(const InitListExpr &Written);
  bool collectPositional(llvm::ArrayRef<const Expr *> Written,
                         llvm::ArrayRef<const Expr *> Inits);
  bool collectBinding();
  bool add(const FieldDecl *Field, SourceRange Written, const Expr *Init);
  bool takeComments();
  bool checkEffects();
  std::vector<const Element *> ordered() const;
  void write(llvm::ArrayRef<const Element *> Then);
  bool isOnOneLine(size_t First) const;
  std::string join(llvm::ArrayRef<const Element *> Then, size_t First,
                   size_t Count) const;

  llvm::StringRef text(CharSourceRange Range) const {
    return Lexer::getSourceText(Range, SM, LangOpts);
  }
  SourceRange brackets() const;
  llvm::StringRef separator(size_t I) const {
    return text(CharSourceRange::getCharRange(Elements[I].Text.getEnd(),
                                              Elements[I + 1].Text.getBegin()));
  }
  bool fail(llvm::StringRef What) {
    Result.Problem = Rewriting::Obstacle{Use.location(), What.str()};
    return false;
  }

  const PositionalUse &Use;
  const SourceManager &SM;
  const LangOptions &LangOpts;
  llvm::DenseMap<const FieldDecl *, unsigned> Position;
  /// In the order of the source; what is left out comes last.
  std::vector<Element> Elements;
  size_t NumWritten = 0;
  bool IsDesignated = false;
  Rewriting Result;
};
} // namespace

// --- What is written ---------------------------------------------------------

bool PositionWriter::add(const FieldDecl *Field, SourceRange Written,
                         const Expr *Init) {
  Element E;
  E.Field = Field;
  if (Written.isValid()) {
    E.Text = Lexer::makeFileCharRange(CharSourceRange::getTokenRange(Written),
                                      SM, LangOpts);
    if (E.Text.isInvalid())
      return fail("a macro is in the list of values here");
    ++NumWritten;
  }
  if (Init) {
    E.Effects = effectsOf(*Init);
    // Unlike those of a constructor, values of a list may be reached by what is
    // called beside them.
    E.Effects.ReadsMemory |=
        !E.Effects.Fields.empty() ||
        llvm::any_of(E.Effects.Mentioned, [](const VarDecl *V) {
          return !V->getType().isConstQualified();
        });
  }
  Elements.push_back(std::move(E));
  return true;
}

// Fields in the order of their declaration, as far as lists can name them.
static llvm::SmallVector<const FieldDecl *, 8>
listedFields(const CXXRecordDecl &Record) {
  llvm::SmallVector<const FieldDecl *, 8> Fields;
  for (const FieldDecl *Field : Record.fields())
    if (!Field->isUnnamedBitField())
      Fields.push_back(Field);
  return Fields;
}

// Inits are all of the object's, bases first; of Written, the last may be
// missing.
bool PositionWriter::collectPositional(llvm::ArrayRef<const Expr *> Written,
                                       llvm::ArrayRef<const Expr *> Inits) {
  auto Fields = listedFields(*Use.Record);
  size_t Bases = Use.Record->getNumBases();
  if (Inits.size() != Bases + Fields.size() || Written.size() > Inits.size())
    return fail("the list here leaves out inner braces");
  for (size_t I = Bases; I < Inits.size(); ++I) {
    bool IsWritten = I < Written.size();
    const Expr *Init = Inits[I];
    if (IsWritten && Init &&
        Written[I]->getSourceRange() != Init->getSourceRange())
      return fail("the list here leaves out inner braces");
    if (!add(Fields[I - Bases],
             IsWritten ? Written[I]->getSourceRange() : SourceRange(), Init))
      return false;
  }
  return true;
}

bool PositionWriter::collectDesignated(const InitListExpr &Written) {
  IsDesignated = true;
  for (const Expr *Init : Written.inits()) {
    const auto *Designated = dyn_cast<DesignatedInitExpr>(Init);
    const FieldDecl *Field =
        Designated && Designated->size() > 0 &&
                Designated->getDesignator(0)->isFieldDesignator()
            ? Designated->getDesignator(0)->getFieldDecl()
            : nullptr;
    if (!Field || !Position.contains(Field))
      return fail("the list here names some fields only");
    if (!add(Field, Init->getSourceRange(), Designated->getInit()))
      return false;
  }
  return true;
}

bool PositionWriter::collectList() {
  const InitListExpr &List = *Use.List;
  const InitListExpr *Syntactic =
      List.isSyntacticForm() ? &List : List.getSyntacticForm();
  const InitListExpr &Written = Syntactic ? *Syntactic : List;
  if (!Written.isExplicit())
    return fail("the list here leaves out inner braces");
  if (llvm::any_of(Written.inits(), [](const Expr *Init) {
        return isa<DesignatedInitExpr>(Init);
      }))
    return collectDesignated(Written);
  return collectPositional(Written.inits(), List.inits());
}

bool PositionWriter::collectBinding() {
  for (const BindingDecl *B : Use.Binding->bindings()) {
    const auto *Member =
        B->getBinding()
            ? dyn_cast<MemberExpr>(B->getBinding()->IgnoreParenImpCasts())
            : nullptr;
    const auto *Field =
        Member ? dyn_cast<FieldDecl>(Member->getMemberDecl()) : nullptr;
    if (!Field || B->hasAttrs() ||
        !add(Field, SourceRange(B->getLocation()), nullptr))
      return fail("the binding here is not of plain names");
  }
  return true;
}

// What is behind the opening brace, up to the first value, and so on.
SourceRange PositionWriter::brackets() const {
  if (Use.Binding)
    return {Use.Binding->getBeginLoc(), Elements[NumWritten - 1].Text.getEnd()};
  SourceRange Range =
      Use.List ? Use.List->getSourceRange() : Use.Parens->getSourceRange();
  return {Range.getBegin(), Range.getEnd()};
}

// A comment right in front of a value, `/*IsUsed=*/true`, goes along; others
// may be about what is where they are.
bool PositionWriter::takeComments() {
  SourceRange Brackets = brackets();
  SourceLocation Behind = SM.getFileLoc(Brackets.getBegin());
  for (size_t I = 0; I <= NumWritten; ++I) {
    bool IsLast = I == NumWritten;
    SourceLocation Until =
        IsLast ? SM.getFileLoc(Brackets.getEnd()) : Elements[I].Text.getBegin();
    llvm::StringRef Between =
        text(CharSourceRange::getCharRange(Behind, Until));
    size_t Comment = Between.find("/*");
    bool GoesAlong = !IsLast && Comment != llvm::StringRef::npos &&
                     Between.find("*/") == Between.rtrim().size() - 2 &&
                     !Between.substr(Comment).contains('\n');
    llvm::StringRef Left = GoesAlong ? Between.take_front(Comment) : Between;
    if (Left.contains("//") || Left.contains("/*") || Left.contains('#'))
      return fail("a comment is among the values here");
    if (GoesAlong)
      Elements[I].Text.setBegin(
          Behind.getLocWithOffset(static_cast<int>(Comment)));
    if (!IsLast)
      Behind = Elements[I].Text.getEnd();
  }
  return true;
}

// --- The new order -----------------------------------------------------------

bool PositionWriter::checkEffects() {
  for (size_t I = 0; I < Elements.size(); ++I)
    for (size_t J = I + 1; J < Elements.size(); ++J) {
      const Element &A = Elements[I];
      const Element &B = Elements[J];
      bool WasBefore = A.Field->getFieldIndex() < B.Field->getFieldIndex();
      bool IsBefore = Position.lookup(A.Field) < Position.lookup(B.Field);
      if (WasBefore != IsBefore && A.Effects.mayNotice(B.Effects))
        return fail("the values of '" + A.Field->getNameAsString() + "' and '" +
                    B.Field->getNameAsString() +
                    "' here may depend on the order in which they are "
                    "computed");
    }
  return true;
}

// The elements as they have to be written; null is `{}`.
std::vector<const Element *> PositionWriter::ordered() const {
  std::vector<const Element *> Then;
  Then.reserve(Elements.size());
  for (const Element &E : Elements)
    Then.push_back(&E);
  llvm::sort(Then, [&](const Element *A, const Element *B) {
    return Position.lookup(A->Field) < Position.lookup(B->Field);
  });
  while (!Then.empty() && !Then.back()->isWritten())
    Then.pop_back();
  return Then;
}

// A value takes what separates it from the next along, so that lines and
// columns stay as they are. What was last has nothing to take, and gets what
// the new last one leaves.
std::string PositionWriter::join(llvm::ArrayRef<const Element *> Then,
                                 size_t First, size_t Count) const {
  auto IndexOf = [&](size_t I) {
    return static_cast<size_t>(Then[I] - Elements.data());
  };
  size_t OldLast = std::min(First + Count, NumWritten) - 1;
  size_t NewLast = IndexOf(First + Count - 1);
  std::string Text;
  for (size_t I = First; I < First + Count; ++I) {
    const Element &E = *Then[I];
    Text += E.isWritten() ? text(E.Text).str() : "{}";
    if (I + 1 == First + Count)
      break;
    size_t Own = IndexOf(I) == OldLast ? NewLast : IndexOf(I);
    Text += Own < OldLast ? separator(Own).str() : ", ";
  }
  return Text;
}

bool PositionWriter::isOnOneLine(size_t First) const {
  for (size_t I = First; I + 1 < NumWritten; ++I)
    if (separator(I).contains('\n'))
      return false;
  return true;
}

void PositionWriter::write(llvm::ArrayRef<const Element *> Then) {
  size_t First = 0;
  while (First < NumWritten && Then[First] == &Elements[First])
    ++First;
  if (First == NumWritten && Then.size() == NumWritten)
    return;
  size_t Last = NumWritten - 1;
  size_t End = Then.size();
  // Columns are kept by the spaces behind all values up to the last.
  if (Then.size() == NumWritten && !isOnOneLine(First))
    while (Then[Last] == &Elements[Last])
      End = Last--;
  for (const Element *E : Then)
    if (!E->isWritten() && E->Field->hasInClassInitializer()) {
      fail("the list here leaves the value of '" + E->Field->getNameAsString() +
           "' to its default");
      return;
    }
  SourceLocation Begin = Elements[First].Text.getBegin();
  SourceLocation Stop = Elements[Last].Text.getEnd();
  if (SM.getFileID(Begin) != SM.getFileID(Stop) ||
      SM.getFileOffset(Begin) > SM.getFileOffset(Stop)) {
    fail("a macro is in the list of values here");
    return;
  }
  CharSourceRange Range = CharSourceRange::getCharRange(Begin, Stop);
  Result.Changes.push_back(
      FixItHint::CreateReplacement(Range, join(Then, First, End - First)));
}

Rewriting PositionWriter::order() {
  if (Use.IsOfTemplate) {
    fail("a template names its fields by position here");
    return std::move(Result);
  }
  bool IsCollected =
      Use.Binding ? collectBinding()
      : Use.List  ? collectList()
                  : collectPositional(Use.Parens->getUserSpecifiedInitExprs(),
                                      Use.Parens->getInitExprs());
  if (!IsCollected || NumWritten == 0 || !checkEffects() || !takeComments())
    return std::move(Result);
  write(ordered());
  return std::move(Result);
}

Rewriting whet::orderPositions(const PositionalUse &Use,
                               llvm::ArrayRef<const FieldDecl *> Fields,
                               const ASTContext &Ctx) {
  return PositionWriter(Use, Fields, Ctx).order();
}
