// check: whet-range-loop-copy
#include <array>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <set>
#include <string>
#include <vector>

struct Plain {
  int Cells[25];
};
struct Person {
  std::string Name;
  std::vector<std::string> Mails;
};

int read(const std::string &);
int readPlain(const Plain &);

int values(std::vector<std::string> Names, std::array<Plain, 3> Rows) {
  int Sum = 0;
  for (auto Name : Names) // want "'Name' is a copy of each element, .* per iteration, and only read"
    Sum += read(Name);
  for (std::string Name : Names) // want "'Name'"
    Sum += static_cast<int>(Name.size());
  for (const auto Name : Names) // want "'Name'"
    Sum += read(Name);
  for (std::string const Name : Names) // want "'Name'"
    Sum += read(Name);
  for (Plain Row : Rows) // want "'Row' is a copy of each element, 100 bytes per iteration"
    Sum += readPlain(Row) + Row.Cells[3];
  for (auto Row : Rows) { // want "'Row'"
    auto First = Row.Cells[0];
    Sum += First;
  }
  Plain Table[4] = {};
  for (auto Row : Table) // want "'Row'"
    Sum += Row.Cells[0];
  return Sum;
}

// Members, elements of elements, what a function returns by reference.
class Group {
public:
  int size() const {
    int Sum = 0;
    for (auto P : People) // want "'P' is a copy of each element"
      for (auto Mail : P.Mails) // want "'Mail'"
        Sum += static_cast<int>(Mail.size());
    return Sum;
  }
  const std::vector<Person> &people() const { return People; }

private:
  std::vector<Person> People;
};

int byReference(const Group &G) {
  int Sum = 0;
  for (auto P : G.people()) // want "'P'"
    Sum += static_cast<int>(P.Mails.size());
  return Sum;
}

// A range that is a temporary lives as long as the loop.
std::list<std::string> made();
int temporary() {
  int Sum = 0;
  for (auto Text : made()) // want "'Text'"
    Sum += static_cast<int>(Text.size());
  for (auto Text : std::set<std::string>{"a", "b"}) // want "'Text'"
    Sum += static_cast<int>(Text.size());
  return Sum;
}

// The map's type is not what is written.
int converted(const std::map<std::string, int> &Counts,
              std::map<std::string, std::string> &Texts) {
  int Sum = 0;
  for (const std::pair<std::string, int> &Entry : Counts) // want "'Entry' is each element converted to another type, .* per iteration"
    Sum += Entry.second;
  for (std::pair<std::string, std::string> Entry : Texts) // want "'Entry'"
    Sum += static_cast<int>(Entry.second.size());
  return Sum;
}

// A non-const member with a const twin, and a closure that is called here.
int twins(std::vector<std::vector<int>> Rows) {
  int Sum = 0;
  for (auto Row : Rows) { // want "'Row'"
    Sum += Row[0] + Row.front() + *Row.begin();
    auto Add = [&] { Sum += Row[1]; };
    Add();
  }
  return Sum;
}

// What is written is nothing that the element is a part of.
struct Tally {
  int Count = 0;
  std::vector<int> Sizes;
  void add(const std::vector<std::string> &Names) {
    for (auto Name : Names) { // want "'Name'"
      ++Count;
      Sizes.push_back(static_cast<int>(Name.size()));
    }
  }
};

// Who inserts into a container while iterating over it has lost already.
struct Words {
  std::set<std::string> All;
  void insert(const Words &Other) {
    for (auto Word : Other.All) // want "'Word'"
      All.insert(Word);
  }
};

// In a closure's body.
std::function<int(std::vector<std::string>)> Closure =
    [](std::vector<std::string> Names) {
      int Sum = 0;
      for (auto Name : Names) // want "'Name'"
        Sum += static_cast<int>(Name.size());
      return Sum;
    };
