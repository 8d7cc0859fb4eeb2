// check: whet-blocking-under-lock
// std: c++20
#include <arpa/inet.h>
#include <atomic>
#include <barrier>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <future>
#include <iostream>
#include <latch>
#include <mutex>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <shared_mutex>
#include <string>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using Guard = std::lock_guard<std::mutex>;

// The five that clang's unix.BlockInCriticalSection knows.
class FromClang {
  std::mutex Mu;
  int Count = 0;

public:
  void sleeps() {
    Guard G(Mu); // note "locked here"
    sleep(1); // want "'sleep' sleeps while 'Mu' is held"
    ++Count;
  }
  void getcs(std::FILE *F) {
    Guard G(Mu);
    Count += getc(F); // want "'getc' reads or writes a file while 'Mu' is held"
  }
  void fgetss(std::FILE *F, char *Line) {
    Guard G(Mu);
    if (std::fgets(Line, 80, F)) // want "'fgets' reads or writes a file"
      ++Count;
  }
  void reads(int Fd, char *Buffer) {
    Guard G(Mu);
    Count += int(read(Fd, Buffer, 10)); // want "'read' reads or writes a file"
  }
  void recvs(int Fd, char *Buffer) {
    Guard G(Mu);
    Count += int(recv(Fd, Buffer, 10, 0)); // want "'recv' waits for the network"
  }
};

class Sleeping {
  std::mutex Mu;

public:
  void sleepFor() {
    Guard G(Mu);
    std::this_thread::sleep_for(std::chrono::seconds(1)); // want "'sleep_for' sleeps"
  }
  void sleepUntil(std::chrono::steady_clock::time_point At) {
    Guard G(Mu);
    std::this_thread::sleep_until(At); // want "'sleep_until' sleeps"
  }
  void microseconds() {
    Guard G(Mu);
    usleep(10); // want "'usleep' sleeps"
  }
  void nanoseconds(const timespec *Time) {
    Guard G(Mu);
    nanosleep(Time, nullptr); // want "'nanosleep' sleeps"
  }
  void pauses() {
    Guard G(Mu);
    pause(); // want "'pause' sleeps"
  }
  void yields() {
    Guard G(Mu);
    std::this_thread::sleep_for(std::chrono::seconds(0));
    std::this_thread::yield();
  }
};

class Waiting {
  std::mutex Mu;
  std::thread Worker;
  std::jthread Other;
  std::future<int> Result;
  std::shared_future<int> Shared;
  std::latch Latch{1};
  std::barrier<> Barrier{2};
  std::atomic_flag Flag;
  sem_t Semaphore;
  pthread_t Posix;
  pthread_barrier_t PosixBarrier;

public:
  void joins() {
    Guard G(Mu);
    Worker.join();           // want "'join' waits for another thread"
    Other.join();            // want "'join' waits for another thread"
    pthread_join(Posix, nullptr); // want "'pthread_join' waits"
  }
  int futures() {
    Guard G(Mu);
    Result.wait();           // want "'wait' waits for another thread"
    Result.wait_for(std::chrono::seconds(1)); // want "'wait_for' waits"
    return Result.get() +    // want "'get' waits for another thread"
           Shared.get();     // want "'get' waits for another thread"
  }
  bool isReady() {
    using namespace std::chrono_literals;
    Guard G(Mu);
    return Result.wait_for(0s) == std::future_status::ready ||
           Result.wait_for(std::chrono::milliseconds::zero()) ==
               std::future_status::ready;
  }
  int ifReady() {
    Guard G(Mu);
    if (Result.wait_for(std::chrono::seconds(0)) == std::future_status::ready)
      return Result.get();
    return 0;
  }
  void others() {
    Guard G(Mu);
    Latch.wait();              // want "'wait' waits for another thread"
    Latch.arrive_and_wait();   // want "'arrive_and_wait' waits"
    Barrier.arrive_and_wait(); // want "'arrive_and_wait' waits"
    Flag.wait(false);          // want "'wait' waits for another thread"
    sem_wait(&Semaphore);      // want "'sem_wait' waits for another thread"
    pthread_barrier_wait(&PosixBarrier); // want "'pthread_barrier_wait' waits"
  }
};

class Processes {
  std::mutex Mu;

public:
  void systems() {
    Guard G(Mu);
    (void)std::system("true"); // want "'system' starts or waits for a process"
  }
  void pipes() {
    Guard G(Mu);
    std::FILE *P = popen("ls", "r"); // want "'popen' starts or waits"
    (void)P;
  }
  void forks() {
    Guard G(Mu);
    fork(); // want "'fork' starts or waits for a process"
  }
  void waits(int *Status) {
    Guard G(Mu);
    waitpid(1, Status, 0); // want "'waitpid' starts or waits for a process"
  }
  void asks(int *Status) {
    Guard G(Mu);
    waitpid(1, Status, WNOHANG);
  }
};

class Network {
  std::mutex Mu;

public:
  void names(addrinfo **Result) {
    Guard G(Mu);
    getaddrinfo("a", "b", nullptr, Result); // want "'getaddrinfo' waits for the network"
  }
  void oldNames() {
    Guard G(Mu);
    gethostbyname("a"); // want "'gethostbyname' waits for the network"
  }
  void connects(const sockaddr *Address) {
    Guard G(Mu);
    int Fd = socket(AF_INET, SOCK_STREAM, 0);
    connect(Fd, Address, 4); // want "'connect' waits for the network"
  }
  int accepts(int Fd) {
    Guard G(Mu);
    return accept(Fd, nullptr, nullptr); // want "'accept' waits for the network"
  }
  void sends(int Fd) {
    Guard G(Mu);
    send(Fd, "", 0, 0); // want "'send' waits for the network"
  }
  void polls(pollfd *Fds) {
    Guard G(Mu);
    poll(Fds, 1, 100); // want "'poll' waits for the network"
  }
  void selects(fd_set *Set) {
    Guard G(Mu);
    select(1, Set, nullptr, nullptr, nullptr); // want "'select' waits for the network"
  }
  void epolls(int Fd, epoll_event *Events) {
    Guard G(Mu);
    epoll_wait(Fd, Events, 1, -1); // want "'epoll_wait' waits for the network"
  }
  void asks(pollfd *Fds, int Fd, char *Buffer) {
    Guard G(Mu);
    poll(Fds, 1, 0);
    recv(Fd, Buffer, 1, MSG_DONTWAIT);
  }
};

class Files {
  std::mutex Mu;
  int Count = 0;

public:
  void opens(const char *Path) {
    Guard G(Mu);
    int Fd = open(Path, O_RDONLY); // want "'open' reads or writes a file"
    close(Fd);
  }
  void fopens(const char *Path) {
    Guard G(Mu);
    std::FILE *F = std::fopen(Path, "r"); // want "'fopen' reads or writes a file"
    (void)F;
  }
  void streams(const char *Path) {
    Guard G(Mu);
    std::ifstream In(Path); // want "'std::ifstream' reads or writes a file"
    In >> Count;
  }
  void opensLater(const char *Path) {
    Guard G(Mu);
    std::ofstream Out;
    Out.open(Path); // want "'open' reads or writes a file"
  }
  void writes(int Fd) {
    Guard G(Mu);
    Count += int(write(Fd, "", 0)); // want "'write' reads or writes a file"
  }
  void writesAt(int Fd) {
    Guard G(Mu);
    Count += int(pwrite(Fd, "", 0, 0)); // want "'pwrite' reads or writes a file"
  }
  void freads(std::FILE *F, char *Buffer) {
    Guard G(Mu);
    Count += int(std::fread(Buffer, 1, 1, F)); // want "'fread' reads or writes a file"
  }
  void fwrites(std::FILE *F) {
    Guard G(Mu);
    std::fwrite("", 0, 0, F); // want "'fwrite' reads or writes a file"
  }
  void flushes(std::FILE *F) {
    Guard G(Mu);
    std::fflush(F); // want "'fflush' reads or writes a file"
  }
  void syncs(int Fd) {
    Guard G(Mu);
    fsync(Fd); // want "'fsync' waits for the disk"
  }
  void dataSyncs(int Fd) {
    Guard G(Mu);
    fdatasync(Fd); // want "'fdatasync' waits for the disk"
  }
  void mapsSync(void *P) {
    Guard G(Mu);
    msync(P, 1, MS_SYNC); // want "'msync' waits for the disk"
  }
  void renames() {
    Guard G(Mu);
    std::rename("a", "b"); // want "'rename' reads or writes a file"
  }
  void unlinks() {
    Guard G(Mu);
    unlink("a"); // want "'unlink' reads or writes a file"
  }
  void makesFolder() {
    Guard G(Mu);
    mkdir("a", 0777); // want "'mkdir' reads or writes a file"
  }
  void filesystem() {
    Guard G(Mu);
    if (!std::filesystem::exists("a")) // want "'exists' reads or writes a file"
      ++Count;
  }
  void removesAll() {
    Guard G(Mu);
    std::filesystem::remove_all("a"); // want "'remove_all' reads or writes a file"
  }
};

// After unlock(), nothing is held.
class Unlocked {
  std::mutex Mu;
  std::shared_mutex Shared;

public:
  void unlocks() {
    std::unique_lock<std::mutex> L(Mu);
    L.unlock();
    sleep(1);
  }
  void scopes() {
    { Guard G(Mu); }
    sleep(1);
  }
  void branches(bool B) {
    std::unique_lock<std::mutex> L(Mu);
    if (B) {
      L.unlock();
      sleep(1);
      L.lock();
    }
    sleep(2); // want "'sleep' sleeps while 'Mu' is held"
  }
  void byHand() {
    Guard G(Mu);
    Mu.unlock();
    sleep(1);
    Mu.lock();
    sleep(2); // want "'sleep' sleeps while 'Mu' is held"
  }
  void maybe(bool B) {
    std::unique_lock<std::mutex> L(Mu, std::defer_lock);
    if (B)
      L.lock();
    sleep(1);
  }
  void shared() {
    std::shared_lock L(Shared);
    sleep(1); // want "'sleep' sleeps while 'Shared' is held"
  }
};
