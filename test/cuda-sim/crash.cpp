/** Signals of a running kernel: the handler, on a stack of its own, lets the thread go on in a function that fails the launch. */
#include "crash.h"
#include "run.h"
#include <cstdio>
#include <cstdlib>
#include <ucontext.h>

extern "C" __attribute__((weak)) void __asan_unpoison_memory_region(const void* at, size_t size);

namespace {
const int signals[] = {SIGSEGV, SIGBUS, SIGFPE};
const size_t stackBytes = 64 << 10;

int crashSignal;
bool isMisaligned;
void* crashAddress;

[[noreturn]] void crashed() {
  const std::string thread = "thread " + std::to_string(engine().running()->index);
  char address[32];
  snprintf(address, sizeof address, "%p", crashAddress);
  if (crashSignal == SIGFPE) engine().fail(launchFailed, thread + " divides an integer by zero");
  if (isMisaligned) engine().fail(misalignedAddress, thread + " touches a vector that is not aligned");
  engine().fail(illegalAddress, thread + " touches address " + address);
}

/** Its frames are never gone back to, so all of the thread's stack is free: that may be what ran out. */
void onSignal(int signal, siginfo_t* info, void* context) {
  const Thread* thread = engine().running();
  if (!thread) {
    // Not a kernel's: as if nobody had looked.
    struct sigaction plain = {};
    plain.sa_handler = SIG_DFL;
    sigaction(signal, &plain, nullptr);
    return;
  }
  crashSignal = signal;
  crashAddress = info->si_addr;
  isMisaligned = signal == SIGBUS || info->si_code == SI_KERNEL;
  uintptr_t top = reinterpret_cast<uintptr_t>(thread->fiber->stack) + thread->fiber->bytes - 64;
  top &= ~uintptr_t(15);
  ucontext_t* at = static_cast<ucontext_t*>(context);
#if defined(__x86_64__)
  at->uc_mcontext.gregs[REG_RSP] = static_cast<greg_t>(top - 8);
  at->uc_mcontext.gregs[REG_RIP] = reinterpret_cast<greg_t>(&crashed);
#elif defined(__aarch64__)
  at->uc_mcontext.sp = top;
  at->uc_mcontext.pc = reinterpret_cast<uint64_t>(&crashed);
#else
  (void)at;
  abort();
#endif
}
}  // namespace

CrashGuard::CrashGuard() {
  if (__asan_unpoison_memory_region) return;
  active_ = true;
  static char* memory = static_cast<char*>(malloc(stackBytes));
  stack_t own = {};
  own.ss_sp = memory;
  own.ss_size = stackBytes;
  sigaltstack(&own, &stackBefore_);
  struct sigaction action = {};
  action.sa_sigaction = onSignal;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  for (int at = 0; at < count; at++) sigaction(signals[at], &action, &before_[at]);
}

CrashGuard::~CrashGuard() {
  if (!active_) return;
  for (int at = 0; at < count; at++) sigaction(signals[at], &before_[at], nullptr);
  sigaltstack(&stackBefore_, nullptr);
}
