// check: whet-large-by-value-param
#include <string>
#include <utility>
#include <vector>

// All instantiations have a vector, whatever its elements.
template <typename T> size_t size(std::vector<T> Values) { // want "'Values'"
  return Values.size();
}

template <typename T> class Stack {
public:
  bool has(std::string Name) const; // the class's own parameter is no matter
  bool all(std::vector<T> Values) const { // want "'Values'"
    return Values.size() == Items.size();
  }

private:
  std::vector<T> Items;
};

template <typename T> bool Stack<T>::has(std::string Name) const { // want "'Name'"
  return Name.empty() && Items.empty();
}

// A value is right for some types, and a reference for others.
template <typename T> size_t sizeOf(T Value) { return Value.size(); }
template <typename... Ts> size_t sizes(Ts... Values) {
  return (Values.size() + ...);
}
auto Generic = [](auto Value) { return Value.size(); };

// One instantiation moves.
void sink(std::vector<int> &&);
inline void sink(const std::vector<char> &) {}
template <typename T> void mayMove(std::vector<T> Values) {
  sink(std::move(Values));
}

// Only dependent calls say what becomes of it.
template <typename T, typename F> void call(std::vector<T> Values, F Function) {
  Function(std::forward<std::vector<T>>(Values));
}

// Nobody knows.
template <typename T> size_t neverUsed(std::vector<T> Values) {
  return Values.size();
}

// Instantiated by name, in the text.
template <typename T> size_t byName(std::vector<T> Values) {
  return Values.size();
}
template size_t byName<int>(std::vector<int> Values);

template <typename T> size_t special(std::vector<T> Values) {
  return Values.size();
}
template <> inline size_t special<char>(std::vector<char> Values) {
  return 2 * Values.size();
}

int main() {
  std::string Text;
  std::vector<int> Values;
  std::vector<char> Chars;
  size(Values), size(Chars), sizeOf(Text), sizes(Text, Values), Generic(Text);
  Stack<int>().has(Text), Stack<char>().has(Text), Stack<int>().all(Values);
  mayMove(Chars), byName(Values), special(Values), special(Chars);
  call(Values, [](const std::vector<int> &) {});
}
