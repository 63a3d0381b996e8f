/** Devices, contexts, memory, copies. */
#include "driver.h"
#include <cstdlib>
#include <cstring>

Driver& driver() {
  // Never destroyed: Node's own end must not find it gone.
  static Driver* only = new Driver;
  return *only;
}

int enterCall(const char* name, bool needsContext) {
  Driver& d = driver();
  countCall(name);
  if (const int code = forcedCode(name)) {
    if (isSticky(code)) setFault(code, std::string(name) + " was told to fail");
    return code;
  }
  if (d.fault) return d.fault;
  if (!d.initialised) return NOT_INITIALIZED;
  return needsContext && !d.current ? INVALID_CONTEXT : SUCCESS;
}

namespace {
const uint64_t defaultMemory = 8ull << 30;

uint64_t totalMemory() { return numberFrom("MSZ_SIM_MEMORY", defaultMemory); }
int deviceCount() { return static_cast<int>(numberFrom("MSZ_SIM_DEVICES", 1)); }

bool isInside(const uint64_t begin, uint64_t size, uint64_t address, uint64_t bytes) { return address >= begin && address - begin <= size && bytes <= size - (address - begin); }

Device* findDevice(int ordinal) {
  const auto found = driver().devices.find(ordinal);
  return found == driver().devices.end() ? nullptr : &found->second;
}

/** A copy between two places. Host memory that is not page-locked is read at once, and written before the call comes back. */
int copy(const char* name, void* to, const void* from, size_t bytes, void* streamHandle, bool toDevice, bool fromDevice) {
  if (const int code = enterCall(name)) return code;
  Stream* stream = findStream(streamHandle);
  if (!stream) return INVALID_HANDLE;
  if (bytes == 0) return SUCCESS;
  const uint64_t target = reinterpret_cast<uint64_t>(to), source = reinterpret_cast<uint64_t>(from);
  if ((toDevice && !isDeviceMemory(target, bytes)) || (fromDevice && !isDeviceMemory(source, bytes))) return INVALID_VALUE;
  const auto work = [=] {
    const bool lost = (toDevice && !isDeviceMemory(target, bytes)) || (fromDevice && !isDeviceMemory(source, bytes));
    if (lost) setFault(ILLEGAL_ADDRESS, std::string(name) + " touches memory that was freed");
    else memmove(to, from, bytes);
  };
  if (!stream->capture && !fromDevice && !isPinned(source, bytes)) {
    const auto kept = std::make_shared<std::vector<char>>(static_cast<const char*>(from), static_cast<const char*>(from) + bytes);
    return issue(stream, [=] {
      if (!isDeviceMemory(target, bytes)) setFault(ILLEGAL_ADDRESS, std::string(name) + " touches memory that was freed");
      else memcpy(to, kept->data(), bytes);
    });
  }
  if (const int code = issue(stream, work)) return code;
  if (!stream->capture && !toDevice && !isPinned(target, bytes)) {
    runUntil(stream, stream->issued);
    return driver().fault;
  }
  return SUCCESS;
}

/** The same on the device's own stream, done when the call comes back. */
int copyNow(const char* name, void* to, const void* from, size_t bytes, bool toDevice, bool fromDevice) {
  if (spoilsCapture()) return CAPTURE_UNSUPPORTED;
  const int code = copy(name, to, from, bytes, nullptr, toDevice, fromDevice);
  return code ? code : driver().fault;
}

template <class T> int fill(const char* name, uint64_t to, T value, size_t count, void* streamHandle) {
  if (const int code = enterCall(name)) return code;
  Stream* stream = findStream(streamHandle);
  if (!stream) return INVALID_HANDLE;
  if (count == 0) return SUCCESS;
  if (!isDeviceMemory(to, count * sizeof(T)) || to % sizeof(T) != 0) return INVALID_VALUE;
  return issue(stream, [=] {
    if (!isDeviceMemory(to, count * sizeof(T))) return setFault(ILLEGAL_ADDRESS, std::string(name) + " touches memory that was freed");
    T* at = reinterpret_cast<T*>(to);
    for (size_t i = 0; i < count; i++) at[i] = value;
  });
}
}  // namespace

bool isDeviceMemory(uint64_t address, uint64_t bytes) {
  auto found = driver().memory.upper_bound(address);
  if (found == driver().memory.begin()) return false;
  --found;
  return isInside(found->first, found->second.bytes, address, bytes);
}

bool isPinned(uint64_t address, uint64_t bytes) {
  auto found = driver().pinned.upper_bound(address);
  if (found == driver().pinned.begin()) return false;
  --found;
  return isInside(found->first, found->second, address, bytes);
}

extern "C" {
int cuInit(unsigned flags) {
  countCall("cuInit");
  if (const int code = forcedCode("cuInit")) return code;
  if (flags != 0) return INVALID_VALUE;
  if (deviceCount() < 1) return NO_DEVICE;
  driver().initialised = true;
  for (int ordinal = 0; ordinal < deviceCount(); ordinal++) {
    Device& device = driver().devices[ordinal];
    device.ordinal = ordinal;
    device.stream.device = &device;
  }
  return SUCCESS;
}

int cuDriverGetVersion(int* version) {
  countCall("cuDriverGetVersion");
  if (const int code = forcedCode("cuDriverGetVersion")) return code;
  *version = static_cast<int>(numberFrom("MSZ_SIM_DRIVER_VERSION", 13000));
  return SUCCESS;
}

int cuDeviceGetCount(int* count) {
  if (const int code = enterCall("cuDeviceGetCount", false)) return code;
  *count = static_cast<int>(driver().devices.size());
  return SUCCESS;
}
int cuDeviceGet(int* device, int ordinal) {
  if (const int code = enterCall("cuDeviceGet", false)) return code;
  if (!findDevice(ordinal)) return INVALID_DEVICE;
  *device = ordinal;
  return SUCCESS;
}
int cuDeviceGetName(char* name, int length, int device) {
  if (const int code = enterCall("cuDeviceGetName", false)) return code;
  if (!findDevice(device)) return INVALID_DEVICE;
  if (length < 1) return INVALID_VALUE;
  strncpy(name, "CUDA simulator", static_cast<size_t>(length));
  name[length - 1] = 0;
  return SUCCESS;
}
int cuDeviceGetUuid_v2(char* uuid, int device) {
  if (const int code = enterCall("cuDeviceGetUuid", false)) return code;
  if (!findDevice(device)) return INVALID_DEVICE;
  memset(uuid, 0, 16);
  uuid[15] = static_cast<char>(device);
  return SUCCESS;
}
int cuDeviceTotalMem_v2(size_t* bytes, int device) {
  if (const int code = enterCall("cuDeviceTotalMem", false)) return code;
  if (!findDevice(device)) return INVALID_DEVICE;
  *bytes = totalMemory();
  return SUCCESS;
}

int cuDevicePrimaryCtxRetain(void** context, int ordinal) {
  if (const int code = enterCall("cuDevicePrimaryCtxRetain", false)) return code;
  Device* device = findDevice(ordinal);
  if (!device) return INVALID_DEVICE;
  device->retained++;
  *context = device;
  return SUCCESS;
}
/** With the last release go the context's memory and what is in it; here leaks stay, to be counted. */
int cuDevicePrimaryCtxRelease_v2(int ordinal) {
  if (const int code = enterCall("cuDevicePrimaryCtxRelease", false)) return code;
  Device* device = findDevice(ordinal);
  if (!device) return INVALID_DEVICE;
  if (device->retained == 0) return INVALID_CONTEXT;
  runAll();
  if (--device->retained == 0 && driver().current == device) driver().current = nullptr;
  return SUCCESS;
}
int cuCtxSetCurrent(void* context) {
  if (const int code = enterCall("cuCtxSetCurrent", false)) return code;
  Device* device = static_cast<Device*>(context);
  if (device && device->retained == 0) return INVALID_CONTEXT;
  driver().current = device;
  return SUCCESS;
}
int cuCtxGetCurrent(void** context) {
  if (const int code = enterCall("cuCtxGetCurrent", false)) return code;
  *context = driver().current;
  return SUCCESS;
}
int cuCtxGetDevice(int* device) {
  if (const int code = enterCall("cuCtxGetDevice")) return code;
  *device = driver().current->ordinal;
  return SUCCESS;
}
int cuCtxSynchronize() {
  if (const int code = enterCall("cuCtxSynchronize")) return code;
  if (spoilsCapture()) return CAPTURE_UNSUPPORTED;
  runAll();
  return driver().fault;
}

int cuMemGetInfo_v2(size_t* left, size_t* total) {
  if (const int code = enterCall("cuMemGetInfo")) return code;
  const uint64_t used = driver().current->used;
  *total = totalMemory();
  *left = used < *total ? *total - used : 0;
  return SUCCESS;
}

int cuMemAlloc_v2(uint64_t* address, size_t bytes) {
  if (const int code = enterCall("cuMemAlloc")) return code;
  if (spoilsCapture()) return CAPTURE_UNSUPPORTED;
  if (bytes == 0) return INVALID_VALUE;
  Device* device = driver().current;
  void* memory = nullptr;
  if (bytes > totalMemory() || device->used > totalMemory() - bytes || posix_memalign(&memory, 256, bytes) != 0) return OUT_OF_MEMORY;
  // NaN, whatever type it is read as.
  memset(memory, 0xff, bytes);
  device->used += bytes;
  *address = reinterpret_cast<uint64_t>(memory);
  driver().memory[*address] = {bytes, device};
  return SUCCESS;
}
int cuMemFree_v2(uint64_t address) {
  if (const int code = enterCall("cuMemFree")) return code;
  if (spoilsCapture()) return CAPTURE_UNSUPPORTED;
  if (address == 0) return SUCCESS;
  runAll();
  const auto found = driver().memory.find(address);
  if (found == driver().memory.end()) return INVALID_VALUE;
  memset(reinterpret_cast<void*>(address), 0xff, found->second.bytes);
  found->second.device->used -= found->second.bytes;
  free(reinterpret_cast<void*>(address));
  driver().memory.erase(found);
  return driver().fault;
}

int cuMemHostAlloc(void** memory, size_t bytes, unsigned) {
  if (const int code = enterCall("cuMemAllocHost")) return code;
  if (spoilsCapture()) return CAPTURE_UNSUPPORTED;
  if (bytes == 0) return INVALID_VALUE;
  if (posix_memalign(memory, 4096, bytes) != 0) return OUT_OF_MEMORY;
  memset(*memory, 0xff, bytes);
  driver().pinned[reinterpret_cast<uint64_t>(*memory)] = bytes;
  return SUCCESS;
}
int cuMemAllocHost_v2(void** memory, size_t bytes) { return cuMemHostAlloc(memory, bytes, 0); }
int cuMemFreeHost(void* memory) {
  if (const int code = enterCall("cuMemFreeHost")) return code;
  runAll();
  if (!driver().pinned.erase(reinterpret_cast<uint64_t>(memory))) return INVALID_VALUE;
  free(memory);
  return SUCCESS;
}

int cuMemcpyHtoD_v2(void* to, const void* from, size_t bytes) { return copyNow("cuMemcpyHtoD", to, from, bytes, true, false); }
int cuMemcpyDtoH_v2(void* to, const void* from, size_t bytes) { return copyNow("cuMemcpyDtoH", to, from, bytes, false, true); }
int cuMemcpyDtoD_v2(void* to, const void* from, size_t bytes) { return copyNow("cuMemcpyDtoD", to, from, bytes, true, true); }
int cuMemcpyHtoDAsync_v2(void* to, const void* from, size_t bytes, void* stream) { return copy("cuMemcpyHtoDAsync", to, from, bytes, stream, true, false); }
int cuMemcpyDtoHAsync_v2(void* to, const void* from, size_t bytes, void* stream) { return copy("cuMemcpyDtoHAsync", to, from, bytes, stream, false, true); }
int cuMemcpyDtoDAsync_v2(void* to, const void* from, size_t bytes, void* stream) { return copy("cuMemcpyDtoDAsync", to, from, bytes, stream, true, true); }
int cuMemsetD8_v2(uint64_t to, unsigned char value, size_t count) { return fill("cuMemsetD8", to, value, count, nullptr); }
int cuMemsetD32_v2(uint64_t to, unsigned value, size_t count) { return fill("cuMemsetD32", to, value, count, nullptr); }
int cuMemsetD8Async(uint64_t to, unsigned char value, size_t count, void* stream) { return fill("cuMemsetD8Async", to, value, count, stream); }
int cuMemsetD32Async(uint64_t to, unsigned value, size_t count, void* stream) { return fill("cuMemsetD32Async", to, value, count, stream); }
}
