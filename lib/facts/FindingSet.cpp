#include "whet/facts/FindingSet.h"
#include "whet/facts/Predicate.h"
#include "llvm/ADT/STLExtras.h"

using namespace whet;

void FindingSet::add(std::vector<ReportedFinding> Part, bool HasFixes) {
  for (ReportedFinding &F : Part) {
    Key K{F.Position.File, F.Position.Offset, F.Check, F.Message};
    auto [It, IsNew] = Findings.try_emplace(std::move(K));
    Entry &E = It->second;
    llvm::sort(F.Conditions);
    bool IsCertain = llvm::none_of(F.Conditions, [](const Condition &C) {
      return C.On == Condition::Scope::Finding;
    });
    Certain += IsCertain && !E.IsCertain;
    E.IsCertain |= IsCertain;
    E.Alternatives.insert(std::move(F.Conditions));
    F.Conditions.clear();
    if (IsNew || (HasFixes && !E.HasFixes)) {
      E.Finding = std::move(F);
      E.HasFixes = HasFixes;
      continue;
    }
    if (HasFixes != E.HasFixes)
      continue;
    if (E.Finding.SafeFix != F.SafeFix || E.Finding.UnsafeFix != F.UnsafeFix)
      E.FixesDisagree = true;
    // Whichever came first, the same one stays.
    if (F < E.Finding)
      E.Finding = std::move(F);
  }
}

bool FindingSet::Entry::stands(const FactBase &Facts) const {
  return llvm::any_of(Alternatives, [&](const auto &Conditions) {
    return hold(Condition::Scope::Finding, Conditions, Facts);
  });
}

// A fix is made once for all units.
const Condition *FindingSet::Entry::firstBroken(Condition::Scope On,
                                                const FactBase &Facts) const {
  for (const std::vector<Condition> &Conditions : Alternatives)
    if (const Condition *Broken = whet::firstBroken(On, Conditions, Facts))
      return Broken;
  return nullptr;
}

static void dropFix(ReportedFinding &F, llvm::StringRef Why) {
  if (F.SafeFix.empty() && F.UnsafeFix.empty())
    return;
  F.SafeFix.clear();
  F.UnsafeFix.clear();
  F.Notes.push_back({F.Position, ("no fix: " + Why).str()});
}

static void makeUnsafe(ReportedFinding &F, llvm::StringRef Why) {
  if (F.SafeFix.empty())
    return;
  F.UnsafeFix = std::move(F.SafeFix);
  F.SafeFix.clear();
  F.Notes.push_back({F.Position, ("unsafe fix: " + Why).str()});
}

static bool overlap(const SourceFix &Sorted) {
  return llvm::adjacent_find(
             Sorted, [](const SourceEdit &A, const SourceEdit &B) {
               return A.File == B.File &&
                      (A.Offset + A.Length > B.Offset || A.Offset == B.Offset);
             }) != Sorted.end();
}

// The edits of other units, which belong to the fix.
static void addEdits(ReportedFinding &F, const std::vector<SourceEdit> &Edits) {
  SourceFix &Fix = F.SafeFix.empty() ? F.UnsafeFix : F.SafeFix;
  if (Fix.empty() || Edits.empty())
    return;
  Fix.insert(Fix.end(), Edits.begin(), Edits.end());
  llvm::sort(Fix);
  Fix.erase(llvm::unique(Fix), Fix.end());
  if (overlap(Fix))
    dropFix(F, "its edits in different files do not fit together");
}

static void append(Supplement &To, Supplement &&More) {
  llvm::append_range(To.Notes, std::move(More.Notes));
  llvm::append_range(To.Edits, std::move(More.Edits));
}

// What facts add to a finding, of all ways in which units report it.
Supplement FindingSet::Entry::supplements(Condition::Scope On,
                                          const FactBase &Facts) const {
  std::set<Condition> Conditions;
  for (const std::vector<Condition> &Alternative : Alternatives)
    for (const Condition &C : Alternative)
      if (C.On == On)
        Conditions.insert(C);
  Supplement Result;
  for (const Condition &C : Conditions)
    append(Result, supplement(C, Facts));
  return Result;
}

std::vector<ReportedFinding> FindingSet::settled(const FactBase &Facts) const {
  std::vector<ReportedFinding> Result;
  Result.reserve(Findings.size());
  for (const auto &[Key, E] : Findings) {
    if (!E.stands(Facts))
      continue;
    Result.push_back(E.Finding);
    llvm::append_range(Result.back().Notes,
                       E.supplements(Condition::Scope::Finding, Facts).Notes);
    if (E.FixesDisagree) {
      // One of them may have none, so that there is nothing left to drop.
      ReportedFinding &F = Result.back();
      F.SafeFix.clear();
      F.UnsafeFix.clear();
      F.Notes.push_back({F.Position,
                         "no fix: translation units that include this file "
                         "would fix it differently"});
    } else if (const Condition *Broken =
                   E.firstBroken(Condition::Scope::Fix, Facts)) {
      dropFix(Result.back(), otherwise(*Broken));
      llvm::append_range(Result.back().Notes, supplement(*Broken, Facts).Notes);
      continue;
    } else if (const Condition *Broken =
                   E.firstBroken(Condition::Scope::Safety, Facts)) {
      makeUnsafe(Result.back(), otherwise(*Broken));
    }
    addEdits(Result.back(), E.supplements(Condition::Scope::Fix, Facts).Edits);
  }
  return Result;
}

const char *whet::severityName(Severity S) {
  static constexpr const char *Names[] = {"remark", "warning", "error"};
  return Names[static_cast<unsigned>(S)];
}

// --- JSON
// ---------------------------------------------------------------------

static llvm::json::Object members(const SourcePosition &P) {
  return llvm::json::Object{{"file", P.File},
                            {"offset", P.Offset},
                            {"line", P.Line},
                            {"column", P.Column}};
}

llvm::json::Value whet::toJSON(const SourcePosition &P) { return members(P); }

llvm::json::Value whet::toJSON(const SourceEdit &E) {
  return llvm::json::Object{{"file", E.File},
                            {"offset", E.Offset},
                            {"length", E.Length},
                            {"text", llvm::json::fixUTF8(E.Text)}};
}

static llvm::json::Value toJSON(const SourceFix &Fix) {
  llvm::json::Array Edits;
  for (const SourceEdit &E : Fix)
    Edits.push_back(whet::toJSON(E));
  return Edits;
}

static constexpr Condition::Scope Scopes[] = {
    Condition::Scope::Finding, Condition::Scope::Fix, Condition::Scope::Safety};

static llvm::StringRef scopeName(Condition::Scope On) {
  static constexpr llvm::StringLiteral Names[] = {"finding", "fix", "safety"};
  return Names[static_cast<unsigned>(On)];
}

static llvm::json::Value toJSON(const std::vector<Condition> &Conditions) {
  llvm::json::Array Result;
  for (const Condition &C : Conditions)
    Result.push_back(
        llvm::json::Object{{"predicate", C.Predicate},
                           {"subject", llvm::json::fixUTF8(C.Subject)},
                           {"bound", C.Bound},
                           {"on", scopeName(C.On)}});
  return Result;
}

llvm::json::Value whet::toJSON(const ReportedFinding &F) {
  llvm::json::Object O = members(F.Position);
  O["check"] = F.Check;
  O["severity"] = severityName(F.Severity);
  O["message"] = llvm::json::fixUTF8(F.Message);
  O["declaration"] = llvm::json::fixUTF8(F.Declaration);
  llvm::json::Array Notes;
  for (const ReportedNote &N : F.Notes) {
    llvm::json::Object Note = members(N.Position);
    Note["message"] = llvm::json::fixUTF8(N.Message);
    Notes.push_back(std::move(Note));
  }
  O["notes"] = std::move(Notes);
  O["safeFix"] = ::toJSON(F.SafeFix);
  O["unsafeFix"] = ::toJSON(F.UnsafeFix);
  if (!F.Conditions.empty())
    O["conditions"] = ::toJSON(F.Conditions);
  return O;
}

bool whet::fromJSON(const llvm::json::Value &V, SourcePosition &P,
                    llvm::json::Path Where) {
  llvm::json::ObjectMapper O(V, Where);
  return O && O.map("file", P.File) && O.map("offset", P.Offset) &&
         O.map("line", P.Line) && O.map("column", P.Column);
}

bool whet::fromJSON(const llvm::json::Value &V, SourceEdit &E,
                    llvm::json::Path Where) {
  llvm::json::ObjectMapper O(V, Where);
  return O && O.map("file", E.File) && O.map("offset", E.Offset) &&
         O.map("length", E.Length) && O.map("text", E.Text);
}

namespace whet {
static bool fromJSON(const llvm::json::Value &V, ReportedNote &N,
                     llvm::json::Path Where) {
  llvm::json::ObjectMapper O(V, Where);
  return O && fromJSON(V, N.Position, Where) && O.map("message", N.Message);
}

static bool fromJSON(const llvm::json::Value &V, Condition &C,
                     llvm::json::Path Where) {
  llvm::json::ObjectMapper O(V, Where);
  std::string On;
  bool IsRead = O && O.map("predicate", C.Predicate) &&
                O.map("subject", C.Subject) && O.map("bound", C.Bound) &&
                O.map("on", On);
  const auto *Scope = llvm::find_if(
      Scopes, [&](Condition::Scope S) { return scopeName(S) == On; });
  if (!IsRead || Scope == std::end(Scopes))
    return false;
  C.On = *Scope;
  return true;
}
} // namespace whet

bool whet::fromJSON(const llvm::json::Value &V, ReportedFinding &F,
                    llvm::json::Path P) {
  llvm::json::ObjectMapper O(V, P);
  std::string SeverityName;
  bool IsRead =
      O && fromJSON(V, F.Position, P) && O.map("check", F.Check) &&
      O.map("severity", SeverityName) && O.map("message", F.Message) &&
      O.map("declaration", F.Declaration) && O.map("notes", F.Notes) &&
      O.map("safeFix", F.SafeFix) && O.map("unsafeFix", F.UnsafeFix) &&
      O.mapOptional("conditions", F.Conditions);
  F.Severity = Severity::Warning;
  for (Severity S : {Severity::Remark, Severity::Error})
    if (SeverityName == severityName(S))
      F.Severity = S;
  return IsRead;
}
