#include "whet/analysis/LayoutIntent.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

using namespace whet;
using namespace clang;

using FieldTest = bool (*)(const FieldDecl &);

// The place of the first field of which Test is true.
static void addField(const CXXRecordDecl &Record, FieldTest Test,
                     llvm::StringLiteral What, std::vector<IntentSign> &Signs) {
  for (const FieldDecl *Field : Record.fields())
    if (Test(*Field)) {
      Signs.push_back({Field->getLocation(), What});
      return;
    }
}

// "pad", "pad2", "_padding", "reserved_", "m_unused", "spare[4]": what is there
// for the room that it takes.
static bool isFiller(const FieldDecl &Field) {
  if (Field.isUnnamedBitField())
    return true;
  if (!Field.getIdentifier())
    return false;
  std::string Name = Field.getName().lower();
  llvm::StringRef Core(Name);
  (void)Core.consume_front("m_");
  Core = Core.trim("_0123456789");
  static constexpr llvm::StringLiteral Names[] = {
      "pad",   "padding", "reserved", "unused",
      "spare", "filler",  "dummy",    "rsvd"};
  QualType T = Field.getType();
  return llvm::is_contained(Names, Core) &&
         T->getBaseElementTypeUnsafe()->isIntegerType();
}

// Memory that is allocated behind the object, from before there was a word for
// it: `char Data[1]`.
static bool endsInOpenArray(const CXXRecordDecl &Record) {
  const FieldDecl *Last = nullptr;
  for (const FieldDecl *Field : Record.fields())
    Last = Field;
  const auto *Array = Last ? dyn_cast_or_null<ConstantArrayType>(
                                 Last->getType()->getAsArrayTypeUnsafe())
                           : nullptr;
  return Array && Array->getSize().ule(1);
}

static bool saysFrozen(llvm::StringRef Line) {
  size_t Comment = Line.find("//");
  return Comment != llvm::StringRef::npos &&
         Line.drop_front(Comment).contains("whet: frozen");
}

// Whether a comment says so, on the line of the name or alone on the one above.
static bool isFrozen(const CXXRecordDecl &Record) {
  const SourceManager &SM = Record.getASTContext().getSourceManager();
  auto [File, Offset] = SM.getDecomposedExpansionLoc(Record.getLocation());
  llvm::StringRef Text = SM.getBufferData(File);
  auto [Before, Line] = Text.take_front(Text.find('\n', Offset)).rsplit('\n');
  // Without a line above, the first half is all there is.
  if (Line.empty())
    return saysFrozen(Before);
  llvm::StringRef Above = Before.substr(Before.rfind('\n') + 1).ltrim();
  return saysFrozen(Line) || (Above.starts_with("//") && saysFrozen(Above));
}

std::vector<IntentSign> whet::signsOfIntent(const CXXRecordDecl &Record) {
  std::vector<IntentSign> Signs;
  SourceLocation Here = Record.getLocation();
  if (Record.hasAttr<PackedAttr>())
    Signs.push_back({Here, "it is packed"});
  // `#pragma pack(8)` in a header may change nothing here, but says that who
  // compiles with other settings gets the same bytes.
  if (Record.hasAttr<MaxFieldAlignmentAttr>())
    Signs.push_back({Here, "its packing is set"});
  if (Record.hasAttr<AlignedAttr>())
    Signs.push_back({Here, "its alignment is set"});
  if (Record.getDeclContext()->isExternCContext())
    Signs.push_back({Here, "it is declared for C, too"});
  if (isFrozen(Record))
    Signs.push_back({Here, "a comment says that it is frozen"});
  if (endsInOpenArray(Record))
    Signs.push_back({Here, "its last field is an array that may be longer"});
  addField(
      Record, [](const FieldDecl &F) { return F.hasAttr<PackedAttr>(); },
      "a field is packed", Signs);
  addField(
      Record, [](const FieldDecl &F) { return F.hasAttr<AlignedAttr>(); },
      "a field's alignment is set", Signs);
  addField(
      Record,
      [](const FieldDecl &F) { return F.getType().isVolatileQualified(); },
      "a field is volatile, as registers of devices are", Signs);
  addField(Record, isFiller, "it is padded by hand", Signs);
  return Signs;
}
