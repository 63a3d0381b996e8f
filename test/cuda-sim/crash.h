/** A kernel that touches memory that is none fails its launch, not the process. Not under AddressSanitizer, which tells more. */
#pragma once
#include <csignal>

class CrashGuard {
 public:
  CrashGuard();
  ~CrashGuard();
  CrashGuard(const CrashGuard&) = delete;

 private:
  static const int count = 3;
  bool active_ = false;
  struct sigaction before_[count];
  stack_t stackBefore_;
};
