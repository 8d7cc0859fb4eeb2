#include "whet/analysis/Escape.h"
#include "whet/analysis/FlowGraphBuilder.h"
#include "whet/facts/UnitScope.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/AST/Mangle.h"

using namespace whet;
using namespace clang;

namespace {
/// The graph of one function, in all units alike. It is kept as text, since
/// many units have the same, and one reader suffices.
struct EscapeFact {
  static constexpr llvm::StringLiteral Kind = "escape";

  /// See writeGraph; empty if units read different bodies, and nothing is
  /// known.
  std::string Graph;

  void join(const EscapeFact &Other) {
    if (Graph != Other.Graph)
      Graph.clear();
  }
};

llvm::json::Value toJSON(const EscapeFact &F) { return F.Graph; }

bool fromJSON(const llvm::json::Value &V, EscapeFact &F, llvm::json::Path P) {
  return fromJSON(V, F.Graph, P);
}
} // namespace

static const RegisterFact<EscapeFact> X;

// --- A unit
// --------------------------------------------------------------------------

/// Reads functions when they are asked for, and what they call.
class whet::EscapeUnit : public FlowUnit {
public:
  EscapeUnit(ASTContext &Ctx, bool IsForPeople)
      : SM(Ctx.getSourceManager()), Names(Ctx), IsForPeople(IsForPeople) {}

  int numberOf(const FunctionDecl &F) override;
  std::string keyOf(const FunctionDecl &F) override;
  FlowPlace placeOf(SourceLocation Loc, FlowGraph &G) override;
  bool isForPeople() const override { return IsForPeople; }

  /// Reads all that was asked for, and what that calls.
  void read();
  void publish(FactBase &Facts);

  FlowSolver Solver;
  std::vector<BuiltGraph> Built;

private:
  std::string makeKey(const FunctionDecl &F);

  const SourceManager &SM;
  ASTNameGenerator Names;
  llvm::DenseMap<const FunctionDecl *, std::string> Keys;
  bool IsForPeople;
  std::vector<const FunctionDecl *> Functions;
  llvm::DenseMap<const FunctionDecl *, int> Numbers;
  llvm::DenseMap<FileID, std::string> Paths;
};

static const FunctionDecl *readableBody(const FunctionDecl &F) {
  const FunctionDecl *Definition = nullptr;
  if (!F.hasBody(Definition) || Definition->isDependentContext() ||
      Definition->isInvalidDecl() || Definition->isLateTemplateParsed())
    return nullptr;
  // A definition that another one may replace.
  if (Definition->hasAttr<WeakAttr>())
    return nullptr;
  return Definition;
}

int EscapeUnit::numberOf(const FunctionDecl &F) {
  const FunctionDecl *Canonical = F.getCanonicalDecl();
  auto It = Numbers.find(Canonical);
  if (It != Numbers.end())
    return It->second;
  const FunctionDecl *Definition = readableBody(F);
  int Number = Definition ? static_cast<int>(Functions.size()) : -1;
  if (Definition)
    Functions.push_back(Definition);
  Numbers[Canonical] = Number;
  return Number;
}

std::string EscapeUnit::keyOf(const FunctionDecl &F) {
  if (!IsForPeople)
    return "";
  auto [It, IsNew] = Keys.try_emplace(F.getCanonicalDecl());
  if (IsNew)
    It->second = makeKey(*F.getCanonicalDecl());
  return It->second;
}

// What the linker calls it: unlike a USR, that tells lambdas apart.
std::string EscapeUnit::makeKey(const FunctionDecl &F) {
  if (F.isDependentContext())
    return "";
  std::string Key = Names.getName(&F);
  if (!Key.empty() && !F.isExternallyVisible()) {
    const UnitScope *Unit = UnitScope::current();
    Key += "@" + (Unit ? Unit->Name : "");
  }
  return Key;
}

FlowPlace EscapeUnit::placeOf(SourceLocation Loc, FlowGraph &G) {
  if (!IsForPeople || Loc.isInvalid())
    return {};
  Loc = SM.getFileLoc(Loc);
  auto [FID, Offset] = SM.getDecomposedLoc(Loc);
  auto [It, IsNew] = Paths.try_emplace(FID);
  if (IsNew)
    It->second = sharedPath(Loc, SM);
  FlowPlace P;
  auto Known = llvm::find(G.Files, It->second);
  P.File = Known - G.Files.begin();
  if (Known == G.Files.end())
    G.Files.push_back(It->second);
  P.Line = SM.getLineNumber(FID, Offset);
  P.Column = SM.getColumnNumber(FID, Offset);
  return P;
}

void EscapeUnit::read() {
  // Calls add to the list.
  for (size_t I = Built.size(); I < Functions.size(); ++I) {
    Built.push_back(buildFlowGraph(*Functions[I], *this));
    Solver.add(std::move(Built.back().Graph));
  }
}

void EscapeUnit::publish(FactBase &Facts) {
  for (unsigned I = 0; I < Functions.size(); ++I) {
    std::string Key = keyOf(*Functions[I]);
    if (Key.empty())
      continue;
    Facts.add(Key, EscapeFact{writeGraph(Solver.graph(I))});
  }
}

Escape::Escape(ASTContext &Ctx)
    : Impl(std::make_unique<EscapeUnit>(Ctx, /*IsForPeople=*/false)) {}

Escape::~Escape() = default;

std::optional<EscapeAnswer> Escape::ask(const FunctionDecl &F,
                                        const Expr &Allocation) {
  int Number = Impl->numberOf(F);
  if (Number < 0)
    return std::nullopt;
  Impl->read();
  Impl->Solver.solve();
  const BuiltGraph &Graph = Impl->Built[Number];
  auto It = Graph.Allocations.find(&Allocation);
  if (It == Graph.Allocations.end())
    return std::nullopt;
  EscapeAnswer Answer;
  Answer.Escapes = Impl->Solver.escapes(Number, It->second);
  std::vector<NodeId> Holders = Impl->Solver.holders(Number, It->second);
  for (const auto &[Variable, Node] : Graph.Variables)
    if (llvm::binary_search(Holders, Node))
      Answer.Holders.push_back(Variable);
  llvm::sort(Answer.Holders, [](const VarDecl *A, const VarDecl *B) {
    return A->getID() < B->getID();
  });
  return Answer;
}

// --- All functions of a unit
// ----------------------------------------------------------

namespace {
/// Finds the functions that the project's files define, and instantiations of
/// its templates.
class DefinitionFinder : public ConstDynamicRecursiveASTVisitor {
public:
  DefinitionFinder(const SourceManager &SM,
                   std::vector<const FunctionDecl *> &Found)
      : SM(SM), Found(Found) {
    ShouldVisitTemplateInstantiations = true;
  }

  bool TraverseDecl(const Decl *D) override {
    // Nothing in system headers is reported, or needed before it is called.
    if (isa_and_nonnull<NamespaceDecl, RecordDecl, FunctionDecl,
                        ClassTemplateDecl, FunctionTemplateDecl>(D) &&
        SM.isInSystemHeader(D->getLocation()))
      return true;
    return ConstDynamicRecursiveASTVisitor::TraverseDecl(D);
  }

  bool VisitFunctionDecl(const FunctionDecl *F) override {
    if (F->isThisDeclarationADefinition() && !F->isImplicit() &&
        !F->isDefaulted() && !F->isDependentContext())
      Found.push_back(F);
    return true;
  }
  bool VisitLambdaExpr(const LambdaExpr *Lambda) override {
    const CXXMethodDecl *Operator = Lambda->getCallOperator();
    if (Operator && !Operator->isDependentContext())
      Found.push_back(Operator);
    return true;
  }

private:
  const SourceManager &SM;
  std::vector<const FunctionDecl *> &Found;
};
} // namespace

void whet::collectEscapes(ASTContext &Ctx, FactBase &Facts) {
  std::vector<const FunctionDecl *> Found;
  DefinitionFinder(Ctx.getSourceManager(), Found).TraverseAST(Ctx);
  EscapeUnit Unit(Ctx, /*IsForPeople=*/true);
  for (const FunctionDecl *F : Found)
    Unit.numberOf(*F);
  Unit.read();
  Unit.publish(Facts);
}

// --- A project
// -----------------------------------------------------------------------

EscapeReport::EscapeReport(FactBase &Facts) {
  std::map<std::string, unsigned, std::less<>> Numbers;
  for (auto &[Key, Fact] : Facts.table<EscapeFact>().Facts) {
    std::optional<FlowGraph> Graph = readGraph(Fact.Graph);
    if (!Graph)
      continue;
    unsigned Number = Solver.add(std::move(*Graph));
    Numbers[Key] = Number;
    Functions.push_back({Number, Key});
  }
  Solver.solve([&](const FlowCall &Call) -> std::optional<unsigned> {
    auto It = Numbers.find(Call.Key);
    if (Call.Key.empty() || It == Numbers.end())
      return std::nullopt;
    return It->second;
  });
  auto PlaceOf = [&](const FunctionEscapes &F) {
    const FlowGraph &G = Solver.graph(F.Number);
    llvm::StringRef File =
        G.Place.isValid() ? llvm::StringRef(G.Files[G.Place.File]) : "";
    return std::tuple(File, G.Place.Line, G.Place.Column,
                      llvm::StringRef(F.Key));
  };
  llvm::sort(Functions,
             [&](const FunctionEscapes &A, const FunctionEscapes &B) {
               return PlaceOf(A) < PlaceOf(B);
             });
}
