// check: whet-range-loop-copy
#include <string>
#include <vector>

struct Person {
  std::string Name;
  std::vector<std::string> Mails;
};
int read(const std::string &);

// Somewhere in what is written there may be what is read.
void collect(const std::vector<std::string> &In, std::vector<Person> &Out) {
  for (const auto &Name : In) { // want-nofix "'Name'"
    Person P;
    P.Name = Name;
    Out.push_back(P);
  }
}

// Nobody knows what is called.
void elsewhere();
int unknown(const std::vector<std::string> &Names) {
  int Sum = 0;
  for (const auto &Name : Names) { // want-nofix "'Name'"
    elsewhere(); // note "nothing is known of what this changes"
    Sum += read(Name);
  }
  return Sum;
}


// Whoever overrides it may change anything.
struct Visitor {
  virtual ~Visitor() = default;
  virtual void visit(const std::string &Name) = 0;
};
struct Counter final : Visitor {
  void visit(const std::string &Name) override { Count += Name.size(); }
  size_t Count = 0;
};
struct Team {
  virtual ~Team() = default;
  virtual const std::vector<std::string> &names() const = 0;
  void accept(Visitor &V) const {
    for (const auto &Name : names()) // want-nofix "'Name'"
      V.visit(Name); // note "nothing is known"
  }
  size_t size() const {
    size_t Sum = 0;
    for (auto Name : names()) // want "'Name'"
      Sum += Name.size();
    return Sum;
  }
};
