#pragma once
#include <utility>
#include <vector>
inline int grown(std::vector<std::pair<X, Y>> &All, const int *P) {
  All.emplace_back();
  return *P;
}
