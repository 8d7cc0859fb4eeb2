// check: whet-string-conversion
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

void takesString(const std::string &Text);
void takesView(std::string_view Text);
void takesValue(std::string Text);
void takesMore(const std::string &Text, ...);
void takesWide(const std::wstring &Text);

struct Person {
  explicit Person(const std::string &Name);
  std::string Name;
};

// Nothing is known of the strings: they may have a NUL inside.
static void unknown(const std::string &Text, const Person &P) {
  takesString(Text.c_str());   // want "'Text' is copied to be passed to 'takesString', which takes a string: its length is counted anew, then an allocation if it has more than \d+ characters"
  takesString(P.Name.data());  // want "'Name' is copied"
  takesView(Text.c_str());     // want "the length of 'Text' is known and counted anew"
  takesValue(P.Name.c_str());  // want "the length of 'Name'"
  Person Other(Text.c_str());  // want "'Text' is copied to be passed to the constructor of 'Person'"
  takesString((Text + "!").c_str()); // want "the string is copied"
  takesString(Other.Name.c_str());   // want "'Name' is copied"
}

static void variadic(const std::string &Text) {
  takesMore(Text.c_str(), 1); // want "'Text' is copied"
}

static void wide(const std::wstring &Text) {
  takesWide(Text.c_str()); // want "'Text' is copied"
}

// What is made of literals, numbers and C strings has none.
static void known(int Number, const char *Argument) {
  std::string Text = "file-";
  Text += std::to_string(Number);
  Text.append(".txt");
  Text.push_back('~');
  takesString(Text.c_str());                   // want "'Text' is copied"
  takesView(Text.c_str());                     // want "the length of 'Text'"
  takesString(std::to_string(Number).c_str()); // want "the string is copied"
  std::string Copied(Argument);
  takesValue(Copied.c_str());                  // want "the length of 'Copied'"
}

static void pointers(const std::vector<std::string> &Names,
                     const std::unique_ptr<std::string> &Owned,
                     const std::string *Raw) {
  for (auto It = Names.begin(); It != Names.end(); ++It)
    takesString(It->c_str()); // want "the string is copied|'It' is copied"
  takesString(Owned->c_str()); // want "is copied"
  takesString(Raw->c_str());   // want "'Raw' is copied"
  takesString((*Raw).c_str()); // want "'Raw' is copied"
  takesString(Names[0].c_str()); // want "the string is copied"
}

static int library(std::map<std::string, int> &Table, const std::string &Key,
                   std::vector<std::string> &Out) {
  auto It = Table.find(Key.c_str()); // want "'Key' is copied to be passed to 'find'"
  Table[Key.c_str()] = 1;            // want "'Key' is copied to be passed to 'operator..'"
  Out.push_back(Key.c_str());        // want "the length of 'Key'"
  return It->second + std::stoi(Key.c_str()); // want "'Key' is copied to be passed to 'stoi'"
}

// A lambda is a part of the function.
static void closures(const std::string &Text) {
  auto Call = [&] { takesString(Text.c_str()); }; // want "'Text' is copied"
  Call();
}

void use(const Person &P, std::map<std::string, int> &Table,
         std::vector<std::string> &Out) {
  unknown(P.Name, P);
  variadic(P.Name);
  wide(L"");
  known(library(Table, P.Name, Out), "");
  pointers(Out, std::make_unique<std::string>(), &P.Name);
  closures(P.Name);
}
