//===- MissingReserve.cpp - whet-missing-reserve --------------------------===//
//
// A container that grows a number of times that is known beforehand, without
// having been told. Each time its buffer is full it allocates a larger one and
// moves all its elements there.
//
// What grows by how much is the business of analysis/Growth.h; this file
// decides what is worth saying and which fix keeps behaviour.
//
//===----------------------------------------------------------------------===//
#include "whet/analysis/Growth.h"
#include "whet/analysis/PassedArguments.h"
#include "whet/analysis/ReservedMembers.h"
#include "whet/analysis/SkippedBody.h"
#include "whet/facts/Predicate.h"
#include "whet/facts/UnitScope.h"
#include "whet/support/Check.h"
#include "whet/support/Registry.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/Basic/DiagnosticSema.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace whet;
using namespace clang;
using namespace clang::ast_matchers;

namespace {

constexpr OptionInfo Opts[] = {
    {"MinTripCount", OptionKind::Unsigned, "5",
     "growth that is known to be by fewer elements is not reported"},
    {"AllowUpperBound", OptionKind::Bool, "false",
     "also report growth under a condition that may skip some iterations, "
     "where the trip count is only an upper bound"},
    {"Containers", OptionKind::String, "",
     "further container types, as 'name' or 'name=FAMILY' separated by ';', "
     "where FAMILY is sequence (the default), string or hash"}};

constexpr CheckInfo Info{
    .Id = "whet-missing-reserve",
    .Topic = Topic::Allocation,
    .Summary = "container grows in a loop whose trip count is known, without "
               "reserve",
    .Fix = FixKind::Safe,
    .Since = "0.1",
    .Options = Opts};

/// A finding that waits for the end of the translation unit.
struct Candidate {
  Finding Report;
  /// For a member: the field, which a function whose body the host skips may
  /// reserve.
  const FieldDecl *Field = nullptr;
};

/// What the instantiations of one template say of one place.
struct TemplatePlace {
  std::optional<Candidate> Agreed;
  unsigned Agreeing = 0;
};

class MissingReserve : public Check {
public:
  MissingReserve(llvm::StringRef Name, tidy::ClangTidyContext *Context);

  void registerMatchers(MatchFinder *Finder) override;
  void check(const MatchFinder::MatchResult &Result) override;
  void onEndOfTranslationUnit() override;

private:
  void examine(const FunctionDecl &F);
  bool mayHaveSites(const FunctionDecl &F);
  std::optional<Candidate> candidate(const GrowthSite &Site,
                                     const BodyIndex &Index);
  bool isWorthReporting(const GrowthSite &Site, const BodyIndex &Index) const;

  const unsigned MinTripCount;
  const bool AllowUpperBound;
  ContainerModels Models;
  std::vector<Candidate> Candidates;
  /// By the template's pattern, then by place.
  llvm::MapVector<const FunctionDecl *, unsigned> Instantiations;
  llvm::MapVector<std::pair<const FunctionDecl *, SourceLocation>,
                  TemplatePlace>
      Places;
  PassedArguments Passed;
  FactBase Facts;
};

} // namespace

static const RegisterCheck<MissingReserve> X(Info);

MissingReserve::MissingReserve(llvm::StringRef Name,
                               tidy::ClangTidyContext *Context)
    : Check(Name, Context, Info), MinTripCount(unsignedOption("MinTripCount")),
      AllowUpperBound(boolOption("AllowUpperBound")) {
  if (llvm::Error E = Models.add(stringOption("Containers")))
    configurationDiag("%0 in option whet-missing-reserve.Containers")
        << llvm::toString(std::move(E));
}

void MissingReserve::registerMatchers(MatchFinder *Finder) {
  auto IsWritten = unless(anyOf(isImplicit(), isExpansionInSystemHeader()));
  Finder->addMatcher(functionDecl(isDefinition(), IsWritten).bind("function"),
                     this);
  Finder->addMatcher(
      lambdaExpr(unless(isExpansionInSystemHeader())).bind("lambda"), this);
}

void MissingReserve::check(const MatchFinder::MatchResult &Result) {
  const auto *F = Result.Nodes.getNodeAs<FunctionDecl>("function");
  if (const auto *Lambda = Result.Nodes.getNodeAs<LambdaExpr>("lambda"))
    F = Lambda->getCallOperator();
  if (F && F->hasBody() && !F->isDependentContext() && !F->isDefaulted())
    examine(*F);
}

// A cheap look at every body: few have a loop or an inserter, and only those
// are indexed. What the program as a whole has to know is collected on the way:
// members that are reserved, and what is passed for integers.
bool MissingReserve::mayHaveSites(const FunctionDecl &F) {
  bool Found = false;
  llvm::SmallVector<const Stmt *, 32> Work{F.getBody()};
  while (!Work.empty()) {
    const Stmt *Next = Work.pop_back_val();
    if (!Next)
      continue;
    if (isa<ForStmt, CXXForRangeStmt, WhileStmt>(Next))
      Found = true;
    if (const auto *Ref = dyn_cast<DeclRefExpr>(Next))
      if (const IdentifierInfo *Name = Ref->getDecl()->getIdentifier())
        Found |= Name->isStr("back_inserter") || Name->isStr("inserter");
    if (const auto *Call = dyn_cast<CallExpr>(Next))
      Passed.note(*Call);
    if (const auto *Call = dyn_cast<CXXMemberCallExpr>(Next))
      noteReservedMember(*Call, Models, Facts);
    Work.append(Next->child_begin(), Next->child_end());
  }
  return Found;
}

// In an editor, a header's functions have no bodies.
static bool mayReserveUnseen(const FieldDecl &Field) {
  const auto *Record = dyn_cast<CXXRecordDecl>(Field.getParent());
  if (!Record)
    return false;
  const ASTContext &Ctx = Field.getASTContext();
  return llvm::any_of(Record->methods(), [&](const CXXMethodDecl *Method) {
    auto Mentions = [&](llvm::StringRef Reserving) {
      return skippedBodyMentions(*Method, {Field.getName(), Reserving},
                                 Ctx.getSourceManager(), Ctx.getLangOpts());
    };
    return Mentions("reserve") || Mentions("resize");
  });
}

void MissingReserve::examine(const FunctionDecl &F) {
  const FunctionDecl *Pattern = F.getTemplateInstantiationPattern();
  if (!mayHaveSites(F))
    return;
  if (Pattern)
    ++Instantiations[Pattern];
  BodyIndex Index(F, Models);
  for (const GrowthSite &Site : growthSites(Index)) {
    if (!isWorthReporting(Site, Index))
      continue;
    std::optional<Candidate> C = candidate(Site, Index);
    if (!C)
      continue;
    if (!Pattern) {
      Candidates.push_back(std::move(*C));
      continue;
    }
    TemplatePlace &Place = Places[{Pattern, C->Report.Loc}];
    ++Place.Agreeing;
    if (!Place.Agreed)
      Place.Agreed = std::move(*C);
    else if (Place.Agreed->Report.Message != C->Report.Message)
      Place.Agreed->Report.Suggested.reset();
  }
}

// --- What is worth saying
// -----------------------------------------------------

// `if (Seen.insert(X).second)` filters; `++Count[Word]` and `Groups[K].add(X)`
// expect equal keys. For both, the trip count says little about the size.
static bool expectsEqualKeys(const Use &Growth, const BodyIndex &Index) {
  const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Growth.Call);
  bool IsSubscript = Operator && Operator->getOperator() == OO_Subscript;
  const Stmt *Up = Index.parent(*Growth.Call);
  while (isa_and_nonnull<ParenExpr, ExprWithCleanups, CXXBindTemporaryExpr,
                         MaterializeTemporaryExpr, ImplicitCastExpr>(Up) &&
         !(isa<ImplicitCastExpr>(Up) && IsSubscript))
    Up = Index.parent(*Up);
  if (!IsSubscript)
    return isa_and_nonnull<Expr, DeclStmt, ReturnStmt, IfStmt>(Up);
  if (const auto *Binary = dyn_cast_or_null<BinaryOperator>(Up))
    return Binary->getOpcode() != BO_Assign;
  if (const auto *Assignment = dyn_cast_or_null<CXXOperatorCallExpr>(Up))
    return Assignment->getOperator() != OO_Equal;
  return true;
}

static bool isOwned(const GrowthSite &Site) {
  return Site.Entry.Owner == Ownership::Local ||
         Site.Entry.Owner == Ownership::ValueParameter;
}

// Whether the function returns the container, or the pointer or reference that
// it was given: `return Into;` is how chains of appends are written.
static bool isHandedBack(const GrowthSite &Site, const BodyIndex &Index) {
  return llvm::any_of(Index.uses(Site.Container), [&](const Use &U) {
    if (!U.Path.isPrefixOf(Site.Container))
      return false;
    const Stmt *Up = Index.parent(*U.Where);
    while (isa_and_nonnull<ImplicitCastExpr, ParenExpr>(Up))
      Up = Index.parent(*Up);
    return isa_and_nonnull<ReturnStmt>(Up);
  });
}

// A function that appends to what others own, among them a buffer that is
// written piece by piece, leaves the growth to geometric doubling; making room
// for each piece would reallocate for each.
static bool isPieceOfOutput(const GrowthSite &Site, const BodyIndex &Index) {
  if (isOwned(Site) || Site.Entry.IsEmpty)
    return false;
  return Site.Entry.GrowsElsewhere ||
         Site.Model->Family != ContainerFamily::Sequence ||
         isHandedBack(Site, Index);
}

bool MissingReserve::isWorthReporting(const GrowthSite &Site,
                                      const BodyIndex &Index) const {
  if (Site.Entry.MayHaveRoom || (!Site.IsExact && !AllowUpperBound) ||
      isPieceOfOutput(Site, Index))
    return false;
  if (Site.First && Site.First->grows() &&
      Site.Model->Family == ContainerFamily::Hash &&
      expectsEqualKeys(*Site.First, Index))
    return false;
  if (!Site.Total.Constant)
    return true;
  return *Site.Total.Constant >= MinTripCount &&
         *Site.Total.Constant > Site.Model->InlineBytes;
}

// --- Message
// --------------------------------------------------------------------

namespace {
struct GrowthCost {
  unsigned Allocations = 0;
  uint64_t Moved = 0;
};
} // namespace

// What growing from empty to \p Elements costs, by the model's growth factor.
static GrowthCost costOf(uint64_t Elements, const ContainerModel &Model) {
  GrowthCost Cost;
  uint64_t Capacity = Model.InlineBytes;
  if (Model.Family == ContainerFamily::Hash) {
    // libstdc++'s first bucket count.
    Capacity = 13;
    Cost.Allocations = 1;
  }
  while (Capacity < Elements) {
    Cost.Moved += Capacity;
    ++Cost.Allocations;
    Capacity = std::max(Capacity + 1, Capacity * Model.GrowthPercent / 100);
  }
  return Cost;
}

static QualType elementType(const GrowthSite &Site) {
  if (!Site.First || !Site.First->Method)
    return QualType();
  const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(
      Site.First->Method->getParent());
  if (!Spec || Spec->getTemplateArgs().size() == 0 ||
      Spec->getTemplateArgs()[0].getKind() != TemplateArgument::Type)
    return QualType();
  return Spec->getTemplateArgs()[0].getAsType();
}

// Whether a growing vector copies T, because moving it might throw.
static bool isCopiedOnGrowth(QualType T) {
  const CXXRecordDecl *Record = T.isNull() ? nullptr : T->getAsCXXRecordDecl();
  if (!Record || !Record->hasDefinition() || Record->isTriviallyCopyable())
    return false;
  for (const CXXConstructorDecl *Constructor : Record->ctors()) {
    if (!Constructor->isMoveConstructor() || Constructor->isDeleted())
      continue;
    const auto *Proto = Constructor->getType()->getAs<FunctionProtoType>();
    // Not yet evaluated, as for a defaulted one: assume the usual.
    if (!Proto || isUnresolvedExceptionSpec(Proto->getExceptionSpecType()))
      return false;
    return Proto->canThrow() != CT_Cannot;
  }
  return !Record->hasMoveConstructor() &&
         Record->hasUserDeclaredCopyConstructor();
}

// "11 allocations and 1023 moves instead of 1 allocation"
static std::string costText(uint64_t Elements, const GrowthSite &Site) {
  GrowthCost Cost = costOf(Elements, *Site.Model);
  if (Site.Model->Family == ContainerFamily::Hash)
    return llvm::utostr(Cost.Allocations) + " rehashes instead of 1";
  bool AreCopies = Site.Model->Family == ContainerFamily::String ||
                   isCopiedOnGrowth(elementType(Site));
  return llvm::utostr(Cost.Allocations) + " allocations and " +
         llvm::utostr(Cost.Moved) + (AreCopies ? " copies" : " moves") +
         " instead of 1 allocation";
}

static std::string costMessage(const GrowthSite &Site,
                               llvm::StringRef Container) {
  std::string Text = ("'" + Container + "' grows ").str();
  bool IsAtMost = !Site.IsExact || Site.Total.IsUpperBound ||
                  (Site.First && Site.First->Growth.IsUpperBound);
  if (IsAtMost)
    Text += "up to ";
  Text += Site.Total.Text + " times ";
  Text += Site.Algorithm ? "in this call" : "in this loop";
  Text += " without reserve";
  uint64_t Elements = Site.Total.Constant.value_or(1000);
  std::string Count = llvm::utostr(Elements);
  if (Count == Site.Total.Text)
    return Text + ", which takes " + costText(Elements, Site);
  std::string Unit = Site.Model->Family == ContainerFamily::String
                         ? " characters take "
                         : " elements take ";
  return Text + "; " + Count + Unit + costText(Elements, Site);
}

// --- Fix
// -------------------------------------------------------------------------

static std::string declarationNote(llvm::StringRef Container,
                                   const GrowthSite &Site) {
  std::string Text = ("'" + Container + "' is declared here").str();
  if (Site.Entry.IsEmpty)
    Text += " and empty before the " +
            std::string(Site.Algorithm ? "call" : "loop");
  return Text;
}

static const ValueDecl *declarationOf(const AccessPath &Path) {
  for (const FieldDecl *Field : llvm::reverse(Path.steps()))
    if (Field)
      return Field;
  return Path.root();
}

// Whether something may iterate over a hash table, and so see its order.
static bool isOrderObservable(const GrowthSite &Site, const BodyIndex &Index) {
  if (Site.Entry.Owner != Ownership::Local)
    return true;
  static constexpr llvm::StringLiteral Lookups[] = {
      "find", "count", "contains", "at", "size", "empty", "end", "cend"};
  for (const Use &U : Index.uses(Site.Container)) {
    if (U.Kind != Use::Member || !U.Method)
      return true;
    if (U.grows() || U.Effect == ContainerEffect::Clears)
      continue;
    bool IsLookup = U.Method->getIdentifier() &&
                    llvm::is_contained(Lookups, U.Method->getName());
    bool IsSubscript = U.Method->getOverloadedOperator() == OO_Subscript;
    if (!IsLookup && !IsSubscript)
      return true;
  }
  return false;
}

// Whether T, as the template's pattern writes it, is anything but a template's
// parameter: only then do other instantiations have the same container.
static bool isFixedInPattern(QualType T) {
  T = T.getNonReferenceType();
  if (const auto *Pointer = T->getAs<PointerType>())
    T = Pointer->getPointeeType();
  if (!T->isDependentType())
    return true;
  return T->getAs<TemplateSpecializationType>() != nullptr;
}

namespace {
/// Finds the declaration of a pattern that an instantiation's was made from:
/// the one at the same place.
class PatternDecls : public DynamicRecursiveASTVisitor {
public:
  explicit PatternDecls(const FunctionDecl &Pattern) {
    for (const ParmVarDecl *P : Pattern.parameters())
      Types[P->getLocation()] = P->getType();
    TraverseStmt(Pattern.getBody());
  }

  bool VisitVarDecl(VarDecl *D) override {
    Types[D->getLocation()] = D->getType();
    return true;
  }

  bool isFixed(const ValueDecl &D) const {
    auto It = Types.find(D.getLocation());
    return It == Types.end() || isFixedInPattern(It->second);
  }

private:
  llvm::DenseMap<SourceLocation, QualType> Types;
};
} // namespace

static bool isFixedInPattern(const FieldDecl &Field) {
  const auto *Record = dyn_cast<CXXRecordDecl>(Field.getParent());
  const CXXRecordDecl *Pattern =
      Record ? Record->getTemplateInstantiationPattern() : nullptr;
  if (!Pattern)
    return true;
  for (const FieldDecl *Other : Pattern->fields())
    if (Other->getLocation() == Field.getLocation())
      return isFixedInPattern(Other->getType());
  return false;
}

static bool isFixedInPattern(const GrowthSite &Site, const BodyIndex &Index) {
  const FunctionDecl *Pattern =
      Index.function().getTemplateInstantiationPattern();
  if (!Pattern || !Pattern->getBody())
    return true;
  PatternDecls Decls(*Pattern);
  auto IsFixed = [&](const AccessPath &Path) {
    if (Path.root() && !Decls.isFixed(*Path.root()))
      return false;
    return llvm::all_of(Path.steps(), [](const FieldDecl *Field) {
      return !Field || isFixedInPattern(*Field);
    });
  };
  return IsFixed(Site.Container) && llvm::all_of(Site.Total.Reads, IsFixed);
}

// The container as the growth writes it, and how it reaches its members.
static std::optional<std::pair<std::string, llvm::StringRef>>
containerText(const GrowthSite &Site, const BodyIndex &Index) {
  const ASTContext &Ctx = Index.context();
  const Expr *E = Site.First->Where;
  std::optional<std::string> Text =
      sourceText(*E, Ctx.getSourceManager(), Ctx.getLangOpts());
  // An implicit `this->Items` begins at `Items`.
  if (!Text)
    return std::nullopt;
  // `Out->push_back()` through a smart pointer denotes `*Out`.
  if (const auto *Arrow = dyn_cast<CXXOperatorCallExpr>(E))
    if (Arrow->getOperator() == OO_Arrow) {
      Text = sourceText(*Arrow->getArg(0), Ctx.getSourceManager(),
                        Ctx.getLangOpts());
      if (!Text)
        return std::nullopt;
      return std::make_pair(*Text, "->");
    }
  if (const auto *Unary = dyn_cast<UnaryOperator>(E))
    if (Unary->getOpcode() == UO_Deref) {
      Text = sourceText(*Unary->getSubExpr(), Ctx.getSourceManager(),
                        Ctx.getLangOpts());
      if (!Text)
        return std::nullopt;
      return std::make_pair(*Text, "->");
    }
  if (E->getType()->isPointerType())
    return std::make_pair(*Text, "->");
  return std::make_pair(*Text, ".");
}

static bool wouldWarnOfSign(const GrowthSite &Site, const ASTContext &Ctx) {
  return Site.Total.IsSigned && !Site.Total.Constant &&
         !Ctx.getDiagnostics().isIgnored(diag::warn_impcast_integer_sign,
                                         Site.Site->getBeginLoc());
}

namespace {
struct FixOrReason {
  std::optional<Fix> Suggested;
  /// Why there is none; empty if nothing is to be said.
  std::string Reason;
};
} // namespace

// Whether an exception may end the growth before its count is reached.
static bool mayThrow(const CallExpr &Call) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  const auto *Type =
      Callee ? Callee->getType()->getAs<FunctionProtoType>() : nullptr;
  if (!Type || isUnresolvedExceptionSpec(Type->getExceptionSpecType()))
    return true;
  return Type->canThrow() != CT_Cannot;
}

static bool mayEndEarly(const GrowthSite &Site, const BodyIndex &Index) {
  if (Site.Algorithm)
    return llvm::any_of(Site.Algorithm->arguments(), [](const Expr *Arg) {
      const Expr *E = Arg->IgnoreImplicit();
      return isa<LambdaExpr>(E) || E->getType()->isFunctionPointerType();
    });
  return llvm::any_of(Index.calls(), [&](const CallExpr *Call) {
    if (!Index.contains(*Site.Site, *Call) || !mayThrow(*Call))
      return false;
    bool IsGrowth = llvm::any_of(Index.growths(),
                                 [&](const Use *U) { return U->Call == Call; });
    return !IsGrowth;
  });
}

static FixOrReason makeFix(const GrowthSite &Site, llvm::StringRef Container,
                           llvm::StringRef Access, const BodyIndex &Index) {
  const ASTContext &Ctx = Index.context();
  if (!Site.Total.Writable) {
    if (Site.Total.IsSigned)
      return {std::nullopt, "no fix: '" + Site.Total.Text +
                                "' may be negative, and reserve would throw"};
    return {std::nullopt, ""};
  }
  if (!isVisibleBefore(Site.Total, *Site.Site, Index) ||
      !isFixedInPattern(Site, Index))
    return {std::nullopt, ""};
  const Stmt *Statement = blockStatement(*Site.Site, Index);
  if (!Statement)
    return {std::nullopt, ""};

  std::string Amount = Site.Total.Text;
  if (wouldWarnOfSign(Site, Ctx))
    Amount = "static_cast<std::size_t>(" + Amount + ")";
  if (!Site.Entry.IsEmpty)
    Amount = (Container + Access + "size() + " + Amount).str();
  EditBuilder Builder(Ctx.getSourceManager(), Ctx.getLangOpts());
  Builder.insertStatementBefore(
      *Statement,
      (Container + Access + Site.Model->Reserve + "(" + Amount + ");").str());
  std::optional<Edits> Changes = Builder.take();
  if (!Changes)
    return {std::nullopt, ""};

  Fix F{FixKind::Safe, "", std::move(*Changes)};
  if (!Site.Entry.IsEmpty && !isOwned(Site)) {
    F.Kind = FixKind::Unsafe;
    F.Caution = "reserve makes room for exactly this many; where this is "
                "called again and again for one container, it would reallocate "
                "each time";
  } else if (Site.Model->Family == ContainerFamily::Hash &&
             isOrderObservable(Site, Index)) {
    F.Kind = FixKind::Unsafe;
    F.Caution = "another number of buckets changes the order of iteration";
  } else if (!Site.Total.IsSizeOfSomething && mayEndEarly(Site, Index)) {
    F.Kind = FixKind::Unsafe;
    F.Caution = "'" + Site.Total.Text +
                "' is the size of nothing yet; where it comes from outside, "
                "reserve asks for as much memory as it says";
  }
  return {std::move(F), ""};
}

// The parameter whose value is the number of elements; null if it is another
// expression.
static const ParmVarDecl *boundParameter(const Quantity &Total) {
  if (Total.Reads.size() != 1 || !Total.Reads.front().steps().empty())
    return nullptr;
  const auto *Parameter =
      dyn_cast_or_null<ParmVarDecl>(Total.Reads.front().root());
  return Parameter && Parameter->getName() == Total.Text ? Parameter : nullptr;
}

// What the rest of the program may know better: that the member's room is made
// elsewhere, or that all callers ask for few elements.
static std::vector<Condition> conditionsOn(const GrowthSite &Site,
                                           uint64_t MinElements) {
  std::vector<Condition> Result;
  auto Add = [&](std::optional<Condition> C) {
    if (C)
      Result.push_back(std::move(*C));
  };
  // A step without a field follows a pointer.
  llvm::ArrayRef<const FieldDecl *> Steps = Site.Container.steps();
  if (!Steps.empty() && Steps.back())
    Add(neverReserved(*Steps.back()));
  const ParmVarDecl *Bound = boundParameter(Site.Total);
  const auto *F =
      Bound ? dyn_cast<FunctionDecl>(Bound->getDeclContext()) : nullptr;
  if (F)
    Add(mayBeAtLeast(*F, Bound->getFunctionScopeIndex(), MinElements));
  return Result;
}

std::optional<Candidate> MissingReserve::candidate(const GrowthSite &Site,
                                                   const BodyIndex &Index) {
  const SourceManager &SM = Index.context().getSourceManager();
  const Expr &Growth = Site.Algorithm
                           ? *static_cast<const Expr *>(Site.Algorithm)
                           : *Site.First->Call;
  std::optional<std::pair<std::string, llvm::StringRef>> Written =
      containerText(Site, Index);
  std::string Name = Written ? Written->first
                             : declarationOf(Site.Container)->getNameAsString();
  Candidate C;
  C.Report.Loc = SM.getExpansionLoc(Growth.getExprLoc());
  C.Report.Message = costMessage(Site, Name);
  FixOrReason Fixed;
  if (Written && !Growth.getExprLoc().isMacroID())
    Fixed = makeFix(Site, Written->first, Written->second, Index);
  C.Report.Suggested = std::move(Fixed.Suggested);
  if (const ValueDecl *Declaration = declarationOf(Site.Container))
    C.Report.Notes.push_back(
        {Declaration->getLocation(), declarationNote(Name, Site)});
  if (!Fixed.Reason.empty())
    C.Report.Notes.push_back({Site.Site->getBeginLoc(), Fixed.Reason});
  if (!Site.Container.steps().empty())
    C.Field = Site.Container.steps().back();
  C.Report.In = &Index.function();
  C.Report.Conditions =
      conditionsOn(Site, std::max(MinTripCount, Site.Model->InlineBytes + 1));
  return C;
}

void MissingReserve::onEndOfTranslationUnit() {
  for (auto &[Key, Place] : Places)
    if (Place.Agreed && Place.Agreeing == Instantiations[Key.first])
      Candidates.push_back(std::move(*Place.Agreed));
  Passed.publish(Facts);
  UnitScope *Unit = UnitScope::current();
  if (Unit)
    Unit->Facts.join(Facts);
  // Where nobody joins units, this one is all that is known.
  else
    Facts.solve();
  for (Candidate &C : Candidates) {
    if (C.Field && mayReserveUnseen(*C.Field))
      continue;
    if (Unit || hold(Condition::Scope::Finding, C.Report.Conditions, Facts))
      report(std::move(C.Report));
  }
}
