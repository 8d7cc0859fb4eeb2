#include "whet/analysis/FlowGraphBuilder.h"
#include "whet/analysis/AddressNumbers.h"
#include "whet/analysis/ConditionalAllocations.h"
#include "whet/analysis/ContainerModels.h"
#include "whet/analysis/EscapeModels.h"
#include "whet/analysis/HiddenAllocations.h"
#include "whet/analysis/LocalHandlers.h"
#include "whet/analysis/StandardLibrary.h"
#include "whet/analysis/VariableVersions.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/Builtins.h"
#include "llvm/ADT/SmallPtrSet.h"
#include <array>

using namespace whet;
using namespace clang;

namespace {
/// Where a value goes, looked through Derefs times on the way.
struct Hole {
  NodeId To = NoNode;
  int Derefs = 0;
  FlowReason Why = FlowReason::None;

  Hole looked() const { return {To, Derefs + 1, Why}; }
  bool isDiscarded() const { return To == NoNode; }
};

/// The address of an object that is about to be initialised: the node itself
/// if Derefs is -1, or the pointer that it holds if it is 0.
struct Target {
  NodeId Node = NoNode;
  int Derefs = -1;
};

/// Labels that are jumped back to.
class BackwardLabels : public ConstDynamicRecursiveASTVisitor {
public:
  explicit BackwardLabels(const SourceManager &SM) : SM(SM) {}

  bool VisitGotoStmt(const GotoStmt *Goto) override {
    const LabelStmt *Label = Goto->getLabel()->getStmt();
    if (Label &&
        SM.isBeforeInTranslationUnit(Label->getBeginLoc(), Goto->getBeginLoc()))
      Found.insert(Label);
    return true;
  }
  bool VisitIndirectGotoStmt(const IndirectGotoStmt * /*Goto*/) override {
    HasComputed = true;
    return true;
  }
  bool TraverseLambdaExpr(const LambdaExpr * /*Lambda*/) override {
    return true;
  }

  llvm::SmallPtrSet<const LabelStmt *, 4> Found;
  bool HasComputed = false;

private:
  const SourceManager &SM;
};

class Builder {
public:
  Builder(const FunctionDecl &F, FlowUnit &Unit)
      : F(F), Unit(Unit), Ctx(F.getASTContext()) {}

  BuiltGraph build();

private:
  using Point = VariableVersions::Point;
  /// The parts of a loop in the order in which they run; null for none.
  struct LoopParts {
    const Stmt *Variable = nullptr;
    const Expr *Condition = nullptr;
    std::array<const Stmt *, 2> Body{};
    const Stmt *Increment = nullptr;
    bool IsTestedLast = false;
  };
  /// A label, and the jumps to it.
  struct LabelState {
    bool IsPlaced = false;
    VariableVersions::Joins Joins;
    std::vector<Point> Jumps;
  };
  /// Where `break` or `continue` leads.
  using Jumps = std::vector<Point>;

  // Statements.
  void stmt(const Stmt *S);
  void children(const Stmt *S);
  void compound(const Stmt *S);
  void expression(const Expr *E);
  void branch(const IfStmt &If);
  void select(const SwitchStmt &Switch);
  void caseLabel(const SwitchCase &Case);
  void loop(const LoopParts &Loop);
  void jump(std::vector<Jumps *> &Targets);
  void jumpTo(const GotoStmt &Goto);
  void tryBlock(const CXXTryStmt &Try);
  void label(const LabelStmt &Label);
  const BackwardLabels &labels();
  void setLoopDepth(unsigned Depth) {
    LoopDepth = Depth;
    Versions.setDepth(Depth);
  }
  void declare(const VarDecl &V);
  void declareAs(const VarDecl &V, NodeId N);
  void assembler(const AsmStmt &S);
  void effect(const Expr *E);
  void returnValue(const Expr &E);
  // Expressions. All but effects of what is discarded are flows.
  void value(const Expr *E, Hole K);
  void address(const Expr *E, Hole K);
  void castValue(const CastExpr &Cast, Hole K);
  void unaryValue(const UnaryOperator &Op, Hole K);
  void binaryValue(const BinaryOperator &Op, Hole K);
  void callAny(const CallExpr &Call, Hole K);
  void newValue(const CXXNewExpr &New, Hole K);
  void deleteValue(const CXXDeleteExpr &Delete);
  void throwValue(const CXXThrowExpr &Throw);
  void lambdaValue(const LambdaExpr &Lambda, Hole K);
  void objectValue(const Expr *E, Hole K);
  void variable(const ValueDecl &D, bool IsCapture, Hole K);
  void version(const VarDecl &V, Hole K);
  void numberValue(const Expr &E, Hole K);
  bool isAddressNumber(const VarDecl &V) const;
  void atomicValue(const AtomicExpr &Atomic, Hole K);
  void notUnderstood(const Expr *E, Hole K);
  void captured(const ValueDecl *V, Hole K);
  const FieldDecl *captureField(const ValueDecl *V) const;
  // Objects.
  void initialise(Target T, const Expr *Init, FlowReason Why);
  void initialiseElement(Target T, const Expr *Element, FlowReason Why);
  void construct(Target T, const CXXConstructExpr &Construct);
  void initialiseMembers(const CXXConstructorDecl &Constructor);
  void destroyMembers(const CXXDestructorDecl &Destructor);
  void destroy(QualType T, Target Object, SourceLocation Loc);
  void assign(const Expr *To, const Expr *From, SourceLocation Loc);
  const VarDecl *versioned(const Expr *E) const;
  void assignBy(const BinaryOperator &Op);
  void put(Target T, NodeId Value, int Derefs, FlowReason Why,
           SourceLocation Loc);
  // Calls.
  FlowArgument argument(const Expr *E, QualType Type);
  void call(const FunctionDecl &Callee, llvm::ArrayRef<FlowArgument> Arguments,
            Hole K, const Expr *Site, NodeId Slot, FlowReason Why);
  void model(const EscapeModel &Model, const FunctionDecl &Callee,
             llvm::ArrayRef<FlowArgument> Arguments, NodeId Result);
  void library(const FunctionDecl &Callee,
               llvm::ArrayRef<FlowArgument> Arguments, NodeId Result);
  void callBack(const FunctionDecl &Callee,
                llvm::ArrayRef<FlowArgument> Arguments, NodeId Result);
  std::vector<const FunctionDecl *> userFunctions(const FunctionDecl &Callee);
  bool allocate(const CallExpr &Call, const FunctionDecl &Callee, Hole K);
  void allocateObject(const CallExpr &Call, const FunctionDecl &Callee,
                      QualType Type, NodeId Node);
  FlowArgument forwarded(NodeId Address, QualType T);
  void constructIn(const FlowArgument &Object,
                   const CXXConstructorDecl &Constructor,
                   llvm::ArrayRef<FlowArgument> Arguments,
                   const CallExpr &Site);
  const FunctionDecl *devirtualised(const CXXMethodDecl &Method,
                                    const CallExpr &Call) const;

  // Nodes and edges.
  NodeId temporary();
  NodeId variableNode(const VarDecl &V);
  NodeId allocation(const Expr &E, std::string Text, QualType Type);
  void flow(Hole K, NodeId From, int Derefs, SourceLocation Loc) {
    if (!K.isDiscarded())
      G.flow(K.To, From, K.Derefs + Derefs, K.Why, place(Loc));
  }
  void unknown(Hole K, SourceLocation Loc) {
    if (!K.isDiscarded())
      G.flow(K.To, FlowGraph::Unknown, 0, K.Why, place(Loc));
  }
  Hole into(NodeId N, FlowReason Why = FlowReason::None) { return {N, 0, Why}; }
  Hole leak(FlowReason Why) { return {FlowGraph::Heap, 0, Why}; }
  FlowPlace place(SourceLocation Loc) { return Unit.placeOf(Loc, G); }
  std::string nameOf(const NamedDecl &D) const {
    return Unit.isForPeople() ? D.getQualifiedNameAsString() : std::string();
  }

  const FunctionDecl &F;
  FlowUnit &Unit;
  ASTContext &Ctx;
  BuiltGraph Built;
  FlowGraph &G = Built.Graph;
  /// Values that are the addresses of where calls make their results.
  llvm::DenseMap<const Expr *, NodeId> Slots;
  /// The parameter that `this` is; NoNode outside of members.
  NodeId This = NoNode;
  unsigned LoopDepth = 0;
  /// Once it is needed.
  std::optional<llvm::SmallPtrSet<const Expr *, 4>> Conditional;
  std::optional<BackwardLabels> Labels;
  VariableVersions Versions{G};
  /// Whether what the expression at hand does to variables is known to
  /// Versions.
  unsigned Lent = 0;
  std::vector<Jumps *> Breaks;
  std::vector<Jumps *> Continues;
  struct SwitchState {
    Point Head;
    bool HasDefault = false;
  };
  std::vector<SwitchState> Switches;
  llvm::DenseMap<const LabelDecl *, LabelState> LabelStates;
  /// Blocks that the statement at hand is in, and what they throw to their own
  /// handlers.
  struct TryState {
    const CXXTryStmt *Try = nullptr;
    NodeId Exception = NoNode;
  };
  std::vector<TryState> Tries;
  /// What handlers may get.
  llvm::DenseMap<const VarDecl *, NodeId> Exceptions;
  /// Integers that are pointers under another name.
  llvm::SmallPtrSet<const VarDecl *, 2> AddressNumbers;
  bool IsOpaque = false;
};
} // namespace

// --- Nodes
// ---------------------------------------------------------------------------

NodeId Builder::temporary() {
  NodeId N = G.add(NodeKind::Local);
  G[N].LoopDepth = LoopDepth;
  return N;
}

NodeId Builder::variableNode(const VarDecl &V) {
  auto [It, IsNew] = Built.Variables.try_emplace(&V, 0);
  if (!IsNew)
    return It->second;
  NodeId N = temporary();
  if (Unit.isForPeople())
    G[N].Name = V.getNameAsString();
  G[N].Place = place(V.getLocation());
  return Built.Variables[&V] = N;
}

NodeId Builder::allocation(const Expr &E, std::string Text, QualType Type) {
  NodeId N = G.add(NodeKind::Allocation);
  G[N].LoopDepth = LoopDepth;
  G[N].Place = place(E.getBeginLoc());
  G[N].Name = "{storage for " + Text + "}";
  Built.Allocations[&E] = N;
  FlowAllocation A;
  A.Node = N;
  A.Text = std::move(Text);
  A.End = place(E.getEndLoc());
  if (!Type.isNull() && !Type->isIncompleteType() && !Type->isDependentType())
    A.Size = Ctx.getTypeSizeInChars(Type).getQuantity();
  if (Unit.isForPeople()) {
    if (!Conditional)
      Conditional = conditionalAllocations(F);
    A.IsConditional = Conditional->contains(&E);
  }
  G.Allocations.push_back(std::move(A));
  return N;
}

// --- Statements
// ----------------------------------------------------------------------

void Builder::effect(const Expr *E) {
  if (E->isGLValue())
    address(E, {});
  else
    value(E, {});
}

void Builder::children(const Stmt *S) {
  for (const Stmt *Child : S->children())
    stmt(Child);
}

void Builder::compound(const Stmt *S) {
  Versions.openScope();
  children(S);
  Versions.closeScope();
}

// Whether E stores an address in what outlives it.
static bool storesAddress(const Expr *E) {
  const auto *Op = dyn_cast<BinaryOperator>(E->IgnoreParenImpCasts());
  if (!Op || Op->getOpcode() != BO_Assign)
    return false;
  const auto *Address =
      dyn_cast<UnaryOperator>(Op->getRHS()->IgnoreParenImpCasts());
  return Address && Address->getOpcode() == UO_AddrOf;
}

void Builder::expression(const Expr *E) {
  if (!E)
    return;
  if (storesAddress(E))
    Versions.lend(*E);
  Versions.openScope();
  Versions.lend(*E);
  ++Lent;
  effect(E);
  --Lent;
  Versions.closeScope();
}

void Builder::branch(const IfStmt &If) {
  Versions.openScope();
  stmt(If.getInit());
  stmt(If.getConditionVariableDeclStmt());
  expression(If.getCond());
  Point Before = Versions.save();
  stmt(If.getThen());
  Point Then = Versions.save();
  Versions.restore(Before);
  stmt(If.getElse());
  Versions.join({Then, Versions.save()}, LoopDepth);
  Versions.closeScope();
}

void Builder::select(const SwitchStmt &Switch) {
  Versions.openScope();
  stmt(Switch.getInit());
  stmt(Switch.getConditionVariableDeclStmt());
  expression(Switch.getCond());
  Jumps Exits;
  Breaks.push_back(&Exits);
  Switches.push_back({Versions.save()});
  Versions.kill();
  stmt(Switch.getBody());
  if (!Switches.back().HasDefault)
    Exits.push_back(Switches.back().Head);
  Switches.pop_back();
  Breaks.pop_back();
  Exits.push_back(Versions.save());
  Versions.join(Exits, LoopDepth);
  Versions.closeScope();
}

void Builder::caseLabel(const SwitchCase &Case) {
  if (Switches.empty()) {
    Versions.uniteAll();
  } else {
    Versions.join({Versions.save(), Switches.back().Head}, LoopDepth);
    Switches.back().HasDefault |= isa<DefaultStmt>(Case);
  }
  stmt(Case.getSubStmt());
}

static bool isAlwaysTrue(const Expr *Condition) {
  if (!Condition)
    return true;
  const Expr *E = Condition->IgnoreParenImpCasts();
  if (const auto *Bool = dyn_cast<CXXBoolLiteralExpr>(E))
    return Bool->getValue();
  const auto *Integer = dyn_cast<IntegerLiteral>(E);
  return Integer && Integer->getValue() != 0;
}

void Builder::loop(const LoopParts &Loop) {
  unsigned Outside = LoopDepth;
  setLoopDepth(Outside + 1);
  VariableVersions::Joins Head =
      Versions.open({Loop.Variable, Loop.Condition, Loop.Body[0], Loop.Body[1],
                     Loop.Increment},
                    Outside);
  Versions.use(Head);
  Versions.openScope();
  Jumps Exits;
  Jumps Next;
  auto Test = [&] {
    expression(Loop.Condition);
    if (!isAlwaysTrue(Loop.Condition))
      Exits.push_back(Versions.save());
  };
  stmt(Loop.Variable);
  if (!Loop.IsTestedLast)
    Test();
  Breaks.push_back(&Exits);
  Continues.push_back(&Next);
  for (const Stmt *Part : Loop.Body)
    stmt(Part);
  Breaks.pop_back();
  Continues.pop_back();
  Next.push_back(Versions.save());
  Versions.join(Next, LoopDepth);
  stmt(Loop.Increment);
  if (Loop.IsTestedLast)
    Test();
  Versions.add(Head, Versions.save());
  Versions.closeScope();
  setLoopDepth(LoopDepth - 1);
  Versions.join(Exits, Outside);
}

void Builder::jump(std::vector<Jumps *> &Targets) {
  if (Targets.empty())
    Versions.uniteAll();
  else
    Targets.back()->push_back(Versions.save());
  Versions.kill();
}

void Builder::jumpTo(const GotoStmt &Goto) {
  LabelState &Label = LabelStates[Goto.getLabel()];
  if (!Label.IsPlaced)
    Label.Jumps.push_back(Versions.save());
  else if (labels().Found.contains(Goto.getLabel()->getStmt()))
    Versions.add(Label.Joins, Versions.save());
  else
    Versions.uniteAll();
  Versions.kill();
}

// What is thrown may leave the block anywhere.
void Builder::tryBlock(const CXXTryStmt &Try) {
  VariableVersions::Joins Handlers =
      Versions.open({Try.getTryBlock()}, LoopDepth);
  Point Before = Versions.save();
  Versions.enterTry(Handlers);
  // Declared before the block: what it holds outlives all that is in there.
  NodeId Exception = temporary();
  // Handlers of a constructor's own block throw again.
  bool IsBody = F.getBody() == &Try;
  if (!IsBody)
    Tries.push_back({&Try, Exception});
  stmt(Try.getTryBlock());
  if (!IsBody)
    Tries.pop_back();
  Versions.leaveTry();
  std::vector<Point> Ends;
  Ends.reserve(Try.getNumHandlers() + 1);
  Ends.push_back(Versions.save());
  for (unsigned I = 0; I < Try.getNumHandlers(); ++I) {
    Versions.restore(Before);
    Versions.use(Handlers);
    if (const VarDecl *V = Try.getHandler(I)->getExceptionDecl())
      Exceptions[V] = Exception;
    stmt(Try.getHandler(I));
    Ends.push_back(Versions.save());
  }
  Versions.join(Ends, LoopDepth);
}

const BackwardLabels &Builder::labels() {
  if (!Labels) {
    Labels.emplace(Ctx.getSourceManager());
    Labels->TraverseStmt(F.getBody());
  }
  return *Labels;
}

// All that follows a label which is jumped back to may be done again.
void Builder::label(const LabelStmt &Label) {
  LabelState &State = LabelStates[Label.getDecl()];
  State.Jumps.push_back(Versions.save());
  State.IsPlaced = true;
  unsigned Outside = LoopDepth;
  Versions.join(State.Jumps, Outside);
  if (labels().HasComputed)
    Versions.uniteAll();
  bool IsLoop = labels().HasComputed || labels().Found.contains(&Label);
  if (IsLoop) {
    State.Joins = Versions.openAll(Outside);
    Versions.use(State.Joins);
    setLoopDepth(LoopDepth + 1);
  }
  stmt(Label.getSubStmt());
  if (IsLoop)
    Versions.join({Versions.save()}, Outside);
}

void Builder::assembler(const AsmStmt &S) {
  const auto *Gcc = dyn_cast<GCCAsmStmt>(&S);
  if (Gcc && Gcc->isAsmGoto())
    Versions.uniteAll();
  for (const Stmt *Child : S.children())
    if (const auto *E = dyn_cast_or_null<Expr>(Child)) {
      if (E->isGLValue())
        address(E, leak(FlowReason::Assembler));
      else
        value(E, leak(FlowReason::Assembler));
    }
}

void Builder::declare(const VarDecl &V) {
  if (const auto *Decomposition = dyn_cast<DecompositionDecl>(&V))
    for (const BindingDecl *Binding : Decomposition->bindings())
      if (const VarDecl *Holder = Binding->getHoldingVar())
        declare(*Holder);
  const Expr *Init = V.getInit();
  if (V.isStaticLocal() || V.hasGlobalStorage()) {
    if (!Init)
      return;
    NodeId N = temporary();
    G.flow(FlowGraph::Heap, N, -1, FlowReason::StoredInGlobal,
           place(V.getLocation()));
    if (V.getType()->isReferenceType())
      address(Init, into(N, FlowReason::ReferenceBound));
    else
      initialise({N, -1}, Init, FlowReason::StoredInGlobal);
    return;
  }
  // Who may keep an address does so as long as the block lasts.
  if (isAddressNumber(V))
    AddressNumbers.insert(&V);
  bool IsHolder = Unit.hasPointers(V.getType()) || AddressNumbers.contains(&V);
  if (!IsHolder)
    Versions.openScope();
  if (Init)
    Versions.lend(*Init);
  ++Lent;
  NodeId N = variableNode(V);
  Versions.declare(V, N);
  declareAs(V, N);
  --Lent;
  if (!IsHolder)
    Versions.closeScope();
}

void Builder::declareAs(const VarDecl &V, NodeId N) {
  const Expr *Init = V.getInit();
  if (AddressNumbers.contains(&V))
    return numberValue(*Init, into(N, FlowReason::Initialised));
  if (auto It = Exceptions.find(&V); It != Exceptions.end())
    G.flow(N, It->second, V.getType()->isReferenceType() ? -1 : 0,
           FlowReason::Thrown, place(V.getLocation()));
  if (V.getType()->isReferenceType()) {
    if (Init)
      address(Init, into(N, FlowReason::ReferenceBound));
    else
      G.flow(N, FlowGraph::Unknown, 0);
    return;
  }
  if (V.isExceptionVariable())
    G.flow(N, FlowGraph::Unknown, 0);
  if (Init)
    initialise({N, -1}, Init, FlowReason::Initialised);
  destroy(V.getType(), {N, -1}, V.getLocation());
}

void Builder::returnValue(const Expr &E) {
  Versions.openScope();
  Versions.lend(E);
  ++Lent;
  if (E.isGLValue())
    address(&E, into(FlowGraph::Result, FlowReason::Returned));
  else
    initialise({FlowGraph::Result, -1}, &E, FlowReason::Returned);
  --Lent;
  Versions.closeScope();
}

void Builder::stmt(const Stmt *S) {
  if (!S)
    return;
  if (const auto *E = dyn_cast<Expr>(S))
    return expression(E);
  switch (S->getStmtClass()) {
  case Stmt::DeclStmtClass:
    for (const Decl *D : cast<DeclStmt>(S)->decls())
      if (const auto *V = dyn_cast<VarDecl>(D))
        declare(*V);
    return;
  case Stmt::ReturnStmtClass: {
    if (const Expr *E = cast<ReturnStmt>(S)->getRetValue())
      returnValue(*E);
    return Versions.kill();
  }
  case Stmt::WhileStmtClass: {
    const auto *While = cast<WhileStmt>(S);
    return loop({.Variable = While->getConditionVariableDeclStmt(),
                 .Condition = While->getCond(),
                 .Body = {While->getBody()}});
  }
  case Stmt::DoStmtClass:
    return loop({.Condition = cast<DoStmt>(S)->getCond(),
                 .Body = {cast<DoStmt>(S)->getBody()},
                 .IsTestedLast = true});
  case Stmt::ForStmtClass: {
    const auto *For = cast<ForStmt>(S);
    Versions.openScope();
    stmt(For->getInit());
    loop({.Variable = For->getConditionVariableDeclStmt(),
          .Condition = For->getCond(),
          .Body = {For->getBody()},
          .Increment = For->getInc()});
    return Versions.closeScope();
  }
  case Stmt::CXXForRangeStmtClass: {
    const auto *For = cast<CXXForRangeStmt>(S);
    Versions.openScope();
    stmt(For->getInit());
    stmt(For->getRangeStmt());
    stmt(For->getBeginStmt());
    stmt(For->getEndStmt());
    loop({.Condition = For->getCond(),
          .Body = {For->getLoopVarStmt(), For->getBody()},
          .Increment = For->getInc()});
    return Versions.closeScope();
  }
  case Stmt::LabelStmtClass:
    return label(*cast<LabelStmt>(S));
  case Stmt::CXXCatchStmtClass: {
    const auto *Catch = cast<CXXCatchStmt>(S);
    Versions.openScope();
    if (const VarDecl *V = Catch->getExceptionDecl())
      declare(*V);
    stmt(Catch->getHandlerBlock());
    return Versions.closeScope();
  }
  case Stmt::GCCAsmStmtClass:
  case Stmt::MSAsmStmtClass:
    return assembler(*cast<AsmStmt>(S));
  case Stmt::CompoundStmtClass:
    return compound(S);
  case Stmt::IfStmtClass:
    return branch(*cast<IfStmt>(S));
  case Stmt::SwitchStmtClass:
    return select(*cast<SwitchStmt>(S));
  case Stmt::CaseStmtClass:
  case Stmt::DefaultStmtClass:
    return caseLabel(*cast<SwitchCase>(S));
  case Stmt::CXXTryStmtClass:
    return tryBlock(*cast<CXXTryStmt>(S));
  case Stmt::AttributedStmtClass:
    return children(S);
  case Stmt::NullStmtClass:
    return;
  case Stmt::BreakStmtClass:
    return jump(Breaks);
  case Stmt::ContinueStmtClass:
    return jump(Continues);
  case Stmt::GotoStmtClass:
    return jumpTo(*cast<GotoStmt>(S));
  case Stmt::IndirectGotoStmtClass:
    Versions.uniteAll();
    return children(S);
  default:
    // A coroutine's frame, for one, is wherever its promise says.
    IsOpaque = true;
  }
}

// --- Variables
// -----------------------------------------------------------------------

// In a lambda's body, captures are members of the closure.
const FieldDecl *Builder::captureField(const ValueDecl *V) const {
  const auto *Method = dyn_cast<CXXMethodDecl>(&F);
  if (!Method || !Method->getParent()->isLambda())
    return nullptr;
  llvm::DenseMap<const ValueDecl *, FieldDecl *> Fields;
  FieldDecl *ThisField = nullptr;
  Method->getParent()->getCaptureFields(Fields, ThisField);
  return V ? Fields.lookup(V) : ThisField;
}

// The address of what is captured.
void Builder::captured(const ValueDecl *V, Hole K) {
  const FieldDecl *Field = captureField(V);
  if (!Field || This == NoNode)
    return unknown(K, F.getLocation());
  bool IsReference = Field->getType()->isReferenceType();
  flow(IsReference ? K.looked() : K, This, 0, F.getLocation());
}

// The address of the variable D, or of what it refers to.
void Builder::variable(const ValueDecl &D, bool IsCapture, Hole K) {
  if (const auto *Binding = dyn_cast<BindingDecl>(&D)) {
    if (IsCapture)
      return captured(&D, K);
    if (const VarDecl *Holder = Binding->getHoldingVar())
      return variable(*Holder, false, K);
    if (const Expr *E = Binding->getBinding())
      return address(E, K);
    return unknown(K, D.getLocation());
  }
  const auto *V = dyn_cast<VarDecl>(&D);
  // Functions, enumerators and template parameters have no address that could
  // be of interest.
  if (!V)
    return;
  if (V->hasGlobalStorage())
    return unknown(K, V->getLocation());
  if (IsCapture && captureField(V)) {
    captured(V, K);
    return;
  }
  if (IsCapture)
    return unknown(K, V->getLocation());
  bool IsReference = V->getType()->isReferenceType();
  if (Versions.has(*V))
    return version(*V, K);
  NodeId N = variableNode(*V);
  flow(K, N, IsReference ? 0 : -1, V->getLocation());
}

// The address of a pointer, or its value.
void Builder::version(const VarDecl &V, Hole K) {
  NodeId N = Versions.read(V);
  if (K.isDiscarded())
    return;
  bool IsRead = K.Derefs > 0;
  if (!IsRead && !Versions.isLent(V)) {
    Versions.unite(V);
    N = variableNode(V);
  }
  flow(K, N, -1, V.getLocation());
}

// --- Addresses of glvalues
// -----------------------------------------------------------

void Builder::address(const Expr *E, Hole K) {
  E = E->IgnoreParens();
  if (E->isPRValue())
    return objectValue(E, K);
  switch (E->getStmtClass()) {
  case Stmt::DeclRefExprClass: {
    const auto *Ref = cast<DeclRefExpr>(E);
    return variable(*Ref->getDecl(), Ref->refersToEnclosingVariableOrCapture(),
                    K);
  }
  case Stmt::MemberExprClass: {
    const auto *Member = cast<MemberExpr>(E);
    const ValueDecl *D = Member->getMemberDecl();
    const auto *Field = dyn_cast<FieldDecl>(D);
    if (!Field) {
      effect(Member->getBase());
      return unknown(K, E->getExprLoc());
    }
    if (Field->getType()->isReferenceType() && !K.isDiscarded())
      K = K.looked();
    // A union hides a pointer from the type of another member.
    bool IsPun = Field->getParent()->isUnion() &&
                 Field->getType()->isIntegerType() &&
                 Unit.hasPointers(Member->getBase()->getType());
    if (IsPun) {
      Hole H = leak(FlowReason::ConvertedToInteger).looked();
      if (Member->isArrow())
        value(Member->getBase(), H);
      else
        address(Member->getBase(), H);
    }
    if (Member->isArrow())
      return value(Member->getBase(), K);
    return address(Member->getBase(), K);
  }
  case Stmt::ArraySubscriptExprClass: {
    const auto *Subscript = cast<ArraySubscriptExpr>(E);
    effect(Subscript->getIdx());
    if (Subscript->getBase()->getType()->isPointerType())
      return value(Subscript->getBase(), K);
    return address(Subscript->getBase(), K);
  }
  case Stmt::UnaryOperatorClass: {
    const auto *Op = cast<UnaryOperator>(E);
    if (Op->getOpcode() == UO_Deref)
      return value(Op->getSubExpr(), K);
    return address(Op->getSubExpr(), K);
  }
  case Stmt::BinaryOperatorClass:
  case Stmt::CompoundAssignOperatorClass: {
    const auto *Op = cast<BinaryOperator>(E);
    if (Op->getOpcode() == BO_Comma) {
      effect(Op->getLHS());
      return address(Op->getRHS(), K);
    }
    if (Op->getOpcode() == BO_PtrMemD || Op->getOpcode() == BO_PtrMemI) {
      effect(Op->getRHS());
      if (Op->getOpcode() == BO_PtrMemI)
        return value(Op->getLHS(), K);
      return address(Op->getLHS(), K);
    }
    if (Op->isAssignmentOp()) {
      assignBy(*Op);
      return address(Op->getLHS(), K);
    }
    return notUnderstood(E, K);
  }
  case Stmt::ConditionalOperatorClass: {
    const auto *Op = cast<ConditionalOperator>(E);
    effect(Op->getCond());
    address(Op->getTrueExpr(), K);
    return address(Op->getFalseExpr(), K);
  }
  case Stmt::BinaryConditionalOperatorClass: {
    const auto *Op = cast<BinaryConditionalOperator>(E);
    address(Op->getTrueExpr(), K);
    return address(Op->getFalseExpr(), K);
  }
  case Stmt::OpaqueValueExprClass: {
    const auto *Value = cast<OpaqueValueExpr>(E);
    if (Value->getSourceExpr())
      return address(Value->getSourceExpr(), K);
    return unknown(K, E->getExprLoc());
  }
  case Stmt::MaterializeTemporaryExprClass:
    return objectValue(cast<MaterializeTemporaryExpr>(E)->getSubExpr(), K);
  case Stmt::ImplicitCastExprClass:
  case Stmt::CStyleCastExprClass:
  case Stmt::CXXStaticCastExprClass:
  case Stmt::CXXConstCastExprClass:
  case Stmt::CXXReinterpretCastExprClass:
  case Stmt::CXXDynamicCastExprClass:
  case Stmt::CXXFunctionalCastExprClass:
    return address(cast<CastExpr>(E)->getSubExpr(), K);
  case Stmt::ExprWithCleanupsClass:
    return address(cast<FullExpr>(E)->getSubExpr(), K);
  case Stmt::CXXBindTemporaryExprClass:
    return objectValue(E, K);
  case Stmt::CompoundLiteralExprClass:
    return objectValue(cast<CompoundLiteralExpr>(E)->getInitializer(), K);
  case Stmt::CXXDefaultArgExprClass:
    return address(cast<CXXDefaultArgExpr>(E)->getExpr(), K);
  case Stmt::CXXDefaultInitExprClass:
    return address(cast<CXXDefaultInitExpr>(E)->getExpr(), K);
  case Stmt::SubstNonTypeTemplateParmExprClass:
    return address(cast<SubstNonTypeTemplateParmExpr>(E)->getReplacement(), K);
  case Stmt::CallExprClass:
  case Stmt::CXXMemberCallExprClass:
  case Stmt::CXXOperatorCallExprClass:
  case Stmt::UserDefinedLiteralClass:
    return callAny(*cast<CallExpr>(E), K);
  case Stmt::CXXRewrittenBinaryOperatorClass:
    return address(cast<CXXRewrittenBinaryOperator>(E)->getSemanticForm(), K);
  case Stmt::InitListExprClass: {
    const auto *List = cast<InitListExpr>(E);
    if (List->getNumInits() == 1)
      return address(List->getInit(0), K);
    return notUnderstood(E, K);
  }
  case Stmt::ArrayInitLoopExprClass:
    return objectValue(E, K);
  case Stmt::StringLiteralClass:
  case Stmt::PredefinedExprClass:
  case Stmt::CXXTypeidExprClass:
    return unknown(K, E->getExprLoc());
  case Stmt::ChooseExprClass:
    return address(cast<ChooseExpr>(E)->getChosenSubExpr(), K);
  case Stmt::GenericSelectionExprClass:
    return address(cast<GenericSelectionExpr>(E)->getResultExpr(), K);
  case Stmt::ConstantExprClass:
    return address(cast<ConstantExpr>(E)->getSubExpr(), K);
  default:
    return notUnderstood(E, K);
  }
}

// The address of a temporary that E initialises.
void Builder::objectValue(const Expr *E, Hole K) {
  NodeId N = temporary();
  initialise({N, -1}, E, FlowReason::Initialised);
  flow(K, N, -1, E->getExprLoc());
}

void Builder::notUnderstood(const Expr *E, Hole K) {
  for (const Stmt *Child : E->children()) {
    const auto *Operand = dyn_cast_or_null<Expr>(Child);
    if (!Operand)
      continue;
    Hole H = leak(FlowReason::NotUnderstood);
    if (Operand->isGLValue())
      address(Operand, H);
    else
      value(Operand, H);
  }
  unknown(K, E->getExprLoc());
}

// --- Values
// --------------------------------------------------------------------------

void Builder::value(const Expr *E, Hole K) {
  E = E->IgnoreParens();
  if (E->getType()->isDependentType()) {
    IsOpaque = true;
    return;
  }
  if (!Unit.hasPointers(E->getType()))
    K = {};
  if (E->isGLValue())
    return address(E, K.isDiscarded() ? K : K.looked());
  switch (E->getStmtClass()) {
  case Stmt::IntegerLiteralClass:
  case Stmt::FloatingLiteralClass:
  case Stmt::CharacterLiteralClass:
  case Stmt::CXXBoolLiteralExprClass:
  case Stmt::CXXNullPtrLiteralExprClass:
  case Stmt::GNUNullExprClass:
  case Stmt::ImplicitValueInitExprClass:
  case Stmt::CXXScalarValueInitExprClass:
  case Stmt::UnaryExprOrTypeTraitExprClass:
  case Stmt::CXXNoexceptExprClass:
  case Stmt::TypeTraitExprClass:
  case Stmt::SizeOfPackExprClass:
  case Stmt::OffsetOfExprClass:
  case Stmt::RequiresExprClass:
  case Stmt::ConceptSpecializationExprClass:
  case Stmt::NoInitExprClass:
    return;
  case Stmt::ExprWithCleanupsClass:
  case Stmt::ConstantExprClass:
    return value(cast<FullExpr>(E)->getSubExpr(), K);
  case Stmt::CXXThisExprClass:
    if (const auto *Method = dyn_cast<CXXMethodDecl>(&F);
        Method && Method->getParent()->isLambda()) {
      const FieldDecl *Field = captureField(nullptr);
      bool IsPointer = Field && Field->getType()->isPointerType();
      if (!Field || This == NoNode)
        return unknown(K, E->getExprLoc());
      return flow(IsPointer && !K.isDiscarded() ? K.looked() : K, This, 0,
                  E->getExprLoc());
    }
    if (This == NoNode)
      return unknown(K, E->getExprLoc());
    return flow(K, This, 0, E->getExprLoc());
  case Stmt::UnaryOperatorClass:
    return unaryValue(*cast<UnaryOperator>(E), K);
  case Stmt::BinaryOperatorClass:
  case Stmt::CompoundAssignOperatorClass:
    return binaryValue(*cast<BinaryOperator>(E), K);
  case Stmt::ConditionalOperatorClass: {
    const auto *Op = cast<ConditionalOperator>(E);
    effect(Op->getCond());
    value(Op->getTrueExpr(), K);
    return value(Op->getFalseExpr(), K);
  }
  case Stmt::BinaryConditionalOperatorClass: {
    const auto *Op = cast<BinaryConditionalOperator>(E);
    value(Op->getTrueExpr(), K);
    return value(Op->getFalseExpr(), K);
  }
  case Stmt::OpaqueValueExprClass: {
    const auto *Value = cast<OpaqueValueExpr>(E);
    if (Value->getSourceExpr())
      return value(Value->getSourceExpr(), K);
    return unknown(K, E->getExprLoc());
  }
  case Stmt::ImplicitCastExprClass:
  case Stmt::CStyleCastExprClass:
  case Stmt::CXXStaticCastExprClass:
  case Stmt::CXXConstCastExprClass:
  case Stmt::CXXReinterpretCastExprClass:
  case Stmt::CXXDynamicCastExprClass:
  case Stmt::CXXFunctionalCastExprClass:
  case Stmt::BuiltinBitCastExprClass:
    return castValue(*cast<CastExpr>(E), K);
  case Stmt::CXXDefaultArgExprClass:
    return value(cast<CXXDefaultArgExpr>(E)->getExpr(), K);
  case Stmt::CXXDefaultInitExprClass:
    return value(cast<CXXDefaultInitExpr>(E)->getExpr(), K);
  case Stmt::SubstNonTypeTemplateParmExprClass:
    return value(cast<SubstNonTypeTemplateParmExpr>(E)->getReplacement(), K);
  case Stmt::CXXRewrittenBinaryOperatorClass:
    return value(cast<CXXRewrittenBinaryOperator>(E)->getSemanticForm(), K);
  case Stmt::ChooseExprClass:
    return value(cast<ChooseExpr>(E)->getChosenSubExpr(), K);
  case Stmt::GenericSelectionExprClass:
    return value(cast<GenericSelectionExpr>(E)->getResultExpr(), K);
  case Stmt::CallExprClass:
  case Stmt::CXXMemberCallExprClass:
  case Stmt::CXXOperatorCallExprClass:
  case Stmt::UserDefinedLiteralClass:
    return callAny(*cast<CallExpr>(E), K);
  case Stmt::CXXNewExprClass:
    return newValue(*cast<CXXNewExpr>(E), K);
  case Stmt::CXXDeleteExprClass:
    return deleteValue(*cast<CXXDeleteExpr>(E));
  case Stmt::CXXThrowExprClass:
    return throwValue(*cast<CXXThrowExpr>(E));
  case Stmt::LambdaExprClass:
    return lambdaValue(*cast<LambdaExpr>(E), K);
  case Stmt::InitListExprClass:
    // A scalar's.
    if (E->getType()->isScalarType()) {
      for (const Expr *Init : cast<InitListExpr>(E)->inits())
        value(Init, K);
      return;
    }
    [[fallthrough]];
  case Stmt::CXXConstructExprClass:
  case Stmt::CXXTemporaryObjectExprClass:
  case Stmt::CXXBindTemporaryExprClass:
  case Stmt::CXXInheritedCtorInitExprClass:
  case Stmt::CXXParenListInitExprClass:
  case Stmt::CXXStdInitializerListExprClass:
  case Stmt::ArrayInitLoopExprClass: {
    NodeId N = temporary();
    initialise({N, -1}, E, FlowReason::Initialised);
    return flow(K, N, 0, E->getExprLoc());
  }
  case Stmt::AtomicExprClass:
    return atomicValue(*cast<AtomicExpr>(E), K);
  case Stmt::StmtExprClass: {
    const CompoundStmt *Body = cast<StmtExpr>(E)->getSubStmt();
    for (const Stmt *S : Body->body()) {
      const auto *Last = dyn_cast<Expr>(S);
      if (Last && S == Body->body_back())
        value(Last, K);
      else
        stmt(S);
    }
    return;
  }
  case Stmt::ArrayInitIndexExprClass:
  case Stmt::CXXPseudoDestructorExprClass:
    return children(E);
  default:
    return notUnderstood(E, K);
  }
}

static bool isBytePointer(QualType T) {
  QualType Pointee = T->getPointeeType();
  return !Pointee.isNull() &&
         (Pointee->isCharType() || Pointee->isStdByteType());
}

void Builder::castValue(const CastExpr &Cast, Hole K) {
  const Expr *Sub = Cast.getSubExpr();
  switch (Cast.getCastKind()) {
  case CK_LValueToRValue:
  case CK_LValueToRValueBitCast:
    if (Cast.getCastKind() == CK_LValueToRValueBitCast &&
        Unit.hasPointers(Sub->getType()) && K.isDiscarded())
      K = leak(FlowReason::ConvertedToInteger);
    return address(Sub, K.isDiscarded() ? K : K.looked());
  case CK_ArrayToPointerDecay:
    return address(Sub, K);
  case CK_FunctionToPointerDecay:
  case CK_BuiltinFnToFnPtr:
    return effect(Sub);
  case CK_BitCast:
    // Bytes may be copied one by one.
    if (isBytePointer(Cast.getType()) && !isBytePointer(Sub->getType()) &&
        Unit.pointerDepth(Sub->getType()) > 0) {
      NodeId N = temporary();
      value(Sub, into(N));
      G.flow(FlowGraph::Heap, N, 1, FlowReason::ConvertedToInteger,
             place(Cast.getExprLoc()));
      return flow(K, N, 0, Cast.getExprLoc());
    }
    return value(Sub, K);
  case CK_PointerToIntegral:
    return value(Sub, leak(FlowReason::ConvertedToInteger));
  case CK_IntegralToPointer:
    return numberValue(*Sub, K);
  case CK_IntegralToBoolean:
    return numberValue(*Sub, {});
  case CK_NullToPointer:
  case CK_NullToMemberPointer:
  case CK_PointerToBoolean:
  case CK_MemberPointerToBoolean:
  case CK_ToVoid:
    return effect(Sub);
  case CK_ConstructorConversion:
  case CK_UserDefinedConversion:
  default:
    return Sub->isGLValue() ? address(Sub, K.isDiscarded() ? K : K.looked())
                            : value(Sub, K);
  }
}

void Builder::unaryValue(const UnaryOperator &Op, Hole K) {
  const Expr *Sub = Op.getSubExpr();
  switch (Op.getOpcode()) {
  case UO_AddrOf:
    if (K.Why == FlowReason::None)
      K.Why = FlowReason::AddressTaken;
    if (Sub->isGLValue())
      return address(Sub, K);
    return effect(Sub);
  case UO_PostInc:
  case UO_PostDec:
    return address(Sub, K.isDiscarded() ? K : K.looked());
  case UO_Extension:
    return value(Sub, K);
  case UO_Coawait:
    IsOpaque = true;
    return;
  default:
    return effect(Sub);
  }
}

void Builder::binaryValue(const BinaryOperator &Op, Hole K) {
  const Expr *Left = Op.getLHS();
  const Expr *Right = Op.getRHS();
  if (Op.getOpcode() == BO_Comma) {
    effect(Left);
    return value(Right, K);
  }
  if (Op.isAssignmentOp()) {
    assignBy(Op);
    return address(Left, K.isDiscarded() ? K : K.looked());
  }
  if (Op.isPtrMemOp())
    return notUnderstood(&Op, K);
  if (Op.isComparisonOp() && Left->getType()->isIntegerType()) {
    numberValue(*Left, {});
    return numberValue(*Right, {});
  }
  // Pointer arithmetic.
  bool IsLeft = Left->getType()->isPointerType();
  if (K.isDiscarded() || !Op.isAdditiveOp()) {
    effect(Left);
    return effect(Right);
  }
  value(Left, IsLeft ? K : Hole());
  value(Right, IsLeft ? Hole() : K);
}

// The local pointer that E names, if it has versions at this point.
const VarDecl *Builder::versioned(const Expr *E) const {
  const auto *Ref = dyn_cast<DeclRefExpr>(E->IgnoreParens());
  if (!Ref || Ref->refersToEnclosingVariableOrCapture())
    return nullptr;
  const auto *V = dyn_cast<VarDecl>(Ref->getDecl());
  return V && Versions.has(*V) && !Versions.isLent(*V) ? V : nullptr;
}

void Builder::assign(const Expr *To, const Expr *From, SourceLocation Loc) {
  if (!Unit.hasPointers(To->getType())) {
    effect(From);
    return effect(To);
  }
  if (const VarDecl *V = versioned(To)) {
    NodeId N = Versions.next(*V);
    value(From, into(N, FlowReason::Assigned));
    if (Lent == 0)
      Versions.unite(*V);
    return Versions.assign(*V, N);
  }
  NodeId Value = temporary();
  NodeId Address = temporary();
  if (From->isGLValue())
    address(From, into(Value).looked());
  else
    value(From, into(Value));
  address(To, into(Address));
  // A union hides what it holds from the type.
  G.store(Address, Value, 0, FlowReason::Assigned, place(Loc));
}

void Builder::assignBy(const BinaryOperator &Op) {
  // A pointer stays in its object.
  if (Op.isCompoundAssignmentOp()) {
    effect(Op.getRHS());
    return effect(Op.getLHS());
  }
  assign(Op.getLHS(), Op.getRHS(), Op.getOperatorLoc());
}

// Whether V is a local integer that only a pointer is read from.
bool Builder::isAddressNumber(const VarDecl &V) const {
  const Expr *Init = V.getInit();
  return Init && V.getType()->isIntegerType() &&
         !V.getType().isVolatileQualified() && isMadeOfAddress(*Init) &&
         isAddressOnly(V, *F.getBody());
}

// An integer that becomes a pointer, or of which no more than a truth is kept.
void Builder::numberValue(const Expr &E, Hole K) {
  bool IsKnown = true;
  forEachOperand(E, [&](const Expr &Leaf) {
    const auto *Cast = dyn_cast<CastExpr>(&Leaf);
    if (Cast && Cast->getCastKind() == CK_PointerToIntegral)
      return value(Cast->getSubExpr(), K);
    const auto *Ref = dyn_cast<DeclRefExpr>(Leaf.IgnoreParenImpCasts());
    const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    if (V && AddressNumbers.contains(V))
      return flow(K, variableNode(*V), 0, Leaf.getExprLoc());
    IsKnown &= isa<IntegerLiteral, UnaryExprOrTypeTraitExpr>(Leaf);
    effect(&Leaf);
  });
  if (!IsKnown)
    unknown(K, E.getExprLoc());
}

void Builder::atomicValue(const AtomicExpr &Atomic, Hole K) {
  // What is exchanged is stored through the first operand, and what was there
  // is the result.
  NodeId All = temporary();
  NodeId Pointer = temporary();
  bool IsFirst = true;
  for (const Stmt *Child : Atomic.children()) {
    const auto *E = dyn_cast_or_null<Expr>(Child);
    if (!E)
      continue;
    Hole H = into(IsFirst ? Pointer : All, FlowReason::Assigned);
    IsFirst = false;
    if (E->isGLValue())
      address(E, H.looked());
    else
      value(E, H);
  }
  G.flow(All, Pointer, 1);
  // Some forms pass values by address.
  G.flow(All, All, 1);
  G.store(Pointer, All, 0, FlowReason::Assigned, place(Atomic.getExprLoc()));
  G.store(All, All, 0, FlowReason::Assigned, place(Atomic.getExprLoc()));
  flow(K, All, 0, Atomic.getExprLoc());
}

void Builder::throwValue(const CXXThrowExpr &Throw) {
  const Expr *Thrown = Throw.getSubExpr();
  if (!Thrown)
    return;
  if (!Tries.empty() && endsInHandlers(*Tries.back().Try, Thrown->getType())) {
    Target Exception{Tries.back().Exception, -1};
    destroy(Thrown->getType(), Exception, Throw.getExprLoc());
    return initialise(Exception, Thrown, FlowReason::Thrown);
  }
  NodeId N = temporary();
  G.flow(FlowGraph::Heap, N, -1, FlowReason::Thrown, place(Throw.getExprLoc()));
  initialise({N, -1}, Thrown, FlowReason::Thrown);
}

void Builder::lambdaValue(const LambdaExpr &Lambda, Hole K) {
  if (K.Why == FlowReason::None)
    K.Why = FlowReason::Captured;
  auto Field = Lambda.getLambdaClass()->field_begin();
  for (const Expr *Init : Lambda.capture_inits()) {
    QualType Type = Field->getType();
    ++Field;
    if (!Init)
      continue;
    NodeId N = temporary();
    if (Type->isReferenceType())
      address(Init, into(N, FlowReason::Captured));
    else
      initialise({N, -1}, Init, FlowReason::Captured);
    flow(K, N, 0, Init->getExprLoc());
  }
}

// --- Objects
// -------------------------------------------------------------------------

void Builder::put(Target T, NodeId Value, int Derefs, FlowReason Why,
                  SourceLocation Loc) {
  if (T.Derefs < 0)
    G.flow(T.Node, Value, Derefs, Why, place(Loc));
  else
    G.store(T.Node, Value, Derefs, Why, place(Loc));
}

void Builder::initialiseElement(Target T, const Expr *Element, FlowReason Why) {
  // A member that is a reference.
  if (Element->isGLValue()) {
    NodeId N = temporary();
    address(Element, into(N, FlowReason::ReferenceBound));
    return put(T, N, 0, Why, Element->getExprLoc());
  }
  initialise(T, Element, Why);
}

void Builder::initialise(Target T, const Expr *Init, FlowReason Why) {
  Init = Init->IgnoreParens();
  switch (Init->getStmtClass()) {
  case Stmt::ExprWithCleanupsClass:
  case Stmt::ConstantExprClass:
    return initialise(T, cast<FullExpr>(Init)->getSubExpr(), Why);
  case Stmt::CXXBindTemporaryExprClass:
    destroy(Init->getType(), T, Init->getExprLoc());
    return initialise(T, cast<CXXBindTemporaryExpr>(Init)->getSubExpr(), Why);
  case Stmt::CXXFunctionalCastExprClass:
  case Stmt::ImplicitCastExprClass:
  case Stmt::CXXStaticCastExprClass:
  case Stmt::CStyleCastExprClass: {
    const auto *Cast = cast<CastExpr>(Init);
    bool IsObject = Init->getType()->isRecordType() &&
                    Cast->getSubExpr()->isPRValue() &&
                    Cast->getSubExpr()->getType()->isRecordType();
    if (IsObject)
      return initialise(T, Cast->getSubExpr(), Why);
    break;
  }
  case Stmt::CXXDefaultInitExprClass:
    return initialise(T, cast<CXXDefaultInitExpr>(Init)->getExpr(), Why);
  case Stmt::CXXDefaultArgExprClass:
    return initialise(T, cast<CXXDefaultArgExpr>(Init)->getExpr(), Why);
  case Stmt::ConditionalOperatorClass: {
    const auto *Op = cast<ConditionalOperator>(Init);
    effect(Op->getCond());
    initialise(T, Op->getTrueExpr(), Why);
    return initialise(T, Op->getFalseExpr(), Why);
  }
  case Stmt::InitListExprClass: {
    const auto *List = cast<InitListExpr>(Init);
    if (!Init->getType()->isRecordType() && !Init->getType()->isArrayType())
      break;
    for (const Expr *Element : List->inits())
      initialiseElement(T, Element, Why);
    if (const Expr *Filler =
            List->hasArrayFiller() ? List->getArrayFiller() : nullptr)
      initialise(T, Filler, Why);
    return;
  }
  case Stmt::CXXParenListInitExprClass:
    for (const Expr *Element : cast<CXXParenListInitExpr>(Init)->getInitExprs())
      initialiseElement(T, Element, Why);
    return;
  case Stmt::CXXStdInitializerListExprClass: {
    NodeId N = temporary();
    address(cast<CXXStdInitializerListExpr>(Init)->getSubExpr(), into(N));
    return put(T, N, 0, Why, Init->getExprLoc());
  }
  case Stmt::ArrayInitLoopExprClass: {
    // An array in an object that is copied.
    const auto *Loop = cast<ArrayInitLoopExpr>(Init);
    NodeId N = temporary();
    address(Loop->getCommonExpr()->getSourceExpr(), into(N).looked());
    put(T, N, 0, Why, Init->getExprLoc());
    return initialise(T, Loop->getSubExpr(), Why);
  }
  case Stmt::CXXConstructExprClass:
  case Stmt::CXXTemporaryObjectExprClass:
    return construct(T, *cast<CXXConstructExpr>(Init));
  case Stmt::CXXInheritedCtorInitExprClass:
    // The parameters are those of the constructor that inherits.
    for (const FlowParameter &P : G.Parameters)
      G.flow(FlowGraph::Heap, P.Node, 0, FlowReason::NotUnderstood,
             place(Init->getExprLoc()));
    return put(T, FlowGraph::Unknown, 0, Why, Init->getExprLoc());
  case Stmt::CallExprClass:
  case Stmt::CXXMemberCallExprClass:
  case Stmt::CXXOperatorCallExprClass:
  case Stmt::UserDefinedLiteralClass:
    if (Init->getType()->isRecordType() && Init->isPRValue()) {
      // The callee makes the object where it is to be.
      NodeId Slot = temporary();
      G.flow(Slot, T.Node, T.Derefs);
      Slots[Init] = Slot;
      if (!Unit.hasPointers(Init->getType()))
        return callAny(*cast<CallExpr>(Init), {});
      NodeId N = temporary();
      callAny(*cast<CallExpr>(Init), into(N));
      return put(T, N, 0, Why, Init->getExprLoc());
    }
    break;
  default:
    break;
  }
  QualType Type = Init->getType();
  if (!Unit.hasPointers(Type))
    return effect(Init);
  if (T.Derefs < 0)
    return value(Init, into(T.Node, Why));
  NodeId N = temporary();
  value(Init, into(N));
  put(T, N, 0, Why, Init->getExprLoc());
}

void Builder::construct(Target T, const CXXConstructExpr &Construct) {
  const CXXConstructorDecl &Constructor = *Construct.getConstructor();
  if (Constructor.isTrivial()) {
    if (Construct.getNumArgs() == 0 || !Constructor.isCopyOrMoveConstructor())
      return;
    NodeId N = temporary();
    address(Construct.getArg(0), into(N).looked());
    return put(T, N, 0, FlowReason::Initialised, Construct.getExprLoc());
  }
  // The elements of an array are one.
  llvm::SmallVector<FlowArgument, 4> Arguments(1);
  Arguments[0].Node = temporary();
  G.flow(Arguments[0].Node, T.Node, T.Derefs, FlowReason::AddressTaken,
         place(Construct.getExprLoc()));
  for (unsigned I = 0; I < Construct.getNumArgs(); ++I) {
    QualType Type = I < Constructor.getNumParams()
                        ? Constructor.getParamDecl(I)->getType()
                        : Construct.getArg(I)->getType();
    Arguments.push_back(argument(Construct.getArg(I), Type));
  }
  call(Constructor, Arguments, {}, &Construct, NoNode, FlowReason::PassedTo);
}

void Builder::destroy(QualType T, Target Object, SourceLocation Loc) {
  T = Ctx.getBaseElementType(T);
  const CXXRecordDecl *R = T->getAsCXXRecordDecl();
  if (!R || !R->hasDefinition() || R->hasTrivialDestructor())
    return;
  const CXXDestructorDecl *Destructor = R->getDestructor();
  FlowArgument Argument;
  Argument.Node = temporary();
  // Nobody can use the object afterwards, whoever has its address.
  Argument.Promise = FlowPromise::NoEscape;
  G.flow(Argument.Node, Object.Node, Object.Derefs, FlowReason::AddressTaken,
         place(Loc));
  if (Destructor)
    return call(*Destructor, Argument, {}, nullptr, NoNode,
                FlowReason::Destroyed);
  G.flow(FlowGraph::Heap, Argument.Node, 1, FlowReason::Destroyed, place(Loc));
}

void Builder::initialiseMembers(const CXXConstructorDecl &Constructor) {
  Target Object{This, 0};
  for (const CXXCtorInitializer *Init : Constructor.inits()) {
    const FieldDecl *Field = Init->getAnyMember();
    if (Field && Field->getType()->isReferenceType()) {
      NodeId N = temporary();
      address(Init->getInit(), into(N, FlowReason::ReferenceBound));
      put(Object, N, 0, FlowReason::Initialised, Init->getSourceLocation());
      continue;
    }
    initialise(Object, Init->getInit(), FlowReason::Initialised);
  }
}

void Builder::destroyMembers(const CXXDestructorDecl &Destructor) {
  Target Object{This, 0};
  const CXXRecordDecl &R = *Destructor.getParent();
  for (const FieldDecl *Field : R.fields())
    destroy(Field->getType(), Object, Destructor.getLocation());
  for (const CXXBaseSpecifier &Base : R.bases())
    destroy(Base.getType(), Object, Destructor.getLocation());
}

// --- new and delete
// ------------------------------------------------------------------

void Builder::newValue(const CXXNewExpr &New, Hole K) {
  const FunctionDecl *Operator = New.getOperatorNew();
  QualType Type = New.getAllocatedType();
  if (New.isArray() && New.getArraySize() && *New.getArraySize())
    effect(*New.getArraySize());
  const Expr *Init = New.getInitializer();
  bool IsInPlace = Operator && Operator->isReservedGlobalPlacementOperator();
  if (IsInPlace) {
    NodeId Where = temporary();
    value(New.getPlacementArg(0), into(Where));
    if (Init)
      initialise({Where, 0}, Init, FlowReason::Initialised);
    return flow(K, Where, 0, New.getExprLoc());
  }
  for (const Expr *Argument : New.placement_arguments()) {
    if (Argument->isGLValue())
      address(Argument, leak(FlowReason::UnknownCall));
    else
      value(Argument, leak(FlowReason::UnknownCall));
  }
  std::string Text = "new " + shortName(Type, Ctx);
  uint64_t Count = 1;
  bool IsConstant = true;
  if (New.isArray()) {
    std::optional<const Expr *> Size = New.getArraySize();
    std::optional<llvm::APSInt> Value;
    if (Size && *Size)
      Value = (*Size)->getIntegerConstantExpr(Ctx);
    IsConstant = Value.has_value();
    if (Value)
      Count = Value->getLimitedValue();
    Text += IsConstant ? "[" + std::to_string(Count) + "]" : "[]";
  }
  NodeId N = allocation(New, std::move(Text), Type);
  FlowAllocation &A = G.Allocations.back();
  if (!IsConstant) {
    A.Size = 0;
    A.Obstacle = "non-constant size";
  } else if (Count <= UINT64_MAX / std::max<uint64_t>(A.Size, 1)) {
    A.Size *= Count;
  }
  if (!Operator || !Operator->isReplaceableGlobalAllocationFunction())
    A.Obstacle = "operator new of its own";
  if (Init)
    initialise({N, -1}, Init, FlowReason::Initialised);
  flow(K, N, -1, New.getExprLoc());
}

void Builder::deleteValue(const CXXDeleteExpr &Delete) {
  NodeId N = temporary();
  value(Delete.getArgument(), into(N, FlowReason::Destroyed));
  QualType Type = Delete.getDestroyedType();
  const CXXRecordDecl *R = Type.isNull() ? nullptr : Type->getAsCXXRecordDecl();
  if (R && !R->hasDefinition()) {
    G.flow(FlowGraph::Heap, N, 1, FlowReason::Destroyed,
           place(Delete.getExprLoc()));
    return;
  }
  if (!R)
    return;
  const CXXDestructorDecl *Destructor = R->getDestructor();
  if (Destructor && Destructor->isVirtual() && !R->isEffectivelyFinal())
    G.flow(FlowGraph::Heap, N, 1, FlowReason::VirtualCall,
           place(Delete.getExprLoc()));
  destroy(Type, {N, 0}, Delete.getExprLoc());
}

// --- Calls
// ---------------------------------------------------------------------------

FlowArgument Builder::argument(const Expr *E, QualType Type) {
  FlowArgument A;
  A.Depth = Unit.pointerDepth(Type);
  if (Type->isReferenceType()) {
    A.Node = temporary();
    address(E, into(A.Node, FlowReason::ReferenceBound));
    return A;
  }
  if (A.Depth < 0 && !Type->isRecordType()) {
    effect(E);
    return A;
  }
  A.Node = temporary();
  initialise({A.Node, -1}, E, FlowReason::None);
  if (Type->isRecordType() && !isa<CXXBindTemporaryExpr>(E->IgnoreParens()))
    destroy(Type, {A.Node, -1}, E->getExprLoc());
  return A;
}

// E, or the variable that the reference which E names is bound to.
static const Expr *referredTo(const Expr *E) {
  const Expr *Bare = E->IgnoreParenCasts();
  const auto *Ref = dyn_cast<DeclRefExpr>(Bare);
  const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  if (!V || !V->getType()->isReferenceType() || isa<ParmVarDecl>(V) ||
      V->isExceptionVariable() || !V->getInit())
    return E;
  const auto *Object = dyn_cast<DeclRefExpr>(V->getInit()->IgnoreParenCasts());
  return Object ? Object : E;
}

// The function that is called if the object's type leaves no doubt.
const FunctionDecl *Builder::devirtualised(const CXXMethodDecl &Method,
                                           const CallExpr &Call) const {
  if (!Method.isVirtual())
    return &Method;
  const auto *Callee =
      dyn_cast<MemberExpr>(Call.getCallee()->IgnoreParenImpCasts());
  if (Callee && Callee->hasQualifier())
    return &Method;
  const Expr *Object = nullptr;
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(&Call))
    Object = Member->getImplicitObjectArgument();
  else if (isa<CXXOperatorCallExpr>(Call) && Call.getNumArgs() > 0)
    Object = Call.getArg(0);
  if (!Object)
    return nullptr;
  return const_cast<CXXMethodDecl &>(Method).getDevirtualizedMethod(
      referredTo(Object), /*IsAppleKext=*/false);
}

void Builder::callAny(const CallExpr &Call, Hole K) {
  NodeId Slot = NoNode;
  if (auto It = Slots.find(&Call); It != Slots.end())
    Slot = It->second;
  const FunctionDecl *Callee = Call.getDirectCallee();
  if (Callee && allocate(Call, *Callee, K))
    return;
  llvm::SmallVector<FlowArgument, 6> Arguments;
  const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Callee);
  bool HasObject = Method && Method->isImplicitObjectMemberFunction();
  unsigned First = 0;
  if (HasObject) {
    FlowArgument This;
    This.Node = temporary();
    if (const auto *Member = dyn_cast<CXXMemberCallExpr>(&Call)) {
      const Expr *Object = Member->getImplicitObjectArgument();
      if (Object->getType()->isPointerType() && Object->isPRValue())
        value(Object, into(This.Node));
      else
        address(Object, into(This.Node, FlowReason::AddressTaken));
    } else {
      address(Call.getArg(0), into(This.Node, FlowReason::AddressTaken));
      First = 1;
    }
    Arguments.push_back(This);
  } else if (!Callee) {
    // What is called may know the function's captures.
    FlowArgument Function;
    Function.Node = temporary();
    Function.Depth = -1;
    value(Call.getCallee(), into(Function.Node));
    if (const auto *Op =
            dyn_cast<BinaryOperator>(Call.getCallee()->IgnoreParenImpCasts());
        Op && Op->isPtrMemOp()) {
      FlowArgument Object;
      Object.Node = temporary();
      if (Op->getOpcode() == BO_PtrMemI)
        value(Op->getLHS(), into(Object.Node));
      else
        address(Op->getLHS(), into(Object.Node));
      Arguments.push_back(Object);
    }
  }
  QualType Type = Call.getCallee()->getType();
  const auto *Prototype =
      Callee ? Callee->getType()->getAs<FunctionProtoType>()
      : Type->isPointerType()
          ? Type->getPointeeType()->getAs<FunctionProtoType>()
          : Type->getAs<FunctionProtoType>();
  Arguments.reserve(Arguments.size() + Call.getNumArgs() - First);
  for (unsigned I = First; I < Call.getNumArgs(); ++I) {
    const Expr *E = Call.getArg(I);
    bool IsNamed = Prototype && I - First < Prototype->getNumParams();
    QualType Parameter = IsNamed ? Prototype->getParamType(I - First)
                         : E->isGLValue()
                             ? Ctx.getLValueReferenceType(E->getType())
                             : E->getType();
    Arguments.push_back(argument(E, Parameter));
  }
  const FunctionDecl *Called = Callee;
  FlowReason Why = FlowReason::UnknownCall;
  if (!Callee)
    Why = FlowReason::IndirectCall;
  else if (Method) {
    Called = devirtualised(*Method, Call);
    if (!Called)
      Why = FlowReason::VirtualCall;
  }
  if (Called)
    return call(*Called, Arguments, K, &Call, Slot, Why);
  if (Method)
    if (auto Overriders = Unit.allOverriders(*Method)) {
      for (const CXXMethodDecl *Overrider : *Overriders)
        call(*Overrider, Arguments, K, &Call, Slot, Why);
      return;
    }
  FlowCall Unknown;
  Unknown.Callee = Callee ? nameOf(*Callee) : "";
  Unknown.Arguments.assign(Arguments.begin(), Arguments.end());
  Unknown.Slot = Slot;
  Unknown.Why = Why;
  Unknown.Place = place(Call.getExprLoc());
  Unknown.End = place(Call.getEndLoc());
  if (!K.isDiscarded()) {
    Unknown.Result = temporary();
    flow(K, Unknown.Result, 0, Call.getExprLoc());
  }
  G.Calls.push_back(std::move(Unknown));
}

static FlowPromise promiseOf(const ParmVarDecl &P) {
  if (P.hasAttr<NoEscapeAttr>())
    return FlowPromise::NoEscape;
  if (P.hasAttr<LifetimeBoundAttr>())
    return FlowPromise::LifetimeBound;
  return FlowPromise::None;
}

void Builder::call(const FunctionDecl &Callee,
                   llvm::ArrayRef<FlowArgument> Arguments, Hole K,
                   const Expr *Site, NodeId Slot, FlowReason Why) {
  if (returnsTwice(Callee))
    IsOpaque = true;
  SourceLocation Loc = Site ? Site->getExprLoc() : F.getLocation();
  if (const auto *Destructor = dyn_cast<CXXDestructorDecl>(&Callee);
      Destructor && Destructor->isTrivial())
    return;
  if (const auto *Method = dyn_cast<CXXMethodDecl>(&Callee);
      Method && Method->isTrivial() &&
      (Method->isCopyAssignmentOperator() ||
       Method->isMoveAssignmentOperator())) {
    G.store(Arguments[0].Node, Arguments[1].Node, 1, FlowReason::Assigned,
            place(Loc));
    return flow(K, Arguments[0].Node, 0, Loc);
  }
  NodeId Result = NoNode;
  if (!K.isDiscarded() || Slot != NoNode) {
    Result = temporary();
    if (!K.isDiscarded())
      flow(K, Result, 0, Loc);
  }
  bool IsSystem = Ctx.getSourceManager().isInSystemHeader(Callee.getLocation());
  const EscapeModel *Model =
      IsSystem || !Callee.hasBody() ? escapeModel(Callee) : nullptr;
  if (Model)
    return model(*Model, Callee, Arguments, Result);
  if (IsSystem && isOfStandardLibrary(Callee) && !Callee.isExternC())
    return library(Callee, Arguments, Result);
  int Number = Unit.numberOf(Callee);
  FlowCall Call;
  Call.Callee = nameOf(Callee);
  Call.Unit = Number;
  Call.Key = Unit.keyOf(Callee);
  Call.Arguments.assign(Arguments.begin(), Arguments.end());
  Call.Result = Result;
  Call.Slot = Slot;
  Call.Why = Why == FlowReason::PassedTo ? FlowReason::UnknownCall : Why;
  Call.Place = place(Loc);
  if (Site)
    Call.End = place(Site->getEndLoc());
  bool HasObject = isa<CXXMethodDecl>(Callee) &&
                   cast<CXXMethodDecl>(Callee).isImplicitObjectMemberFunction();
  for (unsigned I = 0; I < Callee.getNumParams(); ++I)
    if (I + HasObject < Call.Arguments.size()) {
      FlowArgument &A = Call.Arguments[I + HasObject];
      A.Promise = promiseOf(*Callee.getParamDecl(I));
    }
  // What is passed for ... is not a parameter that the callee's graph knows.
  if (Callee.isVariadic())
    for (unsigned I = Callee.getNumParams() + HasObject;
         I < Call.Arguments.size(); ++I)
      if (Call.Arguments[I].Node != NoNode)
        G.flow(FlowGraph::Heap, Call.Arguments[I].Node, 0, FlowReason::Variadic,
               Call.Place);
  G.Calls.push_back(std::move(Call));
}

// --- Libraries
// -----------------------------------------------------------------------

static bool hasObject(const FunctionDecl &F) {
  const auto *Method = dyn_cast<CXXMethodDecl>(&F);
  return Method && Method->isImplicitObjectMemberFunction();
}

// Whether T says where something is in a container; it is not kept itself.
static bool isPosition(QualType T) {
  const CXXRecordDecl *R = T->getAsCXXRecordDecl();
  return R && isPosition(*R);
}

static bool isOwner(QualType T) {
  const CXXRecordDecl *R = T->getAsCXXRecordDecl();
  return R && ownsWhatItHolds(*R);
}

// Whether F returns one of the kind that it is given: an iterator or an element
// of the same range, and nothing from elsewhere.
static bool returnsWhatItIsGiven(const FunctionDecl &F) {
  if (const auto *Method = dyn_cast<CXXMethodDecl>(&F))
    return !Method->isStatic() &&
           isPosition(
               F.getASTContext().getCanonicalTagType(Method->getParent()));
  const ASTContext &Ctx = F.getASTContext();
  QualType Returned = F.getReturnType().getNonReferenceType();
  return llvm::any_of(F.parameters(), [&](const ParmVarDecl *P) {
    return Ctx.hasSameUnqualifiedType(P->getType().getNonReferenceType(),
                                      Returned);
  });
}

void Builder::model(const EscapeModel &Model, const FunctionDecl &Callee,
                    llvm::ArrayRef<FlowArgument> Arguments, NodeId Result) {
  unsigned Shift = hasObject(Callee);
  auto Add = [&](const ModelFlow &M, unsigned I) {
    if (I >= Arguments.size() || Arguments[I].Node == NoNode)
      return;
    int Derefs = M.Derefs;
    bool IsNamed = I >= Shift && I - Shift < Callee.getNumParams();
    if (IsNamed) {
      QualType T = Callee.getParamDecl(I - Shift)->getType();
      bool IsLeftOut = (M.IsByValue && T->isReferenceType()) ||
                       (M.IsNotOwners && isOwner(T.getNonReferenceType()));
      if (IsLeftOut)
        return;
    }
    if (M.IsValue && I >= Shift && I - Shift < Callee.getNumParams() &&
        Callee.getParamDecl(I - Shift)->getType()->isReferenceType())
      ++Derefs;
    NodeId From = Arguments[I].Node;
    if (M.To == ModelFlow::Heap)
      G.flow(FlowGraph::Heap, From, Derefs, FlowReason::UnknownCall);
    else if (M.To == ModelFlow::Result) {
      if (Result != NoNode)
        G.flow(Result, From, Derefs, FlowReason::ResultOf);
    } else {
      unsigned To = M.To == ModelFlow::This ? 0 : M.To + Shift;
      if (To < Arguments.size() && Arguments[To].Node != NoNode)
        G.store(Arguments[To].Node, From, Derefs, FlowReason::PassedTo);
    }
  };
  for (const ModelFlow &M : Model.Flows) {
    if (M.From == ModelFlow::Unknown) {
      if (Result != NoNode)
        G.flow(Result, FlowGraph::Unknown, 0, FlowReason::ResultOf);
    } else if (M.From == ModelFlow::All) {
      for (unsigned I = Shift; I < Arguments.size(); ++I)
        Add(M, I);
    } else {
      Add(M, M.From == ModelFlow::This ? 0 : M.From + Shift);
    }
  }
  if (Model.CallsBack)
    callBack(Callee, Arguments, Result);
}

std::vector<const FunctionDecl *>
Builder::userFunctions(const FunctionDecl &Callee) {
  std::vector<const FunctionDecl *> Result;
  auto Add = [&](QualType T) {
    llvm::append_range(Result, Unit.userFunctions(T));
  };
  auto AddArgument = [&](const TemplateArgument &A) {
    if (A.getKind() == TemplateArgument::Type)
      Add(A.getAsType());
    else if (A.getKind() == TemplateArgument::Pack)
      for (const TemplateArgument &Element : A.pack_elements())
        if (Element.getKind() == TemplateArgument::Type)
          Add(Element.getAsType());
  };
  if (const auto *Method = dyn_cast<CXXMethodDecl>(&Callee))
    Add(Ctx.getCanonicalTagType(Method->getParent()));
  if (const TemplateArgumentList *List = Callee.getTemplateSpecializationArgs())
    for (const TemplateArgument &A : List->asArray())
      AddArgument(A);
  for (const ParmVarDecl *P : Callee.parameters())
    Add(P->getType());
  Unit.sortByDeclaration(Result);
  return Result;
}

// The library may call any of the functions with anything that it can reach.
void Builder::callBack(const FunctionDecl &Callee,
                       llvm::ArrayRef<FlowArgument> Arguments, NodeId Result) {
  NodeId All = temporary();
  for (const FlowArgument &A : Arguments)
    if (A.Node != NoNode)
      G.flow(All, A.Node, 0, FlowReason::PassedTo);
  G.flow(All, All, 1);
  auto Pass = [&](const FunctionDecl &Called) {
    FlowArgument Any;
    Any.Node = temporary();
    G.flow(Any.Node, All, 0);
    G.flow(Any.Node, All, -1);
    if (isa<CXXDestructorDecl>(Called))
      Any.Promise = FlowPromise::NoEscape;
    llvm::SmallVector<FlowArgument, 4> Passed(
        Called.getNumParams() + hasObject(Called), Any);
    call(Called, Passed, into(All), nullptr, NoNode,
         isa<CXXDestructorDecl>(Called) ? FlowReason::Destroyed
                                        : FlowReason::UnknownCall);
  };
  bool CallsAny = false;
  for (const FunctionDecl *Called : userFunctions(Callee)) {
    CallsAny = true;
    const auto *Method = dyn_cast<CXXMethodDecl>(Called);
    bool IsVirtual = Method && Method->isVirtual();
    bool IsDestructor = isa<CXXDestructorDecl>(Called);
    if (!IsVirtual || IsDestructor)
      Pass(*Called);
    // An object that is held by a pointer may be of a derived class; what it
    // contains is two steps away, then.
    if (IsVirtual)
      G.flow(FlowGraph::Heap, All, IsDestructor ? 2 : 0,
             FlowReason::VirtualCall);
  }
  // Who knows what a pointer to a function leads to.
  for (const ParmVarDecl *P : Callee.parameters()) {
    QualType T = P->getType().getNonReferenceType();
    if (T->isFunctionPointerType() || T->isMemberFunctionPointerType() ||
        T->isFunctionType() || T->isMemberPointerType())
      G.flow(FlowGraph::Heap, All, 0, FlowReason::IndirectCall);
    if (const CXXRecordDecl *R = T->getAsCXXRecordDecl())
      if (isCallable(*R))
        G.flow(FlowGraph::Heap, All, 0, FlowReason::IndirectCall);
  }
  if (Result != NoNode && CallsAny)
    G.flow(Result, All, 0);
}

// Functions of the standard library keep nothing but in what they are given by
// reference and in what they return. What a container holds is one with it.
void Builder::library(const FunctionDecl &Callee,
                      llvm::ArrayRef<FlowArgument> Arguments, NodeId Result) {
  unsigned Shift = hasObject(Callee);
  const auto *Method = Shift ? cast<CXXMethodDecl>(&Callee) : nullptr;
  bool IsOwner = Method && ownsWhatItHolds(*Method->getParent());
  bool IsValue = isOwner(Callee.getReturnType());
  auto TypeOf = [&](unsigned I) {
    bool IsNamed = I >= Shift && I - Shift < Callee.getNumParams();
    return IsNamed ? Callee.getParamDecl(I - Shift)->getType() : QualType();
  };
  NodeId Values = temporary();
  for (unsigned I = 0; I < Arguments.size(); ++I) {
    NodeId N = Arguments[I].Node;
    if (N == NoNode || Arguments[I].Depth < 0)
      continue;
    QualType T = TypeOf(I);
    bool IsReference = T.isNull() || T->isReferenceType();
    // The value, and what an iterator leads to.
    if (I >= Shift) {
      if (!IsOwner || IsReference || !isPosition(T))
        G.flow(Values, N, IsReference ? 1 : 0, FlowReason::PassedTo);
      G.flow(Values, N, IsReference ? 2 : 1, FlowReason::PassedTo);
    }
    if (Result == NoNode || !IsReference)
      continue;
    // A reference to an element, an element, or what it leads to.
    if (!IsValue)
      G.flow(Result, N, 0, FlowReason::ResultOf);
    G.flow(Result, N, 1, FlowReason::ResultOf);
    if (I >= Shift)
      G.flow(Result, N, 2, FlowReason::ResultOf);
  }
  if (Result != NoNode) {
    G.flow(Result, Values, 0, FlowReason::ResultOf);
    if (!IsOwner && !IsValue && !returnsWhatItIsGiven(Callee))
      G.flow(Result, FlowGraph::Unknown, 0, FlowReason::ResultOf);
  }
  // What it was given may be kept in whatever it may change.
  for (unsigned I = 0; I < Arguments.size(); ++I) {
    if (Arguments[I].Node == NoNode || Arguments[I].Depth < 1)
      continue;
    QualType T = TypeOf(I);
    if (I < Shift) {
      if (!Method->isConst())
        G.store(Arguments[I].Node, Values, 0, FlowReason::PassedTo);
      if (IsOwner)
        continue;
      // An iterator, say, which writes to what it leads to.
      NodeId Held = temporary();
      G.flow(Held, Arguments[I].Node, 1, FlowReason::PassedTo);
      G.store(Held, Values, 0, FlowReason::PassedTo);
      continue;
    }
    bool IsChanged =
        !T.isNull() &&
        (T->isRecordType() ? !(IsOwner && isPosition(T))
                           : !T->isRValueReferenceType() &&
                                 !T->getPointeeType().isConstQualified());
    if (!IsChanged)
      continue;
    G.store(Arguments[I].Node, Values, 0, FlowReason::PassedTo);
    // Containers and streams swap and move what they hold.
    if (Method && !Method->isConst())
      G.store(Arguments[I].Node, Arguments[0].Node, 1, FlowReason::PassedTo);
  }
  callBack(Callee, Arguments, Result);
}

// --- Functions that allocate
// ---------------------------------------------------------

// make_unique and its like, and malloc. Returns whether it was one.
bool Builder::allocate(const CallExpr &Call, const FunctionDecl &Callee,
                       Hole K) {
  const ObjectMaker *Maker = findObjectMaker(Callee);
  const TemplateArgumentList *List = Callee.getTemplateSpecializationArgs();
  if (Maker && List && List->size() > 0) {
    QualType Type = List->get(0).getAsType();
    if (Type->isArrayType())
      return false;
    NodeId N = allocation(
        Call, Maker->Name.str() + "<" + shortName(Type, Ctx) + ">", Type);
    FlowAllocation &A = G.Allocations.back();
    if (Maker->HasCount && Unit.isForPeople())
      if (uint64_t Size = sharedObjectSize(Type, Ctx); Size > A.Size)
        A.Overhead = Size - A.Size;
    allocateObject(Call, Callee, Type, N);
    flow(K, N, -1, Call.getExprLoc());
    return true;
  }
  if (Callee.getBuiltinID() != Builtin::BImalloc || Call.getNumArgs() != 1)
    return false;
  effect(Call.getArg(0));
  allocation(Call, "malloc", QualType());
  FlowAllocation &A = G.Allocations.back();
  Expr::EvalResult Size;
  if (Call.getArg(0)->EvaluateAsInt(Size, Ctx))
    A.Size = Size.Val.getInt().getLimitedValue();
  else
    A.Obstacle = "non-constant size";
  flow(K, A.Node, -1, Call.getExprLoc());
  return true;
}

// Which constructor is called is known to the library only: any that takes as
// many arguments may be.
void Builder::allocateObject(const CallExpr &Call, const FunctionDecl &Callee,
                             QualType Type, NodeId Node) {
  llvm::SmallVector<FlowArgument, 4> Arguments;
  Arguments.reserve(Call.getNumArgs());
  for (unsigned I = 0; I < Call.getNumArgs(); ++I) {
    QualType Parameter = I < Callee.getNumParams()
                             ? Callee.getParamDecl(I)->getType()
                             : Call.getArg(I)->getType();
    Arguments.push_back(argument(Call.getArg(I), Parameter));
  }
  const CXXRecordDecl *R = Type->getAsCXXRecordDecl();
  if (R && R->hasDefinition())
    R = R->getDefinition();
  bool IsPlain = !R || !R->hasDefinition() || R->isAggregate();
  if (IsPlain)
    for (const FlowArgument &A : Arguments)
      if (A.Node != NoNode) {
        G.flow(Node, A.Node, 0, FlowReason::Initialised);
        G.flow(Node, A.Node, 1, FlowReason::Initialised);
      }
  if (!R || !R->hasDefinition())
    return;
  FlowArgument Object;
  Object.Node = temporary();
  G.flow(Object.Node, Node, -1, FlowReason::AddressTaken);
  for (const Decl *D : R->decls()) {
    if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(D))
      constructIn(Object, *Constructor, Arguments, Call);
    // An instance of a template may be the one.
    if (const auto *Template = dyn_cast<FunctionTemplateDecl>(D))
      for (const FunctionDecl *Instance : Template->specializations())
        if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(Instance))
          constructIn(Object, *Constructor, Arguments, Call);
  }
}

// A parameter of type T of what a library constructs, given the address of what
// it forwards.
FlowArgument Builder::forwarded(NodeId Address, QualType T) {
  FlowArgument A;
  A.Depth = Unit.pointerDepth(T);
  if (Address == NoNode)
    return A;
  A.Node = temporary();
  if (T->isReferenceType())
    G.flow(A.Node, Address, 0, FlowReason::PassedTo);
  G.flow(A.Node, Address, 1, FlowReason::PassedTo);
  if (!T->isRecordType() && !T->isReferenceType())
    return A;
  // A conversion may look into it, and make an object of it.
  NodeId Converted = temporary();
  G.flow(Converted, Address, 0, FlowReason::PassedTo);
  G.flow(Converted, Address, 1, FlowReason::PassedTo);
  G.flow(A.Node, Converted, T->isReferenceType() ? -1 : 0,
         FlowReason::PassedTo);
  return A;
}

// If Constructor may be the one that is called with what is forwarded.
void Builder::constructIn(const FlowArgument &Object,
                          const CXXConstructorDecl &Constructor,
                          llvm::ArrayRef<FlowArgument> Arguments,
                          const CallExpr &Site) {
  bool IsPossible = !Constructor.isDeleted() &&
                    Constructor.getMinRequiredArguments() <= Arguments.size() &&
                    (Constructor.getNumParams() >= Arguments.size() ||
                     Constructor.isVariadic());
  if (!IsPossible)
    return;
  llvm::SmallVector<FlowArgument, 4> Passed;
  Passed.reserve(Arguments.size() + 1);
  Passed.push_back(Object);
  for (unsigned I = 0; I < Arguments.size(); ++I)
    Passed.push_back(forwarded(Arguments[I].Node,
                               I < Constructor.getNumParams()
                                   ? Constructor.getParamDecl(I)->getType()
                                   : Ctx.VoidPtrTy));
  if (Constructor.isTrivial()) {
    if (Passed.size() > 1 && Passed[1].Node != NoNode)
      G.store(Object.Node, Passed[1].Node, 1, FlowReason::Initialised);
    return;
  }
  call(Constructor, Passed, {}, &Site, NoNode, FlowReason::PassedTo);
}

// --- The function
// --------------------------------------------------------------------

static bool isInheritedConstructor(const FunctionDecl &F) {
  const auto *Constructor = dyn_cast<CXXConstructorDecl>(&F);
  return Constructor && Constructor->isInheritingConstructor();
}

BuiltGraph Builder::build() {
  G.Name = nameOf(F);
  Versions.openScope();
  // Of what the compiler writes, nothing is to be said.
  if (!F.isImplicit() && !F.isDefaulted() && !isInheritedConstructor(F))
    G.Place = place(F.getLocation());
  auto AddParameter = [&](QualType Type, FlowPlace Where, std::string Name,
                          FlowPlace End) {
    NodeId N = G.add(NodeKind::Parameter, G.Parameters.size());
    G[N].Place = Where;
    G[N].Name = std::move(Name);
    FlowParameter P;
    P.Node = N;
    P.End = End;
    P.HasPointers = Type->isReferenceType() || Unit.hasPointers(Type);
    G.Parameters.push_back(P);
    return N;
  };
  if (hasObject(F))
    This = AddParameter(
        Ctx.VoidPtrTy, place(F.getLocation()),
        cast<CXXMethodDecl>(F).getParent()->isLambda() ? "{closure}" : "this",
        place(F.getLocation()));
  for (const ParmVarDecl *P : F.parameters()) {
    NodeId N =
        AddParameter(P->getType(), place(P->getLocation()),
                     Unit.isForPeople() ? P->getNameAsString() : std::string(),
                     place(P->getLocation()));
    Built.Variables[P] = N;
    Versions.declare(*P, N);
  }
  for (unsigned I = 0; I < G.Parameters.size(); ++I)
    G.add(NodeKind::Pointee, I);
  if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(&F))
    initialiseMembers(*Constructor);
  stmt(F.getBody());
  if (const auto *Destructor = dyn_cast<CXXDestructorDecl>(&F))
    destroyMembers(*Destructor);
  Versions.closeScope();
  Versions.finish();
  if (Unit.isForPeople())
    for (HiddenAllocation &H : hiddenAllocations(F))
      G.Hidden.push_back({std::move(H.Text), place(H.Begin), place(H.End)});
  if (IsOpaque) {
    for (NodeId N = FlowGraph::Result; N < G.Nodes.size(); ++N) {
      G.flow(FlowGraph::Heap, N, -1, FlowReason::NotUnderstood, G.Place);
      if (G[N].Kind == NodeKind::Parameter)
        G.flow(FlowGraph::Heap, N, 0, FlowReason::NotUnderstood, G.Place);
    }
    G.flow(FlowGraph::Result, FlowGraph::Unknown, 0);
  }
  return std::move(Built);
}

BuiltGraph whet::buildFlowGraph(const FunctionDecl &F, FlowUnit &Unit) {
  return Builder(F, Unit).build();
}
