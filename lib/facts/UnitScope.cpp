#include "whet/facts/UnitScope.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Index/USRGeneration.h"
#include "llvm/ADT/SmallString.h"

using namespace whet;
using namespace clang;

static thread_local UnitScope *Current = nullptr;

UnitScope::UnitScope(std::string Name, ProjectPaths Paths)
    : Name(std::move(Name)), Paths(std::move(Paths)), Outer(Current) {
  Current = this;
}

UnitScope::~UnitScope() { Current = Outer; }

UnitScope *UnitScope::current() { return Current; }

std::string whet::sharedPath(SourceLocation Loc, const SourceManager &SM) {
  OptionalFileEntryRef File =
      SM.getFileEntryRefForID(SM.getFileID(SM.getFileLoc(Loc)));
  if (!File)
    return "";
  llvm::StringRef Path = File->getFileEntry().tryGetRealPathName();
  if (Path.empty())
    Path = File->getName();
  return Current ? Current->Paths.portable(Path) : Path.str();
}

SourcePosition whet::sharedPosition(SourceLocation Loc,
                                    const SourceManager &SM) {
  Loc = SM.getFileLoc(Loc);
  return {sharedPath(Loc, SM), SM.getFileOffset(Loc),
          SM.getSpellingLineNumber(Loc), SM.getSpellingColumnNumber(Loc)};
}

// The file that defines Record, as the project names it.
static std::string definingFile(const RecordDecl &Record) {
  const RecordDecl *Definition = Record.getDefinition();
  return sharedPath((Definition ? Definition : &Record)->getLocation(),
                    Record.getASTContext().getSourceManager());
}

std::optional<std::string> whet::entityKey(const NamedDecl &D) {
  const auto *Canonical = cast<NamedDecl>(D.getCanonicalDecl());
  llvm::SmallString<128> USR;
  if (index::generateUSRForDecl(Canonical, USR))
    return std::nullopt;
  if (!Canonical->isExternallyVisible()) {
    USR += "@";
    USR += Current ? Current->Name : "";
    return USR.str().str();
  }
  if (const auto *Member = dyn_cast<FieldDecl>(Canonical)) {
    USR += "@";
    USR += definingFile(*Member->getParent());
  }
  return USR.str().str();
}

std::optional<std::string> whet::parameterKey(const FunctionDecl &F,
                                              unsigned Index) {
  std::optional<std::string> Key = entityKey(F);
  if (Key)
    *Key += "/" + std::to_string(Index);
  return Key;
}
