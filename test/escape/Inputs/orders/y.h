#pragma once
struct Y {
  Y();
  Y(const Y &);
  ~Y();
};
