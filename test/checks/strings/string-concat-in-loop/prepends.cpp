// check: whet-string-concat-in-loop
#include <sstream>
#include <string>
#include <vector>

std::string prepends(const std::vector<std::string> &In, unsigned N) {
  std::string Out;
  for (const auto &Name : In) {
    Out = Name + Out; // want-nofix "prepending to 'Out' moves or copies all of it in each iteration, which is quadratic"
    Out = "(" + Out + ")"; // want-nofix "prepending to 'Out'"
  }
  for (unsigned I = 0; I < N; ++I) {
    Out.insert(0, std::to_string(I % 10)); // want-nofix "prepending to 'Out'"
    Out.insert(Out.begin(), 'x'); // want-nofix "prepending to 'Out'"
    Out.insert(Out.size(), "x");
  }
  return Out;
}

// A chain of parents is short, and so is a number.
struct Scope {
  const Scope *Outer;
  std::string Name;
};
std::string qualified(const Scope *S, unsigned N) {
  std::string Out;
  for (; S; S = S->Outer)
    Out = S->Name + "::" + Out;
  while (N > 0) {
    Out.insert(0, std::to_string(N % 10));
    N /= 10;
  }
  return Out;
}

// A stream for each line.
std::string streams(const std::vector<int> &Values) {
  std::string Out;
  for (int Value : Values) {
    std::ostringstream Stream;
    Stream << Value;
    Out += Stream.str(); // want-nofix "a stream is made and its text copied in each iteration"
  }
  std::ostringstream One;
  for (int Value : Values)
    One << Value;
  Out += One.str();
  return Out;
}
