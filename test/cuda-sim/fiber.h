/** A stack of its own for a running thread of a kernel, and the way from one to another. */
#pragma once
#include <cstddef>
// SIM_UCONTEXT: to try on this processor what others do.
#if defined(__x86_64__) && !defined(SIM_UCONTEXT)
#define SIM_OWN_SWITCH 1
#else
#include <ucontext.h>
#endif

struct Fiber {
  void* stack = nullptr;
  size_t bytes = 0;
  size_t colour = 0;
  /** Begins anew at its entry when it is next switched to. */
  bool fresh = true;
  void* asan = nullptr;
#if defined(SIM_OWN_SWITCH)
  void* at = nullptr;
#else
  ucontext_t at;
#endif
};

/** Gives it a stack. `entry` never returns. */
Fiber* makeFiber(void (*entry)(), size_t bytes);
/** Forgets what runs on it, so that it begins anew. */
void resetFiber(Fiber* fiber, void (*entry)());
/** Goes on with `to`; comes back when somebody switches to `from`. */
void switchFiber(Fiber* from, Fiber* to);
/** To be called first in an entry. */
void fiberBegun();
