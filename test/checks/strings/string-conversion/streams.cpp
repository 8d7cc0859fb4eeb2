// check: whet-string-conversion
#include <iomanip>
#include <sstream>
#include <string>
#include <vector>

enum class Color { Red };
std::ostream &operator<<(std::ostream &, Color);

static void joined(std::vector<std::string> &Names, const std::string &Base) {
  for (int I = 0; I < 10; ++I) {
    std::ostringstream Name; // want "a stream is made in each iteration to join 3 values: a locale, a buffer and a copy of the text for each"
    Name << Base << '_' << I;
    Names.push_back(Name.str());
  }
  while (Names.size() < 20) {
    std::stringstream Number; // want "to join one value"
    Number << Names.size();
    std::string Text = Number.str();
    Names.push_back(Text);
  }
  for (auto &Name : Names) {
    std::ostringstream Out; // want "to join 4 values"
    Out << Name << " ";
    if (!Base.empty())
      Out << Base.c_str() << 1u;
    Name = Out.str();
  }
}

// A stream formats what nothing else does, or is more than its text.
void print(std::ostream &Out);
void print(const std::string &Text);
static void formatted(std::vector<std::string> &Names, double D, Color C) {
  for (int I = 0; I < 10; ++I) {
    std::ostringstream A;
    A << D;
    Names.push_back(A.str());
    std::ostringstream B;
    B << std::hex << I;
    Names.push_back(B.str());
    std::ostringstream E;
    E << C;
    Names.push_back(E.str());
    std::ostringstream F;
    F << I;
    print(F);
    Names.push_back(F.str());
    std::ostringstream G;
    G.width(4);
    G << I;
    Names.push_back(G.str());
    std::ostringstream H;
    if (H << I)
      Names.push_back(H.str());
    std::stringstream J;
    J << Names[0];
    int Number = 0;
    J >> Number;
    std::ostringstream K("x", std::ios::ate);
    K << I;
    Names.push_back(K.str());
    std::ostringstream L;
    for (const auto &Name : Names)
      L << Name << L.str().size();
    Names.push_back(L.str());
  }
  std::ostringstream Once;
  Once << Names.size();
  Names.push_back(Once.str());
}

// Once, or for what hardly ever happens.
static std::string once(const std::vector<std::string> &Names) {
  do {
    std::ostringstream Out;
    Out << Names.size();
    if (Out.str() == "0")
      throw 1;
  } while (false);
  for (const auto &Name : Names) {
    if (Name.empty()) {
      std::ostringstream Message;
      Message << "empty after " << Names[0];
      print(Message.str());
    }
  }
  for (const auto &Name : Names) {
    if (Name != "x")
      continue;
    std::ostringstream Found;
    Found << "found " << Name;
    return Found.str();
  }
  return "";
}

// The streams of whet-string-concat-in-loop are told of there.
static void appended(std::string &All) {
  for (int I = 0; I < 10; ++I) {
    std::ostringstream Out;
    Out << I;
    All += Out.str();
  }
}

void use(std::vector<std::string> &Names) {
  joined(Names, "x");
  appended(Names[0]);
  Names.push_back(once(Names));
  formatted(Names, 1.0, Color::Red);
}
