#include "IncludeScan.h"
#include "clang/DependencyScanning/DependencyScanningFilesystem.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendActions.h"
#include "clang/Lex/HeaderSearch.h"
#include "clang/Lex/PPCallbacks.h"
#include "clang/Lex/PreprocessorOptions.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/ADT/StringSet.h"

using namespace whet;
using namespace clang;
namespace deps = clang::dependencies;

namespace {
/// Takes down includes and macros.
class IncludeRecorder : public PPCallbacks {
public:
  IncludeRecorder(CompilerInstance &Compiler, IncludeScan &Scan)
      : Compiler(Compiler), Sources(Compiler.getSourceManager()), Scan(Scan) {}

  void InclusionDirective(SourceLocation HashLoc, const Token & /*IncludeTok*/,
                          StringRef FileName, bool /*IsAngled*/,
                          CharSourceRange /*FilenameRange*/,
                          OptionalFileEntryRef File, StringRef /*SearchPath*/,
                          StringRef /*RelativePath*/,
                          const Module * /*SuggestedModule*/,
                          bool /*ModuleImported*/,
                          SrcMgr::CharacteristicKind FileType) override {
    if (!File)
      return;
    const std::string &Path = realFile(*File, Sources.getFileManager());
    IncludeScan::Header &Header = Scan.Headers[Path];
    Header.Size = static_cast<uint64_t>(File->getSize());
    Header.IsSystem = SrcMgr::isSystem(FileType);
    if (isOwn(HashLoc))
      addRoot(Header.IsSystem ? FileName.str()
                              : absolutePath(*File, Sources.getFileManager()),
              *File, Path);
    std::string Includer = headerOf(HashLoc);
    if (!Includer.empty())
      Scan.Headers[Includer].Includes.push_back(Path);
  }

  void MacroDefined(const Token &Name, const MacroDirective *MD) override {
    noteMacro(Name, MD->getLocation());
  }

  void MacroUndefined(const Token &Name, const MacroDefinition & /*MD*/,
                      const MacroDirective * /*Undef*/) override {
    noteMacro(Name, Name.getLocation());
  }

  void EndOfMainFile() override {
    HeaderSearch &Search = Compiler.getPreprocessor().getHeaderSearchInfo();
    for (size_t I = 0; I < Scan.Roots.size(); ++I)
      Scan.Roots[I].IsGuarded = Search.isFileMultipleIncludeGuarded(Files[I]);
    for (auto &Entry : Scan.Headers) {
      std::vector<std::string> &Includes = Entry.second.Includes;
      llvm::sort(Includes);
      Includes.erase(llvm::unique(Includes), Includes.end());
    }
    llvm::erase_if(Scan.Macros, [&](const IncludeScan::Macro &M) {
      return M.RootsBefore == Scan.Roots.size();
    });
  }

private:
  bool isOwn(SourceLocation Loc) const {
    return !SrcMgr::isSystem(Sources.getFileCharacteristic(Loc));
  }

  // Empty for the main file, and for what the command line includes.
  std::string headerOf(SourceLocation Loc) const {
    return Sources.isInMainFile(Loc) ? "" : realFile(Loc, Sources);
  }

  void addRoot(std::string Spelling, FileEntryRef File,
               const std::string &Path) {
    if (!Known.insert(Path).second)
      return;
    Scan.Roots.push_back({std::move(Spelling), Path});
    Files.push_back(File);
  }

  void noteMacro(const Token &Name, SourceLocation Loc) {
    // Those of the compiler and of the command line are no file's.
    if (Loc.isInvalid() || !isOwn(Loc) || Sources.isWrittenInBuiltinFile(Loc) ||
        Sources.isWrittenInCommandLineFile(Loc))
      return;
    Scan.Macros.push_back({Name.getIdentifierInfo()->getName().str(),
                           headerOf(Loc), Scan.Roots.size()});
  }

  CompilerInstance &Compiler;
  SourceManager &Sources;
  IncludeScan &Scan;
  llvm::StringSet<> Known;
  std::vector<FileEntryRef> Files;
};

/// The directives of a file, from what the worker has scanned so far.
class Directives : public DependencyDirectivesGetter {
public:
  explicit Directives(deps::DependencyScanningWorkerFilesystem &FS) : FS(FS) {}

  std::unique_ptr<DependencyDirectivesGetter>
  cloneFor(FileManager & /*Files*/) override {
    return std::make_unique<Directives>(FS);
  }

  std::optional<ArrayRef<dependency_directives_scan::Directive>>
  operator()(FileEntryRef File) override {
    return FS.getDirectiveTokens(File.getName());
  }

private:
  deps::DependencyScanningWorkerFilesystem &FS;
};

class ScanAction : public PreprocessOnlyAction {
public:
  ScanAction(Directives &Get, IncludeScan &Scan) : Get(Get), Scan(Scan) {}

protected:
  bool BeginSourceFileAction(CompilerInstance &Compiler) override {
    Preprocessor &PP = Compiler.getPreprocessor();
    Scan.CommandLineMacros = Compiler.getPreprocessorOpts().Macros;
    PP.setDependencyDirectivesGetter(Get);
    PP.addPPCallbacks(std::make_unique<IncludeRecorder>(Compiler, Scan));
    return true;
  }

private:
  Directives &Get;
  IncludeScan &Scan;
};

class ScanFactory : public tooling::FrontendActionFactory {
public:
  ScanFactory(Directives &Get, IncludeScan &Scan) : Get(Get), Scan(Scan) {}

  std::unique_ptr<FrontendAction> create() override {
    return std::make_unique<ScanAction>(Get, Scan);
  }

  bool runInvocation(std::shared_ptr<CompilerInvocation> Invocation,
                     FileManager *Files,
                     std::shared_ptr<PCHContainerOperations> Containers,
                     DiagnosticConsumer *Consumer) override {
    prepareForAnalysis(*Invocation);
    return FrontendActionFactory::runInvocation(
        std::move(Invocation), Files, std::move(Containers), Consumer);
  }

private:
  Directives &Get;
  IncludeScan &Scan;
};
} // namespace

std::optional<IncludeScan> whet::scanIncludes(const CompileUnit &Unit,
                                              const FileOverlay &Overlay) {
  // Shared by all units that this process scans: they read the same headers.
  // The cache points into files that file systems hold in memory.
  static std::vector<IntrusiveRefCntPtr<llvm::vfs::FileSystem>> Kept;
  static deps::DependencyScanningFilesystemSharedCache Cache;
  auto Seen = unitFileSystem(Unit, Overlay);
  addCMakeHeaders(*Seen, Unit);
  Kept.push_back(Seen);
  auto FS = llvm::makeIntrusiveRefCnt<deps::DependencyScanningWorkerFilesystem>(
      Cache, Seen);
  (void)FS->setCurrentWorkingDirectory(Unit.Directory);
  auto Files = llvm::makeIntrusiveRefCnt<FileManager>(FileSystemOptions(), FS);
  IncludeScan Scan;
  Directives Get(*FS);
  ScanFactory Factory(Get, Scan);
  tooling::ToolInvocation Invocation(
      unitArguments(Unit), &Factory, Files.get(),
      std::make_shared<PCHContainerOperations>());
  IgnoringDiagConsumer Silent;
  Invocation.setDiagnosticConsumer(&Silent);
  if (!Invocation.run())
    return std::nullopt;
  return Scan;
}

// --- JSON
// ---------------------------------------------------------------------

llvm::json::Value whet::toJSON(const IncludeScan &Scan) {
  llvm::StringMap<int64_t> Numbers;
  llvm::json::Array Names;
  auto NumberOf = [&](llvm::StringRef File) {
    auto [It, IsNew] = Numbers.try_emplace(File, Names.size());
    if (IsNew)
      Names.push_back(File.str());
    return It->second;
  };
  llvm::json::Array Roots;
  for (const IncludedHeader &Root : Scan.Roots)
    Roots.push_back(
        llvm::json::Array{NumberOf(Root.File), Root.Spelling, Root.IsGuarded});
  llvm::json::Array Headers;
  for (const auto &[File, Header] : Scan.Headers) {
    llvm::json::Array Includes;
    for (const std::string &Included : Header.Includes)
      Includes.push_back(NumberOf(Included));
    Headers.push_back(llvm::json::Array{NumberOf(File),
                                        static_cast<int64_t>(Header.Size),
                                        std::move(Includes), Header.IsSystem});
  }
  llvm::json::Array Macros;
  for (const IncludeScan::Macro &M : Scan.Macros)
    Macros.push_back(llvm::json::Array{M.Name,
                                       M.File.empty() ? -1 : NumberOf(M.File),
                                       static_cast<int64_t>(M.RootsBefore)});
  llvm::json::Array CommandLine;
  for (const auto &[Text, IsUndefined] : Scan.CommandLineMacros)
    CommandLine.push_back(llvm::json::Array{Text, IsUndefined});
  return llvm::json::Object{{"files", std::move(Names)},
                            {"roots", std::move(Roots)},
                            {"headers", std::move(Headers)},
                            {"macros", std::move(Macros)},
                            {"commandLine", std::move(CommandLine)}};
}

namespace {
/// Reads rows of numbers and texts, and remembers whether one was missing.
class RowReader {
public:
  RowReader(const llvm::json::Array &Names) : Names(Names) {}

  int64_t number(const llvm::json::Array &Row, size_t I) {
    std::optional<int64_t> N;
    if (I < Row.size())
      N = Row[I].getAsInteger();
    IsWhole &= N.has_value();
    return N.value_or(0);
  }

  std::string text(const llvm::json::Array &Row, size_t I) {
    std::optional<llvm::StringRef> Text;
    if (I < Row.size())
      Text = Row[I].getAsString();
    IsWhole &= Text.has_value();
    return Text.value_or("").str();
  }

  bool flag(const llvm::json::Array &Row, size_t I) {
    std::optional<bool> Flag;
    if (I < Row.size())
      Flag = Row[I].getAsBoolean();
    IsWhole &= Flag.has_value();
    return Flag.value_or(false);
  }

  std::string name(const llvm::json::Array &Row, size_t I) {
    int64_t N = number(Row, I);
    return text(Names, N < 0 ? Names.size() : static_cast<size_t>(N));
  }

  bool IsWhole = true;

private:
  const llvm::json::Array &Names;
};
} // namespace

static const llvm::json::Array &arrayOf(const llvm::json::Array &Row,
                                        size_t I) {
  static const llvm::json::Array Empty;
  const llvm::json::Array *A = I < Row.size() ? Row[I].getAsArray() : nullptr;
  return A ? *A : Empty;
}

std::optional<IncludeScan>
whet::includeScanFrom(const llvm::json::Value &Value) {
  const llvm::json::Object *O = Value.getAsObject();
  if (!O)
    return std::nullopt;
  const llvm::json::Array *Names = O->getArray("files");
  const llvm::json::Array *Roots = O->getArray("roots");
  const llvm::json::Array *Headers = O->getArray("headers");
  const llvm::json::Array *Macros = O->getArray("macros");
  const llvm::json::Array *CommandLine = O->getArray("commandLine");
  if (!Names || !Roots || !Headers || !Macros || !CommandLine)
    return std::nullopt;
  IncludeScan Scan;
  RowReader Read(*Names);
  Scan.Roots.reserve(Roots->size());
  for (size_t I = 0; I < Roots->size(); ++I) {
    const llvm::json::Array &Row = arrayOf(*Roots, I);
    Scan.Roots.push_back(
        {Read.text(Row, 1), Read.name(Row, 0), Read.flag(Row, 2)});
  }
  for (size_t I = 0; I < Headers->size(); ++I) {
    const llvm::json::Array &Row = arrayOf(*Headers, I);
    IncludeScan::Header &Header = Scan.Headers[Read.name(Row, 0)];
    Header.Size = static_cast<uint64_t>(Read.number(Row, 1));
    Header.IsSystem = Read.flag(Row, 3);
    const llvm::json::Array &Includes = arrayOf(Row, 2);
    Header.Includes.reserve(Includes.size());
    for (size_t J = 0; J < Includes.size(); ++J)
      Header.Includes.push_back(Read.name(Includes, J));
  }
  Scan.Macros.reserve(Macros->size());
  for (size_t I = 0; I < Macros->size(); ++I) {
    const llvm::json::Array &Row = arrayOf(*Macros, I);
    bool IsInMain = Read.number(Row, 1) < 0;
    Scan.Macros.push_back({Read.text(Row, 0), IsInMain ? "" : Read.name(Row, 1),
                           static_cast<size_t>(Read.number(Row, 2))});
  }
  Scan.CommandLineMacros.reserve(CommandLine->size());
  for (size_t I = 0; I < CommandLine->size(); ++I) {
    const llvm::json::Array &Row = arrayOf(*CommandLine, I);
    Scan.CommandLineMacros.emplace_back(Read.text(Row, 0), Read.flag(Row, 1));
  }
  if (!Read.IsWhole)
    return std::nullopt;
  return Scan;
}
