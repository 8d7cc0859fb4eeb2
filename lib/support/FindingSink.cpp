#include "whet/support/FindingSink.h"

using namespace whet;

static thread_local FindingSink *Current = nullptr;

FindingSink::~FindingSink() = default;

FindingSink *FindingSink::current() { return Current; }

FindingSink::Scope::Scope(FindingSink &Sink) : Outer(Current) {
  Current = &Sink;
}

FindingSink::Scope::~Scope() { Current = Outer; }
