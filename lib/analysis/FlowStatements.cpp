#include "FlowBuilder.h"

using namespace whet;
using namespace clang;

void FlowBuilder::effect(const Expr *E) {
  if (E->isGLValue())
    address(E, {});
  else
    value(E, {});
}

void FlowBuilder::children(const Stmt *S) {
  for (const Stmt *Child : S->children())
    stmt(Child);
}

void FlowBuilder::compound(const Stmt *S) {
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

void FlowBuilder::expression(const Expr *E) {
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

void FlowBuilder::branch(const IfStmt &If) {
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

void FlowBuilder::select(const SwitchStmt &Switch) {
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

void FlowBuilder::caseLabel(const SwitchCase &Case) {
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

void FlowBuilder::loop(const LoopParts &Loop) {
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

void FlowBuilder::jump(std::vector<Jumps *> &Targets) {
  if (Targets.empty())
    Versions.uniteAll();
  else
    Targets.back()->push_back(Versions.save());
  Versions.kill();
}

void FlowBuilder::jumpTo(const GotoStmt &Goto) {
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
void FlowBuilder::tryBlock(const CXXTryStmt &Try) {
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

const FlowBuilder::BackwardLabels &FlowBuilder::labels() {
  if (!Labels) {
    Labels.emplace(Ctx.getSourceManager());
    Labels->TraverseStmt(F.getBody());
  }
  return *Labels;
}

// All that follows a label which is jumped back to may be done again.
void FlowBuilder::label(const LabelStmt &Label) {
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

void FlowBuilder::assembler(const AsmStmt &S) {
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

void FlowBuilder::declare(const VarDecl &V) {
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

void FlowBuilder::declareAs(const VarDecl &V, NodeId N) {
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

void FlowBuilder::returnValue(const Expr &E) {
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

void FlowBuilder::stmt(const Stmt *S) {
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
