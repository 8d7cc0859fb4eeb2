#include "whet/analysis/FieldDependence.h"
#include "whet/analysis/StandardLibrary.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace whet;
using namespace clang;

// --- Lifetimes -------------------------------------------------------------

namespace {
/// Walks through the parts of types, each class once.
class LifetimeSearch {
public:
  bool isObservable(QualType T);

private:
  bool isObservable(const CXXRecordDecl &Record);
  bool holdsObservable(const ClassTemplateSpecializationDecl &Holder);

  llvm::SmallPtrSet<const CXXRecordDecl *, 16> Seen;
};
} // namespace

// Types of the standard library that do more than to free memory when they are
// destroyed.
static bool endsSomething(const CXXRecordDecl &Record) {
  static constexpr llvm::StringLiteral Names[] = {
      "thread",        "jthread",        "future",
      "shared_future", "promise",        "packaged_task",
      "lock_guard",    "unique_lock",    "scoped_lock",
      "shared_lock",   "function",       "move_only_function",
      "any",           "stop_callback",  "coroutine",
      "generator",     "basic_ofstream", "basic_fstream",
      "basic_filebuf", "basic_syncbuf",  "basic_osyncstream"};
  return Record.getIdentifier() && llvm::is_contained(Names, Record.getName());
}

bool LifetimeSearch::isObservable(QualType T) {
  T = T.getCanonicalType();
  if (T->isReferenceType())
    return false;
  const Type *Element = T->getBaseElementTypeUnsafe();
  const auto *Record = Element->getAsCXXRecordDecl();
  return Record && isObservable(*Record);
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

bool LifetimeSearch::isObservable(const CXXRecordDecl &Declaration) {
  const CXXRecordDecl *Record = Declaration.getDefinition();
  if (isOfStandardLibrary(Declaration)) {
    if (endsSomething(Declaration))
      return true;
    const auto *Holder =
        dyn_cast<ClassTemplateSpecializationDecl>(&Declaration);
    return Holder && Seen.insert(&Declaration).second &&
           holdsObservable(*Holder);
  }
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
/// What a default member initialiser has to do with the object it is made for.
struct ObjectUses {
  llvm::SmallPtrSet<const FieldDecl *, 4> Fields;
  bool HandsItOn = false;

  void add(const Stmt &S);
};
} // namespace

void ObjectUses::add(const Stmt &S) {
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
  ObjectUses Uses;

  bool dependsOn(const FieldTraits &Other) const {
    return Uses.HandsItOn || Uses.Fields.contains(Other.Field) ||
           (IsObservable && Other.IsDestroyed);
  }
};
} // namespace

static FieldTraits traitsOf(const FieldDecl &Field) {
  FieldTraits Traits;
  Traits.Field = &Field;
  Traits.IsDestroyed = Field.getType().isDestructedType() != QualType::DK_none;
  Traits.IsObservable = hasObservableLifetime(Field.getType());
  if (const Expr *Init = Field.getInClassInitializer())
    Traits.Uses.add(*Init);
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
