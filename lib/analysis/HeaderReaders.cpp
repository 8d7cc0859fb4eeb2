#include "whet/analysis/HeaderReaders.h"
#include "whet/facts/Predicate.h"
#include "whet/facts/UnitScope.h"
#include "clang/AST/ASTContext.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"

using namespace whet;
using namespace clang;

// --- Facts -----------------------------------------------------------------

namespace {
/// Of a path; there are no more of it than the path itself.
struct InstalledPath {
  static constexpr llvm::StringLiteral Kind = "installed-path";
  void join(const InstalledPath & /*Other*/) {}
};

llvm::json::Value toJSON(const InstalledPath & /*P*/) {
  return llvm::json::Object{};
}

bool fromJSON(const llvm::json::Value &V, InstalledPath & /*P*/,
              llvm::json::Path Where) {
  return static_cast<bool>(llvm::json::ObjectMapper(V, Where));
}

/// Of the project as a whole.
struct CSources {
  static constexpr llvm::StringLiteral Kind = "c-sources";
  void join(const CSources & /*Other*/) {}
};

llvm::json::Value toJSON(const CSources & /*S*/) {
  return llvm::json::Object{};
}

bool fromJSON(const llvm::json::Value &V, CSources & /*S*/,
              llvm::json::Path Where) {
  return static_cast<bool>(llvm::json::ObjectMapper(V, Where));
}
} // namespace

static const RegisterFact<InstalledPath> RegisteredPath;
static const RegisterFact<CSources> RegisteredSources;

static constexpr llvm::StringLiteral ProjectKey = "";

void whet::noteInstalled(FactBase &Facts, llvm::StringRef Path) {
  Facts.add(Path, InstalledPath());
}

void whet::noteCSources(FactBase &Facts) { Facts.add(ProjectKey, CSources()); }

// --- Conditions ------------------------------------------------------------

static bool isInstalled(llvm::StringRef Path, const FactBase &Facts) {
  for (; !Path.empty(); Path = llvm::sys::path::parent_path(Path))
    if (Facts.find<InstalledPath>(Path))
      return true;
  return false;
}

static constexpr llvm::StringLiteral IsNotInstalledName =
    "record-is-not-installed";
static const RegisterPredicate IsNotInstalled(
    IsNotInstalledName,
    [](const FactBase &Facts, const Condition &C) {
      return isInstalled(C.Subject, Facts) ? Answer::No : Answer::Yes;
    },
    "its header is installed; what was built with it has to be built anew");

Condition whet::isNotInstalled(const CXXRecordDecl &Record) {
  return {.Predicate = IsNotInstalledName.str(),
          .Subject = sharedPath(Record.getLocation(),
                                Record.getASTContext().getSourceManager()),
          .On = Condition::Scope::Safety};
}

static constexpr llvm::StringLiteral IsNotForCName = "record-is-not-for-c";
static const RegisterPredicate IsNotForC(
    IsNotForCName,
    [](const FactBase &Facts, const Condition & /*C*/) {
      return Facts.find<CSources>(ProjectKey) ? Answer::No : Answer::Yes;
    },
    "C files of the project may read it, and these are not analysed");

static bool isOfC(QualType T);

// Whether a C compiler would take the definition.
static bool isOfC(const CXXRecordDecl &Record) {
  return Record.isCLike() &&
         llvm::none_of(Record.decls(),
                       [](const Decl *D) { return isa<AccessSpecDecl>(D); }) &&
         llvm::all_of(Record.fields(), [](const FieldDecl *Field) {
           return isOfC(Field->getType());
         });
}

static bool isOfC(QualType T) {
  T = T.getCanonicalType();
  while (T->isArrayType() || T->isPointerType())
    T = T->isArrayType() ? T->getAsArrayTypeUnsafe()->getElementType()
                         : T->getPointeeType();
  if (const CXXRecordDecl *Record = T->getAsCXXRecordDecl())
    return !Record->hasDefinition() || Record->isCLike();
  return !T->isReferenceType() && !T->isMemberPointerType();
}

std::optional<Condition> whet::isNotForC(const CXXRecordDecl &Record) {
  const SourceManager &SM = Record.getASTContext().getSourceManager();
  if (SM.isInMainFile(SM.getExpansionLoc(Record.getLocation())) ||
      !isOfC(Record))
    return std::nullopt;
  return Condition{.Predicate = IsNotForCName.str(),
                   .Subject = "",
                   .On = Condition::Scope::Fix};
}
