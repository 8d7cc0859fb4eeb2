//===- main.cpp - The whet command ----------------------------------------===//
#include "CatalogueCommands.h"
#include "CheckCommand.h"
#include "EscapeCommand.h"
#include "FixCommand.h"
#include "LayoutCommand.h"
#include "MapReduceCommands.h"
#include "Talk.h"
#include "whet/analysis/TargetLayouts.h"
#include "whet/support/Version.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Threading.h"
#include <CLI/CLI.hpp>

using namespace whet;

static const char Footer[] =
    "Exit status: 0 nothing to report, 1 findings, 2 wrong usage or "
    "configuration, or files that could not be analysed.";

static void addCacheOptions(CLI::App &Command, CacheOptions &Options) {
  Command.add_option("--cache-dir", Options.Directory,
                     "where results are kept; by default $XDG_CACHE_HOME/whet "
                     "or ~/.cache/whet");
  Command
      .add_option("--cache-size", Options.SizeLimit,
                  "how much is kept, such as 500MB; 2GB by default")
      ->transform(CLI::AsSizeValue(/*kb_is_1000=*/false));
}

static void addConfigOption(CLI::App &Command, ProjectOptions &Options) {
  Command.add_option("--config", Options.ConfigFile,
                     "read this file instead of the project's .whet.yaml");
}

static void addProjectOptions(CLI::App &Command, ProjectOptions &Options) {
  Command.add_option("PATH", Options.Paths,
                     "files or folders to analyse; all of the compile "
                     "database's by default");
  Command.add_option("-p,--build", Options.BuildPath,
                     "compile_commands.json or its folder; by default looked "
                     "for in the folder, its build*/ and its parents");
  Command.add_option("--checks", Options.Checks,
                     "globs of checks, as in .clang-tidy: -*,whet-missing-*");
  Command.add_option("--header-filter", Options.HeaderFilter,
                     "regular expression of the headers to report in; the "
                     "project's own by default");
  addConfigOption(Command, Options);
  Options.Workers =
      llvm::heavyweight_hardware_concurrency().compute_thread_count();
  Command
      .add_option("-j,--jobs", Options.Workers,
                  "files to analyse at once; all cores by default")
      ->check(CLI::Range(1, 1024));
  Command
      .add_option("--unit-timeout", Options.Limits.Seconds,
                  "seconds that one file may take; 600 by default")
      ->check(CLI::Range(1, 1000000));
  Command
      .add_option("--unit-memory", Options.Limits.MebiBytes,
                  "MiB of memory that one file may need; 4096 by default")
      ->check(CLI::Range(64, 1 << 24));
  Command.add_flag("-v,--verbose", Options.Verbose,
                   "say on stderr what each file cost");
  addCacheOptions(Command, Options.Cache);
  Command.add_flag("!--no-cache", Options.Cache.IsUsed,
                   "analyse every file, and keep nothing");
  CLI::Option *None = Command.add_flag_callback(
      "--no-preamble", [&Options] { Options.Preambles = ProjectOptions::None; },
      "parse each file by itself, though others include the same headers");
  Command
      .add_flag_callback(
          "--verify-preamble",
          [&Options] { Options.Preambles = ProjectOptions::Verified; },
          "parse each file by itself, too, and fail where that leads to "
          "something else")
      ->excludes(None);
  Command.footer(Footer);
}

static void addOutputOptions(CLI::App &Command, CheckOptions &Options) {
  Command.add_option("--color", Options.Color, "auto, always or never")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, ColorMode>{{"auto", ColorMode::Auto},
                                           {"always", ColorMode::Always},
                                           {"never", ColorMode::Never}}));
  Command.add_flag("-q,--quiet", Options.Quiet,
                   "no progress and no summary on stderr");
}

static void addFix(CLI::App &App, FixOptions &Options) {
  CLI::App *Command = App.add_subcommand(
      "fix", "apply safe fixes: whet fix [PATH...] [-p BUILD] [-- FLAGS]");
  addProjectOptions(*Command, Options.Check.Project);
  Command->add_flag("--unsafe", Options.Unsafe,
                    "also apply fixes that a person has to look at");
  Command->add_flag("--dry-run", Options.DryRun,
                    "print a diff for patch -p1, and change nothing");
  addOutputOptions(*Command, Options.Check);
}

static void addFormatOption(CLI::App &Command, CheckOptions &Options) {
  Command
      .add_option("--format", Options.Format,
                  "text, json (one finding per line), sarif or github")
      ->transform(CLI::CheckedTransformer(std::map<std::string, OutputFormat>{
          {"text", OutputFormat::Text},
          {"json", OutputFormat::Json},
          {"sarif", OutputFormat::Sarif},
          {"github", OutputFormat::Github}}));
  Command.add_option("-o,--output", Options.Output,
                     "write the report to this file instead of to stdout");
}

static void addBaselineOptions(CLI::App &Command, BaselineOptions &Options) {
  CLI::Option *File = Command.add_option(
      "--baseline", Options.File,
      "report only what this file does not count; fail if it counts what is "
      "gone");
  CLI::Option *Update =
      Command
          .add_flag("--update-baseline", Options.Update,
                    "write the baseline: count all that there is")
          ->needs(File);
  Command
      .add_flag("--prune-baseline", Options.Prune,
                "write the baseline without what is gone")
      ->needs(File)
      ->excludes(Update);
}

static void addCheck(CLI::App &App, CheckOptions &Options) {
  CLI::App *Command = App.add_subcommand(
      "check",
      "find anti-patterns: whet check [PATH...] [-p BUILD] [-- FLAGS]");
  addProjectOptions(*Command, Options.Project);
  Command->add_option("--diff", Options.DiffRevision,
                      "report only what this change made worse: what is not in "
                      "the merge base of HEAD and this revision");
  addBaselineOptions(*Command, Options.Baseline);
  Command->get_option("--baseline")->excludes("--diff");
  addFormatOption(*Command, Options);
  addOutputOptions(*Command, Options);
}

static std::vector<std::string> targetNames() {
  std::vector<std::string> Names;
  for (const LayoutTarget &Target : layoutTargets())
    Names.push_back(Target.Name.str());
  return Names;
}

static void addEscape(CLI::App &App, EscapeOptions &Options) {
  CLI::App *Command = App.add_subcommand(
      "escape",
      "say what escapes and what could live on the stack: whet escape "
      "[FUNCTION...] [PATH...] [-p BUILD] [-- FLAGS]");
  addProjectOptions(*Command, Options.Project);
  // Names of functions stand among the paths.
  for (const char *Other : {"PATH", "--checks", "--header-filter"})
    Command->remove_option(Command->get_option(Other));
  Command->add_option("FUNCTION", Options.Arguments,
                      "functions to show, such as net::Queue::push, and files "
                      "or folders to look in; all functions by default");
  Command
      ->add_option("-m", Options.Level,
                   "1 for verdicts, the default; 2 for how values flow, too")
      ->check(CLI::Range(1, 2));
  Command
      ->add_option("--only", Options.Only,
                   "escape (what escapes, and what does not), alloc (what is "
                   "allocated) or inline (what the compiler inlines; implies "
                   "--compiler); all that is known by default")
      ->transform(CLI::CheckedTransformer(std::map<std::string, EscapeTopic>{
          {"escape", EscapeTopic::Escape},
          {"alloc", EscapeTopic::Allocation},
          {"inline", EscapeTopic::Inlining}}))
      ->delimiter(',')
      ->allow_extra_args(false);
  CLI::Option *Format =
      Command
          ->add_option(
              "--format", Options.Format,
              "text, json (one object per file, with diagnostics as "
              "in the Language Server Protocol) or html (a page of the "
              "sources with what is said of their lines)")
          ->transform(
              CLI::CheckedTransformer(std::map<std::string, EscapeFormat>{
                  {"text", EscapeFormat::Text},
                  {"json", EscapeFormat::Json},
                  {"html", EscapeFormat::Html}}));
  Command
      ->add_flag("--annotate", Options.Annotate,
                 "print the sources, with what is said of a line below it")
      ->excludes(Format);
  Command->add_flag("--compiler", Options.WithCompiler,
                    "compile, too, and say what the compiler inlines and which "
                    "allocations it removes");
  Command->add_flag("-q,--quiet", Options.Quiet,
                    "no progress and no summary on stderr");
  Command->footer("Exit status: 0, 2 for wrong usage or configuration, "
                  "functions that there are not, or files that could not be "
                  "analysed.");
}

static void addLayout(CLI::App &App, LayoutOptions &Options) {
  CLI::App *Command = App.add_subcommand(
      "layout", "show where the bytes of records are: whet layout [RECORD...] "
                "[PATH...] [-p BUILD] [-- FLAGS]");
  addProjectOptions(*Command, Options.Project);
  // Names of records stand among the paths.
  for (const char *Other : {"PATH", "--checks", "--header-filter"})
    Command->remove_option(Command->get_option(Other));
  Command->add_option("RECORD", Options.Arguments,
                      "records to show, such as net::Packet, and files or "
                      "folders to look in; without a record, a list of those "
                      "that could be smaller");
  CLI::Option *All = Command->add_flag(
      "--all", Options.All, "list those that could not be smaller, too");
  CLI::Option *Format =
      Command
          ->add_option("--format", Options.Format,
                       "text, json (one record per line) or html (a page)")
          ->transform(
              CLI::CheckedTransformer(std::map<std::string, LayoutFormat>{
                  {"text", LayoutFormat::Text},
                  {"json", LayoutFormat::Json},
                  {"html", LayoutFormat::Html}}));
  Command
      ->add_option(
          "--targets", Options.Project.RecordTargets,
          "show sizes on these targets, too, and propose no order that "
          "is larger on one: " +
              llvm::join(targetNames(), ","))
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember(targetNames()));
  CLI::Option *Budgets =
      Command
          ->add_option("--check", Options.BudgetFile,
                       "fail if a record is larger than this file allows: "
                       "records: {net::Packet: 64}")
          ->excludes(All)
          ->excludes(Format);
  Command
      ->add_option("--diff", Options.DiffRevision,
                   "show records whose sizes are not those of the merge base "
                   "of HEAD and this revision; fail if one grew")
      ->excludes(Budgets)
      ->excludes(All)
      ->excludes(Format);
  Command->add_flag("-q,--quiet", Options.Quiet,
                    "no progress and no summary on stderr");
  Command->footer("Exit status: 0, 1 if a record is too large (--check) or "
                  "grew (--diff), 2 for wrong usage or configuration, records "
                  "that there are not, or files that could not be analysed.");
}

static void addMap(CLI::App &App, MapOptions &Options) {
  CLI::App *Command = App.add_subcommand(
      "map", "write what each file yields: whet map [PATH...] -o FOLDER");
  addProjectOptions(*Command, Options.Project);
  Command->add_option("-o,--output", Options.Output,
                      "a folder for the shards, or FILE.shard for one file's");
  Command->add_flag("--dump", Options.Dump,
                    "print shards as JSON for people to read");
}

static void addReduce(CLI::App &App, ReduceOptions &Options) {
  CLI::App *Command = App.add_subcommand(
      "reduce", "join shards and report: whet reduce FOLDER|FILE...");
  Command->add_option("SHARD", Options.Shards, "shards, or folders of them")
      ->required();
  Command->add_option("--root", Options.Root,
                      "the project's folder here; by default the repository "
                      "around the working directory");
  Command->add_option("-p,--build", Options.Check.Project.BuildPath,
                      "compile_commands.json or its folder: files that have no "
                      "shard are then named");
  addConfigOption(*Command, Options.Check.Project);
  addBaselineOptions(*Command, Options.Check.Baseline);
  addFormatOption(*Command, Options.Check);
  addOutputOptions(*Command, Options.Check);
  Command->footer(Footer);
}

static void addCache(CLI::App &App, CacheOptions &Options) {
  CLI::App *Command =
      App.add_subcommand("cache", "what is kept from run to run");
  Command->require_subcommand(1);
  for (auto [Name, Help] :
       {std::pair("stats", "where it is and how much it holds"),
        std::pair("clear", "remove all of it")})
    Command->add_subcommand(Name, Help)
        ->add_option(
            "--cache-dir", Options.Directory,
            "where it is; by default $XDG_CACHE_HOME/whet or ~/.cache/whet");
}

static int runCacheStats(const CacheOptions &Options) {
  CacheStatistics Stats = cacheStatistics(Options);
  llvm::outs() << Stats.Directory << ": " << counted(Stats.Units, "file")
               << " analysed, " << (Stats.Bytes + 1023) / 1024 << " KiB\n";
  return NothingToReport;
}

static int runCacheClear(const CacheOptions &Options) {
  llvm::Error E = clearCache(Options);
  if (!E)
    return NothingToReport;
  printError(llvm::toString(std::move(E)));
  return Failed;
}

// CLI11 takes what follows `--` for more positional arguments.
static std::vector<std::string> flagsAfterDashes(int &Argc, char **Argv,
                                                 bool &Found) {
  for (int I = 1; I < Argc; ++I)
    if (llvm::StringRef(Argv[I]) == "--") {
      std::vector<std::string> Flags(Argv + I + 1, Argv + Argc);
      Argc = I;
      Found = true;
      return Flags;
    }
  return {};
}

static int run(int Argc, char **Argv) {
  CheckOptions Check;
  bool HasFlags = false;
  std::vector<std::string> Flags = flagsAfterDashes(Argc, Argv, HasFlags);

  CLI::App App("Finds performance anti-patterns in C++ and fixes them.",
               "whet");
  App.set_version_flag("--version", "whet " WHET_VERSION);
  App.require_subcommand(1);
  App.footer(Footer);
  addCheck(App, Check);
  FixOptions Fix;
  addFix(App, Fix);
  LayoutOptions Layout;
  addLayout(App, Layout);
  EscapeOptions Escape;
  addEscape(App, Escape);
  MapOptions Map;
  addMap(App, Map);
  ReduceOptions Reduce;
  addReduce(App, Reduce);
  CacheOptions Cache;
  addCache(App, Cache);
  CLI::App *Checks = App.add_subcommand("checks", "list all checks");
  bool ChecksAsJson = false;
  Checks->add_flag("--json", ChecksAsJson, "one check per line as JSON");
  CLI::App *Explain = App.add_subcommand("explain", "explain one check");
  std::string ExplainId;
  Explain->add_option("ID", ExplainId, "such as whet-missing-reserve")
      ->required();

  try {
    App.parse(Argc, Argv);
  } catch (const CLI::ParseError &E) {
    return App.exit(E) == 0 ? NothingToReport : Failed;
  }
  for (ProjectOptions *Project :
       {&Check.Project, &Fix.Check.Project, &Layout.Project, &Escape.Project,
        &Map.Project}) {
    Project->Flags = Flags;
    Project->HasFlags = HasFlags;
  }
  if (Checks->parsed())
    return runChecks(ChecksAsJson);
  if (Explain->parsed())
    return runExplain(ExplainId);
  if (App.got_subcommand("layout"))
    return runLayout(std::move(Layout));
  if (App.got_subcommand("escape"))
    return runEscape(std::move(Escape));
  if (App.got_subcommand("map"))
    return runMap(Map);
  if (App.got_subcommand("reduce"))
    return runReduce(Reduce);
  if (CLI::App *Command =
          App.got_subcommand("cache") ? App.get_subcommand("cache") : nullptr)
    return Command->got_subcommand("stats") ? runCacheStats(Cache)
                                            : runCacheClear(Cache);
  if (App.got_subcommand("fix"))
    return runFix(Fix);
  return runCheck(Check);
}

// A report that did not arrive is no result, whatever was found.
static int afterOutput(int Status) {
  llvm::outs().flush();
  if (!llvm::outs().has_error())
    return Status;
  printError("cannot write the report: " + llvm::outs().error().message());
  llvm::outs().clear_error();
  return Failed;
}

int main(int Argc, char **Argv) { return afterOutput(run(Argc, Argv)); }
