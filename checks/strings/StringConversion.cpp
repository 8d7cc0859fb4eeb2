//===- StringConversion.cpp - whet-string-conversion ----------------------===//
//
// A string that is made, or measured, though the same characters are at hand
// with their length: `f(S.c_str())` where f takes a string, `S.substr(0, 3) ==
// "abc"`, `std::string(View)` for a function that takes a view.
//
// What such a round trip hides is a NUL inside of the string, which c_str() is
// cut at: only where there is none is a fix safe. See
// analysis/StandardStrings.h.
//
//===----------------------------------------------------------------------===//
#include "whet/analysis/HiddenMentions.h"
#include "whet/analysis/OutsideWrites.h"
#include "whet/analysis/OverloadChoice.h"
#include "whet/analysis/StandardLibrary.h"
#include "whet/analysis/StandardStrings.h"
#include "whet/analysis/ViewBounds.h"
#include "whet/support/Check.h"
#include "whet/support/Registry.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/StringSwitch.h"

using namespace whet;
using namespace clang;
using namespace clang::ast_matchers;

namespace {

constexpr OptionInfo Opts[] = {
    {"Rescans", OptionKind::Bool, "true",
     "also report what only counts the length of a string anew, without a "
     "copy that could be left out"}};

constexpr CheckInfo Info{
    .Id = "whet-string-conversion",
    .Topic = Topic::Strings,
    .Summary = "string is copied or measured though its characters are at hand",
    .Fix = FixKind::Safe,
    .Since = "0.1",
    .Options = Opts};

/// A finding that waits for the end of the translation unit.
struct Candidate {
  Finding Report;
  /// The string that goes through c_str().
  const ValueDecl *Source = nullptr;
};

/// `S.c_str()` or `S.data()`.
struct RoundTrip {
  const CXXMemberCallExpr *Call = nullptr;
  const MemberExpr *Callee = nullptr;
  /// As it is written: a pointer, if the call has an arrow.
  const Expr *Object = nullptr;
  const CXXRecordDecl *String = nullptr;
};

/// `S.substr(A, N)` of a std::basic_string.
struct Part {
  const CXXMemberCallExpr *Call = nullptr;
  const MemberExpr *Callee = nullptr;
  const CXXRecordDecl *String = nullptr;
  unsigned Args = 0;
};

/// `std::string(X)` as it is written, or `std::string()`.
struct Temporary {
  const Expr *Whole = nullptr;
  /// Null for an empty string.
  const Expr *Source = nullptr;
  const CXXRecordDecl *String = nullptr;
  SourceRange TypeRange;
};

class StringConversion : public Check {
public:
  StringConversion(llvm::StringRef Name, tidy::ClangTidyContext *Context)
      : Check(Name, Context, Info), Rescans(boolOption("Rescans")) {}

  void registerMatchers(MatchFinder *Finder) override {
    Finder->addMatcher(functionDecl(isDefinition(), unless(isImplicit()),
                                    unless(isExpansionInSystemHeader()))
                           .bind("function"),
                       this);
  }
  void check(const MatchFinder::MatchResult &Result) override;
  void onEndOfTranslationUnit() override;

private:
  std::vector<const Stmt *> sites(const FunctionDecl &F);
  void visit(const Stmt &Site, const BodyIndex &Index);

  void examineRoundTrip(const RoundTrip &Trip, const BodyIndex &Index);
  void examineConversion(const RoundTrip &Trip, const CXXConstructExpr &Made,
                         const BodyIndex &Index);
  void examineArgument(const RoundTrip &Trip, const CXXConstructExpr &Made,
                       const Expr &Call, const Stmt &Arg,
                       const BodyIndex &Index);
  void examineStringCall(const RoundTrip &Trip, const CallExpr &Call,
                         const Stmt &Arg, const BodyIndex &Index);
  void examineLength(const RoundTrip &Trip, const CallExpr &Call,
                     const BodyIndex &Index);
  void reportCopy(const RoundTrip &Trip, const FunctionDecl &Callee,
                  const Expr &Call, const BodyIndex &Index);
  void reportMade(const RoundTrip &Trip, bool IsView, const BodyIndex &Index);
  void reportRescan(const RoundTrip &Trip, const BodyIndex &Index);
  void reportRoundTrip(const RoundTrip &Trip, const Expr &Where,
                       std::string Message, std::optional<Edits> Changes,
                       const BodyIndex &Index);

  void examineComparison(const Expr &Whole, const Expr &Left, const Expr &Right,
                         bool IsEqual, const BodyIndex &Index);
  bool examineParts(const Expr &Whole, const Expr &Left, const Expr &Right,
                    bool IsEqual, const BodyIndex &Index);
  void examineTemporary(const Expr &Whole, const Expr &Temporary,
                        const Expr &Other, bool IsEqual,
                        const BodyIndex &Index);
  void examineTemporaries(const Temporary &Left, const Temporary &Right,
                          const BodyIndex &Index);
  void examineArguments(const Expr &Call, const FunctionDecl &Callee,
                        llvm::ArrayRef<const Expr *> Args,
                        const BodyIndex &Index);
  void examineViewArgument(const Expr &Call, const FunctionDecl &Callee,
                           unsigned I, llvm::ArrayRef<const Expr *> Args,
                           const BodyIndex &Index);
  llvm::StringRef cautionOfView(const Expr &Source, bool EndsBefore,
                                const FunctionDecl &Callee,
                                const CXXRecordDecl &String,
                                const BodyIndex &Index);
  void examineLookup(const CXXMemberCallExpr &Call, const BodyIndex &Index);
  void examineConstant(const DeclStmt &Declaration, const BodyIndex &Index);

  void examineStream(const DeclStmt &Declaration, const BodyIndex &Index);

  bool leavesAlone(const FunctionDecl &Callee, const CXXRecordDecl &String);
  void add(Finding Report, const BodyIndex &Index,
           const ValueDecl *Source = nullptr);

  const bool Rescans;
  OutsideWrites Writes;
  ViewBounds Bounds;
  ContainerModels Models;
  RawStrings Raw;
  std::vector<Candidate> Candidates;
};

} // namespace

static const RegisterCheck<StringConversion> X(Info);

static constexpr char CutCaution[] =
    "c_str() and data() end the string at its first NUL character; this keeps "
    "all of it";
static constexpr char AliasCaution[] =
    "the function may change the string that it would see, where it now has a "
    "copy";

static constexpr char EndCaution[] =
    "the function may read on to a NUL, which the string ends with and the "
    "view does not";

// --- Which places -----------------------------------------------------------

void StringConversion::check(const MatchFinder::MatchResult &Result) {
  const auto *F = Result.Nodes.getNodeAs<FunctionDecl>("function");
  // A template is what is written; a lambda is a part of its function.
  const auto *Method = dyn_cast<CXXMethodDecl>(F);
  if (!F->hasBody() || F->isDefaulted() ||
      F->getTemplateInstantiationPattern() ||
      (Method && Method->getParent()->isLambda()))
    return;
  std::vector<const Stmt *> Sites = sites(*F);
  if (Sites.empty())
    return;
  BodyIndex Index(*F, Models);
  for (const Stmt *Site : Sites)
    visit(*Site, Index);
}

// Whether V is a std::ostringstream or std::stringstream of its own.
static bool isStringStream(const VarDecl &V) {
  if (!V.hasLocalStorage() || V.getType()->isReferenceType())
    return false;
  const CXXRecordDecl *Record = V.getType()->getAsCXXRecordDecl();
  return Record && Record->isInStdNamespace() && Record->getIdentifier() &&
         (Record->getName() == "basic_ostringstream" ||
          Record->getName() == "basic_stringstream");
}

static bool isRoundTripName(const CXXMemberCallExpr &Call) {
  const CXXMethodDecl *Method = Call.getMethodDecl();
  return Method && Method->getIdentifier() &&
         (Method->getName() == "c_str" || Method->getName() == "data");
}

static bool isSite(const Stmt &S) {
  if (isa<CXXRewrittenBinaryOperator>(S))
    return true;
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&S))
    return Operator->isComparisonOp() || Operator->getNumArgs() > 1;
  if (const auto *Call = dyn_cast<CXXMemberCallExpr>(&S))
    return isRoundTripName(*Call) || Call->getNumArgs() > 0;
  if (const auto *Call = dyn_cast<CallExpr>(&S))
    return Call->getNumArgs() > 0;
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(&S))
    return Construct->getNumArgs() > 0;
  return isa<DeclStmt>(S);
}

// A cheap look at every body: few have a string to look at, and only those are
// indexed.
std::vector<const Stmt *> StringConversion::sites(const FunctionDecl &F) {
  std::vector<const Stmt *> Found;
  bool HasStrings = false;
  llvm::SmallVector<const Stmt *, 32> Work{F.getBody()};
  if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(&F))
    for (const CXXCtorInitializer *Init : Constructor->inits())
      if (Init->isWritten())
        Work.push_back(Init->getInit());
  while (!Work.empty()) {
    const Stmt *S = Work.pop_back_val();
    if (!S)
      continue;
    Raw.note(*S);
    if (const auto *E = dyn_cast<Expr>(S))
      HasStrings |= stringRecord(E->getType()) != nullptr;
    if (const auto *Declaration = dyn_cast<DeclStmt>(S))
      if (const auto *V = dyn_cast<VarDecl>(*Declaration->decl_begin()))
        HasStrings |= stringRecord(V->getType()) || isStringStream(*V);
    if (isSite(*S))
      Found.push_back(S);
    if (const auto *Rewritten = dyn_cast<CXXRewrittenBinaryOperator>(S)) {
      // The call that it stands for is nobody's text.
      Work.append({Rewritten->getRHS(), Rewritten->getLHS()});
      continue;
    }
    llvm::SmallVector<const Stmt *, 8> Children(S->child_begin(),
                                                S->child_end());
    Work.append(Children.rbegin(), Children.rend());
  }
  if (!HasStrings)
    Found.clear();
  return Found;
}

static std::optional<RoundTrip> roundTrip(const CXXMemberCallExpr &Call) {
  const auto *Callee =
      dyn_cast<MemberExpr>(Call.getCallee()->IgnoreParenImpCasts());
  if (!Callee || !isRoundTripName(Call) || Callee->isImplicitAccess())
    return std::nullopt;
  const Expr *Object = Callee->getBase()->IgnoreParenImpCasts();
  QualType T = Object->getType();
  if (Callee->isArrow())
    T = T->getPointeeType();
  const CXXRecordDecl *String = stringRecord(T);
  if (!String)
    return std::nullopt;
  return RoundTrip{&Call, Callee, Callee->getBase(), String};
}

void StringConversion::visit(const Stmt &Site, const BodyIndex &Index) {
  if (const auto *Rewritten = dyn_cast<CXXRewrittenBinaryOperator>(&Site)) {
    if (Rewritten->getOperator() == BO_EQ || Rewritten->getOperator() == BO_NE)
      examineComparison(*Rewritten, *Rewritten->getLHS(), *Rewritten->getRHS(),
                        Rewritten->getOperator() == BO_EQ, Index);
    return;
  }
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&Site)) {
    bool IsEqual = Operator->getOperator() == OO_EqualEqual;
    if (IsEqual || Operator->getOperator() == OO_ExclaimEqual)
      examineComparison(*Operator, *Operator->getArg(0), *Operator->getArg(1),
                        IsEqual, Index);
    return;
  }
  if (const auto *Call = dyn_cast<CXXMemberCallExpr>(&Site)) {
    if (std::optional<RoundTrip> Trip = roundTrip(*Call))
      return examineRoundTrip(*Trip, Index);
    examineLookup(*Call, Index);
  }
  if (const auto *Call = dyn_cast<CallExpr>(&Site)) {
    llvm::SmallVector<const Expr *, 4> Args(Call->arguments());
    if (const FunctionDecl *Callee = Call->getDirectCallee())
      examineArguments(*Call, *Callee, Args, Index);
  } else if (const auto *Construct = dyn_cast<CXXConstructExpr>(&Site)) {
    llvm::SmallVector<const Expr *, 4> Args(Construct->arguments());
    if (!isStringView(Construct->getType()))
      examineArguments(*Construct, *Construct->getConstructor(), Args, Index);
  } else if (const auto *Declaration = dyn_cast<DeclStmt>(&Site)) {
    examineConstant(*Declaration, Index);
    examineStream(*Declaration, Index);
  }
}

// --- What is said
// -----------------------------------------------------------

static std::string nameOf(const Expr &E) {
  const ValueDecl *D = namedBy(E);
  if (!D || !D->getIdentifier())
    return "the string";
  return "'" + D->getNameAsString() + "'";
}

static std::string allocation(const CXXRecordDecl &String) {
  std::optional<unsigned> Capacity = inlineCapacity(String);
  if (!Capacity)
    return "an allocation unless it is short";
  return "an allocation if it has more than " + std::to_string(*Capacity) +
         " characters";
}

static std::string characters(uint64_t Count) {
  return std::to_string(Count) + (Count == 1 ? " character" : " characters");
}

static std::optional<std::string> textOf(const Expr &E, const ASTContext &Ctx) {
  const SourceManager &SM = Ctx.getSourceManager();
  if (hasComment(E.getSourceRange(), SM, Ctx.getLangOpts()))
    return std::nullopt;
  return sourceText(E, SM, Ctx.getLangOpts());
}

// Whether E can stand before `.` and beside any operator.
static bool isPrimary(const Expr &E) {
  const Expr *Inner = &asWritten(E);
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Inner))
    return Operator->getOperator() == OO_Subscript;
  return isa<DeclRefExpr, MemberExpr, CallExpr, ArraySubscriptExpr,
             StringLiteral, CXXFunctionalCastExpr>(Inner) ||
         isa<ParenExpr>(E.IgnoreImpCasts());
}

void StringConversion::add(Finding Report, const BodyIndex &Index,
                           const ValueDecl *Source) {
  const SourceManager &SM = Index.context().getSourceManager();
  if (SM.isInSystemHeader(SM.getSpellingLoc(Report.Loc)))
    return;
  Report.In = &Index.function();
  Candidates.push_back({std::move(Report), Source});
}

void StringConversion::onEndOfTranslationUnit() {
  for (Candidate &C : Candidates)
    if (!Raw.contains(C.Source))
      report(std::move(C.Report));
}

bool StringConversion::leavesAlone(const FunctionDecl &Callee,
                                   const CXXRecordDecl &String) {
  if (isOfStandardLibrary(Callee))
    return true;
  const FunctionDecl *Definition = nullptr;
  if (!Callee.hasBody(Definition))
    return false;
  const auto *Method = dyn_cast<CXXMethodDecl>(&Callee);
  if (Method && Method->isVirtual())
    return false;
  const ASTContext &Ctx = Callee.getASTContext();
  const WrittenOutside &Outside = Writes.of(*Definition);
  QualType Character = cast<ClassTemplateSpecializationDecl>(String)
                           .getTemplateArgs()[0]
                           .getAsType();
  return Outside.Unknown.isInvalid() &&
         !Outside.firstOverlapping(Ctx.getCanonicalTagType(&String)) &&
         !Outside.firstOverlapping(Character);
}

// --- Through c_str() --------------------------------------------------------

static const Stmt *parentBeyondCasts(const Stmt &S, const BodyIndex &Index,
                                     const Stmt *&Child) {
  Child = &S;
  const Stmt *Up = Index.parent(S);
  while (isa_and_nonnull<ParenExpr, ImplicitCastExpr>(Up)) {
    Child = Up;
    Up = Index.parent(*Up);
  }
  return Up;
}

// Whether a constructor is given E, and nothing else that is written.
static bool isMadeOf(const CXXConstructExpr &Made, const Stmt &E) {
  if (Made.getNumArgs() == 0 || Made.getArg(0) != &E)
    return false;
  for (unsigned I = 1; I < Made.getNumArgs(); ++I)
    if (!isa<CXXDefaultArgExpr>(Made.getArg(I)))
      return false;
  return true;
}

static bool isLengthFunction(const FunctionDecl &F) {
  if (!F.getIdentifier() || !F.isExternC())
    return false;
  return F.getName() == "strlen" || F.getName() == "wcslen";
}

void StringConversion::examineRoundTrip(const RoundTrip &Trip,
                                        const BodyIndex &Index) {
  const Stmt *Child = nullptr;
  const Stmt *Up = parentBeyondCasts(*Trip.Call, Index, Child);
  if (const auto *Made = dyn_cast_or_null<CXXConstructExpr>(Up)) {
    if (isMadeOf(*Made, *Child))
      examineConversion(Trip, *Made, Index);
    return;
  }
  const auto *Call = dyn_cast_or_null<CallExpr>(Up);
  const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
  if (!Callee)
    return;
  if (isLengthFunction(*Callee))
    examineLength(Trip, *Call, Index);
  else if (isOfStandardLibrary(*Callee))
    examineStringCall(Trip, *Call, *Child, Index);
}

// What a fix leaves of `S.c_str()`: `S`.
static std::optional<Edits> dropCall(const RoundTrip &Trip,
                                     const ASTContext &Ctx) {
  if (!textOf(*Trip.Call, Ctx))
    return std::nullopt;
  EditBuilder Builder(Ctx.getSourceManager(), Ctx.getLangOpts());
  if (Trip.Callee->isArrow())
    Builder.insertBefore(*Trip.Object, "*");
  Builder.replace({Trip.Callee->getOperatorLoc(), Trip.Call->getEndLoc()}, "");
  return Builder.take();
}

// Whether E is a local constant that is made of a literal.
static bool isNamedLiteral(const Expr &E) {
  const auto *V = dyn_cast_or_null<VarDecl>(namedBy(E));
  if (!V || !V->isLocalVarDecl() || !V->getType().isConstQualified() ||
      !V->getInit())
    return false;
  const auto *Made = dyn_cast<CXXConstructExpr>(&asWritten(*V->getInit()));
  return Made && Made->getNumArgs() > 0 &&
         isa<clang::StringLiteral>(asWritten(*Made->getArg(0)));
}

void StringConversion::reportRoundTrip(const RoundTrip &Trip, const Expr &Where,
                                       std::string Message,
                                       std::optional<Edits> Changes,
                                       const BodyIndex &Index) {
  Finding Report;
  Report.Loc = Where.getBeginLoc();
  Report.Message = std::move(Message);
  // Without the call it may be a view: one fix after the other is none.
  if (Changes && !isNamedLiteral(*Trip.Object)) {
    bool IsSafe = !Trip.Callee->isArrow() &&
                  !Index.function().isDependentContext() &&
                  isNulFree(*Trip.Object, Index);
    Report.Suggested = Fix{IsSafe ? FixKind::Safe : FixKind::Unsafe,
                           IsSafe ? "" : CutCaution, std::move(*Changes)};
  }
  add(std::move(Report), Index, namedBy(*Trip.Object));
}

static std::string calleeName(const FunctionDecl &F) {
  if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(&F))
    return "the constructor of '" +
           Constructor->getParent()->getNameAsString() + "'";
  return "'" + F.getNameAsString() + "'";
}

void StringConversion::reportCopy(const RoundTrip &Trip,
                                  const FunctionDecl &Callee, const Expr &Call,
                                  const BodyIndex &Index) {
  if (isChangedWithin(*Trip.Object, Call, Index))
    return;
  reportRoundTrip(Trip, *Trip.Call,
                  nameOf(*Trip.Object) + " is copied to be passed to " +
                      calleeName(Callee) +
                      ", which takes a string: its length is counted anew, " +
                      "then " + allocation(*Trip.String),
                  dropCall(Trip, Index.context()), Index);
}

// Where a string is made of another.
void StringConversion::reportMade(const RoundTrip &Trip, bool IsView,
                                  const BodyIndex &Index) {
  if (IsView || Trip.Callee->isArrow() || asWritten(*Trip.Object).isGLValue())
    return reportRescan(Trip, Index);
  reportRoundTrip(Trip, *Trip.Call,
                  nameOf(*Trip.Object) +
                      " is a temporary that could be moved, and is copied: "
                      "its length is counted anew, then " +
                      allocation(*Trip.String),
                  dropCall(Trip, Index.context()), Index);
}

void StringConversion::reportRescan(const RoundTrip &Trip,
                                    const BodyIndex &Index) {
  if (!Rescans)
    return;
  reportRoundTrip(Trip, *Trip.Call,
                  "the length of " + nameOf(*Trip.Object) +
                      " is known and counted anew: a scan of all its "
                      "characters",
                  dropCall(Trip, Index.context()), Index);
}

static const Stmt *beyondTemporaries(const Stmt &S, const BodyIndex &Index,
                                     const Stmt *&Child, bool &IsExplicit) {
  Child = &S;
  const Stmt *Up = Index.parent(S);
  while (Up) {
    const auto *Construct = dyn_cast<CXXConstructExpr>(Up);
    if (isa<CXXFunctionalCastExpr>(Up))
      IsExplicit = true;
    else if (!isa<CXXBindTemporaryExpr, ImplicitCastExpr,
                  MaterializeTemporaryExpr, ExprWithCleanups>(Up) &&
             !(Construct && Construct->isElidable()))
      break;
    Child = Up;
    Up = Index.parent(*Up);
  }
  return Up;
}

// Whether a call is a statement: `T(S);`, without anything in the way, would
// declare S.
static bool wouldDeclare(const Expr &Call, const BodyIndex &Index) {
  if (!isa<CXXConstructExpr>(Call))
    return false;
  const Stmt *Up = Index.parent(Call);
  while (isa_and_nonnull<CXXFunctionalCastExpr, CXXBindTemporaryExpr,
                         ImplicitCastExpr, MaterializeTemporaryExpr,
                         ExprWithCleanups>(Up))
    Up = Index.parent(*Up);
  return Up && !isa<Expr, DeclStmt, ReturnStmt>(Up);
}

// `T X(std::string(S))` declares a function.
static bool wouldDeclareFunction(const Expr &Object, const Stmt *Around) {
  if (isa<MemberExpr, CXXMemberCallExpr>(asWritten(Object)))
    return false;
  if (const auto *Declaration = dyn_cast<DeclStmt>(Around)) {
    const auto *V = dyn_cast<VarDecl>(*Declaration->decl_begin());
    return !V || V->getInitStyle() != VarDecl::CInit;
  }
  return isa<CXXConstructExpr>(Around);
}

void StringConversion::examineConversion(const RoundTrip &Trip,
                                         const CXXConstructExpr &Made,
                                         const BodyIndex &Index) {
  bool IsView = isStringView(Made.getType());
  if (!IsView && stringRecord(Made.getType()) != Trip.String)
    return;
  if (IsView && viewName(*Trip.String).empty())
    return;
  bool IsExplicit = false;
  const Stmt *Child = nullptr;
  const Stmt *Up = beyondTemporaries(Made, Index, Child, IsExplicit);
  if (isa_and_nonnull<CallExpr, CXXConstructExpr>(Up) && !IsExplicit)
    return examineArgument(Trip, Made, *cast<Expr>(Up), *Child, Index);
  // What is left of `std::string(S.c_str());` would declare S.
  if (IsExplicit) {
    if (isa_and_nonnull<Expr, DeclStmt, ReturnStmt>(Up) &&
        !wouldDeclareFunction(*Trip.Object, Up))
      reportMade(Trip, IsView, Index);
    return;
  }
  // A view of what is gone after the declaration is wrong either way.
  if (IsView && !Trip.Object->isLValue() && !Trip.Callee->isArrow())
    return;
  if (const auto *Declaration = dyn_cast_or_null<DeclStmt>(Up)) {
    for (const Decl *D : Declaration->decls())
      if (const auto *V = dyn_cast<VarDecl>(D))
        if (V->getInit() == Child && !V->getType()->isReferenceType() &&
            V != namedBy(*Trip.Object))
          reportMade(Trip, IsView, Index);
    return;
  }
  bool IsReturned = isa_and_nonnull<ReturnStmt>(Up) && !IsView;
  if (IsReturned || isa_and_nonnull<CXXNewExpr>(Up) ||
      (!Up && isa<CXXConstructorDecl>(Index.function()) && !IsView))
    reportMade(Trip, IsView, Index);
}

// Containers that take a key or an element by either reference.
static bool hasConstTwin(const FunctionDecl &Callee) {
  if (!isOfStandardLibrary(Callee) || !isa<CXXMethodDecl>(Callee))
    return false;
  if (Callee.getOverloadedOperator() == OO_Subscript)
    return true;
  return Callee.getIdentifier() &&
         llvm::StringSwitch<bool>(Callee.getName())
             .Cases({"push_back", "push_front", "push", "insert"}, true)
             .Default(false);
}

void StringConversion::examineArgument(const RoundTrip &Trip,
                                       const CXXConstructExpr &Made,
                                       const Expr &Call, const Stmt &Arg,
                                       const BodyIndex &Index) {
  llvm::SmallVector<const Expr *, 4> Args;
  const FunctionDecl *Callee = nullptr;
  unsigned Shift = 0;
  if (const auto *Direct = dyn_cast<CallExpr>(&Call)) {
    Callee = Direct->getDirectCallee();
    Args.append(Direct->arg_begin(), Direct->arg_end());
    const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Callee);
    Shift = isa<CXXOperatorCallExpr>(Direct) && Method && Method->isInstance();
  } else if (const auto *Construct = dyn_cast<CXXConstructExpr>(&Call)) {
    Callee = Construct->getConstructor();
    Args.append(Construct->arg_begin(), Construct->arg_end());
    if (Construct->isListInitialization())
      return;
  }
  const auto *It =
      llvm::find_if(Args, [&](const Expr *E) { return E == &Arg; });
  if (!Callee || It == Args.end() || wouldDeclare(Call, Index))
    return;
  auto I = static_cast<unsigned>(It - Args.begin()) - Shift;
  auto Written = static_cast<unsigned>(llvm::count_if(
      Args, [](const Expr *E) { return !isa<CXXDefaultArgExpr>(E); }));
  if (I >= Callee->getNumParams() ||
      !staysChosen(*Callee, I, Call, Written - Shift))
    return;
  QualType T = Callee->getParamDecl(I)->getType();
  bool IsConstReference =
      T->isLValueReferenceType() && T.getNonReferenceType().isConstQualified();
  if (isStringView(Made.getType())) {
    if (!isa<CXXOperatorCallExpr>(Call))
      reportRescan(Trip, Index);
  } else if (T->isRValueReferenceType()) {
    if (!hasConstTwin(*Callee))
      return;
    if (Callee->getOverloadedOperator() == OO_Subscript)
      reportCopy(Trip, *Callee, Call, Index);
    else
      reportRescan(Trip, Index);
  } else if (IsConstReference) {
    reportCopy(Trip, *Callee, Call, Index);
  } else if (!T->isReferenceType()) {
    reportMade(Trip, false, Index);
  }
}

// Whether the member of std::basic_string takes a string in the place of the
// pointer at I, of Args arguments.
static bool takesStringAt(llvm::StringRef Member, unsigned I, unsigned Args) {
  if (Member == "append" || Member == "assign" || Member == "starts_with" ||
      Member == "ends_with" || Member == "contains")
    return I == 0 && Args == 1;
  if (Member == "compare" || Member == "replace")
    return (Member == "compare" && I == 0 && Args == 1) ||
           (I == 2 && Args == 3);
  if (Member == "insert")
    return I == 1 && Args == 2;
  return (Member.starts_with("find") || Member == "rfind") && I == 0 &&
         Args <= 2;
}

void StringConversion::examineStringCall(const RoundTrip &Trip,
                                         const CallExpr &Call, const Stmt &Arg,
                                         const BodyIndex &Index) {
  const FunctionDecl &Callee = *Call.getDirectCallee();
  const Expr *Other = nullptr;
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&Call)) {
    if (Operator->getNumArgs() != 2 || Operator->getOperator() == OO_LessLess)
      return;
    Other = Operator->getArg(Operator->getArg(0) == &Arg ? 1 : 0);
  } else if (const auto *Member = dyn_cast<CXXMemberCallExpr>(&Call)) {
    Other = Member->getImplicitObjectArgument();
    auto It = llvm::find_if(Call.arguments(),
                            [&](const Expr *E) { return E == &Arg; });
    auto Written = static_cast<unsigned>(
        llvm::count_if(Call.arguments(), [](const Expr *E) {
          return !isa<CXXDefaultArgExpr>(E);
        }));
    if (It == Call.arg_end() || !Callee.getIdentifier() ||
        !takesStringAt(Callee.getName(),
                       static_cast<unsigned>(It - Call.arg_begin()), Written))
      return;
    // An iterator in front: there is no such overload for strings.
    if (Callee.getNumParams() > 1 &&
        Call.getArg(0)->IgnoreParenImpCasts() != &asWritten(*Trip.Call) &&
        It != Call.arg_begin() && !Call.getArg(0)->getType()->isIntegerType())
      return;
  }
  if (!Other || stringRecord(asWritten(*Other).getType()) != Trip.String)
    return;
  const ValueDecl *Source = namedBy(*Trip.Object);
  // `S = S.c_str()` cuts on purpose.
  if (Source && Source == namedBy(*Other))
    return;
  reportRescan(Trip, Index);
}

// Whether the length up to the first NUL is asked for in its own right:
// `S.erase(strlen(S.c_str()))`, `strlen(S.c_str()) == S.size()`.
static bool isAboutNul(const CallExpr &Call, const ValueDecl *Source,
                       const BodyIndex &Index) {
  if (!Source)
    return false;
  for (const Stmt *Up = Index.parent(Call); isa_and_nonnull<Expr>(Up);
       Up = Index.parent(*Up)) {
    const auto *Member = dyn_cast<CXXMemberCallExpr>(Up);
    if (Member && namedBy(*Member->getImplicitObjectArgument()) == Source)
      return true;
    const auto *Binary = dyn_cast<BinaryOperator>(Up);
    if (!Binary || !Binary->isComparisonOp())
      continue;
    for (const Expr *Side : {Binary->getLHS(), Binary->getRHS()}) {
      const auto *Size =
          dyn_cast<CXXMemberCallExpr>(Side->IgnoreParenImpCasts());
      if (Size && namedBy(*Size->getImplicitObjectArgument()) == Source)
        return true;
    }
  }
  return false;
}

void StringConversion::examineLength(const RoundTrip &Trip,
                                     const CallExpr &Call,
                                     const BodyIndex &Index) {
  if (!Rescans || isAboutNul(Call, namedBy(*Trip.Object), Index))
    return;
  const ASTContext &Ctx = Index.context();
  std::optional<std::string> Object = textOf(*Trip.Object, Ctx);
  std::optional<Edits> Changes;
  if (Object && textOf(Call, Ctx)) {
    EditBuilder Whole(Ctx.getSourceManager(), Ctx.getLangOpts());
    std::string Text = *Object;
    if (!llvm::StringRef(Text).ends_with("->"))
      Text += Trip.Callee->isArrow() ? "->" : ".";
    Whole.replace(Call.getSourceRange(), Text + "size()");
    Changes = Whole.take();
  }
  reportRoundTrip(Trip, Call,
                  "the length of " + nameOf(*Trip.Object) +
                      " is known and counted anew: a scan of all its "
                      "characters",
                  std::move(Changes), Index);
}

// --- Comparisons ------------------------------------------------------------

static std::optional<Part> part(const Expr &E) {
  const auto *Call = dyn_cast<CXXMemberCallExpr>(&asWritten(E));
  const auto *Callee =
      Call ? dyn_cast<MemberExpr>(Call->getCallee()->IgnoreParenImpCasts())
           : nullptr;
  if (!Callee || Callee->isImplicitAccess() || !Call->getMethodDecl() ||
      !Call->getMethodDecl()->getIdentifier() ||
      Call->getMethodDecl()->getName() != "substr")
    return std::nullopt;
  const CXXRecordDecl *String = stringRecord(Call->getObjectType());
  unsigned Args = 0;
  for (const Expr *Arg : Call->arguments())
    Args += !isa<CXXDefaultArgExpr>(Arg);
  if (!String || Args == 0)
    return std::nullopt;
  return Part{Call, Callee, String, Args};
}

static std::optional<std::string> partArguments(const Part &P,
                                                const ASTContext &Ctx) {
  std::optional<std::string> From = textOf(*P.Call->getArg(0), Ctx);
  if (!From)
    return std::nullopt;
  if (P.Args == 1)
    return *From + ", std::string::npos";
  std::optional<std::string> Count = textOf(*P.Call->getArg(1), Ctx);
  if (!Count)
    return std::nullopt;
  return *From + ", " + *Count;
}

static std::optional<std::string> objectText(const Part &P,
                                             const ASTContext &Ctx) {
  std::optional<std::string> Text = textOf(*P.Callee->getBase(), Ctx);
  if (!Text)
    return std::nullopt;
  if (!llvm::StringRef(*Text).ends_with("->"))
    *Text += P.Callee->isArrow() ? "->" : ".";
  return Text;
}

static std::string partCost(const Part &P, const ASTContext &Ctx) {
  std::optional<unsigned> Capacity = inlineCapacity(*P.String);
  std::optional<int64_t> Count =
      P.Args == 2 ? integerConstant(*P.Call->getArg(1), Ctx) : std::nullopt;
  if (Count && Capacity && *Count >= 0 && *Count <= *Capacity)
    return "a copy of up to " + characters(static_cast<uint64_t>(*Count));
  return "a copy, and " + allocation(*P.String);
}

// Whether P is as many characters from the first on as Other has: what
// `starts_with` compares.
static bool isPrefix(const Part &P, const Expr &Other, const ASTContext &Ctx) {
  if (P.Args != 2 || integerConstant(*P.Call->getArg(0), Ctx) != 0)
    return false;
  // A view is passed by value.
  if (const auto *Copy = dyn_cast<CXXConstructExpr>(&Other))
    return Copy->getConstructor()->isCopyOrMoveConstructor() &&
           isPrefix(P, asWritten(*Copy->getArg(0)), Ctx);
  if (const auto *Literal = dyn_cast<clang::StringLiteral>(&Other))
    return !Literal->containsNonAsciiOrNull() &&
           integerConstant(*P.Call->getArg(1), Ctx) == Literal->getLength();
  const auto *Size =
      dyn_cast<CXXMemberCallExpr>(&asWritten(*P.Call->getArg(1)));
  if (!isa<DeclRefExpr>(Other) || !Size || !Size->getMethodDecl() ||
      !Size->getMethodDecl()->getIdentifier() ||
      (!stringRecord(Other.getType()) && !isStringView(Other.getType())))
    return false;
  llvm::StringRef Name = Size->getMethodDecl()->getName();
  return (Name == "size" || Name == "length") &&
         isa<DeclRefExpr>(asWritten(*Size->getImplicitObjectArgument())) &&
         namedBy(*Size->getImplicitObjectArgument()) == namedBy(Other);
}

bool StringConversion::examineParts(const Expr &Whole, const Expr &Left,
                                    const Expr &Right, bool IsEqual,
                                    const BodyIndex &Index) {
  std::optional<Part> Compared = part(Left);
  const Expr *Other = &Right;
  if (!Compared) {
    Compared = part(Right);
    Other = &Left;
  }
  if (!Compared)
    return false;
  const ASTContext &Ctx = Index.context();
  const Expr &OtherWritten = asWritten(*Other);
  QualType T = OtherWritten.getType();
  bool IsView = isStringView(T);
  if (!IsView && stringRecord(T) != Compared->String && !T->isPointerType() &&
      !T->isArrayType())
    return true;
  Finding Report;
  // All of it is replaced: there, editors show it.
  Report.Loc = Whole.getBeginLoc();
  Report.Message = "'substr' makes a string that is only compared: " +
                   partCost(*Compared, Ctx);
  std::optional<std::string> Object = objectText(*Compared, Ctx);
  std::optional<std::string> Args = partArguments(*Compared, Ctx);
  std::optional<std::string> Against = textOf(*Other, Ctx);
  if (std::optional<Part> Second = part(*Other)) {
    std::optional<std::string> SecondObject =
        textOf(*Second->Callee->getBase(), Ctx);
    std::optional<std::string> SecondArgs = partArguments(*Second, Ctx);
    Against.reset();
    if (SecondObject && SecondArgs && !Second->Callee->isArrow())
      Against = *SecondObject + ", " + *SecondArgs;
  }
  if (Object && Args && Against && textOf(Whole, Ctx) &&
      (!IsView || Ctx.getLangOpts().CPlusPlus17)) {
    EditBuilder Builder(Ctx.getSourceManager(), Ctx.getLangOpts());
    std::string Comparison =
        Ctx.getLangOpts().CPlusPlus20 && isPrefix(*Compared, OtherWritten, Ctx)
            ? (IsEqual ? "" : "!") + *Object + "starts_with(" + *Against + ")"
            : *Object + "compare(" + *Args + ", " + *Against +
                  (IsEqual ? ") == 0" : ") != 0");
    Builder.replace(Whole.getSourceRange(), Comparison);
    if (std::optional<Edits> Changes = Builder.take())
      Report.Suggested = Fix{FixKind::Safe, "", std::move(*Changes)};
  }
  add(std::move(Report), Index);
  return true;
}

static std::optional<Temporary> temporary(const Expr &E) {
  const Expr &Written = asWritten(E);
  const CXXRecordDecl *String = stringRecord(Written.getType());
  if (!String)
    return std::nullopt;
  const CXXConstructExpr *Made = nullptr;
  SourceRange TypeRange;
  if (const auto *Cast = dyn_cast<CXXFunctionalCastExpr>(&Written)) {
    Made = dyn_cast<CXXConstructExpr>(&asWritten(*Cast->getSubExpr()));
    TypeRange = Cast->getTypeInfoAsWritten()->getTypeLoc().getSourceRange();
    // Braces make a list of characters of what is no string.
    if (Cast->getLParenLoc().isInvalid())
      return std::nullopt;
  } else if (const auto *Object = dyn_cast<CXXTemporaryObjectExpr>(&Written)) {
    Made = Object;
    TypeRange = Object->getTypeSourceInfo()->getTypeLoc().getSourceRange();
  }
  if (!Made)
    return std::nullopt;
  unsigned Given = 0;
  for (const Expr *Arg : Made->arguments())
    Given += !isa<CXXDefaultArgExpr>(Arg);
  if (Given > 1)
    return std::nullopt;
  return Temporary{&Written, Given ? Made->getArg(0) : nullptr, String,
                   TypeRange};
}

static std::string temporaryCost(const Temporary &Made) {
  std::optional<unsigned> Capacity = inlineCapacity(*Made.String);
  if (Made.Source)
    if (const auto *Literal =
            dyn_cast<clang::StringLiteral>(&asWritten(*Made.Source));
        Literal && Capacity) {
      std::string Length = characters(Literal->getLength());
      return Literal->getLength() > *Capacity
                 ? "an allocation and a copy of " + Length
                 : "a copy of " + Length;
    }
  return "a copy, and " + allocation(*Made.String);
}

void StringConversion::examineTemporary(const Expr &Whole, const Expr &Operand,
                                        const Expr &Other, bool IsEqual,
                                        const BodyIndex &Index) {
  std::optional<Temporary> Made = temporary(Operand);
  if (!Made)
    return;
  const ASTContext &Ctx = Index.context();
  QualType OtherType = asWritten(Other).getType();
  bool IsString = stringRecord(OtherType) == Made->String;
  Finding Report;
  Report.Loc = Made->Source ? Made->Whole->getBeginLoc() : Whole.getBeginLoc();
  EditBuilder Builder(Ctx.getSourceManager(), Ctx.getLangOpts());
  std::optional<std::string> Text;
  if (!Made->Source) {
    if (!IsString)
      return;
    Report.Message = "an empty string is made to be compared with";
    Text = textOf(Other, Ctx);
    if (Text && isPrimary(Other) && textOf(Whole, Ctx))
      Builder.replace(Whole.getSourceRange(),
                      (IsEqual ? "" : "!") + *Text + ".empty()");
  } else {
    const Expr &Source = asWritten(*Made->Source);
    QualType T = Source.getType();
    bool IsPointer = T->isPointerType() || T->isArrayType();
    const auto *Call = dyn_cast<CXXMemberCallExpr>(&Source);
    bool IsRoundTrip = Call && roundTrip(*Call);
    if (IsRoundTrip ||
        (!IsPointer && !isStringView(T) && stringRecord(T) != Made->String))
      return;
    bool IsOtherPointer =
        OtherType->isPointerType() || OtherType->isArrayType();
    bool NeedsView = IsOtherPointer && IsPointer;
    llvm::StringRef View = viewName(*Made->String);
    if (!IsString && !IsOtherPointer)
      return;
    if (NeedsView && (View.empty() || !Ctx.getLangOpts().CPlusPlus17))
      return;
    Report.Message =
        "a string is made only to be compared: " + temporaryCost(*Made);
    Text = textOf(*Made->Source, Ctx);
    if (NeedsView && Text && textOf(*Made->Whole, Ctx))
      Builder.replace(Made->TypeRange, View);
    else if (Text && textOf(*Made->Whole, Ctx))
      Builder.replace(Made->Whole->getSourceRange(),
                      isPrimary(*Made->Source) ? *Text : "(" + *Text + ")");
  }
  if (std::optional<Edits> Changes = Builder.take())
    Report.Suggested = Fix{FixKind::Safe, "", std::move(*Changes)};
  add(std::move(Report), Index);
}

static bool isPointerLike(const Expr &E) {
  QualType T = asWritten(E).getType();
  return T->isPointerType() || T->isArrayType();
}

// `std::string(P) == std::string(Q)`: a view of one of them will do.
void StringConversion::examineTemporaries(const Temporary &Left,
                                          const Temporary &Right,
                                          const BodyIndex &Index) {
  const ASTContext &Ctx = Index.context();
  auto IsKnown = [&](const Temporary &Made) {
    return Made.Source &&
           (isPointerLike(*Made.Source) ||
            isStringView(asWritten(*Made.Source).getType()) ||
            stringRecord(asWritten(*Made.Source).getType()) == Made.String);
  };
  llvm::StringRef View = viewName(*Left.String);
  if (!IsKnown(Left) || !IsKnown(Right) || Left.String != Right.String ||
      View.empty() || !Ctx.getLangOpts().CPlusPlus17)
    return;
  Finding Report;
  Report.Loc = Left.Whole->getBeginLoc();
  Report.Message = "two strings are made only to be compared: for each, a "
                   "copy, and " +
                   allocation(*Left.String);
  std::optional<std::string> LeftText = textOf(*Left.Source, Ctx);
  std::optional<std::string> RightText = textOf(*Right.Source, Ctx);
  if (LeftText && RightText && textOf(*Left.Whole, Ctx) &&
      textOf(*Right.Whole, Ctx)) {
    EditBuilder Builder(Ctx.getSourceManager(), Ctx.getLangOpts());
    Builder.replace(Left.TypeRange, View)
        .replace(Right.Whole->getSourceRange(), isPrimary(*Right.Source)
                                                    ? *RightText
                                                    : "(" + *RightText + ")");
    if (std::optional<Edits> Changes = Builder.take())
      Report.Suggested = Fix{FixKind::Safe, "", std::move(*Changes)};
  }
  add(std::move(Report), Index);
}

void StringConversion::examineComparison(const Expr &Whole, const Expr &Left,
                                         const Expr &Right, bool IsEqual,
                                         const BodyIndex &Index) {
  if (Left.isTypeDependent() || Right.isTypeDependent())
    return;
  if (examineParts(Whole, Left, Right, IsEqual, Index))
    return;
  std::optional<Temporary> LeftMade = temporary(Left);
  std::optional<Temporary> RightMade = temporary(Right);
  if (LeftMade && RightMade)
    examineTemporaries(*LeftMade, *RightMade, Index);
  else if (RightMade)
    examineTemporary(Whole, Right, Left, IsEqual, Index);
  else
    examineTemporary(Whole, Left, Right, IsEqual, Index);
}

// --- Views ------------------------------------------------------------------

void StringConversion::examineArguments(const Expr &Call,
                                        const FunctionDecl &Callee,
                                        llvm::ArrayRef<const Expr *> Args,
                                        const BodyIndex &Index) {
  if (Call.isTypeDependent())
    return;
  for (unsigned I = 0; I < Args.size() && I < Callee.getNumParams(); ++I)
    if (isStringView(Callee.getParamDecl(I)->getType()) &&
        !Args[I]->isTypeDependent() && !isa<CXXDefaultArgExpr>(Args[I]))
      examineViewArgument(Call, Callee, I, Args, Index);
}

// Why a view of Source, or of a part that ends before it does, might not do
// for Callee; empty if it does.
llvm::StringRef StringConversion::cautionOfView(const Expr &Source,
                                                bool EndsBefore,
                                                const FunctionDecl &Callee,
                                                const CXXRecordDecl &String,
                                                const BodyIndex &Index) {
  const Expr &Written = asWritten(Source);
  if (isa<clang::StringLiteral>(Written))
    return "";
  if ((EndsBefore || isStringView(Written.getType())) &&
      !Bounds.areKeptBy(Callee))
    return EndCaution;
  bool IsUnshared = !Index.function().isDependentContext() &&
                    stringRecord(Written.getType()) &&
                    isUnsharedLocal(Source, Index);
  return IsUnshared || leavesAlone(Callee, String) ? "" : AliasCaution;
}

void StringConversion::examineViewArgument(const Expr &Call,
                                           const FunctionDecl &Callee,
                                           unsigned I,
                                           llvm::ArrayRef<const Expr *> Args,
                                           const BodyIndex &Index) {
  const ASTContext &Ctx = Index.context();
  const Expr &Arg = *Args[I];
  auto Written = static_cast<unsigned>(llvm::count_if(
      Args, [](const Expr *E) { return !isa<CXXDefaultArgExpr>(E); }));
  std::optional<Part> Taken = part(Arg);
  std::optional<Temporary> Made = Taken ? std::nullopt : temporary(Arg);
  if ((!Taken && !(Made && Made->Source)) || wouldDeclare(Call, Index) ||
      !staysChosen(Callee, I, Call, Written))
    return;
  const CXXRecordDecl &String = Taken ? *Taken->String : *Made->String;
  if (isChangedWithin(Taken ? *Taken->Callee->getBase() : *Made->Source, Call,
                      Index))
    return;
  Finding Report;
  EditBuilder Builder(Ctx.getSourceManager(), Ctx.getLangOpts());
  const Expr *Source = Taken ? Taken->Callee->getBase() : Made->Source;
  if (Taken) {
    // The view has to have something to view.
    if (!Taken->Callee->isArrow() && !Source->isLValue())
      return;
    llvm::StringRef View = viewName(String);
    std::optional<std::string> Text = textOf(*Source, Ctx);
    if (View.empty())
      return;
    Report.Loc = Taken->Callee->getMemberLoc();
    Report.Message = "'substr' makes a string to be passed to " +
                     calleeName(Callee) +
                     ", which takes a view: " + partCost(*Taken, Ctx);
    if (Text && textOf(*Taken->Call, Ctx) && !Taken->Callee->isArrow())
      Builder.insertBefore(*Source, (View + "(").str())
          .insertAfter(*Source, ")");
  } else {
    const Expr &Inner = asWritten(*Source);
    QualType T = Inner.getType();
    const auto *Member = dyn_cast<CXXMemberCallExpr>(&Inner);
    if ((Member && roundTrip(*Member)) ||
        (!T->isPointerType() && !T->isArrayType() && !isStringView(T) &&
         !(stringRecord(T) == &String && Inner.isLValue())))
      return;
    Report.Loc = Made->Whole->getBeginLoc();
    Report.Message = "a string is made to be passed to " + calleeName(Callee) +
                     ", which takes a view: " + temporaryCost(*Made);
    std::optional<std::string> Text = textOf(*Source, Ctx);
    if (Text && textOf(*Made->Whole, Ctx))
      Builder.replace(Made->Whole->getSourceRange(), *Text);
  }
  if (std::optional<Edits> Changes = Builder.take()) {
    llvm::StringRef Caution =
        cautionOfView(*Source, Taken && Taken->Args > 1, Callee, String, Index);
    Report.Suggested = Fix{Caution.empty() ? FixKind::Safe : FixKind::Unsafe,
                           Caution.str(), std::move(*Changes)};
  }
  add(std::move(Report), Index);
}

// Ordered containers whose comparator takes what compares with a string.
static bool isTransparent(const CXXRecordDecl &Container) {
  const auto *Table = dyn_cast<ClassTemplateSpecializationDecl>(&Container);
  if (!Table || !Table->isInStdNamespace() || !Table->getIdentifier())
    return false;
  std::optional<unsigned> Position =
      llvm::StringSwitch<std::optional<unsigned>>(Table->getName())
          .Cases({"map", "multimap"}, 2)
          .Cases({"set", "multiset"}, 1)
          .Default(std::nullopt);
  const TemplateArgumentList &Args = Table->getTemplateArgs();
  if (!Position || *Position >= Args.size())
    return false;
  const auto *Comparator = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
      Args[*Position].getAsType()->getAsCXXRecordDecl());
  return Comparator && Comparator->isInStdNamespace() &&
         (Comparator->getName() == "less" ||
          Comparator->getName() == "greater") &&
         Comparator->getTemplateArgs()[0].getAsType()->isVoidType();
}

void StringConversion::examineLookup(const CXXMemberCallExpr &Call,
                                     const BodyIndex &Index) {
  const CXXMethodDecl *Method = Call.getMethodDecl();
  if (!Method || !Method->getIdentifier() || Call.getNumArgs() != 1 ||
      !isTransparent(*Method->getParent()) ||
      !llvm::StringSwitch<bool>(Method->getName())
           .Cases({"find", "count", "contains", "lower_bound", "upper_bound",
                   "equal_range"},
                  true)
           .Default(false))
    return;
  std::optional<Temporary> Made = temporary(*Call.getArg(0));
  if (!Made || !Made->Source)
    return;
  const Expr &Source = asWritten(*Made->Source);
  QualType T = Source.getType();
  const auto *Member = dyn_cast<CXXMemberCallExpr>(&Source);
  if ((Member && roundTrip(*Member)) ||
      (!T->isPointerType() && !T->isArrayType() && !isStringView(T)))
    return;
  const ASTContext &Ctx = Index.context();
  Finding Report;
  Report.Loc = Made->Whole->getBeginLoc();
  Report.Message = "a string is made to be looked up, though the comparator "
                   "needs none: " +
                   temporaryCost(*Made);
  EditBuilder Builder(Ctx.getSourceManager(), Ctx.getLangOpts());
  std::optional<std::string> Text = textOf(*Made->Source, Ctx);
  // A pointer has its length counted by each comparison, a view but once.
  llvm::StringRef View = viewName(*Made->String);
  if (Text && textOf(*Made->Whole, Ctx)) {
    if (!T->isPointerType())
      Builder.replace(Made->Whole->getSourceRange(), *Text);
    else if (Ctx.getLangOpts().CPlusPlus17 && !View.empty())
      Builder.replace(Made->TypeRange, View);
  }
  if (std::optional<Edits> Changes = Builder.take())
    Report.Suggested = Fix{FixKind::Safe, "", std::move(*Changes)};
  add(std::move(Report), Index);
}

// --- Constants --------------------------------------------------------------

static bool isViewedByMember(llvm::StringRef Name) {
  return llvm::StringSwitch<bool>(Name)
             .Cases({"size", "length", "empty", "at", "front", "back",
                     "compare", "rfind", "starts_with", "ends_with",
                     "contains"},
                    true)
             .Default(false) ||
         Name.starts_with("find");
}

static bool isOutput(const Expr &E) {
  const CXXRecordDecl *Record = asWritten(E).getType()->getAsCXXRecordDecl();
  return Record && Record->isInStdNamespace() && Record->getIdentifier() &&
         Record->getName().ends_with("stream");
}

// Whether a use of a string would compile and do the same with a view.
static bool isOnlyViewed(const whet::Use &U, const BodyIndex &Index) {
  if (U.InLambda || U.Kind == whet::Use::Aliased ||
      U.Where->getBeginLoc().isMacroID())
    return false;
  const Stmt *Child = nullptr;
  const Stmt *Up = parentBeyondCasts(*U.Where, Index, Child);
  if (const auto *Member = dyn_cast_or_null<MemberExpr>(Up)) {
    const NamedDecl *Method = Member->getMemberDecl();
    return isa<CXXConversionDecl>(Method) ||
           (Method->getIdentifier() && isViewedByMember(Method->getName()));
  }
  if (const auto *Operator = dyn_cast_or_null<CXXOperatorCallExpr>(Up)) {
    if (!Operator->getDirectCallee() ||
        !isOfStandardLibrary(*Operator->getDirectCallee()))
      return false;
    bool IsFirst = Operator->getArg(0) == Child;
    if (Operator->getOperator() == OO_Subscript)
      return IsFirst;
    if (Operator->isComparisonOp()) {
      QualType T = asWritten(*Operator->getArg(IsFirst ? 1 : 0)).getType();
      return stringRecord(T) || T->isPointerType() || T->isArrayType();
    }
    if (IsFirst)
      return false;
    if (Operator->getOperator() == OO_LessLess)
      return isOutput(*Operator->getArg(0));
    return (Operator->getOperator() == OO_Equal ||
            Operator->getOperator() == OO_PlusEqual) &&
           stringRecord(asWritten(*Operator->getArg(0)).getType());
  }
  if (const auto *Call = dyn_cast_or_null<CXXMemberCallExpr>(Up)) {
    const CXXMethodDecl *Method = Call->getMethodDecl();
    return Method && Method->getIdentifier() &&
           stringRecord(Call->getObjectType()) && Call->getNumArgs() > 0 &&
           Call->getArg(0) == Child &&
           (Method->getName() == "append" || Method->getName() == "assign" ||
            isViewedByMember(Method->getName()));
  }
  return false;
}

// The type of a declaration that is one token after another, as most are.
static bool isPlainConstString(llvm::StringRef Specifiers) {
  llvm::SmallVector<llvm::StringRef, 4> Words;
  Specifiers.split(Words, ' ', -1, false);
  llvm::erase(Words, "static");
  return Words.size() == 2 &&
         llvm::is_contained(Words, llvm::StringRef("const")) &&
         (llvm::is_contained(Words, llvm::StringRef("std::string")) ||
          llvm::is_contained(Words, llvm::StringRef("string")));
}

void StringConversion::examineConstant(const DeclStmt &Declaration,
                                       const BodyIndex &Index) {
  const auto *V = Declaration.isSingleDecl()
                      ? dyn_cast<VarDecl>(Declaration.getSingleDecl())
                      : nullptr;
  const ASTContext &Ctx = Index.context();
  if (!V || !Ctx.getLangOpts().CPlusPlus17 || !V->getInit() ||
      !V->getType().isConstQualified() || V->isConstexpr() ||
      V->getTLSKind() != VarDecl::TLS_None ||
      Index.function().isDependentContext())
    return;
  const CXXRecordDecl *String = stringRecord(V->getType());
  if (!String || V->getType()->isReferenceType())
    return;
  const auto *Made = dyn_cast<CXXConstructExpr>(&asWritten(*V->getInit()));
  if (!Made || Made->getNumArgs() == 0 || !isMadeOf(*Made, *Made->getArg(0)))
    return;
  const auto *Literal =
      dyn_cast<clang::StringLiteral>(&asWritten(*Made->getArg(0)));
  std::optional<unsigned> Capacity = inlineCapacity(*String);
  if (!Literal || !Capacity || Literal->getLength() <= *Capacity)
    return;
  llvm::ArrayRef<whet::Use> Uses = Index.uses(AccessPath::ofVariable(*V));
  if (Uses.empty() || hasHiddenMention(*V, Index) ||
      !llvm::all_of(Uses,
                    [&](const whet::Use &U) { return isOnlyViewed(U, Index); }))
    return;
  Finding Report;
  Report.Loc = V->getLocation();
  Report.Message = "'" + V->getNameAsString() +
                   "' is a string that is only viewed: an allocation and a "
                   "copy of " +
                   characters(Literal->getLength()) + " " +
                   (V->isStaticLocal() ? "at the first call" : "at each call");
  const SourceManager &SM = Ctx.getSourceManager();
  SourceLocation Begin = V->getBeginLoc();
  if (Begin.isFileID() && V->getLocation().isFileID() &&
      viewName(*String) == "std::string_view") {
    llvm::StringRef Specifiers = Lexer::getSourceText(
        CharSourceRange::getCharRange(Begin, V->getLocation()), SM,
        Ctx.getLangOpts());
    if (isPlainConstString(Specifiers)) {
      EditBuilder Builder(SM, Ctx.getLangOpts());
      Builder.replace({Begin, V->getTypeSpecEndLoc()},
                      V->isStaticLocal() ? "static constexpr std::string_view"
                                         : "constexpr std::string_view");
      if (std::optional<Edits> Changes = Builder.take())
        Report.Suggested = Fix{FixKind::Safe, "", std::move(*Changes)};
    }
  }
  add(std::move(Report), Index);
}

// --- Streams ----------------------------------------------------------------

// Whether a stream writes a value as std::to_string and `+=` do, whatever its
// flags: no number with a point, no manipulator, no type of one's own.
static bool isWrittenAsIs(const Expr &E) {
  const Expr &Written = asWritten(E);
  QualType T = Written.getType();
  if (T->isArrayType() || T->isPointerType())
    return T->getPointeeOrArrayElementType()->isCharType();
  return stringRecord(T) || isStringView(T) ||
         (T->isIntegerType() && !T->isEnumeralType());
}

namespace {
/// What a stream is used for.
struct StreamUses {
  unsigned Written = 0;
  unsigned Drained = 0;
  bool IsOnlyJoined = true;
};
} // namespace

// The values of `Stream << A << B;`, from the use of the stream on.
static void noteWritten(const Stmt &Stream, const BodyIndex &Index,
                        StreamUses &Uses) {
  const Stmt *Child = nullptr;
  const Stmt *Up = parentBeyondCasts(Stream, Index, Child);
  bool IsWritten = false;
  while (const auto *Operator = dyn_cast_or_null<CXXOperatorCallExpr>(Up)) {
    if (Operator->getOperator() != OO_LessLess ||
        Operator->getArg(0) != Child || !isWrittenAsIs(*Operator->getArg(1)))
      break;
    IsWritten = true;
    ++Uses.Written;
    Up = parentBeyondCasts(*Operator, Index, Child);
  }
  while (isa_and_nonnull<ExprWithCleanups>(Up))
    Up = Index.parent(*Up);
  Uses.IsOnlyJoined &= IsWritten && Up && !isa<Expr, DeclStmt>(Up);
}

// Whether the text of a stream is appended, which is another check's to say.
static bool isAppended(const Stmt &Text, const BodyIndex &Index) {
  const Stmt *Child = nullptr;
  bool IsExplicit = false;
  const auto *Operator = dyn_cast_or_null<CXXOperatorCallExpr>(
      beyondTemporaries(Text, Index, Child, IsExplicit));
  return Operator && Operator->getOperator() == OO_PlusEqual;
}

static StreamUses streamUses(const VarDecl &Stream, const Loop &In,
                             const BodyIndex &Index) {
  StreamUses Uses;
  for (const whet::Use &U : Index.uses(AccessPath::ofVariable(Stream))) {
    const Stmt *Child = nullptr;
    const Stmt *Up = parentBeyondCasts(*U.Where, Index, Child);
    const auto *Member = dyn_cast_or_null<MemberExpr>(Up);
    if (!Member) {
      noteWritten(*U.Where, Index, Uses);
      continue;
    }
    const auto *Call =
        dyn_cast_or_null<CXXMemberCallExpr>(Index.parent(*Member));
    Uses.IsOnlyJoined &=
        Call && Call->getNumArgs() == 0 && Call->getMethodDecl() &&
        Call->getMethodDecl()->getIdentifier() &&
        Call->getMethodDecl()->getName() == "str" &&
        Index.enclosingLoop(*Call) == &In && !isAppended(*Call, Index);
    ++Uses.Drained;
  }
  return Uses;
}

// The loop whose every iteration comes by a declaration; null if there is none,
// or if that iteration is the last.
static const Loop *loopOfEach(const DeclStmt &Declaration,
                              const BodyIndex &Index) {
  const Loop *In = Index.enclosingLoop(Declaration);
  const auto *Body = In ? dyn_cast<CompoundStmt>(In->Body) : nullptr;
  if (!Body || Index.parent(Declaration) != Body || isa<DoStmt>(In->Statement))
    return nullptr;
  const auto *Last = Body->body_back();
  if (const auto *E = dyn_cast<Expr>(Last))
    Last = &asWritten(*E);
  return isa<BreakStmt, ReturnStmt, GotoStmt, CXXThrowExpr>(Last) ? nullptr
                                                                  : In;
}

void StringConversion::examineStream(const DeclStmt &Declaration,
                                     const BodyIndex &Index) {
  const Loop *In = loopOfEach(Declaration, Index);
  const auto *V = In && Declaration.isSingleDecl()
                      ? dyn_cast<VarDecl>(Declaration.getSingleDecl())
                      : nullptr;
  if (!V || !isStringStream(*V) || V->getLocation().isMacroID() ||
      Index.function().isDependentContext())
    return;
  const auto *Made = dyn_cast_or_null<CXXConstructExpr>(V->getInit());
  if (!Made || llvm::any_of(Made->arguments(), [](const Expr *Arg) {
        return !isa<CXXDefaultArgExpr>(Arg);
      }))
    return;
  StreamUses Uses = streamUses(*V, *In, Index);
  if (!Uses.IsOnlyJoined || Uses.Drained != 1 || Uses.Written == 0)
    return;
  Finding Report;
  Report.Loc = V->getLocation();
  Report.Message =
      "a stream is made in each iteration to join " +
      (Uses.Written == 1 ? std::string("one value")
                         : std::to_string(Uses.Written) + " values") +
      ": a locale, a buffer and a copy of the text for each; a string that "
      "they are appended to needs none";
  add(std::move(Report), Index);
}
