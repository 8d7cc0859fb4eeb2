#include "FlowBuilder.h"
#include "whet/analysis/EscapeModels.h"
#include "whet/analysis/StandardLibrary.h"
#include "clang/AST/DeclTemplate.h"

using namespace whet;
using namespace clang;

// Whether T says where something is in a container; it is not kept itself.
static bool isPositionType(QualType T) {
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
           isPositionType(
               F.getASTContext().getCanonicalTagType(Method->getParent()));
  const ASTContext &Ctx = F.getASTContext();
  QualType Returned = F.getReturnType().getNonReferenceType();
  return llvm::any_of(F.parameters(), [&](const ParmVarDecl *P) {
    return Ctx.hasSameUnqualifiedType(P->getType().getNonReferenceType(),
                                      Returned);
  });
}

void FlowBuilder::model(const EscapeModel &Model, const FunctionDecl &Callee,
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
FlowBuilder::userFunctions(const FunctionDecl &Callee) {
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
void FlowBuilder::callBack(const FunctionDecl &Callee,
                           llvm::ArrayRef<FlowArgument> Arguments,
                           NodeId Result) {
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
void FlowBuilder::library(const FunctionDecl &Callee,
                          llvm::ArrayRef<FlowArgument> Arguments,
                          NodeId Result) {
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
      if (!IsOwner || IsReference || !isPositionType(T))
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
        (T->isRecordType() ? !(IsOwner && isPositionType(T))
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
