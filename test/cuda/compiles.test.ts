/**
 * NVIDIA's own compiler takes every kernel, for compute capability 8.0 and 9.0: types, syntax, PTX, registers and shared memory of a block. What kernels compute is
 * another matter (`test/cuda-sim`). Only where NVRTC or nvcc is found.
 *
 * Which kernels: those of inference of four specs that have every kind of layer, in bfloat16, which brings matrix units and narrow weights; all training entries of the smallest model in bfloat16 and its
 * `train` in float32, for all models train by the same ops; a model in float16; a persistent kernel; of the op cases one kernel of each op that no spec has. Those that differ
 * in sizes alone once. `MSZ_TEST_ALL_KERNELS=1` takes all of them, all training entries of all specs and all op cases, which is minutes.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { trainingEntryNames } from "../../compiler/index.js";
import { cudaTarget, KernelCache, schedule } from "../../compiler/5-schedule/index.js";
import { cudaHeader, printCuda } from "../../compiler/6-codegen/cuda/index.js";
import type { Architecture, KernelCompiler } from "../../runtime/cuda/compile/compiler.js";
import { findCompiler } from "../../runtime/cuda/compile/index.js";
import { loadKoffi } from "../../runtime/cuda/ffi/koffi.js";
import { MszError } from "../../src/base/error.js";
import type { CudaProgram } from "../../src/plan/plan.js";
import { root } from "../check/load.js";
import { opCases, updateCases } from "../oracle/op-cases.js";
import { compilePath } from "../schedule/compile.js";

const { compiler, tried } = await findCompiler({ ffi: await loadKoffi(), driverVersion: 0 });
if (!compiler) console.log(`kernels are not compiled here: ${tried.join("; ")}`);
const architectures: readonly Architecture[] = [[8, 0], [9, 0]];
/** Modules are compiled side by side, and each one's header again. */
const kernelsOfModule = 80;

const small = "specs/shakespeare-small.msz";
const takesAll = process.env.MSZ_TEST_ALL_KERNELS === "1";
// The others are of the same layers: MemSizer and softmax, both sides of a translation, adaptive vocabularies.
const specs = takesAll
  ? readdirSync(join(root, "specs")).filter((name) => name.endsWith(".msz")).map((name) => `specs/${name}`)
  : ["specs/shakespeare.msz", "specs/memsizer-wikitext103.msz", "specs/spanish-english.msz", "specs/spanish-english-softmax.msz"];

test.skipIf(!compiler)("every kernel, for sm_80 and sm_90", async () => {
  const kernels = new Kernels();
  for (const spec of specs) kernels.addProgram(compilePath(spec, { targets: ["cuda"], precision: "bfloat16" }).plan.targets.cuda!);
  if (takesAll) for (const spec of specs) kernels.addProgram(compilePath(spec, { targets: ["cuda"], precision: "bfloat16", training: trainingEntryNames }).plan.targets.cuda!);
  kernels.addProgram(compilePath(small, { targets: ["cuda"], precision: "bfloat16", training: trainingEntryNames }).plan.targets.cuda!);
  kernels.addProgram(compilePath(small, { targets: ["cuda"], precision: "float32", training: ["train"] }).plan.targets.cuda!);
  kernels.addProgram(compilePath(small, { targets: ["cuda"], precision: "float16" }).plan.targets.cuda!);
  const cache = new KernelCache();
  for (const { graph } of [...opCases(), ...updateCases()]) {
    for (const { kernel } of schedule(graph, { cache, target: cudaTarget("float32") }).launches) kernels.addNew(`msz_${kernel.name.replace(/\W/g, "_")}`, (name) => printCuda(kernel, name));
  }
  const modules = [...kernels.modules(), persistentModule(small)];
  expect(modules.length).toBeGreaterThan(4);
  const work = modules.flatMap((source) => architectures.map((architecture) => () => failureOf(compiler!, source, architecture)));
  const failures: (string | undefined)[] = [];
  // Two at a time, as test files are.
  const worker = async (): Promise<void> => {
    for (let next = work.shift(); next; next = work.shift()) failures.push(await next());
  };
  await Promise.all([worker(), worker()]);
  expect(failures.filter((failure) => failure !== undefined)).toEqual([]);
}, takesAll ? 3_600_000 : 120_000);

/** Kernels of several plans that are equal but for sizes once, under names of their own. */
class Kernels {
  private readonly texts = new Map<string, string>();
  private readonly names = new Set<string>();

  addProgram({ kernels }: CudaProgram): void {
    for (const { name, source } of kernels) this.add(name, (unique) => source.replaceAll(new RegExp(`\\b${name}(_body)?\\b`, "g"), `${unique}$1`));
  }

  /** Only where there is no kernel whose name begins so: the rest of a name says what follows the op in the same kernel. */
  addNew(name: string, print: (name: string) => string): void {
    if (takesAll || !this.names.has(opOf(name))) this.add(name, print);
  }

  private add(name: string, print: (name: string) => string): void {
    this.names.add(opOf(name));
    // Those that differ in sizes of a model alone are taken or refused together.
    const key = takesAll ? print("kernel") : print("kernel").replaceAll(/\b\d{2,}u\b/g, "#u");
    if (!this.texts.has(key)) this.texts.set(key, print(`k${this.texts.size}_${name}`));
  }

  modules(): string[] {
    const all = [...this.texts.values()];
    return Array.from({ length: Math.ceil(all.length / kernelsOfModule) }, (_, at) => [cudaHeader(), ...all.slice(at * kernelsOfModule, (at + 1) * kernelsOfModule)].join("\n"));
  }
}

/** `msz_scan_read_new_rows_2` → `msz_scan_read` */
function opOf(name: string): string {
  return name.split("_").slice(0, 3).join("_");
}

function persistentModule(spec: string): string {
  const { header, kernels, entries } = compilePath(spec, { targets: ["cuda"], precision: "bfloat16" }).plan.targets.cuda!;
  const { persistent } = entries.generate!;
  if (!persistent) throw new Error(`the decode step of ${spec} is no single kernel`);
  return [header, ...persistent.kernels.map((number) => kernels[number]!.source), persistent.source].join("\n");
}

/** What is wrong, with the kernel's name; undefined: nothing. */
async function failureOf(compiler: KernelCompiler, source: string, architecture: Architecture): Promise<string | undefined> {
  try {
    const image = await compiler.compile("the kernels", source, architecture);
    return image.length > 1000 ? undefined : `an image of ${image.length} bytes`;
  } catch (error) {
    if (!(error instanceof MszError)) throw error;
    const line = Number(/\((\d+)\): error/.exec(error.reason ?? "")?.[1]);
    const before = [...source.split("\n").slice(0, line).join("\n").matchAll(/\b(\w+)_body\(const Extents/g)].at(-1)?.[1];
    return `${before ?? "the header"}, sm_${architecture.join("")}: ${error.message}: ${error.reason}`;
  }
}

test.skipIf(!compiler)("a kernel with an error is told by its name", async () => {
  const { kernels } = compilePath("specs/shakespeare-small.msz", { targets: ["cuda"] }).plan.targets.cuda!;
  const [first, second] = [kernels[0]!, kernels[1]!];
  const failure = await failureOf(compiler!, [cudaHeader(), first.source, second.source.replace(/^}$/m, "  no_such_function();\n}")].join("\n"), [8, 0]);
  expect(failure).toMatch(new RegExp(`^${second.name}, sm_80: .*no_such_function`));
});
