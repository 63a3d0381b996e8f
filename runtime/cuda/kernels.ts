/**
 * Kernels of the runtime itself, as CUDA C that includes nothing: they count and keep what `generate` draws inside a recorded graph, and put rows of states in another order.
 */
import type { ModuleKernel } from "./modules.js";

/** Of a block. */
export const gatherThreads = 256;
export const noteThreads = 128;

/**
 * Keeps the tokens [batch] of a step behind those of the steps before it, and raises the slots in use by one: so a graph is launched once a token and nothing about it changes.
 * One block; `cursor` counts the steps.
 */
export const noteTokens: ModuleKernel = {
  name: "msz_note_tokens",
  source: `extern "C" __global__ void msz_note_tokens(unsigned int batch, const int* tokens, int* kept, unsigned int* cursor, unsigned int* slots) {
  unsigned int first = *cursor * batch;
  for (unsigned int i = threadIdx.x; i < batch; i += ${noteThreads}u) {
    kept[first + i] = tokens[i];
  }
  __syncthreads();
  if (threadIdx.x == 0u) {
    *cursor += 1u;
    *slots += 1u;
  }
}
`,
};

/** Row i of `after` becomes row `rows[i]` of `before`: a row is `runs` runs of `stride` elements each, of which the first `used` count. Elements are one word, or four. */
export const gathers: { readonly words: ModuleKernel; readonly fours: ModuleKernel } = {
  words: { name: "msz_gather_words", source: gatherOf("msz_gather_words", "unsigned int") },
  fours: {
    name: "msz_gather_fours",
    source: `struct __attribute__((aligned(16))) MszFour { unsigned int x, y, z, w; };\n${gatherOf("msz_gather_fours", "MszFour")}`,
  },
};

function gatherOf(name: string, type: string): string {
  return `struct ${name}_move { unsigned int rows, runs, stride, used; };
extern "C" __global__ void ${name}(const ${name}_move move, const unsigned int* rows, const ${type}* before, ${type}* after) {
  unsigned int index = (blockIdx.x + blockIdx.y * gridDim.x) * ${gatherThreads}u + threadIdx.x;
  unsigned int run = index / move.used;
  unsigned int row = run / move.runs;
  if (row < move.rows) {
    unsigned int place = index % move.used;
    unsigned int taken = rows[row] * move.runs + run % move.runs;
    after[(unsigned long long)run * move.stride + place] = before[(unsigned long long)taken * move.stride + place];
  }
}
`;
}

export const runtimeKernels: readonly ModuleKernel[] = [noteTokens, gathers.words, gathers.fours];
