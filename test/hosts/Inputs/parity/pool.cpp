#include "pool.h"

void Plain::add(const Numbers &In) {
  for (int X : In)
    Items.push_back(X);
}

void Initialised::add(const Numbers &In) {
  for (int X : In)
    Items.push_back(X);
}

void Guarded::add(const Numbers &In) {
  for (int X : In)
    Items.push_back(X);
}

void Later::add(const Numbers &In) {
  for (int X : In)
    Items.push_back(X);
}

void Never::add(const Numbers &In) {
  for (int X : In)
    Items.push_back(X);
}
