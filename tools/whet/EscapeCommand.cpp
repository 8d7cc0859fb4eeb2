#include "EscapeCommand.h"
#include "CheckCommand.h"
#include "EscapeReport.h"
#include "Talk.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include <ctime>

using namespace whet;

// Tells files and folders from names of functions.
static std::vector<std::string> takeNames(EscapeOptions &Options) {
  std::vector<std::string> Names;
  for (std::string &Argument : Options.Arguments)
    if (Argument.find('/') != std::string::npos ||
        llvm::sys::fs::exists(Argument))
      Options.Project.Paths.push_back(std::move(Argument));
    else
      Names.push_back(std::move(Argument));
  return Names;
}

// "push" and "Queue::push" name "net::Queue::push".
static bool isNamed(llvm::StringRef Function, llvm::StringRef Name) {
  Name.consume_front("::");
  return Function == Name ||
         (Function.consume_back(Name) && Function.ends_with("::"));
}

static void print(const EscapeOptions &Options,
                  llvm::ArrayRef<EscapeLine> Lines,
                  llvm::StringRef ProjectRoot) {
  if (Options.Format == EscapeFormat::Json)
    printDiagnostics(llvm::outs(), Lines, ProjectRoot);
  else if (Options.Format == EscapeFormat::Html)
    printPage(llvm::outs(), Lines, ProjectRoot);
  else if (Options.Annotate)
    printAnnotated(llvm::outs(), Lines, ProjectRoot);
  else
    printLines(llvm::outs(), Lines);
}

int whet::runEscape(EscapeOptions Options) {
  Options.Project.Checks = "-*";
  Options.Project.CollectsEscapes = true;
  Options.WithCompiler |=
      llvm::is_contained(Options.Only, EscapeTopic::Inlining);
  Options.Project.CollectsCompiler = Options.WithCompiler;
  std::vector<std::string> Names = takeNames(Options);
  llvm::Expected<CompileDatabase> DB = openDatabase(Options.Project);
  if (!DB) {
    printError(llvm::toString(DB.takeError()));
    return Failed;
  }
  std::optional<ProjectReport> Analysed =
      analyseWithProgress(*DB, Options.Project, Options.Quiet);
  if (!Analysed)
    return Failed;
  std::clock_t Start = std::clock();
  EscapeReport Report(Analysed->Facts);
  if (Options.Project.Verbose)
    printNote(llvm::formatv("{0} solved together in {1:f2} s of processor time",
                            counted(Report.functions().size(), "function"),
                            static_cast<double>(std::clock() - Start) /
                                CLOCKS_PER_SEC));
  CompilerVerdicts Compiler(Analysed->Facts);
  std::set<std::string> Missing(Names.begin(), Names.end());
  std::vector<EscapeLine> Lines = escapeLines(
      Report, Options.Level > 1, Options.WithCompiler ? &Compiler : nullptr,
      [&](llvm::StringRef Function) {
        bool IsWanted = Names.empty();
        for (const std::string &Name : Names)
          if (isNamed(Function, Name)) {
            IsWanted = true;
            Missing.erase(Name);
          }
        return IsWanted;
      });
  if (!Options.Only.empty())
    llvm::erase_if(Lines, [&](const EscapeLine &L) {
      return !llvm::is_contained(Options.Only, L.Topic);
    });
  print(Options, Lines, DB->ProjectRoot);
  if (size_t Count = Compiler.unoptimisedUnits(); Count > 0 && !Options.Quiet)
    printNote("what the compiler does is said for -O2: " +
              counted(Count, "compile command") +
              (Count == 1 ? " does" : " do") + " not optimise");
  for (const std::string &Name : Missing)
    printError("no function of the " + counted(Analysed->UnitCount, "file") +
               " analysed is called '" + Name + "'");
  if (!Missing.empty() || !Analysed->Problems.empty())
    return Failed;
  return NothingToReport;
}
