#include "whet/analysis/TargetLayouts.h"
#include "whet/analysis/RecordLayout.h"
#include "whet/analysis/StandardLibrary.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/TypeLoc.h"
#include "clang/Basic/TargetInfo.h"
#include "clang/Frontend/ASTUnit.h"
#include "clang/Lex/Lexer.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/raw_ostream.h"

using namespace whet;
using namespace clang;

// --- Targets ---------------------------------------------------------------

static constexpr LayoutTarget Targets[] = {
    {"x86-64", "x86_64-linux-gnu"},
    {"i386", "i386-linux-gnu"},
    {"aarch64", "aarch64-linux-gnu"},
    {"armv7", "armv7-linux-gnueabihf"},
    {"x86-64-windows-msvc", "x86_64-pc-windows-msvc"},
};

llvm::ArrayRef<LayoutTarget> whet::layoutTargets() { return Targets; }

const LayoutTarget *whet::layoutTarget(llvm::StringRef Name) {
  const auto *It = llvm::find_if(
      Targets, [&](const LayoutTarget &T) { return T.Name == Name; });
  return It == std::end(Targets) ? nullptr : It;
}

// --- What template parameters stand for ------------------------------------

namespace {
/// What is around a type: a record or an alias, with the arguments of its
/// template as somebody wrote them. What was instantiated has `unsigned long`
/// where its user wrote `uint64_t`. The scope around explains what the
/// arguments are written with.
struct Surroundings {
  const Surroundings *Outer = nullptr;
  const Decl *Owner = nullptr;
  llvm::ArrayRef<TemplateArgument> Arguments;
};

bool hasArguments(const Surroundings *In) {
  return In && (!In->Arguments.empty() || hasArguments(In->Outer));
}

/// Whether what is written there is the standard library's, which may have
/// specialised a template for what its user called by another name.
bool isOfLibrary(const Surroundings *In) {
  const auto *Record =
      dyn_cast_or_null<CXXRecordDecl>(In ? In->Owner : nullptr);
  return Record && isOfStandardLibrary(*Record);
}

/// All libraries count time in 64 bits.
bool isOfDuration(const Surroundings *In) {
  const auto *Record =
      dyn_cast_or_null<CXXRecordDecl>(In ? In->Owner : nullptr);
  return Record && Record->getIdentifier() && Record->getName() == "duration" &&
         isOfStandardLibrary(*Record);
}

/// Text of C++, or nothing if there is none.
using Text = std::optional<std::string>;
} // namespace

// What libraries name by a macro of clang's; empty for others. `int_fast32_t`
// and the like are not among them: C libraries differ in these.
static llvm::StringRef macroOf(llvm::StringRef Name) {
  return llvm::StringSwitch<llvm::StringRef>(Name)
      .Case("int8_t", "__INT8_TYPE__")
      .Case("int16_t", "__INT16_TYPE__")
      .Case("int32_t", "__INT32_TYPE__")
      .Case("int64_t", "__INT64_TYPE__")
      .Case("uint8_t", "__UINT8_TYPE__")
      .Case("uint16_t", "__UINT16_TYPE__")
      .Case("uint32_t", "__UINT32_TYPE__")
      .Case("uint64_t", "__UINT64_TYPE__")
      .Case("int_least8_t", "__INT_LEAST8_TYPE__")
      .Case("int_least16_t", "__INT_LEAST16_TYPE__")
      .Case("int_least32_t", "__INT_LEAST32_TYPE__")
      .Case("int_least64_t", "__INT_LEAST64_TYPE__")
      .Case("uint_least8_t", "__UINT_LEAST8_TYPE__")
      .Case("uint_least16_t", "__UINT_LEAST16_TYPE__")
      .Case("uint_least32_t", "__UINT_LEAST32_TYPE__")
      .Case("uint_least64_t", "__UINT_LEAST64_TYPE__")
      .Case("intmax_t", "__INTMAX_TYPE__")
      .Case("uintmax_t", "__UINTMAX_TYPE__")
      .Cases({"size_t", "size_type"}, "__SIZE_TYPE__")
      .Cases({"ptrdiff_t", "difference_type", "ssize_t", "streamsize"},
             "__PTRDIFF_TYPE__")
      .Case("intptr_t", "__INTPTR_TYPE__")
      .Case("uintptr_t", "__UINTPTR_TYPE__")
      .Default("");
}

// --- The model -------------------------------------------------------------

/// Writes records as sources that need no header.
class TargetLayouts::Writer {
public:
  Writer(const ASTContext &Source, const LayoutTarget &Target)
      : Source(Source), SM(Source.getSourceManager()), Target(Target) {
    DiagnosticOptions NoOptions;
    DiagnosticsEngine Silent(DiagnosticIDs::create(), NoOptions,
                             new IgnoringDiagConsumer);
    TargetOptions Options;
    Options.Triple = Target.Triple.str();
    Info = TargetInfo::CreateTargetInfo(Silent, Options);
  }

  /// Adds the record, and calls it \p Name; why not, or empty.
  std::string add(const CXXRecordDecl &Record, const std::string &Name,
                  llvm::ArrayRef<const FieldDecl *> Order);

  std::unique_ptr<ASTUnit> compile() const;

private:
  Text unknown(const llvm::Twine &Why);
  Text typeText(QualType T, TypeLoc Loc, const Surroundings *In);
  Text builtinText(const BuiltinType &T, bool IsExact, const Surroundings *In);
  Text arrayText(const ArrayType &T, TypeLoc Loc, const Surroundings *In);
  Text enumText(const EnumDecl &Enum, const Surroundings *In);
  Text recordText(const CXXRecordDecl &Record,
                  llvm::ArrayRef<TemplateArgument> Arguments,
                  const Surroundings *In);
  Text constantText(const Expr &E, const Surroundings *In);
  Text writtenTypeText(QualType Canonical, const Surroundings *In);
  Text writtenConstantText(const llvm::APSInt &Value, const Surroundings *In);
  bool define(const CXXRecordDecl &Record, const std::string &Name,
              llvm::ArrayRef<const FieldDecl *> Order, const Surroundings *In);
  Text fieldText(const FieldDecl &Field, const Surroundings *In);
  Text alignmentText(const Decl &D, const Surroundings *In);
  bool isForeign(const CXXRecordDecl &Record) const;
  std::string freshName(llvm::StringRef Prefix) {
    return (Prefix + llvm::Twine(NumNames++)).str();
  }

  const ASTContext &Source;
  const SourceManager &SM;
  const LayoutTarget &Target;
  llvm::IntrusiveRefCntPtr<TargetInfo> Info;
  std::string Code = "struct Class {};\n"
                     "typedef void (*FunctionPointer)();\n"
                     "typedef int Class::*MemberPointer;\n"
                     "typedef void (Class::*MethodPointer)();\n"
                     "typedef decltype(nullptr) Null;\n";
  /// Of records that are no instances: what they are called.
  llvm::DenseMap<const CXXRecordDecl *, std::string> Names;
  unsigned NumNames = 0;
  /// The first thing that is not known.
  std::string Problem;
};

Text TargetLayouts::Writer::unknown(const llvm::Twine &Why) {
  if (Problem.empty())
    Problem = Why.str();
  return std::nullopt;
}

static std::string nameOf(const NamedDecl &D) {
  std::string Name = D.getQualifiedNameAsString();
  return Name.empty() ? "a type without a name" : Name;
}

// --- Types -----------------------------------------------------------------

// The integer that a standard type is called by, where that differs between
// targets; nothing for others.
static std::optional<TargetInfo::IntType> intType(BuiltinType::Kind Kind) {
  switch (Kind) {
  case BuiltinType::Int:
    return TargetInfo::SignedInt;
  case BuiltinType::UInt:
    return TargetInfo::UnsignedInt;
  case BuiltinType::Long:
    return TargetInfo::SignedLong;
  case BuiltinType::ULong:
    return TargetInfo::UnsignedLong;
  case BuiltinType::LongLong:
    return TargetInfo::SignedLongLong;
  case BuiltinType::ULongLong:
    return TargetInfo::UnsignedLongLong;
  default:
    return std::nullopt;
  }
}

// An integer type that a typedef or a template parameter may have stood for
// comes to the same on the target, whichever it was: the type itself, one of as
// many bits, or one as wide as a pointer.
static bool isSameWhatever(TargetInfo::IntType T, const TargetInfo &Here,
                           const TargetInfo &There) {
  auto Shape = [&](TargetInfo::IntType I) {
    return std::pair(There.getTypeWidth(I), There.getTypeAlign(I));
  };
  bool IsSigned = TargetInfo::isTypeSigned(T);
  bool IsSame = Shape(There.getIntTypeByWidth(Here.getTypeWidth(T),
                                              IsSigned)) == Shape(T);
  TargetInfo::IntType Size =
      IsSigned ? Here.getPtrDiffType(LangAS::Default) : Here.getSizeType();
  if (Size == T)
    IsSame &= Shape(There.getSizeType()) == Shape(T);
  return IsSame;
}

Text TargetLayouts::Writer::builtinText(const BuiltinType &T, bool IsExact,
                                        const Surroundings *In) {
  switch (T.getKind()) {
  case BuiltinType::NullPtr:
    return "Null";
  case BuiltinType::Int128:
  case BuiltinType::UInt128:
    if (!Info->hasInt128Type())
      return unknown("there is no " + T.getName(Source.getPrintingPolicy()));
    break;
  case BuiltinType::Float128:
  case BuiltinType::BFloat16:
  case BuiltinType::Float16:
  case BuiltinType::Half:
  case BuiltinType::Ibm128:
    return unknown(T.getName(Source.getPrintingPolicy()) +
                   " is not on all targets");
  default:
    if (!T.isInteger() && !T.isFloatingPoint())
      return unknown(T.getName(Source.getPrintingPolicy()) +
                     " is not on all targets");
  }
  std::string Name = T.getName(Source.getPrintingPolicy()).str();
  std::optional<TargetInfo::IntType> Integer = intType(T.getKind());
  if (IsExact || !Integer)
    return Name;
  if (Text Written = writtenTypeText(QualType(&T, 0), In))
    return Written;
  if (isSameWhatever(*Integer, Source.getTargetInfo(), *Info))
    return Name;
  if (isOfDuration(In))
    return "__INT64_TYPE__";
  return unknown("what is '" + Name + "' here may be another type there");
}

// What somebody wrote where an instantiation has the type Canonical.
Text TargetLayouts::Writer::writtenTypeText(QualType Canonical,
                                            const Surroundings *In) {
  for (; In; In = In->Outer)
    for (const TemplateArgument &A : In->Arguments)
      if (A.getKind() == TemplateArgument::Type &&
          Source.hasSameUnqualifiedType(A.getAsType(), Canonical))
        return typeText(A.getAsType(), {}, In->Outer);
  return std::nullopt;
}

Text TargetLayouts::Writer::writtenConstantText(const llvm::APSInt &Value,
                                                const Surroundings *In) {
  for (; In; In = In->Outer)
    for (const TemplateArgument &A : In->Arguments) {
      Expr::EvalResult Written;
      if (A.getKind() == TemplateArgument::Expression &&
          !A.getAsExpr()->isValueDependent() &&
          A.getAsExpr()->EvaluateAsInt(Written, Source) &&
          llvm::APSInt::isSameValue(Written.Val.getInt(), Value))
        return constantText(*A.getAsExpr(), In->Outer);
    }
  return std::nullopt;
}

Text TargetLayouts::Writer::arrayText(const ArrayType &T, TypeLoc Loc,
                                      const Surroundings *In) {
  const auto *Array = dyn_cast<ConstantArrayType>(&T);
  if (!Array && !isa<IncompleteArrayType>(T))
    return unknown("an array has no constant bound");
  auto ArrayLoc = Loc.isNull() ? ArrayTypeLoc() : Loc.getAs<ArrayTypeLoc>();
  Text Element =
      typeText(T.getElementType(),
               ArrayLoc.isNull() ? TypeLoc() : ArrayLoc.getElementLoc(), In);
  if (!Element)
    return std::nullopt;
  std::string Bound;
  if (Array) {
    llvm::APSInt Value(Array->getSize(), /*isUnsigned=*/true);
    const Expr *Size = ArrayLoc.isNull() ? nullptr : ArrayLoc.getSizeExpr();
    Text Constant =
        Size ? constantText(*Size, In) : writtenConstantText(Value, In);
    if (!Constant)
      return unknown("the bound of an array may be another one there");
    Bound = std::move(*Constant);
  }
  std::string Name = freshName("Array");
  Code += "typedef " + *Element + " " + Name + "[" + Bound + "];\n";
  return Name;
}

static std::string literal(const llvm::APSInt &Value) {
  llvm::SmallString<32> Digits;
  if (Value.isNegative()) {
    // There is no literal of the least number.
    llvm::APSInt Next = Value;
    ++Next;
    Next.toString(Digits, 10);
    return "(" + Digits.str().str() + "-1)";
  }
  Value.toString(Digits, 10);
  return Digits.str().str() + (Value.getActiveBits() > 63 ? "u" : "");
}

Text TargetLayouts::Writer::enumText(const EnumDecl &Enum,
                                     const Surroundings *In) {
  const EnumDecl *Definition = Enum.getDefinition();
  if (Enum.hasAttr<PackedAttr>() || Enum.hasAttr<AlignedAttr>() ||
      (!Definition && !Enum.isFixed()))
    return unknown(nameOf(Enum) + " is laid out in a way of its own");
  std::string Name = freshName("Enum");
  if (Enum.isFixed()) {
    const TypeSourceInfo *Info = Enum.getIntegerTypeSourceInfo();
    Text Type =
        Info ? typeText(Info->getType(), Info->getTypeLoc(), In) : Text("int");
    if (!Type)
      return std::nullopt;
    Code += "enum " + Name + " : " + *Type + " {};\n";
    return Name;
  }
  std::string Values;
  for (const EnumConstantDecl *Constant : Definition->enumerators())
    Values +=
        freshName("Constant") + " = " + literal(Constant->getInitVal()) + ", ";
  Code += "enum " + Name + " { " + Values + "};\n";
  return Name;
}

// A type that a C library, or the system, has its own way for.
static bool isOfSystem(const TypedefNameDecl &D, const SourceManager &SM) {
  return SM.isInSystemHeader(SM.getExpansionLoc(D.getLocation())) &&
         D.getDeclContext()->getRedeclContext()->isTranslationUnit();
}

// "__SIZE_TYPE__", where the type at Loc is one of clang's macros.
static Text predefinedType(SourceLocation Loc, const ASTContext &Ctx) {
  const SourceManager &SM = Ctx.getSourceManager();
  if (!Loc.isMacroID() || !SM.isWrittenInBuiltinFile(SM.getSpellingLoc(Loc)))
    return std::nullopt;
  llvm::StringRef Name =
      Lexer::getImmediateMacroName(Loc, SM, Ctx.getLangOpts());
  return Name.starts_with("__") && Name.ends_with("_TYPE__") ? Text(Name.str())
                                                             : std::nullopt;
}

// NOLINTNEXTLINE(misc-no-recursion): types are made of types.
Text TargetLayouts::Writer::typeText(QualType T, TypeLoc Loc,
                                     const Surroundings *In) {
  bool IsExact = !isOfLibrary(In);
  llvm::ArrayRef<TemplateArgument> Arguments;
  // From what is written to what it is.
  while (true) {
    if (!Loc.isNull())
      Loc = Loc.getUnqualifiedLoc();
    const Type *Step = T.getTypePtr();
    if (const auto *Typedef = dyn_cast<TypedefType>(Step)) {
      const TypedefNameDecl &D = *Typedef->getDecl();
      bool IsSystem = SM.isInSystemHeader(SM.getExpansionLoc(D.getLocation()));
      if (IsSystem && !macroOf(D.getName()).empty() && T->isIntegerType())
        return macroOf(D.getName()).str();
      if (D.hasAttr<AlignedAttr>())
        return unknown(nameOf(D) + " has an alignment of its own");
      IsExact &= !isOfSystem(D, SM);
      Loc = D.getTypeSourceInfo()->getTypeLoc();
      T = D.getUnderlyingType();
      continue;
    }
    if (const auto *Spec = dyn_cast<TemplateSpecializationType>(Step)) {
      if (Spec->isTypeAlias()) {
        const Surroundings Alias{In,
                                 Spec->getTemplateName().getAsTemplateDecl(),
                                 Spec->template_arguments()};
        return typeText(Spec->getAliasedType(), {}, &Alias);
      }
      Arguments = Spec->template_arguments();
    } else if (const auto *Parameter =
                   dyn_cast<SubstTemplateTypeParmType>(Step)) {
      const Surroundings *Holder = In;
      while (Holder && Holder->Owner != Parameter->getAssociatedDecl())
        Holder = Holder->Outer;
      unsigned Index = Parameter->getIndex();
      if (Holder && !Parameter->getPackIndex() &&
          Index < Holder->Arguments.size() &&
          Holder->Arguments[Index].getKind() == TemplateArgument::Type &&
          Source.hasSameUnqualifiedType(Holder->Arguments[Index].getAsType(),
                                        T))
        return typeText(Holder->Arguments[Index].getAsType(), {},
                        Holder->Outer);
      IsExact = false;
    }
    QualType Next = T.getSingleStepDesugaredType(Source);
    if (Next == T)
      break;
    // Locations are of the outermost type.
    Loc = Loc.isNull() ? Loc : Loc.getNextTypeLoc();
    if (!Loc.isNull() &&
        Loc.getType().getCanonicalType() != Next.getCanonicalType())
      Loc = {};
    T = Next;
  }
  T = T.getUnqualifiedType();
  if (!Loc.isNull() && T->isIntegerType())
    if (Text Macro = predefinedType(Loc.getBeginLoc(), Source))
      return Macro;
  if (const auto *Builtin = dyn_cast<BuiltinType>(T))
    return builtinText(*Builtin, IsExact, In);
  if (T->isFunctionPointerType())
    return "FunctionPointer";
  if (T->isAnyPointerType())
    return "void *";
  // A field that is a reference takes what a pointer does.
  if (T->isReferenceType())
    return "void *";
  if (T->isMemberPointerType()) {
    if (Info->getCXXABI().isMicrosoft())
      return unknown("a pointer to a member depends on its class there");
    return T->isMemberFunctionPointerType() ? "MethodPointer" : "MemberPointer";
  }
  if (const auto *Array = Source.getAsArrayType(T)) {
    return arrayText(*Array, Loc, In);
  }
  if (const auto *Enum = T->getAsEnumDecl())
    return enumText(*Enum, In);
  if (const auto *Record = T->getAsCXXRecordDecl())
    return recordText(*Record, Arguments, In);
  if (const auto *Atomic = T->getAs<AtomicType>()) {
    Text Value = typeText(Atomic->getValueType(), {}, In);
    return Value ? Text("_Atomic(" + *Value + ")") : std::nullopt;
  }
  if (const auto *Vector = T->getAs<VectorType>();
      Vector && Vector->getVectorKind() == VectorKind::Generic) {
    Text Element = typeText(Vector->getElementType(), {}, In);
    if (!Element)
      return std::nullopt;
    std::string Name = freshName("Vector");
    Code += "typedef " + *Element + " " + Name +
            " __attribute__((vector_size(" +
            std::to_string(Vector->getNumElements()) + " * sizeof(" + *Element +
            "))));\n";
    return Name;
  }
  return unknown("'" + T.getAsString() + "' is not on all targets");
}

// --- Constants -------------------------------------------------------------

// IgnoreParenImpCasts, but for template parameters: these are what it is about.
static const Expr *withoutWrappers(const Expr &Written) {
  const Expr *E = &Written;
  while (true) {
    if (const auto *Paren = dyn_cast<ParenExpr>(E))
      E = Paren->getSubExpr();
    else if (const auto *Cast = dyn_cast<ImplicitCastExpr>(E))
      E = Cast->getSubExpr();
    else if (const auto *Constant = dyn_cast<ConstantExpr>(E))
      E = Constant->getSubExpr();
    else
      return E;
  }
}

// NOLINTNEXTLINE(misc-no-recursion): expressions are made of expressions.
Text TargetLayouts::Writer::constantText(const Expr &Written,
                                         const Surroundings *In) {
  const Expr *E = withoutWrappers(Written);
  // What the preprocessor says of the target.
  if (isa<IntegerLiteral, CharacterLiteral, CXXBoolLiteralExpr>(E)) {
    Expr::EvalResult Value;
    if (SM.isWrittenInBuiltinFile(SM.getSpellingLoc(E->getBeginLoc())) ||
        !E->EvaluateAsInt(Value, Source))
      return std::nullopt;
    return literal(Value.Val.getInt());
  }
  if (const auto *Parameter = dyn_cast<SubstNonTypeTemplateParmExpr>(E)) {
    Expr::EvalResult Value;
    if (!Parameter->getReplacement()->EvaluateAsInt(Value, Source))
      return std::nullopt;
    return writtenConstantText(Value.Val.getInt(), In);
  }
  if (const auto *Size = dyn_cast<UnaryExprOrTypeTraitExpr>(E)) {
    if (Size->getKind() != UETT_SizeOf && Size->getKind() != UETT_AlignOf &&
        Size->getKind() != UETT_PreferredAlignOf)
      return std::nullopt;
    TypeSourceInfo *Argument =
        Size->isArgumentType() ? Size->getArgumentTypeInfo() : nullptr;
    QualType Type = Size->getTypeOfArgument();
    if (Type->isReferenceType())
      return std::nullopt;
    Text Operand =
        typeText(Type, Argument ? Argument->getTypeLoc() : TypeLoc(), In);
    llvm::StringRef Operator = Size->getKind() == UETT_SizeOf    ? "sizeof("
                               : Size->getKind() == UETT_AlignOf ? "alignof("
                                                                 : "__alignof(";
    return Operand ? Text((Operator + *Operand + ")").str()) : std::nullopt;
  }
  if (const auto *Binary = dyn_cast<BinaryOperator>(E)) {
    Text Left = constantText(*Binary->getLHS(), In);
    Text Right = constantText(*Binary->getRHS(), In);
    if (!Left || !Right || Binary->isAssignmentOp())
      return std::nullopt;
    return "(" + *Left + " " + Binary->getOpcodeStr().str() + " " + *Right +
           ")";
  }
  if (const auto *Choice = dyn_cast<ConditionalOperator>(E)) {
    Text Condition = constantText(*Choice->getCond(), In);
    Text Left = constantText(*Choice->getTrueExpr(), In);
    Text Right = constantText(*Choice->getFalseExpr(), In);
    if (!Condition || !Left || !Right)
      return std::nullopt;
    return "(" + *Condition + " ? " + *Left + " : " + *Right + ")";
  }
  if (const auto *Cast = dyn_cast<ExplicitCastExpr>(E))
    return Cast->getType()->isIntegerType()
               ? constantText(*Cast->getSubExpr(), In)
               : std::nullopt;
  if (const auto *List = dyn_cast<InitListExpr>(E))
    return List->getNumInits() == 1 ? constantText(*List->getInit(0), In)
                                    : std::nullopt;
  const auto *Ref = dyn_cast<DeclRefExpr>(E);
  if (!Ref)
    return std::nullopt;
  if (const auto *Constant = dyn_cast<EnumConstantDecl>(Ref->getDecl())) {
    if (const Expr *Init = Constant->getInitExpr())
      return constantText(*Init, In);
    return literal(Constant->getInitVal());
  }
  const auto *Var = dyn_cast<VarDecl>(Ref->getDecl());
  const Expr *Init = Var ? Var->getAnyInitializer() : nullptr;
  return Init && Var->getType().isConstQualified() ? constantText(*Init, In)
                                                   : std::nullopt;
}

// --- Records ---------------------------------------------------------------

// Whether the target's headers say what the record is made of.
bool TargetLayouts::Writer::isForeign(const CXXRecordDecl &Record) const {
  if (!SM.isInSystemHeader(SM.getExpansionLoc(Record.getLocation())))
    return false;
  if (Info->getCXXABI().isMicrosoft() !=
          Source.getTargetInfo().getCXXABI().isMicrosoft() &&
      isOfStandardLibrary(Record))
    return true;
  // The C library's.
  const DeclContext *Around = Record.getDeclContext();
  while (!Around->isTranslationUnit() && !isa<NamespaceDecl>(Around))
    Around = Around->getParent();
  return Around->isTranslationUnit();
}

// NOLINTNEXTLINE(misc-no-recursion): records are made of records.
Text TargetLayouts::Writer::recordText(
    const CXXRecordDecl &Written, llvm::ArrayRef<TemplateArgument> Arguments,
    const Surroundings *In) {
  const CXXRecordDecl *Record = Written.getDefinition();
  if (!Record)
    return unknown(nameOf(Written) + " is not complete");
  if (isForeign(*Record))
    return unknown("what " + nameOf(*Record) +
                   " is made of is said by headers that are not there");
  // One that is empty is one type: two of it are never at the same place.
  bool IsOne = Record->isEmpty() || (Arguments.empty() && !hasArguments(In));
  if (IsOne)
    if (auto It = Names.find(Record); It != Names.end())
      return It->second;
  std::string Name = freshName("Record");
  const Surroundings Inside{In, Record, Arguments};
  if (!define(*Record, Name, {}, &Inside))
    return std::nullopt;
  if (IsOne)
    Names[Record] = Name;
  return Name;
}

Text TargetLayouts::Writer::alignmentText(const Decl &D,
                                          const Surroundings *In) {
  std::string Result;
  for (const auto *Aligned : D.specific_attrs<AlignedAttr>()) {
    Text Operand;
    if (!Aligned->isAlignmentExpr()) {
      const TypeSourceInfo *Type = Aligned->getAlignmentType();
      Operand = typeText(Type->getType(), Type->getTypeLoc(), In);
      if (Operand)
        Operand = "alignof(" + *Operand + ")";
    } else if (const Expr *E = Aligned->getAlignmentExpr()) {
      Operand = constantText(*E, In);
    }
    if (!Operand)
      return unknown("an alignment may be another one there");
    Result.append("__attribute__((aligned(").append(*Operand).append("))) ");
  }
  if (D.hasAttr<PackedAttr>())
    Result += "__attribute__((packed)) ";
  return Result;
}

Text TargetLayouts::Writer::fieldText(const FieldDecl &Field,
                                      const Surroundings *In) {
  const TypeSourceInfo *Info = Field.getTypeSourceInfo();
  Text Type =
      typeText(Field.getType(), Info ? Info->getTypeLoc() : TypeLoc(), In);
  Text Attributes = alignmentText(Field, In);
  if (!Type || !Attributes)
    return std::nullopt;
  std::string Result =
      Field.hasAttr<NoUniqueAddressAttr>() ? "[[no_unique_address]] " : "";
  Result += *Attributes + *Type + " ";
  bool IsNamed = !Field.isUnnamedBitField();
  if (IsNamed)
    Result += "field" + std::to_string(Field.getFieldIndex());
  if (Field.isBitField()) {
    Text Width = constantText(*Field.getBitWidth(), In);
    if (!Width)
      return unknown("the width of a bit-field may be another one there");
    Result += " : " + *Width;
  }
  return Result + ";\n";
}

// NOLINTNEXTLINE(misc-no-recursion): records are made of records.
bool TargetLayouts::Writer::define(const CXXRecordDecl &Record,
                                   const std::string &Name,
                                   llvm::ArrayRef<const FieldDecl *> Order,
                                   const Surroundings *In) {
  bool IsMicrosoft = Info->getCXXABI().isMicrosoft();
  if (Record.isInvalidDecl() || Record.hasAttr<MSStructAttr>() ||
      Record.hasAttr<AlignMac68kAttr>() ||
      (IsMicrosoft && Record.getNumVBases() != 0))
    return unknown(nameOf(Record) + " is laid out in a way of its own")
        .has_value();
  Text Attributes = alignmentText(Record, In);
  if (!Attributes)
    return false;
  std::string Body;
  for (const CXXBaseSpecifier &Base : Record.bases()) {
    Text Type = typeText(Base.getType(), {}, In);
    if (!Type)
      return false;
    Body += (Body.empty() ? " : " : ", ") +
            std::string(Base.isVirtual() ? "virtual " : "") + *Type;
  }
  Body += " {\n";
  if (Record.isPolymorphic())
    Body += "virtual void " + Name + "Function();\n";
  // No POD: others may be laid out into its tail.
  if (!Record.isPOD())
    Body += "~" + Name + "();\n";
  std::vector<const FieldDecl *> Fields(Order.begin(), Order.end());
  if (Fields.empty())
    Fields.assign(Record.field_begin(), Record.field_end());
  for (const FieldDecl *Field : Fields) {
    Text Declaration = fieldText(*Field, In);
    if (!Declaration)
      return false;
    Body += *Declaration;
  }
  const auto *Packing = Record.getAttr<MaxFieldAlignmentAttr>();
  bool IsPacked = Packing && Packing->getAlignment() != 0;
  if (IsPacked)
    Code += "#pragma pack(push, " +
            std::to_string(Packing->getAlignment() / 8) + ")\n";
  Code += (Record.isUnion() ? "union " : "struct ") + *Attributes + Name +
          Body + "};\n";
  if (IsPacked)
    Code += "#pragma pack(pop)\n";
  return true;
}

std::string
TargetLayouts::Writer::add(const CXXRecordDecl &Record, const std::string &Name,
                           llvm::ArrayRef<const FieldDecl *> Order) {
  Problem.clear();
  const Surroundings Inside{nullptr, &Record, {}};
  if (define(Record, Name, Order, &Inside))
    return "";
  return Problem.empty() ? "it is laid out in a way of its own" : Problem;
}

std::unique_ptr<ASTUnit> TargetLayouts::Writer::compile() const {
  IgnoringDiagConsumer Ignored;
  return tooling::buildASTFromCodeWithArgs(
      Code,
      {"-std=c++20", "-nostdinc", "-w", "--target=" + Target.Triple.str()},
      "records.cpp", "whet", std::make_shared<PCHContainerOperations>(),
      tooling::getClangSyntaxOnlyAdjuster(), tooling::FileContentMappings(),
      &Ignored);
}

// --- Laying out ------------------------------------------------------------

static std::string nowName(size_t Index) {
  return "Now" + std::to_string(Index);
}

static std::string thenName(size_t Index) {
  return "Then" + std::to_string(Index);
}

// Whether clang understood all that Record is made of.
// NOLINTNEXTLINE(misc-no-recursion): records are made of records.
static bool isSound(const RecordDecl &Record) {
  auto IsSoundType = [](QualType T) {
    const auto *Part = T->getBaseElementTypeUnsafe()->getAsRecordDecl();
    return !Part || isSound(*Part);
  };
  if (!Record.isCompleteDefinition() || Record.isInvalidDecl())
    return false;
  if (const auto *Class = dyn_cast<CXXRecordDecl>(&Record))
    for (const CXXBaseSpecifier &Base : Class->bases())
      if (!IsSoundType(Base.getType()))
        return false;
  return llvm::all_of(Record.fields(), [&](const FieldDecl *Field) {
    return !Field->isInvalidDecl() && IsSoundType(Field->getType());
  });
}

static std::optional<uint64_t> sizeOf(ASTContext &Ctx,
                                      const std::string &Name) {
  for (const NamedDecl *D : Ctx.getTranslationUnitDecl()->lookup(
           DeclarationName(&Ctx.Idents.get(Name)))) {
    const auto *Record = dyn_cast<RecordDecl>(D);
    if (!Record || !isSound(*Record))
      continue;
    if (std::optional<RecordLayout> Layout = RecordLayout::of(*Record))
      return Layout->size();
  }
  return std::nullopt;
}

TargetLayouts::TargetLayouts(const ASTContext &Source,
                             const LayoutTarget &Target)
    : Model(std::make_unique<Writer>(Source, Target)) {}

TargetLayouts::~TargetLayouts() = default;

unsigned TargetLayouts::add(const CXXRecordDecl &Record,
                            llvm::ArrayRef<const FieldDecl *> Order) {
  size_t Index = Sizes.size();
  TargetSizes Size;
  Size.Unknown = Model->add(Record, nowName(Index), {});
  if (Size.Unknown.empty())
    Size.Unknown = Model->add(Record, thenName(Index), Order);
  Sizes.push_back(std::move(Size));
  return static_cast<unsigned>(Index);
}

void TargetLayouts::layOut() {
  std::unique_ptr<ASTUnit> AST = Model->compile();
  for (size_t I = 0; I < Sizes.size(); ++I) {
    TargetSizes &Size = Sizes[I];
    if (!Size.Unknown.empty())
      continue;
    std::optional<uint64_t> Now, Then;
    if (AST) {
      Now = sizeOf(AST->getASTContext(), nowName(I));
      Then = sizeOf(AST->getASTContext(), thenName(I));
    }
    Size.Now = Now.value_or(0);
    Size.Then = Then.value_or(0);
    if (!Now || !Then)
      Size.Unknown = "clang refuses it there";
  }
}
