// check: whet-string-conversion
#include <ostream>
#include <string>
#include <string_view>

void takesView(std::string_view Text);

static bool local(const std::string &S, std::string &Out) {
  constexpr std::string_view Key = "a key that is longer than inline"; // want "'Key' is a string that is only viewed: an allocation and a copy of 32 characters at each call"
  static constexpr std::string_view Shared("a key that is longer than inline"); // want "'Shared' .* at the first call"
  constexpr std::string_view const Other{"a key that is longer than inline"}; // want "'Other'"
  takesView(Key);
  Out += Shared;
  Out.append(Other);
  return S == Key || S.find(Shared) == 0 || Other[0] == 'a' || Key.size() > 3;
}

static void printed(std::ostream &OS) {
  constexpr std::string_view Text = "a key that is longer than inline"; // want "'Text'"
  OS << Text << '\n';
}

// All of these need the string itself.
void takesString(const std::string &Text);
static std::string needed(const std::string &S) {
  const std::string Passed = "a key that is longer than inline";
  takesString(Passed);
  const std::string Terminated = "a key that is longer than inline";
  takesView(Terminated.c_str()); // want-nofix "'Terminated'"
  const std::string Added = "a key that is longer than inline";
  const std::string Captured = "a key that is longer than inline";
  auto Closure = [&] { return Captured.size(); };
  const std::string Returned = "a key that is longer than inline";
  if (Closure() > 3)
    return S + Added;
  const std::string Unused = "a key that is longer than inline";
  const std::string Short = "short";
  if (S == Short)
    return "";
  const std::string *Pointer = &Returned;
  takesString(*Pointer);
  return Returned;
}

std::string use(std::ostream &OS, std::string &Out) {
  printed(OS);
  return local(Out, Out) ? needed(Out) : "";
}
