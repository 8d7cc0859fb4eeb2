#include "whet/analysis/VariableVersions.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/STLFunctionalExtras.h"

using namespace whet;
using namespace clang;

// --- How variables are mentioned
// -----------------------------------------------------------------------

namespace {
/// Finds the variables that a statement does more to than read them.
class Changes {
public:
  using Callback = llvm::function_ref<void(const VarDecl &)>;
  /// Taken: its address is, or it is assigned to in the midst of an expression.
  /// Assigned: by a statement of its own.
  Changes(Callback Taken, Callback Assigned)
      : Taken(Taken), Assigned(Assigned) {}

  /// What becomes of a glvalue: nothing but the effect counts, its value is
  /// read, or it may be used in any way.
  enum Context { Effect, Read, Any };

  void visit(const Stmt *S, Context C);

private:
  void visitBinary(const BinaryOperator &Op, Context C);
  void visitCast(const CastExpr &Cast, Context C);
  void visitChildren(const Stmt &S) {
    for (const Stmt *Child : S.children())
      visit(Child, Any);
  }

  Callback Taken;
  Callback Assigned;
};
} // namespace

static const VarDecl *variableOf(const Expr *E) {
  const auto *Ref = dyn_cast<DeclRefExpr>(E->IgnoreParens());
  return Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
}

static bool isAssignment(const Expr *E) {
  const auto *Op = dyn_cast<BinaryOperator>(E->IgnoreParenImpCasts());
  return Op && (Op->isAssignmentOp() || Op->isCommaOp());
}

void Changes::visitCast(const CastExpr &Cast, Context C) {
  const Expr *Sub = Cast.getSubExpr();
  if (Cast.getCastKind() == CK_LValueToRValue)
    return visit(Sub, C == Effect && isAssignment(Sub) ? Effect : Read);
  bool IsTransparent = Cast.getCastKind() == CK_NoOp ||
                       Cast.getCastKind() == CK_PointerToBoolean ||
                       Cast.getCastKind() == CK_ToVoid;
  visit(Sub, IsTransparent ? C : Any);
}

void Changes::visitBinary(const BinaryOperator &Op, Context C) {
  const Expr *Left = Op.getLHS();
  const Expr *Right = Op.getRHS();
  if (Op.isCommaOp()) {
    visit(Left, C == Effect ? Effect : Any);
    return visit(Right, C);
  }
  if (Op.isLogicalOp()) {
    visit(Left, C == Effect ? Effect : Any);
    return visit(Right, Any);
  }
  if (Op.isAssignmentOp()) {
    // The right side comes first.
    visit(Right, C == Effect && isAssignment(Right) ? Effect : Any);
    const VarDecl *V = variableOf(Left);
    if (!V)
      return visit(Left, Any);
    // Pointers do not leave their object by arithmetic.
    if (Op.isCompoundAssignmentOp() && C != Any)
      return;
    return C == Effect ? Assigned(*V) : Taken(*V);
  }
  bool IsTest = Op.isComparisonOp() && C == Effect &&
                isa<CXXNullPtrLiteralExpr, GNUNullExpr, IntegerLiteral>(
                    Right->IgnoreParenImpCasts());
  visit(Left, IsTest ? Effect : Any);
  visit(Right, Any);
}

void Changes::visit(const Stmt *S, Context C) {
  if (!S)
    return;
  if (const auto *E = dyn_cast<Expr>(S))
    S = E->IgnoreParens();
  switch (S->getStmtClass()) {
  case Stmt::DeclRefExprClass:
    if (const VarDecl *V = variableOf(cast<Expr>(S)); V && C == Any)
      Taken(*V);
    return;
  case Stmt::ImplicitCastExprClass:
  case Stmt::CStyleCastExprClass:
  case Stmt::CXXStaticCastExprClass:
  case Stmt::CXXFunctionalCastExprClass:
    return visitCast(*cast<CastExpr>(S), C);
  case Stmt::ExprWithCleanupsClass:
  case Stmt::ConstantExprClass:
    return visit(cast<FullExpr>(S)->getSubExpr(), C);
  case Stmt::BinaryOperatorClass:
  case Stmt::CompoundAssignOperatorClass:
    return visitBinary(*cast<BinaryOperator>(S), C);
  case Stmt::UnaryOperatorClass: {
    const auto *Op = cast<UnaryOperator>(S);
    bool IsStep = Op->isIncrementDecrementOp();
    if (IsStep && (C != Any || Op->isPostfix()))
      return visit(Op->getSubExpr(), Read);
    bool IsTest = Op->getOpcode() == UO_LNot;
    return visit(Op->getSubExpr(), IsTest ? C : Any);
  }
  case Stmt::ConditionalOperatorClass: {
    const auto *Op = cast<ConditionalOperator>(S);
    visit(Op->getCond(), Any);
    visit(Op->getTrueExpr(), C == Effect ? Any : C);
    return visit(Op->getFalseExpr(), C == Effect ? Any : C);
  }
  case Stmt::LambdaExprClass:
    for (const Expr *Init : cast<LambdaExpr>(S)->capture_inits())
      visit(Init, Any);
    return;
  case Stmt::UnaryExprOrTypeTraitExprClass:
  case Stmt::CXXNoexceptExprClass:
    return;
  default:
    return visitChildren(*S);
  }
}

// --- Variables
// -----------------------------------------------------------------------

void VariableVersions::declare(const VarDecl &V, NodeId Home) {
  if (!V.getType()->isPointerType() || V.getType().isVolatileQualified())
    return;
  auto [It, IsNew] = Numbers.try_emplace(&V, Variables.size());
  if (IsNew)
    Variables.emplace_back();
  Variable &Info = Variables[It->second];
  if (!IsNew) {
    // A statement that is walked twice.
    Info.IsOne = true;
    return;
  }
  Info.Home = Home;
  Info.IsOne = IsAllOne;
  Info.Versions.push_back(Home);
  Info.Slot = Slots.size();
  G[Home].Of = Home;
  Slots.push_back(It->second);
  Here.Current.push_back(Home);
}

bool VariableVersions::isLent(const VarDecl &V) const {
  auto It = Numbers.find(&V);
  return It != Numbers.end() && Variables[It->second].Cell != NoNode;
}

NodeId VariableVersions::version(Variable &V, unsigned Depth) {
  NodeId N = G.add(NodeKind::Local);
  G[N].LoopDepth = Depth;
  G[N].Name = G[V.Home].Name;
  G[N].Place = G[V.Home].Place;
  G[N].Of = V.Home;
  V.Versions.push_back(N);
  return N;
}

static void mark(std::vector<bool> &Bits, NodeId N) {
  if (Bits.size() <= N)
    Bits.resize(N + 1);
  Bits[N] = true;
}

NodeId VariableVersions::read(const VarDecl &V) {
  unsigned Number = Numbers.lookup(&V);
  const Variable &Info = Variables[Number];
  NodeId N = Info.Cell;
  // Out of scope, for a label's sake: all that it ever was.
  if (N == NoNode)
    N = isCurrent(Number) ? Here.Current[Info.Slot] : Info.Home;
  mark(IsRead, N);
  return N;
}

NodeId VariableVersions::next(const VarDecl &V) {
  Variable &Info = Variables[Numbers.lookup(&V)];
  return Info.Cell != NoNode ? Info.Cell : version(Info, LoopDepth);
}

void VariableVersions::mayBeLast(unsigned Number, NodeId Version) {
  for (const Joins &Handlers : Tries)
    for (auto [Changed, Node] : Handlers.Nodes)
      if (Changed == Number)
        addInput(Node, Version);
}

void VariableVersions::assign(const VarDecl &V, NodeId Version) {
  unsigned Number = Numbers.lookup(&V);
  const Variable &Info = Variables[Number];
  if (Info.Cell != NoNode)
    return;
  if (!isCurrent(Number))
    return unite(V);
  Here.Current[Info.Slot] = Version;
  mayBeLast(Number, Version);
}

void VariableVersions::unite(const VarDecl &V) {
  Variables[Numbers.lookup(&V)].IsOne = true;
}

void VariableVersions::uniteAll() {
  IsAllOne = true;
  for (Variable &V : Variables)
    V.IsOne = true;
}

// --- Addresses
// -----------------------------------------------------------------------

void VariableVersions::lend(unsigned Number) {
  Variable &V = Variables[Number];
  if (V.Cell != NoNode || !isCurrent(Number))
    return;
  NodeId Before = Here.Current[V.Slot];
  mark(IsRead, Before);
  V.Cell = version(V, LoopDepth);
  V.CellBegin = V.Cell + 1;
  G.flow(V.Cell, Before, 0);
  mayBeLast(Number, V.Cell);
  Scopes.back().Lent.push_back(Number);
}

void VariableVersions::lend(const Stmt &S) {
  if (Slots.empty())
    return;
  auto Lend = [&](const VarDecl &V) {
    if (auto It = Numbers.find(&V); It != Numbers.end())
      lend(It->second);
  };
  Changes(Lend, [](const VarDecl & /*V*/) {}).visit(&S, Changes::Effect);
}

void VariableVersions::openScope() {
  Scopes.emplace_back();
  Scopes.back().Slots = Slots.size();
}

void VariableVersions::closeScope() {
  Scope S = std::move(Scopes.back());
  Scopes.pop_back();
  auto GiveBack = [&](unsigned Number) {
    Variable &V = Variables[Number];
    V.Leases.push_back(
        {V.Cell, V.CellBegin, static_cast<NodeId>(G.Nodes.size())});
    if (isCurrent(Number))
      Here.Current[V.Slot] = V.Cell;
    V.Cell = NoNode;
  };
  llvm::for_each(S.Lent, GiveBack);
  Slots.resize(S.Slots);
  Here.Current.resize(S.Slots);
}

// --- Ways
// ----------------------------------------------------------------------------

VariableVersions::Point VariableVersions::save() const {
  Point P = Here;
  for (unsigned I = 0; I < Slots.size(); ++I)
    if (NodeId Cell = Variables[Slots[I]].Cell; Cell != NoNode)
      P.Current[I] = Cell;
  return P;
}

void VariableVersions::restore(const Point &P) {
  size_t Count = Here.Current.size();
  Point Before = std::move(Here);
  Here = P;
  Here.Current.resize(std::min(Count, P.Current.size()));
  for (size_t I = Here.Current.size(); I < Count; ++I)
    Here.Current.push_back(Before.Current[I]);
}

NodeId VariableVersions::joinNode(Variable &V, unsigned Depth) {
  NodeId N = version(V, Depth);
  JoinNumbers[N] = AllJoins.size();
  AllJoins.push_back({N, {}});
  return N;
}

void VariableVersions::addInput(NodeId Join, NodeId Version) {
  if (Join == Version)
    return;
  auto It = JoinNumbers.find(Join);
  if (It != JoinNumbers.end()) {
    AllJoins[It->second].second.push_back(Version);
    return;
  }
  mark(IsRead, Version);
  G.flow(Join, Version, 0);
}

void VariableVersions::join(llvm::ArrayRef<Point> Points, unsigned Depth) {
  llvm::SmallVector<const Point *, 4> Alive;
  for (const Point &P : Points)
    if (!P.IsDead)
      Alive.push_back(&P);
  Here.IsDead = Alive.empty();
  for (unsigned I = 0; I < Slots.size(); ++I) {
    Variable &V = Variables[Slots[I]];
    llvm::SmallVector<NodeId, 4> Versions;
    for (const Point *P : Alive)
      if (I < P->Current.size() && !llvm::is_contained(Versions, P->Current[I]))
        Versions.push_back(P->Current[I]);
    if (V.Cell != NoNode) {
      for (NodeId N : Versions)
        if (N != V.Cell) {
          mark(IsRead, N);
          G.flow(V.Cell, N, 0);
        }
      continue;
    }
    if (Versions.empty())
      continue;
    // What is left of an inner loop outlives its iterations.
    unsigned Level = std::max(Depth, G[V.Home].LoopDepth);
    bool IsSame =
        Versions.size() == 1 && G[Versions.front()].LoopDepth <= Level;
    if (IsSame) {
      Here.Current[I] = Versions.front();
      continue;
    }
    NodeId N = joinNode(V, Level);
    for (NodeId From : Versions)
      addInput(N, From);
    Here.Current[I] = N;
    mayBeLast(Slots[I], N);
  }
}

std::vector<unsigned>
VariableVersions::changed(llvm::ArrayRef<const Stmt *> Parts) {
  std::vector<unsigned> Result;
  auto Add = [&](const VarDecl &V) {
    if (auto It = Numbers.find(&V); It != Numbers.end())
      Result.push_back(It->second);
  };
  for (const Stmt *Part : Parts)
    Changes(Add, Add).visit(Part, Changes::Effect);
  llvm::sort(Result);
  Result.erase(llvm::unique(Result), Result.end());
  return Result;
}

VariableVersions::Joins
VariableVersions::open(llvm::ArrayRef<const Stmt *> Parts, unsigned Depth) {
  Joins J;
  if (Slots.empty())
    return J;
  for (unsigned Number : changed(Parts)) {
    Variable &V = Variables[Number];
    if (V.Cell != NoNode || !isCurrent(Number))
      continue;
    NodeId N = joinNode(V, Depth);
    if (!Here.IsDead)
      addInput(N, Here.Current[V.Slot]);
    J.Nodes.emplace_back(Number, N);
  }
  return J;
}

VariableVersions::Joins VariableVersions::openAll(unsigned Depth) {
  Joins J;
  for (unsigned Number : Slots) {
    Variable &V = Variables[Number];
    // A jump into a block that lends it.
    if (V.Cell != NoNode) {
      J.Nodes.emplace_back(Number, V.Cell);
      continue;
    }
    NodeId N = joinNode(V, Depth);
    if (!Here.IsDead)
      addInput(N, Here.Current[V.Slot]);
    J.Nodes.emplace_back(Number, N);
  }
  return J;
}

void VariableVersions::use(const Joins &J) {
  for (auto [Number, Node] : J.Nodes)
    if (isCurrent(Number)) {
      Here.Current[Variables[Number].Slot] = Node;
      mayBeLast(Number, Node);
    }
}

void VariableVersions::add(const Joins &J, const Point &P) {
  if (P.IsDead)
    return;
  for (auto [Number, Node] : J.Nodes) {
    unsigned Slot = Variables[Number].Slot;
    if (Slot < P.Current.size())
      addInput(Node, P.Current[Slot]);
  }
}

void VariableVersions::finish() {
  IsRead.resize(G.Nodes.size());
  // What a join that is read is made of is read, too.
  std::vector<unsigned> Work;
  std::vector<bool> IsAlive(AllJoins.size());
  auto Reach = [&](NodeId N) {
    auto It = JoinNumbers.find(N);
    if (It == JoinNumbers.end() || IsAlive[It->second])
      return;
    IsAlive[It->second] = true;
    Work.push_back(It->second);
  };
  for (const auto &[Node, Inputs] : AllJoins)
    if (IsRead[Node])
      Reach(Node);
  while (!Work.empty()) {
    unsigned Number = Work.back();
    Work.pop_back();
    for (NodeId Input : AllJoins[Number].second)
      Reach(Input);
  }
  for (unsigned I = 0; I < AllJoins.size(); ++I) {
    auto &[Node, Inputs] = AllJoins[I];
    llvm::sort(Inputs);
    Inputs.erase(llvm::unique(Inputs), Inputs.end());
    if (IsAlive[I])
      for (NodeId Input : Inputs)
        G.flow(Node, Input, 0);
  }
  for (const Variable &V : Variables) {
    if (V.IsOne)
      for (NodeId N : V.Versions)
        if (N != V.Home) {
          G.flow(V.Home, N, 0);
          G.flow(N, V.Home, 0);
        }
    if (!V.IsOne && !V.Leases.empty())
      G.Variables.push_back({V.Home, V.Versions, V.Leases});
  }
}
