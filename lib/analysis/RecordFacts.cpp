#include "whet/analysis/RecordFacts.h"
#include "whet/analysis/FieldOrder.h"
#include "whet/analysis/LayoutIntent.h"
#include "whet/analysis/TargetLayouts.h"
#include "whet/facts/UnitScope.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/raw_ostream.h"
#include <numeric>
#include <tuple>

using namespace whet;
using namespace clang;
namespace json = llvm::json;

static const RegisterFact<RecordFact> X;

// --- JSON ------------------------------------------------------------------

static json::Value toJSON(const RecordPart &Part) {
  json::Array A{static_cast<int>(Part.Kind),
                Part.Offset,
                Part.Size,
                Part.IsBitField,
                Part.Name,
                Part.Type};
  if (!Part.Declarator.empty() || Part.IsInTail)
    A.push_back(Part.Declarator);
  if (Part.IsInTail)
    A.push_back(true);
  return A;
}

static bool fromJSON(const json::Value &V, RecordPart &Part, json::Path P) {
  const json::Array *A = V.getAsArray();
  int Kind = 0;
  if (!A || A->size() < 6 || A->size() > 8 ||
      !fromJSON((*A)[0], Kind, P.index(0)) || Kind < 0 ||
      Kind > LayoutPart::Field || !fromJSON((*A)[1], Part.Offset, P.index(1)) ||
      !fromJSON((*A)[2], Part.Size, P.index(2)) ||
      !fromJSON((*A)[3], Part.IsBitField, P.index(3)) ||
      !fromJSON((*A)[4], Part.Name, P.index(4)) ||
      !fromJSON((*A)[5], Part.Type, P.index(5)) ||
      (A->size() >= 7 && !fromJSON((*A)[6], Part.Declarator, P.index(6))) ||
      (A->size() == 8 && !fromJSON((*A)[7], Part.IsInTail, P.index(7)))) {
    P.report("expected a part: [kind, offset, size, is bit-field, name, type, "
             "declarator?, is in a tail?]");
    return false;
  }
  Part.Kind = static_cast<LayoutPart::PartKind>(Kind);
  return true;
}

static json::Value toJSON(llvm::ArrayRef<RecordPart> Parts) {
  json::Array A;
  for (const RecordPart &Part : Parts)
    A.push_back(toJSON(Part));
  return A;
}

static bool fromJSON(const json::Value &V, std::vector<RecordPart> &Parts,
                     json::Path P) {
  const json::Array *A = V.getAsArray();
  if (!A) {
    P.report("expected an array of parts");
    return false;
  }
  for (size_t I = 0; I < A->size(); ++I)
    if (!fromJSON((*A)[I], Parts.emplace_back(),
                  P.index(static_cast<unsigned>(I))))
      return false;
  return true;
}

// The parts that the object V has under their name.
static bool partsOf(const json::Value &V, std::vector<RecordPart> &Parts,
                    json::Path P) {
  const json::Value *Value = V.getAsObject()->get("parts");
  if (Value)
    return fromJSON(*Value, Parts, P.field("parts"));
  P.field("parts").report("missing");
  return false;
}

static json::Value toJSON(const RecordOrder &Order) {
  return json::Object{{"size", Order.Size},
                      {"moved", Order.Moved},
                      {"proven", Order.IsProven},
                      {"places", Order.Places},
                      {"fields", Order.Fields},
                      {"parts", toJSON(llvm::ArrayRef(Order.Parts))}};
}

static bool fromJSON(const json::Value &V, RecordOrder &Order, json::Path P) {
  json::ObjectMapper O(V, P);
  return O && O.map("size", Order.Size) && O.map("moved", Order.Moved) &&
         O.map("proven", Order.IsProven) && O.map("places", Order.Places) &&
         O.map("fields", Order.Fields) && partsOf(V, Order.Parts, P);
}

static json::Value toJSON(const RecordSign &Sign) {
  return json::Object{{"what", Sign.What}, {"line", Sign.Line}};
}

namespace whet {
static bool fromJSON(const json::Value &V, RecordSign &Sign, json::Path P) {
  json::ObjectMapper O(V, P);
  return O && O.map("what", Sign.What) && O.map("line", Sign.Line);
}

static bool fromJSON(const json::Value &V, RecordOnTarget &T, json::Path P) {
  const json::Array *A = V.getAsArray();
  if (A && A->size() == 4 && fromJSON((*A)[0], T.Target, P.index(0)) &&
      fromJSON((*A)[1], T.Now, P.index(1)) &&
      fromJSON((*A)[2], T.Then, P.index(2)) &&
      fromJSON((*A)[3], T.Unknown, P.index(3)))
    return true;
  P.report("expected a target: [name, size, best size, why unknown]");
  return false;
}
} // namespace whet

json::Value whet::toJSON(const RecordFact &R) {
  json::Object O{{"name", R.Name},
                 {"file", R.File},
                 {"line", R.Line},
                 {"column", R.Column},
                 {"size", R.Size},
                 {"alignment", R.Alignment},
                 {"pointer", R.PointerWidth},
                 {"parts", ::toJSON(llvm::ArrayRef(R.Parts))}};
  if (R.IsUnion)
    O["union"] = true;
  if (R.Best)
    O["best"] = ::toJSON(*R.Best);
  json::Array Signs;
  for (const RecordSign &Sign : R.Signs)
    Signs.push_back(::toJSON(Sign));
  if (!Signs.empty())
    O["signs"] = std::move(Signs);
  json::Array Targets;
  for (const RecordOnTarget &T : R.Targets)
    Targets.push_back(json::Array{T.Target, T.Now, T.Then, T.Unknown});
  if (!Targets.empty())
    O["targets"] = std::move(Targets);
  if (!R.Orders.empty()) {
    json::Object Orders;
    for (const auto &[Places, Size] : R.Orders)
      Orders[Places] = Size;
    O["orders"] = std::move(Orders);
  }
  if (!R.Entities.empty())
    O["entities"] = json::Array(R.Entities);
  return O;
}

bool whet::fromJSON(const json::Value &V, RecordFact &R, json::Path P) {
  json::ObjectMapper O(V, P);
  std::vector<std::string> Entities;
  if (!O || !O.map("name", R.Name) || !O.map("file", R.File) ||
      !O.map("line", R.Line) || !O.map("column", R.Column) ||
      !O.map("size", R.Size) || !O.map("pointer", R.PointerWidth) ||
      !O.map("alignment", R.Alignment) || !O.mapOptional("union", R.IsUnion) ||
      !O.mapOptional("signs", R.Signs) ||
      !O.mapOptional("entities", Entities) ||
      !O.mapOptional("targets", R.Targets) ||
      !O.mapOptional("orders", R.Orders))
    return false;
  R.Entities = {Entities.begin(), Entities.end()};
  if (!partsOf(V, R.Parts, P))
    return false;
  if (const json::Value *Best = V.getAsObject()->get("best"))
    return ::fromJSON(*Best, R.Best.emplace(), P.field("best"));
  return true;
}

// --- In words --------------------------------------------------------------

static PrintingPolicy policy(const ASTContext &Ctx) {
  PrintingPolicy Policy = Ctx.getPrintingPolicy();
  Policy.SuppressTagKeyword = true;
  Policy.AnonymousTagLocations = false;
  Policy.TerseOutput = true;
  return Policy;
}

// Empty for what has no name.
static std::string nameOf(const CXXRecordDecl &Record) {
  std::string Name;
  llvm::raw_string_ostream OS(Name);
  if (const TypedefNameDecl *Typedef = Record.getTypedefNameForAnonDecl())
    Typedef->printQualifiedName(OS);
  if (Record.getTypedefNameForAnonDecl() || !Record.getIdentifier())
    return Name;
  // Of what is declared in a function, clang leaves out all scopes.
  if (const auto *Function = dyn_cast<FunctionDecl>(Record.getDeclContext())) {
    Function->printQualifiedName(OS, policy(Record.getASTContext()));
    OS << "()::";
  }
  Record.getNameForDiagnostic(OS, policy(Record.getASTContext()),
                              /*Qualified=*/true);
  return Name;
}

static std::string typeOf(const FieldDecl &Field) {
  QualType T = Field.getType();
  if (Field.isAnonymousStructOrUnion())
    return T->isUnionType() ? "union" : "struct";
  if (const auto *Record = T->getAsCXXRecordDecl();
      Record && !Record->getIdentifier() &&
      !Record->getTypedefNameForAnonDecl())
    return Record->isUnion() ? "union" : "struct";
  return T.getAsString(policy(Field.getASTContext()));
}

static RecordPart inWords(const LayoutPart &Part) {
  RecordPart Result;
  Result.Kind = Part.Kind;
  Result.Offset = Part.Offset;
  Result.Size = Part.Size;
  if (Part.BaseClass) {
    Result.Type = nameOf(*Part.BaseClass);
  } else if (const FieldDecl *Field = Part.Declaration) {
    Result.IsBitField = Field->isBitField();
    Result.Name = Field->getNameAsString();
    Result.Type = typeOf(*Field);
    std::string Declarator = Result.Name;
    if (Field->getIdentifier())
      Field->getType().getAsStringInternal(Declarator,
                                           policy(Field->getASTContext()));
    if (Field->getIdentifier() && !Field->getType()->isRecordType() &&
        Declarator != Result.Type + " " + Result.Name)
      Result.Declarator = std::move(Declarator);
  }
  return Result;
}

static std::vector<RecordPart> inWords(llvm::ArrayRef<LayoutPart> Parts) {
  std::vector<RecordPart> Result;
  Result.reserve(Parts.size());
  uint64_t TailEnd = 0;
  for (const LayoutPart &Part : Parts) {
    RecordPart Words = inWords(Part);
    Words.IsInTail = Part.Size != 0 && Part.Offset < TailEnd;
    Result.push_back(std::move(Words));
    if (Part.BaseClass && Part.Size != 0)
      TailEnd = Part.Offset + RecordLayout::of(*Part.BaseClass)->size();
  }
  return Result;
}

// "1 0 2"
static std::string placesOf(llvm::ArrayRef<const FieldDecl *> Fields) {
  return llvm::join(llvm::map_range(Fields,
                                    [](const FieldDecl *Field) {
                                      return std::to_string(
                                          Field->getFieldIndex());
                                    }),
                    " ");
}

static RecordOrder inWords(const FieldOrder &Best) {
  RecordOrder Order{
      Best.Layout.size(),    Best.Moved, Best.IsProven,
      placesOf(Best.Fields), {},         inWords(Best.Layout.parts())};
  Order.Fields.reserve(Best.Fields.size());
  for (const FieldDecl *Field : Best.Fields)
    Order.Fields.push_back(Field->getIdentifier() ? Field->getNameAsString()
                                                  : "(" + typeOf(*Field) + ")");
  return Order;
}

// --- Which records ---------------------------------------------------------

namespace {
class RecordCollector {
public:
  explicit RecordCollector(const ASTContext &Ctx)
      : Ctx(Ctx), SM(Ctx.getSourceManager()) {}

  void collect(const DeclContext &Context);
  void compareInstantiations();
  void layOutOn(llvm::StringRef Target);
  void publish(FactBase &Facts) const;

private:
  struct Found {
    const CXXRecordDecl *Record;
    RecordFact Fact;
    /// Of the best order.
    llvm::SmallVector<const FieldDecl *, 8> Fields;
  };

  void collectLocal(const FunctionDecl &Function);
  void add(const CXXRecordDecl &Record);

  const ASTContext &Ctx;
  const SourceManager &SM;
  std::vector<Found> Records;
};
} // namespace

// Where the record is; nothing outside of the project.
static std::optional<RecordFact> placeOf(const CXXRecordDecl &Record,
                                         const SourceManager &SM) {
  SourceLocation Loc = SM.getFileLoc(Record.getLocation());
  const UnitScope *Unit = UnitScope::current();
  auto File = SM.getFileEntryRefForID(SM.getFileID(Loc));
  if (!File || !Unit || SM.isInSystemHeader(Loc))
    return std::nullopt;
  RecordFact Fact;
  // The project may have been entered through a symbolic link.
  Fact.File = Unit->Paths.portable(SM.getFileManager().getCanonicalName(*File));
  if (llvm::sys::path::is_absolute(Fact.File) ||
      llvm::StringRef(Fact.File).starts_with("<build>"))
    return std::nullopt;
  Fact.Line = SM.getSpellingLineNumber(Loc);
  Fact.Column = SM.getSpellingColumnNumber(Loc);
  return Fact;
}

void RecordCollector::add(const CXXRecordDecl &Record) {
  if (Record.isLambda() || Record.isImplicit() || Record.isDependentContext())
    return;
  std::optional<RecordFact> Fact = placeOf(Record, SM);
  if (!Fact)
    return;
  Fact->Name = nameOf(Record);
  if (Fact->Name.empty())
    return;
  std::optional<RecordLayout> Layout = RecordLayout::of(Record);
  if (!Layout)
    return;
  Fact->Size = Layout->size();
  Fact->Alignment = Layout->alignment();
  Fact->PointerWidth =
      Record.getASTContext().getTypeSize(Record.getASTContext().VoidPtrTy);
  Fact->IsUnion = Record.isUnion();
  if (!Record.isUnion())
    Fact->Parts = inWords(Layout->parts());
  else
    for (const LayoutPart &Part : Layout->parts())
      Fact->Parts.push_back(inWords(Part));
  Found F{&Record, std::move(*Fact), {}};
  if (std::optional<FieldOrder> Best = bestFieldOrder(Record)) {
    F.Fact.Best = inWords(*Best);
    F.Fields = Best->Fields;
    for (const IntentSign &Sign : signsOfIntent(Record))
      F.Fact.Signs.push_back({Sign.What.str(), SM.getSpellingLineNumber(
                                                   SM.getFileLoc(Sign.Where))});
  }
  Records.push_back(std::move(F));
}

/// Instantiations of so few fields are laid out in all orders.
static constexpr unsigned MaxForAllOrders = 4;

using FieldPlaces = std::vector<unsigned>;

static std::set<FieldPlaces> allOrders(unsigned NumFields) {
  std::set<FieldPlaces> Orders;
  FieldPlaces Order(NumFields);
  std::iota(Order.begin(), Order.end(), 0U);
  do
    Orders.insert(Order);
  while (std::next_permutation(Order.begin(), Order.end()));
  return Orders;
}

// Lays out instantiations in the orders that are best for their siblings.
void RecordCollector::compareInstantiations() {
  // By the pattern's place, since patterns may have specialisations.
  std::map<std::pair<SourceLocation, size_t>, std::vector<Found *>> Templates;
  for (Found &F : Records)
    if (F.Record->getTemplateInstantiationPattern() && !F.Record->isUnion()) {
      auto NumFields = static_cast<size_t>(
          std::distance(F.Record->field_begin(), F.Record->field_end()));
      Templates[{F.Record->getLocation(), NumFields}].push_back(&F);
    }
  for (auto &[Pattern, Siblings] : Templates) {
    auto NumFields = static_cast<unsigned>(Pattern.second);
    std::set<FieldPlaces> Orders;
    if (NumFields > 1 && NumFields <= MaxForAllOrders)
      Orders = allOrders(NumFields);
    for (const Found *F : Siblings) {
      FieldPlaces Places;
      Places.reserve(F->Fields.size());
      for (const FieldDecl *Field : F->Fields)
        Places.push_back(Field->getFieldIndex());
      if (!Places.empty())
        Orders.insert(std::move(Places));
    }
    for (Found *F : Siblings) {
      llvm::SmallVector<const FieldDecl *, 8> Source(F->Record->fields());
      for (const FieldPlaces &Places : Orders) {
        llvm::SmallVector<const FieldDecl *, 8> Fields;
        Fields.reserve(Places.size());
        for (unsigned Place : Places)
          Fields.push_back(Source[Place]);
        if (auto Layout = RecordLayout::ordered(*F->Record, Fields))
          F->Fact.Orders[placesOf(Fields)] = Layout->size();
      }
    }
  }
}

void RecordCollector::layOutOn(llvm::StringRef Target) {
  const LayoutTarget *Known = layoutTarget(Target);
  if (!Known)
    return;
  TargetLayouts Layouts(Ctx, *Known);
  for (const Found &F : Records)
    Layouts.add(*F.Record, F.Fields);
  Layouts.layOut();
  for (unsigned I = 0; I < Records.size(); ++I) {
    const TargetSizes &Sizes = Layouts.sizes(I);
    Records[I].Fact.Targets.push_back(
        {Target.str(), Sizes.Now, Sizes.Then, Sizes.Unknown});
  }
}

void RecordCollector::publish(FactBase &Facts) const {
  for (const Found &F : Records) {
    // Another layout is another fact; what is joined is none.
    RecordFact Fact = F.Fact;
    Fact.Orders.clear();
    std::string Text;
    llvm::raw_string_ostream(Text) << toJSON(Fact);
    auto Hash = llvm::BLAKE3::hash<8>(llvm::arrayRefFromStringRef(Text));
    Fact.Orders = F.Fact.Orders;
    if (std::optional<std::string> Entity = recordKey(*F.Record))
      Fact.Entities.insert(std::move(*Entity));
    Facts.add(Fact.Name + "#" + llvm::toHex(Hash), Fact);
  }
}

// Records that are local to the function.
void RecordCollector::collectLocal(const FunctionDecl &Function) {
  if (Function.doesThisDeclarationHaveABody() &&
      !Function.isDependentContext() &&
      !SM.isInSystemHeader(SM.getExpansionLoc(Function.getLocation())))
    collect(Function);
}

void RecordCollector::collect(const DeclContext &Context) {
  for (const Decl *D : Context.decls()) {
    if (const auto *Template = dyn_cast<ClassTemplateDecl>(D)) {
      for (const ClassTemplateSpecializationDecl *Spec :
           Template->specializations())
        // A specialisation that is written is a declaration of its own.
        if (Spec->getSpecializationKind() != TSK_ExplicitSpecialization &&
            Spec->hasDefinition()) {
          add(*Spec);
          collect(*Spec);
        }
    } else if (const auto *Template = dyn_cast<FunctionTemplateDecl>(D)) {
      for (const FunctionDecl *Spec : Template->specializations())
        if (Spec->getTemplateSpecializationKind() != TSK_ExplicitSpecialization)
          collectLocal(*Spec);
    } else if (const auto *Function = dyn_cast<FunctionDecl>(D)) {
      collectLocal(*Function);
    } else if (const auto *Record = dyn_cast<CXXRecordDecl>(D)) {
      if (!Record->isThisDeclarationADefinition() ||
          Record->isDependentContext())
        continue;
      add(*Record);
      collect(*Record);
    } else if (isa<NamespaceDecl, LinkageSpecDecl, ExportDecl>(D)) {
      collect(*cast<DeclContext>(D));
    }
  }
}

void whet::collectRecords(ASTContext &Ctx, FactBase &Facts,
                          llvm::ArrayRef<std::string> Targets) {
  RecordCollector Collector(Ctx);
  Collector.collect(*Ctx.getTranslationUnitDecl());
  Collector.compareInstantiations();
  for (const std::string &Target : Targets)
    Collector.layOutOn(Target);
  Collector.publish(Facts);
}

bool KnownRecord::isReliedOn() const {
  return llvm::any_of(
      Reliance, [](const RecordReliance &R) { return !R.IsOfSourceOnly; });
}

const RecordOnTarget *KnownRecord::worseTarget() const {
  auto It = llvm::find_if(
      Targets, [](const RecordOnTarget &T) { return T.Then > T.Now; });
  return It == Targets.end() ? nullptr : &*It;
}

static KnownRecord withUses(const RecordFact &Record, const FactBase &Facts) {
  KnownRecord Known{Record, {}, {}, {}};
  for (const std::string &Entity : Record.Entities) {
    llvm::append_range(Known.Reliance, relianceOn(Facts, Entity));
    RecordInstances Instances = instancesOf(Facts, Entity);
    llvm::append_range(Known.Instances.Arrays, Instances.Arrays);
    if (!Known.Instances.Many)
      Known.Instances.Many = std::move(Instances.Many);
  }
  // What several units have for themselves may be used in one header.
  if (Record.Entities.size() > 1) {
    llvm::sort(Known.Reliance);
    Known.Reliance.erase(llvm::unique(Known.Reliance), Known.Reliance.end());
    llvm::sort(Known.Instances.Arrays);
    Known.Instances.Arrays.erase(llvm::unique(Known.Instances.Arrays),
                                 Known.Instances.Arrays.end());
  }
  return Known;
}

// What the order that is best for Record comes to in all Siblings.
static TemplateSizes sizesIn(llvm::ArrayRef<KnownRecord *> Siblings,
                             const KnownRecord &Record) {
  TemplateSizes Result;
  for (const KnownRecord *Sibling : Siblings) {
    auto It = Sibling->Orders.find(Record.Best->Places);
    if (It == Sibling->Orders.end()) {
      Result.Unknown = Sibling->Name;
      continue;
    }
    ++Result.Instantiations;
    Result.Now += Sibling->Size;
    Result.Then += It->second;
    if (It->second <= Sibling->Size || !Result.Worse.empty())
      continue;
    Result.Worse = Sibling->Name;
    Result.WorseNow = Sibling->Size;
    Result.WorseThen = It->second;
  }
  return Result;
}

// Instantiations are where their pattern is.
static void compareInstantiations(std::vector<KnownRecord> &Records) {
  std::map<std::tuple<std::string, unsigned, unsigned>,
           std::vector<KnownRecord *>>
      ByPlace;
  for (KnownRecord &R : Records)
    ByPlace[{R.File, R.Line, R.Column}].push_back(&R);
  for (auto &[Where, Siblings] : ByPlace)
    for (KnownRecord *R : Siblings)
      if (R->Best && !R->Orders.empty() && Siblings.size() > 1)
        R->InTemplate = sizesIn(Siblings, *R);
}

std::vector<KnownRecord> whet::records(FactBase &Facts) {
  std::vector<KnownRecord> Result;
  for (auto &[Key, Fact] : Facts.table<RecordFact>().Facts)
    Result.push_back(withUses(Fact, Facts));
  llvm::sort(Result, [](const RecordFact &A, const RecordFact &B) {
    return std::tie(A.Name, A.File, A.Line, A.Size) <
           std::tie(B.Name, B.File, B.Line, B.Size);
  });
  compareInstantiations(Result);
  return Result;
}
