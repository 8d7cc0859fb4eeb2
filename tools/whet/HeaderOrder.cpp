#include "HeaderOrder.h"
#include "UnitInvocation.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Lex/Lexer.h"
#include "clang/Lex/Preprocessor.h"

using namespace whet;
using namespace clang;

// --- Declarations
// ---------------------------------------------------------------------

std::vector<std::string> whet::namesMadeKnown(const NamedDecl &D) {
  std::vector<std::string> Names;
  if (const IdentifierInfo *Name = D.getIdentifier())
    Names.push_back(Name->getName().str());
  const auto *Enum = llvm::dyn_cast<EnumDecl>(&D);
  if (Enum && !Enum->isScoped())
    for (const EnumConstantDecl *Constant : Enum->enumerators())
      Names.push_back(Constant->getName().str());
  return Names;
}

void whet::forEachInNamespaces(
    const DeclContext &Scope, bool SkipsPrecompiled,
    llvm::function_ref<void(const NamedDecl &)> See) {
  auto Visit = [&](const Decl *D) {
    if (SkipsPrecompiled && D->isFromASTFile())
      return;
    if (llvm::isa<NamespaceDecl, LinkageSpecDecl, ExportDecl>(D))
      forEachInNamespaces(*llvm::cast<DeclContext>(D), SkipsPrecompiled, See);
    else if (const auto *Named = llvm::dyn_cast<NamedDecl>(D))
      See(*Named);
  };
  // Whoever skips what is precompiled does not want to load it either.
  if (SkipsPrecompiled)
    llvm::for_each(Scope.noload_decls(), Visit);
  else
    llvm::for_each(Scope.decls(), Visit);
}

// --- References
// ---------------------------------------------------------------------

namespace {
class ReferenceFinder : public ConstDynamicRecursiveASTVisitor {
public:
  References Result;

  // A loop over a range calls begin() and end().
  ReferenceFinder() { ShouldVisitImplicitCode = true; }

  bool VisitDeclRefExpr(const DeclRefExpr *E) override {
    return see(E->getDecl());
  }
  bool VisitCXXConstructExpr(const CXXConstructExpr *E) override {
    return see(E->getConstructor()->getParent());
  }
  bool VisitTagTypeLoc(TagTypeLoc T) override { return see(T.getDecl()); }
  bool VisitTypedefTypeLoc(TypedefTypeLoc T) override {
    return see(T.getDecl());
  }
  bool VisitUsingTypeLoc(UsingTypeLoc T) override { return see(T.getDecl()); }
  bool
  VisitTemplateSpecializationTypeLoc(TemplateSpecializationTypeLoc T) override {
    return see(T.getTypePtr()->getTemplateName().getAsTemplateDecl());
  }
  bool VisitUsingDecl(const UsingDecl *D) override {
    for (const UsingShadowDecl *Shadow : D->shadows())
      see(Shadow->getTargetDecl());
    return true;
  }

  bool VisitUnresolvedLookupExpr(const UnresolvedLookupExpr *E) override {
    if (const IdentifierInfo *Name = E->getName().getAsIdentifierInfo())
      Result.Names.insert(Name->getName());
    return true;
  }
  bool VisitCallExpr(const CallExpr *Call) override {
    const auto *Callee = llvm::dyn_cast<UnresolvedLookupExpr>(
        Call->getCallee()->IgnoreParenImpCasts());
    if (!Callee)
      return true;
    for (const NamedDecl *Candidate : Callee->decls())
      if (const FunctionDecl *F = Candidate->getAsFunction();
          F && takes(*F, Call->getNumArgs()))
        Result.Candidates.insert(Candidate);
    return true;
  }

private:
  static bool takes(const FunctionDecl &F, unsigned Arguments) {
    bool HasPack = llvm::any_of(F.parameters(), [](const ParmVarDecl *P) {
      return P->isParameterPack();
    });
    return Arguments >= F.getMinRequiredArguments() &&
           (Arguments <= F.getNumParams() || F.isVariadic() || HasPack);
  }

  bool see(const NamedDecl *Entity) {
    if (!Entity)
      return true;
    const DeclContext *Scope = Entity->getDeclContext()->getRedeclContext();
    if (llvm::isa<EnumConstantDecl>(Entity))
      Scope = Scope->getRedeclContext();
    if (!Scope->isFileContext() && !llvm::isa<EnumDecl>(Scope))
      return true;
    Result.Meant.insert(Entity);
    if (const IdentifierInfo *Name = Entity->getIdentifier())
      Result.Names.insert(Name->getName());
    return true;
  }
};
} // namespace

References whet::referencesOf(const NamedDecl &D) {
  ReferenceFinder Finder;
  Finder.TraverseDecl(&D);
  return std::move(Finder.Result);
}

const TagDecl *whet::neededClass(QualType T, bool &IsValue) {
  IsValue = true;
  for (; T->isPointerOrReferenceType(); T = T->getPointeeType())
    IsValue = false;
  const NamedDecl *Class = T->getAsTagDecl();
  if (const auto *Template = T->getAs<TemplateSpecializationType>())
    Class = Template->getTemplateName().getAsTemplateDecl();
  if (const auto *Template = llvm::dyn_cast_or_null<ClassTemplateDecl>(Class))
    Class = Template->getTemplatedDecl();
  return llvm::dyn_cast_or_null<TagDecl>(Class);
}

// --- Headers
// ---------------------------------------------------------------------

HeaderOrder::HeaderOrder(CompilerInstance &Compiler, CompiledHeaders &Headers)
    : Compiler(Compiler), Headers(Headers) {}

CompiledHeaders::iterator HeaderOrder::headerAt(SourceLocation Loc) {
  const SourceManager &Sources = Compiler.getSourceManager();
  if (Loc.isInvalid())
    return Headers.end();
  FileID File = Sources.getFileID(Sources.getExpansionLoc(Loc));
  auto [It, IsNew] = HeaderOf.try_emplace(File, Headers.end());
  if (IsNew)
    It->second = Headers.find(realFile(Sources.getExpansionLoc(Loc), Sources));
  return It->second;
}

void HeaderOrder::readMacros() {
  for (const auto &[Id, State] : Compiler.getPreprocessor().macros()) {
    const MacroDirective *Latest = State.getLatest();
    const MacroInfo *Info = Latest ? Latest->getMacroInfo() : nullptr;
    if (!Info || Info->isUsedForHeaderGuard())
      continue;
    if (auto Header = headerAt(Info->getDefinitionLoc());
        Header != Headers.end())
      Macros[Id->getName()].push_back({Header, nullptr});
  }
}

// Whether \p Header, or what it includes, declares \p Entity.
bool HeaderOrder::isDeclaredFor(const Decl &Entity,
                                CompiledHeaders::iterator Header) {
  const llvm::StringSet<> &Included = closure(Header->first);
  return llvm::any_of(Entity.redecls(), [&](const Decl *D) {
    auto Other = headerAt(D->getLocation());
    return Other == Headers.end() || Included.contains(Other->first);
  });
}

// Whether code in \p Header can have a \p T to hand on: of a class that it only
// knows to exist, no value.
bool HeaderOrder::canHave(QualType T, CompiledHeaders::iterator Header) {
  bool IsValue = false;
  const TagDecl *Tag = neededClass(T, IsValue);
  if (!Tag)
    return true;
  if (!isDeclaredFor(*Tag, Header))
    return false;
  const TagDecl *Definition = Tag->getDefinition();
  if (!IsValue || !Definition)
    return true;
  auto Where = headerAt(Definition->getLocation());
  return Where == Headers.end() ||
         closure(Header->first).contains(Where->first);
}

bool HeaderOrder::canCall(const NamedDecl &Function,
                          CompiledHeaders::iterator Header) {
  const FunctionDecl *F = Function.getAsFunction();
  return llvm::all_of(F->parameters(), [&](const ParmVarDecl *P) {
    return canHave(P->getType(), Header);
  });
}

// Notes that something in \p Header is \p Entity, if it or what it includes
// does not declare that.
void HeaderOrder::mind(const Decl &Entity, CompiledHeaders::iterator Header) {
  if (!isDeclaredFor(Entity, Header))
    Minded[&Header->second].insert(headerAt(Entity.getLocation())->first);
}

void HeaderOrder::readReferences(const NamedDecl &D,
                                 CompiledHeaders::iterator Header) {
  References Found = referencesOf(D);
  for (const NamedDecl *Entity : Found.Meant)
    mind(*Entity, Header);
  for (const NamedDecl *Candidate : Found.Candidates)
    if (canCall(*Candidate, Header))
      mind(*Candidate, Header);
  for (llvm::StringRef Used : Found.Names.keys())
    NamesUsed[&Header->second].insert(Used);
}

void HeaderOrder::readDeclaration(const NamedDecl &D) {
  auto Header = headerAt(D.getLocation());
  if (Header == Headers.end())
    return;
  CompiledHeader &H = Header->second;
  if (!H.IsSystem) {
    readReferences(D, Header);
    if (llvm::isa<UsingDirectiveDecl>(D))
      Openers.push_back(Header);
  }
  const Decl *Entity = D.getCanonicalDecl();
  Entities[&H].insert(Entity);
  for (const std::string &Known : namesMadeKnown(D))
    Names[Known].push_back({Header, Entity});
}

void HeaderOrder::readDeclarations() {
  const DeclContext &Unit = *Compiler.getASTContext().getTranslationUnitDecl();
  forEachInNamespaces(Unit, /*SkipsPrecompiled=*/false,
                      [&](const NamedDecl &D) { readDeclaration(D); });
}

// --- Words
// ---------------------------------------------------------------------

llvm::StringSet<> HeaderOrder::wordsOf(llvm::StringRef File,
                                       const CompiledHeader &H) const {
  llvm::StringSet<> Result;
  auto Buffer = Compiler.getFileManager().getBufferForFile(File);
  if (!Buffer)
    return Result;
  llvm::StringRef Text = (*Buffer)->getBuffer();
  Lexer Lex(SourceLocation(), Compiler.getLangOpts(), Text.begin(),
            Text.begin(), Text.end());
  bool IsDirective = false;
  for (Token T; !Lex.LexFromRawLexer(T) || T.isNot(tok::eof);) {
    if (T.isAtStartOfLine())
      IsDirective = T.is(tok::hash);
    if (T.isNot(tok::raw_identifier))
      continue;
    auto Offset = static_cast<unsigned>(Lex.getBufferLocation() - Text.begin());
    bool IsSkipped = llvm::any_of(H.Skipped, [&](const auto &Range) {
      return Range.first <= Offset && Offset < Range.second;
    });
    // Conditions were asked all the same.
    if (!IsSkipped || IsDirective)
      Result.insert(T.getRawIdentifier());
  }
  return Result;
}

// --- Order
// ---------------------------------------------------------------------

const llvm::StringSet<> &HeaderOrder::closure(const std::string &File) {
  auto [Known, IsNew] = Closures.try_emplace(File);
  llvm::StringSet<> &Result = Known->second;
  if (!IsNew)
    return Result;
  std::vector<std::string> Open = {File};
  while (!Open.empty()) {
    std::string Next = std::move(Open.back());
    Open.pop_back();
    if (!Result.insert(Next).second)
      continue;
    if (auto It = Headers.find(Next); It != Headers.end())
      llvm::append_range(Open, It->second.Includes);
  }
  return Result;
}

void HeaderOrder::mind(const Name &N, CompiledHeaders::iterator Header,
                       std::set<std::string> &Later) {
  CompiledHeader &H = Header->second;
  if (N.Header->second.Rank > H.Rank)
    Later.insert(N.Header->first);
  else if (!N.Entity) // Declarations are among the references if they matter.
    Minded[&H].insert(N.Header->first);
}

void HeaderOrder::constrain(CompiledHeaders::iterator Header) {
  CompiledHeader &H = Header->second;
  std::set<std::string> Later;
  llvm::StringSet<> Words = wordsOf(Header->first, H);
  for (llvm::StringRef Word : Words.keys())
    if (auto Known = Macros.find(Word); Known != Macros.end())
      for (const Name &N : Known->second)
        mind(N, Header, Later);
  for (llvm::StringRef Used : NamesUsed[&H].keys()) {
    H.Words.push_back(Used.str());
    if (auto Known = Names.find(Used); Known != Names.end())
      for (const Name &N : Known->second)
        if (!Entities[&H].contains(N.Entity))
          mind(N, Header, Later);
  }
  for (CompiledHeaders::iterator Opener : Openers)
    mind({Opener, nullptr}, Header, Later);
  auto IsUnrelated = [&](const std::string &Other) {
    return !closure(Header->first).contains(Other) &&
           !closure(Other).contains(Header->first);
  };
  llvm::copy_if(Minded[&H], std::back_inserter(H.After), IsUnrelated);
  llvm::copy_if(Later, std::back_inserter(H.Before), IsUnrelated);
}

void HeaderOrder::constrain() {
  readMacros();
  readDeclarations();
  for (auto It = Headers.begin(); It != Headers.end(); ++It)
    if (!It->second.IsSystem)
      constrain(It);
}
