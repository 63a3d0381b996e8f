/** What 32 threads of a warp do together. */
#pragma once
#include "abi.h"

/** For lanes 0 … count - 1, from `in[lane]` to `out[lane]`. */
void runWarp(SimWarpOperation operation, unsigned count, const void* const* in, void* const* out, unsigned parameter);
