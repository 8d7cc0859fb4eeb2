#include "SourceTexts.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace whet;

static constexpr llvm::StringLiteral ByteOrderMark = "\xEF\xBB\xBF";

// Code points: a continuation byte begins none.
static unsigned characters(llvm::StringRef Text) {
  return llvm::count_if(Text, [](char C) { return (C & 0xC0) != 0x80; });
}

const SourceTexts::Text &SourceTexts::text(const std::string &File) {
  auto [It, IsNew] = Texts.try_emplace(File);
  Text &T = It->second;
  if (!IsNew)
    return T;
  auto Buffer = llvm::MemoryBuffer::getFile(File);
  if (!Buffer)
    return T;
  T.Buffer = std::move(*Buffer);
  llvm::StringRef All = T.Buffer->getBuffer();
  T.LineStarts.push_back(0);
  for (size_t End = All.find('\n'); End != llvm::StringRef::npos;
       End = All.find('\n', End + 1))
    T.LineStarts.push_back(End + 1);
  T.IsAscii = llvm::all_of(All, [](char C) { return llvm::isASCII(C); });
  return T;
}

llvm::StringRef SourceTexts::contents(const std::string &File) {
  const Text &T = text(File);
  return T.Buffer ? T.Buffer->getBuffer() : llvm::StringRef();
}

TextPlace SourceTexts::placeAt(const Text &T, unsigned Offset) {
  auto Next = llvm::upper_bound(T.LineStarts, Offset);
  unsigned Line = Next - T.LineStarts.begin();
  unsigned Start = *std::prev(Next);
  // A file may be one long line.
  if (T.IsAscii)
    return {Line, Offset - Start + 1};
  llvm::StringRef Before = T.Buffer->getBuffer().slice(Start, Offset);
  if (Line == 1)
    Before.consume_front(ByteOrderMark);
  return {Line, characters(Before) + 1};
}

bool SourceTexts::agrees(const SourcePosition &P) {
  const Text &T = text(P.File);
  if (!T.Buffer || P.Line == 0 || P.Line > T.LineStarts.size() ||
      P.Offset > T.Buffer->getBufferSize())
    return false;
  unsigned Start = T.LineStarts[P.Line - 1];
  if (P.Line < T.LineStarts.size() && P.Offset >= T.LineStarts[P.Line])
    return false;
  return P.Offset >= Start && P.Column == P.Offset - Start + 1;
}

TextRegion SourceTexts::shown(const SourcePosition &P) {
  if (!agrees(P)) {
    unsigned Line = std::max(1U, P.Line);
    unsigned Column = std::max(1U, P.Column);
    return {{Line, Column}, {Line, Column + 1}};
  }
  const Text &T = text(P.File);
  TextPlace Begin = placeAt(T, P.Offset);
  llvm::StringRef Rest = T.Buffer->getBuffer().drop_front(P.Offset);
  llvm::StringRef Word = Rest.take_while(
      [](char C) { return llvm::isAlnum(C) || C == '_' || !llvm::isASCII(C); });
  return {Begin, {Begin.Line, Begin.Column + std::max(1U, characters(Word))}};
}

std::optional<TextRegion>
SourceTexts::region(const std::string &File, unsigned Offset, unsigned Length) {
  const Text &T = text(File);
  if (!T.Buffer || size_t(Offset) + Length > T.Buffer->getBufferSize())
    return std::nullopt;
  return TextRegion{placeAt(T, Offset), placeAt(T, Offset + Length)};
}
