/**
 * A simulated NCCL, one process a rank. Collectives are work of the simulated driver's streams: they are done when the stream comes to them, and
 * then wait for the other ranks. Sums are taken in the order of the ranks, in float32, so that all ranks have the same.
 */
#include "hooks.h"
#include "nccl-meeting.h"
#include "numbers.h"
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace {

enum Result { SUCCESS = 0, UNHANDLED_CUDA_ERROR = 1, SYSTEM_ERROR = 2, INTERNAL_ERROR = 3, INVALID_ARGUMENT = 4, INVALID_USAGE = 5, REMOTE_ERROR = 6 };
enum Type { FLOAT16 = 6, FLOAT32 = 7, BFLOAT16 = 9 };
enum What { ALL_REDUCE = 1, BROADCAST = 2 };

int forced(const char* name) { return hooks().forced ? hooks().forced(name) : SUCCESS; }

struct Communicator {
  std::unique_ptr<Meeting> meeting;
  int ranks, rank;
  /** What went wrong in work that was done. */
  int error = SUCCESS;
};

int groupDepth = 0;
std::vector<std::function<int()>> group;

size_t sizeOf(int type) { return type == FLOAT32 ? 4 : type == FLOAT16 || type == BFLOAT16 ? 2 : 0; }

void sum(Communicator& communicator, int type, void* to, size_t elements) {
  for (size_t at = 0; at < elements; at++) {
    float total = 0;
    for (int rank = 0; rank < communicator.ranks; rank++) {
      const void* slot = communicator.meeting->slot(rank);
      const float part = type == FLOAT32 ? static_cast<const float*>(slot)[at]
                                         : (type == FLOAT16 ? sim_from_f16 : sim_from_bf16)(static_cast<const unsigned short*>(slot)[at]);
      total = rank == 0 ? part : total + part;
    }
    if (type == FLOAT32) static_cast<float*>(to)[at] = total;
    else static_cast<unsigned short*>(to)[at] = (type == FLOAT16 ? sim_to_f16 : sim_to_bf16)(total);
  }
}

/** A part at a time: all write theirs, all have come, all read, all have read. */
int exchange(Communicator& communicator, const Agreement& wanted, const char* from, char* to) {
  Meeting& meeting = *communicator.meeting;
  const int type = static_cast<int>(wanted.type), root = static_cast<int>(wanted.root);
  const size_t size = sizeOf(type), most = slotBytes / size;
  meeting.agreement(communicator.rank) = wanted;
  if (!meeting.meet()) return REMOTE_ERROR;
  for (int rank = 0; rank < communicator.ranks; rank++) {
    if (memcmp(&meeting.agreement(rank), &wanted, sizeof wanted) != 0) return INVALID_USAGE;
  }
  for (size_t done = 0; done < wanted.count; done += most) {
    const size_t elements = std::min<size_t>(most, wanted.count - done);
    if (wanted.what == ALL_REDUCE || communicator.rank == root) memcpy(meeting.slot(communicator.rank), from + done * size, elements * size);
    if (!meeting.meet()) return REMOTE_ERROR;
    if (wanted.what == ALL_REDUCE) sum(communicator, type, to + done * size, elements);
    else memcpy(to + done * size, meeting.slot(root), elements * size);
    if (!meeting.meet()) return REMOTE_ERROR;
  }
  // Nobody writes its next agreement before all have read this one.
  return meeting.meet() ? SUCCESS : REMOTE_ERROR;
}

int collective(const char* name, const void* from, void* to, size_t count, int type, What what, int operation, int root, Communicator* communicator, void* stream) {
  if (const int code = forced(name)) return code;
  if (!communicator || sizeOf(type) == 0 || operation != 0 || root < 0 || root >= communicator->ranks) return INVALID_ARGUMENT;
  if (communicator->error) return communicator->error;
  if (!hooks().issue) return INTERNAL_ERROR;
  const size_t bytes = count * sizeOf(type);
  const bool reads = what == ALL_REDUCE || communicator->rank == root;
  if ((reads && !hooks().isDeviceMemory(reinterpret_cast<uint64_t>(from), bytes)) || !hooks().isDeviceMemory(reinterpret_cast<uint64_t>(to), bytes)) return INVALID_ARGUMENT;
  const Agreement wanted = {static_cast<uint32_t>(what), static_cast<uint32_t>(type), static_cast<uint32_t>(operation), static_cast<uint32_t>(root), count};
  const auto begin = [=] {
    auto* work = new std::function<void()>([=] {
      if (!communicator->error) communicator->error = exchange(*communicator, wanted, static_cast<const char*>(from), static_cast<char*>(to));
      // What nobody summed must not look like a sum.
      if (communicator->error) memset(to, 0xff, bytes);
    });
    const auto run = [](void* data) { (*static_cast<std::function<void()>*>(data))(); };
    const auto drop = [](void* data) { delete static_cast<std::function<void()>*>(data); };
    return hooks().issue(stream, run, drop, work) == 0 ? SUCCESS : UNHANDLED_CUDA_ERROR;
  };
  if (groupDepth == 0) return begin();
  group.push_back(begin);
  return SUCCESS;
}
}  // namespace

extern "C" {
struct ncclUniqueId {
  char internal[128];
};

int ncclGetVersion(int* version) {
  *version = 22800;
  return forced("ncclGetVersion");
}
int ncclGetUniqueId(ncclUniqueId* id) {
  if (const int code = forced("ncclGetUniqueId")) return code;
  memset(id->internal, 0, sizeof id->internal);
  unsigned char random[16];
  FILE* file = fopen("/dev/urandom", "rb");
  if (!file) return SYSTEM_ERROR;
  const bool read = fread(random, 1, sizeof random, file) == sizeof random;
  fclose(file);
  if (!read) return SYSTEM_ERROR;
  char* at = id->internal + snprintf(id->internal, 16, "msz-nccl-");
  for (const unsigned char byte : random) at += snprintf(at, 3, "%02x", byte);
  return SUCCESS;
}
int ncclCommInitRank(void** communicator, int ranks, ncclUniqueId id, int rank) {
  if (const int code = forced("ncclCommInitRank")) return code;
  id.internal[127] = 0;
  if (ranks < 1 || ranks > static_cast<int>(maxRanks) || rank < 0 || rank >= ranks || strncmp(id.internal, "msz-nccl-", 9) != 0 || strchr(id.internal, '/')) return INVALID_ARGUMENT;
  Meeting* meeting = Meeting::join(id.internal, ranks, rank);
  if (!meeting) return REMOTE_ERROR;
  *communicator = new Communicator{std::unique_ptr<Meeting>(meeting), ranks, rank};
  return SUCCESS;
}
int ncclCommCount(void* communicator, int* ranks) {
  *ranks = static_cast<Communicator*>(communicator)->ranks;
  return SUCCESS;
}
int ncclCommUserRank(void* communicator, int* rank) {
  *rank = static_cast<Communicator*>(communicator)->rank;
  return SUCCESS;
}
/** Graphs that have its work must be gone. */
int ncclCommDestroy(void* communicator) {
  if (const int code = forced("ncclCommDestroy")) return code;
  delete static_cast<Communicator*>(communicator);
  return SUCCESS;
}
int ncclCommAbort(void* communicator) {
  static_cast<Communicator*>(communicator)->meeting->abort();
  static_cast<Communicator*>(communicator)->error = REMOTE_ERROR;
  return SUCCESS;
}
int ncclCommGetAsyncError(void* communicator, int* error) {
  *error = static_cast<Communicator*>(communicator)->error;
  return forced("ncclCommGetAsyncError");
}
int ncclAllReduce(const void* from, void* to, size_t count, int type, int operation, void* communicator, void* stream) {
  return collective("ncclAllReduce", from, to, count, type, ALL_REDUCE, operation, 0, static_cast<Communicator*>(communicator), stream);
}
int ncclBroadcast(const void* from, void* to, size_t count, int type, int root, void* communicator, void* stream) {
  return collective("ncclBroadcast", from, to, count, type, BROADCAST, 0, root, static_cast<Communicator*>(communicator), stream);
}
int ncclGroupStart() {
  groupDepth++;
  return SUCCESS;
}
int ncclGroupEnd() {
  if (groupDepth == 0) return INVALID_USAGE;
  if (--groupDepth > 0) return SUCCESS;
  std::vector<std::function<int()>> begun;
  begun.swap(group);
  for (const auto& begin : begun) {
    if (const int code = begin()) return code;
  }
  return SUCCESS;
}
const char* ncclGetErrorString(int code) {
  switch (code) {
    case SUCCESS: return "no error";
    case UNHANDLED_CUDA_ERROR: return "unhandled cuda error (run with NCCL_DEBUG=INFO for details)";
    case SYSTEM_ERROR: return "unhandled system error (run with NCCL_DEBUG=INFO for details)";
    case INTERNAL_ERROR: return "internal error - please report this issue to the NCCL developers";
    case INVALID_ARGUMENT: return "invalid argument (run with NCCL_DEBUG=WARN for details)";
    case INVALID_USAGE: return "invalid usage (run with NCCL_DEBUG=WARN for details)";
    case REMOTE_ERROR: return "remote process exited or there was a network error";
    default: return "unknown result code";
  }
}
const char* ncclGetLastError(void*) { return ""; }
}
