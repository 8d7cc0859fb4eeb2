#include "whet/analysis/RecordLayout.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/AST/RecordLayout.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <tuple>

using namespace whet;
using namespace clang;

// --- Sizes of parts --------------------------------------------------------

// What a base takes: another part may begin in its tail.
static uint64_t baseSize(const CXXRecordDecl &Base, const ASTContext &Ctx) {
  if (Base.isEmpty())
    return 0;
  return static_cast<uint64_t>(
      Ctx.toBits(Ctx.getASTRecordLayout(&Base).getNonVirtualSize()));
}

static uint64_t fieldSize(const FieldDecl &Field, const ASTContext &Ctx) {
  if (Field.isBitField())
    return Field.getBitWidthValue();
  QualType T = Field.getType();
  if (T->isIncompleteArrayType())
    return 0;
  // A field that others may overlap is laid out as a base would be.
  if (Field.isPotentiallyOverlapping())
    if (const auto *Record = T->getAsCXXRecordDecl()) {
      if (Record->isEmpty())
        return 0;
      const ASTRecordLayout &Layout = Ctx.getASTRecordLayout(Record);
      return static_cast<uint64_t>(Ctx.toBits(
          std::max(Layout.getNonVirtualSize(), Layout.getDataSize())));
    }
  return Ctx.getTypeSize(T);
}

static uint64_t bits(CharUnits Chars, const ASTContext &Ctx) {
  return static_cast<uint64_t>(Ctx.toBits(Chars));
}

// --- Reading a layout ------------------------------------------------------

static bool hasLayout(const RecordDecl &Record) {
  return Record.isCompleteDefinition() && !Record.isInvalidDecl() &&
         !Record.isDependentType() &&
         llvm::none_of(Record.fields(), [](const FieldDecl *Field) {
           return Field->isInvalidDecl();
         });
}

void RecordLayout::add(LayoutPart Part) { Parts.push_back(Part); }

void RecordLayout::findHoles() {
  // What takes nothing comes before what is at the same place; then as they are
  // declared.
  llvm::sort(Parts, [](const LayoutPart &A, const LayoutPart &B) {
    auto Key = [](const LayoutPart &P) {
      return std::tuple(P.Offset, P.Size != 0, P.Kind,
                        P.Declaration ? P.Declaration->getFieldIndex() : 0U);
    };
    return Key(A) < Key(B);
  });
  for (unsigned I = 0; I < Parts.size(); ++I) {
    const LayoutPart &Part = Parts[I];
    if (Part.Size == 0)
      continue;
    if (Part.Offset > End)
      Holes.push_back({End, Part.Offset - End, I});
    End = std::max(End, Part.end());
  }
}

std::optional<RecordLayout> RecordLayout::of(const RecordDecl &Record) {
  if (!hasLayout(Record))
    return std::nullopt;
  const ASTContext &Ctx = Record.getASTContext();
  const ASTRecordLayout &Layout = Ctx.getASTRecordLayout(&Record);
  RecordLayout Result;
  Result.Size = bits(Layout.getSize(), Ctx);
  Result.DataSize = bits(Layout.getDataSize(), Ctx);
  Result.Alignment = bits(Layout.getAlignment(), Ctx);
  if (const auto *Class = dyn_cast<CXXRecordDecl>(&Record)) {
    uint64_t Pointer = Ctx.getTypeSize(Ctx.VoidPtrTy);
    if (Layout.hasOwnVFPtr())
      Result.add({LayoutPart::VTablePointer, 0, Pointer});
    if (Layout.hasOwnVBPtr())
      Result.add({LayoutPart::VirtualBasePointer,
                  bits(Layout.getVBPtrOffset(), Ctx), Pointer});
    for (const CXXBaseSpecifier &Specifier : Class->bases()) {
      const CXXRecordDecl *Base = Specifier.getType()->getAsCXXRecordDecl();
      if (!Specifier.isVirtual())
        Result.add({LayoutPart::Base,
                    bits(Layout.getBaseClassOffset(Base), Ctx),
                    baseSize(*Base, Ctx), nullptr, Base});
    }
    for (const CXXBaseSpecifier &Specifier : Class->vbases()) {
      const CXXRecordDecl *Base = Specifier.getType()->getAsCXXRecordDecl();
      Result.add({LayoutPart::VirtualBase,
                  bits(Layout.getVBaseClassOffset(Base), Ctx),
                  baseSize(*Base, Ctx), nullptr, Base});
    }
  }
  for (const FieldDecl *Field : Record.fields())
    Result.add({LayoutPart::Field,
                Layout.getFieldOffset(Field->getFieldIndex()),
                fieldSize(*Field, Ctx), Field});
  Result.findHoles();
  return Result;
}

uint64_t RecordLayout::unusedBits() const {
  if (llvm::all_of(Parts, [](const LayoutPart &P) { return P.Size == 0; }))
    return 0;
  uint64_t Sum = tailBits();
  for (const LayoutHole &Hole : Holes)
    Sum += Hole.Size;
  return Sum;
}

// --- Other orders ----------------------------------------------------------

static void copyAttributes(const Decl &From, Decl &To, ASTContext &Ctx) {
  for (const Attr *A : From.attrs())
    if (isa<AlignedAttr, PackedAttr, MaxFieldAlignmentAttr, AlignMac68kAttr,
            MSStructAttr, NoUniqueAddressAttr, GCCStructAttr>(A))
      To.addAttr(A->clone(Ctx));
}

// A virtual function gives a class its vptr, unless a base has one.
static void addVirtualFunction(CXXRecordDecl &To, ASTContext &Ctx) {
  QualType T = Ctx.getFunctionType(Ctx.VoidTy, {}, {});
  auto *Method = CXXMethodDecl::Create(
      Ctx, &To, SourceLocation(),
      {DeclarationName(&Ctx.Idents.get("function")), SourceLocation()}, T,
      Ctx.getTrivialTypeSourceInfo(T), SC_None, /*UsesFPIntrin=*/false,
      /*isInline=*/false, ConstexprSpecKind::Unspecified, SourceLocation());
  Method->setVirtualAsWritten(true);
  Method->setAccess(AS_public);
  To.addDecl(Method);
}

// A class with a destructor of its own is no POD: others may be laid out into
// its tail.
static void addDestructor(CXXRecordDecl &To, ASTContext &Ctx) {
  QualType T = Ctx.getFunctionType(Ctx.VoidTy, {}, {});
  auto *Destructor = CXXDestructorDecl::Create(
      Ctx, &To, SourceLocation(),
      {Ctx.DeclarationNames.getCXXDestructorName(Ctx.getCanonicalTagType(&To)),
       SourceLocation()},
      T, Ctx.getTrivialTypeSourceInfo(T), /*UsesFPIntrin=*/false,
      /*isInline=*/true, /*isImplicitlyDeclared=*/false,
      ConstexprSpecKind::Unspecified);
  Destructor->setAccess(AS_public);
  To.addDecl(Destructor);
}

static FieldDecl *copyField(const FieldDecl &From, CXXRecordDecl &To,
                            ASTContext &Ctx) {
  auto *Field = FieldDecl::Create(Ctx, &To, SourceLocation(), SourceLocation(),
                                  From.getIdentifier(), From.getType(),
                                  From.getTypeSourceInfo(), From.getBitWidth(),
                                  From.isMutable(), ICIS_NoInit);
  Field->setAccess(From.getAccess());
  copyAttributes(From, *Field, Ctx);
  To.addDecl(Field);
  return Field;
}

// A record like Record, without fields.
static CXXRecordDecl &startCopy(const CXXRecordDecl &Record, ASTContext &Ctx) {
  auto *Copy = CXXRecordDecl::Create(
      Ctx, Record.getTagKind(), Ctx.getTranslationUnitDecl(), SourceLocation(),
      SourceLocation(), &Ctx.Idents.get("(copy)"));
  copyAttributes(Record, *Copy, Ctx);
  Copy->startDefinition();
  llvm::SmallVector<const CXXBaseSpecifier *, 4> Bases;
  for (const CXXBaseSpecifier &Specifier : Record.bases())
    Bases.push_back(&Specifier);
  if (!Bases.empty())
    Copy->setBases(Bases.data(), static_cast<unsigned>(Bases.size()));
  if (Record.isPolymorphic())
    addVirtualFunction(*Copy, Ctx);
  if (!Record.isPOD())
    addDestructor(*Copy, Ctx);
  return *Copy;
}

std::optional<RecordLayout>
RecordLayout::ordered(const CXXRecordDecl &Record,
                      llvm::ArrayRef<const FieldDecl *> Fields) {
  if (!hasLayout(Record))
    return std::nullopt;
  ASTContext &Ctx = Record.getASTContext();
  CXXRecordDecl &Copy = startCopy(Record, Ctx);
  for (const FieldDecl *Field : Fields)
    copyField(*Field, Copy, Ctx);
  return ofCopy(Copy, Fields);
}

std::optional<RecordLayout> RecordLayout::aligned(const CXXRecordDecl &Record,
                                                  const FieldDecl &Aligned,
                                                  uint64_t Bytes) {
  if (!hasLayout(Record))
    return std::nullopt;
  ASTContext &Ctx = Record.getASTContext();
  CXXRecordDecl &Copy = startCopy(Record, Ctx);
  llvm::SmallVector<const FieldDecl *, 8> Fields(Record.fields());
  for (const FieldDecl *Field : Fields) {
    FieldDecl *Copied = copyField(*Field, Copy, Ctx);
    if (Field == &Aligned)
      Copied->addAttr(AlignedAttr::CreateImplicit(
          Ctx, /*IsAlignmentExpr=*/true,
          IntegerLiteral::Create(Ctx,
                                 llvm::APInt(Ctx.getIntWidth(Ctx.IntTy), Bytes),
                                 Ctx.IntTy, SourceLocation())));
  }
  return ofCopy(Copy, Fields);
}

std::optional<RecordLayout>
RecordLayout::ofCopy(CXXRecordDecl &Copy,
                     llvm::ArrayRef<const FieldDecl *> Fields) {
  Copy.completeDefinition();
  std::optional<RecordLayout> Layout = of(Copy);
  if (Layout)
    for (LayoutPart &Part : Layout->Parts)
      if (Part.Declaration)
        Part.Declaration = Fields[Part.Declaration->getFieldIndex()];
  return Layout;
}

std::optional<uint64_t> whet::mallocBytes(uint64_t Size, uint64_t Alignment,
                                          uint64_t PointerWidth) {
  if (PointerWidth != 64 || Alignment > 128)
    return std::nullopt;
  return std::max<uint64_t>(32, llvm::alignTo((Size / 8) + 8, 16));
}
