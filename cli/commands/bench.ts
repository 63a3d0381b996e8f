/**
 * `msz bench`: how long a training step, a prefill and a decoded token take and what memory they hold, by length and by backend. A table
 * or, with `--json`, one object on stdout; which devices they are on stderr.
 */
import { MszError, type BackendName } from "../../runtime/index.js";
import type { Device, Weights } from "../../runtime/device.js";
import { checkTarget, openDevice, valuesOf } from "../../runtime/load.js";
import type { NameScheme } from "../../runtime/weights/names.js";
import type { Plan, PlanPrecision } from "../../src/plan/plan.js";
import { measureRow, type Row } from "../bench/rows.js";
import { notForTraining, type BenchEntry, type StepSize } from "../bench/steps.js";
import { jsonOf, tableOf } from "../bench/table.js";
import { benchEntryNames } from "../options.js";
import { note, result, warn } from "../report.js";
import { checkCudaOptions, checkMemory, openPlan, openWeights, targetsOf } from "../session.js";
import { expectDecoder } from "../spec.js";
import { grouped, Progress } from "../progress.js";

export interface BenchOptions {
  readonly tokens?: readonly number[];
  readonly batch: number;
  readonly backend?: readonly BackendName[];
  readonly entries?: readonly BenchEntry[];
  readonly runs: number;
  readonly weights: string;
  readonly names?: NameScheme;
  readonly set?: Readonly<Record<string, string>>;
  readonly chunk?: number;
  readonly debugSync?: boolean;
  readonly precision?: PlanPrecision;
  readonly json?: boolean;
}

const defaultBackends: readonly BackendName[] = ["cuda", "webgpu", "tfjs"];
/** Those that every machine has, if slowly: that one of the others is not there is no news, unless it was asked for. */
const expected: ReadonlySet<BackendName> = new Set(["webgpu", "tfjs"]);

export async function bench(file: string, options: BenchOptions): Promise<void> {
  checkCudaOptions(options, options.backend);
  const plans = openPlans(file, options);
  const plan = plans[0]!.plan;
  checkMemory(plan);
  const lengths = lengthsOf(plan, options.tokens);
  const values = await weightsOf(plan, options);
  const rows: Row[] = [];
  const missing: Missing[] = [];
  const devices: { backend: BackendName; description: string }[] = [];
  for (const backend of options.backend ?? defaultBackends) {
    const device = await deviceFor(backend, plans, options.debugSync).catch((error: unknown) => {
      if (!(error instanceof MszError && absent.has(error.code))) throw error;
      if (options.backend || expected.has(backend)) missing.push({ backend, error });
      return undefined;
    });
    if (!device) continue;
    note(`${backend}: ${device.description}`);
    devices.push({ backend, description: device.description });
    try {
      for (const planned of plans) {
        for (const entry of planned.entries) {
          try {
            rows.push(...(await rowsOf(device, planned.plan, entry, values, lengths, options)));
          } catch (error) {
            // What was measured already, and what another entry takes, is not lost.
            if (!(error instanceof MszError && absent.has(error.code))) throw error;
            missing.push({ backend, entry, error });
          }
        }
      }
    } finally {
      device.dispose();
    }
  }
  if (rows.length === 0) throw missing[0]!.error;
  if (!options.entries && !plans.some(({ entries }) => entries.includes("train"))) note(`\`${file}\` was not compiled for training: \`train\` is left out`);
  for (const { backend, entry, error } of missing) note(`${backend} ${entry === undefined ? "is missing" : `leaves \`${entry}\` out`}: ${error.message}`);
  if (options.json) {
    const gone = missing.map(({ backend, entry, error }) => ({ backend, ...(entry === undefined ? {} : { entry }), reason: error.message }));
    await result(`${JSON.stringify({ model: plan.model.name, parameters: parametersOf(plan), devices, missing: gone, rows: rows.map(jsonOf) }, null, 2)}\n`);
  } else await result(tableOf(rows));
  // Rows of the others are not lost, but whoever named a backend that there is not has not got what was asked for.
  const wanted = options.backend && missing.find(({ entry }) => entry === undefined);
  if (wanted) throw wanted.error;
}

/** A backend that there is not, or an entry that it cannot run. */
interface Missing {
  readonly backend: BackendName;
  readonly entry?: BenchEntry;
  readonly error: MszError;
}

/** What a machine or a plan lacks, or a backend has not. */
const absent: ReadonlySet<string> = new Set(["no-adapter", "no-cuda", "no-backend", "plan-target", "no-half-precision", "device-feature"]);

async function deviceFor(backend: BackendName, plans: readonly Planned[], debugSync: boolean | undefined): Promise<Device> {
  for (const { plan } of plans) checkTarget(plan, backend);
  return openDevice(plans[0]!.plan, { backend, debugSync, onWarning: warn });
}

interface Planned {
  readonly plan: Plan;
  readonly entries: readonly BenchEntry[];
}

/** A plan for training has more weights on the device and more kernels, so a spec is compiled once for each purpose. */
function openPlans(file: string, options: BenchOptions): Planned[] {
  const targets = options.backend?.flatMap((b) => targetsOf[b]);
  const entries = options.entries ?? benchEntryNames;
  const open = (training: boolean): ReturnType<typeof openPlan> =>
    openPlan(file, { set: options.set, chunk: options.chunk, precision: options.precision, targets, training: training ? ["accumulate", "train"] : [] });
  const first = open(entries.every((e) => e === "train"));
  expectDecoder(first.plan, "neither decodes nor trains, and that is what is measured");
  if (first.model === undefined) {
    if (first.plan.training) return [{ plan: first.plan, entries }];
    if (options.entries?.includes("train")) throw notForTraining(first.plan);
    return [{ plan: first.plan, entries: entries.filter((e) => e !== "train") }];
  }
  const inference = entries.filter((e) => e !== "train");
  if (inference.length === 0) return [{ plan: first.plan, entries }];
  return [...(entries.includes("train") ? [{ plan: open(true).plan, entries: ["train"] as const }] : []), { plan: first.plan, entries: inference }];
}

async function weightsOf(plan: Plan, { weights, names }: BenchOptions): Promise<Weights> {
  const input = await openWeights("", weights);
  try {
    return await valuesOf(plan, input, names ?? "msz");
  } finally {
    if ("close" in input) await input.close();
  }
}

const defaultLengths = [128, 512, 2048];
/** Sentences are short. */
const sentenceLengths = [16, 64, 256];

/** @throws MszError `past-context` */
function lengthsOf({ model }: Plan, asked: readonly number[] | undefined): readonly number[] {
  const { context, positionLimit, name, source } = model;
  const limit = Math.min(positionLimit ?? Infinity, source?.positionLimit ?? Infinity);
  const long = asked?.find((t) => t > limit);
  if (long !== undefined) throw new MszError("past-context", `the model ${name} has learned positions for ${limit} tokens, not ${long}`, { hint: `\`--tokens\` takes lengths up to ${limit}` });
  const lengths = asked ?? (context === null ? (source ? sentenceLengths : defaultLengths) : [Math.max(1, Math.floor(context / 4)), context, 4 * context]);
  return [...new Set(lengths.filter((t) => t <= limit))];
}

/** Every length has the same tokens a step (the longest: `--batch` sequences), so that what a token costs is compared; `decode` has `--batch` sequences. */
function sizeOf(entry: BenchEntry, tokens: number, lengths: readonly number[], batch: number): StepSize {
  const all = batch * Math.max(...lengths);
  return { tokens, batch: entry === "decode" ? batch : Math.max(1, Math.round(all / tokens)) };
}

/** One kind of step at every length. */
async function rowsOf(device: Device, plan: Plan, entry: BenchEntry, values: Weights, lengths: readonly number[], { batch, runs }: BenchOptions): Promise<Row[]> {
  const progress = new Progress(process.stderr);
  const rows: Row[] = [];
  try {
    for (const tokens of lengths) {
      const onRun = (done: number): void => progress.show(`${device.backend}  ${entry}  T = ${grouped(tokens)}  ${done === 0 ? "warming up" : `run ${done} of ${runs}`}`);
      rows.push(await measureRow(device, plan, values, entry, sizeOf(entry, tokens, lengths, batch), { runs, onRun }));
    }
  } finally {
    progress.clear();
  }
  return rows;
}

function parametersOf(plan: Plan): number {
  return plan.parameters.reduce((sum, p) => sum + p.shape.reduce((a, b) => a * b, 1), 0);
}
