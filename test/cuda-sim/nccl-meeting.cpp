/** The meeting place, as a file below /dev/shm. Its name goes when all have come. */
#include "nccl-meeting.h"
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

namespace {
using Clock = std::chrono::steady_clock;

std::chrono::milliseconds timeout() {
  const char* text = getenv("MSZ_SIM_NCCL_TIMEOUT");
  return std::chrono::milliseconds(text && *text ? atoll(text) : 20000);
}

/** A process that nobody has asked for its end stays as a zombie. */
bool isDead(int process) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/stat", process);
  FILE* file = fopen(path, "r");
  if (!file) return true;
  char state = 'Z';
  const bool read = fscanf(file, "%*d (%*[^)]) %c", &state) == 1;
  fclose(file);
  return !read || state == 'Z' || state == 'X';
}

size_t headBytes(size_t shared) { return (shared + 4095) / 4096 * 4096; }
}  // namespace

Meeting* Meeting::join(const std::string& name, int ranks, int rank) {
  const std::string path = "/dev/shm/" + name;
  const int file = open(path.c_str(), O_RDWR | O_CREAT, 0600);
  if (file < 0) return nullptr;
  const size_t bytes = headBytes(sizeof(Shared)) + static_cast<size_t>(ranks) * slotBytes;
  void* memory = ftruncate(file, static_cast<off_t>(bytes)) == 0 ? mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0) : MAP_FAILED;
  close(file);
  if (memory == MAP_FAILED) return nullptr;
  Meeting* made = new Meeting;
  // A new file is all zeros, which every field may begin as.
  made->shared_ = static_cast<Shared*>(memory);
  made->ranks_ = ranks;
  made->bytes_ = bytes;
  made->shared_->processes[rank] = getpid();
  uint32_t none = 0;
  const bool agree = made->shared_->ranks.compare_exchange_strong(none, static_cast<uint32_t>(ranks)) || none == static_cast<uint32_t>(ranks);
  const bool all = agree && made->meet();
  if (rank == 0 || !all) unlink(path.c_str());
  if (all) return made;
  made->abort();
  delete made;
  return nullptr;
}

Meeting::~Meeting() {
  if (shared_) munmap(shared_, bytes_);
}

bool Meeting::meet() {
  if (shared_->aborted) return false;
  const uint32_t generation = shared_->generation;
  if (shared_->arrived.fetch_add(1) + 1 == static_cast<uint32_t>(ranks_)) {
    shared_->arrived = 0;
    shared_->generation = generation + 1;
    return true;
  }
  const auto end = Clock::now() + timeout();
  for (unsigned turn = 0; shared_->generation == generation; turn++) {
    if (shared_->aborted) return false;
    if (turn < 200) {
      sched_yield();
      continue;
    }
    usleep(100);
    if (Clock::now() > end || (turn % 64 == 0 && isOneGone())) {
      abort();
      return false;
    }
  }
  return true;
}

bool Meeting::isOneGone() const {
  for (int rank = 0; rank < ranks_; rank++) {
    const int process = shared_->processes[rank];
    if (process != 0 && isDead(process)) return true;
  }
  return false;
}

void Meeting::abort() { shared_->aborted = 1; }

void* Meeting::slot(int rank) { return reinterpret_cast<char*>(shared_) + headBytes(sizeof(Shared)) + static_cast<size_t>(rank) * slotBytes; }

Agreement& Meeting::agreement(int rank) { return shared_->agreements[rank]; }
