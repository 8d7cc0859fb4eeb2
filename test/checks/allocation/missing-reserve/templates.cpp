// check: whet-missing-reserve
#include <list>
#include <string>
#include <vector>

// Instantiations agree, and the container is one in all of them.
template <typename T> std::vector<T> copy(const std::vector<T> &In) {
  std::vector<T> Out;
  for (const T &X : In)
    Out.push_back(X); // want "'Out' grows In\.size\(\) times"
  return Out;
}
template std::vector<int> copy(const std::vector<int> &);
template std::vector<long> copy(const std::vector<long> &);

// What is never instantiated is not known.
template <typename T> std::vector<T> unused(const std::vector<T> &In) {
  std::vector<T> Out;
  for (const T &X : In)
    Out.push_back(X);
  return Out;
}

// A list has no reserve: the fix would break another instantiation.
template <typename C> C collect(const std::vector<int> &In) {
  C Out;
  for (int X : In)
    Out.push_back(X); // want-nofix "'Out' grows In\.size\(\) times"
  return Out;
}
template std::vector<int> collect(const std::vector<int> &);

template <typename C> C disagree(const std::vector<int> &In) {
  C Out;
  for (int X : In)
    Out.push_back(X);
  return Out;
}
template std::vector<int> disagree(const std::vector<int> &);
template std::list<int> disagree(const std::vector<int> &);

template <typename T> class Stack {
public:
  explicit Stack(const std::vector<T> &In) {
    for (const T &X : In)
      Items.push_back(X); // want "'Items' grows In\.size\(\) times"
  }

private:
  std::vector<T> Items;
};
template class Stack<int>;
template class Stack<std::string>;
