#include "whet/analysis/HiddenMentions.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/DenseSet.h"

using namespace whet;
using namespace clang;

// Where the path's variable is named.
static SourceLocation rootLocation(const Expr &E) {
  const Expr *Inner = &E;
  while (true) {
    Inner = Inner->IgnoreParenImpCasts();
    if (const auto *Member = dyn_cast<MemberExpr>(Inner))
      Inner = Member->getBase();
    else if (const auto *Unary = dyn_cast<UnaryOperator>(Inner))
      Inner = Unary->getSubExpr();
    else if (const auto *Call = dyn_cast<CXXOperatorCallExpr>(Inner))
      Inner = Call->getArg(0);
    else
      return Inner->getBeginLoc();
  }
}

static llvm::DenseSet<SourceLocation> seenMentions(const VarDecl &V,
                                                   const BodyIndex &Index) {
  const SourceManager &SM = Index.context().getSourceManager();
  llvm::DenseSet<SourceLocation> Seen;
  auto Note = [&](const ValueDecl &D) {
    Seen.insert(D.getLocation());
    for (const Use &U : Index.uses(AccessPath::ofVariable(D)))
      Seen.insert(SM.getSpellingLoc(rootLocation(*U.Where)));
  };
  Note(V);
  if (const auto *Decomposition = dyn_cast<DecompositionDecl>(&V))
    for (const BindingDecl *B : Decomposition->bindings())
      Note(*B);
  return Seen;
}

static bool isNameOf(llvm::StringRef Name, const VarDecl &V) {
  if (const auto *Decomposition = dyn_cast<DecompositionDecl>(&V))
    return llvm::any_of(Decomposition->bindings(), [&](const BindingDecl *B) {
      return B->getName() == Name;
    });
  return V.getName() == Name;
}

// The statement that V is in scope in, or a larger one.
static const Stmt &scopeOf(const VarDecl &V, const BodyIndex &Index) {
  const DeclStmt *Declaration = Index.declaration(V);
  const Stmt *Around = Declaration ? Index.parent(*Declaration) : nullptr;
  return Around ? *Around : *Index.function().getBody();
}

bool whet::hasHiddenMention(const VarDecl &V, const BodyIndex &Index) {
  const SourceManager &SM = Index.context().getSourceManager();
  const Stmt &Scope = scopeOf(V, Index);
  SourceLocation Begin = SM.getExpansionLoc(Scope.getBeginLoc());
  SourceLocation End = SM.getExpansionLoc(Scope.getEndLoc());
  auto [File, Offset] = SM.getDecomposedLoc(Begin);
  if (SM.getFileID(End) != File)
    return true;
  llvm::DenseSet<SourceLocation> Seen = seenMentions(V, Index);
  llvm::StringRef Text = SM.getBufferData(File);
  Lexer Raw(SM.getLocForStartOfFile(File), Index.context().getLangOpts(),
            Text.begin(), Text.begin() + Offset, Text.end());
  Token Tok;
  tok::TokenKind Previous = tok::unknown;
  while (!Raw.LexFromRawLexer(Tok) && Tok.getLocation() <= End) {
    bool IsMember = Previous == tok::period || Previous == tok::arrow ||
                    Previous == tok::coloncolon;
    if (Tok.is(tok::raw_identifier) && !IsMember &&
        isNameOf(Tok.getRawIdentifier(), V) &&
        !Seen.contains(Tok.getLocation()))
      return true;
    Previous = Tok.getKind();
  }
  return false;
}

bool whet::hasDirectives(SourceLocation Begin, SourceLocation End,
                         const SourceManager &SM) {
  auto [File, From] = SM.getDecomposedLoc(SM.getFileLoc(Begin));
  auto [EndFile, To] = SM.getDecomposedLoc(SM.getFileLoc(End));
  if (File != EndFile || From > To)
    return true;
  llvm::SmallVector<llvm::StringRef, 32> Lines;
  SM.getBufferData(File).slice(From, To).split(Lines, '\n');
  return llvm::any_of(Lines, [](llvm::StringRef Line) {
    return Line.ltrim().starts_with("#");
  });
}
