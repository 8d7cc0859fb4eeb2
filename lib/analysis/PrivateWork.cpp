#include "whet/analysis/PrivateWork.h"
#include "whet/analysis/GuardedState.h"
#include "whet/analysis/PrivateLibrary.h"
#include "whet/analysis/StandardLibrary.h"
#include "whet/analysis/WorkExaminer.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"

using namespace whet;
using namespace clang;

// --- Types

PrivateWork::PrivateWork(const FactBase &Own) : Own(Own) {}
PrivateWork::~PrivateWork() = default;

bool PrivateWork::isValueRecord(const CXXRecordDecl &Record) {
  if (isIteratorClass(Record) || isFunctionObjectOfLibrary(Record))
    return true;
  if (costOfClass(Record)) {
    const auto *Instance = dyn_cast<ClassTemplateSpecializationDecl>(&Record);
    if (!Instance)
      return true;
    auto IsValueArgument = [this](const TemplateArgument &A) {
      return A.getKind() != TemplateArgument::Type || isValue(A.getAsType());
    };
    return llvm::all_of(
        Instance->getTemplateArgs().asArray(), [&](const TemplateArgument &A) {
          return A.getKind() == TemplateArgument::Pack
                     ? llvm::all_of(A.pack_elements(), IsValueArgument)
                     : IsValueArgument(A);
        });
  }
  if (isOfStandardLibrary(Record) || Record.isPolymorphic() ||
      Record.isUnion() || Record.isLambda())
    return false;
  // Libraries call these unseen.
  bool IsQuiet = llvm::all_of(Record.decls(), [this](const Decl *D) {
    if (const auto *Template = dyn_cast<FunctionTemplateDecl>(D))
      return !isa<CXXConstructorDecl>(Template->getTemplatedDecl());
    const auto *Method = dyn_cast<CXXMethodDecl>(D);
    bool IsSpecial = Method && (isa<CXXConstructorDecl>(Method) ||
                                isa<CXXDestructorDecl>(Method) ||
                                Method->isCopyAssignmentOperator() ||
                                Method->isMoveAssignmentOperator());
    if (!IsSpecial || !Method->isUserProvided())
      return true;
    std::optional<Work> Does = ofFunction(*Method);
    return Does && Does->Rests.empty();
  });
  if (!IsQuiet)
    return false;
  return llvm::all_of(Record.fields(),
                      [this](const FieldDecl *Field) {
                        return !Field->getType()->isReferenceType() &&
                               isValue(Field->getType());
                      }) &&
         llvm::all_of(Record.bases(), [this](const CXXBaseSpecifier &Base) {
           return !Base.isVirtual() && isValue(Base.getType());
         });
}

bool PrivateWork::isValue(QualType T) {
  if (T.isVolatileQualified() || T->isReferenceType() || T->isAtomicType())
    return false;
  if (const auto *Array = T->getAsArrayTypeUnsafe())
    return isa<ConstantArrayType>(Array) && isValue(Array->getElementType());
  if (T->isArithmeticType() || T->isEnumeralType() || T->isNullPtrType() ||
      T->isPointerType() || T->isVoidType() || T->isMemberPointerType())
    return true;
  const CXXRecordDecl *Record = T->getAsCXXRecordDecl();
  if (!Record || !Record->hasDefinition())
    return false;
  Record = Record->getDefinition();
  // A class that has one of its own kind in a container is no reason.
  auto [It, IsNew] = Values.try_emplace(Record, true);
  if (!IsNew)
    return It->second;
  bool Is = isValueRecord(*Record);
  Values[Record] = Is;
  return Is;
}

static bool hasDeletedCopy(const CXXRecordDecl &Record) {
  return llvm::any_of(Record.methods(), [](const CXXMethodDecl *M) {
    return M->isCopyAssignmentOperator() && M->isDeleted();
  });
}

// Whether objects of Record may be assigned as a whole: no part of it, as a
// mutex, forbids it.
static bool isAssignable(const RecordDecl &Record) {
  const auto *Class = dyn_cast<CXXRecordDecl>(&Record);
  if (!Class || hasDeletedCopy(*Class))
    return !Class;
  return llvm::none_of(Class->fields(), [](const FieldDecl *F) {
    const CXXRecordDecl *Part = F->getType()->getAsCXXRecordDecl();
    return Part && hasDeletedCopy(*Part);
  });
}

bool PrivateWork::isWrittenHere(const FieldDecl &Field) {
  auto [It, IsNew] = Written.try_emplace(&Field, true);
  if (!IsNew)
    return It->second;
  std::optional<std::string> Key = stateKey(Field);
  bool Is =
      isAssignable(*Field.getParent()) || !Key || !isNeverWritten(*Key, Own);
  Written[&Field] = Is;
  return Is;
}

// --- Queries

void PrivateWork::enter(const FunctionDecl &F) {
  Function = &F;
  Locals = std::make_unique<LocalStorage>();
  collectLocals(F, *Locals);
}

PrivateWork::Run PrivateWork::first(llvm::ArrayRef<const Stmt *> Statements) {
  WorkExaminer Examiner(*this, *Locals, *Function, /*IsCallee=*/false,
                        /*MayReturn=*/false);
  Run Result;
  for (const Stmt *S : Statements) {
    if (!Examiner.statement(S))
      break;
    Result.Does = Examiner.Result;
    ++Result.Length;
  }
  return Result;
}

PrivateWork::Run PrivateWork::last(llvm::ArrayRef<const Stmt *> Statements,
                                   bool MayReturn) {
  Run Result;
  for (const Stmt *S : llvm::reverse(Statements)) {
    WorkExaminer Examiner(*this, *Locals, *Function, /*IsCallee=*/false,
                          MayReturn);
    if (!Examiner.statement(S))
      break;
    Result.Does.join(Examiner.Result);
    ++Result.Length;
  }
  return Result;
}

std::optional<Work> PrivateWork::computing(const Expr &E) {
  WorkExaminer Examiner(*this, *Locals, *Function, /*IsCallee=*/false,
                        /*MayReturn=*/false);
  if (!Examiner.computes(E))
    return std::nullopt;
  return std::move(Examiner.Result);
}

std::optional<Work> PrivateWork::workingOn(const Stmt &S,
                                           const FieldDecl &Own) {
  WorkExaminer Examiner(*this, *Locals, *Function, /*IsCallee=*/false,
                        /*MayReturn=*/false);
  Examiner.Assumed = &Own;
  if (!Examiner.statement(&S))
    return std::nullopt;
  return std::move(Examiner.Result);
}

std::optional<Work> PrivateWork::reachedBy(const Expr &Arg) {
  WorkExaminer Examiner(*this, *Locals, *Function, /*IsCallee=*/false,
                        /*MayReturn=*/false);
  if (!Examiner.reaches(Arg))
    return std::nullopt;
  return std::move(Examiner.Result);
}

std::optional<Work> PrivateWork::ofFunction(const FunctionDecl &F) {
  const FunctionDecl *Definition = F.getDefinition();
  if (!Definition || Definition->isDependentContext())
    return std::nullopt;
  // Of who calls itself nothing is known.
  auto [It, IsNew] = Known.try_emplace(Definition, std::nullopt);
  if (!IsNew)
    return It->second;
  LocalStorage Theirs;
  collectLocals(*Definition, Theirs);
  WorkExaminer Examiner(*this, Theirs, *Definition, /*IsCallee=*/true,
                        /*MayReturn=*/true);
  const auto *Constructor = dyn_cast<CXXConstructorDecl>(Definition);
  bool Is = (!Constructor || Examiner.initialisers(*Constructor)) &&
            Definition->getBody() && Examiner.statement(Definition->getBody());
  std::optional<Work> Result;
  if (Is)
    Result = std::move(Examiner.Result);
  Known[Definition] = Result;
  return Result;
}
