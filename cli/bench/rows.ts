/** Times and memory of one kind of step at one size on one device. */
import { MszError, type BackendName } from "../../runtime/index.js";
import type { Device, Weights } from "../../runtime/device.js";
import type { Plan } from "../../src/plan/plan.js";
import { extentsOf, layoutArenas } from "../../src/plan/size.js";
import { makeStep, type BenchEntry, type StepSize } from "./steps.js";

export interface Row extends StepSize {
  readonly backend: BackendName;
  readonly entry: BenchEntry;
  /** Absent where the machine could not run it. */
  readonly figures?: Figures;
  readonly failure?: string;
}

export interface Figures {
  /** Milliseconds of a step: of `decode` one token of every sequence. */
  readonly step: Spread;
  readonly tokensPerSecond: number;
  /** That the program holds after its steps: weights, states and, on webgpu, room for intermediate values. */
  readonly deviceBytes: number;
  /** Intermediate values of a training step, a token, as the plan lays them out on webgpu; undefined elsewhere. */
  readonly activationBytesPerToken: number | undefined;
}

export interface Spread {
  readonly median: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly runs: number;
}

/** Runs before the clock counts: the first compiles kernels, the next ones warm caches and the engine up. */
const warmUps = 2;
/** Once one has taken so long (ms), it was not the engine. */
const longWarmUp = 5000;

export interface Timing {
  readonly runs: number;
  readonly onRun: (done: number) => void;
}

/** What the machine refuses is a row too; the user's mistakes are thrown. */
export async function measureRow(device: Device, plan: Plan, weights: Weights, entry: BenchEntry, size: StepSize, timing: Timing): Promise<Row> {
  const row = { backend: device.backend, entry, ...size };
  try {
    return { ...row, figures: await figuresOf(device, plan, weights, entry, size, timing) };
  } catch (error) {
    if (!(error instanceof MszError && error.blame === "machine")) throw error;
    return { ...row, failure: error.message };
  }
}

async function figuresOf(device: Device, plan: Plan, weights: Weights, entry: BenchEntry, size: StepSize, { runs, onRun }: Timing): Promise<Figures> {
  // A program of its own, so that its memory is what this step takes.
  const program = await device.open(plan, weights);
  try {
    const step = await makeStep[entry](plan, program, size);
    try {
      const time = async (): Promise<number> => {
        const run = await step.prepare();
        const started = performance.now();
        await run();
        return performance.now() - started;
      };
      onRun(0);
      for (let i = 0; i < warmUps && (await time()) < longWarmUp; i++);
      const times: number[] = [];
      while (times.length < runs) {
        times.push((await time()) / step.steps);
        onRun(times.length);
      }
      const spread = spreadOf(times);
      return {
        step: spread,
        tokensPerSecond: step.tokens / step.steps / (spread.median / 1000),
        deviceBytes: program.statistics().bytes,
        activationBytesPerToken: entry === "train" && device.backend === "webgpu" ? activationBytes(plan, size) / (size.batch * size.tokens) : undefined,
      };
    } finally {
      step.dispose();
    }
  } finally {
    program.dispose();
  }
}

/** All arenas of the training step. */
function activationBytes(plan: Plan, { batch, tokens }: StepSize): number {
  const entry = plan.targets.wgsl?.entries.train;
  const chunk = plan.entries.find((e) => e.name === "train")?.chunk;
  if (!entry || chunk === undefined) return 0;
  return layoutArenas(entry, extentsOf({ batch, tokens, chunk })).bytes.reduce((a, b) => a + b, 0);
}

export function spreadOf(times: readonly number[]): Spread {
  const sorted = [...times].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, minimum: sorted[0]!, maximum: sorted.at(-1)!, runs: sorted.length };
}
