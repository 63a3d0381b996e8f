// What the libraries beside the driver's have of it: the simulated NCCL and cuBLASLt put their work on its streams.
#pragma once
#include <dlfcn.h>
#include <cstdint>
#include <string>
#include "numbers.h"

namespace {

/** What the driver's library has for this one: it lies beside it. */
struct DriverHooks {
  int (*issue)(void* stream, void (*work)(void*), void (*drop)(void*), void* data) = nullptr;
  int (*forced)(const char* name) = nullptr;
  int (*isDeviceMemory)(uint64_t address, uint64_t bytes) = nullptr;
  DriverHooks() {
    Dl_info own;
    if (!dladdr(reinterpret_cast<void*>(&sim_from_bf16), &own)) return;
    const std::string path = own.dli_fname;
    void* library = dlopen((path.substr(0, path.rfind('/') + 1) + "libcuda-sim.so").c_str(), RTLD_NOW);
    if (!library) return;
    issue = reinterpret_cast<decltype(issue)>(dlsym(library, "cuSimIssue"));
    forced = reinterpret_cast<decltype(forced)>(dlsym(library, "cuSimForced"));
    isDeviceMemory = reinterpret_cast<decltype(isDeviceMemory)>(dlsym(library, "cuSimIsDeviceMemory"));
  }
};

const DriverHooks& hooks() {
  static const DriverHooks only;
  return only;
}

}  // namespace
