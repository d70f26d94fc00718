#pragma once

#include <csignal>

namespace scalesmall {

/// While it lives, this thread takes no signals, nor do threads that it starts: they stay with the
/// other threads of the program.
class without_signals {
public:
  without_signals() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  without_signals(const without_signals&) = delete;
  without_signals& operator=(const without_signals&) = delete;
  ~without_signals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

private:
  sigset_t before_{};
};

}  // namespace scalesmall
