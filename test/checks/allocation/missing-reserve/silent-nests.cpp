// check: whet-missing-reserve
// Making room for each inner loop would defeat geometric growth.
#include <string>
#include <vector>

using Ints = std::vector<int>;
void use(Ints &);
bool test(int);
int get();

void nested(const std::vector<Ints> &In) {
  Ints Out;
  for (auto &Row : In)
    for (int X : Row)
      Out.push_back(X);
  use(Out);
}
void nested2(Ints &Out, const std::vector<Ints> &In) {
  for (auto &Row : In)
    for (int X : Row)
      Out.push_back(X);
  use(Out);
}
void line(const Ints &In) {
  std::string line;
  std::vector<std::string> lines;
  for (int X : In) {
    line += char(X);
    if (X == '\n') {
      lines.push_back(line);
      line.clear();
    }
  }
}

// Appending pieces to somebody's buffer: each piece would reallocate it.
struct Record {
  Ints Words;
  void dump(Ints &Out) const {
    Out.push_back(static_cast<int>(Words.size()));
    for (int Word : Words)
      Out.push_back(Word);
  }
};
void indent(std::string &Out, int Depth) {
  for (int I = 0; I < Depth; ++I)
    Out += ' ';
}
struct Writer {
  std::string Document;
  void newline();
  void write(const std::string &Text) {
    for (char C : Text) {
      Document += C;
      newline();
    }
  }
};

// Who hands the container back is one link of a chain of appends.
Ints &merge(Ints &Into, const Ints &From) {
  for (int X : From)
    Into.push_back(X);
  return Into;
}
Ints *mergePointers(Ints *Into, const Ints *From) {
  for (int X : *From)
    Into->push_back(X);
  return Into;
}
