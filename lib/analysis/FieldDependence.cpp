#include "whet/analysis/FieldDependence.h"
#include "whet/analysis/ContainerModels.h"
#include "whet/analysis/StandardLibrary.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringSet.h"

using namespace whet;
using namespace clang;

// --- Lifetimes -------------------------------------------------------------

namespace {
/// Walks through the parts of types, each class once.
class LifetimeSearch {
public:
  bool isObservable(QualType T);

private:
  bool isObservable(const CXXRecordDecl &Declaration);
  bool isObservableInLibrary(const CXXRecordDecl &Record);
  bool holdsObservable(const ClassTemplateSpecializationDecl &Holder);

  llvm::SmallPtrSet<const CXXRecordDecl *, 16> Seen;
};
} // namespace

static const llvm::StringSet<> &enders() {
  static const llvm::StringSet<> Names = {
#define ENDS(NAME) NAME,
#include "FieldDependence.inc"
  };
  return Names;
}

static const llvm::StringSet<> &deleters() {
  static const llvm::StringSet<> Names = {
#define DELETES(NAME) NAME,
#include "FieldDependence.inc"
  };
  return Names;
}

bool LifetimeSearch::isObservable(QualType T) {
  T = T.getCanonicalType();
  if (T->isReferenceType())
    return false;
  const Type *Element = T->getBaseElementTypeUnsafe();
  const auto *Record = Element->getAsCXXRecordDecl();
  return Record && isObservable(*Record);
}

// Whether Owner hands what it holds to code that is not the library's.
static bool hasOwnDeleter(const ClassTemplateSpecializationDecl &Owner) {
  llvm::ArrayRef<TemplateArgument> Arguments =
      Owner.getTemplateArgs().asArray();
  if (Arguments.size() < 2 || Arguments[1].getKind() != TemplateArgument::Type)
    return false;
  const CXXRecordDecl *Deleter = Arguments[1].getAsType()->getAsCXXRecordDecl();
  return !Deleter || !isOfStandardLibrary(*Deleter);
}

// What a container or smart pointer holds dies with it.
bool LifetimeSearch::holdsObservable(
    const ClassTemplateSpecializationDecl &Holder) {
  auto Holds = [this](const TemplateArgument &Argument) {
    return Argument.getKind() == TemplateArgument::Type &&
           isObservable(Argument.getAsType());
  };
  return llvm::any_of(Holder.getTemplateArgs().asArray(),
                      [&](const TemplateArgument &A) {
                        return A.getKind() == TemplateArgument::Pack
                                   ? llvm::any_of(A.pack_elements(), Holds)
                                   : Holds(A);
                      });
}

// Of the standard library.
bool LifetimeSearch::isObservableInLibrary(const CXXRecordDecl &Record) {
  if (!Seen.insert(&Record).second)
    return false;
  std::string Name = stableName(Record);
  if (enders().contains(Name))
    return true;
  const auto *Holder = dyn_cast<ClassTemplateSpecializationDecl>(&Record);
  return Holder && ((deleters().contains(Name) && hasOwnDeleter(*Holder)) ||
                    holdsObservable(*Holder));
}

bool LifetimeSearch::isObservable(const CXXRecordDecl &Declaration) {
  if (isOfStandardLibrary(Declaration))
    return isObservableInLibrary(Declaration);
  const CXXRecordDecl *Record = Declaration.getDefinition();
  if (!Record)
    return true;
  if (Record->isInvalidDecl() || !Seen.insert(Record).second)
    return false;
  bool RunsOwnCode =
      llvm::any_of(Record->methods(), [](const CXXMethodDecl *Method) {
        const auto *Constructor = dyn_cast<CXXConstructorDecl>(Method);
        return Method->isUserProvided() &&
               (isa<CXXDestructorDecl>(Method) ||
                (Constructor && Constructor->isCopyOrMoveConstructor()));
      });
  return RunsOwnCode ||
         llvm::any_of(Record->bases(),
                      [this](const CXXBaseSpecifier &Base) {
                        return isObservable(Base.getType());
                      }) ||
         llvm::any_of(Record->fields(), [this](const FieldDecl *Field) {
           return isObservable(Field->getType());
         });
}

bool whet::hasObservableLifetime(QualType T) {
  return LifetimeSearch().isObservable(T);
}

// --- Initialisers ----------------------------------------------------------

namespace {
/// What a default member initialiser has to do with others.
struct InitialiserTraits {
  /// Fields of the object that it mentions.
  llvm::SmallPtrSet<const FieldDecl *, 4> Fields;
  /// It hands the object on, so that any field may be read.
  bool HandsItOn = false;
  /// It may do what another one notices, such as to count.
  bool HasEffects = false;

  void add(const Stmt &S);
};
} // namespace

void InitialiserTraits::add(const Stmt &S) {
  if (const auto *Member = dyn_cast<MemberExpr>(&S)) {
    const auto *Field = dyn_cast<FieldDecl>(Member->getMemberDecl());
    if (Field && isa<CXXThisExpr>(Member->getBase()->IgnoreParenImpCasts())) {
      Fields.insert(Field);
      return;
    }
  }
  HandsItOn |= isa<CXXThisExpr>(S);
  for (const Stmt *Child : S.children())
    if (Child)
      add(*Child);
}

// --- Both ------------------------------------------------------------------

namespace {
struct FieldTraits {
  const FieldDecl *Field = nullptr;
  bool IsObservable = false;
  bool IsDestroyed = false;
  InitialiserTraits Initialiser;

  bool dependsOn(const FieldTraits &Other) const {
    return Initialiser.HandsItOn || Initialiser.Fields.contains(Other.Field) ||
           (Initialiser.HasEffects && Other.Initialiser.HasEffects) ||
           (IsObservable && Other.IsDestroyed);
  }
};
} // namespace

static InitialiserTraits initialiserOf(const FieldDecl &Field) {
  InitialiserTraits Traits;
  if (!Field.hasInClassInitializer())
    return Traits;
  const Expr *Init = Field.getInClassInitializer();
  // A template's are instantiated once they are used; until then, nobody knows.
  Traits.HandsItOn = !Init;
  if (!Init)
    return Traits;
  Traits.HasEffects = Init->HasSideEffects(Field.getASTContext());
  Traits.add(*Init);
  return Traits;
}

static FieldTraits traitsOf(const FieldDecl &Field) {
  FieldTraits Traits;
  Traits.Field = &Field;
  Traits.IsDestroyed = Field.getType().isDestructedType() != QualType::DK_none;
  Traits.IsObservable = hasObservableLifetime(Field.getType());
  Traits.Initialiser = initialiserOf(Field);
  return Traits;
}

std::vector<FieldDependence>
whet::fieldDependences(const CXXRecordDecl &Record) {
  std::vector<FieldTraits> Fields;
  for (const FieldDecl *Field : Record.fields())
    Fields.push_back(traitsOf(*Field));
  std::vector<FieldDependence> Result;
  for (size_t I = 0; I < Fields.size(); ++I)
    for (size_t J = I + 1; J < Fields.size(); ++J)
      if (Fields[I].dependsOn(Fields[J]) || Fields[J].dependsOn(Fields[I]))
        Result.push_back({Fields[I].Field, Fields[J].Field});
  return Result;
}
