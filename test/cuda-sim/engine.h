/** Runs a kernel's grid on the CPU. */
#pragma once
#include "abi.h"
#include <cstdint>
#include <string>

enum class Order { Forward, Backward, Shuffled };

struct Launch {
  const SimKernel* kernel;
  SimHere* here;
  void** arguments;
  SimPlace grid, block;
  unsigned dynamicShared;
  bool cooperative;
  Order order;
  uint32_t seed;
};

/** Given to modules. */
extern const SimHost* const simHost;

struct Fault {
  /** 0: none. */
  int code;
  std::string text;
};

/** Runs all blocks. */
Fault runGrid(const Launch& launch);
