/** From CUDA C to what g++ takes where macros cannot do it. */
#pragma once
#include <string>

/**
 * `__shared__` declarations become references into the running block's memory, on the same line; behind the source comes the table of
 * its `__global__` functions.
 */
std::string rewriteKernels(const std::string& source);
