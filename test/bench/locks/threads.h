// What the programs of locks.py have in common: two threads that call the same
// as often as the first argument says; the seconds that it takes are printed,
// and what it comes to.
#ifndef WHET_TEST_BENCH_LOCKS_THREADS_H
#define WHET_TEST_BENCH_LOCKS_THREADS_H

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

template <typename CallT>
void runThreads(int Count, char **Values, CallT Call) {
  int Calls = Count > 1 ? std::atoi(Values[1]) : 1000;
  auto Begin = std::chrono::steady_clock::now();
  auto Run = [&](int Thread) {
    for (int I = 0; I < Calls; ++I)
      Call(Thread, I);
  };
  std::thread First(Run, 0);
  std::thread Second(Run, 1);
  First.join();
  Second.join();
  std::chrono::duration<double> Seconds =
      std::chrono::steady_clock::now() - Begin;
  std::printf("%f\n", Seconds.count());
}

inline int finish(unsigned long Result) {
  std::printf("%lu\n", Result);
  return 0;
}

#endif // WHET_TEST_BENCH_LOCKS_THREADS_H
