/**
 * Which CUDA a test runs on: the simulator of `test/cuda-sim`, or with `MSZ_TEST_CUDA=hardware` the machine's own. The simulator is found as a driver is, by the
 * environment, so that the runtime is the one that users have; child processes inherit it.
 */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSimulator } from "../cuda-sim/build.js";

/** @returns undefined when there is a CUDA, else why not: to be printed beside what is skipped */
export function prepareCuda(): string | undefined {
  if (process.env.MSZ_TEST_CUDA === "hardware") return undefined;
  const simulator = buildSimulator();
  if ("missing" in simulator) return simulator.missing;
  process.env.MSZ_CUDA_DRIVER = simulator.driver;
  process.env.MSZ_NVRTC = simulator.nvrtc;
  process.env.MSZ_NCCL = simulator.nccl;
  // What is not simulated is not to be found on this machine either.
  process.env.MSZ_CUBLASLT = "none";
  // A persistent kernel is as many kernels' worth of compilation, which only the tests that are about it should take.
  process.env.MSZ_CUDA_DECODE ??= "graph";
  // Kernels of one test serve the next, of this run and of later ones.
  process.env.MSZ_CACHE = join(tmpdir(), `msz-cuda-sim-cache-${process.getuid?.() ?? 0}`);
  return undefined;
}
