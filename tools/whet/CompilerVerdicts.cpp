#include "CompilerVerdicts.h"
#include "whet/analysis/StandardLibrary.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/Basic/TargetInfo.h"
#include "clang/CodeGen/BackendUtil.h"
#include "clang/CodeGen/ModuleBuilder.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendAction.h"
#include "clang/Frontend/MultiplexConsumer.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Analysis/MemoryBuiltins.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/DiagnosticHandler.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/TargetSelect.h"
#include <mutex>

using namespace whet;
using namespace clang;
namespace json = llvm::json;

// --- Facts
// -------------------------------------------------------------------------------

// The key under which units are noted that do not optimise.
static constexpr llvm::StringLiteral Unoptimised = "unoptimised";

static const RegisterFact<CompilerPlace> X;

void CompilerPlace::join(const CompilerPlace &Other) {
  if (Function.empty() ||
      (!Other.Function.empty() && Other.Function < Function))
    Function = Other.Function;
  Calls.insert(Other.Calls.begin(), Other.Calls.end());
  Costs.insert(Other.Costs.begin(), Other.Costs.end());
  IsRemoved |= Other.IsRemoved;
  IsKept |= Other.IsKept;
  Reasons.insert(Other.Reasons.begin(), Other.Reasons.end());
}

template <typename T> static json::Array arrayOf(const std::set<T> &All) {
  json::Array A;
  A.reserve(All.size());
  for (const T &Element : All)
    A.push_back(Element);
  return A;
}

json::Value whet::toJSON(const CompilerPlace &P) {
  return json::Object{
      {"function", P.Function},    {"calls", arrayOf(P.Calls)},
      {"costs", arrayOf(P.Costs)}, {"removed", P.IsRemoved},
      {"kept", P.IsKept},          {"reasons", arrayOf(P.Reasons)}};
}

bool whet::fromJSON(const json::Value &V, CompilerPlace &P, json::Path Path) {
  json::ObjectMapper O(V, Path);
  std::vector<std::string> Calls;
  std::vector<int> Costs;
  std::vector<std::string> Reasons;
  if (!O || !O.map("function", P.Function) || !O.map("calls", Calls) ||
      !O.map("costs", Costs) || !O.map("removed", P.IsRemoved) ||
      !O.map("kept", P.IsKept) || !O.map("reasons", Reasons))
    return false;
  P.Calls.insert(Calls.begin(), Calls.end());
  P.Costs.insert(Costs.begin(), Costs.end());
  P.Reasons.insert(Reasons.begin(), Reasons.end());
  return true;
}

static std::string placeKey(llvm::StringRef File, unsigned Line,
                            unsigned Column) {
  return (File + ":" + llvm::Twine(Line) + ":" + llvm::Twine(Column)).str();
}

// --- A unit
// ------------------------------------------------------------------------------

namespace {
/// Takes down what is to be said of the project's places.
class Verdicts {
public:
  Verdicts(const ProjectPaths &Paths, FactBase &Facts)
      : Paths(Paths), Facts(Facts) {}

  /// Names functions as long as the unit's declarations are at hand.
  void nameFunctions(CodeGenerator &Generator, const llvm::Module &M,
                     const SourceManager &SM);
  /// Takes down the calls of \p M before it is optimised, and what is left of
  /// its allocations afterwards.
  void before(const llvm::Module &M);
  void after(const llvm::Module &M);
  void inlined(const llvm::DiagnosticInfoOptimizationBase &Remark);

private:
  struct Named {
    std::string Name;
    /// Its place; empty if it is none of the project's.
    std::string Place;
    /// Whether it makes an object on the heap, as std::make_unique does.
    bool IsMaker = false;
  };
  std::string pathOf(llvm::StringRef Absolute);
  /// The key of a place of the project; empty for others.
  std::string keyOf(const llvm::DILocation &Loc);
  std::string nameOf(llvm::StringRef Mangled) const;
  bool isMaker(const llvm::CallBase &Call) const;
  void add(llvm::StringRef Key, const CompilerPlace &P);
  void kept(const llvm::DILocation &Loc, const std::string &Reason);
  std::string whyPassed(const llvm::CallBase &Call,
                        const llvm::TargetLibraryInfo &Library) const;
  std::string whyKept(const llvm::CallBase &Allocation,
                      const llvm::TargetLibraryInfo &Library) const;

  const ProjectPaths &Paths;
  FactBase &Facts;
  llvm::StringMap<std::string> Portable;
  llvm::StringMap<Named> Functions;
  /// Functions of the source, by the place of a call in it.
  llvm::StringMap<std::string> Callers;
  /// Places of allocations, and of those of them that are kept.
  std::set<std::string> Allocations;
  std::map<std::string, std::set<std::string>> Kept;
};
} // namespace

std::string Verdicts::pathOf(llvm::StringRef Absolute) {
  auto [It, IsNew] = Portable.try_emplace(Absolute);
  if (IsNew)
    It->second = Paths.portable(realPath(Absolute));
  return It->second;
}

static bool isOfProject(llvm::StringRef Path) {
  return !Path.empty() && !llvm::sys::path::is_absolute(Path) &&
         !Path.starts_with("<build>");
}

static std::string absolutePath(llvm::StringRef Folder, llvm::StringRef Name) {
  if (llvm::sys::path::is_absolute(Name))
    return Name.str();
  llvm::SmallString<256> Path(Folder);
  llvm::sys::path::append(Path, Name);
  return Path.str().str();
}

std::string Verdicts::keyOf(const llvm::DILocation &Loc) {
  std::string Path =
      pathOf(absolutePath(Loc.getDirectory(), Loc.getFilename()));
  if (!isOfProject(Path) || Loc.getLine() == 0)
    return "";
  return placeKey(Path, Loc.getLine(), Loc.getColumn());
}

void Verdicts::nameFunctions(CodeGenerator &Generator, const llvm::Module &M,
                             const SourceManager &SM) {
  for (const llvm::Function &F : M) {
    const Decl *D = Generator.GetDeclForMangledName(F.getName());
    const auto *Declared = dyn_cast_or_null<FunctionDecl>(D);
    if (!Declared)
      continue;
    Named &Entry = Functions[F.getName()];
    Entry.Name = Declared->getQualifiedNameAsString();
    Entry.IsMaker = findObjectMaker(*Declared) != nullptr;
    SourceLocation Loc = SM.getFileLoc(Declared->getLocation());
    OptionalFileEntryRef File = SM.getFileEntryRefForID(SM.getFileID(Loc));
    if (!File || Declared->isImplicit() || Declared->isDefaulted())
      continue;
    std::string Path = pathOf(File->getFileEntry().tryGetRealPathName());
    if (isOfProject(Path))
      Entry.Place = placeKey(Path, SM.getSpellingLineNumber(Loc),
                             SM.getSpellingColumnNumber(Loc));
  }
}

std::string Verdicts::nameOf(llvm::StringRef Mangled) const {
  auto It = Functions.find(Mangled);
  if (It != Functions.end())
    return It->second.Name;
  llvm::ItaniumPartialDemangler Demangler;
  if (Demangler.partialDemangle(Mangled.str().c_str()))
    return Mangled.str();
  char *Name = Demangler.getFunctionName(nullptr, nullptr);
  std::string Result = Name ? Name : Mangled.str();
  std::free(Name);
  return Result;
}

bool Verdicts::isMaker(const llvm::CallBase &Call) const {
  const llvm::Function *Callee = Call.getCalledFunction();
  if (!Callee)
    return false;
  auto It = Functions.find(Callee->getName());
  return It != Functions.end() && It->second.IsMaker;
}

void Verdicts::add(llvm::StringRef Key, const CompilerPlace &P) {
  if (!Key.empty())
    Facts.add(Key, P);
}

// Attributes that say so of C functions come with the pipeline.
static bool allocates(const llvm::CallBase &Call,
                      const llvm::TargetLibraryInfo &Library) {
  llvm::LibFunc Known;
  return llvm::isAllocLikeFn(&Call, &Library) ||
         (Library.getLibFunc(Call, Known) && Known == llvm::LibFunc_malloc);
}

// Calls \p See for all calls whose place is known.
static void forEachCall(
    const llvm::Module &M,
    llvm::function_ref<void(const llvm::CallBase &, const llvm::Function &)>
        See) {
  for (const llvm::Function &F : M)
    for (const llvm::Instruction &I : llvm::instructions(F)) {
      const auto *Call = dyn_cast<llvm::CallBase>(&I);
      if (Call && Call->getDebugLoc())
        See(*Call, F);
    }
}

void Verdicts::before(const llvm::Module &M) {
  llvm::TargetLibraryInfoImpl Library(M.getTargetTriple());
  llvm::TargetLibraryInfo Info(Library);
  forEachCall(M, [&](const llvm::CallBase &Call, const llvm::Function &F) {
    std::string Key = keyOf(*Call.getDebugLoc());
    if (Key.empty())
      return;
    Callers.try_emplace(Key, nameOf(F.getName()));
    if (allocates(Call, Info) || isMaker(Call))
      Allocations.insert(Key);
  });
}

void Verdicts::kept(const llvm::DILocation &Loc, const std::string &Reason) {
  for (const llvm::DILocation *L = &Loc; L; L = L->getInlinedAt()) {
    std::string Key = keyOf(*L);
    if (!Key.empty() && Allocations.contains(Key))
      Kept[Key].insert(Reason);
  }
}

// What \p Call, which gets the pointer, says of its callee; empty if it is what
// goes with the allocation.
std::string Verdicts::whyPassed(const llvm::CallBase &Call,
                                const llvm::TargetLibraryInfo &Library) const {
  if (isa<llvm::IntrinsicInst>(Call) || llvm::getFreedOperand(&Call, &Library))
    return "";
  const llvm::Function *Callee = Call.getCalledFunction();
  if (!Callee)
    return "it is passed to a function that is called by a pointer";
  std::string Text =
      "the call to " + nameOf(Callee->getName()) + " was not inlined";
  return Callee->isDeclaration() ? Text + ": its body is in another file"
                                 : Text;
}

// Who has the pointer that Allocation returns.
std::string Verdicts::whyKept(const llvm::CallBase &Allocation,
                              const llvm::TargetLibraryInfo &Library) const {
  llvm::SmallPtrSet<const llvm::Value *, 16> Seen;
  llvm::SmallVector<const llvm::Value *, 16> Work{&Allocation};
  std::set<std::pair<unsigned, std::string>> Calls;
  bool IsStored = false;
  bool IsReturned = false;
  while (!Work.empty()) {
    const llvm::Value *V = Work.pop_back_val();
    for (const llvm::User *U : V->users()) {
      if (!Seen.insert(U).second)
        continue;
      if (isa<llvm::GetElementPtrInst, llvm::PHINode, llvm::SelectInst,
              llvm::CastInst>(U))
        Work.push_back(U);
      if (const auto *Store = dyn_cast<llvm::StoreInst>(U))
        IsStored |= Store->getValueOperand() == V;
      IsReturned |= isa<llvm::ReturnInst>(U);
      const auto *Call = dyn_cast<llvm::CallBase>(U);
      std::string Why = Call ? whyPassed(*Call, Library) : "";
      if (!Why.empty())
        Calls.insert({Call->getDebugLoc() ? Call->getDebugLoc()->getLine() : 0,
                      std::move(Why)});
    }
  }
  if (!Calls.empty())
    return Calls.begin()->second;
  if (IsReturned)
    return "it is returned";
  return IsStored ? "its address is stored" : "its contents are still used";
}

void Verdicts::after(const llvm::Module &M) {
  llvm::TargetLibraryInfoImpl Library(M.getTargetTriple());
  llvm::TargetLibraryInfo Info(Library);
  forEachCall(M, [&](const llvm::CallBase &Call, const llvm::Function &) {
    if (allocates(Call, Info))
      kept(*Call.getDebugLoc(), whyKept(Call, Info));
    else if (isMaker(Call))
      kept(*Call.getDebugLoc(),
           "the call to " + nameOf(Call.getCalledFunction()->getName()) +
               " was not inlined");
  });
  for (const std::string &Key : Allocations) {
    CompilerPlace P;
    P.Function = Callers.lookup(Key);
    auto It = Kept.find(Key);
    P.IsKept = It != Kept.end();
    P.IsRemoved = !P.IsKept;
    if (P.IsKept)
      P.Reasons = It->second;
    add(Key, P);
  }
}

// "cost 470 exceeds threshold 225", or what the compiler says instead.
static std::string whyNot(llvm::StringRef Cost, llvm::StringRef Threshold,
                          llvm::StringRef Reason) {
  if (!Reason.empty())
    return Reason.str();
  if (!Cost.empty() && !Threshold.empty())
    return ("cost " + Cost + " exceeds threshold " + Threshold).str();
  return "";
}

void Verdicts::inlined(const llvm::DiagnosticInfoOptimizationBase &Remark) {
  llvm::StringMap<llvm::StringRef> Arguments;
  for (const auto &Argument : Remark.getArgs())
    Arguments.try_emplace(Argument.Key, Argument.Val);
  llvm::StringRef Callee = Arguments.lookup("Callee");
  if (Callee.empty() || !Remark.getLocation().isValid())
    return;
  auto Known = Functions.find(Callee);
  bool IsOfProject = Known != Functions.end() && !Known->second.Place.empty();
  std::string Path = pathOf(Remark.getLocation().getAbsolutePath());
  std::string Key;
  if (isOfProject(Path))
    Key = placeKey(Path, Remark.getLocation().getLine(),
                   Remark.getLocation().getColumn());
  CompilerPlace At;
  At.Function = Callers.lookup(Key);
  llvm::StringRef Cost = Arguments.lookup("Cost");
  if (Remark.isPassed()) {
    if (!IsOfProject)
      return;
    At.Calls.insert("inlining call to " + nameOf(Callee));
    add(Key, At);
    CompilerPlace Function;
    Function.Function = Known->second.Name;
    int Number = 0;
    if (!Cost.getAsInteger(10, Number))
      Function.Costs.insert(Number);
    add(Known->second.Place, Function);
    return;
  }
  std::string Why =
      whyNot(Cost, Arguments.lookup("Threshold"), Arguments.lookup("Reason"));
  if (Why.empty() || !IsOfProject)
    return;
  At.Calls.insert("cannot inline " + nameOf(Callee) + ": " + Why);
  add(Key, At);
}

// What LLVM calls the pass, in remarks.
static constexpr llvm::StringLiteral Inliner = "inline";

namespace {
/// Takes remarks of the inliner.
class RemarkHandler : public llvm::DiagnosticHandler {
public:
  explicit RemarkHandler(Verdicts &V) : V(V) {}

  bool isAnalysisRemarkEnabled(llvm::StringRef /*Pass*/) const override {
    return false;
  }
  bool isMissedOptRemarkEnabled(llvm::StringRef Pass) const override {
    return Pass == Inliner;
  }
  bool isPassedOptRemarkEnabled(llvm::StringRef Pass) const override {
    return Pass == Inliner;
  }
  bool isAnyRemarkEnabled() const override { return true; }
  bool handleDiagnostics(const llvm::DiagnosticInfo &Info) override {
    if (const auto *Remark =
            dyn_cast<llvm::DiagnosticInfoOptimizationBase>(&Info))
      V.inlined(*Remark);
    // Nothing is printed.
    return true;
  }

private:
  Verdicts &V;
};

/// Optimises what the generator has made of the unit.
class Optimiser : public ASTConsumer {
public:
  Optimiser(CompilerInstance &Compiler, CodeGenerator &Generator,
            llvm::LLVMContext &Context, Verdicts &V)
      : Compiler(Compiler), Generator(Generator), Context(Context), V(V) {}

  void HandleTranslationUnit(ASTContext &AST) override {
    llvm::Module *M = Generator.GetModule();
    if (!M || AST.getDiagnostics().hasUncompilableErrorOccurred())
      return;
    V.nameFunctions(Generator, *M, AST.getSourceManager());
    V.before(*M);
    Context.setDiagnosticHandler(std::make_unique<RemarkHandler>(V));
    emitBackendOutput(Compiler, Compiler.getCodeGenOpts(),
                      AST.getTargetInfo().getDataLayoutString(), M,
                      Backend_EmitNothing, Compiler.getVirtualFileSystemPtr(),
                      nullptr);
    V.after(*M);
  }

private:
  CompilerInstance &Compiler;
  CodeGenerator &Generator;
  llvm::LLVMContext &Context;
  Verdicts &V;
};

class CompileAction : public ASTFrontendAction {
public:
  explicit CompileAction(Verdicts &V) : V(V) {}

protected:
  std::unique_ptr<ASTConsumer>
  CreateASTConsumer(CompilerInstance &Compiler, llvm::StringRef File) override {
    std::unique_ptr<CodeGenerator> Generator =
        CreateLLVMCodeGen(Compiler, File, Context);
    std::vector<std::unique_ptr<ASTConsumer>> Consumers;
    auto Last = std::make_unique<Optimiser>(Compiler, *Generator, Context, V);
    Consumers.push_back(std::move(Generator));
    Consumers.push_back(std::move(Last));
    return std::make_unique<MultiplexConsumer>(std::move(Consumers));
  }

private:
  llvm::LLVMContext Context;
  Verdicts &V;
};

class CompileFactory : public tooling::FrontendActionFactory {
public:
  explicit CompileFactory(Verdicts &V) : V(V) {}

  std::unique_ptr<FrontendAction> create() override {
    return std::make_unique<CompileAction>(V);
  }

  bool runInvocation(std::shared_ptr<CompilerInvocation> Invocation,
                     FileManager *Files,
                     std::shared_ptr<PCHContainerOperations> Containers,
                     DiagnosticConsumer *Consumer) override {
    Invocation->getDiagnosticOpts().ShowCarets = false;
    // Locations of calls are all that is needed, and are no part of the code.
    CodeGenOptions &Options = Invocation->getCodeGenOpts();
    if (Options.getDebugInfo() < llvm::codegenoptions::LocTrackingOnly)
      Options.setDebugInfo(llvm::codegenoptions::LocTrackingOnly);
    Options.DebugColumnInfo = true;
    return FrontendActionFactory::runInvocation(
        std::move(Invocation), Files, std::move(Containers), Consumer);
  }

private:
  Verdicts &V;
};
} // namespace

static bool optimises(const CompileUnit &Unit) {
  bool Optimises = false;
  for (llvm::StringRef Argument : Unit.Arguments)
    if (Argument.consume_front("-O"))
      Optimises = Argument != "0";
  return Optimises;
}

static void registerTargets() {
  static std::once_flag IsDone;
  std::call_once(IsDone, [] {
    llvm::InitializeAllTargetInfos();
    llvm::InitializeAllTargets();
    llvm::InitializeAllTargetMCs();
    llvm::InitializeAllAsmPrinters();
    llvm::InitializeAllAsmParsers();
  });
}

void whet::collectCompilerVerdicts(
    const CompileUnit &Unit, const ProjectPaths &Paths,
    llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> FS, FactBase &Facts) {
  registerTargets();
  std::vector<std::string> Arguments = unitArguments(Unit);
  if (!optimises(Unit)) {
    llvm::erase_if(Arguments, [](llvm::StringRef A) { return A == "-O0"; });
    Arguments.insert(Arguments.begin() + 1, "-O2");
    CompilerPlace P;
    P.Calls.insert(Paths.portable(Unit.File));
    Facts.add(Unoptimised, P);
  }
  Verdicts V(Paths, Facts);
  CompileFactory Factory(V);
  auto Files = llvm::makeIntrusiveRefCnt<FileManager>(FileSystemOptions(),
                                                      std::move(FS));
  tooling::ToolInvocation Invocation(
      std::move(Arguments), &Factory, Files.get(),
      std::make_shared<PCHContainerOperations>());
  IgnoringDiagConsumer Silent;
  Invocation.setDiagnosticConsumer(&Silent);
  Invocation.run();
}

// --- A project
// ---------------------------------------------------------------------------

CompilerVerdicts::CompilerVerdicts(FactBase &Facts)
    : Places(Facts.table<CompilerPlace>().Facts) {}

const CompilerPlace *CompilerVerdicts::allocation(llvm::StringRef File,
                                                  unsigned Line,
                                                  unsigned Column) const {
  auto It = Places.find(placeKey(File, Line, Column));
  return It != Places.end() && It->second.isAllocation() ? &It->second
                                                         : nullptr;
}

size_t CompilerVerdicts::unoptimisedUnits() const {
  auto It = Places.find(Unoptimised);
  return It == Places.end() ? 0 : It->second.Calls.size();
}

std::vector<CompilerLine> CompilerVerdicts::inlining() const {
  std::vector<CompilerLine> Lines;
  for (const auto &[Key, P] : Places) {
    CompilerLine L;
    auto [Place, Column] = llvm::StringRef(Key).rsplit(':');
    auto [File, Line] = Place.rsplit(':');
    if (Line.getAsInteger(10, L.Line) || Column.getAsInteger(10, L.Column))
      continue;
    L.File = File.str();
    L.Function = P.Function;
    if (!P.Costs.empty()) {
      L.Text = "can inline " + P.Function + " with cost " +
               std::to_string(*P.Costs.begin());
      if (P.Costs.size() > 1)
        L.Text += " to " + std::to_string(*P.Costs.rbegin());
      Lines.push_back(L);
    }
    for (const std::string &Text : P.Calls) {
      L.Text = Text;
      Lines.push_back(L);
    }
  }
  return Lines;
}
