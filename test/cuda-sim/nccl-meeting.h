/** Where the ranks of several processes meet: a file in shared memory, of which every process maps all. */
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

const size_t maxRanks = 16;
/** Of one rank: larger values go through it in parts. */
const size_t slotBytes = 1 << 20;

/** What a rank is about to do: all must be about to do the same. */
struct Agreement {
  uint32_t what, type, operation, root;
  uint64_t count;
};

class Meeting {
 public:
  /** Comes back when all ranks are there, with null when they are not in time. */
  static Meeting* join(const std::string& name, int ranks, int rank);
  ~Meeting();
  /** All ranks come, or false: too late, or one gave up. */
  bool meet();
  void abort();
  /** Whether a process that had come is dead: what a network would notice. */
  bool isOneGone() const;
  void* slot(int rank);
  Agreement& agreement(int rank);

 private:
  struct Shared {
    std::atomic<uint32_t> ranks, arrived, generation, aborted;
    /** Process ids by rank. */
    std::atomic<int32_t> processes[maxRanks];
    Agreement agreements[maxRanks];
  };
  Shared* shared_ = nullptr;
  int ranks_ = 0;
  size_t bytes_ = 0;
};
