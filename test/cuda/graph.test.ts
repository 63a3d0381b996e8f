/** `generate` on a driver of the test's: what it draws, one graph a token, nothing made after the first, what a recording is made of and when it is made anew. */
import { expect, test } from "vitest";
import type { DeviceState, Program, Sampling } from "../../runtime/device.js";
import { CacheModel, ints } from "../webgpu/plans.js";
import { FakeDriver, fakeDevice } from "./fake-driver.js";
import { cacheKernels, cacheOnCuda } from "./hand-made.js";

const sampling: Sampling = { temperature: 0, topK: 4, topP: 1, seed: 3 };

interface Run {
  readonly driver: FakeDriver;
  readonly program: Program;
  readonly state: DeviceState;
  readonly models: readonly CacheModel[];
}

async function begin(length: number, rows = 2, debugSync = false): Promise<Run> {
  const driver = new FakeDriver(cacheKernels);
  const program = await fakeDevice(driver, { debugSync }).open(cacheOnCuda, new Map());
  const state = await program.createState(rows);
  return { driver, program, state, models: await prefill(program, state, length) };
}

async function prefill(program: Program, state: DeviceState, length: number): Promise<CacheModel[]> {
  const texts = Array.from({ length: state.batch }, (_, row) => Array.from({ length }, (_, i) => (i + 3 * row) % 5));
  await program.advance(state, "prefill", { tokens: ints([state.batch, length], texts.flat()) });
  return texts.map((text) => {
    const model = new CacheModel();
    model.feed(text);
    return model;
  });
}

async function expectDrawn({ program, state, models }: Run, steps: number): Promise<void> {
  const ids = await program.generate(state, steps, sampling);
  const rows = models.map((_, row) => [...ids.subarray(row * steps, (row + 1) * steps)]);
  expect(rows).toEqual(models.map((model) => model.generate(steps, sampling.topK, sampling.seed)));
}

test("draws what the model draws, over the growth of a cache and more steps than are under way at once", async () => {
  const run = await begin(250);
  for (const steps of [1, 5, 3, 130, 0, 64]) await expectDrawn(run, steps);
  expect(run.state.length).toBe(250 + 203);
  const tensors = await run.program.readState(run.state);
  expect([...tensors["length"]!.data]).toEqual([453]);
  expect([...tensors["rows"]!.data]).toEqual(run.models.flatMap((model) => model.slots.flatMap((token) => [token, token + 10])));
});

test("a token is one launch of a graph, and nothing is made after the first", async () => {
  const run = await begin(7);
  await expectDrawn(run, 3);
  run.driver.log.length = 0;
  for (const steps of [1, 70, 8]) await expectDrawn(run, steps);
  expect(run.driver.log).toEqual(Array(79).fill("graph generate"));
  expect(run.driver.done.slice(-20).join()).toContain("msz_note_tokens");
});

test("the first token of new memory is launched one by one, the second recorded", async () => {
  const run = await begin(7);
  const words = async (steps: number): Promise<string[]> => {
    run.driver.log.length = 0;
    await expectDrawn(run, steps);
    return run.driver.log.map((line) => line.split(" ")[0]!);
  };
  // Six dispatches, and what keeps the tokens.
  const first = [...Array<string>(7).fill("launch"), "record", "graph"];
  expect((await words(2)).filter((word) => word !== "allocate" && word !== "module" && word !== "pinned")).toEqual(first);
  expect(await words(2)).toEqual(["graph", "graph"]);
  // The cache grows: another instance, other addresses.
  const grown = await words(300);
  expect(grown.filter((word) => word === "record")).toHaveLength(1);
  expect(grown.filter((word) => word === "graph")).toHaveLength(299);
  // Another call needs a larger arena.
  await run.program.call("prefill", { tokens: ints([9, 800], new Int32Array(7200).fill(1)) });
  expect(await words(2)).toEqual(first);
  expect(await words(1)).toEqual(["graph"]);
});

test("states take turns with graphs of their own, which go with them", async () => {
  const one = await begin(7);
  const state = await one.program.createState(2);
  const two: Run = { ...one, state, models: await prefill(one.program, state, 12) };
  for (const steps of [3, 2]) for (const run of [one, two]) await expectDrawn(run, steps);
  one.driver.log.length = 0;
  for (const run of [one, two, one]) await expectDrawn(run, 1);
  expect(one.driver.log).toEqual(Array(3).fill("graph generate"));
  const graphs = (): number => one.driver.left().filter((what) => what.startsWith("graph")).length;
  expect(graphs()).toBe(2);
  one.state.dispose();
  expect(graphs()).toBe(1);
  one.program.dispose();
  expect(one.driver.left()).toEqual([]);
});

test("with debugSync nothing is recorded", async () => {
  const run = await begin(7, 1, true);
  await expectDrawn(run, 9);
  expect(run.driver.log.join()).not.toMatch(/record|graph/);
});

test("a recording that fails ends, and what comes next runs", async () => {
  const run = await begin(7);
  await expectDrawn(run, 1);
  const { driver } = run;
  const { launch } = driver;
  driver.launch = () => {
    throw new Error("refused");
  };
  await expect(run.program.generate(run.state, 1, sampling)).rejects.toThrow("refused");
  driver.launch = launch;
  expect(driver.left().filter((what) => what.startsWith("graph"))).toEqual([]);
  await expectDrawn(run, 4);
});

test("a kernel that fails in a graph is told, and the device is gone", async () => {
  const run = await begin(7);
  await expectDrawn(run, 3);
  run.driver.failing = "weigh";
  await expect(run.program.generate(run.state, 5, sampling)).rejects.toMatchObject({ code: "device-fault" });
  await expect(run.program.readState(run.state)).rejects.toMatchObject({ code: "device-lost" });
  run.program.dispose();
  expect(run.driver.left()).toEqual([]);
});
