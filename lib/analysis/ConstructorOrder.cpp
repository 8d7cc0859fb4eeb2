#include "whet/analysis/ConstructorOrder.h"
#include "whet/analysis/InitialiserEffects.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace whet;
using namespace clang;

// --- The list
// ------------------------------------------------------------------

namespace {
struct Initialiser {
  const CXXCtorInitializer *Init = nullptr;
  const FieldDecl *Field = nullptr;
  InitialiserEffects Effects;
};

class InitialiserOrder {
public:
  InitialiserOrder(const CXXConstructorDecl &Constructor,
                   llvm::ArrayRef<const FieldDecl *> Fields)
      : Constructor(Constructor),
        SM(Constructor.getASTContext().getSourceManager()),
        LangOpts(Constructor.getASTContext().getLangOpts()) {
    Position.reserve(Fields.size());
    for (unsigned I = 0; I < Fields.size(); ++I)
      Position[Fields[I]] = I;
  }

  Rewriting order();

private:
  void collect();
  bool check();
  void write();
  bool fail(SourceLocation Where, llvm::StringRef What) {
    Result.Problem = Rewriting::Obstacle{Where, What.str()};
    return false;
  }
  std::string text(SourceRange Range) const {
    return Lexer::getSourceText(CharSourceRange::getTokenRange(Range), SM,
                                LangOpts)
        .str();
  }

  const CXXConstructorDecl &Constructor;
  const SourceManager &SM;
  const LangOptions &LangOpts;
  llvm::DenseMap<const FieldDecl *, unsigned> Position;
  std::vector<Initialiser> Initialisers;
  Rewriting Result;
};
} // namespace

void InitialiserOrder::collect() {
  for (const CXXCtorInitializer *Init : Constructor.inits()) {
    const FieldDecl *Field = nullptr;
    if (Init->isMemberInitializer())
      Field = Init->getMember();
    else if (Init->isIndirectMemberInitializer())
      Field = cast<FieldDecl>(Init->getIndirectMember()->chain().front());
    if (!Field || !Init->getInit())
      continue;
    Initialisers.push_back({Init, Field, effectsOf(*Init->getInit())});
  }
}

// Whether what changes its order may do so.
bool InitialiserOrder::check() {
  for (const Initialiser &A : Initialisers)
    for (const Initialiser &B : Initialisers) {
      if (A.Field->getFieldIndex() >= B.Field->getFieldIndex() ||
          Position.lookup(A.Field) < Position.lookup(B.Field))
        continue;
      if (A.Effects.Fields.contains(B.Field) ||
          B.Effects.Fields.contains(A.Field) || A.Effects.HandsItOn ||
          B.Effects.HandsItOn || A.Effects.mayNotice(B.Effects))
        return fail(Constructor.getLocation(),
                    "what the constructor does for '" +
                        A.Field->getNameAsString() + "' and '" +
                        B.Field->getNameAsString() +
                        "' may depend on their order");
    }
  return true;
}

void InitialiserOrder::write() {
  llvm::SmallVector<const Initialiser *, 8> Written;
  for (const Initialiser &I : Initialisers)
    if (I.Init->isWritten())
      Written.push_back(&I);
  llvm::sort(Written, [](const Initialiser *A, const Initialiser *B) {
    return A->Init->getSourceOrder() < B->Init->getSourceOrder();
  });
  llvm::SmallVector<const Initialiser *, 8> Ordered = Written;
  llvm::sort(Ordered, [&](const Initialiser *A, const Initialiser *B) {
    return std::pair(Position.lookup(A->Field), A->Init->getSourceOrder()) <
           std::pair(Position.lookup(B->Field), B->Init->getSourceOrder());
  });
  if (Written == Ordered)
    return;
  unsigned First = 0;
  while (Written[First] == Ordered[First])
    ++First;
  unsigned Last = Written.size() - 1;
  while (Written[Last] == Ordered[Last])
    --Last;
  SourceRange Range(Written[First]->Init->getSourceRange().getBegin(),
                    Written[Last]->Init->getSourceRange().getEnd());
  if (llvm::any_of(Written,
                   [](const Initialiser *I) {
                     SourceRange R = I->Init->getSourceRange();
                     return R.getBegin().isMacroID() || R.getEnd().isMacroID();
                   }) ||
      SM.getFileID(Range.getBegin()) != SM.getFileID(Range.getEnd())) {
    fail(Constructor.getLocation(), "a macro initialises fields");
    return;
  }
  if (hasComment(Range, SM, LangOpts) ||
      llvm::StringRef(text(Range)).contains('#')) {
    fail(Range.getBegin(), "a comment is among the initialisers");
    return;
  }
  // One edit, so that it is made as a whole. An initialiser takes what
  // separates it from the next along; what was last gets what the new last one
  // leaves.
  auto SeparatorBehind = [&](const Initialiser *I) {
    size_t At = static_cast<size_t>(llvm::find(Written, I) - Written.begin());
    SourceLocation End = Lexer::getLocForEndOfToken(
        I->Init->getSourceRange().getEnd(), 0, SM, LangOpts);
    return Lexer::getSourceText(
        CharSourceRange::getCharRange(
            End, Written[At + 1]->Init->getSourceRange().getBegin()),
        SM, LangOpts);
  };
  std::string Text;
  for (unsigned I = First; I <= Last; ++I) {
    Text += text(Ordered[I]->Init->getSourceRange());
    if (I < Last)
      Text += SeparatorBehind(Ordered[I] == Written[Last] ? Ordered[Last]
                                                          : Ordered[I]);
  }
  Result.Changes.push_back(FixItHint::CreateReplacement(Range, Text));
}

Rewriting InitialiserOrder::order() {
  collect();
  if (check())
    write();
  return std::move(Result);
}

Rewriting whet::orderInitialisers(const CXXConstructorDecl &Constructor,
                                  llvm::ArrayRef<const FieldDecl *> Fields) {
  return InitialiserOrder(Constructor, Fields).order();
}
