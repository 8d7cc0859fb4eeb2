// check: whet-large-by-value-param
#include <cstdio>
#include <string>
#include <vector>

struct Big {
  int Cells[100];
};
std::string Global;
void elsewhere();

// The caller passes what the function writes.
static size_t viaGlobal(const std::string &Text) { // want-nofix "'Text'"
  Global = "changed"; // note "this may change what 'Text' would refer to"
  return Text.size();
}

static int viaReference(const Big &B, int &Out) { // want-nofix "'B'"
  Out = 3; // note "may change"
  return B.Cells[0];
}

class Names {
public:
  void add(std::string Name) { // want-nofix "'Name'"
    All.push_back(Name); // note "may change"
    std::puts(Name.c_str());
  }
  void addFirst() { add(All[0]); }

private:
  std::vector<std::string> All;
};

// Nobody knows what is written.
static size_t viaUnknown(const std::string &Text) { // want-nofix "'Text'"
  elsewhere();
  return Text.size();
}

// The same functions, when all callers pass locals that nobody else can reach.
static size_t unshared(std::string Text) { // want "'Text'"
  Global = "changed";
  elsewhere();
  return Text.size();
}

// A local that somebody else refers to.
struct Keeper {
  explicit Keeper(std::string &Text) : Text(Text) {}
  std::string &Text;
};
static size_t exposed(const std::string &Text) { // want-nofix "'Text'"
  elsewhere();
  return Text.size();
}

// What is written is nothing that a string could be part of.
static size_t counted(std::string Text, int *Count) { // want "'Text'"
  ++*Count;
  return Text.size();
}

int main() {
  Big B{};
  viaGlobal(Global);
  viaReference(B, B.Cells[1]);
  Names().addFirst();
  viaUnknown(Global);
  std::string Text = "x";
  std::string Second = "y";
  unshared(Second);
  Keeper K(Text);
  std::string Own;
  unshared(Own);
  exposed(Text);
  int Count = 0;
  counted(Global, &Count);
}
