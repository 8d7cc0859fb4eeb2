// check: whet-wide-critical-section
// std: c++17
// stdlib: libstdc++
// What a macro is in this build is something else in another one.
#include <cassert>
#include <mutex>
#include <string>
#include <vector>

#define LOG(...)
#define TRACE(...)                                                             \
  do {                                                                         \
  } while (false)
#define CHECK(X) ((void)0)
#define MAX_LINE 80
#define SUM(N, TO)                                                             \
  for (unsigned I = 0; I < N; ++I)                                             \
  TO += I

class MacroTable {
  std::mutex Mu;
  std::vector<std::string> Lines;
  unsigned Total = 0;

public:
  void clear() {
    std::lock_guard<std::mutex> Lock(Mu);
    Lines.clear();
    Total = 0;
  }
  void logs(unsigned N) {
    std::lock_guard<std::mutex> Lock(Mu);
    LOG("%d", N);
    std::string Line(N, '-');
    Lines.push_back(Line);
  }
  void traces(unsigned N) {
    std::lock_guard<std::mutex> Lock(Mu);
    TRACE("%d", N);
    Total += N;
  }
  void checks(unsigned N) {
    std::lock_guard<std::mutex> Lock(Mu);
    CHECK(Total < N);
    std::string Line(N, '-');
    Lines.push_back(Line);
  }
  void sums(unsigned N) {
    std::lock_guard<std::mutex> Lock(Mu);
    unsigned Sum = 0;
    SUM(N, Sum);
    Total += Sum;
  }
  void conditional(unsigned N) {
    std::lock_guard<std::mutex> Lock(Mu);
#ifdef VERBOSE
    Lines.push_back("begin");
#endif
    std::string Line(N, '-');
    Lines.push_back(Line);
  }
  std::string conditionalLast(unsigned N) {
    std::lock_guard<std::mutex> Lock(Mu);
    Total += N;
    std::string Line(N, '-');
#ifdef VERBOSE
    Lines.push_back("end");
#endif
    return Line;
  }
  void once(unsigned N) {
    std::lock_guard<std::mutex> Lock(Mu);
    do {
      N *= 2;
    } while (false);
    Total += N;
  }
  // A number by another name.
  void constants() {
    std::lock_guard<std::mutex> Lock(Mu); // want "locked too early"
    std::string Line(MAX_LINE, '-');
    Lines.push_back(Line);
  }
};
