// Findings with and without a fix, in the places where hosts might differ.
#include "holder.h"
#include <string>
#include <vector>

std::vector<int> copy(const std::vector<int> &In) {
  std::vector<int> Out;
  for (int X : In)
    /* µ moves the column in bytes */ Out.push_back(X);
  return Out;
}

template <typename T> std::vector<T> copyAll(const std::vector<T> &In) {
  std::vector<T> Out;
  for (const T &X : In) {
    Out.push_back(X);
  }
  return Out;
}
template std::vector<int> copyAll(const std::vector<int> &);
template std::vector<long> copyAll(const std::vector<long> &);

#define PUSH(V, X) V.push_back(X)
std::vector<int> inMacro(const std::vector<int> &In) {
  std::vector<int> Out;
  for (int X : In)
    PUSH(Out, X);
  return Out;
}

struct Names {
  std::vector<std::string> All;
  void add(const std::vector<std::string> &In) {
    for (const std::string &Name : In)
      All.push_back(Name);
  }
};

std::vector<int> suppressed(const std::vector<int> &In) {
  std::vector<int> Out;
  for (int X : In)
    Out.push_back(X); // NOLINT(whet-missing-reserve)
  return Out;
}

std::vector<int> both(const std::vector<int> &In) {
  std::vector<int> Out, Twice;
  for (int X : In) {
    Out.push_back(X);
    Twice.push_back(2 * X);
  }
  Out.insert(Out.end(), Twice.begin(), Twice.end());
  return Out;
}

std::vector<int> sameLine(const std::vector<int> &In) {
  std::vector<int> Out; for (int X : In) Out.push_back(X); return Out;
}

std::vector<int> lambda(const std::vector<int> &In) {
  auto Copy = [&] {
    std::vector<int> Out;
    for (int X : In)
      Out.push_back(X);
    return Out;
  };
  return Copy();
}

// The evidence is in another file.
void fill(Holder &H, const std::vector<int> &In) {
  for (int X : In)
    H.Numbers.push_back(X);
}
