// Lines of a log are put together under the lock.
#include "threads.h"
#include <deque>
#include <mutex>
#include <string>

class Log {
public:
  void add(int Thread, int Code, double Seconds) {
    std::lock_guard<std::mutex> Lock(Mutex);
    std::string Line = "[thread " + std::to_string(Thread) + "] code ";
    Line += std::to_string(Code) + " after " + std::to_string(Seconds) + " s";
    Size += Line.size();
    Lines.push_back(std::move(Line));
    if (Lines.size() > 1000)
      Lines.pop_front();
  }
  unsigned long size() {
    std::lock_guard<std::mutex> Lock(Mutex);
    return Size;
  }

private:
  std::mutex Mutex;
  std::deque<std::string> Lines;
  unsigned long Size = 0;
};

int main(int Count, char **Values) {
  Log L;
  runThreads(Count, Values, [&](int Thread, int I) { L.add(Thread, I, I * 0.5); });
  return finish(L.size());
}
