// A batch is copied from a queue, and worked on under the lock.
#include "threads.h"
#include <algorithm>
#include <mutex>
#include <vector>

class Samples {
public:
  void add(int N) {
    std::lock_guard<std::mutex> Lock(Mutex);
    if (Queue.size() < 64)
      Queue.push_back(N);
    Queue[static_cast<unsigned>(N) % Queue.size()] = N;
  }
  int median() {
    std::lock_guard<std::mutex> Lock(Mutex);
    std::vector<int> Batch = Queue;
    std::sort(Batch.begin(), Batch.end());
    return Batch[Batch.size() / 2];
  }
  unsigned long size() {
    std::lock_guard<std::mutex> Lock(Mutex);
    return Queue.size();
  }

private:
  std::mutex Mutex;
  std::vector<int> Queue;
};

int main(int Count, char **Values) {
  Samples S;
  for (int I = 0; I < 64; ++I)
    S.add(I * 37 % 64);
  runThreads(Count, Values, [&](int, int I) {
    S.add(I);
    S.median();
  });
  return finish(S.size());
}
