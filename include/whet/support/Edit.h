//===- Edit.h - Source edits ------------------------------------*- C++ -*-===//
//
// The only place that builds a fix. An EditBuilder collects edits and refuses
// the whole fix as soon as one of them cannot be made safely: inside a macro
// expansion, in a system header, or where the text is not what the file says.
//
//   EditBuilder B(SM, LangOpts);
//   B.insertStatementBefore(*Loop, "v.reserve(n);");
//   std::optional<Edits> Changes = B.take();   // nullopt: report without a fix
//
// Inserted statements take the indentation and the line ending of the statement
// they are put before. A fix may edit several files; it is applied to all of
// them or to none.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_SUPPORT_EDIT_H
#define WHET_SUPPORT_EDIT_H

#include "clang/Basic/Diagnostic.h"
#include "clang/Basic/LangOptions.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Basic/TokenKinds.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>
#include <string>

namespace clang {
class CompoundStmt;
class Decl;
class DeclaratorDecl;
class Expr;
class Stmt;
class VarDecl;
} // namespace clang

namespace whet {

using Edits = llvm::SmallVector<clang::FixItHint, 2>;

class EditBuilder {
public:
  EditBuilder(const clang::SourceManager &SM, const clang::LangOptions &LO)
      : SM(SM), LangOpts(LO) {}

  /// Puts \p Text, a statement with its semicolon, on a line of its own before
  /// \p S. Refused when \p S is not the first token of its line: there, a new
  /// statement might become the body of an `if`.
  EditBuilder &insertStatementBefore(const clang::Stmt &S,
                                     llvm::StringRef Text);

  /// Replaces \p S, without its semicolon, by statements on lines of their own;
  /// the last one of \p Texts is without a semicolon, too. Refused where the
  /// insertion of a statement would be.
  EditBuilder &replaceByStatements(const clang::Stmt &S,
                                   llvm::ArrayRef<std::string> Texts);

  /// Puts \p Text right before the first token of \p S.
  EditBuilder &insertBefore(const clang::Stmt &S, llvm::StringRef Text);

  /// Puts \p Text right before the first token of \p D.
  EditBuilder &insertBefore(const clang::Decl &D, llvm::StringRef Text);

  /// Puts \p Text right after the last token of \p S.
  EditBuilder &insertAfter(const clang::Stmt &S, llvm::StringRef Text);

  /// Replaces the tokens of \p Range by \p Text.
  EditBuilder &replace(clang::SourceRange Range, llvm::StringRef Text);

  /// Removes \p S, a statement of a block, with its semicolon, and with its
  /// line if there is nothing else on it. Refused if a comment follows it
  /// there.
  EditBuilder &removeStatement(const clang::Stmt &S);

  /// Removes the declaration of \p D with its line, as removeStatement does,
  /// and with the `//` comment behind it. Refused, too, if it declares anything
  /// else, and if a comment is before it: that may be about it, or about more.
  EditBuilder &removeDeclaration(const clang::DeclaratorDecl &D);

  /// Puts the declared type of \p D into \p Template: `std::atomic<int> D`.
  /// Refused where the type is not written in one piece before the name, and
  /// for what is declared along with others.
  EditBuilder &wrapType(const clang::DeclaratorDecl &D,
                        llvm::StringRef Template);

  /// Includes \p Header, "array", unless the file that \p Loc is in does.
  EditBuilder &includeHeader(clang::SourceLocation Loc, llvm::StringRef Header);

  /// Turns the declared type of \p V, a value, into a reference to const:
  /// `const T &V`, with the space where the file has it most often. Refused for
  /// a type that the declaration shares with another declarator, or whose name
  /// is in the midst of it.
  /// With \p Type, that is written in place of V's, which may be a reference to
  /// const already: `const auto &V`.
  EditBuilder &makeConstReference(const clang::VarDecl &V,
                                  llvm::StringRef Type = "");

  /// Moves \p S, with the comment behind it, to lines of its own before or
  /// after those of \p Target, a statement of the same block. Refused when
  /// either shares its lines with anything else, or when there is a comment
  /// right before \p S: nobody knows what it is about. With \p Then, a
  /// statement with its semicolon, that follows on a line of its own.
  EditBuilder &moveBefore(const clang::Stmt &S, const clang::Stmt &Target);
  EditBuilder &moveAfter(const clang::Stmt &S, const clang::Stmt &Target,
                         llvm::StringRef Then = "");

  /// Puts \p Text, a statement with its semicolon, on a line of its own after
  /// those of \p S. Refused when \p S shares its lines with anything else.
  EditBuilder &insertStatementAfter(const clang::Stmt &S, llvm::StringRef Text);

  /// Puts a block around the lines from \p First to \p Last, statements of
  /// \p Outer, and indents them. With \p Leading, an earlier statement of
  /// \p Outer, that is moved to be the first of the new block. With \p Before
  /// and \p AtEnd, statements with their semicolons that precede the block and
  /// end it. Refused as moving is, and where lines cannot be indented: strings
  /// and comments of several lines, and directives.
  EditBuilder &encloseInBlock(const clang::CompoundStmt &Outer,
                              const clang::Stmt &First, const clang::Stmt &Last,
                              const clang::Stmt *Leading = nullptr,
                              llvm::StringRef Before = "",
                              llvm::StringRef AtEnd = "");

  /// The edits, or nothing if any was refused or none was made.
  std::optional<Edits> take();

private:
  bool isEditable(clang::SourceLocation Loc);
  EditBuilder &insertAt(clang::SourceLocation Loc, llvm::StringRef Text);
  bool isFollowedBy(clang::SourceLocation Loc,
                    llvm::ArrayRef<clang::tok::TokenKind> Kinds) const;
  struct Lines;
  std::optional<Lines> linesOf(const clang::Stmt &S) const;
  clang::SourceLocation at(const Lines &L, unsigned Offset) const;
  void insertAtLine(const Lines &L, unsigned Offset, llvm::StringRef Text);
  void removeLines(const Lines &L);
  EditBuilder &removeWithSemicolon(clang::SourceLocation Begin,
                                   clang::SourceLocation End,
                                   bool WithComment = false);
  void insertAmpersand(const clang::VarDecl &V, clang::SourceLocation TypeEnd);

  const clang::SourceManager &SM;
  const clang::LangOptions &LangOpts;
  Edits Changes;
  bool Refused = false;
};

/// The source text of \p E as written, or nothing if any of it comes from a
/// macro expansion.
std::optional<std::string> sourceText(const clang::Stmt &E,
                                      const clang::SourceManager &SM,
                                      const clang::LangOptions &LangOpts);

/// Whether there is a comment among the tokens of \p Range, which is in one
/// file.
bool hasComment(clang::SourceRange Range, const clang::SourceManager &SM,
                const clang::LangOptions &LangOpts);

} // namespace whet

#endif // WHET_SUPPORT_EDIT_H
