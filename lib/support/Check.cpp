#include "whet/support/Check.h"
#include "whet/support/FindingSink.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace whet;
using namespace clang;

Check::Check(llvm::StringRef Name, tidy::ClangTidyContext *Context,
             const CheckInfo &Info)
    : ClangTidyCheck(Name, Context), Declaration(Info) {}

const OptionInfo &Check::option(llvm::StringRef Name) const {
  const auto *It = llvm::find_if(
      Declaration.Options, [&](const OptionInfo &O) { return O.Name == Name; });
  assert(It != Declaration.Options.end() && "option is not in the declaration");
  return *It;
}

bool Check::boolOption(llvm::StringRef Name) const {
  return Options.get(Name, option(Name).Default == "true");
}

unsigned Check::unsignedOption(llvm::StringRef Name) const {
  unsigned Default = 0;
  [[maybe_unused]] bool Failed = option(Name).Default.getAsInteger(10, Default);
  assert(!Failed && "default of an unsigned option is a number");
  return Options.get(Name, Default);
}

std::string Check::stringOption(llvm::StringRef Name) const {
  return Options.get(Name, option(Name).Default).str();
}

void Check::storeOptions(tidy::ClangTidyOptions::OptionMap &Opts) {
  for (const OptionInfo &O : Declaration.Options) {
    switch (O.Kind) {
    case OptionKind::Bool:
      Options.store(Opts, O.Name, boolOption(O.Name));
      break;
    case OptionKind::Unsigned:
      Options.store(Opts, O.Name, unsignedOption(O.Name));
      break;
    case OptionKind::String:
      Options.store(Opts, O.Name, stringOption(O.Name));
      break;
    }
  }
}

// Messages are finished text; '%' in them would be taken for a placeholder.
static std::string escaped(llvm::StringRef Message) {
  std::string Result;
  Result.reserve(Message.size());
  for (char C : Message) {
    if (C == '%')
      Result += '%';
    Result += C;
  }
  return Result;
}

// The innermost function or class with a name around D, as it is written:
// lambdas and instantiations are their surroundings and their template.
static std::string declarationName(const Decl *D) {
  auto Outer = [](const Decl *Inner) -> const Decl * {
    const DeclContext *Around = Inner->getDeclContext();
    return Around ? Decl::castFromDeclContext(Around) : nullptr;
  };
  for (; D; D = Outer(D)) {
    if (const auto *Function = dyn_cast<FunctionDecl>(D)) {
      const FunctionDecl *Pattern = Function->getTemplateInstantiationPattern();
      D = Pattern ? Pattern : Function;
      const auto *Method = dyn_cast<CXXMethodDecl>(D);
      if (Method && Method->getParent()->isLambda())
        continue;
      return cast<FunctionDecl>(D)->getQualifiedNameAsString();
    }
    const auto *Record = dyn_cast<CXXRecordDecl>(D);
    if (!Record || Record->isLambda() || !Record->getIdentifier())
      continue;
    const CXXRecordDecl *Pattern = Record->getTemplateInstantiationPattern();
    return (Pattern ? Pattern : Record)->getQualifiedNameAsString();
  }
  return "";
}

void Check::report(Finding F) {
  if (FindingSink *Sink = FindingSink::current())
    Sink->note(Declaration.Id, F.Message, F.Loc, declarationName(F.In),
               F.Conditions);
  assert((!F.Suggested || F.Suggested->Kind <= Declaration.Fix) &&
         "a fix promises no more than its check");
  {
    DiagnosticBuilder Warning = diag(F.Loc, escaped(F.Message));
    if (F.Suggested && F.Suggested->Kind == FixKind::Safe)
      Warning << llvm::ArrayRef<FixItHint>(F.Suggested->Changes);
  }
  for (const Note &N : F.Notes)
    diag(N.Loc, escaped(N.Message), DiagnosticIDs::Note);
  if (F.Suggested && F.Suggested->Kind == FixKind::Unsafe)
    diag(F.Suggested->Changes.front().RemoveRange.getBegin(),
         escaped("unsafe fix: " + F.Suggested->Caution), DiagnosticIDs::Note)
        << llvm::ArrayRef<FixItHint>(F.Suggested->Changes);
}
