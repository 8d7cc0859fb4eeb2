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

