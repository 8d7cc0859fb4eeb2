// check: whet-large-by-value-param
// Nobody's call copies, or the function's type is not free.
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// Only temporaries are passed: they are made in place.
static size_t fromTemporaries(std::string Text) { return Text.size(); }
static size_t fromMoves(std::vector<int> Values) { return Values.size(); }

// The address is taken.
size_t callback(std::string Text) { return Text.size(); }
size_t (*Callback)(std::string) = callback;
size_t bound(std::string Text) { return Text.size(); }
std::function<size_t(std::string)> Bound = bound;
struct Handlers {
  size_t handle(std::string Text) { return Text.size(); }
};
std::map<std::string, size_t (Handlers::*)(std::string)> Table = {
    {"handle", &Handlers::handle}};
size_t argument(std::string Text) { return Text.size(); }
template <size_t (*F)(std::string)> size_t call(const std::string &Text) {
  return F(Text);
}
size_t typeOnly(std::string Text) { return Text.size(); }
using Type = decltype(typeOnly);

// Called from elsewhere, by name.
struct Plain {
  char Bytes[200];
};
extern "C" int fromC(Plain P) { return P.Bytes[0]; }

// Handed to a std::function, which moves what it was given.
static void closure(std::vector<std::function<void(std::string)>> &Out) {
  Out.push_back([](std::string Text) { std::cout << Text; });
}

// A closure that becomes a pointer to a function.
size_t (*Pointer)(std::string) = [](std::string Text) { return Text.size(); };

// Cheap.
static size_t view(std::string_view Text) { return Text.size(); }
static size_t small(std::pair<int, int> P) { return P.first + P.second; }
struct Sixty {
  char Bytes[60];
};
static char sixty(Sixty S) { return S.Bytes[0]; }
static int *pointer(std::shared_ptr<int> P) { return P.get(); }
static int iterator(std::vector<int>::const_iterator It) { return *It; }

int main() {
  std::string Text;
  std::vector<int> Values;
  fromTemporaries("a"), fromTemporaries(std::string(3, 'x'));
  fromMoves(std::move(Values)), fromMoves({1, 2});
  callback(Text), bound(Text), typeOnly(Text), argument(Text);
  Handlers().handle(Text);
  call<argument>(Text);
  view(Text), small({1, 2}), sixty(Sixty()), pointer(nullptr);
  iterator(Values.begin());
  std::vector<std::function<void(std::string)>> Out;
  closure(Out);
  Plain P;
  fromC(P);
}
