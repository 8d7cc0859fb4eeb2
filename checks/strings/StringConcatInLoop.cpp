//===- StringConcatInLoop.cpp - whet-string-concat-in-loop ----------------===//
//
// A string that a loop makes longer, the long way round: `S = S + X` copies all
// of it in each iteration, `S = X + S` moves all of it, and `S += A + B` builds
// a string only to append it.
//
//===----------------------------------------------------------------------===//
#include "whet/analysis/BodyIndex.h"
#include "whet/analysis/Growth.h"
#include "whet/analysis/StandardLibrary.h"
#include "whet/analysis/TripCount.h"
#include "whet/support/Check.h"
#include "whet/support/Registry.h"
#include "whet/support/TemplateFindings.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"

using namespace whet;
using namespace clang;
using namespace clang::ast_matchers;

namespace {

constexpr OptionInfo Opts[] = {
    {"MinTripCount", OptionKind::Unsigned, "4",
     "loops that are known to run fewer times are not reported"},
    {"Temporaries", OptionKind::Bool, "true",
     "also report strings that are built only to be appended"}};

constexpr CheckInfo Info{
    .Id = "whet-string-concat-in-loop",
    .Topic = Topic::Strings,
    .Summary = "string grows in a loop by way of copies of itself, or of "
               "temporaries",
    .Fix = FixKind::Safe,
    .Since = "0.1",
    .Options = Opts};

/// A call that makes a string longer, in something that runs again and again.
struct Site {
  const CallExpr *Call = nullptr;
  /// What runs again and again: a loop's body, or a closure's.
  const Stmt *Repeated = nullptr;
  /// Null if it is a closure that an algorithm calls.
  const Stmt *Loop = nullptr;
};

/// What such a call does.
struct Growth {
  enum GrowthKind { Copies, Prepends, BuildsTemporary, DrainsStream };

  GrowthKind Kind = Copies;
  const Expr *Target = nullptr;
  AccessPath Path;
  /// What is appended, in order; empty for the kinds that have no fix.
  llvm::SmallVector<const Expr *, 4> Pieces;
  /// Strings that are built in each iteration, besides the target.
  unsigned Temporaries = 0;
};

class StringConcatInLoop : public Check {
public:
  StringConcatInLoop(llvm::StringRef Name, tidy::ClangTidyContext *Context)
      : Check(Name, Context, Info),
        MinTripCount(unsignedOption("MinTripCount")),
        Temporaries(boolOption("Temporaries")) {}

  void registerMatchers(MatchFinder *Finder) override;
  void check(const MatchFinder::MatchResult &Result) override;
  void onEndOfTranslationUnit() override;

private:
  void examine(const FunctionDecl &F);
  bool isString(QualType T);
  std::optional<Growth> growthOf(const CallExpr &Call);
  std::optional<Growth> assignment(const CXXOperatorCallExpr &Call);
  std::optional<Growth> addition(const CXXOperatorCallExpr &Call);
  std::optional<Growth> insertion(const CXXMemberCallExpr &Call);
  bool flatten(const Expr &E, QualType String,
               llvm::SmallVectorImpl<const Expr *> &Pieces,
               unsigned &Temporaries);
  bool isConcatenation(const Expr &E, QualType String);
  std::optional<Finding> judge(const Site &Where, const BodyIndex &Index);

  const unsigned MinTripCount;
  const bool Temporaries;
  ContainerModels Models;
  TemplateFindings Findings;
};

} // namespace

static const RegisterCheck<StringConcatInLoop> X(Info);

void StringConcatInLoop::registerMatchers(MatchFinder *Finder) {
  auto IsWritten = unless(anyOf(isImplicit(), isExpansionInSystemHeader()));
  Finder->addMatcher(functionDecl(isDefinition(), IsWritten).bind("function"),
                     this);
  Finder->addMatcher(
      lambdaExpr(unless(isExpansionInSystemHeader())).bind("lambda"), this);
}

void StringConcatInLoop::check(const MatchFinder::MatchResult &Result) {
  const auto *F = Result.Nodes.getNodeAs<FunctionDecl>("function");
  if (const auto *Lambda = Result.Nodes.getNodeAs<LambdaExpr>("lambda"))
    F = Lambda->getCallOperator();
  if (F && F->hasBody() && !F->isDependentContext() && !F->isDefaulted())
    examine(*F);
}

// --- Where strings grow
// ---------------------------------------------------------

bool StringConcatInLoop::isString(QualType T) {
  T = T.getNonReferenceType();
  const CXXRecordDecl *Record = T->getAsCXXRecordDecl();
  if (!Record)
    return false;
  if (const ContainerModel *Model = Models.find(Record))
    return Model->Family == ContainerFamily::String;
  return stableName(*Record) == "absl::Cord";
}

namespace {
/// Calls in what runs again and again.
class SiteCollector {
public:
  explicit SiteCollector(std::vector<Site> &Sites) : Sites(Sites) {}

  void walk(const Stmt *S, Site Around) {
    if (!S || isa<LambdaExpr>(S))
      return;
    if (const auto *Call = dyn_cast<CallExpr>(S)) {
      if (Around.Repeated && mayGrow(*Call))
        Sites.push_back({Call, Around.Repeated, Around.Loop});
      walkClosures(*Call);
    }
    if (const Stmt *Body = bodyOf(*S)) {
      for (const Stmt *Child : S->children())
        walk(Child, Child == Body ? Site{nullptr, Body, S} : Around);
      return;
    }
    for (const Stmt *Child : S->children())
      walk(Child, Around);
  }

private:
  static const Stmt *bodyOf(const Stmt &S) {
    if (const auto *For = dyn_cast<ForStmt>(&S))
      return For->getBody();
    if (const auto *RangeFor = dyn_cast<CXXForRangeStmt>(&S))
      return RangeFor->getBody();
    if (const auto *While = dyn_cast<WhileStmt>(&S))
      return While->getBody();
    if (const auto *Do = dyn_cast<DoStmt>(&S))
      return Do->getBody();
    return nullptr;
  }

  static bool mayGrow(const CallExpr &Call) {
    if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&Call))
      return Operator->getOperator() == OO_Equal ||
             Operator->getOperator() == OO_PlusEqual;
    return isa<CXXMemberCallExpr>(Call);
  }

  // A closure's own loops are its own function's.
  void walkClosures(const CallExpr &Call) {
    const FunctionDecl *Callee = Call.getDirectCallee();
    if (!Callee || !callsWithElements(*Callee))
      return;
    for (const Expr *Arg : Call.arguments()) {
      const Expr *E = Arg->IgnoreImplicit();
      if (const auto *Construct = dyn_cast<CXXConstructExpr>(E);
          Construct && Construct->getNumArgs() == 1)
        E = Construct->getArg(0)->IgnoreImplicit();
      if (const auto *Lambda = dyn_cast<LambdaExpr>(E))
        walkClosure(Lambda->getBody(), {nullptr, Lambda->getBody(), nullptr});
    }
  }

  void walkClosure(const Stmt *S, Site Around) {
    if (!S || isa<LambdaExpr>(S) || bodyOf(*S))
      return;
    if (const auto *Call = dyn_cast<CallExpr>(S); Call && mayGrow(*Call))
      Sites.push_back({Call, Around.Repeated, nullptr});
    for (const Stmt *Child : S->children())
      walkClosure(Child, Around);
  }

  std::vector<Site> &Sites;
};
} // namespace

// `A + B` of strings that is a string: not an expression template.
bool StringConcatInLoop::isConcatenation(const Expr &E, QualType String) {
  const auto *Call = dyn_cast<CXXOperatorCallExpr>(&E);
  return Call && Call->getOperator() == OO_Plus && Call->getNumArgs() == 2 &&
         Call->isPRValue() &&
         Call->getType().getCanonicalType().getUnqualifiedType() ==
             String.getCanonicalType().getUnqualifiedType();
}

// The pieces of a concatenation, from left to right; false if E is none.
bool StringConcatInLoop::flatten(const Expr &E, QualType String,
                                 llvm::SmallVectorImpl<const Expr *> &Pieces,
                                 unsigned &Built) {
  const Expr *Inner = E.IgnoreImplicit();
  while (const auto *Paren = dyn_cast<ParenExpr>(Inner))
    Inner = Paren->getSubExpr()->IgnoreImplicit();
  if (!isConcatenation(*Inner, String))
    return false;
  const auto &Call = cast<CXXOperatorCallExpr>(*Inner);
  for (const Expr *Arg : Call.arguments())
    if (!flatten(*Arg, String, Pieces, Built))
      Pieces.push_back(Arg);
  // An operator that is given a temporary appends to it.
  if (!Call.getArg(0)->isXValue() && !Call.getArg(1)->isXValue())
    ++Built;
  return true;
}

static bool isPath(const Expr &E, const AccessPath &Path) {
  std::optional<AccessPath> Other = AccessPath::of(&E);
  return Other && *Other == Path;
}

// Whether E, or a part of it, names what Path names, or a part of that.
static bool mentions(const Stmt &S, const AccessPath &Path) {
  if (const auto *E = dyn_cast<Expr>(&S))
    if (std::optional<AccessPath> Other = AccessPath::of(E))
      return Other->overlaps(Path);
  return llvm::any_of(S.children(), [&](const Stmt *Child) {
    return Child && mentions(*Child, Path);
  });
}

static bool anyMentions(llvm::ArrayRef<const Expr *> Pieces,
                        const AccessPath &Path) {
  return llvm::any_of(Pieces,
                      [&](const Expr *E) { return mentions(*E, Path); });
}

std::optional<Growth>
StringConcatInLoop::assignment(const CXXOperatorCallExpr &Call) {
  std::optional<AccessPath> Path = AccessPath::of(Call.getArg(0));
  if (!Path || !isString(Call.getArg(0)->getType()))
    return std::nullopt;
  Growth G;
  G.Target = Call.getArg(0);
  G.Path = *Path;
  if (!flatten(*Call.getArg(1), G.Target->getType(), G.Pieces, G.Temporaries))
    return std::nullopt;
  if (isPath(*G.Pieces.front(), *Path)) {
    G.Pieces.erase(G.Pieces.begin());
    // `S = S + X + S` is another matter than appending.
    if (anyMentions(G.Pieces, *Path))
      return std::nullopt;
    return G;
  }
  bool IsPrepended =
      llvm::any_of(G.Pieces, [&](const Expr *E) { return isPath(*E, *Path); });
  if (!IsPrepended)
    return std::nullopt;
  G.Kind = Growth::Prepends;
  return G;
}

// A local string stream that Call takes the text of.
static const VarDecl *drainedStream(const Expr &E) {
  const auto *Call = dyn_cast<CXXMemberCallExpr>(E.IgnoreImplicit());
  const CXXMethodDecl *Method = Call ? Call->getMethodDecl() : nullptr;
  if (!Method || !Method->getIdentifier() || Method->getName() != "str" ||
      !isOfStandardLibrary(*Method))
    return nullptr;
  const auto *Ref = dyn_cast<DeclRefExpr>(
      Call->getImplicitObjectArgument()->IgnoreParenImpCasts());
  return Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
}

std::optional<Growth>
StringConcatInLoop::addition(const CXXOperatorCallExpr &Call) {
  std::optional<AccessPath> Path = AccessPath::of(Call.getArg(0));
  if (!Path || !isString(Call.getArg(0)->getType()))
    return std::nullopt;
  Growth G;
  G.Target = Call.getArg(0);
  G.Path = *Path;
  if (drainedStream(*Call.getArg(1))) {
    G.Kind = Growth::DrainsStream;
    G.Pieces = {Call.getArg(1)};
    return G;
  }
  G.Kind = Growth::BuildsTemporary;
  if (!Temporaries ||
      !flatten(*Call.getArg(1), G.Target->getType(), G.Pieces, G.Temporaries) ||
      anyMentions(G.Pieces, *Path))
    return std::nullopt;
  // A long sum that begins with a temporary appends to that, and reads well.
  if (G.Temporaries == 0 && G.Pieces.size() > 2)
    return std::nullopt;
  return G;
}

// `S.insert(0, X)` and `S.insert(S.begin(), X)`.
std::optional<Growth>
StringConcatInLoop::insertion(const CXXMemberCallExpr &Call) {
  const CXXMethodDecl *Method = Call.getMethodDecl();
  if (!Method || !Method->getIdentifier() || Method->getName() != "insert" ||
      Call.getNumArgs() < 2)
    return std::nullopt;
  const Expr *Object = Call.getImplicitObjectArgument();
  std::optional<AccessPath> Path = AccessPath::of(Object);
  if (!Path || !isString(Object->getType()))
    return std::nullopt;
  const Expr *At = Call.getArg(0)->IgnoreImplicit();
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(At);
      Construct && Construct->getNumArgs() > 0)
    At = Construct->getArg(0)->IgnoreImplicit();
  const auto *Zero = dyn_cast<IntegerLiteral>(At->IgnoreParenImpCasts());
  const auto *Begin = dyn_cast<CXXMemberCallExpr>(At->IgnoreParenImpCasts());
  bool IsBegin = Begin && Begin->getMethodDecl() &&
                 Begin->getMethodDecl()->getIdentifier() &&
                 (Begin->getMethodDecl()->getName() == "begin" ||
                  Begin->getMethodDecl()->getName() == "cbegin") &&
                 isPath(*Begin->getImplicitObjectArgument(), *Path);
  if (!IsBegin && !(Zero && Zero->getValue() == 0))
    return std::nullopt;
  Growth G;
  G.Kind = Growth::Prepends;
  G.Target = Object;
  G.Path = *Path;
  return G;
}

std::optional<Growth> StringConcatInLoop::growthOf(const CallExpr &Call) {
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&Call))
    return Operator->getOperator() == OO_Equal ? assignment(*Operator)
                                               : addition(*Operator);
  return insertion(cast<CXXMemberCallExpr>(Call));
}

void StringConcatInLoop::examine(const FunctionDecl &F) {
  Findings.noteBody(F);
  std::vector<Site> Sites;
  SiteCollector(Sites).walk(F.getBody(), Site());
  llvm::erase_if(Sites,
                 [&](const Site &Where) { return !growthOf(*Where.Call); });
  if (Sites.empty())
    return;
  BodyIndex Index(F, Models);
  for (const Site &Where : Sites)
    if (std::optional<Finding> Found = judge(Where, Index))
      Findings.add(F, std::move(*Found));
}

// --- What is worth saying
// -------------------------------------------------------

// Whether the string is made anew each time, so that it never grows long.
static bool isFreshEachTime(const Growth &G, const Site &Where,
                            const BodyIndex &Index) {
  if (const ValueDecl *Root = G.Path.root()) {
    const DeclStmt *Declaration = Index.declaration(*Root);
    if (Declaration && Index.contains(*Where.Repeated, *Declaration))
      return true;
    // The loop's own variable, and a closure's parameters and copies.
    if (Declaration && Where.Loop &&
        Index.contains(*Where.Loop, *Declaration) &&
        isa<CXXForRangeStmt>(Where.Loop))
      return true;
    if (!Where.Loop && isa<ParmVarDecl>(Root) &&
        Root->getDeclContext() != &Index.function())
      return true;
  }
  return llvm::any_of(Index.uses(G.Path), [&](const Use &U) {
    if (!U.Path.isPrefixOf(G.Path) ||
        !Index.contains(*Where.Repeated, *U.Where))
      return false;
    bool IsThis = Index.contains(*Where.Call, *U.Where);
    bool IsCleared =
        U.Kind == Use::Member && (U.Effect == ContainerEffect::Clears ||
                                  U.Effect == ContainerEffect::Sizes);
    if (IsThis)
      return false;
    // Another growth of the same kind starts with the string itself.
    if (U.Kind == Use::Write) {
      const auto *Operator = dyn_cast_or_null<CXXOperatorCallExpr>(U.Call);
      return !Operator || !mentions(*Operator->getArg(1), G.Path);
    }
    return IsCleared || U.Kind == Use::Lent || U.Kind == Use::Aliased;
  });
}

// Whether what follows leaves the loop, so that the call is made once.
static bool isLeftAfterwards(const Stmt &S, const BodyIndex &Index) {
  const Stmt *Inner = &S;
  for (const Stmt *Up = Index.parent(S); Up; Up = Index.parent(*Up)) {
    if (const auto *Block = dyn_cast<CompoundStmt>(Up)) {
      bool IsAfter = false;
      for (const Stmt *Each : Block->body()) {
        if (IsAfter && isa<BreakStmt, ReturnStmt, GotoStmt>(Each))
          return true;
        IsAfter |= Each == Inner;
      }
    }
    if (isa<ForStmt, CXXForRangeStmt, WhileStmt, DoStmt, LambdaExpr>(Up))
      return false;
    Inner = Up;
  }
  return false;
}

// Whether the loop runs as often as something has elements, or a number says. A
// walk up a chain of parents, which is how qualified names are made, is short.
static bool isLong(const Site &Where, const BodyIndex &Index) {
  const Loop *L = Where.Loop ? Index.loop(*Where.Loop) : nullptr;
  return !Where.Loop || (L && tripCount(*L, Index));
}

static bool runsOnce(const Site &Where, const BodyIndex &Index,
                     unsigned MinTripCount) {
  if (!Where.Loop)
    return false;
  if (const auto *Do = dyn_cast<DoStmt>(Where.Loop)) {
    Expr::EvalResult Value;
    if (!Do->getCond()->isValueDependent() &&
        Do->getCond()->EvaluateAsRValue(Value, Index.context()) &&
        Value.Val.isInt() && Value.Val.getInt() == 0)
      return true;
  }
  const Loop *L = Index.loop(*Where.Loop);
  std::optional<Quantity> Trips =
      L ? tripCount(*L, Index) : std::optional<Quantity>();
  return Trips && Trips->Constant && *Trips->Constant < MinTripCount;
}

static std::string message(const Growth &G, llvm::StringRef Name) {
  std::string Target = ("'" + Name + "'").str();
  switch (G.Kind) {
  case Growth::Copies:
    return "appending to " + Target +
           " copies all of it in each iteration, which is quadratic; += "
           "appends in place";
  case Growth::Prepends:
    return "prepending to " + Target +
           " moves or copies all of it in each iteration, which is quadratic";
  case Growth::DrainsStream:
    return "a stream is made and its text copied in each iteration to be "
           "appended to " +
           Target;
  case Growth::BuildsTemporary:
    break;
  }
  if (G.Temporaries == 0)
    return "a temporary string is made longer in each iteration to be appended "
           "to " +
           Target + "; append its pieces";
  return std::to_string(G.Temporaries) + " temporary string" +
         (G.Temporaries == 1 ? " is" : "s are") +
         " built in each iteration to be appended to " + Target +
         "; append the pieces";
}

// --- Fix
// -------------------------------------------------------------------------

// `return S;` moves it, and that is the end of it.
static bool isReturned(const Use &U, const BodyIndex &Index) {
  const Stmt *Up = Index.parent(*U.Where);
  while (
      isa_and_nonnull<CXXConstructExpr, ImplicitCastExpr, ExprWithCleanups>(Up))
    Up = Index.parent(*Up);
  return isa_and_nonnull<ReturnStmt>(Up);
}

// Whether nobody but the function's own text can see the string, until the
// function is left.
static bool isPrivate(const AccessPath &Path, const Stmt &At,
                      const BodyIndex &Index) {
  const auto *Var = dyn_cast_or_null<VarDecl>(Path.root());
  if (!Var || !Var->hasLocalStorage() || Var->getType()->isReferenceType() ||
      Path.hasDereference() ||
      !Index.function().Encloses(Var->getDeclContext()))
    return false;
  for (const Use &U : Index.uses(Path))
    if (U.InLambda || (U.Kind == Use::Aliased && !isReturned(U, Index)))
      return false;
  // A handler in the function sees it half done.
  const DeclStmt *Declaration = Index.declaration(*Var);
  for (const Stmt *Up = Index.parent(At); Up; Up = Index.parent(*Up))
    if (isa<CXXTryStmt>(Up) &&
        !(Declaration && Index.contains(*Up, *Declaration)))
      return false;
  return true;
}

static bool isHarmlessCall(const CallExpr &Call) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  if (!Callee)
    return false;
  if (isOfStandardLibrary(*Callee) && Callee->getIdentifier() &&
      Callee->getName() == "to_string")
    return true;
  const auto *Type = Callee->getType()->getAs<FunctionProtoType>();
  return isOfStandardLibrary(*Callee) && Type &&
         !isUnresolvedExceptionSpec(Type->getExceptionSpecType()) &&
         Type->canThrow() == CT_Cannot;
}

// Whether evaluating E after the string has changed gives the same, and cannot
// throw.
static bool isIndependent(const Stmt &S, const AccessPath &Path) {
  if (const auto *Call = dyn_cast<CallExpr>(&S); Call && !isHarmlessCall(*Call))
    return false;
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(&S);
      Construct && !Construct->isElidable())
    return false;
  if (isa<CXXNewExpr, CXXThrowExpr, LambdaExpr>(S))
    return false;
  if (const auto *E = dyn_cast<Expr>(&S);
      E && E->getType()->isRecordType() && E->isLValue()) {
    // Another member of the same object, or a local: not the string.
    std::optional<AccessPath> Other = AccessPath::of(E);
    if (!Other)
      return false;
    const auto *Var = dyn_cast_or_null<VarDecl>(Other->root());
    bool IsLocal = Var && Var->hasLocalStorage() &&
                   !Var->getType()->isReferenceType() &&
                   !Other->hasDereference();
    bool IsSibling = Other->startsAtThis() && Path.startsAtThis() &&
                     !Other->hasDereference() && !Path.hasDereference();
    return IsLocal || IsSibling;
  }
  return llvm::all_of(S.children(), [&](const Stmt *Child) {
    return !Child || isIndependent(*Child, Path);
  });
}

static bool isText(QualType T) {
  T = T.getNonReferenceType();
  return T->isRecordType() || T->isPointerType() || T->isArrayType();
}

// The statement that is nothing but Call; null if Call is part of another
// expression.
static const Stmt *statementOf(const CallExpr &Call, const BodyIndex &Index) {
  const Stmt *S = &Call;
  const Stmt *Up = Index.parent(*S);
  while (isa_and_nonnull<ExprWithCleanups, CXXBindTemporaryExpr>(Up)) {
    S = Up;
    Up = Index.parent(*S);
  }
  return Up && !isa<Expr, DeclStmt, ReturnStmt>(Up) ? S : nullptr;
}

static std::optional<Fix> makeFix(const Growth &G, const CallExpr &Call,
                                  const BodyIndex &Index) {
  const ASTContext &Ctx = Index.context();
  const SourceManager &SM = Ctx.getSourceManager();
  const LangOptions &LO = Ctx.getLangOpts();
  const Stmt *Statement = statementOf(Call, Index);
  std::optional<std::string> Target = sourceText(*G.Target, SM, LO);
  if (!Statement || !Target || hasComment(Call.getSourceRange(), SM, LO))
    return std::nullopt;
  std::vector<std::string> Pieces;
  for (const Expr *Piece : G.Pieces) {
    std::optional<std::string> Text =
        sourceText(*Piece->IgnoreImplicit(), SM, LO);
    if (!Text)
      return std::nullopt;
    Pieces.push_back(std::move(*Text));
  }
  EditBuilder Builder(SM, LO);
  bool IsInBlock = blockStatement(*Statement, Index) == Statement;
  if (Pieces.size() == 1) {
    Builder.replace(Call.getSourceRange(), *Target + " += " + Pieces.front());
  } else if (IsInBlock) {
    std::vector<std::string> Statements;
    Statements.reserve(Pieces.size());
    for (const std::string &Piece : Pieces)
      Statements.push_back(*Target + " += " + Piece + ";");
    Statements.back().pop_back();
    Builder.replaceByStatements(Call, Statements);
  } else {
    std::string Text = *Target;
    for (auto [Piece, E] : llvm::zip_equal(Pieces, G.Pieces))
      Text.append(isText(E->IgnoreImplicit()->getType()) ? ".append("
                                                         : ".append(1, ")
          .append(Piece)
          .append(")");
    Builder.replace(Call.getSourceRange(), Text);
  }
  std::optional<Edits> Changes = Builder.take();
  if (!Changes)
    return std::nullopt;
  Fix Suggested{FixKind::Safe, "", std::move(*Changes)};
  bool IsSafe = G.Pieces.size() == 1 || isPrivate(G.Path, Call, Index) ||
                llvm::all_of(llvm::drop_begin(G.Pieces), [&](const Expr *E) {
                  return isIndependent(*E, G.Path);
                });
  if (!IsSafe) {
    Suggested.Kind = FixKind::Unsafe;
    Suggested.Caution = "what is evaluated after the first piece is appended "
                        "must not depend on '" +
                        *Target + "', and must not throw";
  }
  return Suggested;
}

std::optional<Finding> StringConcatInLoop::judge(const Site &Where,
                                                 const BodyIndex &Index) {
  std::optional<Growth> G = growthOf(*Where.Call);
  const ASTContext &Ctx = Index.context();
  if (!G || Index.hasGoto() || isFreshEachTime(*G, Where, Index) ||
      isLeftAfterwards(*Where.Call, Index) ||
      runsOnce(Where, Index, MinTripCount))
    return std::nullopt;
  if (G->Kind == Growth::Prepends && !isLong(Where, Index))
    return std::nullopt;
  // A stream that lives longer than the iteration is drained on purpose.
  if (G->Kind == Growth::DrainsStream) {
    const VarDecl *Stream = drainedStream(*G->Pieces.front());
    const DeclStmt *Declaration = Index.declaration(*Stream);
    if (!Declaration || !Index.contains(*Where.Repeated, *Declaration))
      return std::nullopt;
  }
  std::optional<std::string> Name =
      sourceText(*G->Target, Ctx.getSourceManager(), Ctx.getLangOpts());
  if (!Name || Where.Call->getExprLoc().isMacroID())
    return std::nullopt;
  Finding Report;
  Report.Loc = G->Target->getBeginLoc();
  Report.Message = message(*G, *Name);
  Report.In = &Index.function();
  if (G->Kind == Growth::Prepends)
    Report.Notes.push_back(
        {Report.Loc, "append instead and reverse once at the end, or fill a "
                     "buffer from its back"});
  if (G->Kind == Growth::Copies || G->Kind == Growth::BuildsTemporary)
    Report.Suggested = makeFix(*G, *Where.Call, Index);
  return Report;
}

void StringConcatInLoop::onEndOfTranslationUnit() {
  for (Finding &F : Findings.take())
    report(std::move(F));
}
