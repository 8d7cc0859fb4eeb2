// check: whet-heap-could-be-stack
// std: c++98
struct Point {
  int X, Y;
};
void fill(int *Values) throw();

int plain() {
  Point *P = new Point; // want "'Point' of 8 bytes"
  P->X = 1;
  int X = P->X;
  delete P;
  return X;
}

// Braces and std::array are of C++11.
int zeroed() {
  Point *P = new Point(); // want-nofix "'Point' of 8 bytes"
  int X = P->X;
  delete P;
  return X;
}
int array() {
  int *Values = new int[8]; // want-nofix "'int.8.' of 32 bytes"
  fill(Values);
  int First = Values[0];
  delete[] Values;
  return First;
}
