// What a cache keeps is built under the lock.
#include "threads.h"
#include <map>
#include <mutex>
#include <string>

class Cache {
public:
  void refresh(int Key) {
    std::lock_guard<std::mutex> Lock(Mutex);
    std::string Page = "<table>";
    for (int Row = 0; Row < 8; ++Row)
      Page += "<tr><td>" + std::to_string(Key * Row) + "</td></tr>";
    Page += "</table>";
    Pages[Key] = std::move(Page);
  }
  unsigned long size() {
    std::lock_guard<std::mutex> Lock(Mutex);
    unsigned long Size = 0;
    for (const auto &[Key, Page] : Pages)
      Size += Page.size();
    return Size;
  }

private:
  std::mutex Mutex;
  std::map<int, std::string> Pages;
};

int main(int Count, char **Values) {
  Cache C;
  runThreads(Count, Values, [&](int, int I) { C.refresh(I % 256); });
  return finish(C.size());
}
