/** `msz bench`: which rows there are, that their numbers fit one another and the plan, and what is refused. No time is judged. */
import { join } from "node:path";
import { expect, test, describe } from "vitest";
import { compileFile } from "../../cli/spec.js";
import { extentsOf, layoutArenas } from "../../src/plan/size.js";
import { expectRefused, msz, temporaryFolder, tinySpec, type Ran } from "./msz.js";

const cwd = temporaryFolder({
  "tiny.msz": tinySpec,
  "half.msz": `${tinySpec}train { precision = float16 }\n`,
  "short.msz": "model Short { vocabulary = 20, width = 8, context = 24, positions = learned\n layers 1 { memory(slots: 2, heads: 1) } }\n",
});
const bench = (args: readonly string[]): Promise<Ran> => msz(["bench", ...args], { cwd, env: { MSZ_ADAPTER: "swiftshader" } });

interface Row {
  readonly backend: string;
  readonly entry: string;
  readonly tokens: number;
  readonly batch: number;
  readonly milliseconds: { readonly median: number; readonly minimum: number; readonly maximum: number; readonly runs: number };
  readonly tokens_per_second: number;
  readonly device_bytes: number;
  readonly activation_bytes_per_token?: number;
}

interface Result {
  readonly model: string;
  readonly parameters: number;
  readonly devices: readonly { readonly backend: string; readonly description: string }[];
  readonly missing: readonly { readonly backend: string; readonly entry?: string; readonly reason: string }[];
  readonly rows: readonly Row[];
}

async function json(args: readonly string[]): Promise<Result & { stderr: string }> {
  const { code, stdout, stderr } = await bench([...args, "--json"]);
  expect(code, stderr).toBe(0);
  return { ...(JSON.parse(stdout) as Result), stderr };
}

test("every kind of step at every length, the same tokens a step", async () => {
  const { model, parameters, devices, missing, rows, stderr } = await json(["tiny.msz", "--backend", "tfjs", "--tokens", "8,32", "--batch", "2", "--runs", "3"]);
  expect(model).toBe("Tiny");
  expect(parameters).toBeGreaterThan(256 * 8);
  expect(rows.map((r) => [r.entry, r.tokens, r.batch])).toEqual([
    ["train", 8, 8], ["train", 32, 2], ["prefill", 8, 8], ["prefill", 32, 2], ["decode", 8, 2], ["decode", 32, 2],
  ]);
  for (const row of rows) {
    const { median, minimum, maximum, runs } = row.milliseconds;
    expect(runs).toBe(3);
    expect(minimum).toBeGreaterThan(0);
    expect(minimum).toBeLessThanOrEqual(median);
    expect(median).toBeLessThanOrEqual(maximum);
    const tokens = row.entry === "decode" ? row.batch : row.batch * row.tokens;
    expect(row.tokens_per_second * (median / 1000)).toBeCloseTo(tokens, 6);
    expect(row.device_bytes).toBeGreaterThanOrEqual(4 * parameters);
    expect(row.activation_bytes_per_token).toBeUndefined();
  }
  expect([missing, devices.map((d) => d.backend)]).toEqual([[], ["tfjs"]]);
  expect(stderr).toBe(`tfjs: ${devices[0]!.description}\n`);
});

test("on webgpu a training step's memory is that of the plan", async () => {
  const { rows, stderr } = await json(["tiny.msz", "--backend", "webgpu", "--tokens", "16", "--runs", "1", "--entries", "train"]);
  const { plan } = compileFile(join(cwd, "tiny.msz"), { targets: ["wgsl"], training: ["train"] });
  const { chunk } = plan!.entries.find((e) => e.name === "train")!;
  const arenas = layoutArenas(plan!.targets.wgsl!.entries.train!, extentsOf({ batch: 1, tokens: 16, chunk })).bytes.reduce((a, b) => a + b, 0);
  expect(rows).toHaveLength(1);
  expect(rows[0]!.activation_bytes_per_token).toBe(arenas / 16);
  expect(rows[0]!.device_bytes).toBeGreaterThan(arenas);
  expect(stderr).toMatch(/^warning: no GPU is used: .*\nwebgpu: .+ \(software\)\n$/);
});

test("a table with units; a backend that a plan lacks is one line, and so are entries that it lacks left out", async () => {
  expect((await msz(["compile", "tiny.msz", "--target", "tfjs", "-o", "."], { cwd })).code).toBe(0);
  const { code, stdout, stderr } = await bench(["tiny.plan.json", "--tokens", "8", "--runs", "1"]);
  expect(code, stderr).toBe(0);
  const lines = stdout.trimEnd().split("\n").map((line) => line.trim().split(/ {2,}/));
  expect(lines[0]).toEqual(["backend", "step", "T", "batch", "ms a step", "from", "to", "tokens/s", "memory MiB", "activations KiB a token"]);
  expect(lines.slice(1).map((l) => l.slice(0, 4))).toEqual([["tfjs", "prefill", "8", "1"], ["tfjs", "decode", "8", "1"]]);
  for (const line of lines.slice(1)) expect(line).toHaveLength(lines[0]!.length);
  expect(stderr).toMatch(/^tfjs: .+\n`tiny\.plan\.json` was not compiled for training: `train` is left out\nwebgpu is missing: the plan of `Tiny` has no program for webgpu\n$/);
  expectRefused(await bench(["tiny.plan.json", "--backend", "tfjs", "--entries", "train"]),
    "error[not-for-training]: the plan of Tiny has no entry `train`\n  = help: compile the spec with `msz compile --training`, or leave `train` out of `--entries`");
  expectRefused(await bench(["tiny.plan.json", "--backend", "webgpu"]),
    "error[plan-target]: the plan of `Tiny` has no program for webgpu\n  = why: it was compiled for tfjs\n  = help: compile the spec with `--target wgsl`, or run this plan on tfjs");
  expectRefused(await bench(["tiny.plan.json", "--chunk", "8"]),
    "error[bad-option]: `--chunk` cuts the parallel form of a spec; that of a plan is made already\n  = help: compile the spec again with `msz compile --chunk …`");
});

test("an entry that a backend cannot run is one line, and the others run", async () => {
  const reason = "the plan trains with `precision = float16`, and TensorFlow.js computes in float32 only";
  const args = ["half.msz", "--backend", "tfjs", "--tokens", "8", "--runs", "1"];
  const { rows, missing, stderr } = await json(args);
  expect(rows.map((r) => r.entry)).toEqual(["prefill", "decode"]);
  expect(missing).toEqual([{ backend: "tfjs", entry: "train", reason }]);
  expect(stderr).toMatch(/^tfjs: .+\ntfjs leaves `train` out: the plan trains with .+\n$/);
  const none = await bench([...args, "--entries", "train"]);
  expect([none.code, none.stdout]).toEqual([1, ""]);
  expect(none.stderr).toContain(`error[no-half-precision]: ${reason}\n`);
});

test("lengths end where learned positions do", async () => {
  const { rows } = await json(["short.msz", "--backend", "tfjs", "--entries", "decode", "--runs", "1"]);
  expect(rows.map((r) => r.tokens)).toEqual([6, 24]);
});

describe("refused", () => {
  test.each<[string[], string]>([
    [["short.msz", "--backend", "tfjs", "--tokens", "8,25"], "error[past-context]: the model Short has learned positions for 24 tokens, not 25\n  = help: `--tokens` takes lengths up to 24"],
    [["tiny.msz", "--tokens", "8,0"], "error[bad-option]: `--tokens` takes a whole number from 1 to 10000000, not `0`"],
    [["tiny.msz", "--entries", "decod"], "error[bad-option]: `--entries` takes train, prefill or decode, not `decod`\n  = help: did you mean `decode`?"],
  ])("msz bench %j", async (args, stderr) => expectRefused(await bench(args), stderr));
});

test.each(["bench", "evaluate"])("%s --help has an example", async (command) => {
  const { code, stdout, stderr } = await msz([command, "--help"], { cwd });
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(new RegExp(`\\nExamples?:\\n {2}\\$ msz ${command} `));
});
