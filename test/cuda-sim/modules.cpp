/** Modules, kernels, launches. */
#include "driver.h"
#include "image.h"
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <unistd.h>

extern "C" __attribute__((weak)) void __asan_unpoison_memory_region(const void* at, size_t size);

namespace {

const unsigned architecture = 80;
const unsigned maxThreads = 1024, threadsPerMultiprocessor = 1024, blocksPerMultiprocessor = 32;
const unsigned staticShared = 48 << 10, optInShared = 163 << 10, sharedPerMultiprocessor = 164 << 10, reservedShared = 1 << 10;

unsigned multiprocessors() { return static_cast<unsigned>(numberFrom("MSZ_SIM_MULTIPROCESSORS", 3)); }

/** CUdevice_attribute: those that somebody may ask for. Others are 0. */
int attribute(int of, int ordinal) {
  switch (of) {
    case 1: return maxThreads;
    case 2: case 3: return 1024;
    case 4: return 64;
    case 5: return 0x7fffffff;
    case 6: case 7: return 65535;
    case 8: return staticShared;
    case 10: return 32;
    case 12: case 82: return 65536;
    case 13: return 1000000;
    case 16: return static_cast<int>(multiprocessors());
    case 31: return 1;
    case 33: return ordinal;
    case 36: return 1000000;
    case 37: return 256;
    case 38: return 4 << 20;
    case 39: return threadsPerMultiprocessor;
    case 41: return 1;
    case 75: return architecture / 10;
    case 76: return architecture % 10;
    case 81: return sharedPerMultiprocessor;
    case 95: return 1;
    case 97: return optInShared;
    case 106: return blocksPerMultiprocessor;
    case 111: return reservedShared;
    default: return 0;
  }
}

/** How many blocks of a kernel a multiprocessor holds. */
unsigned occupancy(const Function& function, unsigned threads, size_t dynamicShared) {
  const size_t shared = function.kernel->shared_bytes + dynamicShared + reservedShared;
  const unsigned rounded = (threads + 31) / 32 * 32;
  return static_cast<unsigned>(std::min<size_t>({threadsPerMultiprocessor / rounded, sharedPerMultiprocessor / shared, blocksPerMultiprocessor}));
}

Function* findFunction(void* handle) {
  Function* function = static_cast<Function*>(handle);
  return driver().functions.count(function) ? function : nullptr;
}

void removeFiles() {
  for (const Module* module : driver().modules) unlink(module->path.c_str());
}

/** Loads a shared library from memory, by way of a file. AddressSanitizer reads that when it names lines. */
void* loadLibrary(const char* bytes, uint64_t size, std::string& path) {
  const char* folder = getenv("TMPDIR");
  path = std::string(folder && *folder ? folder : "/tmp") + "/msz-sim-XXXXXX";
  const int file = mkstemp(path.data());
  if (file < 0) return nullptr;
  uint64_t written = 0;
  while (written < size) {
    const ssize_t part = write(file, bytes + written, size - written);
    if (part <= 0) break;
    written += static_cast<uint64_t>(part);
  }
  close(file);
  void* library = written == size ? dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL) : nullptr;
  if (!library || !__asan_unpoison_memory_region) unlink(path.c_str());
  else if (driver().modules.empty()) atexit(removeFiles);
  return library;
}

/** A launch's arguments, copied: whoever asked for it may change them at once. */
struct Arguments {
  std::vector<uint64_t> values;
  std::vector<void*> pointers;
  Arguments(const SimKernel& kernel, void** from) {
    std::vector<size_t> places;
    size_t words = 0;
    for (unsigned at = 0; at < kernel.count; at++) {
      places.push_back(words);
      // At multiples of 16 bytes: a structure of vectors wants that.
      words += (kernel.sizes[at] + 15) / 16 * 2;
    }
    values.resize(words + 1);
    const size_t shift = reinterpret_cast<uintptr_t>(values.data()) % 16 ? 1 : 0;
    for (unsigned at = 0; at < kernel.count; at++) {
      pointers.push_back(&values[places[at] + shift]);
      memcpy(pointers.back(), from[at], kernel.sizes[at]);
    }
  }
};

void runLaunch(const Function& function, Arguments& arguments, SimPlace grid, SimPlace block, unsigned dynamicShared, bool cooperative) {
  const std::string label = std::string("kernel:") + function.kernel->name;
  driver().launchNumber++;
  countCall(label);
  if (const int code = forcedCode(label)) return setFault(code, std::string("kernel ") + function.kernel->name + " was told to fail");
  uint32_t seed = 1;
  const Order order = orderFromEnvironment(seed);
  const Fault fault = runGrid({function.kernel, function.module->table->here, arguments.pointers.data(), grid, block, dynamicShared, cooperative, order, seed});
  if (fault.code) setFault(fault.code, fault.text);
}

int launch(const char* name, void* handle, SimPlace grid, SimPlace block, unsigned dynamicShared, void* streamHandle, void** from, bool cooperative) {
  if (const int code = enterCall(name)) return code;
  const Function* function = findFunction(handle);
  Stream* stream = findStream(streamHandle);
  if (!function || !stream) return INVALID_HANDLE;
  const SimKernel& kernel = *function->kernel;
  const uint64_t threads = uint64_t(block.x) * block.y * block.z;
  if (grid.x == 0 || grid.y == 0 || grid.z == 0 || grid.x > 0x7fffffffu || grid.y > 65535 || grid.z > 65535) return INVALID_VALUE;
  if (threads == 0 || threads > maxThreads || block.z > 64 || (kernel.max_threads > 0 && threads > kernel.max_threads)) return INVALID_VALUE;
  if (dynamicShared + kernel.shared_bytes > std::max(staticShared, function->maxDynamicShared + kernel.shared_bytes)) return INVALID_VALUE;
  if (kernel.count > 0 && !from) return INVALID_VALUE;
  if (cooperative && uint64_t(grid.x) * grid.y * grid.z > uint64_t(occupancy(*function, static_cast<unsigned>(threads), dynamicShared)) * multiprocessors()) return COOPERATIVE_LAUNCH_TOO_LARGE;
  const auto arguments = std::make_shared<Arguments>(kernel, from);
  const Function copied = *function;
  return issue(stream, [=] { runLaunch(copied, *arguments, grid, block, dynamicShared, cooperative); });
}
}  // namespace

extern "C" {
int cuDeviceGetAttribute(int* value, int of, int device) {
  if (const int code = enterCall("cuDeviceGetAttribute", false)) return code;
  if (!driver().devices.count(device)) return INVALID_DEVICE;
  *value = attribute(of, device);
  return SUCCESS;
}

int cuModuleLoadData(void** module, const void* image) {
  if (const int code = enterCall("cuModuleLoadData")) return code;
  ImageHead head;
  memcpy(head.magic, image, sizeof head.magic);
  if (memcmp(head.magic, imageMagic, sizeof imageMagic) != 0) return memcmp(image, "\x7f" "ELF", 4) == 0 ? NO_BINARY_FOR_GPU : INVALID_IMAGE;
  memcpy(&head, image, sizeof head);
  if (head.architecture / 10 != architecture / 10 || head.architecture % 10 > architecture % 10) return NO_BINARY_FOR_GPU;
  std::string path;
  void* library = loadLibrary(static_cast<const char*>(image) + sizeof head, head.bytes, path);
  if (!library) {
    const char* why = dlerror();
    fprintf(stderr, "CUDA simulator: cannot load a module: %s\n", why ? why : "no temporary file");
    return INVALID_IMAGE;
  }
  Module* made = new Module{library, path, static_cast<SimModule*>(dlsym(library, "sim_module")), {}};
  if (!made->table) {
    dlclose(library);
    delete made;
    return INVALID_IMAGE;
  }
  *made->table->host = simHost;
  for (const SimKernel* kernel = made->table->kernels; kernel->name; kernel++) {
    auto& function = made->functions[kernel->name];
    function.reset(new Function{made, kernel, staticShared - std::min(staticShared, kernel->shared_bytes)});
    driver().functions.insert(function.get());
  }
  driver().modules.insert(made);
  *module = made;
  return SUCCESS;
}
int cuModuleLoadDataEx(void** module, const void* image, unsigned, void*, void*) { return cuModuleLoadData(module, image); }

int cuModuleUnload(void* handle) {
  if (const int code = enterCall("cuModuleUnload")) return code;
  Module* module = static_cast<Module*>(handle);
  if (!driver().modules.erase(module)) return INVALID_HANDLE;
  runAll();
  for (const auto& [name, function] : module->functions) driver().functions.erase(function.get());
  dlclose(module->library);
  unlink(module->path.c_str());
  delete module;
  return driver().fault;
}

int cuModuleGetFunction(void** function, void* handle, const char* name) {
  if (const int code = enterCall("cuModuleGetFunction")) return code;
  Module* module = static_cast<Module*>(handle);
  if (!driver().modules.count(module)) return INVALID_HANDLE;
  const auto found = module->functions.find(name);
  if (found == module->functions.end()) return NOT_FOUND;
  *function = found->second.get();
  return SUCCESS;
}

int cuFuncGetAttribute(int* value, int of, void* handle) {
  if (const int code = enterCall("cuFuncGetAttribute")) return code;
  const Function* function = findFunction(handle);
  if (!function) return INVALID_HANDLE;
  switch (of) {
    case 0: *value = static_cast<int>(function->kernel->max_threads ? function->kernel->max_threads : maxThreads); break;
    case 1: *value = static_cast<int>(function->kernel->shared_bytes); break;
    case 4: *value = 32; break;
    case 5: case 6: *value = architecture; break;
    case 8: *value = static_cast<int>(function->maxDynamicShared); break;
    default: *value = 0;
  }
  return SUCCESS;
}

int cuFuncSetAttribute(void* handle, int of, int value) {
  if (const int code = enterCall("cuFuncSetAttribute")) return code;
  Function* function = findFunction(handle);
  if (!function) return INVALID_HANDLE;
  if (of == 8) {
    if (value < 0 || static_cast<unsigned>(value) + function->kernel->shared_bytes > optInShared) return INVALID_VALUE;
    function->maxDynamicShared = static_cast<unsigned>(value);
  }
  return SUCCESS;
}

int cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, void* handle, int threads, size_t dynamicShared) {
  if (const int code = enterCall("cuOccupancyMaxActiveBlocksPerMultiprocessor")) return code;
  const Function* function = findFunction(handle);
  if (!function) return INVALID_HANDLE;
  if (threads < 1 || threads > static_cast<int>(maxThreads)) return INVALID_VALUE;
  *blocks = static_cast<int>(occupancy(*function, static_cast<unsigned>(threads), dynamicShared));
  return SUCCESS;
}

int cuLaunchKernel(void* function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz, unsigned shared, void* stream, void** arguments, void**) {
  return launch("cuLaunchKernel", function, {gx, gy, gz}, {bx, by, bz}, shared, stream, arguments, false);
}
int cuLaunchCooperativeKernel(void* function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz, unsigned shared, void* stream, void** arguments) {
  return launch("cuLaunchCooperativeKernel", function, {gx, gy, gz}, {bx, by, bz}, shared, stream, arguments, true);
}

/** By the plain name, as the driver does: the newest version. */
int cuGetProcAddress_v2(const char* name, void** address, int, uint64_t, int* status) {
  const std::string versioned = std::string(name) + "_v2";
  *address = nullptr;
  Dl_info own;
  if (dladdr(reinterpret_cast<void*>(&cuModuleLoadData), &own)) {
    if (void* library = dlopen(own.dli_fname, RTLD_NOW | RTLD_NOLOAD)) {
      *address = dlsym(library, versioned.c_str());
      if (!*address) *address = dlsym(library, name);
      dlclose(library);
    }
  }
  if (status) *status = *address ? 0 : 1;
  return *address ? SUCCESS : NOT_FOUND;
}
}
