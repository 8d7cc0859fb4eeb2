// check: whet-range-loop-copy
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

struct Small {
  int A, B;
};
struct Proxy {
  operator int() const { return 1; }
  std::string Text;
};
struct Generator {
  struct Iterator {
    Proxy operator*() const { return {}; }
    Iterator &operator++() { return *this; }
    bool operator!=(const Iterator &) const { return false; }
  };
  Iterator begin() const { return {}; }
  Iterator end() const { return {}; }
};
struct Ambiguous {
  std::string Text;
  void touch() { Text += "!"; }
};
void change(std::string &);
void take(std::string &&);
template <typename T> void forward(T &&);
std::vector<std::string> Global;
void touchGlobal() { Global[0] += "!"; }

size_t cheap(std::vector<Small> Smalls, std::vector<std::string_view> Views,
             std::vector<std::shared_ptr<int>> Pointers, std::vector<bool> Bits,
             std::vector<int *> Raw) {
  size_t Sum = 0;
  for (auto S : Smalls)
    Sum += static_cast<size_t>(S.A);
  for (auto V : Views)
    Sum += V.size();
  for (auto P : Pointers)
    Sum += P ? 1 : 0;
  for (auto B : Bits)
    Sum += B ? 1 : 0;
  for (auto R : Raw)
    Sum += R ? 1 : 0;
  return Sum;
}

size_t generated() {
  size_t Sum = 0;
  for (auto P : Generator())
    Sum += P.Text.size();
  return Sum;
}

size_t changed(std::vector<std::string> Names, std::vector<Ambiguous> All,
               std::vector<std::string> &Out) {
  size_t Sum = 0;
  for (auto Name : Names) {
    Name += "!";
    Sum += Name.size();
  }
  for (auto Name : Names)
    change(Name);
  for (auto Name : Names)
    take(std::move(Name));
  for (auto Name : Names)
    Out.push_back(std::move(Name));
  for (auto Name : Names)
    forward(Name);
  for (auto A : All)
    A.touch();
  for (auto Name : Names) {
    char *P = &Name[0];
    *P = 'x';
  }
  return Sum;
}

void kept(std::vector<std::string> Names, std::vector<std::thread> &Threads,
          std::vector<std::function<size_t()>> &Out) {
  for (auto Name : Names)
    Out.push_back([Name] { return Name.size(); });
  for (auto Name : Names)
    Threads.emplace_back([=] { (void)Name.size(); });
}

// The element changes while its copy is read.
size_t changes(std::vector<std::string> Names, std::string *First) {
  size_t Sum = 0;
  for (auto Name : Names) {
    Names[0] = "changed";
    Sum += Name.size();
  }
  for (auto Name : Names) {
    if (Name.empty()) {
      Names.erase(Names.begin());
      Sum += Name.size();
      break;
    }
  }
  for (auto Name : Global) {
    touchGlobal();
    Sum += Name.size();
  }
  for (auto Name : Global) {
    *First = "changed";
    Sum += Name.size();
  }
  return Sum;
}

// References are no copies; conversions to other types are meant.
size_t references(const std::vector<const char *> &Literals,
                  const std::map<std::string, int> &Counts) {
  size_t Sum = 0;
  for (const std::string &Text : Literals)
    Sum += Text.size();
  for (std::string Text : Literals)
    Sum += Text.size();
  for (const std::pair<const std::string, int> &Entry : Counts)
    Sum += Entry.first.size();
  for (const auto &Entry : Counts)
    Sum += Entry.first.size();
  return Sum;
}

// Used where this build does not look.
size_t otherPlatform(const std::vector<std::string> &Names) {
  size_t Sum = 0;
  for (auto Name : Names) {
#ifdef _WIN32
    Name += "\\";
#endif
    Sum += Name.size();
  }
  return Sum;
}
