#include "whet/analysis/CallEffects.h"
#include "whet/analysis/ContainerModels.h"
#include "whet/analysis/ProjectLocks.h"
#include "whet/analysis/StandardLibrary.h"
#include "whet/analysis/ThreadLibrary.h"
#include "whet/facts/FindingSet.h"
#include "whet/facts/Predicate.h"
#include "whet/facts/UnitScope.h"
#include "whet/support/OwnCode.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "llvm/ADT/StringMap.h"
#include <set>

using namespace whet;
using namespace clang;

llvm::StringRef whet::inWords(BlockingKind Kind) {
  switch (Kind) {
  case BlockingKind::Sleep:
    return "sleeps";
  case BlockingKind::Wait:
    return "waits for another thread";
  case BlockingKind::Process:
    return "starts or waits for a process";
  case BlockingKind::Named:
    return "blocks, as the configuration says,";
  case BlockingKind::Network:
    return "waits for the network";
  case BlockingKind::Disk:
    return "waits for the disk";
  case BlockingKind::File:
    return "reads or writes a file";
  case BlockingKind::Terminal:
    return "reads or writes the terminal";
  }
  llvm_unreachable("kind of blocking");
}

// --- Facts
// -----------------------------------------------------------------------

namespace {
using EffectKey = std::pair<unsigned, unsigned>;

/// The kind of a wait on a branch: not of BlockingKind, whose values it leaves
/// alone.
constexpr unsigned WaitIfNeeded = 32;

/// The next step of the chain of calls that proves an effect.
struct Step {
  /// Calls to go until the function that blocks by itself.
  unsigned Depth = 0;
  SourcePosition Where;
  std::string Name;
  /// The callee's key and effect; empty if it blocks by itself.
  std::string Next;
  EffectKey NextEffect = {0, 0};

  auto operator<=>(const Step &) const = default;
};

struct Edge {
  std::string Callee;
  std::string Name;
  SourcePosition Where;
  ObjectMap Objects;
  /// On a branch that the function's own state decides on.
  bool IsBranch = false;

  auto operator<=>(const Edge &) const = default;
};

/// What a function does. The lattice: Effects and Calls grow, and steps become
/// smaller.
struct EffectFact {
  static constexpr llvm::StringLiteral Kind = "call-effects";

  std::map<EffectKey, Step> Effects;
  std::set<Edge> Calls;

  /// Whether it is news.
  bool add(EffectKey Key, const Step &S) {
    auto [It, IsNew] = Effects.try_emplace(Key, S);
    if (!IsNew && S < It->second) {
      It->second = S;
      return true;
    }
    return IsNew;
  }

  void join(const EffectFact &Other) {
    for (const auto &[Key, S] : Other.Effects)
      add(Key, S);
    Calls.insert(Other.Calls.begin(), Other.Calls.end());
  }
};

llvm::json::Value toJSON(const EffectFact &F) {
  llvm::json::Array Effects;
  for (const auto &[Key, S] : F.Effects)
    Effects.push_back(llvm::json::Object{{"kind", Key.first},
                                         {"object", Key.second},
                                         {"depth", S.Depth},
                                         {"where", whet::toJSON(S.Where)},
                                         {"name", S.Name},
                                         {"next", S.Next},
                                         {"nextKind", S.NextEffect.first},
                                         {"nextObject", S.NextEffect.second}});
  llvm::json::Array Calls;
  for (const Edge &E : F.Calls) {
    llvm::json::Array Objects;
    for (const auto &[From, To] : E.Objects) {
      Objects.push_back(From);
      Objects.push_back(To);
    }
    Calls.push_back(llvm::json::Object{{"callee", E.Callee},
                                       {"name", E.Name},
                                       {"where", whet::toJSON(E.Where)},
                                       {"objects", std::move(Objects)},
                                       {"branch", E.IsBranch}});
  }
  return llvm::json::Object{{"effects", std::move(Effects)},
                            {"calls", std::move(Calls)}};
}

struct EncodedEffect {
  EffectKey Key;
  Step S;
};

bool fromJSON(const llvm::json::Value &V, EncodedEffect &E,
              llvm::json::Path P) {
  llvm::json::ObjectMapper O(V, P);
  return O && O.map("kind", E.Key.first) && O.map("object", E.Key.second) &&
         O.map("depth", E.S.Depth) && O.map("where", E.S.Where) &&
         O.map("name", E.S.Name) && O.map("next", E.S.Next) &&
         O.map("nextKind", E.S.NextEffect.first) &&
         O.map("nextObject", E.S.NextEffect.second);
}

bool fromJSON(const llvm::json::Value &V, Edge &E, llvm::json::Path P) {
  llvm::json::ObjectMapper O(V, P);
  std::vector<unsigned> Objects;
  if (!O || !O.map("callee", E.Callee) || !O.map("name", E.Name) ||
      !O.map("where", E.Where) || !O.map("objects", Objects) ||
      !O.map("branch", E.IsBranch))
    return false;
  if (Objects.size() % 2 != 0) {
    P.field("objects").report("expected pairs");
    return false;
  }
  for (size_t I = 0; I < Objects.size(); I += 2)
    E.Objects[Objects[I]] = Objects[I + 1];
  return true;
}

bool fromJSON(const llvm::json::Value &V, EffectFact &F, llvm::json::Path P) {
  llvm::json::ObjectMapper O(V, P);
  std::vector<EncodedEffect> Effects;
  std::vector<Edge> Calls;
  if (!O || !O.map("effects", Effects) || !O.map("calls", Calls))
    return false;
  for (const EncodedEffect &E : Effects)
    F.add(E.Key, E.S);
  F.Calls.insert(Calls.begin(), Calls.end());
  return true;
}
} // namespace

static BlockingKind kindOf(EffectKey Effect) {
  return Effect.first == WaitIfNeeded ? BlockingKind::Wait
                                      : static_cast<BlockingKind>(Effect.first);
}

// The effect of a callee as its caller has it; nothing if the object is not
// known there, or if one question after the other has to lead to it.
static std::optional<EffectKey> translated(EffectKey Effect, const Edge &E) {
  if (E.IsBranch)
    return Effect.first == static_cast<unsigned>(BlockingKind::Wait)
               ? std::optional(EffectKey{WaitIfNeeded, Effect.second})
               : std::nullopt;
  const ObjectMap &Objects = E.Objects;
  if (BlockingObject::fromCode(Effect.second).isFresh() ||
      BlockingObject::fromCode(Effect.second).isGlobal())
    return Effect;
  auto It = Objects.find(Effect.second);
  if (It == Objects.end())
    return std::nullopt;
  return EffectKey{Effect.first, It->second};
}

static bool takeOver(EffectFact &F, const TypedFactTable<EffectFact> &Table) {
  bool IsNews = false;
  for (const Edge &E : F.Calls) {
    auto Callee = Table.Facts.find(E.Callee);
    if (Callee == Table.Facts.end() || &Callee->second == &F)
      continue;
    for (const auto &[Effect, S] : Callee->second.Effects)
      if (std::optional<EffectKey> Here = translated(Effect, E))
        IsNews |=
            F.add(*Here, {S.Depth + 1, E.Where, E.Name, E.Callee, Effect});
  }
  return IsNews;
}

// Each round costs one pass over all calls; there are as many rounds as the
// longest of the shortest chains.
static void solve(FactBase &Facts) {
  auto &Table = Facts.table<EffectFact>();
  bool IsChanged = true;
  while (IsChanged) {
    IsChanged = false;
    for (auto &[Key, F] : Table.Facts)
      IsChanged |= takeOver(F, Table);
  }
}

static const RegisterFact<EffectFact> RegisteredEffects(solve);

// --- Conditions
// ------------------------------------------------------------------

static constexpr unsigned KindBits = 8;

// The worst effect with an object that matters; null if there is none.
static const std::pair<const EffectKey, Step> *worst(const EffectFact &F,
                                                     uint64_t Objects) {
  const std::pair<const EffectKey, Step> *Worst = nullptr;
  for (const auto &Entry : F.Effects) {
    unsigned Object = Entry.first.second;
    bool Matters = !isInputOrOutput(kindOf(Entry.first)) ||
                   (Object < 64 - KindBits && ((Objects >> Object) & 1) != 0);
    if (Matters && (!Worst || kindOf(Entry.first) < kindOf(Worst->first)))
      Worst = &Entry;
  }
  return Worst;
}

static Answer isWorst(const FactBase &Facts, const Condition &C) {
  const auto *F = Facts.find<EffectFact>(C.Subject);
  const auto *Worst = F ? worst(*F, C.Bound >> KindBits) : nullptr;
  if (!Worst)
    return Answer::Unknown;
  return static_cast<unsigned>(kindOf(Worst->first)) == (C.Bound & 0xff)
             ? Answer::Yes
             : Answer::No;
}

static Supplement chainOf(const FactBase &Facts, const Condition &C) {
  Supplement Result;
  const auto *F = Facts.find<EffectFact>(C.Subject);
  const auto *Worst = F ? worst(*F, C.Bound >> KindBits) : nullptr;
  if (!Worst || isWorst(Facts, C) != Answer::Yes)
    return Result;
  EffectKey Effect = Worst->first;
  while (F) {
    auto It = F->Effects.find(Effect);
    if (It == F->Effects.end())
      break;
    const Step &S = It->second;
    bool IsLast = S.Next.empty();
    llvm::StringRef What = inWords(kindOf(Effect));
    Result.Notes.push_back(
        {S.Where, "'" + S.Name + "' " +
                      (IsLast ? What.str() : std::string("is called here"))});
    F = IsLast ? nullptr : Facts.find<EffectFact>(S.Next);
    Effect = S.NextEffect;
  }
  return Result;
}

static constexpr llvm::StringLiteral CallBlocksName = "call-blocks";
static const RegisterPredicate CallBlocks(CallBlocksName, isWorst,
                                          "it may not block", chainOf);

Condition whet::callBlocks(std::string Key, BlockingKind Kind,
                           uint64_t Objects) {
  return {.Predicate = CallBlocksName.str(),
          .Subject = std::move(Key),
          .Bound = static_cast<uint64_t>(Kind) | Objects << KindBits};
}

// --- Functions that block
// --------------------------------------------------------

namespace {
/// What makes a call return at once.
struct Poll {
  int Argument = -1;
  /// 0 if the argument is a timeout.
  unsigned Flag = 0;
};

constexpr int Nothing = -1;
constexpr int Self = -2;
constexpr int Result = -3;
constexpr int Standard = -4;
constexpr Poll Never;
constexpr Poll timeout(int Argument) { return {Argument, 0}; }
constexpr Poll flag(int Argument, unsigned Bits) { return {Argument, Bits}; }

struct BlockingRow {
  llvm::StringLiteral Name;
  BlockingKind Kind;
  int Object;
  Poll Unless;
};
} // namespace

static constexpr BlockingRow Rows[] = {
#define BLOCKING(NAME, KIND, OBJECT, POLL)                                     \
  {NAME, BlockingKind::KIND, OBJECT, POLL},
#include "BlockingCalls.inc"
};

using RowsByName = llvm::StringMap<llvm::SmallVector<const BlockingRow *, 1>>;

// By the last part of the name: most calls are of none.
static const RowsByName &rowsByName() {
  static const RowsByName ByName = [] {
    RowsByName Result;
    for (const BlockingRow &R : Rows) {
      llvm::StringRef Name = R.Name;
      Result[Name.substr(Name.rfind(':') + 1)].push_back(&R);
    }
    return Result;
  }();
  return ByName;
}

// Functions of no namespace are C's.
static bool isOfC(const FunctionDecl &F) {
  return F.isExternC() ||
         (F.getDeclContext()->getRedeclContext()->isTranslationUnit() &&
          F.getASTContext().getSourceManager().isInSystemHeader(
              F.getLocation()));
}

static const BlockingRow *rowOf(const FunctionDecl &F) {
  const NamedDecl *Named = &F;
  if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(&F)) {
    // An object that is moved, or opens nothing.
    if (Constructor->getNumParams() == 0 ||
        Constructor->isCopyOrMoveConstructor())
      return nullptr;
    Named = Constructor->getParent();
  }
  if (!Named->getIdentifier())
    return nullptr;
  auto It = rowsByName().find(Named->getName());
  if (It == rowsByName().end())
    return nullptr;
  std::string Name = stableName(*Named);
  for (const BlockingRow *R : It->second)
    if (R->Name == Name && (llvm::StringRef(Name).contains(':') || isOfC(F)))
      return R;
  return nullptr;
}

static llvm::ArrayRef<const Expr *> argumentsOf(const Expr &E) {
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(&E))
    return {Construct->getArgs(), Construct->getNumArgs()};
  const auto *Call = cast<CallExpr>(&E);
  llvm::ArrayRef<const Expr *> Args(Call->getArgs(), Call->getNumArgs());
  const FunctionDecl *Callee = Call->getDirectCallee();
  bool IsMemberOperator = isa<CXXOperatorCallExpr>(Call) && Callee &&
                          isa<CXXMethodDecl>(Callee) && !Args.empty();
  return IsMemberOperator ? Args.drop_front() : Args;
}

static const FunctionDecl *calleeOf(const Expr &E) {
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(&E))
    return Construct->getConstructor();
  const auto *Call = dyn_cast<CallExpr>(&E);
  return Call ? Call->getDirectCallee() : nullptr;
}

// The object of a member call; null of anything else.
static const Expr *selfOf(const Expr &E) {
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(&E))
    return Member->getImplicitObjectArgument();
  const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&E);
  const FunctionDecl *Callee = Operator ? Operator->getDirectCallee() : nullptr;
  return isa_and_nonnull<CXXMethodDecl>(Callee) ? Operator->getArg(0) : nullptr;
}

// `0`, `0s`, `seconds(0)`, `Duration::zero()`.
static bool isZero(const Expr &E, const ASTContext &Ctx) {
  const Expr *Inner = E.IgnoreImplicit()->IgnoreParenImpCasts();
  Expr::EvalResult Value;
  if (Inner->getType()->isIntegerType())
    return Inner->EvaluateAsInt(Value, Ctx) && Value.Val.getInt() == 0;
  if (const auto *Cast = dyn_cast<ExplicitCastExpr>(Inner))
    return isZero(*Cast->getSubExpr(), Ctx);
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(Inner))
    return Construct->getNumArgs() > 0 && isZero(*Construct->getArg(0), Ctx);
  if (const auto *List = dyn_cast<InitListExpr>(Inner))
    return List->getNumInits() == 1 && isZero(*List->getInit(0), Ctx);
  if (const auto *Literal = dyn_cast<UserDefinedLiteral>(Inner)) {
    const Expr *Cooked =
        Literal->getNumArgs() > 0 ? Literal->getArg(0) : nullptr;
    if (Cooked)
      return isZero(*Cooked, Ctx);
    const FunctionDecl *Operator = Literal->getDirectCallee();
    const TemplateArgumentList *Args =
        Operator ? Operator->getTemplateSpecializationArgs() : nullptr;
    return Args && Args->size() == 1 &&
           Args->get(0).getKind() == TemplateArgument::Pack &&
           llvm::all_of(Args->get(0).pack_elements(),
                        [](const TemplateArgument &A) {
                          return A.getKind() == TemplateArgument::Integral &&
                                 A.getAsIntegral() == '0';
                        });
  }
  const auto *Call = dyn_cast<CallExpr>(Inner);
  const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
  return Callee && Callee->getIdentifier() && Callee->getName() == "zero";
}

static bool returnsAtOnce(const Poll &Unless, llvm::ArrayRef<const Expr *> Args,
                          const ASTContext &Ctx) {
  if (Unless.Argument < 0 ||
      static_cast<size_t>(Unless.Argument) >= Args.size())
    return false;
  const Expr &Arg = *Args[Unless.Argument];
  if (Unless.Flag == 0)
    return isZero(Arg, Ctx);
  Expr::EvalResult Value;
  // Flags that are not known may say so.
  return !Arg.EvaluateAsInt(Value, Ctx) ||
         (Value.Val.getInt().getZExtValue() & Unless.Flag) != 0;
}

// --- Objects
// ---------------------------------------------------------------------

static bool isStandardStream(const Expr &E) {
  const Expr *Inner = E.IgnoreParenImpCasts();
  if (const auto *Literal = dyn_cast<IntegerLiteral>(Inner))
    return Literal->getValue().ule(2);
  const auto *Ref = dyn_cast<DeclRefExpr>(Inner);
  if (!Ref || !Ref->getDecl()->getIdentifier())
    return false;
  static constexpr llvm::StringLiteral Names[] = {
      "stdin",     "stdout",    "stderr",     "__stdinp",
      "__stdoutp", "__stderrp", "std::cin",   "std::cout",
      "std::cerr", "std::clog", "std::wcout", "std::wcerr"};
  return llvm::is_contained(Names, stableName(*Ref->getDecl()));
}

// The stream that `a << b << c` writes to.
static const Expr &streamOf(const Expr &E) {
  const Expr *Inner = E.IgnoreParenImpCasts();
  while (const auto *Call = dyn_cast<CallExpr>(Inner)) {
    bool IsShift =
        isa<CXXOperatorCallExpr>(Call) &&
        cast<CXXOperatorCallExpr>(Call)->getOperator() == OO_LessLess;
    if (!IsShift)
      break;
    Inner = Call->getArg(0)->IgnoreParenImpCasts();
  }
  return *Inner;
}

// Whether E makes the object: opens a file, constructs a stream.
static bool makesObject(const Expr &E) {
  const Expr *Inner = E.IgnoreImplicit()->IgnoreParenCasts();
  if (isa<CXXConstructExpr, CXXNewExpr>(Inner))
    return true;
  const FunctionDecl *Callee = calleeOf(*Inner);
  if (!Callee || !Callee->getIdentifier())
    return false;
  if (const BlockingRow *R = rowOf(*Callee))
    return R->Object == Result;
  static constexpr llvm::StringLiteral Makers[] = {
      "socket", "accept",        "make_unique",   "make_shared",
      "fdopen", "epoll_create1", "epoll_create",  "inotify_init",
      "pipe",   "dup",           "curl_easy_init"};
  return llvm::is_contained(Makers, Callee->getName());
}

std::optional<BlockingObject> CallEffects::objectOf(const Expr &E,
                                                    const FunctionDecl &F,
                                                    unsigned Depth) const {
  const Expr *Inner = E.IgnoreImplicit()->IgnoreParenCasts();
  if (const auto *Unary = dyn_cast<UnaryOperator>(Inner);
      Unary &&
      (Unary->getOpcode() == UO_AddrOf || Unary->getOpcode() == UO_Deref))
    Inner = Unary->getSubExpr()->IgnoreParenCasts();
  if (makesObject(*Inner))
    return BlockingObject::fresh();
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(Inner))
    // `Stream.get()`, `rdbuf()`: a part of what it is called on.
    if (const Expr *Object = Member->getImplicitObjectArgument();
        Object && Depth < 4)
      return objectOf(*Object, F, Depth + 1);
  const FunctionDecl *Callee = calleeOf(*Inner);
  if (Callee && Callee->getIdentifier() && Callee->getName() == "fileno" &&
      Depth < 4)
    return objectOf(*argumentsOf(*Inner).front(), F, Depth + 1);
  if (isa<CXXThisExpr>(Inner))
    return BlockingObject::own();
  std::optional<AccessPath> Path = AccessPath::of(Inner);
  if (!Path)
    return std::nullopt;
  if (Path->startsAtThis())
    return BlockingObject::own();
  const auto *Root = dyn_cast<VarDecl>(Path->root());
  if (!Root)
    return std::nullopt;
  if (Root->hasGlobalStorage())
    return BlockingObject::global();
  if (const auto *Parameter = dyn_cast<ParmVarDecl>(Root))
    return Parameter->getDeclContext() == &F
               ? std::optional(BlockingObject::parameter(
                     Parameter->getFunctionScopeIndex()))
               : std::nullopt;
  if (!Path->steps().empty() || Depth > 3)
    return std::nullopt;
  // A local: what all that is assigned to it is.
  auto It = Assigned.find(Root);
  if (It == Assigned.end())
    return Root->getType()->isRecordType()
               ? std::optional(BlockingObject::fresh())
               : std::nullopt;
  std::optional<BlockingObject> Known;
  for (const Expr *Source : It->second) {
    // Of code that does not compile, and so has no type.
    if (Source->getType().isNull() || Source->isValueDependent())
      return std::nullopt;
    Expr::EvalResult Value;
    bool IsNothing = Source->isNullPointerConstant(
                         F.getASTContext(), Expr::NPC_ValueDependentIsNull) ||
                     (Source->getType()->isIntegerType() &&
                      Source->EvaluateAsInt(Value, F.getASTContext()));
    if (IsNothing)
      continue;
    std::optional<BlockingObject> O = objectOf(*Source, F, Depth + 1);
    if (!O || (Known && Known->code() != O->code()))
      return std::nullopt;
    Known = O;
  }
  return Known;
}

// --- What one call does
// ----------------------------------------------------------

// What `Stream << std::endl` flushes; null for anything else.
static const Expr *flushedBy(const Expr &E) {
  const auto *Call = dyn_cast<CXXOperatorCallExpr>(&E);
  if (!Call || Call->getOperator() != OO_LessLess || Call->getNumArgs() != 2)
    return nullptr;
  const auto *Ref =
      dyn_cast<DeclRefExpr>(Call->getArg(1)->IgnoreParenImpCasts());
  const auto *Manipulator =
      Ref ? dyn_cast<FunctionDecl>(Ref->getDecl()) : nullptr;
  if (!Manipulator || !Manipulator->getIdentifier() ||
      !Manipulator->isInStdNamespace())
    return nullptr;
  bool IsFlush =
      Manipulator->getName() == "endl" || Manipulator->getName() == "flush";
  return IsFlush ? &streamOf(*Call->getArg(0)) : nullptr;
}

std::optional<BlockingOp> CallEffects::blocking(const Expr &E,
                                                const FunctionDecl &F) const {
  const FunctionDecl *Callee = calleeOf(E);
  if (!Callee)
    return std::nullopt;
  if (const Expr *Stream = flushedBy(E)) {
    if (isStandardStream(*Stream))
      return BlockingOp{BlockingKind::Terminal, "std::endl",
                        BlockingObject::global(), Stream};
    std::optional<BlockingObject> O = objectOf(*Stream, F);
    bool IsFile =
        Stream->getType()->getAsCXXRecordDecl() &&
        Stream->getType()->getAsCXXRecordDecl()->getName() == "basic_ofstream";
    if (!O || !IsFile)
      return std::nullopt;
    return BlockingOp{BlockingKind::File, "std::endl", *O, Stream};
  }
  if (!Named.empty() && Named.contains(stableName(*Callee)))
    return BlockingOp{BlockingKind::Named, Callee->getNameAsString(),
                      BlockingObject::fresh()};
  const BlockingRow *R = rowOf(*Callee);
  if (!R)
    return std::nullopt;
  llvm::ArrayRef<const Expr *> Args = argumentsOf(E);
  if (returnsAtOnce(R->Unless, Args, F.getASTContext()))
    return std::nullopt;
  llvm::StringRef Name = R->Name;
  BlockingOp Op{R->Kind,
                isa<CXXConstructExpr>(E)
                    ? Name.str()
                    : Name.substr(Name.rfind(':') + 1).str(),
                BlockingObject::fresh()};
  if (Name.consume_front("std::basic_") && isa<CXXConstructExpr>(E))
    Op.Name = "std::" + Name.str();
  if (!isInputOrOutput(R->Kind) || R->Object == Nothing)
    return Op;
  if (R->Object == Standard) {
    Op.Kind = BlockingKind::Terminal;
    Op.Object = BlockingObject::global();
    return Op;
  }
  if (R->Object == Self)
    Op.ObjectExpr = selfOf(E);
  else if (R->Object >= 0 && static_cast<size_t>(R->Object) < Args.size())
    Op.ObjectExpr = Args[R->Object];
  if (Op.ObjectExpr && isStandardStream(*Op.ObjectExpr)) {
    Op.Kind = BlockingKind::Terminal;
    Op.Object = BlockingObject::global();
    return Op;
  }
  // What is opened goes somewhere; the collector knows where.
  if (R->Object == Result || (R->Object == Self && !Op.ObjectExpr)) {
    if (OwnInits.contains(&E)) {
      Op.Object = BlockingObject::own();
      return Op;
    }
    auto It = OpenedInto.find(&E);
    if (It == OpenedInto.end())
      return Op;
    Op.ObjectExpr = It->second;
  }
  if (!Op.ObjectExpr)
    return std::nullopt;
  std::optional<BlockingObject> O = objectOf(*Op.ObjectExpr, F);
  if (!O)
    return std::nullopt;
  // Strings are read by getline, too.
  const CXXRecordDecl *Stream = Op.ObjectExpr->getType()->getAsCXXRecordDecl();
  if (Stream && Stream->getIdentifier() &&
      Stream->getName().contains("stringstream"))
    return std::nullopt;
  Op.Object = *O;
  return Op;
}

const FunctionDecl *CallEffects::projectCallee(const Expr &E) {
  const FunctionDecl *Callee = calleeOf(E);
  if (!Callee || Callee->isImplicit() || Callee->isDefaulted() ||
      isOfStandardLibrary(*Callee))
    return nullptr;
  const auto *Method = dyn_cast<CXXMethodDecl>(Callee);
  if (Method && Method->isVirtual() && isa<CXXMemberCallExpr>(E)) {
    const auto *Member =
        dyn_cast<MemberExpr>(cast<CallExpr>(E).getCallee()->IgnoreParens());
    bool IsNamed = Member && Member->hasQualifier();
    bool IsFinal = Method->hasAttr<FinalAttr>() ||
                   Method->getParent()->hasAttr<FinalAttr>();
    if (!IsNamed && !IsFinal)
      return nullptr;
  }
  const SourceManager &SM = Callee->getASTContext().getSourceManager();
  return SM.isInSystemHeader(Callee->getLocation()) ? nullptr : Callee;
}

ObjectMap CallEffects::objects(const Expr &E, const FunctionDecl &F) const {
  ObjectMap Result;
  auto Add = [&](BlockingObject Theirs, const Expr &What) {
    if (std::optional<BlockingObject> Ours = objectOf(What, F))
      Result[Theirs.code()] = Ours->code();
  };
  if (const Expr *Self = selfOf(E))
    Add(BlockingObject::own(), *Self);
  else if (isa<CXXConstructExpr>(E))
    Result[BlockingObject::own().code()] = BlockingObject::fresh().code();
  llvm::ArrayRef<const Expr *> Args = argumentsOf(E);
  for (unsigned I = 0; I < Args.size(); ++I) {
    QualType T = Args[I]->getType();
    if (T->isPointerType() || T->isIntegerType() || T->isRecordType())
      Add(BlockingObject::parameter(I), *Args[I]);
  }
  return Result;
}

// --- The walk
// --------------------------------------------------------------------

namespace whet {
/// Finds functions, and what is assigned to locals.
class EffectCollector : public BodyVisitor {
public:
  explicit EffectCollector(CallEffects &Effects) : Effects(Effects) {}

  bool VisitVarDecl(VarDecl *D) override {
    if (!D->hasLocalStorage() || isa<ParmVarDecl>(D) || !D->getInit())
      return true;
    const auto *Construct =
        dyn_cast<CXXConstructExpr>(D->getInit()->IgnoreImplicit());
    bool IsEmpty = Construct && Construct->getNumArgs() == 0;
    if (!IsEmpty)
      Effects.Assigned[D].push_back(D->getInit());
    return true;
  }

  bool VisitBinaryOperator(BinaryOperator *E) override {
    if (E->isLogicalOp())
      markUnknown(E->getRHS());
    if (E->getOpcode() != BO_Assign)
      return true;
    const Expr *Right = E->getRHS()->IgnoreImplicit()->IgnoreParenCasts();
    Effects.OpenedInto[Right] = E->getLHS();
    const auto *Ref = dyn_cast<DeclRefExpr>(E->getLHS()->IgnoreParenCasts());
    if (const auto *Var = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr)
      Effects.Assigned[Var].push_back(E->getRHS());
    return true;
  }

  bool VisitCXXConstructorDecl(CXXConstructorDecl *D) override {
    for (const CXXCtorInitializer *Init : D->inits())
      if (Init->isAnyMemberInitializer() && Init->getInit())
        OwnInits.insert(Init->getInit()->IgnoreImplicit()->IgnoreParenCasts());
    return true;
  }

  bool VisitIfStmt(IfStmt *S) override {
    noteIfCold(S->getThen());
    noteIfCold(S->getElse());
    bool IsByState =
        S->getCond() && !S->isConstexpr() && !asksCaller(*S->getCond());
    for (const Stmt *Branch : {S->getThen(), S->getElse()})
      if (IsByState)
        mark(Effects.Conditional, Branch);
      else
        markUnknown(Branch);
    return true;
  }
  bool VisitSwitchStmt(SwitchStmt *S) override {
    markUnknown(S->getBody());
    return true;
  }
  bool
  VisitAbstractConditionalOperator(AbstractConditionalOperator *E) override {
    markUnknown(E->getTrueExpr());
    markUnknown(E->getFalseExpr());
    return true;
  }
  bool VisitForStmt(ForStmt *S) override { return noteLoop(S->getBody()); }
  bool VisitWhileStmt(WhileStmt *S) override { return noteLoop(S->getBody()); }
  bool VisitDoStmt(DoStmt *S) override { return noteLoop(S->getBody()); }
  bool VisitCXXForRangeStmt(CXXForRangeStmt *S) override {
    return noteLoop(S->getBody());
  }
  bool VisitCXXCatchStmt(CXXCatchStmt *S) override {
    mark(Effects.Cold, S->getHandlerBlock());
    return true;
  }

  llvm::DenseSet<const Expr *> OwnInits;

private:
  static bool isEnd(const Stmt *S) {
    if (const auto *Cleanups = dyn_cast_or_null<ExprWithCleanups>(S))
      S = Cleanups->getSubExpr();
    if (isa_and_nonnull<CXXThrowExpr>(S))
      return true;
    const auto *Call = dyn_cast_or_null<CallExpr>(S);
    const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
    return Callee && Callee->isNoReturn();
  }

  void noteIfCold(const Stmt *Branch) {
    const Stmt *Last = Branch;
    if (const auto *Block = dyn_cast_or_null<CompoundStmt>(Branch))
      Last = Block->body_empty() ? nullptr : Block->body_back();
    if (isEnd(Last))
      mark(Effects.Cold, Branch);
  }

  static void mark(llvm::DenseSet<const Stmt *> &Set, const Stmt *S) {
    llvm::SmallVector<const Stmt *, 16> Work{S};
    while (!Work.empty()) {
      const Stmt *Next = Work.pop_back_val();
      if (!Next || !Set.insert(Next).second)
        continue;
      Work.append(Next->child_begin(), Next->child_end());
    }
  }

  // A branch, of which nobody knows what leads to it.
  void markUnknown(const Stmt *S) {
    mark(Effects.Conditional, S);
    mark(Effects.Undecided, S);
  }

  // Whether the caller's arguments are part of the question that S asks.
  bool asksCaller(const Stmt &S, unsigned Depth = 0) const {
    llvm::SmallVector<const Stmt *, 16> Work{&S};
    while (!Work.empty()) {
      const Stmt *Next = Work.pop_back_val();
      if (!Next)
        continue;
      Work.append(Next->child_begin(), Next->child_end());
      const auto *Ref = dyn_cast<DeclRefExpr>(Next);
      const auto *Var = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
      if (!Var || !Var->hasLocalStorage())
        continue;
      if (isa<ParmVarDecl>(Var) || Depth > 3)
        return true;
      auto It = Effects.Assigned.find(Var);
      if (It != Effects.Assigned.end() &&
          llvm::any_of(It->second, [&](const Expr *Source) {
            return asksCaller(*Source, Depth + 1);
          }))
        return true;
    }
    return false;
  }

  static bool mayLeave(const Stmt *S) {
    llvm::SmallVector<const Stmt *, 16> Work{S};
    while (!Work.empty()) {
      const Stmt *Next = Work.pop_back_val();
      if (!Next)
        continue;
      if (isa<BreakStmt, ReturnStmt, ContinueStmt, GotoStmt>(Next))
        return true;
      Work.append(Next->child_begin(), Next->child_end());
    }
    return false;
  }

  // Behind a way out, a loop's body is what happens if all else failed.
  bool noteLoop(const Stmt *Body) {
    const auto *Block = dyn_cast_or_null<CompoundStmt>(Body);
    bool MayHaveLeft = false;
    if (!Block)
      return true;
    for (const Stmt *S : Block->body()) {
      if (MayHaveLeft)
        markUnknown(S);
      MayHaveLeft |= mayLeave(S);
    }
    return true;
  }

  CallEffects &Effects;
};

namespace {
/// The calls that a body itself makes.
class CallFinder : public DynamicRecursiveASTVisitor {
public:
  bool TraverseLambdaExpr(LambdaExpr * /*E*/) override { return true; }
  bool TraverseDecl(Decl *D) override {
    return isa_and_nonnull<TagDecl>(D) ||
           DynamicRecursiveASTVisitor::TraverseDecl(D);
  }
  bool VisitCallExpr(CallExpr *E) override {
    Calls.push_back(E);
    return true;
  }
  bool VisitCXXConstructExpr(CXXConstructExpr *E) override {
    Calls.push_back(E);
    return true;
  }
  bool VisitCoroutineBodyStmt(CoroutineBodyStmt * /*S*/) override {
    IsCoroutine = true;
    return true;
  }

  std::vector<const Expr *> Calls;
  bool IsCoroutine = false;
};
} // namespace
} // namespace whet

std::vector<const Expr *> whet::ownCalls(const FunctionDecl &F) {
  CallFinder Finder;
  Finder.TraverseStmt(const_cast<Stmt *>(F.getBody()));
  if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(&F))
    for (const CXXCtorInitializer *Init : Constructor->inits())
      if (Init->isWritten())
        Finder.TraverseStmt(Init->getInit());
  if (Finder.IsCoroutine)
    return {};
  return std::move(Finder.Calls);
}

CallEffects::CallEffects(LockModels &Locks, llvm::StringRef Named)
    : Locks(Locks) {
  llvm::SmallVector<llvm::StringRef, 4> Names;
  Named.split(Names, ';', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef Name : Names)
    this->Named.insert(Name.trim());
  for (const std::string &Name : ProjectLocks::current().Blocking)
    this->Named.insert(Name);
}
CallEffects::~CallEffects() = default;

// What a wait says to the caller: only one that gives back a lock of its own is
// not about the caller's.
static bool waitsForOthers(const Expr &E, LockModels &Locks,
                           const LockRegions *Regions) {
  const auto *Call = dyn_cast<CallExpr>(&E);
  if (!Call || !Regions)
    return false;
  for (const LockCall &C : Locks.calls(*Call))
    if (C.Op == LockOp::Wait)
      if (const HeldLock *Held = Regions->find(C))
        return !Held->IsCallers && llvm::is_contained(Regions->heldAt(E), Held);
  return false;
}

// Whether E does what the standard says, or what the compiler makes.
static bool isOfLibrary(const Expr &E) {
  const FunctionDecl *Callee = calleeOf(E);
  if (!Callee)
    return false;
  const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&E);
  bool CallsBack = Operator && Operator->getOperator() == OO_Call;
  return Callee->isImplicit() || Callee->isDefaulted() ||
         (isOfStandardLibrary(*Callee) && !CallsBack) ||
         Callee->getBuiltinID() != 0;
}

// Whether F takes the lock that it is a method of: whoever waits in it waits
// for a lock.
static bool takesItself(const FunctionDecl &F) {
  const auto *Method = dyn_cast<CXXMethodDecl>(&F);
  const IdentifierInfo *Name = F.getIdentifier();
  return Method && Name &&
         (Name->isStr("lock") || Name->isStr("Lock") ||
          Name->isStr("lock_shared")) &&
         isLock(Method->getFunctionObjectParameterType());
}

void CallEffects::summarise(const FunctionDecl &F) {
  Summary &Sum = Functions[F.getCanonicalDecl()];
  if (isa<CoroutineBodyStmt>(F.getBody())) {
    Sum.MayDoAnything = true;
    return;
  }
  std::unique_ptr<LockRegions> Regions;
  if (LockRegions::mentionsLocks(F, Locks))
    Regions = std::make_unique<LockRegions>(F, Locks);
  // Its callers are told of it once, where it is.
  bool IsUnderCallersLock =
      Regions && llvm::any_of(Regions->locks(),
                              [](const auto &L) { return L->IsCallers; });
  if (IsUnderCallersLock) {
    Sum.MayDoAnything = true;
    return;
  }
  auto AddOp = [&](unsigned Kind, BlockingObject Object, SourceLocation Where,
                   const std::string &Name) {
    Sum.Ops.try_emplace({Kind, Object.code()}, Where, Name);
  };
  bool IsTaking = takesItself(F);
  for (const Expr *E : ownCalls(F)) {
    bool IsEffect =
        !IsTaking && !isCold(*E) && !(Regions && Regions->mayBeReleasedAt(*E));
    bool IsBranch = Conditional.contains(E);
    std::optional<BlockingOp> Op = blocking(*E, F);
    bool Waits = !Op && waitsForOthers(*E, Locks, Regions.get());
    const FunctionDecl *Callee = Op || Waits ? nullptr : projectCallee(*E);
    if (Callee)
      Sum.MayCall.push_back(Callee->getCanonicalDecl());
    else
      Sum.MayDoAnything |= Op || Waits || !isOfLibrary(*E);
    if (!IsEffect || Undecided.contains(E))
      continue;
    // Whoever asks before waits if there is anything to wait for.
    if (IsBranch && Op && Op->Kind != BlockingKind::Wait)
      continue;
    unsigned Wait =
        IsBranch ? WaitIfNeeded : static_cast<unsigned>(BlockingKind::Wait);
    if (Op)
      AddOp(IsBranch ? Wait : static_cast<unsigned>(Op->Kind), Op->Object,
            E->getExprLoc(), Op->Name);
    else if (Waits)
      AddOp(Wait, BlockingObject::fresh(), E->getExprLoc(),
            calleeOf(*E)->getNameAsString());
    else if (Callee)
      Sum.Calls.push_back({IsBranch ? ObjectMap() : objects(*E, F),
                           Callee->getCanonicalDecl(), E->getExprLoc(),
                           IsBranch});
  }
}

void CallEffects::collect(ASTContext &Ctx) {
  EffectCollector Collector(*this);
  traverseOwnCode(Ctx, Collector);
  OwnInits = std::move(Collector.OwnInits);
  for (const FunctionDecl *F : Collector.Bodies)
    summarise(*F);
  settleHarmless();
  settleLooping();
}

// A loop, or a call of what loops.
static bool loops(const FunctionDecl &F) {
  llvm::SmallVector<const Stmt *, 32> Work{F.getBody()};
  while (!Work.empty()) {
    const Stmt *Next = Work.pop_back_val();
    if (!Next)
      continue;
    if (isa<ForStmt, CXXForRangeStmt, WhileStmt, DoStmt>(Next))
      return true;
    Work.append(Next->child_begin(), Next->child_end());
  }
  return false;
}

void CallEffects::settleLooping() {
  for (const auto &[F, Sum] : Functions)
    if (const FunctionDecl *Definition = F->getDefinition();
        Definition && loops(*Definition))
      Looping.insert(F);
  bool IsChanged = true;
  while (IsChanged) {
    IsChanged = false;
    for (const auto &[F, Sum] : Functions)
      if (!Looping.contains(F) &&
          llvm::any_of(Sum.MayCall, [&](const FunctionDecl *Callee) {
            // Who calls itself does so again and again.
            return Callee == F || Looping.contains(Callee);
          })) {
        Looping.insert(F);
        IsChanged = true;
      }
  }
}

// Starts from functions that neither block nor call anything of the project,
// and goes up the calls.
void CallEffects::settleHarmless() {
  bool IsChanged = true;
  while (IsChanged) {
    IsChanged = false;
    for (const auto &[F, Sum] : Functions)
      if (!Sum.MayDoAnything && !Harmless.contains(F) &&
          llvm::all_of(Sum.MayCall, [&](const FunctionDecl *Callee) {
            return Callee == F || Harmless.contains(Callee);
          })) {
        Harmless.insert(F);
        IsChanged = true;
      }
  }
}

void CallEffects::publish(FactBase &Facts) const {
  // References into it stay.
  std::map<const FunctionDecl *, std::optional<std::string>> Keys;
  auto KeyOf =
      [&](const FunctionDecl &F) -> const std::optional<std::string> & {
    auto [It, IsNew] = Keys.try_emplace(&F);
    if (IsNew)
      It->second = entityKey(F);
    return It->second;
  };
  for (const auto &[F, Sum] : Functions) {
    if (Harmless.contains(F))
      continue;
    const std::optional<std::string> &Key = KeyOf(*F);
    if (!Key)
      continue;
    const SourceManager &SM = F->getASTContext().getSourceManager();
    if (Sum.Ops.empty() && Sum.Calls.empty())
      continue;
    EffectFact Fact;
    for (const auto &[Effect, Op] : Sum.Ops)
      Fact.add(Effect,
               {0, sharedPosition(Op.first, SM), Op.second, "", {0, 0}});
    std::set<std::tuple<std::string, ObjectMap, bool>> Known;
    for (const Call &C : Sum.Calls) {
      if (Harmless.contains(C.Callee))
        continue;
      const std::optional<std::string> &Callee = KeyOf(*C.Callee);
      if (Callee && Known.emplace(*Callee, C.Objects, C.IsBranch).second)
        Fact.Calls.insert({*Callee, C.Callee->getNameAsString(),
                           sharedPosition(C.Where, SM), C.Objects, C.IsBranch});
    }
    Facts.add(*Key, Fact);
  }
}
