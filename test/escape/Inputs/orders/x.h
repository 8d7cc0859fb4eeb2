#pragma once
struct X {
  X();
  X(const X &);
  ~X();
};
