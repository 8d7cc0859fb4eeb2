#include "whet/analysis/PrivateLibrary.h"
#include "whet/analysis/ContainerModels.h"
#include "whet/analysis/StandardLibrary.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

using namespace whet;
using namespace clang;

const Cost *whet::costOfClass(const CXXRecordDecl &Record) {
  static const llvm::StringMap<Cost> Rows = {
#define PRIVATE_CLASS(NAME, COST) {NAME, Cost::COST},
#include "PrivateWork.inc"
  };
  if (!Record.getIdentifier() || !isOfStandardLibrary(Record))
    return nullptr;
  auto It = Rows.find(stableName(Record));
  return It == Rows.end() ? nullptr : &It->second;
}

bool whet::isStreamBase(const CXXRecordDecl &Record) {
  static const llvm::StringSet<> Rows = {
#define PRIVATE_STREAM(NAME) NAME,
#include "PrivateWork.inc"
  };
  return Record.getIdentifier() && isOfStandardLibrary(Record) &&
         Rows.contains(stableName(Record));
}

bool whet::isAllocatingMember(llvm::StringRef Name) {
  static const llvm::StringSet<> Rows = {
#define ALLOCATING_MEMBER(NAME) NAME,
#include "PrivateWork.inc"
  };
  return Rows.contains(Name);
}

const Cost *whet::costOfFunction(const FunctionDecl &F) {
  static const llvm::StringMap<Cost> Rows = {
#define PRIVATE_FUNCTION(NAME, COST) {NAME, Cost::COST},
#include "PrivateWork.inc"
  };
  if (!F.getIdentifier())
    return nullptr;
  bool IsKnown = isCLibrary(F) || isOfStandardLibrary(F);
  auto It = IsKnown ? Rows.find(stableName(F)) : Rows.end();
  return It == Rows.end() ? nullptr : &It->second;
}

bool whet::isIteratorClass(const CXXRecordDecl &Record) {
  return Record.getIdentifier() && isOfStandardLibrary(Record) &&
         Record.getName().contains("iter");
}

static bool isSmartPointer(QualType T) {
  const CXXRecordDecl *Record = T->getAsCXXRecordDecl();
  return Record && Record->getIdentifier() && isOfStandardLibrary(*Record) &&
         (Record->getName() == "unique_ptr" ||
          Record->getName() == "shared_ptr");
}

bool whet::isPointing(QualType T) {
  T = T.getNonReferenceType();
  if (T->isPointerType())
    return !T->isFunctionPointerType();
  const CXXRecordDecl *Record = T->getAsCXXRecordDecl();
  if (!Record || !Record->getIdentifier() || !isOfStandardLibrary(*Record))
    return false;
  return isIteratorClass(*Record) || isSmartPointer(T) ||
         Record->getName() == "basic_string_view" ||
         Record->getName() == "span" || Record->getName() == "initializer_list";
}

bool whet::isFunctionObjectOfLibrary(const CXXRecordDecl &Record) {
  return isOfStandardLibrary(Record) && Record.isEmpty() &&
         !Record.isPolymorphic();
}

bool whet::isAlgorithm(const FunctionDecl &F) {
  const Cost *C = costOfFunction(F);
  return C && isOfStandardLibrary(F) && !isa<CXXMethodDecl>(F) &&
         (*C == Cost::Loops || F.getName().ends_with("_bound"));
}

bool whet::isLentByValue(QualType T) {
  const CXXRecordDecl *Record = T->getAsCXXRecordDecl();
  return T->isPointerType() || (Record && Record->getIdentifier() &&
                                Record->getName() == "basic_string_view");
}

bool whet::makesPointee(const FunctionDecl &F) {
  return F.getIdentifier() && isOfStandardLibrary(F) &&
         (F.getName() == "make_unique" || F.getName() == "make_shared");
}
