#include "whet/analysis/RecordFacts.h"
#include "whet/analysis/FieldOrder.h"
#include "whet/analysis/LayoutIntent.h"
#include "whet/facts/UnitScope.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/raw_ostream.h"
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
  if (!Part.Declarator.empty())
    A.push_back(Part.Declarator);
  return A;
}

static bool fromJSON(const json::Value &V, RecordPart &Part, json::Path P) {
  const json::Array *A = V.getAsArray();
  int Kind = 0;
  if (!A || A->size() < 6 || A->size() > 7 ||
      !fromJSON((*A)[0], Kind, P.index(0)) || Kind < 0 ||
      Kind > LayoutPart::Field || !fromJSON((*A)[1], Part.Offset, P.index(1)) ||
      !fromJSON((*A)[2], Part.Size, P.index(2)) ||
      !fromJSON((*A)[3], Part.IsBitField, P.index(3)) ||
      !fromJSON((*A)[4], Part.Name, P.index(4)) ||
      !fromJSON((*A)[5], Part.Type, P.index(5)) ||
      (A->size() == 7 && !fromJSON((*A)[6], Part.Declarator, P.index(6)))) {
    P.report("expected a part: [kind, offset, size, is bit-field, name, type, "
             "declarator?]");
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
                      {"fields", Order.Fields},
                      {"parts", toJSON(llvm::ArrayRef(Order.Parts))}};
}

static bool fromJSON(const json::Value &V, RecordOrder &Order, json::Path P) {
  json::ObjectMapper O(V, P);
  return O && O.map("size", Order.Size) && O.map("moved", Order.Moved) &&
         O.map("proven", Order.IsProven) && O.map("fields", Order.Fields) &&
         partsOf(V, Order.Parts, P);
}

static json::Value toJSON(const RecordSign &Sign) {
  return json::Object{{"what", Sign.What}, {"line", Sign.Line}};
}

namespace whet {
static bool fromJSON(const json::Value &V, RecordSign &Sign, json::Path P) {
  json::ObjectMapper O(V, P);
  return O && O.map("what", Sign.What) && O.map("line", Sign.Line);
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
  return O;
}

bool whet::fromJSON(const json::Value &V, RecordFact &R, json::Path P) {
  json::ObjectMapper O(V, P);
  if (!O || !O.map("name", R.Name) || !O.map("file", R.File) ||
      !O.map("line", R.Line) || !O.map("column", R.Column) ||
      !O.map("size", R.Size) || !O.map("pointer", R.PointerWidth) ||
      !O.map("alignment", R.Alignment) || !O.mapOptional("union", R.IsUnion) ||
      !O.mapOptional("signs", R.Signs))
    return false;
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
  else if (Record.getIdentifier())
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

static std::optional<RecordOrder> bestOrder(const CXXRecordDecl &Record) {
  std::optional<FieldOrder> Best = bestFieldOrder(Record);
  if (!Best)
    return std::nullopt;
  RecordOrder Order{Best->Layout.size(), Best->Moved, Best->IsProven, {}, {}};
  for (const LayoutPart &Part : Best->Layout.parts())
    Order.Parts.push_back(inWords(Part));
  for (const FieldDecl *Field : Best->Fields)
    Order.Fields.push_back(Field->getIdentifier() ? Field->getNameAsString()
                                                  : "(" + typeOf(*Field) + ")");
  return Order;
}

// --- Which records ---------------------------------------------------------

namespace {
class RecordCollector {
public:
  RecordCollector(const ASTContext &Ctx, FactBase &Facts)
      : SM(Ctx.getSourceManager()), Facts(Facts) {}

  void collect(const DeclContext &Context);

private:
  void add(const CXXRecordDecl &Record);

  const SourceManager &SM;
  FactBase &Facts;
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
  for (const LayoutPart &Part : Layout->parts())
    Fact->Parts.push_back(inWords(Part));
  Fact->Best = bestOrder(Record);
  if (Fact->Best)
    for (const IntentSign &Sign : signsOfIntent(Record))
      Fact->Signs.push_back({Sign.What.str(), SM.getSpellingLineNumber(
                                                  SM.getFileLoc(Sign.Where))});
  std::string Text;
  llvm::raw_string_ostream(Text) << toJSON(*Fact);
  // Another layout is another fact.
  auto Hash = llvm::BLAKE3::hash<8>(llvm::arrayRefFromStringRef(Text));
  Facts.add(Fact->Name + "#" + llvm::toHex(Hash), *Fact);
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
      continue;
    }
    if (const auto *Record = dyn_cast<CXXRecordDecl>(D)) {
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

void whet::collectRecords(ASTContext &Ctx, FactBase &Facts) {
  RecordCollector(Ctx, Facts).collect(*Ctx.getTranslationUnitDecl());
}

std::vector<RecordFact> whet::records(FactBase &Facts) {
  std::vector<RecordFact> Result;
  for (auto &[Key, Fact] : Facts.table<RecordFact>().Facts)
    Result.push_back(Fact);
  llvm::sort(Result, [](const RecordFact &A, const RecordFact &B) {
    return std::tie(A.Name, A.File, A.Line, A.Size) <
           std::tie(B.Name, B.File, B.Line, B.Size);
  });
  return Result;
}
