// check: whet-blocking-under-lock
// std: c++17
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <mutex>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

using Guard = std::lock_guard<std::mutex>;

// The lock keeps the writers of one file apart: that is what it is for.
class Journal {
  std::mutex Mu;
  std::FILE *File = nullptr;
  std::ofstream Out;
  int Fd = -1;

public:
  void add(const std::string &Line) {
    Guard G(Mu);
    std::fwrite(Line.data(), 1, Line.size(), File);
    std::fflush(File);
    Out << Line << std::endl;
    if (write(Fd, Line.data(), Line.size()) < 0)
      fsync(Fd);
  }
  void reopen(const char *Path) {
    Guard G(Mu);
    Out.open(Path);
    File = std::fopen(Path, "a");
  }
};

// A file of its own, in a member with methods.
class Appender {
  std::FILE *File = nullptr;

public:
  explicit Appender(const char *Path) : File(std::fopen(Path, "a")) {}
  void append(const char *Line) { std::fputs(Line, File); std::fflush(File); }
};

class Audit {
  std::mutex Mu;
  Appender To{"audit"};

public:
  void note(const char *Line) {
    Guard G(Mu);
    To.append(Line);
  }
};

// One for the terminal.
static std::mutex CoutMutex;
void say(const std::string &Line) {
  Guard G(CoutMutex);
  std::cout << Line << std::endl;
}

static std::mutex LogMutex;
void log(const std::string &Line, const char *Path) {
  Guard G(LogMutex);
  std::ofstream Out(Path, std::ios::app);
  Out << Line;
}

// What is loaded at first use has to be waited for anyway.
class Lazy {
  std::mutex Mu;
  bool IsLoaded = false;
  std::vector<std::string> Lines;

public:
  void load() {
    Guard G(Mu);
    if (!IsLoaded) {
      std::ifstream In("lines");
      std::string Line;
      while (std::getline(In, Line))
        Lines.push_back(Line);
      IsLoaded = true;
    }
  }
  void loadOrReturn() {
    Guard G(Mu);
    if (!Lines.empty())
      return;
    std::ifstream In("lines");
    std::string Line;
    while (std::getline(In, Line))
      Lines.push_back(Line);
  }
  void reload() {
    Guard G(Mu);
    std::ifstream In("lines"); // want "'std::ifstream' reads or writes a file while 'Mu' is held"
    std::string Line;
    while (std::getline(In, Line))
      Lines.push_back(Line);
  }
  void loadIf(bool B) {
    Guard G(Mu);
    if (B) {
      std::ifstream In("lines"); // want "'std::ifstream' reads or writes a file"
      In >> Lines.emplace_back();
    }
  }
};

// What ends the program, or throws, holds nothing up.
class Checked {
  std::mutex Mu;
  int Count = 0;

public:
  void check() {
    Guard G(Mu);
    if (Count < 0) {
      std::FILE *F = std::fopen("crash", "w");
      (void)F;
      std::abort();
    }
  }
};

// A lock that keeps starting and ending a thread apart.
class Runner {
  std::mutex StartMu;
  std::thread Thread;
  int Starts = 0;
  void run();

public:
  void start() {
    Guard G(StartMu);
    if (!Thread.joinable())
      Thread = std::thread([this] { run(); });
    ++Starts;
  }
  void stop() {
    Guard G(StartMu);
    if (Thread.joinable())
      Thread.join();
  }
};

// The same lock is taken for other things, too: by the thread itself, maybe.
class Server {
  std::mutex Mu;
  std::thread Thread;
  std::vector<std::string> Lines;
  void run() {
    Guard G(Mu);
    Lines.clear();
  }

public:
  void start() {
    Guard G(Mu);
    Thread = std::thread([this] { run(); });
  }
  void stop() {
    Guard G(Mu);
    Thread.join(); // want "'join' waits for another thread while 'Mu' is held"
  }
};

// A lock that keeps what is opened while a process is started out of it.
static std::mutex ForkMutex;
static std::mutex StateMutex;
void start() {
  Guard G(ForkMutex);
  if (fork() == 0)
    _exit(0);
}
static int started() { return system("true"); } // note "'system' starts or waits for a process"
int startHere() {
  Guard G(ForkMutex);
  return started();
}
int startThere() {
  Guard G(StateMutex);
  if (fork() == 0) // want "'fork' starts or waits for a process while 'StateMutex' is held"
    _exit(0);
  return started(); // want "'started' starts or waits for a process while 'StateMutex' is held"
}
