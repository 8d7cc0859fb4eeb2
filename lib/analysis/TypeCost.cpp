#include "whet/analysis/TypeCost.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/RecordLayout.h"
#include "llvm/ADT/StringSet.h"

using namespace whet;
using namespace clang;

static const llvm::StringSet<> &owners() {
  static const llvm::StringSet<> Names = {
#define OWNER(NAME) NAME,
#include "TypeCost.inc"
  };
  return Names;
}

static const llvm::StringSet<> &holders() {
  static const llvm::StringSet<> Names = {
#define HOLDER(NAME) NAME,
#include "TypeCost.inc"
  };
  return Names;
}

static const llvm::StringSet<> &counted() {
  static const llvm::StringSet<> Names = {
#define COUNTED(NAME) NAME,
#include "TypeCost.inc"
  };
  return Names;
}

static const llvm::StringSet<> &views() {
  static const llvm::StringSet<> Names = {
#define VIEW(NAME) NAME,
#include "TypeCost.inc"
  };
  return Names;
}

static const llvm::StringSet<> &sharedPointers() {
  static const llvm::StringSet<> Names = {
#define SHARED(NAME) NAME,
#include "TypeCost.inc"
  };
  return Names;
}

static const CXXRecordDecl *recordOf(QualType T) {
  return T.getNonReferenceType()->getAsCXXRecordDecl();
}

// A class that says so is an iterator.
static bool isIterator(const CXXRecordDecl &Record) {
  const IdentifierInfo *Category =
      &Record.getASTContext().Idents.get("iterator_category");
  return Record.hasDefinition() && !Record.lookup(Category).empty();
}

bool TypeCosts::isView(QualType T) const {
  const CXXRecordDecl *Record = recordOf(T);
  return Record && (views().contains(stableName(*Record)) ||
                    Record->isLambda() || isIterator(*Record));
}

bool TypeCosts::isSharedPointer(QualType T) const {
  const CXXRecordDecl *Record = recordOf(T);
  return Record && sharedPointers().contains(stableName(*Record));
}

static bool isCopyable(const CXXRecordDecl &Record) {
  if (Record.defaultedCopyConstructorIsDeleted())
    return false;
  for (const CXXConstructorDecl *C : Record.ctors())
    if (C->isCopyConstructor())
      return !C->isDeleted() && C->getAccess() != AS_private;
  return true;
}

static bool hasOwnCopyConstructor(const CXXRecordDecl &Record) {
  return llvm::any_of(Record.ctors(), [](const CXXConstructorDecl *C) {
    return C->isCopyConstructor() && C->isUserProvided();
  });
}

// Adds what the bases and members of Record cost; false if one of them cannot
// be told.
bool TypeCosts::addParts(const CXXRecordDecl &Record, CopyCost &Cost) {
  const ASTContext &Ctx = Record.getASTContext();
  auto Add = [&](QualType T) {
    uint64_t Count = 1;
    if (const auto *Array = Ctx.getAsConstantArrayType(T)) {
      Count = Ctx.getConstantArrayElementCount(Array);
      T = Ctx.getBaseElementType(T);
    }
    if (!T->isRecordType())
      return true;
    std::optional<CopyCost> Part = copy(T);
    // libstdc++'s pair has a base that nobody copies.
    if (!Part)
      return Record.isInStdNamespace();
    Cost.Allocations += Part->Allocations * Count;
    Cost.AtomicIncrements += Part->AtomicIncrements * Count;
    Cost.RunsUnknownCode |= Part->RunsUnknownCode;
    return true;
  };
  return llvm::all_of(Record.bases(),
                      [&](const CXXBaseSpecifier &Base) {
                        return Add(Base.getType());
                      }) &&
         llvm::all_of(Record.fields(), [&](const FieldDecl *Field) {
           return Add(Field->getType());
         });
}

static bool isAllocator(QualType T) {
  const CXXRecordDecl *Record = T->getAsCXXRecordDecl();
  return Record && Record->hasDefinition() &&
         !Record->lookup(&Record->getASTContext().Idents.get("allocate"))
              .empty();
}

// The dearest of what Holder may hold.
void TypeCosts::addHeld(const ClassTemplateSpecializationDecl &Holder,
                        CopyCost &Cost) {
  llvm::SmallVector<TemplateArgument, 4> Args;
  for (const TemplateArgument &Arg : Holder.getTemplateArgs().asArray())
    if (Arg.getKind() == TemplateArgument::Pack)
      Args.append(Arg.pack_begin(), Arg.pack_end());
    else
      Args.push_back(Arg);
  for (const TemplateArgument &Arg : Args) {
    if (Arg.getKind() != TemplateArgument::Type)
      continue;
    std::optional<CopyCost> Held = copy(Arg.getAsType());
    if (!Held || isAllocator(Arg.getAsType()))
      continue;
    Cost.Allocations = std::max(Cost.Allocations, Held->Allocations);
    Cost.AtomicIncrements =
        std::max(Cost.AtomicIncrements, Held->AtomicIncrements);
    Cost.RunsUnknownCode |= Held->RunsUnknownCode;
  }
}

std::optional<CopyCost> TypeCosts::compute(const CXXRecordDecl &Record) {
  if (!Record.hasDefinition() || Record.isInvalidDecl() ||
      Record.isDependentContext() || Record.getDefinition()->isBeingDefined() ||
      !isCopyable(*Record.getDefinition()))
    return std::nullopt;
  const ASTContext &Ctx = Record.getASTContext();
  CopyCost Cost;
  Cost.Bytes = Ctx.getASTRecordLayout(&Record).getSize().getQuantity();
  Cost.IsTrivial = Record.hasTrivialCopyConstructor();
  if (Cost.IsTrivial)
    return Cost;
  std::string Name = stableName(Record);
  if (sharedPointers().contains(Name) || counted().contains(Name)) {
    Cost.AtomicIncrements = 1;
    return Cost;
  }
  const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(&Record);
  if (Models.find(&Record) || owners().contains(Name)) {
    // The elements are copied along, whatever they cost.
    if (Spec)
      addHeld(*Spec, Cost);
    Cost.Allocations = 1;
    Cost.AtomicIncrements = 0;
    return Cost;
  }
  if (Spec && holders().contains(Name)) {
    addHeld(*Spec, Cost);
    return Cost;
  }
  if (!addParts(Record, Cost))
    return std::nullopt;
  // The library's own wrappers (pair, tuple, optional) do what they hold does.
  if (!Record.isInStdNamespace())
    Cost.RunsUnknownCode |= hasOwnCopyConstructor(Record);
  return Cost;
}

std::optional<CopyCost> TypeCosts::copy(QualType T) {
  T = T.getCanonicalType().getNonReferenceType();
  if (T->isDependentType() || T->isIncompleteType())
    return std::nullopt;
  const CXXRecordDecl *Record = T->getAsCXXRecordDecl();
  if (!Record)
    return std::nullopt;
  Record = Record->getDefinition() ? Record->getDefinition() : Record;
  auto Known = Cache.find(Record);
  if (Known != Cache.end())
    return Known->second;
  // What a tree's node has in its list of children is no more than itself.
  CopyCost Self;
  Self.RunsUnknownCode =
      Record->hasDefinition() && hasOwnCopyConstructor(*Record);
  Cache[Record] = Self;
  std::optional<CopyCost> Cost = compute(*Record);
  Cache[Record] = Cost;
  return Cost;
}

static std::string countOf(uint64_t N, llvm::StringRef Noun) {
  return std::to_string(N) + " " + Noun.str() + (N == 1 ? "" : "s");
}

std::string whet::describe(const CopyCost &Cost) {
  std::string Text = countOf(Cost.Bytes, "byte");
  if (Cost.Allocations > 0)
    Text += (Cost.AtomicIncrements > 0 ? ", up to " : " and up to ") +
            countOf(Cost.Allocations, "allocation");
  if (Cost.AtomicIncrements > 0)
    Text += " and " + countOf(Cost.AtomicIncrements, "atomic increment");
  return Text;
}
