/** Fibers: 20 instructions on x86-64, ucontext elsewhere. AddressSanitizer is told of every switch where it is loaded. */
#include "fiber.h"
#include <cstdint>
#include <cstdlib>
#include <sys/mman.h>

extern "C" {
__attribute__((weak)) void __sanitizer_start_switch_fiber(void** save, const void* bottom, size_t size);
__attribute__((weak)) void __sanitizer_finish_switch_fiber(void* saved, const void** bottom, size_t* size);
__attribute__((weak)) void __asan_unpoison_memory_region(const void* at, size_t size);
}

namespace {
/** Whom the running fiber was switched from: only a thread's first stack has bounds that must be asked for. */
thread_local Fiber* cameFrom = nullptr;

void finished(Fiber* self) {
  if (!__sanitizer_finish_switch_fiber) return;
  const void* bottom = nullptr;
  size_t bytes = 0;
  __sanitizer_finish_switch_fiber(self ? self->asan : nullptr, &bottom, &bytes);
  if (cameFrom && !cameFrom->bytes) cameFrom->stack = const_cast<void*>(bottom), cameFrom->bytes = bytes;
}
}  // namespace

#if defined(SIM_OWN_SWITCH)
extern "C" void simSwitch(void** save, void* to);
// What a called function must keep: six registers, and the stack.
asm(R"(
.text
.globl simSwitch
.hidden simSwitch
.type simSwitch, @function
simSwitch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size simSwitch, .-simSwitch
)");
#endif

Fiber* makeFiber(void (*entry)(), size_t bytes) {
  static size_t made = 0;
  const size_t guard = 64 << 10;
  char* memory = static_cast<char*>(mmap(nullptr, bytes + guard, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
  if (memory == MAP_FAILED) abort();
  // Running off the end faults instead of writing into a neighbour.
  mprotect(memory, guard, PROT_NONE);
  Fiber* fiber = new Fiber;
  fiber->stack = memory + guard;
  fiber->bytes = bytes;
  // Stacks that begin at the same place of a page would share few lines of the cache.
  fiber->colour = (made++ % 29) * 128;
  resetFiber(fiber, entry);
  return fiber;
}

void resetFiber(Fiber* fiber, void (*entry)()) {
  if (__asan_unpoison_memory_region) __asan_unpoison_memory_region(fiber->stack, fiber->bytes);
  fiber->asan = nullptr;
#if defined(SIM_OWN_SWITCH)
  uintptr_t top = (reinterpret_cast<uintptr_t>(fiber->stack) + fiber->bytes - fiber->colour) & ~uintptr_t(63);
  void** at = reinterpret_cast<void**>(top);
  *--at = nullptr;
  *--at = reinterpret_cast<void*>(entry);
  for (int kept = 0; kept < 6; kept++) *--at = nullptr;
  fiber->at = at;
#else
  getcontext(&fiber->at);
  fiber->at.uc_stack.ss_sp = fiber->stack;
  fiber->at.uc_stack.ss_size = fiber->bytes - fiber->colour;
  fiber->at.uc_link = nullptr;
  makecontext(&fiber->at, entry, 0);
#endif
}

void switchFiber(Fiber* from, Fiber* to) {
  cameFrom = from;
  if (__sanitizer_start_switch_fiber) __sanitizer_start_switch_fiber(&from->asan, to->stack, to->bytes);
#if defined(SIM_OWN_SWITCH)
  simSwitch(&from->at, to->at);
#else
  swapcontext(&from->at, &to->at);
#endif
  finished(from);
}

void fiberBegun() { finished(nullptr); }
