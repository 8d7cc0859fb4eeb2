#include "whet/facts/Settled.h"
#include "whet/facts/Predicate.h"
#include "whet/facts/UnitScope.h"
#include "clang/AST/ASTContext.h"
#include "clang/Basic/FileManager.h"

using namespace whet;
using namespace clang;

void whet::publish(FactBase &Facts) {
  if (UnitScope *Unit = UnitScope::current())
    Unit->Facts.join(Facts);
  else
    Facts.solve();
}

static SourceLocation locationOf(llvm::StringRef File, unsigned Offset,
                                 const SourceManager &SM) {
  OptionalFileEntryRef Entry = SM.getFileManager().getOptionalFileRef(File);
  if (!Entry)
    return {};
  return SM.getLocForStartOfFile(SM.translateFile(*Entry))
      .getLocWithOffset(static_cast<int>(Offset));
}

static void addNotes(Finding &F, const Condition &C, const FactBase &Facts) {
  const SourceManager &SM = F.In->getASTContext().getSourceManager();
  for (const ReportedNote &N : supplement(C, Facts).Notes) {
    SourceLocation Loc = locationOf(N.Position.File, N.Position.Offset, SM);
    if (Loc.isValid())
      F.Notes.push_back({Loc, N.Message});
  }
}

static void addEdits(Finding &F, const Condition &C, const FactBase &Facts) {
  const SourceManager &SM = F.In->getASTContext().getSourceManager();
  for (const SourceEdit &E : supplement(C, Facts).Edits) {
    SourceLocation Begin = locationOf(E.File, E.Offset, SM);
    if (!Begin.isValid()) {
      F.Suggested.reset();
      return;
    }
    SourceLocation End = Begin.getLocWithOffset(static_cast<int>(E.Length));
    F.Suggested->Changes.push_back(FixItHint::CreateReplacement(
        CharSourceRange::getCharRange(Begin, End), E.Text));
  }
}

static void dropFix(Finding &F, const Condition &Broken,
                    const FactBase &Facts) {
  F.Suggested.reset();
  F.Notes.push_back({F.Loc, ("no fix: " + otherwise(Broken)).str()});
  addNotes(F, Broken, Facts);
}

bool whet::settle(Finding &F, const FactBase &Facts, bool IsSeenElsewhere) {
  if (UnitScope::current() || F.Conditions.empty())
    return true;
  if (!hold(Condition::Scope::Finding, F.Conditions, Facts))
    return false;
  for (const Condition &C : F.Conditions)
    if (C.On == Condition::Scope::Finding)
      addNotes(F, C, Facts);
  if (!F.Suggested)
    return true;
  if (IsSeenElsewhere) {
    F.Suggested.reset();
    return true;
  }
  if (const Condition *Broken =
          firstBroken(Condition::Scope::Fix, F.Conditions, Facts)) {
    dropFix(F, *Broken, Facts);
    return true;
  }
  if (const Condition *Broken =
          firstBroken(Condition::Scope::Safety, F.Conditions, Facts)) {
    F.Suggested->Kind = FixKind::Unsafe;
    F.Suggested->Caution = otherwise(*Broken);
  }
  for (const Condition &C : F.Conditions)
    if (F.Suggested && C.On == Condition::Scope::Fix)
      addEdits(F, C, Facts);
  return true;
}
