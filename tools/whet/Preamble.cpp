#include "Preamble.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendActions.h"
#include "clang/Lex/HeaderSearch.h"
#include "clang/Lex/PPCallbacks.h"
#include "clang/Lex/PreprocessorOptions.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

using namespace whet;
using namespace clang;

// --- Pragmas and macros
// ---------------------------------------------------------------------

// Whether a pragma leaves the meaning of headers behind it alone, by the text
// after "pragma".
static bool isHarmlessPragma(llvm::StringRef Text) {
  Text = Text.ltrim();
  for (llvm::StringRef Space : {"GCC", "clang"})
    if (Text.consume_front(Space))
      Text = Text.ltrim();
  llvm::StringRef Word =
      Text.take_while([](char C) { return llvm::isAlnum(C) || C == '_'; });
  static const llvm::StringSet<> Harmless = {
#define HARMLESS_PRAGMA(WORD) WORD,
#include "Preamble.inc"
  };
  return Harmless.contains(Word);
}

// The line of the pragma at \p Loc if it may matter; empty if not.
static std::string harmfulPragma(SourceLocation Loc,
                                 const SourceManager &Sources) {
  llvm::StringRef Text = Sources.getBufferData(Sources.getFileID(Loc))
                             .drop_front(Sources.getFileOffset(Loc));
  Text = Text.take_until([](char C) { return C == '\n'; });
  size_t At = Text.find_insensitive("pragma");
  bool IsHarmless = At != llvm::StringRef::npos &&
                    isHarmlessPragma(Text.drop_front(At + 6).ltrim(" \t(\""));
  return IsHarmless ? "" : Text.str();
}

// Whether a name with an underscore tells headers of the implementation what to
// declare.
static bool isFeatureMacro(llvm::StringRef Name) {
  static constexpr llvm::StringLiteral Words[] = {
#define FEATURE_WORD(WORD) WORD,
#include "Preamble.inc"
  };
  return llvm::any_of(
      Words, [&](llvm::StringRef Word) { return Name.contains(Word); });
}

// Whether a macro of the compiler's own means something else wherever it
// stands.
static bool isBoundToPlace(llvm::StringRef Macro) {
  static const llvm::StringSet<> Bound = {
#define PLACE_MACRO(NAME) NAME,
#include "Preamble.inc"
  };
  return Bound.contains(Macro);
}

// --- Building
// ---------------------------------------------------------------------

namespace {
/// What is to be compiled, and what comes of it.
struct Build {
  const PreambleRequest &Request;
  Preamble &P;
  /// Headers, by spelling, that cannot be shared.
  std::set<std::string> Unfit;
};

/// Takes down the headers and who includes them.
class HeaderRecorder : public PPCallbacks {
public:
  HeaderRecorder(Preprocessor &PP, Build &B)
      : Sources(PP.getSourceManager()), B(B) {
    PP.setTokenWatcher([this](const Token &T) {
      if (IsReadAgain && T.isNot(tok::eof))
        this->B.Unfit.insert(Root);
    });
  }

  void InclusionDirective(SourceLocation HashLoc, const Token &IncludeTok,
                          StringRef FileName, bool IsAngled,
                          CharSourceRange /*FilenameRange*/,
                          OptionalFileEntryRef File, StringRef /*SearchPath*/,
                          StringRef /*RelativePath*/,
                          const Module * /*SuggestedModule*/,
                          bool /*ModuleImported*/,
                          SrcMgr::CharacteristicKind FileType) override {
    if (!File)
      return;
    const std::string &Path = realFile(*File, Sources.getFileManager());
    B.P.Headers[Path].IsSystem = SrcMgr::isSystem(FileType);
    if (Sources.isInMainFile(HashLoc)) {
      Root = FileName.str();
      IsReadAgain = ++Directives > B.Request.Headers.size();
    } else {
      std::vector<std::string> &Includes =
          B.P.Headers[realFile(HashLoc, Sources)].Includes;
      if (!llvm::is_contained(Includes, Path))
        Includes.push_back(Path);
    }
    // Others are looked for beside their includer, or behind its folder.
    bool IsPlain =
        IncludeTok.getIdentifierInfo()->getPPKeywordID() == tok::pp_include;
    if (IsAngled && IsPlain)
      B.P.Lookups.try_emplace(FileName.str(),
                              absolutePath(*File, Sources.getFileManager()));
  }

  void LexedFileChanged(FileID /*File*/, LexedFileChangeReason Reason,
                        SrcMgr::CharacteristicKind /*FileType*/, FileID Left,
                        SourceLocation /*Loc*/) override {
    OptionalFileEntryRef File = Sources.getFileEntryRefForID(Left);
    if (Reason != LexedFileChangeReason::ExitFile || !File)
      return;
    auto Header = B.P.Headers.find(realFile(*File, Sources.getFileManager()));
    if (Header != B.P.Headers.end() && Header->second.Rank == 0)
      Header->second.Rank = ++LastRank;
  }

  void SourceRangeSkipped(SourceRange Range,
                          SourceLocation /*Endif*/) override {
    auto Header = B.P.Headers.find(realFile(Range.getBegin(), Sources));
    // Not what a guard leaves out when the header is included again.
    if (Header != B.P.Headers.end() && Header->second.Rank == 0)
      Header->second.Skipped.emplace_back(
          Sources.getFileOffset(Range.getBegin()),
          Sources.getFileOffset(Range.getEnd()));
  }

  void PragmaDirective(SourceLocation Loc,
                       PragmaIntroducerKind /*Introducer*/) override {
    if (isOwn(Loc) && !harmfulPragma(Loc, Sources).empty())
      B.Unfit.insert(Root);
  }

  void MacroExpands(const Token &Name, const MacroDefinition & /*MD*/,
                    SourceRange /*Range*/,
                    const MacroArgs * /*Args*/) override {
    if (isBoundToPlace(Name.getIdentifierInfo()->getName()) &&
        isOwn(Sources.getExpansionLoc(Name.getLocation())))
      B.Unfit.insert(Root);
  }

private:
  bool isOwn(SourceLocation Loc) const {
    return !SrcMgr::isSystem(Sources.getFileCharacteristic(Loc));
  }

  SourceManager &Sources;
  Build &B;
  size_t Directives = 0;
  size_t LastRank = 0;
  /// The header of the request that is being read.
  std::string Root;
  bool IsReadAgain = false;
};

class BuildAction : public GeneratePCHAction {
public:
  explicit BuildAction(Build &B) : B(B) {}

  bool BeginSourceFileAction(CompilerInstance &Compiler) override {
    Preprocessor &PP = Compiler.getPreprocessor();
    PP.addPPCallbacks(std::make_unique<HeaderRecorder>(PP, B));
    return GeneratePCHAction::BeginSourceFileAction(Compiler);
  }

protected:
  void EndSourceFileAction() override {
    CompilerInstance &Compiler = getCompilerInstance();
    for (const auto &Entry : Compiler.getPreprocessor().getIdentifierTable())
      B.P.Names.insert(Entry.getKey());
    if (!Compiler.getDiagnostics().hasErrorOccurred())
      HeaderOrder(Compiler, B.P.Headers).constrain();
    GeneratePCHAction::EndSourceFileAction();
  }

private:
  Build &B;
};

class BuildFactory : public tooling::FrontendActionFactory {
public:
  BuildFactory(const std::string &Text, Build &B) : Text(Text), B(B) {}

  std::unique_ptr<FrontendAction> create() override {
    return std::make_unique<BuildAction>(B);
  }

  bool runInvocation(std::shared_ptr<CompilerInvocation> Invocation,
                     FileManager *Files,
                     std::shared_ptr<PCHContainerOperations> Containers,
                     DiagnosticConsumer *Consumer) override {
    prepareForAnalysis(*Invocation);
    PreprocessorOptions &PP = Invocation->getPreprocessorOpts();
    PP.Macros = B.Request.Macros;
    PP.Includes.clear();
    PP.MacroIncludes.clear();
    FrontendOptions &Frontend = Invocation->getFrontendOpts();
    InputKind Kind = Frontend.Inputs.front().getKind();
    Frontend.Inputs = {FrontendInputFile(Text, Kind)};
    Frontend.OutputFile = B.P.File;
    // Whoever uses it knows what it was made of.
    Frontend.IncludeTimestamps = false;
    // Once here, instead of in each unit.
    Invocation->getLangOpts().PCHInstantiateTemplates = true;
    return FrontendActionFactory::runInvocation(
        std::move(Invocation), Files, std::move(Containers), Consumer);
  }

private:
  const std::string &Text;
  Build &B;
};
} // namespace

std::string whet::textOfPreamble(llvm::StringRef File) {
  return (File + ".h").str();
}

static bool isOwnHeader(llvm::StringRef Spelling) {
  return llvm::sys::path::is_absolute(Spelling);
}

static llvm::Error writeText(const PreambleRequest &Request,
                             llvm::StringRef File) {
  std::error_code Failure;
  llvm::raw_fd_ostream OS(File, Failure);
  if (Failure)
    return llvm::createFileError(File, Failure);
  for (const auto *Headers : {&Request.Headers, &Request.Unguarded})
    for (const std::string &Header : *Headers)
      OS << (isOwnHeader(Header) ? "#include \"" + Header + "\"\n"
                                 : "#include <" + Header + ">\n");
  OS.close();
  return OS.has_error() ? llvm::createFileError(File, OS.error())
                        : llvm::Error::success();
}

static void
dropHeaders(PreambleRequest &Request,
            llvm::function_ref<bool(const std::string &)> IsDropped) {
  llvm::erase_if(Request.Headers, IsDropped);
  llvm::erase_if(Request.Unguarded, IsDropped);
}

// The spelling of the header that line \p Line of the text includes; empty for
// none.
static std::string headerInLine(const PreambleRequest &Request, unsigned Line) {
  size_t I = Line;
  if (I == 0 || I > Request.Headers.size() + Request.Unguarded.size())
    return "";
  return I <= Request.Headers.size()
             ? Request.Headers[I - 1]
             : Request.Unguarded[I - 1 - Request.Headers.size()];
}

// One attempt. Without an error, but with headers that are unfit, there is
// nothing to use.
static llvm::Error compile(Build &B, const ProjectPaths &Paths,
                           const FileOverlay &Overlay) {
  std::string Text = textOfPreamble(B.P.File);
  if (llvm::Error E = writeText(B.Request, Text))
    return E;
  auto Base = unitFileSystem(B.Request.Like, Overlay);
  auto Trace = llvm::makeIntrusiveRefCnt<FileTrace>(Base, Paths);
  auto FS = llvm::makeIntrusiveRefCnt<llvm::vfs::OverlayFileSystem>(Trace);
  addOwnFiles(*FS, Base, B.P.File);
  auto Files = llvm::makeIntrusiveRefCnt<FileManager>(FileSystemOptions(), FS);
  BuildFactory Factory(Text, B);
  tooling::ToolInvocation Invocation(
      unitArguments(B.Request.Like), &Factory, Files.get(),
      std::make_shared<PCHContainerOperations>());
  FirstError Errors;
  Invocation.setDiagnosticConsumer(&Errors);
  if (Invocation.run()) {
    B.P.Read = Trace->take();
    return llvm::Error::success();
  }
  std::string Wrong = headerInLine(B.Request, Errors.MainLine);
  if (Wrong.empty())
    return llvm::createStringError(
        "the headers that files share could not be compiled by themselves: " +
        Errors.Message.value_or("clang could not run"));
  B.Unfit.insert(Wrong);
  return llvm::Error::success();
}

/// Attempts, each without headers that the one before has shown to be unfit.
static constexpr unsigned MaxAttempts = 6;

llvm::Expected<Preamble> whet::buildPreamble(const PreambleRequest &Request,
                                             llvm::StringRef File,
                                             const ProjectPaths &Paths,
                                             const FileOverlay &Overlay) {
  PreambleRequest Rest = Request;
  for (unsigned Attempt = 0; Attempt < MaxAttempts; ++Attempt) {
    // The last ones only with what has to compile by itself.
    if (Attempt + 2 == MaxAttempts)
      dropHeaders(Rest, isOwnHeader);
    if (Rest.Headers.empty())
      break;
    Preamble P;
    P.File = File.str();
    P.Macros = Request.Macros;
    Build B{Rest, P, {}};
    if (llvm::Error E = compile(B, Paths, Overlay))
      return std::move(E);
    if (B.Unfit.empty())
      return P;
    dropHeaders(Rest, [&](const std::string &Header) {
      return B.Unfit.count(Header) != 0;
    });
  }
  return llvm::createStringError("no header is left that files can share");
}

// --- Use
// ---------------------------------------------------------------------

class PreambleGuard::Callbacks : public PPCallbacks {
public:
  Callbacks(PreambleGuard &Guard, Preprocessor &PP)
      : Guard(Guard), Sources(PP.getSourceManager()) {
    PP.setTokenWatcher([this](const Token &T) { see(T); });
  }

  void InclusionDirective(SourceLocation HashLoc, const Token & /*IncludeTok*/,
                          StringRef /*FileName*/, bool /*IsAngled*/,
                          CharSourceRange /*FilenameRange*/,
                          OptionalFileEntryRef File, StringRef /*SearchPath*/,
                          StringRef /*RelativePath*/,
                          const Module * /*SuggestedModule*/,
                          bool /*ModuleImported*/,
                          SrcMgr::CharacteristicKind FileType) override {
    if (Guard.isDone() || !File)
      return;
    const std::string &Path = realFile(*File, Sources.getFileManager());
    Guard.checkKind(Path, SrcMgr::isSystem(FileType));
    // System headers include others inside of extern "C++" and the like.
    if (Guard.include(Path, HashLoc) && Depth != 0 && !isInSystem(HashLoc))
      Guard.object(Path + " is included inside of braces");
  }

  void MacroDefined(const Token &Name, const MacroDirective *MD) override {
    if (!Guard.isDone())
      checkChange(Name, MD->getLocation());
  }
  void MacroUndefined(const Token &Name, const MacroDefinition &MD,
                      const MacroDirective * /*Undef*/) override {
    if (!Guard.isDone() && MD)
      checkChange(Name, Name.getLocation());
  }

  void MacroExpands(const Token &Name, const MacroDefinition &MD,
                    SourceRange /*Range*/,
                    const MacroArgs * /*Args*/) override {
    checkQuestion(Name, MD);
  }
  void Defined(const Token &Name, const MacroDefinition &MD,
               SourceRange /*Range*/) override {
    checkQuestion(Name, MD);
  }
  void Ifdef(SourceLocation /*Loc*/, const Token &Name,
             const MacroDefinition &MD) override {
    checkQuestion(Name, MD);
  }
  void Ifndef(SourceLocation /*Loc*/, const Token &Name,
              const MacroDefinition &MD) override {
    checkQuestion(Name, MD);
  }
  void Elifdef(SourceLocation /*Loc*/, const Token &Name,
               const MacroDefinition &MD) override {
    checkQuestion(Name, MD);
  }
  void Elifndef(SourceLocation /*Loc*/, const Token &Name,
                const MacroDefinition &MD) override {
    checkQuestion(Name, MD);
  }

  void PragmaDirective(SourceLocation Loc,
                       PragmaIntroducerKind /*Introducer*/) override {
    if (Guard.isDone() || isInSystem(Loc))
      return;
    std::string Text = harmfulPragma(Loc, Sources);
    if (!Text.empty())
      Guard.object(Text + " stands before a shared header");
  }

private:
  bool isInSystem(SourceLocation Loc) const {
    return SrcMgr::isSystem(Sources.getFileCharacteristic(Loc));
  }

  void see(const Token &T) {
    if (T.is(tok::l_brace))
      ++Depth;
    else if (T.is(tok::r_brace))
      --Depth;
  }

  // A name that the headers know means something else from here on.
  void checkChange(const Token &Name, SourceLocation Loc) {
    llvm::StringRef Text = Name.getIdentifierInfo()->getName();
    if (Loc.isInvalid() || Sources.isWrittenInBuiltinFile(Loc) ||
        Sources.isLoadedSourceLocation(Loc) || !Guard.P.Names.contains(Text))
      return;
    // The implementation's headers agree on names like __need_size_t.
    if (Text.starts_with("_") && !isFeatureMacro(Text) && isInSystem(Loc))
      return;
    std::string File = realFile(Loc, Sources);
    if (!Guard.P.Headers.count(File))
      Guard.object(
          (Text + " is defined in " + File + " before a shared header").str());
  }

  // The unit asks for a macro that it would not have yet.
  void checkQuestion(const Token &Name, const MacroDefinition &MD) {
    const MacroInfo *Info = MD.getMacroInfo();
    if (!Info || Guard.isDone() ||
        !Sources.isLoadedSourceLocation(Info->getDefinitionLoc()))
      return;
    std::string File = realFile(Info->getDefinitionLoc(), Sources);
    if (!Guard.P.Headers.count(File) || Guard.Included.contains(File) ||
        areOfOneLibrary(Name, *Info, File))
      return;
    Guard.object((Name.getIdentifierInfo()->getName() +
                  " is asked for before " + File + " is included")
                     .str());
  }

  // Headers of the implementation, and those of one folder, may ask each other
  // anything but whether they were included.
  bool areOfOneLibrary(const Token &Name, const MacroInfo &Info,
                       llvm::StringRef File) const {
    if (Info.isUsedForHeaderGuard() || !isInSystem(Name.getLocation()))
      return false;
    return Name.getIdentifierInfo()->getName().starts_with("_") ||
           llvm::sys::path::parent_path(File) ==
               llvm::sys::path::parent_path(
                   realFile(Name.getLocation(), Sources));
  }

  PreambleGuard &Guard;
  SourceManager &Sources;
  int Depth = 0;
};

PreambleGuard::PreambleGuard(const Preamble &P) : P(P) {
  for (const auto &[File, Header] : P.Headers)
    for (const std::string &Word : Header.Words)
      Mentioning[Word].push_back(File);
}

PreambleGuard::~PreambleGuard() = default;

void PreambleGuard::object(std::string Why) {
  if (Objection.empty())
    Objection = std::move(Why);
}

bool PreambleGuard::isDone() const {
  return !Objection.empty() || Included.size() == P.Headers.size();
}

// What a header includes stands before the most of it. Whether that adds
// something.
bool PreambleGuard::include(const std::string &Header, SourceLocation At) {
  auto Known = P.Headers.find(Header);
  if (Known == P.Headers.end() || !Included.try_emplace(Header, At).second)
    return false;
  LastInclude = At;
  for (const std::string &Inner : Known->second.Includes)
    include(Inner, At);
  checkOrder(Header, Known->second);
  return true;
}

// Nothing is reported in headers of the system.
void PreambleGuard::checkKind(const std::string &Header, bool IsSystem) {
  auto Known = P.Headers.find(Header);
  if (Known != P.Headers.end() && Known->second.IsSystem != IsSystem &&
      !Included.contains(Header))
    object(Header + " is a header of the system in one place, and of the "
                    "project in another");
}

void PreambleGuard::checkOrder(const std::string &Header,
                               const CompiledHeader &H) {
  for (const std::string &Other : H.After)
    if (!Included.contains(Other))
      object(llvm::formatv("{0} was compiled behind {1}, and is included "
                           "before it",
                           Header, Other));
  for (const std::string &Other : H.Before)
    if (Included.contains(Other))
      object(llvm::formatv("{0} was compiled before {1}, and is included "
                           "behind it",
                           Header, Other));
}

// Something of the unit's own, outside of functions and classes, that stands
// before a header.
void PreambleGuard::checkDeclaration(const NamedDecl &D,
                                     const SourceManager &Sources) {
  SourceLocation Loc = Sources.getExpansionLoc(D.getLocation());
  if (Loc.isInvalid() || Sources.isInSystemHeader(Loc) ||
      !Sources.isBeforeInTranslationUnit(Loc, LastInclude))
    return;
  auto IsBefore = [&](llvm::StringRef Header) {
    return Sources.isBeforeInTranslationUnit(Loc, Included.lookup(Header));
  };
  if (llvm::isa<UsingDirectiveDecl>(D))
    for (const std::string &Header : ownHeaders())
      if (IsBefore(Header))
        object("a using-directive stands before " + Header);
  for (const std::string &Name : namesMadeKnown(D)) {
    auto Known = Mentioning.find(Name);
    if (Known == Mentioning.end())
      continue;
    for (llvm::StringRef Header : Known->second)
      if (IsBefore(Header) && !isKnownIn(D, Header, Sources))
        object(Name + " is declared before " + Header.str());
  }
  checkReferences(D, Sources);
}

// What \p D refers to has to be declared where it stands.
void PreambleGuard::checkReferences(const NamedDecl &D,
                                    const SourceManager &Sources) {
  SourceLocation Loc = Sources.getExpansionLoc(D.getLocation());
  auto Object = [&](const NamedDecl &Entity, llvm::StringRef Header) {
    object(Entity.getNameAsString() + " is meant in " + realFile(Loc, Sources) +
           " before " + Header.str() + " is included, which declares it");
  };
  References Found = referencesOf(D);
  for (const NamedDecl *Entity : Found.Meant)
    if (auto Header = laterHeader(*Entity, Loc, Sources))
      Object(*Entity, *Header);
  for (const NamedDecl *Candidate : Found.Candidates) {
    auto Header = laterHeader(*Candidate, Loc, Sources);
    if (!Header || P.Headers.at(*Header).IsSystem)
      continue;
    bool CanCall = llvm::none_of(
        Candidate->getAsFunction()->parameters(), [&](const ParmVarDecl *Parm) {
          bool IsValue = false;
          const TagDecl *Tag = neededClass(Parm->getType(), IsValue);
          return Tag && laterHeader(*Tag, Loc, Sources);
        });
    if (CanCall)
      Object(*Candidate, *Header);
  }
}

// A header in the preamble that declares \p Entity, and is included behind
// \p Loc; nothing if it is declared before.
std::optional<std::string>
PreambleGuard::laterHeader(const NamedDecl &Entity, SourceLocation Loc,
                           const SourceManager &Sources) const {
  std::optional<std::string> Later;
  for (const Decl *Other : Entity.redecls()) {
    SourceLocation At = Sources.getExpansionLoc(Other->getLocation());
    if (!Other->isFromASTFile() || At.isInvalid())
      return std::nullopt;
    Later = realFile(At, Sources);
    auto Known = Included.find(*Later);
    if (Known == Included.end() ||
        Sources.isBeforeInTranslationUnit(Known->second, Loc))
      return std::nullopt;
  }
  return Later;
}

// Whether \p Header, or what it includes, declares what \p D does.
bool PreambleGuard::isKnownIn(const NamedDecl &D, llvm::StringRef Header,
                              const SourceManager &Sources) const {
  llvm::StringSet<> Declaring;
  for (const Decl *Other : D.redecls())
    if (Other->isFromASTFile())
      Declaring.insert(
          realFile(Sources.getExpansionLoc(Other->getLocation()), Sources));
  llvm::StringSet<> Seen;
  std::vector<std::string> Open = {Header.str()};
  while (!Declaring.empty() && !Open.empty()) {
    std::string Next = std::move(Open.back());
    Open.pop_back();
    if (Declaring.contains(Next))
      return true;
    auto Known = P.Headers.find(Next);
    if (Known != P.Headers.end() && Seen.insert(Next).second)
      llvm::append_range(Open, Known->second.Includes);
  }
  return false;
}

void PreambleGuard::finish(ASTContext &Context) {
  if (objection() || LastInclude.isInvalid())
    return;
  forEachInNamespaces(*Context.getTranslationUnitDecl(),
                      /*SkipsPrecompiled=*/true, [&](const NamedDecl &D) {
                        checkDeclaration(D, Context.getSourceManager());
                      });
}

std::vector<std::string> PreambleGuard::ownHeaders() const {
  std::vector<std::string> Result;
  for (const auto &[File, Header] : P.Headers)
    if (!Header.IsSystem)
      Result.push_back(File);
  return Result;
}

void PreambleGuard::attachTo(CompilerInstance &Compiler) {
  Preprocessor &PP = Compiler.getPreprocessor();
  PP.addPPCallbacks(std::make_unique<Callbacks>(*this, PP));
  for (const DirectoryLookup &Folder :
       PP.getHeaderSearchInfo().search_dir_range())
    if (Folder.isNormalDir()) {
      llvm::SmallString<256> Path(Folder.getName());
      Compiler.getFileManager().makeAbsolutePath(Path);
      SearchFolders.push_back(Path.str().str());
    }
}

std::optional<std::string> PreambleGuard::objection() const {
  if (!Objection.empty())
    return Objection;
  for (const auto &Entry : P.Headers)
    if (!Included.contains(Entry.first))
      return Entry.first + " is not included";
  return std::nullopt;
}

void PreambleGuard::addReads(Dependencies &Read,
                             const ProjectPaths &Paths) const {
  const Dependencies &Shared = P.Read;
  Read.Contents.insert(Shared.Contents.begin(), Shared.Contents.end());
  Read.Listings.insert(Shared.Listings.begin(), Shared.Listings.end());
  Read.Present.insert(Shared.Present.begin(), Shared.Present.end());
  Read.Absent.insert(Shared.Absent.begin(), Shared.Absent.end());
  Read.IsBoundToPlace |= Shared.IsBoundToPlace;
  // This unit's folders may be others than those of the one it was built like.
  for (const auto &[Spelling, File] : P.Lookups)
    for (const std::string &Folder : SearchFolders) {
      std::string Path = Folder;
      Path.append("/").append(Spelling);
      if (Path == File)
        break;
      Read.Absent.insert(Paths.portable(Path));
    }
}

// --- JSON
// ---------------------------------------------------------------------

static llvm::json::Array texts(const std::set<std::string> &Texts) {
  llvm::json::Array Result;
  for (const std::string &Text : Texts)
    Result.push_back(Text);
  return Result;
}

// An identifier is UTF-8; what is not names nothing.
static llvm::json::Array utf8(llvm::ArrayRef<std::string> Words) {
  llvm::json::Array Result;
  for (const std::string &Word : Words)
    if (llvm::json::isUTF8(Word))
      Result.push_back(Word);
  return Result;
}

static llvm::json::Object texts(const std::map<std::string, std::string> &Map) {
  llvm::json::Object Result;
  for (const auto &[Key, Text] : Map)
    Result[Key] = Text;
  return Result;
}

llvm::json::Value whet::toJSON(const Preamble &P) {
  llvm::json::Object Headers;
  for (const auto &[File, Header] : P.Headers)
    Headers[File] = llvm::json::Object{{"includes", Header.Includes},
                                       {"system", Header.IsSystem},
                                       {"after", Header.After},
                                       {"before", Header.Before},
                                       {"words", utf8(Header.Words)}};
  llvm::json::Array Names;
  for (llvm::StringRef Name : P.Names.keys())
    if (llvm::json::isUTF8(Name))
      Names.push_back(Name.str());
  llvm::json::Array Macros;
  for (const auto &[Text, IsUndefined] : P.Macros)
    Macros.push_back(llvm::json::Array{llvm::json::fixUTF8(Text), IsUndefined});
  return llvm::json::Object{{"file", P.File},
                            {"macros", std::move(Macros)},
                            {"headers", std::move(Headers)},
                            {"lookups", texts(P.Lookups)},
                            {"names", std::move(Names)},
                            {"contents", texts(P.Read.Contents)},
                            {"present", texts(P.Read.Present)},
                            {"absent", texts(P.Read.Absent)},
                            {"listings", texts(P.Read.Listings)},
                            {"bound", P.Read.IsBoundToPlace}};
}

static bool read(std::set<std::string> &Texts, const llvm::json::Array *From) {
  if (!From)
    return false;
  for (const llvm::json::Value &Text : *From) {
    if (!Text.getAsString())
      return false;
    Texts.insert(Text.getAsString()->str());
  }
  return true;
}

static bool read(std::vector<std::string> &Texts,
                 const llvm::json::Array *From) {
  if (!From)
    return false;
  Texts.reserve(From->size());
  for (const llvm::json::Value &Text : *From) {
    if (!Text.getAsString())
      return false;
    Texts.push_back(Text.getAsString()->str());
  }
  return true;
}

static bool read(std::vector<std::pair<std::string, bool>> &Macros,
                 const llvm::json::Array *From) {
  if (!From)
    return false;
  Macros.reserve(From->size());
  for (const llvm::json::Value &Row : *From) {
    const llvm::json::Array *Parts = Row.getAsArray();
    if (!Parts || Parts->size() != 2 || !(*Parts)[0].getAsString() ||
        !(*Parts)[1].getAsBoolean())
      return false;
    Macros.emplace_back(*(*Parts)[0].getAsString(),
                        *(*Parts)[1].getAsBoolean());
  }
  return true;
}

static bool read(CompiledHeader &Header, const llvm::json::Object *From) {
  if (!From)
    return false;
  Header.IsSystem = From->getBoolean("system").value_or(false);
  return read(Header.Includes, From->getArray("includes")) &&
         read(Header.After, From->getArray("after")) &&
         read(Header.Before, From->getArray("before")) &&
         read(Header.Words, From->getArray("words"));
}

static bool read(std::map<std::string, std::string> &Map,
                 const llvm::json::Object *From) {
  if (!From)
    return false;
  for (const auto &[Key, Text] : *From) {
    if (!Text.getAsString())
      return false;
    Map[Key.str()] = Text.getAsString()->str();
  }
  return true;
}

std::optional<Preamble> whet::preambleFrom(const llvm::json::Value &Value) {
  const llvm::json::Object *O = Value.getAsObject();
  if (!O)
    return std::nullopt;
  Preamble P;
  P.File = O->getString("file").value_or("").str();
  const llvm::json::Object *Headers = O->getObject("headers");
  const llvm::json::Array *Names = O->getArray("names");
  if (P.File.empty() || !Headers || !Names ||
      !read(P.Macros, O->getArray("macros")) ||
      !read(P.Lookups, O->getObject("lookups")) ||
      !read(P.Read.Contents, O->getObject("contents")) ||
      !read(P.Read.Present, O->getArray("present")) ||
      !read(P.Read.Absent, O->getArray("absent")) ||
      !read(P.Read.Listings, O->getObject("listings")))
    return std::nullopt;
  for (const auto &[File, Header] : *Headers)
    if (!read(P.Headers[File.str()], Header.getAsObject()))
      return std::nullopt;
  for (const llvm::json::Value &Name : *Names)
    P.Names.insert(Name.getAsString().value_or(""));
  P.Read.IsBoundToPlace = O->getBoolean("bound").value_or(true);
  return P;
}
