//===- FlowBuilder.h - Reads one body into a flow graph ---------*- C++ -*-===//
//
// What buildFlowGraph() works with, walking a body once, in the order in which
// it runs. Each expression is read into a Hole, which says where its value
// goes; each initialiser into a Target, which says where the object is:
//
//   p = *q;   assign: value(`*q`, {p}) -> address(`*q`, {p}.looked())
//             -> value(`q`, {p}.looked()) -> flow p = *q
//
// value() is for prvalues, address() for glvalues, of which it reads the
// address. What is not understood becomes an edge to the heap, or from Unknown.
// The members are defined by what they are about:
//
//   FlowGraphBuilder.cpp  nodes, and the function as a whole
//   FlowStatements.cpp    control flow, declarations
//   FlowExpressions.cpp   values and addresses
//   FlowObjects.cpp       initialisation, destruction, new and delete
//   FlowCalls.cpp         calls, and functions that allocate
//   FlowLibraries.cpp     what is known of functions without a body
//
//===----------------------------------------------------------------------===//
#ifndef WHET_LIB_ANALYSIS_FLOWBUILDER_H
#define WHET_LIB_ANALYSIS_FLOWBUILDER_H

#include "whet/analysis/FlowGraphBuilder.h"
#include "whet/analysis/VariableVersions.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/SmallPtrSet.h"
#include <array>
#include <optional>
#include <string>
#include <vector>

namespace whet {
struct EscapeModel;

/// The graph of one function; used once.
class FlowBuilder {
public:
  FlowBuilder(const clang::FunctionDecl &F, FlowUnit &Unit)
      : F(F), Unit(Unit), Ctx(F.getASTContext()) {}

  BuiltGraph build();

private:
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
  class BackwardLabels : public clang::ConstDynamicRecursiveASTVisitor {
  public:
    explicit BackwardLabels(const clang::SourceManager &SM) : SM(SM) {}

    bool VisitGotoStmt(const clang::GotoStmt *Goto) override {
      const clang::LabelStmt *Label = Goto->getLabel()->getStmt();
      if (Label && SM.isBeforeInTranslationUnit(Label->getBeginLoc(),
                                                Goto->getBeginLoc()))
        Found.insert(Label);
      return true;
    }
    bool
    VisitIndirectGotoStmt(const clang::IndirectGotoStmt * /*Goto*/) override {
      HasComputed = true;
      return true;
    }
    bool TraverseLambdaExpr(const clang::LambdaExpr * /*Lambda*/) override {
      return true;
    }

    llvm::SmallPtrSet<const clang::LabelStmt *, 4> Found;
    bool HasComputed = false;

  private:
    const clang::SourceManager &SM;
  };

  using Point = VariableVersions::Point;
  /// The parts of a loop in the order in which they run; null for none.
  struct LoopParts {
    const clang::Stmt *Variable = nullptr;
    const clang::Expr *Condition = nullptr;
    std::array<const clang::Stmt *, 2> Body{};
    const clang::Stmt *Increment = nullptr;
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
  void stmt(const clang::Stmt *S);
  void children(const clang::Stmt *S);
  void compound(const clang::Stmt *S);
  void expression(const clang::Expr *E);
  void branch(const clang::IfStmt &If);
  void select(const clang::SwitchStmt &Switch);
  void caseLabel(const clang::SwitchCase &Case);
  void loop(const LoopParts &Loop);
  void jump(std::vector<Jumps *> &Targets);
  void jumpTo(const clang::GotoStmt &Goto);
  void tryBlock(const clang::CXXTryStmt &Try);
  void label(const clang::LabelStmt &Label);
  const BackwardLabels &labels();
  void setLoopDepth(unsigned Depth) {
    LoopDepth = Depth;
    Versions.setDepth(Depth);
  }
  void declare(const clang::VarDecl &V);
  void declareAs(const clang::VarDecl &V, NodeId N);
  void assembler(const clang::AsmStmt &S);
  void effect(const clang::Expr *E);
  void returnValue(const clang::Expr &E);
  // Expressions. All but effects of what is discarded are flows.
  void value(const clang::Expr *E, Hole K);
  void address(const clang::Expr *E, Hole K);
  void castValue(const clang::CastExpr &Cast, Hole K);
  void unaryValue(const clang::UnaryOperator &Op, Hole K);
  void binaryValue(const clang::BinaryOperator &Op, Hole K);
  void callAny(const clang::CallExpr &Call, Hole K);
  void newValue(const clang::CXXNewExpr &New, Hole K);
  void deleteValue(const clang::CXXDeleteExpr &Delete);
  void throwValue(const clang::CXXThrowExpr &Throw);
  void lambdaValue(const clang::LambdaExpr &Lambda, Hole K);
  void objectValue(const clang::Expr *E, Hole K);
  void variable(const clang::ValueDecl &D, bool IsCapture, Hole K);
  void version(const clang::VarDecl &V, Hole K);
  void numberValue(const clang::Expr &E, Hole K);
  bool isAddressNumber(const clang::VarDecl &V) const;
  void atomicValue(const clang::AtomicExpr &Atomic, Hole K);
  void notUnderstood(const clang::Expr *E, Hole K);
  void captured(const clang::ValueDecl *V, Hole K);
  const clang::FieldDecl *captureField(const clang::ValueDecl *V) const;
  // Objects.
  void initialise(Target T, const clang::Expr *Init, FlowReason Why);
  void initialiseElement(Target T, const clang::Expr *Element, FlowReason Why);
  void construct(Target T, const clang::CXXConstructExpr &Construct);
  void initialiseMembers(const clang::CXXConstructorDecl &Constructor);
  void destroyMembers(const clang::CXXDestructorDecl &Destructor);
  void destroy(clang::QualType T, Target Object, clang::SourceLocation Loc);
  void assign(const clang::Expr *To, const clang::Expr *From,
              clang::SourceLocation Loc);
  const clang::VarDecl *versioned(const clang::Expr *E) const;
  void assignBy(const clang::BinaryOperator &Op);
  void put(Target T, NodeId Value, int Derefs, FlowReason Why,
           clang::SourceLocation Loc);
  // Calls.
  FlowArgument argument(const clang::Expr *E, clang::QualType Type);
  void call(const clang::FunctionDecl &Callee,
            llvm::ArrayRef<FlowArgument> Arguments, Hole K,
            const clang::Expr *Site, NodeId Slot, FlowReason Why);
  void model(const EscapeModel &Model, const clang::FunctionDecl &Callee,
             llvm::ArrayRef<FlowArgument> Arguments, NodeId Result);
  void library(const clang::FunctionDecl &Callee,
               llvm::ArrayRef<FlowArgument> Arguments, NodeId Result);
  void callBack(const clang::FunctionDecl &Callee,
                llvm::ArrayRef<FlowArgument> Arguments, NodeId Result);
  std::vector<const clang::FunctionDecl *>
  userFunctions(const clang::FunctionDecl &Callee);
  bool allocate(const clang::CallExpr &Call, const clang::FunctionDecl &Callee,
                Hole K);
  void allocateObject(const clang::CallExpr &Call,
                      const clang::FunctionDecl &Callee, clang::QualType Type,
                      NodeId Node);
  FlowArgument forwarded(NodeId Address, clang::QualType T);
  void constructIn(const FlowArgument &Object,
                   const clang::CXXConstructorDecl &Constructor,
                   llvm::ArrayRef<FlowArgument> Arguments,
                   const clang::CallExpr &Site);
  /// Whether \p F is called with an object, as its first argument.
  static bool hasObject(const clang::FunctionDecl &F);
  const clang::FunctionDecl *devirtualised(const clang::CXXMethodDecl &Method,
                                           const clang::CallExpr &Call) const;

  // Nodes and edges.
  NodeId temporary();
  NodeId variableNode(const clang::VarDecl &V);
  NodeId allocation(const clang::Expr &E, std::string Text,
                    clang::QualType Type);
  void flow(Hole K, NodeId From, int Derefs, clang::SourceLocation Loc) {
    if (!K.isDiscarded())
      G.flow(K.To, From, K.Derefs + Derefs, K.Why, place(Loc));
  }
  void unknown(Hole K, clang::SourceLocation Loc) {
    if (!K.isDiscarded())
      G.flow(K.To, FlowGraph::Unknown, 0, K.Why, place(Loc));
  }
  Hole into(NodeId N, FlowReason Why = FlowReason::None) { return {N, 0, Why}; }
  Hole leak(FlowReason Why) { return {FlowGraph::Heap, 0, Why}; }
  FlowPlace place(clang::SourceLocation Loc) { return Unit.placeOf(Loc, G); }
  std::string nameOf(const clang::NamedDecl &D) const {
    return Unit.isForPeople() ? D.getQualifiedNameAsString() : std::string();
  }

  const clang::FunctionDecl &F;
  FlowUnit &Unit;
  clang::ASTContext &Ctx;
  BuiltGraph Built;
  FlowGraph &G = Built.Graph;
  /// Values that are the addresses of where calls make their results.
  llvm::DenseMap<const clang::Expr *, NodeId> Slots;
  /// The parameter that `this` is; NoNode outside of members.
  NodeId This = NoNode;
  unsigned LoopDepth = 0;
  /// Once it is needed.
  std::optional<llvm::SmallPtrSet<const clang::Expr *, 4>> Conditional;
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
  llvm::DenseMap<const clang::LabelDecl *, LabelState> LabelStates;
  /// Blocks that the statement at hand is in, and what they throw to their own
  /// handlers.
  struct TryState {
    const clang::CXXTryStmt *Try = nullptr;
    NodeId Exception = NoNode;
  };
  std::vector<TryState> Tries;
  /// What handlers may get.
  llvm::DenseMap<const clang::VarDecl *, NodeId> Exceptions;
  /// Integers that are pointers under another name.
  llvm::SmallPtrSet<const clang::VarDecl *, 2> AddressNumbers;
  bool IsOpaque = false;
};

} // namespace whet

#endif // WHET_LIB_ANALYSIS_FLOWBUILDER_H
