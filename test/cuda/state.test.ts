/** States on a driver of the test's: growth, forks, saving, rows in another order, memory that is missing; against models on the host. */
import { describe, expect, test } from "vitest";
import type { DeviceState, HostTensors, Program } from "../../runtime/device.js";
import { CacheModel, ints } from "../webgpu/plans.js";
import { SourceModel } from "../webgpu/source-plan.js";
import { FakeDriver, fakeDevice } from "./fake-driver.js";
import { cacheKernels, cacheOnCuda, sourceKernels, sourceOnCuda } from "./hand-made.js";

const batch = 2;
const textOf = (row: number, length: number, from = 0): number[] => Array.from({ length }, (_, i) => (i + from + 3 * row) % 5);
const prefill = (program: Program, state: DeviceState, texts: readonly (readonly number[])[]): Promise<HostTensors> =>
  program.advance(state, "prefill", { tokens: ints([texts.length, texts[0]!.length], texts.flat()) });

async function openCache(guard: boolean): Promise<{ driver: FakeDriver; program: Program }> {
  const driver = new FakeDriver(cacheKernels);
  return { driver, program: await fakeDevice(driver, { guard }).open(cacheOnCuda, new Map()) };
}

async function begin(program: Program, length: number): Promise<{ state: DeviceState; models: CacheModel[] }> {
  const state = await program.createState(batch);
  const models = [0, 1].map(() => new CacheModel());
  await feed(program, state, models, length);
  return { state, models };
}

async function feed(program: Program, state: DeviceState, models: readonly CacheModel[], length: number): Promise<void> {
  models.forEach((model, row) => model.feed(textOf(row, length)));
  await prefill(program, state, models.map((_, row) => textOf(row, length)));
}

function expectState(tensors: HostTensors, models: readonly CacheModel[]): void {
  const slots = models[0]!.slots.length;
  expect([...tensors["length"]!.data]).toEqual([slots]);
  expect([...tensors["count"]!.data]).toEqual(models.map(() => slots));
  expect([...tensors["next_logits"]!.data]).toEqual(models.map((model) => model.logits));
  expect(tensors["rows"]!.shape).toEqual([models.length, slots, 2]);
  expect([...tensors["rows"]!.data]).toEqual(models.flatMap((model) => model.slots.flatMap((token) => [token, token + 10])));
  expect([...tensors["columns"]!.data]).toEqual(models.flatMap((model) => [0, 20].flatMap((add) => model.slots.map((token) => token + add))));
}

describe.each([["one arena", false], ["memory of its own for each value", true]])("with %s", (_, guard) => {
  test("a fresh state is zero, and caches grow and keep every row", async () => {
    const { program } = await openCache(guard);
    const fresh = await program.createState(batch);
    expect((await program.readState(fresh))["next_logits"]).toEqual({ shape: [batch, 1, 1], data: new Float32Array(batch) });
    const { state, models } = await begin(program, 200);
    for (const length of [100, 1, 250]) {
      await feed(program, state, models, length);
      expect(state.length).toBe(models[0]!.slots.length);
      expectState(await program.readState(state), models);
    }
  });

  test("a fork goes its own way, a saved state goes on where it was", async () => {
    const { program } = await openCache(guard);
    const { state, models } = await begin(program, 300);
    const fork = await program.forkState(state);
    const saved = await program.readState(state);
    const restored = await program.writeState(batch, saved);
    expect(restored.length).toBe(300);
    for (const other of [fork, restored]) {
      const copies = models.map((model) => {
        const copy = new CacheModel();
        copy.feed(model.slots);
        return copy;
      });
      await feed(program, other, copies, 5);
      expectState(await program.readState(other), copies);
    }
    expectState(await program.readState(state), models);
    await expect(program.writeState(1, saved)).rejects.toMatchObject({ code: "state-shape" });
    await expect(program.writeState(batch, {})).rejects.toMatchObject({ code: "missing-state" });
    fork.dispose();
    await expect(program.readState(fork)).rejects.toMatchObject({ code: "disposed" });
  });
});

test("memory is freed with the state", async () => {
  const { driver, program } = await openCache(false);
  const cycle = async (): Promise<void> => {
    const { state } = await begin(program, 10);
    await program.generate(state, 4, { temperature: 0, topK: 0, topP: 1, seed: 1 });
    state.dispose();
  };
  await cycle();
  const before = [program.statistics().bytes, driver.left().length];
  for (let i = 0; i < 5; i++) await cycle();
  expect([program.statistics().bytes, driver.left().length]).toEqual(before);
});

test("a cache that finds no room to grow stays as it was", async () => {
  const { driver, program } = await openCache(false);
  const { state, models } = await begin(program, 250);
  await feed(program, await program.createState(batch), [new CacheModel(), new CacheModel()], 250);
  const { bytes } = program.statistics();
  // The first of the two caches finds room.
  for (const room of [bytes + 2 * 512 * 8 + 4000, bytes]) {
    driver.room = room;
    await expect(prefill(program, state, [textOf(0, 20), textOf(1, 20)])).rejects.toMatchObject({ code: "out-of-memory", message: expect.stringMatching(/state (rows|columns)/) });
    expect(program.statistics().bytes).toBe(bytes);
  }
  expectState(await program.readState(state), models);
  driver.room = 2 ** 30;
  await feed(program, state, models, 20);
  expectState(await program.readState(state), models);
});

test("a state that finds no room, or belongs to another program, or is of another batch", async () => {
  const { driver, program } = await openCache(false);
  const { state } = await begin(program, 10);
  const before = [program.statistics().bytes, driver.left().length];
  driver.room = program.statistics().bytes + 4096;
  await expect(program.createState(8)).rejects.toMatchObject({ code: "out-of-memory" });
  await expect(program.forkState(state)).rejects.toMatchObject({ code: "out-of-memory" });
  expect([program.statistics().bytes, driver.left().length]).toEqual(before);
  await expect(program.createState(2 ** 40)).rejects.toMatchObject({ code: "out-of-memory" });
  await expect((await openCache(false)).program.readState(state)).rejects.toMatchObject({ code: "foreign-state" });
  await expect(prefill(program, state, [[0, 1]])).rejects.toMatchObject({ code: "input-shape" });
});

describe("sources and rows in another order", () => {
  const sources = [[1, 2, 3, 4, 5], [5, 0, 0, 6, 1], [3, 3, 1, 0, 2]];

  async function openSource(): Promise<{ driver: FakeDriver; program: Program; state: DeviceState; rows: SourceModel[] }> {
    const driver = new FakeDriver(sourceKernels);
    const program = await fakeDevice(driver).open(sourceOnCuda, new Map());
    const state = await program.createState(3, 5);
    const { encoder_out: out } = await program.advance(state, "encode", { source_tokens: ints([3, 5], sources.flat()) });
    expect([out!.shape, out!.data[0], out!.data[28]]).toEqual([[3, 5, 2], 201, 202]);
    return { driver, program, state, rows: sources.map((source) => new SourceModel(source)) };
  }

  async function advance(program: Program, state: DeviceState, rows: readonly SourceModel[], length: number): Promise<SourceModel[]> {
    const texts = rows.map((_, b) => Array.from({ length }, (_, t) => (b * 3 + t * 2 + state.length) % 7));
    const { logits } = await program.advance(state, length === 1 ? "decode" : "prefill_all", { tokens: ints([rows.length, length], texts.flat()) }, ["halves"]);
    const after = rows.map((row, b) => row.fed(texts[b]!));
    expect([...logits!.data]).toEqual(after.map((row) => row.logits));
    return after;
  }

  test("rows go to their places: more, fewer, the same sources, over the growth of caches", async () => {
    const { driver, program, state, rows } = await openSource();
    let [now, models] = [state, await advance(program, state, rows, 4)];
    const to = async (order: readonly number[], sameSource?: boolean): Promise<void> => {
      now = await program.reorderState(now, Int32Array.from(order), sameSource);
      models = order.map((row) => models[row]!);
      expect(now).toMatchObject({ batch: order.length, source: 5, length: models[0]!.slots.length });
      models = await advance(program, now, models, 1);
    };
    await to([2, 0, 0, 1, 1, 2, 2]);
    await to([0, 2, 1, 4, 3, 6, 5], true);
    await to([0, 1, 1, 3, 3, 5, 5], true);
    await to([6, 4]);
    await to([1, 1, 0, 0, 1]);
    models = await advance(program, now, models, 300);
    await to([4, 0, 1, 3, 2]);
    await to([1, 1, 0, 4, 3], true);
    await to([3]);
    program.dispose();
    expect(driver.left()).toEqual([]);
  });

  test("to and fro makes no memory, and a step is one graph on either side", async () => {
    const { driver, program, state, rows } = await openSource();
    let now = await program.reorderState(state, Int32Array.of(0, 0, 1, 1, 2, 2));
    let models = [0, 0, 1, 1, 2, 2].map((row) => rows[row]!);
    for (let turn = 0; turn < 10; turn++) {
      if (turn === 5) driver.log.length = 0;
      const order = turn % 2 === 0 ? [1, 0, 3, 2, 4, 4] : [0, 0, 2, 3, 5, 4];
      now = await program.reorderState(now, Int32Array.from(order), true);
      models = await advance(program, now, order.map((row) => models[row]!), 1);
    }
    const gathered = driver.log.filter((line) => !line.startsWith("launch msz_gather"));
    expect(gathered).toEqual(Array(5).fill("graph decode"));
    now.dispose();
    const { bytes } = program.statistics();
    (await program.createState(3, 5)).dispose();
    expect(program.statistics().bytes).toBe(bytes);
  });

  test("rows that are not there are refused, rows that find no room too, and the state goes on", async () => {
    const { driver, program, state, rows } = await openSource();
    for (const order of [[0, 3], [-1], []]) await expect(program.reorderState(state, Int32Array.from(order))).rejects.toMatchObject({ code: "state-rows" });
    driver.room = program.statistics().bytes + 2000;
    await expect(program.reorderState(state, Int32Array.from(Array<number>(40).fill(0)))).rejects.toMatchObject({ code: "out-of-memory" });
    driver.room = 2 ** 30;
    await advance(program, state, rows, 2);
    state.dispose();
    await expect(program.reorderState(state, Int32Array.of(0))).rejects.toMatchObject({ code: "disposed" });
  });

  test("a call without a state knows its source", async () => {
    const { program } = await openSource();
    const { encoder_out: out } = await program.call("encode", { source_tokens: ints([1, 9], Array<number>(9).fill(2)) });
    expect([out!.shape, ...out!.data.slice(0, 2)]).toEqual([[1, 9, 2], 302, 302]);
  });
});
