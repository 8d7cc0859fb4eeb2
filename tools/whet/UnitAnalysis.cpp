#include "UnitAnalysis.h"
#include "clang-tidy/ClangTidy.h"
#include "clang-tidy/ClangTidyDiagnosticConsumer.h"
#include "clang-tidy/ClangTidyModule.h"
#include "clang-tidy/ClangTidyOptions.h"
#include "clang/Basic/FileManager.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendActions.h"
#include "clang/Frontend/Utils.h"
#include "clang/Lex/PreprocessorOptions.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/VirtualFileSystem.h"

using namespace whet;
using namespace clang;
using namespace clang::tidy;

std::string whet::contentHash(llvm::StringRef Contents) {
  llvm::BLAKE3 Hasher;
  Hasher.update(Contents);
  auto Digest = Hasher.final();
  return llvm::toHex(llvm::ArrayRef<uint8_t>(Digest.data(), 16),
                     /*LowerCase=*/true);
}

// --- Options
// ---------------------------------------------------------------------

// Keys of other versions of clang-tidy make its reader refuse the whole file.
// Without their lines it is read as it was meant.
static llvm::ErrorOr<ClangTidyOptions>
parseLeniently(llvm::MemoryBufferRef Config,
               std::vector<std::string> &Problems) {
  std::string Text = Config.getBuffer().str();
  for (unsigned Attempts = 0;; ++Attempts) {
    std::string Message;
    unsigned Line = 0;
    llvm::ErrorOr<ClangTidyOptions> Parsed = parseConfigurationWithDiags(
        llvm::MemoryBufferRef(Text, Config.getBufferIdentifier()),
        [&](const llvm::SMDiagnostic &D) {
          if (!Message.empty())
            return;
          Message = D.getMessage().str();
          Line = D.getLineNo();
        });
    if (Parsed)
      return Parsed;
    bool IsKey = llvm::StringRef(Message).starts_with("unknown key");
    if (!IsKey || Line == 0 || Attempts == 16) {
      Problems.push_back((Config.getBufferIdentifier() + ":" +
                          llvm::Twine(Line) + ": " + Message +
                          "; the file is not used until that is mended")
                             .str());
      // An error would be printed by the library, once for each file.
      return ClangTidyOptions();
    }
    llvm::SmallVector<llvm::StringRef, 32> Lines;
    llvm::StringRef(Text).split(Lines, '\n');
    Lines[Line - 1] = "";
    Text = llvm::join(Lines, "\n");
  }
}

namespace {
/// The `.clang-tidy` files above a file, read leniently.
class ConfigFiles : public FileOptionsProvider {
public:
  ConfigFiles(ClangTidyOptions Defaults, ClangTidyOptions Overrides,
              llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> Files,
              std::vector<std::string> &Problems)
      : FileOptionsProvider(
            {}, std::move(Defaults), std::move(Overrides),
            {{".clang-tidy", [&Problems](llvm::MemoryBufferRef Config) {
                return parseLeniently(Config, Problems);
              }}}) {
    // The base's constructor that takes handlers takes no file system.
    FS = std::move(Files);
  }
};

/// `.clang-tidy` as clang-tidy reads it. A list of checks that never names one
/// of whet's was not written for whet, and leaves whet's defaults alone.
class OptionsProvider : public ClangTidyOptionsProvider {
public:
  OptionsProvider(const AnalysisOptions &Options,
                  llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> FS,
                  std::vector<std::string> &Problems)
      : Files(defaults(), overrides(Options), std::move(FS), Problems) {}

  const ClangTidyGlobalOptions &getGlobalOptions() override {
    return Files.getGlobalOptions();
  }

  std::vector<OptionsSource> getRawOptions(llvm::StringRef File) override {
    std::vector<OptionsSource> Sources = Files.getRawOptions(File);
    for (OptionsSource &Source : llvm::drop_begin(Sources)) {
      ClangTidyOptions &Options = Source.first;
      bool IsCommandLine =
          Source.second == OptionsSourceTypeCheckCommandLineOption;
      if (Options.Checks && !IsCommandLine &&
          !llvm::StringRef(*Options.Checks).contains("whet-"))
        Options.Checks.reset();
      if (Options.HeaderFilterRegex)
        HasHeaderFilter = true;
    }
    // The static analyzer is linked in, but is none of whet's checks.
    ClangTidyOptions Last;
    Last.Checks = "-clang-analyzer-*,-clang-diagnostic-*";
    Sources.emplace_back(std::move(Last), "whet");
    return Sources;
  }

  /// Whether anybody chose which headers to report in.
  bool HasHeaderFilter = false;

private:
  static ClangTidyOptions defaults() {
    ClangTidyOptions Options = ClangTidyOptions::getDefaults();
    Options.Checks = "-*,whet-*";
    return Options;
  }

  static ClangTidyOptions overrides(const AnalysisOptions &Options) {
    ClangTidyOptions Result;
    if (!Options.Checks.empty())
      Result.Checks = Options.Checks;
    if (!Options.HeaderFilter.empty())
      Result.HeaderFilterRegex = Options.HeaderFilter;
    return Result;
  }

  ConfigFiles Files;
};

/// Runs the checks that the context enables for the file.
class ChecksAction : public ASTFrontendAction {
public:
  ChecksAction(ClangTidyASTConsumerFactory &Factory,
               std::shared_ptr<DependencyCollector> Files,
               llvm::StringMap<std::string> &ParsedHashes)
      : Factory(Factory), Files(std::move(Files)), ParsedHashes(ParsedHashes) {}

protected:
  bool BeginSourceFileAction(CompilerInstance &Compiler) override {
    Files->attachToPreprocessor(Compiler.getPreprocessor());
    return true;
  }

  std::unique_ptr<ASTConsumer>
  CreateASTConsumer(CompilerInstance &Compiler, llvm::StringRef File) override {
    return Factory.createASTConsumer(Compiler, File);
  }

  void EndSourceFileAction() override {
    CompilerInstance &Compiler = getCompilerInstance();
    for (const std::string &Name : Files->getDependencies())
      if (auto File = Compiler.getFileManager().getOptionalFileRef(Name))
        if (auto Parsed =
                Compiler.getSourceManager().getMemoryBufferForFileOrNone(*File))
          ParsedHashes[Name] = contentHash(Parsed->getBuffer());
  }

private:
  ClangTidyASTConsumerFactory &Factory;
  std::shared_ptr<DependencyCollector> Files;
  llvm::StringMap<std::string> &ParsedHashes;
};

class ChecksFactory : public tooling::FrontendActionFactory {
public:
  ChecksFactory(ClangTidyContext &Context,
                IntrusiveRefCntPtr<llvm::vfs::OverlayFileSystem> FS)
      : Consumers(Context, std::move(FS)) {}

  std::unique_ptr<FrontendAction> create() override {
    return std::make_unique<ChecksAction>(Consumers, FilesRead, ParsedHashes);
  }

  bool runInvocation(std::shared_ptr<CompilerInvocation> Invocation,
                     FileManager *Files,
                     std::shared_ptr<PCHContainerOperations> Containers,
                     DiagnosticConsumer *Consumer) override {
    // As clang-tidy does: code can say what is meant for analysis only.
    Invocation->getPreprocessorOpts().SetUpStaticAnalyzer = true;
    // No "2 warnings generated." on stderr.
    Invocation->getDiagnosticOpts().ShowCarets = false;
    return FrontendActionFactory::runInvocation(
        std::move(Invocation), Files, std::move(Containers), Consumer);
  }

  /// All but system headers.
  std::shared_ptr<DependencyCollector> FilesRead =
      std::make_shared<DependencyCollector>();
  /// Their hashes as they were parsed: by now they may have been saved anew.
  llvm::StringMap<std::string> ParsedHashes;

private:
  ClangTidyASTConsumerFactory Consumers;
};
} // namespace

// --- Running
// ---------------------------------------------------------------------

namespace {
/// Files in memory under their real paths, found by every path that leads to
/// them.
class EditedFiles : public llvm::vfs::ProxyFileSystem {
public:
  explicit EditedFiles(IntrusiveRefCntPtr<llvm::vfs::FileSystem> Memory)
      : ProxyFileSystem(std::move(Memory)) {}

  llvm::ErrorOr<llvm::vfs::Status> status(const llvm::Twine &Path) override {
    auto Found = ProxyFileSystem::status(real(Path));
    if (!Found)
      return Found;
    return llvm::vfs::Status::copyWithNewName(*Found, Path);
  }

  llvm::ErrorOr<std::unique_ptr<llvm::vfs::File>>
  openFileForRead(const llvm::Twine &Path) override {
    return llvm::vfs::File::getWithPath(
        ProxyFileSystem::openFileForRead(real(Path)), Path);
  }

private:
  std::string real(const llvm::Twine &Path) {
    llvm::SmallString<256> Absolute;
    Path.toVector(Absolute);
    (void)makeAbsolute(Absolute);
    llvm::SmallString<256> Real;
    if (llvm::sys::fs::real_path(Absolute, Real))
      return Absolute.str().str();
    return Real.str().str();
  }
};
} // namespace

static IntrusiveRefCntPtr<llvm::vfs::OverlayFileSystem>
fileSystem(const CompileUnit &Unit,
           const std::map<std::string, std::string> &Overlay) {
  // Not the process's working directory, which many units share.
  IntrusiveRefCntPtr<llvm::vfs::FileSystem> Real =
      llvm::vfs::createPhysicalFileSystem();
  auto FS = llvm::makeIntrusiveRefCnt<llvm::vfs::OverlayFileSystem>(Real);
  (void)FS->setCurrentWorkingDirectory(Unit.Directory);
  if (Overlay.empty())
    return FS;
  auto Memory = llvm::makeIntrusiveRefCnt<llvm::vfs::InMemoryFileSystem>();
  for (const auto &[Path, Contents] : Overlay)
    Memory->addFile(Path, 0, llvm::MemoryBuffer::getMemBuffer(Contents, Path));
  FS->pushOverlay(llvm::makeIntrusiveRefCnt<EditedFiles>(Memory));
  (void)FS->setCurrentWorkingDirectory(Unit.Directory);
  return FS;
}

static std::vector<std::string> withResourceDir(const CompileUnit &Unit) {
  std::vector<std::string> Arguments = Unit.Arguments;
  bool HasOne = llvm::any_of(Arguments, [](llvm::StringRef Arg) {
    return Arg.starts_with("-resource-dir");
  });
  if (!HasOne)
    Arguments.insert(Arguments.begin() + 1, "-resource-dir=" WHET_RESOURCE_DIR);
  return Arguments;
}

namespace {
/// Turns clang-tidy's diagnostics into findings; files are read once.
class Converter {
public:
  Converter(const CompileUnit &Unit, llvm::vfs::FileSystem &FS,
            UnitReport &Report)
      : Unit(Unit), FS(FS), Report(Report) {}

  std::optional<ReportedFinding> convert(const ClangTidyError &Error);

  /// \p File as the unit names it, made absolute and real.
  std::string pathOf(llvm::StringRef File);

private:
  SourcePosition position(const tooling::DiagnosticMessage &Message);
  SourceFix fix(const llvm::StringMap<tooling::Replacements> &Edits);
  llvm::StringRef contents(const std::string &Path);

  const CompileUnit &Unit;
  llvm::vfs::FileSystem &FS;
  UnitReport &Report;
  std::map<std::string, std::unique_ptr<llvm::MemoryBuffer>> Buffers;
};
} // namespace

std::string Converter::pathOf(llvm::StringRef File) {
  llvm::SmallString<256> Path(File);
  llvm::sys::path::make_absolute(Unit.Directory, Path);
  return realPath(Path);
}

llvm::StringRef Converter::contents(const std::string &Path) {
  auto [It, IsNew] = Buffers.try_emplace(Path);
  if (IsNew) {
    if (auto Buffer = FS.getBufferForFile(Path)) {
      It->second = std::move(*Buffer);
      Report.FileHashes[Path] = contentHash(It->second->getBuffer());
    }
  }
  return It->second ? It->second->getBuffer() : llvm::StringRef();
}

SourcePosition Converter::position(const tooling::DiagnosticMessage &Message) {
  SourcePosition P;
  if (Message.FilePath.empty())
    return P;
  P.File = pathOf(Message.FilePath);
  P.Offset = Message.FileOffset;
  llvm::StringRef Before = contents(P.File).take_front(P.Offset);
  P.Line = Before.count('\n') + 1;
  P.Column = Before.size() - (Before.rfind('\n') + 1) + 1;
  return P;
}

SourceFix Converter::fix(const llvm::StringMap<tooling::Replacements> &Edits) {
  SourceFix Result;
  for (const auto &[File, Replacements] : Edits)
    for (const tooling::Replacement &R : Replacements) {
      std::string Path = pathOf(R.getFilePath());
      (void)contents(Path);
      Result.push_back(
          {Path, R.getOffset(), R.getLength(), R.getReplacementText().str()});
    }
  llvm::sort(Result);
  return Result;
}

std::optional<ReportedFinding> Converter::convert(const ClangTidyError &Error) {
  if (!llvm::StringRef(Error.DiagnosticName).starts_with("whet-"))
    return std::nullopt;
  ReportedFinding F;
  F.Check = Error.DiagnosticName;
  F.Severity = Error.IsWarningAsError ? Severity::Error : Severity::Warning;
  F.Position = position(Error.Message);
  F.Message = Error.Message.Message;
  F.SafeFix = fix(Error.Message.Fix);
  F.Notes.reserve(Error.Notes.size());
  for (const tooling::DiagnosticMessage &Note : Error.Notes) {
    F.Notes.push_back({position(Note), Note.Message});
    if (!Note.Fix.empty())
      F.UnsafeFix = fix(Note.Fix);
  }
  return F;
}

// Without the unit's own path: units that fail for one reason say the same.
static std::string describe(const ClangTidyError &Error,
                            const CompileUnit &Unit, Converter &Convert) {
  std::string Text;
  std::string File = Error.Message.FilePath.empty()
                         ? Unit.File
                         : Convert.pathOf(Error.Message.FilePath);
  if (File != Unit.File)
    Text = File + ": ";
  return Text + Error.Message.Message;
}

static bool isReported(const ReportedFinding &F, const AnalysisOptions &Options,
                       bool HasHeaderFilter) {
  if (isBelow(F.Position.File, Options.BuildDirectory))
    return false;
  return HasHeaderFilter || isBelow(F.Position.File, Options.ProjectRoot);
}

UnitReport
whet::analyseUnit(const CompileUnit &Unit, const AnalysisOptions &Options,
                  const std::map<std::string, std::string> &Overlay) {
  UnitReport Report;
  auto FS = fileSystem(Unit, Overlay);
  auto Provider =
      std::make_unique<OptionsProvider>(Options, FS, Report.ConfigProblems);
  OptionsProvider &Chosen = *Provider;
  ClangTidyContext Context(std::move(Provider));
  Context.setCurrentBuildDirectory(Unit.Directory);
  ClangTidyDiagnosticConsumer Consumer(Context, nullptr,
                                       /*RemoveIncompatibleErrors=*/false,
                                       /*GetFixesFromNotes=*/false);
  auto DiagOptions = std::make_unique<DiagnosticOptions>();
  DiagnosticsEngine Engine(DiagnosticIDs::create(), *DiagOptions, &Consumer,
                           /*ShouldOwnClient=*/false);
  Context.setDiagnosticsEngine(std::move(DiagOptions), &Engine);

  ChecksFactory Factory(Context, FS);
  auto Files = llvm::makeIntrusiveRefCnt<FileManager>(FileSystemOptions(), FS);
  tooling::ToolInvocation Invocation(
      withResourceDir(Unit), &Factory, Files.get(),
      std::make_shared<PCHContainerOperations>());
  Invocation.setDiagnosticConsumer(&Consumer);
  bool Succeeded = Invocation.run();

  Converter Convert(Unit, *FS, Report);
  for (const ClangTidyError &Error : Consumer.take()) {
    if (Error.DiagnosticName == "clang-diagnostic-error" &&
        Report.Failure.empty())
      Report.Failure = describe(Error, Unit, Convert);
    std::optional<ReportedFinding> F = Convert.convert(Error);
    if (F && isReported(*F, Options, Chosen.HasHeaderFilter))
      Report.Findings.push_back(std::move(*F));
  }
  for (const std::string &File : Factory.FilesRead->getDependencies()) {
    std::string Path = Convert.pathOf(File);
    auto Hash = Report.FileHashes.find(Path);
    auto Parsed = Factory.ParsedHashes.find(File);
    if (Hash != Report.FileHashes.end() && Parsed != Factory.ParsedHashes.end())
      Hash->second = Parsed->second;
    if (isBelow(Path, Options.ProjectRoot) || Path == Unit.File)
      Report.FilesRead.push_back(std::move(Path));
  }
  llvm::sort(Report.FilesRead);
  if (!Succeeded && Report.Failure.empty())
    Report.Failure = "clang could not run its compile command";
  if (!Report.Failure.empty())
    for (ReportedFinding &F : Report.Findings) {
      F.SafeFix.clear();
      F.UnsafeFix.clear();
    }
  return Report;
}

namespace {
/// Keeps the first error.
class FirstError : public DiagnosticConsumer {
public:
  std::optional<std::string> Message;

  void HandleDiagnostic(DiagnosticsEngine::Level Level,
                        const Diagnostic &Info) override {
    DiagnosticConsumer::HandleDiagnostic(Level, Info);
    if (Level < DiagnosticsEngine::Error || Message)
      return;
    llvm::SmallString<128> Text;
    Info.FormatDiagnostic(Text);
    Message = Text.str().str();
    if (!Info.hasSourceManager() || Info.getLocation().isInvalid())
      return;
    PresumedLoc Loc =
        Info.getSourceManager().getPresumedLoc(Info.getLocation());
    if (Loc.isValid())
      Message = (llvm::Twine(Loc.getFilename()) + ":" +
                 llvm::Twine(Loc.getLine()) + ": " + *Message)
                    .str();
  }
};
} // namespace

std::optional<std::string>
whet::firstError(const CompileUnit &Unit,
                 const std::map<std::string, std::string> &Overlay) {
  auto FS = fileSystem(Unit, Overlay);
  auto Files = llvm::makeIntrusiveRefCnt<FileManager>(FileSystemOptions(), FS);
  std::unique_ptr<tooling::FrontendActionFactory> Factory =
      tooling::newFrontendActionFactory<SyntaxOnlyAction>();
  tooling::ToolInvocation Invocation(
      withResourceDir(Unit), Factory.get(), Files.get(),
      std::make_shared<PCHContainerOperations>());
  FirstError Consumer;
  Invocation.setDiagnosticConsumer(&Consumer);
  bool Succeeded = Invocation.run();
  if (!Succeeded && !Consumer.Message)
    return "clang could not run its compile command";
  return Consumer.Message;
}

// --- JSON
// ----------------------------------------------------------------------

llvm::json::Value whet::toJSON(const UnitReport &R) {
  llvm::json::Array Findings;
  for (const ReportedFinding &F : R.Findings)
    Findings.push_back(toJSON(F));
  llvm::json::Object Hashes;
  for (const auto &[File, Hash] : R.FileHashes)
    Hashes[File] = Hash;
  return llvm::json::Object{
      {"findings", std::move(Findings)},
      {"hashes", std::move(Hashes)},
      {"filesRead", llvm::json::Array(R.FilesRead)},
      {"configProblems", llvm::json::Array(R.ConfigProblems)},
      {"failure", llvm::json::fixUTF8(R.Failure)}};
}

bool whet::fromJSON(const llvm::json::Value &V, UnitReport &R,
                    llvm::json::Path P) {
  llvm::json::ObjectMapper O(V, P);
  return O && O.map("findings", R.Findings) && O.map("hashes", R.FileHashes) &&
         O.map("filesRead", R.FilesRead) &&
         O.map("configProblems", R.ConfigProblems) &&
         O.map("failure", R.Failure);
}
