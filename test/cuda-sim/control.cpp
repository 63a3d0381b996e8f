/** What tests and the simulated NCCL may ask of the simulator, beside what a driver has. */
#include "driver.h"

extern "C" {
/** How often a driver function was called, or `kernel:NAME` was run. */
uint64_t cuSimCalls(const char* name) { return callsOf(name); }
/** Forgets a sticky error, the counts of calls and those of MSZ_SIM_FAIL: as a new process would. Handles stay. */
void cuSimReset() {
  resetCalls();
  driver().fault = 0;
  driver().faultText.clear();
  driver().launchNumber = 0;
}
/** What the last sticky error was, in words. */
const char* cuSimFault() { return driver().faultText.c_str(); }
uint64_t cuSimLiveAllocations() { return driver().memory.size(); }
/** Streams, events, modules, graphs and blocks of page-locked memory that nobody gave back. */
uint64_t cuSimLiveHandles() {
  const Driver& d = driver();
  return d.streams.size() + d.events.size() + d.modules.size() + d.graphs.size() + d.execs.size() + d.pinned.size();
}

// ---- for the simulated NCCL ----

int cuSimForced(const char* name) {
  countCall(name);
  return forcedCode(name);
}
int cuSimIsDeviceMemory(uint64_t address, uint64_t bytes) { return isDeviceMemory(address, bytes); }
/** Puts work on a stream; `drop` frees its data when it will not be done again. */
int cuSimIssue(void* handle, void (*work)(void*), void (*drop)(void*), void* data) {
  const std::shared_ptr<void> kept(data, drop);
  if (const int code = enterCall("cuSimIssue")) return code;
  Stream* stream = findStream(handle);
  if (!stream) return INVALID_HANDLE;
  return issue(stream, [work, kept] { work(kept.get()); });
}
}
