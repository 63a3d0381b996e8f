/**
 * What a compiled module and the simulator know of each other. Stands in front of every simulated kernel's source (so it includes nothing)
 * and is included by the simulator itself. All names begin with `Sim` or `sim_`, so that a kernel's own names are free.
 */
#pragma once

struct SimPlace {
  unsigned x, y, z;
};

/** Where the running thread is: one for a module, written by the simulator before it goes on with a thread. */
struct SimHere {
  SimPlace thread, block, block_size, grid_size;
  void* dynamic_shared;
  /** The array that was asked for last, so that most accesses need no call. */
  unsigned shared_id;
  void* shared;
};

enum SimWarpOperation { SIM_SYNC_WARP, SIM_SHUFFLE_XOR, SIM_MMA_F16, SIM_MMA_BF16, SIM_LOAD_BLOCKS, SIM_LOAD_BLOCKS_TRANSPOSED };

/** What the simulator does for a thread. A call that waits comes back when the thread may go on. */
struct SimHost {
  /** `threads`: of the block, from the first on; 0: all that have not ended. */
  void (*barrier)(unsigned threads);
  void (*grid_barrier)(unsigned* arrived);
  /** All threads of the warp must come with the same operation and parameter. The last to come computes it for all, from their `in` to their `out`. */
  void (*warp)(SimWarpOperation operation, const void* in, void* out, unsigned parameter);
  void (*copy_async)(void* shared, const void* global, bool when);
  void (*copy_commit)();
  void (*copy_wait)(unsigned left);
  /** Memory of the running block for its shared array number `id`. */
  void* (*shared)(unsigned id, unsigned bytes);
};

/** How the simulator calls a kernel: every kernel of a module has one, in a table that ends with a null name. */
struct SimKernel {
  const char* name;
  void (*call)(void** arguments);
  const unsigned* sizes;
  unsigned count;
  unsigned shared_bytes;
  /** As `__launch_bounds__` says; 0: it does not. */
  unsigned max_threads;
};

/** The only symbol that a module exports: `sim_module`. */
struct SimModule {
  const SimHost** host;
  SimHere* here;
  const SimKernel* kernels;
};
