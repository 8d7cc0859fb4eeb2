#include "Preamble.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendActions.h"
#include "clang/Lex/HeaderSearch.h"
#include "clang/Lex/PPCallbacks.h"
#include "clang/Lex/PreprocessorOptions.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace whet;
using namespace clang;

static std::string absolutePath(FileEntryRef File, FileManager &Files) {
  llvm::SmallString<256> Path(File.getName());
  Files.makeAbsolutePath(Path);
  return Path.str().str();
}

// The file that \p Loc is in; empty if it is in none.
static std::string fileOf(SourceLocation Loc, const SourceManager &Sources) {
  OptionalFileEntryRef File =
      Sources.getFileEntryRefForID(Sources.getFileID(Loc));
  return File ? absolutePath(*File, Sources.getFileManager()) : "";
}

// --- Building
// ---------------------------------------------------------------------

namespace {
/// Takes down the headers and who includes them.
class HeaderRecorder : public PPCallbacks {
public:
  HeaderRecorder(Preprocessor &PP, const PreambleRequest &Request, Preamble &P,
                 std::set<std::string> &ReadTwice)
      : Sources(PP.getSourceManager()), Request(Request), P(P) {
    PP.setTokenWatcher([this, &ReadTwice](const Token &T) {
      if (!Again.empty() && T.isNot(tok::eof))
        ReadTwice.insert(Again);
    });
  }

  void InclusionDirective(SourceLocation HashLoc, const Token &IncludeTok,
                          StringRef FileName, bool IsAngled,
                          CharSourceRange /*FilenameRange*/,
                          OptionalFileEntryRef File, StringRef /*SearchPath*/,
                          StringRef /*RelativePath*/,
                          const Module * /*SuggestedModule*/,
                          bool /*ModuleImported*/,
                          SrcMgr::CharacteristicKind /*FileType*/) override {
    if (!File)
      return;
    std::string Path = absolutePath(*File, Sources.getFileManager());
    P.Headers.try_emplace(Path);
    if (!Sources.isInMainFile(HashLoc))
      P.Headers[fileOf(HashLoc, Sources)].insert(Path);
    else if (++Directives > Request.Headers.size())
      Again = FileName.str();
    // Others are looked for beside their includer, or behind its folder.
    bool IsPlain =
        IncludeTok.getIdentifierInfo()->getPPKeywordID() == tok::pp_include;
    if (IsAngled && IsPlain)
      P.Lookups.try_emplace(FileName.str(), Path);
  }

private:
  SourceManager &Sources;
  const PreambleRequest &Request;
  Preamble &P;
  size_t Directives = 0;
  /// The header that is being read for the second time.
  std::string Again;
};

class BuildAction : public GeneratePCHAction {
public:
  BuildAction(const PreambleRequest &Request, Preamble &P,
              std::set<std::string> &ReadTwice)
      : Request(Request), P(P), ReadTwice(ReadTwice) {}

  bool BeginSourceFileAction(CompilerInstance &Compiler) override {
    Compiler.getPreprocessor().addPPCallbacks(std::make_unique<HeaderRecorder>(
        Compiler.getPreprocessor(), Request, P, ReadTwice));
    return GeneratePCHAction::BeginSourceFileAction(Compiler);
  }

protected:
  void EndSourceFileAction() override {
    for (const auto &Entry :
         getCompilerInstance().getPreprocessor().getIdentifierTable())
      P.Names.insert(Entry.getKey());
    GeneratePCHAction::EndSourceFileAction();
  }

private:
  const PreambleRequest &Request;
  Preamble &P;
  std::set<std::string> &ReadTwice;
};

class BuildFactory : public tooling::FrontendActionFactory {
public:
  BuildFactory(const PreambleRequest &Request, const std::string &Text,
               Preamble &P)
      : Request(Request), Text(Text), P(P) {}

  /// Headers that left something when they were read for the second time.
  std::set<std::string> ReadTwice;

  std::unique_ptr<FrontendAction> create() override {
    return std::make_unique<BuildAction>(Request, P, ReadTwice);
  }

  bool runInvocation(std::shared_ptr<CompilerInvocation> Invocation,
                     FileManager *Files,
                     std::shared_ptr<PCHContainerOperations> Containers,
                     DiagnosticConsumer *Consumer) override {
    prepareForAnalysis(*Invocation);
    PreprocessorOptions &PP = Invocation->getPreprocessorOpts();
    PP.Macros = Request.Macros;
    PP.Includes.clear();
    PP.MacroIncludes.clear();
    FrontendOptions &Frontend = Invocation->getFrontendOpts();
    InputKind Kind = Frontend.Inputs.front().getKind();
    Frontend.Inputs = {FrontendInputFile(Text, Kind)};
    Frontend.OutputFile = P.File;
    // Whoever uses it knows what it was made of.
    Frontend.IncludeTimestamps = false;
    // Once here, instead of in each unit.
    Invocation->getLangOpts().PCHInstantiateTemplates = true;
    return FrontendActionFactory::runInvocation(
        std::move(Invocation), Files, std::move(Containers), Consumer);
  }

private:
  const PreambleRequest &Request;
  const std::string &Text;
  Preamble &P;
};

/// Keeps the first error.
class ErrorKeeper : public DiagnosticConsumer {
public:
  std::string Message;

  void HandleDiagnostic(DiagnosticsEngine::Level Level,
                        const Diagnostic &Info) override {
    DiagnosticConsumer::HandleDiagnostic(Level, Info);
    if (Level < DiagnosticsEngine::Error || !Message.empty())
      return;
    llvm::SmallString<128> Text;
    Info.FormatDiagnostic(Text);
    Message = Text.str().str();
  }
};
} // namespace

static llvm::Error writeText(const PreambleRequest &Request,
                             llvm::StringRef File) {
  std::error_code Failure;
  llvm::raw_fd_ostream OS(File, Failure);
  if (Failure)
    return llvm::createFileError(File, Failure);
  for (const auto *Headers : {&Request.Headers, &Request.Unguarded})
    for (const std::string &Header : *Headers)
      OS << "#include <" << Header << ">\n";
  OS.close();
  return OS.has_error() ? llvm::createFileError(File, OS.error())
                        : llvm::Error::success();
}

static PreambleRequest without(PreambleRequest Request,
                               const std::set<std::string> &Headers) {
  for (auto *Kept : {&Request.Headers, &Request.Unguarded})
    llvm::erase_if(*Kept, [&](const std::string &Header) {
      return Headers.count(Header) != 0;
    });
  return Request;
}

llvm::Expected<Preamble> whet::buildPreamble(const PreambleRequest &Request,
                                             llvm::StringRef File,
                                             const ProjectPaths &Paths,
                                             const FileOverlay &Overlay) {
  Preamble P;
  P.File = File.str();
  std::string Text = P.File + ".h";
  if (llvm::Error E = writeText(Request, Text))
    return std::move(E);
  auto Base = unitFileSystem(Request.Like, Overlay);
  auto Trace = llvm::makeIntrusiveRefCnt<FileTrace>(Base, Paths);
  auto FS = llvm::makeIntrusiveRefCnt<llvm::vfs::OverlayFileSystem>(Trace);
  addOwnFiles(*FS, Base, P.File);
  auto Files = llvm::makeIntrusiveRefCnt<FileManager>(FileSystemOptions(), FS);
  BuildFactory Factory(Request, Text, P);
  tooling::ToolInvocation Invocation(
      unitArguments(Request.Like), &Factory, Files.get(),
      std::make_shared<PCHContainerOperations>());
  ErrorKeeper Errors;
  Invocation.setDiagnosticConsumer(&Errors);
  if (!Invocation.run())
    return llvm::createStringError(
        "the headers that files share could not be compiled by themselves: " +
        Errors.Message);
  if (!Factory.ReadTwice.empty())
    return buildPreamble(without(Request, Factory.ReadTwice), File, Paths,
                         Overlay);
  P.Read = Trace->take();
  return P;
}

// --- Use
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
  return llvm::is_contained({"once", "diagnostic", "system_header", "region",
                             "endregion", "mark", "message", "warning",
                             "comment", "omp", "unroll", "loop"},
                            Word);
}

// Whether a name with an underscore tells headers of the implementation what to
// declare, as feature_test_macros(7) says, and the standard libraries' manuals.
static bool isFeatureMacro(llvm::StringRef Name) {
  return Name.ends_with("_SOURCE") || Name.ends_with("_BITS") ||
         Name.contains("DEBUG") || Name.contains("ASSERTIONS") ||
         Name.contains("ABI") || Name.contains("HARDENING") ||
         Name.contains("ENABLE") || Name.contains("DISABLE");
}

class PreambleGuard::Callbacks : public PPCallbacks {
public:
  Callbacks(PreambleGuard &Guard, Preprocessor &PP)
      : Guard(Guard), Sources(PP.getSourceManager()) {
    PP.setTokenWatcher([this](const Token &T) {
      if (T.is(tok::l_brace))
        ++Depth;
      else if (T.is(tok::r_brace))
        --Depth;
    });
  }

  void InclusionDirective(SourceLocation HashLoc, const Token & /*IncludeTok*/,
                          StringRef /*FileName*/, bool /*IsAngled*/,
                          CharSourceRange /*FilenameRange*/,
                          OptionalFileEntryRef File, StringRef /*SearchPath*/,
                          StringRef /*RelativePath*/,
                          const Module * /*SuggestedModule*/,
                          bool /*ModuleImported*/,
                          SrcMgr::CharacteristicKind FileType) override {
    if (isDone() || !File || !SrcMgr::isSystem(FileType))
      return;
    std::string Path = absolutePath(*File, Sources.getFileManager());
    // System headers include others inside of extern "C++" and the like.
    if (include(Path) && Depth != 0 && !isInSystem(HashLoc))
      object(Path + " is included inside of braces");
  }

  void MacroDefined(const Token &Name, const MacroDirective *MD) override {
    if (!isDone())
      checkChange(Name, MD->getLocation());
  }
  void MacroUndefined(const Token &Name, const MacroDefinition &MD,
                      const MacroDirective * /*Undef*/) override {
    if (!isDone() && MD)
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
    if (isDone() || isInSystem(Loc))
      return;
    llvm::StringRef Text = Sources.getBufferData(Sources.getFileID(Loc))
                               .drop_front(Sources.getFileOffset(Loc));
    Text = Text.take_until([](char C) { return C == '\n'; });
    size_t At = Text.find_insensitive("pragma");
    if (At == llvm::StringRef::npos ||
        !isHarmlessPragma(Text.drop_front(At + 6).ltrim(" \t(\"")))
      object(Text.str() + " stands before a shared header");
  }

private:
  bool isInSystem(SourceLocation Loc) const {
    return SrcMgr::isSystem(Sources.getFileCharacteristic(Loc));
  }

  void object(std::string Why) {
    if (Guard.Objection.empty())
      Guard.Objection = std::move(Why);
  }

  bool isDone() const {
    return !Guard.Objection.empty() ||
           Guard.Included.size() == Guard.P.Headers.size();
  }

  // Whether that adds something.
  bool include(const std::string &Header) {
    auto Known = Guard.P.Headers.find(Header);
    if (Known == Guard.P.Headers.end() || !Guard.Included.insert(Header).second)
      return false;
    for (const std::string &Inner : Known->second)
      include(Inner);
    return true;
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
    std::string File = fileOf(Loc, Sources);
    if (!Guard.P.Headers.count(File))
      object(
          (Text + " is defined in " + File + " before a shared header").str());
  }

  // The unit asks for a macro that it would not have yet.
  void checkQuestion(const Token &Name, const MacroDefinition &MD) {
    const MacroInfo *Info = MD.getMacroInfo();
    if (!Info || isDone() ||
        !Sources.isLoadedSourceLocation(Info->getDefinitionLoc()))
      return;
    std::string File = fileOf(Info->getDefinitionLoc(), Sources);
    if (!Guard.P.Headers.count(File) || Guard.Included.contains(File) ||
        areOfOneLibrary(Name, *Info, File))
      return;
    object((Name.getIdentifierInfo()->getName() + " is asked for before " +
            File + " is included")
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
                   fileOf(Name.getLocation(), Sources));
  }

  PreambleGuard &Guard;
  SourceManager &Sources;
  int Depth = 0;
};

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

static llvm::json::Object texts(const std::map<std::string, std::string> &Map) {
  llvm::json::Object Result;
  for (const auto &[Key, Text] : Map)
    Result[Key] = Text;
  return Result;
}

llvm::json::Value whet::toJSON(const Preamble &P) {
  llvm::json::Object Headers;
  for (const auto &[Header, Includes] : P.Headers)
    Headers[Header] = texts(Includes);
  llvm::json::Array Names;
  for (llvm::StringRef Name : P.Names.keys())
    if (llvm::json::isUTF8(Name))
      Names.push_back(Name.str());
  return llvm::json::Object{{"file", P.File},
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
      !read(P.Lookups, O->getObject("lookups")) ||
      !read(P.Read.Contents, O->getObject("contents")) ||
      !read(P.Read.Present, O->getArray("present")) ||
      !read(P.Read.Absent, O->getArray("absent")) ||
      !read(P.Read.Listings, O->getObject("listings")))
    return std::nullopt;
  for (const auto &[Header, Includes] : *Headers)
    if (!read(P.Headers[Header.str()], Includes.getAsArray()))
      return std::nullopt;
  for (const llvm::json::Value &Name : *Names)
    P.Names.insert(Name.getAsString().value_or(""));
  P.Read.IsBoundToPlace = O->getBoolean("bound").value_or(true);
  return P;
}
