#include "UnitAnalysis.h"
#include "CompilerVerdicts.h"
#include "UnitInvocation.h"
#include "clang-tidy/ClangTidy.h"
#include "clang-tidy/ClangTidyDiagnosticConsumer.h"
#include "clang-tidy/ClangTidyModule.h"
#include "clang-tidy/ClangTidyOptions.h"
#include "clang-tidy/GlobList.h"
#include "whet/analysis/Escape.h"
#include "whet/analysis/RecordFacts.h"
#include "whet/facts/UnitScope.h"
#include "whet/support/FindingSink.h"
#include "whet/support/Registry.h"
#include "clang/Basic/FileManager.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendActions.h"
#include "clang/Frontend/MultiplexConsumer.h"
#include "clang/Frontend/Utils.h"
#include "clang/Lex/PreprocessorOptions.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/VirtualFileSystem.h"
#include <ctime>
#include <set>

using namespace whet;
using namespace clang;
using namespace clang::tidy;

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
///
/// What other files may rely on has to be known of all of them: a check that is
/// on for the project runs everywhere, for its facts. Where it is off, it
/// reports nothing.
class OptionsProvider : public ClangTidyOptionsProvider {
public:
  OptionsProvider(const AnalysisOptions &Options,
                  llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> FS,
                  std::vector<std::string> &Problems)
      : Files(defaults(), overrides(Options), std::move(FS), Problems),
        AnyFileOfProject(Options.ProjectRoot + "/any.cpp") {}

  const ClangTidyGlobalOptions &getGlobalOptions() override {
    return Files.getGlobalOptions();
  }

  std::vector<OptionsSource> getRawOptions(llvm::StringRef File) override {
    std::vector<OptionsSource> Sources = sourcesOf(File);
    GlobList Own(checksOf(Sources));
    GlobList OfProject(checksOf(sourcesOf(AnyFileOfProject)));
    // The static analyzer is linked in, but is none of whet's checks.
    std::string Checks = "-clang-analyzer-*,-clang-diagnostic-*";
    for (const RegisteredCheck &Check : registeredChecks()) {
      llvm::StringRef Id = Check.Info->Id;
      if (Own.contains(Id) || !OfProject.contains(Id))
        continue;
      Muted.insert(Id);
      Checks += ',';
      Checks += Id;
    }
    ClangTidyOptions Last;
    Last.Checks = std::move(Checks);
    Sources.emplace_back(std::move(Last), "whet");
    return Sources;
  }

  /// Whether \p Check runs for its facts only.
  bool isMuted(llvm::StringRef Check) const { return Muted.contains(Check); }

private:
  std::vector<OptionsSource> sourcesOf(llvm::StringRef File) {
    std::vector<OptionsSource> Sources = Files.getRawOptions(File);
    for (OptionsSource &Source : llvm::drop_begin(Sources)) {
      ClangTidyOptions &Options = Source.first;
      bool IsCommandLine =
          Source.second == OptionsSourceTypeCheckCommandLineOption;
      if (Options.Checks && !IsCommandLine &&
          !llvm::StringRef(*Options.Checks).contains("whet-"))
        Options.Checks.reset();
    }
    return Sources;
  }

  static std::string checksOf(llvm::ArrayRef<OptionsSource> Sources) {
    ClangTidyOptions Merged;
    unsigned Order = 0;
    for (const OptionsSource &Source : Sources)
      Merged.mergeWith(Source.first, ++Order);
    return Merged.Checks.value_or("");
  }

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
  /// In the project's root; it need not exist.
  std::string AnyFileOfProject;
  llvm::StringSet<> Muted;
};

// Processor time: a unit is analysed by a process of its own, and the machine
// may have other work.
static double processorSeconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

/// What checks say of findings besides their diagnostics, until these arrive.
class FindingDetails : public FindingSink {
public:
  struct Details {
    std::string Declaration;
    std::set<Condition> Conditions;
  };

  void note(llvm::StringRef Check, llvm::StringRef Message, SourceLocation Loc,
            llvm::StringRef Declaration,
            llvm::ArrayRef<Condition> Conditions) override {
    SourceLocation FileLoc = Sources->getFileLoc(Loc);
    Details &D = ByFinding[{Check.str(), Sources->getFilename(FileLoc).str(),
                            Sources->getFileOffset(FileLoc), Message.str()}];
    D.Declaration = Declaration.str();
    D.Conditions.insert(Conditions.begin(), Conditions.end());
  }

  const Details *find(const ClangTidyError &Error) const {
    auto It = ByFinding.find({Error.DiagnosticName, Error.Message.FilePath,
                              Error.Message.FileOffset, Error.Message.Message});
    return It == ByFinding.end() ? nullptr : &It->second;
  }

  const SourceManager *Sources = nullptr;

private:
  std::map<std::tuple<std::string, std::string, unsigned, std::string>, Details>
      ByFinding;
};

/// Takes the time when the parser is done and the checks begin.
class ParseTimer : public ASTConsumer {
public:
  ParseTimer(double Start, UnitCost &Cost) : Start(Start), Cost(Cost) {}

  void HandleTranslationUnit(ASTContext & /*Context*/) override {
    Cost.ParseSeconds = processorSeconds() - Start;
  }

private:
  double Start;
  UnitCost &Cost;
};

/// Takes down the records of the unit.
class RecordConsumer : public ASTConsumer {
public:
  explicit RecordConsumer(llvm::ArrayRef<std::string> Targets)
      : Targets(Targets) {}

  void HandleTranslationUnit(ASTContext &Context) override {
    FactBase &Facts = UnitScope::current()->Facts;
    collectRecords(Context, Facts, Targets);
    collectRecordUses(Context, Facts);
  }

private:
  llvm::ArrayRef<std::string> Targets;
};

/// Takes down how pointers flow in the unit's functions.
class EscapeConsumer : public ASTConsumer {
public:
  void HandleTranslationUnit(ASTContext &Context) override {
    // What is not understood may be anything.
    if (!Context.getDiagnostics().hasUncompilableErrorOccurred())
      collectEscapes(Context, UnitScope::current()->Facts);
  }
};

/// What one run of the checks leaves behind.
struct RunState {
  FindingDetails Details;
  /// All files but those in system folders.
  std::shared_ptr<DependencyCollector> FilesRead =
      std::make_shared<DependencyCollector>();
  /// Their hashes as they were parsed: by now they may have been saved anew.
  llvm::StringMap<std::string> ParsedHashes;
  bool CollectsRecords = false;
  llvm::ArrayRef<std::string> RecordTargets;
  bool CollectsEscapes = false;
  /// What the unit begins with; null for nothing.
  const Preamble *Shared = nullptr;
  std::optional<PreambleGuard> Guard;
  double Start = processorSeconds();
  UnitCost Cost;
};

/// All that is asked of a unit. Nothing is of one that has to be parsed again.
class UnitConsumer : public MultiplexConsumer {
public:
  UnitConsumer(std::vector<std::unique_ptr<ASTConsumer>> Consumers,
               PreambleGuard *Guard)
      : MultiplexConsumer(std::move(Consumers)), Guard(Guard) {}

  void HandleTranslationUnit(ASTContext &Context) override {
    DiagnosticsEngine &Diagnostics = Context.getDiagnostics();
    // Fixes ask which warnings the project wants.
    Diagnostics.setIgnoreAllWarnings(false);
    if (Guard)
      Guard->finish(Context);
    if (!Guard || !(Guard->objection() || Diagnostics.hasErrorOccurred()))
      MultiplexConsumer::HandleTranslationUnit(Context);
  }

private:
  /// Null if the unit begins with nothing.
  PreambleGuard *Guard;
};

/// Runs the checks that the context enables for the file.
class ChecksAction : public ASTFrontendAction {
public:
  ChecksAction(ClangTidyASTConsumerFactory &Factory, RunState &State)
      : Factory(Factory), State(State) {}

protected:
  bool BeginSourceFileAction(CompilerInstance &Compiler) override {
    State.FilesRead->attachToPreprocessor(Compiler.getPreprocessor());
    State.Details.Sources = &Compiler.getSourceManager();
    if (State.Guard)
      State.Guard->attachTo(Compiler);
    return true;
  }

  std::unique_ptr<ASTConsumer>
  CreateASTConsumer(CompilerInstance &Compiler, llvm::StringRef File) override {
    std::vector<std::unique_ptr<ASTConsumer>> Consumers;
    Consumers.push_back(std::make_unique<ParseTimer>(State.Start, State.Cost));
    Consumers.push_back(Factory.createASTConsumer(Compiler, File));
    if (State.CollectsRecords)
      Consumers.push_back(
          std::make_unique<RecordConsumer>(State.RecordTargets));
    if (State.CollectsEscapes)
      Consumers.push_back(std::make_unique<EscapeConsumer>());
    return std::make_unique<UnitConsumer>(
        std::move(Consumers), State.Guard ? &*State.Guard : nullptr);
  }

  void EndSourceFileAction() override {
    State.Cost.CheckSeconds =
        processorSeconds() - State.Start - State.Cost.ParseSeconds;
    CompilerInstance &Compiler = getCompilerInstance();
    for (const std::string &Name : State.FilesRead->getDependencies())
      if (auto File = Compiler.getFileManager().getOptionalFileRef(Name))
        if (auto Parsed =
                Compiler.getSourceManager().getMemoryBufferForFileOrNone(*File))
          State.ParsedHashes[Name] = contentHash(Parsed->getBuffer());
  }

private:
  ClangTidyASTConsumerFactory &Factory;
  RunState &State;
};

class ChecksFactory : public tooling::FrontendActionFactory {
public:
  ChecksFactory(ClangTidyContext &Context,
                IntrusiveRefCntPtr<llvm::vfs::OverlayFileSystem> FS,
                RunState &State)
      : Consumers(Context, std::move(FS)), State(State) {}

  std::unique_ptr<FrontendAction> create() override {
    return std::make_unique<ChecksAction>(Consumers, State);
  }

  bool runInvocation(std::shared_ptr<CompilerInvocation> Invocation,
                     FileManager *Files,
                     std::shared_ptr<PCHContainerOperations> Containers,
                     DiagnosticConsumer *Consumer) override {
    prepareForAnalysis(*Invocation);
    if (State.Shared)
      Invocation->getPreprocessorOpts().ImplicitPCHInclude = State.Shared->File;
    return FrontendActionFactory::runInvocation(
        std::move(Invocation), Files, std::move(Containers), Consumer);
  }

private:
  ClangTidyASTConsumerFactory Consumers;
  RunState &State;
};
} // namespace

// --- Running
// ---------------------------------------------------------------------

namespace {
/// Turns clang-tidy's diagnostics into findings; files are read once.
class Converter {
public:
  Converter(const CompileUnit &Unit, llvm::vfs::FileSystem &FS,
            const FindingDetails &Details)
      : Unit(Unit), FS(FS), Details(Details) {}

  std::optional<ReportedFinding> convert(const ClangTidyError &Error);

  /// \p File as the unit names it, made absolute and real.
  std::string pathOf(llvm::StringRef File);

  /// Takes the hash of a file that a fact has edits of.
  void noteEdited(llvm::StringRef File) { (void)contents(pathOf(File)); }

  /// Hash of each file that a finding or a fix is in.
  std::map<std::string, std::string> FileHashes;

private:
  SourcePosition position(const tooling::DiagnosticMessage &Message);
  SourceFix fix(const llvm::StringMap<tooling::Replacements> &Edits);
  llvm::StringRef contents(const std::string &Path);

  const CompileUnit &Unit;
  llvm::vfs::FileSystem &FS;
  const FindingDetails &Details;
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
      FileHashes[Path] = contentHash(It->second->getBuffer());
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
      // Shards are JSON, which has no way to say such bytes.
      if (!llvm::json::isUTF8(R.getReplacementText()))
        return {};
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
  if (const FindingDetails::Details *Known = Details.find(Error)) {
    F.Declaration = Known->Declaration;
    F.Conditions.assign(Known->Conditions.begin(), Known->Conditions.end());
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

static bool isReported(const ReportedFinding &F,
                       const AnalysisOptions &Options) {
  if (isBelow(F.Position.File, Options.BuildDirectory))
    return false;
  return !Options.HeaderFilter.empty() ||
         isBelow(F.Position.File, Options.ProjectRoot);
}

ProjectPaths whet::projectPaths(const AnalysisOptions &Options) {
  return ProjectPaths(Options.ProjectRoot, Options.BuildDirectory);
}

std::string whet::commandHash(const CompileUnit &Unit,
                              const ProjectPaths &Paths) {
  std::string Text = Paths.portable(Unit.Directory);
  for (const std::string &Argument : Unit.Arguments)
    Text.append(1, '\0').append(Paths.portableText(Argument));
  return contentHash(Text);
}

static void makePortable(ReportedFinding &F, const ProjectPaths &Paths) {
  F.Position.File = Paths.portable(F.Position.File);
  for (ReportedNote &N : F.Notes)
    if (!N.Position.File.empty())
      N.Position.File = Paths.portable(N.Position.File);
  for (SourceFix *Fix : {&F.SafeFix, &F.UnsafeFix})
    for (SourceEdit &E : *Fix)
      E.File = Paths.portable(E.File);
}

// Fills in the files that the unit read, with their hashes as they were parsed.
static void noteFiles(Shard &S, const CompileUnit &Unit,
                      const AnalysisOptions &Options, const RunState &State,
                      Converter &Convert) {
  ProjectPaths Paths = projectPaths(Options);
  for (const std::string &File : State.FilesRead->getDependencies()) {
    std::string Path = Convert.pathOf(File);
    auto Hash = Convert.FileHashes.find(Path);
    auto Parsed = State.ParsedHashes.find(File);
    if (Hash != Convert.FileHashes.end() && Parsed != State.ParsedHashes.end())
      Hash->second = Parsed->second;
    if (isBelow(Path, Options.ProjectRoot) || Path == Unit.File)
      S.FilesRead.push_back(Paths.portable(Path));
  }
  if (State.Guard)
    for (const std::string &Path : State.Guard->ownHeaders()) {
      auto Hash = Convert.FileHashes.find(Path);
      auto Parsed = State.Shared->Read.Contents.find(Paths.portable(Path));
      if (Hash != Convert.FileHashes.end() &&
          Parsed != State.Shared->Read.Contents.end())
        Hash->second = Parsed->second;
      if (isBelow(Path, Options.ProjectRoot))
        S.FilesRead.push_back(Paths.portable(Path));
    }
  llvm::sort(S.FilesRead);
  S.FilesRead.erase(llvm::unique(S.FilesRead), S.FilesRead.end());
  for (const auto &[Path, Hash] : Convert.FileHashes)
    S.FileHashes[Paths.portable(Path)] = Hash;
}

// Without a yield, but with an objection, if \p Shared might change that.
static UnitResult analyse(const CompileUnit &Unit,
                          const AnalysisOptions &Options,
                          const FileOverlay &Overlay, const Preamble *Shared) {
  UnitResult Result;
  Shard &S = Result.Yield;
  ProjectPaths Paths = projectPaths(Options);
  S.Unit = Paths.portable(Unit.File);
  S.Command = commandHash(Unit, Paths);
  auto Base = unitFileSystem(Unit, Overlay);
  auto Trace = llvm::makeIntrusiveRefCnt<FileTrace>(Base, Paths);
  auto FS = llvm::makeIntrusiveRefCnt<llvm::vfs::OverlayFileSystem>(Trace);
  addCMakeHeaders(*FS, Unit);
  if (Shared)
    addOwnFiles(*FS, Base, Shared->File);
  auto OwnedConfig =
      std::make_unique<OptionsProvider>(Options, FS, S.ConfigProblems);
  const OptionsProvider &Config = *OwnedConfig;
  ClangTidyContext Context(std::move(OwnedConfig));
  Context.setCurrentBuildDirectory(Unit.Directory);
  ClangTidyDiagnosticConsumer Consumer(Context, nullptr,
                                       /*RemoveIncompatibleErrors=*/false,
                                       /*GetFixesFromNotes=*/false);
  auto DiagOptions = std::make_unique<DiagnosticOptions>();
  DiagnosticsEngine Engine(DiagnosticIDs::create(), *DiagOptions, &Consumer,
                           /*ShouldOwnClient=*/false);
  Context.setDiagnosticsEngine(std::move(DiagOptions), &Engine);

  RunState State;
  State.CollectsRecords = Options.CollectsRecords;
  State.RecordTargets = Options.RecordTargets;
  State.CollectsEscapes = Options.CollectsEscapes;
  State.Shared = Shared;
  if (Shared)
    State.Guard.emplace(*Shared);
  ChecksFactory Factory(Context, FS, State);
  auto Files = llvm::makeIntrusiveRefCnt<FileManager>(FileSystemOptions(), FS);
  tooling::ToolInvocation Invocation(
      unitArguments(Unit), &Factory, Files.get(),
      std::make_shared<PCHContainerOperations>());
  Invocation.setDiagnosticConsumer(&Consumer);
  UnitScope Scope(S.Unit + "#" + S.Command, Paths);
  FindingSink::Scope Sink(State.Details);
  ProjectContainers Containers(Options.Containers);
  ProjectLocks Locks(Options.Locks);
  bool Succeeded = Invocation.run();
  if (Shared) {
    Result.Cost.Objection = !Succeeded || Engine.hasErrorOccurred()
                                ? "it has errors"
                                : State.Guard->objection().value_or("");
    if (!Result.Cost.Objection.empty())
      return Result;
  }

  Converter Convert(Unit, *FS, State.Details);
  for (const ClangTidyError &Error : Consumer.take()) {
    if (Error.DiagnosticName == "clang-diagnostic-error" && S.Failure.empty())
      S.Failure = describe(Error, Unit, Convert);
    std::optional<ReportedFinding> F = Convert.convert(Error);
    if (F && isReported(*F, Options) && !Config.isMuted(F->Check))
      S.Findings.push_back(std::move(*F));
  }
  for (const std::string &File : Scope.EditedFiles)
    Convert.noteEdited(File);
  noteFiles(S, Unit, Options, State, Convert);
  if (!Succeeded && S.Failure.empty())
    S.Failure = "clang could not run its compile command";
  for (ReportedFinding &F : S.Findings) {
    makePortable(F, Paths);
    if (S.Failure.empty())
      continue;
    F.SafeFix.clear();
    F.UnsafeFix.clear();
  }
  llvm::sort(S.Findings);
  if (Options.CollectsCompiler && S.Failure.empty())
    collectCompilerVerdicts(Unit, Paths, Trace, Scope.Facts);
  S.Facts = std::move(Scope.Facts);
  Result.Read = Trace->take();
  if (State.Guard)
    State.Guard->addReads(Result.Read, Paths);
  State.Cost.SharedHeaders = Shared ? Shared->Headers.size() : 0;
  Result.Cost = State.Cost;
  return Result;
}

UnitResult whet::analyseUnit(const CompileUnit &Unit,
                             const AnalysisOptions &Options,
                             const FileOverlay &Overlay,
                             const Preamble *Shared) {
  UnitResult Result = analyse(Unit, Options, Overlay, Shared);
  if (Result.Cost.Objection.empty())
    return Result;
  std::string Objection = std::move(Result.Cost.Objection);
  Result = analyse(Unit, Options, Overlay, nullptr);
  Result.Cost.Objection = std::move(Objection);
  return Result;
}

std::optional<std::string> whet::firstError(const CompileUnit &Unit,
                                            const FileOverlay &Overlay) {
  auto FS = unitFileSystem(Unit, Overlay);
  auto Files = llvm::makeIntrusiveRefCnt<FileManager>(FileSystemOptions(), FS);
  std::unique_ptr<tooling::FrontendActionFactory> Factory =
      tooling::newFrontendActionFactory<SyntaxOnlyAction>();
  std::vector<std::string> Arguments = unitArguments(Unit);
  // No "1 error generated." on stderr.
  Arguments.insert(Arguments.begin() + 1, "-fno-caret-diagnostics");
  tooling::ToolInvocation Invocation(
      std::move(Arguments), Factory.get(), Files.get(),
      std::make_shared<PCHContainerOperations>());
  FirstError Consumer;
  Invocation.setDiagnosticConsumer(&Consumer);
  bool Succeeded = Invocation.run();
  if (!Succeeded && !Consumer.Message)
    return "clang could not run its compile command";
  return Consumer.Message;
}
