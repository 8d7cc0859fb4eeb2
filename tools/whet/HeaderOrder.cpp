#include "HeaderOrder.h"
#include "UnitInvocation.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/RecursiveASTVisitor.h"
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
      Names[Id->getName()].push_back(
          {Header, nullptr, Plain | Qualified | Called});
  }
}

// Uses, outside of the header, that may mean \p D. A function of the system is
// meant where it is called, and what is in a namespace of the system's where
// that is named.
static unsigned usesOf(const NamedDecl &D, bool IsSystem, unsigned Plain,
                       unsigned Qualified, unsigned Called) {
  if (!IsSystem)
    return Plain | Qualified | Called;
  bool IsGlobal = D.getDeclContext()->getRedeclContext()->isTranslationUnit();
  if (!IsGlobal)
    return Qualified;
  return llvm::isa<FunctionDecl, FunctionTemplateDecl>(D)
             ? Called
             : Plain | Qualified | Called;
}

/// Finds what a declaration in a header of the project refers to.
class HeaderOrder::References : public RecursiveASTVisitor<References> {
public:
  References(HeaderOrder &Order, CompiledHeaders::iterator Header)
      : Order(Order), Header(Header) {}

  // A loop over a range calls begin() and end().
  bool shouldVisitImplicitCode() const { return true; }

  bool VisitDeclRefExpr(DeclRefExpr *E) { return see(E->getFoundDecl()); }
  bool VisitCXXConstructExpr(CXXConstructExpr *E) {
    return see(E->getConstructor()->getParent());
  }
  bool VisitTagTypeLoc(TagTypeLoc T) { return see(T.getDecl()); }
  bool VisitTypedefTypeLoc(TypedefTypeLoc T) { return see(T.getDecl()); }
  bool VisitUsingTypeLoc(UsingTypeLoc T) { return see(T.getDecl()); }
  bool VisitTemplateSpecializationTypeLoc(TemplateSpecializationTypeLoc T) {
    return see(T.getTypePtr()->getTemplateName().getAsTemplateDecl());
  }
  bool VisitUsingDecl(UsingDecl *D) {
    for (const UsingShadowDecl *Shadow : D->shadows())
      see(Shadow->getTargetDecl());
    return true;
  }

  // Which of its candidates is meant shows in each instance.
  bool VisitCallExpr(CallExpr *Call) {
    const auto *Callee = llvm::dyn_cast<UnresolvedLookupExpr>(
        Call->getCallee()->IgnoreParenImpCasts());
    if (!Callee)
      return true;
    for (const NamedDecl *Candidate : Callee->decls())
      if (const FunctionDecl *F = Candidate->getAsFunction();
          F && takes(*F, Call->getNumArgs()) && canCall(*F))
        see(Candidate);
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

  bool canCall(const FunctionDecl &F) {
    return llvm::all_of(F.parameters(), [&](const ParmVarDecl *P) {
      return Order.canHave(P->getType(), Header);
    });
  }

  bool see(const Decl *Entity) {
    if (Entity)
      Order.mind(*Entity, Header);
    return true;
  }

  HeaderOrder &Order;
  CompiledHeaders::iterator Header;
};

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
  bool IsValue = true;
  for (; T->isPointerOrReferenceType(); T = T->getPointeeType())
    IsValue = false;
  const NamedDecl *Class = T->getAsTagDecl();
  if (const auto *Template = T->getAs<TemplateSpecializationType>())
    Class = Template->getTemplateName().getAsTemplateDecl();
  if (const auto *Template = llvm::dyn_cast_or_null<ClassTemplateDecl>(Class))
    Class = Template->getTemplatedDecl();
  const auto *Tag = llvm::dyn_cast_or_null<TagDecl>(Class);
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

// Notes that something in \p Header is \p Entity, if it or what it includes
// does not declare that.
void HeaderOrder::mind(const Decl &Entity, CompiledHeaders::iterator Header) {
  if (!isDeclaredFor(Entity, Header))
    Minded[&Header->second].insert(headerAt(Entity.getLocation())->first);
}

void HeaderOrder::readDeclaration(const NamedDecl &D) {
  auto Header = headerAt(D.getLocation());
  if (Header == Headers.end())
    return;
  CompiledHeader &H = Header->second;
  if (!H.IsSystem) {
    References(*this, Header).TraverseDecl(const_cast<NamedDecl *>(&D));
    if (llvm::isa<UsingDirectiveDecl>(D))
      Openers.push_back(Header);
  }
  const Decl *Entity = D.getCanonicalDecl();
  Entities[&H].insert(Entity);
  for (std::string &Known : namesMadeKnown(D)) {
    Names[Known].push_back(
        {Header, Entity, usesOf(D, H.IsSystem, Plain, Qualified, Called)});
    if (!H.IsSystem)
      H.Names.push_back(std::move(Known));
  }
}

void HeaderOrder::readDeclarations() {
  const DeclContext &Unit = *Compiler.getASTContext().getTranslationUnitDecl();
  forEachInNamespaces(Unit, /*SkipsPrecompiled=*/false,
                      [&](const NamedDecl &D) { readDeclaration(D); });
}

// --- Words
// ---------------------------------------------------------------------

HeaderOrder::Words HeaderOrder::wordsOf(llvm::StringRef File,
                                        const CompiledHeader &H) const {
  Words Result;
  auto Buffer = Compiler.getFileManager().getBufferForFile(File);
  if (!Buffer)
    return Result;
  llvm::StringRef Text = (*Buffer)->getBuffer();
  Lexer Lex(SourceLocation(), Compiler.getLangOpts(), Text.begin(),
            Text.begin(), Text.end());
  tok::TokenKind Before = tok::unknown;
  unsigned *Last = nullptr;
  for (Token T; !Lex.LexFromRawLexer(T) || T.isNot(tok::eof);
       Before = T.getKind()) {
    if (Last && T.is(tok::l_paren))
      *Last |= Called;
    Last = nullptr;
    auto Offset = static_cast<unsigned>(Lex.getBufferLocation() - Text.begin());
    bool IsSkipped = llvm::any_of(H.Skipped, [&](const auto &Range) {
      return Range.first <= Offset && Offset < Range.second;
    });
    if (IsSkipped || T.isNot(tok::raw_identifier) || Before == tok::period ||
        Before == tok::arrow)
      continue;
    Last = &Result[T.getRawIdentifier()];
    *Last |= Before == tok::coloncolon ? Qualified : Plain;
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

void HeaderOrder::constrain(CompiledHeaders::iterator Header) {
  CompiledHeader &H = Header->second;
  std::set<std::string> &Earlier = Minded[&H];
  std::set<std::string> Later;
  const llvm::DenseSet<const Decl *> &Own = Entities[&H];
  for (const auto &[Word, Uses] : wordsOf(Header->first, H)) {
    H.Words.push_back(Word.str());
    auto Known = Names.find(Word);
    if (Known == Names.end())
      continue;
    for (const Name &N : Known->second) {
      bool IsEarlier = N.Header->second.Rank < H.Rank;
      bool MayBeMeant = (N.Uses & Uses) != 0 && !Own.contains(N.Entity);
      // What was declared before is among the references if it is meant.
      if (MayBeMeant && !(IsEarlier && N.Entity))
        (IsEarlier ? Earlier : Later).insert(N.Header->first);
    }
  }
  for (CompiledHeaders::iterator Opener : Openers)
    (Opener->second.Rank < H.Rank ? Earlier : Later).insert(Opener->first);
  auto IsUnrelated = [&](const std::string &Other) {
    return !closure(Header->first).contains(Other) &&
           !closure(Other).contains(Header->first);
  };
  llvm::copy_if(Earlier, std::back_inserter(H.After), IsUnrelated);
  llvm::copy_if(Later, std::back_inserter(H.Before), IsUnrelated);
}

void HeaderOrder::constrain() {
  readMacros();
  readDeclarations();
  for (auto &Entry : Headers) {
    std::vector<std::string> &Declared = Entry.second.Names;
    llvm::sort(Declared);
    Declared.erase(llvm::unique(Declared), Declared.end());
  }
  for (auto It = Headers.begin(); It != Headers.end(); ++It)
    if (!It->second.IsSystem)
      constrain(It);
}
