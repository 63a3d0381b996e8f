/** Source texts and rows in another order, on the software adapters: against the host, over growing caches, fewer and more rows, without a new buffer. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DeviceState, HostTensors, Program } from "../../runtime/device.js";
import { openWebgpu, type WebgpuDevice } from "../../runtime/webgpu/index.js";
import { checkTables } from "../../src/plan/check-tables.js";
import { checkWgsl } from "../../src/plan/check-wgsl.js";
import { presentAdapters } from "./adapters.js";
import { ints } from "./plans.js";
import { SourceModel, sourcePlan } from "./source-plan.js";

const adapters = await presentAdapters();

test("the hand-made plan keeps the rules of WGSL programs", () => {
  const model = { ...sourcePlan.model, source: { vocabulary: { kind: "ids" }, vocabularySize: 7, padding: null, end: null, unknown: null, positionLimit: null } as const };
  checkTables({ ...sourcePlan, model });
  checkWgsl(sourcePlan, sourcePlan.targets.wgsl!);
});

describe.each(adapters)("on %s", (adapter) => {
  let device: WebgpuDevice;
  let program: Program;

  beforeAll(async () => {
    device = await openWebgpu({ adapter, poison: true, onWarning: () => undefined });
    program = await device.open(sourcePlan, new Map());
  });
  afterAll(() => device.dispose());

  const sources = [[1, 2, 3, 4, 5], [5, 0, 0, 6, 1], [3, 3, 1, 0, 2]];

  async function begin(): Promise<{ state: DeviceState; rows: SourceModel[] }> {
    const state = await program.createState(3, 5);
    const { encoder_out: out } = await program.advance(state, "encode", { source_tokens: ints([3, 5], sources.flat()) });
    expect([out!.shape, out!.data[0], out!.data[28]]).toEqual([[3, 5, 2], 201, 202]);
    expect(state).toMatchObject({ batch: 3, source: 5, length: 0 });
    return { state, rows: sources.map((source) => new SourceModel(source)) };
  }

  async function feed(state: DeviceState, rows: readonly SourceModel[], length: number, entry = length === 1 ? "decode" : "prefill_all"): Promise<SourceModel[]> {
    const texts = rows.map((_, b) => Array.from({ length }, (_, t) => (b * 3 + t * 2 + state.length) % 7));
    const { logits } = await program.advance(state, entry, { tokens: ints([rows.length, length], texts.flat()) });
    const after = rows.map((row, b) => row.fed(texts[b]!));
    expect([...logits!.data]).toEqual(after.map((row) => row.logits));
    return after;
  }

  test("what encode leaves is read by all later calls, and outputs may be left", async () => {
    const { state, rows } = await begin();
    await feed(state, await feed(state, rows, 4), 1);
    const some = await program.advance(state, "decode", { tokens: ints([3, 1], [1, 1, 1]) }, ["halves"]);
    expect(Object.keys(some)).toEqual(["logits"]);
    expect(await program.advance(state, "decode", { tokens: ints([3, 1], [1, 1, 1]) }, ["halves", "logits"])).toEqual({});
    expect(state.length).toBe(7);
    state.dispose();
  });

  test("a call without a state knows its source", async () => {
    const { encoder_out: out } = await program.call("encode", { source_tokens: ints([1, 9], Array<number>(9).fill(2)) });
    expect([out!.shape, ...out!.data.slice(0, 2)]).toEqual([[1, 9, 2], 302, 302]);
  });

  test("sources of another size than the state's are refused by name", async () => {
    const state = await program.createState(3, 5);
    await expect(program.advance(state, "encode", { source_tokens: ints([3, 4], Array<number>(12).fill(0)) }))
      .rejects.toMatchObject({ code: "input-shape", message: expect.stringContaining("for a state of batch 3 and 5 source tokens") });
    state.dispose();
  });

  test("saved, forked and restored states have their source", async () => {
    const { state, rows } = await begin();
    const fed = await feed(state, rows, 4);
    const saved = await program.readState(state);
    expect(saved["source.kept"]!.shape).toEqual([3, 5, 2]);
    const [fork, restored] = [await program.forkState(state), await program.writeState(3, saved)];
    expect(restored).toMatchObject({ batch: 3, source: 5, length: 4 });
    for (const other of [state, fork, restored]) await feed(other, fed, 1);
    const odd = { ...saved, "source.kept": { ...saved["source.kept"]!, shape: [3, 10, 1] } };
    await expect(program.writeState(3, odd)).rejects.toMatchObject({ code: "state-shape" });
    for (const other of [state, fork, restored]) other.dispose();
  });

  test("rows go to their places: more, fewer, the same sources, over the growth of caches", async () => {
    const { state, rows } = await begin();
    let [now, models] = [state, await feed(state, rows, 4)];
    const to = async (order: readonly number[], sameSource?: boolean): Promise<void> => {
      now = await program.reorderState(now, Int32Array.from(order), sameSource);
      models = order.map((row) => models[row]!);
      expect(now).toMatchObject({ batch: order.length, source: 5, length: models[0]!.slots.length });
      models = await feed(now, models, 1);
    };
    await to([2, 0, 0, 1, 1, 2, 2]);
    await to([0, 2, 1, 4, 3, 6, 5], true);
    await to([0, 1, 1, 3, 3, 5, 5], true);
    await to([6, 4]);
    await to([1, 1, 0, 0, 1]);
    models = await feed(now, models, 300);
    await to([4, 0, 1, 3, 2]);
    await to([1, 1, 0, 4, 3], true);
    await to([3]);
    now.dispose();
  });

  test("a reordered state is what a host makes of it, and its fork stays", async () => {
    const { state, rows } = await begin();
    await feed(state, rows, 4);
    const fork = await program.forkState(state);
    const before = await program.readState(state);
    const order = [2, 2, 1, 0];
    const reordered = await program.reorderState(state, Int32Array.from(order));
    const after = await program.readState(reordered);
    expect(after).toEqual(byHost(before, order));
    expect(await program.readState(fork)).toEqual(before);
    for (const other of [reordered, fork]) other.dispose();
  });

  test("to and fro makes no buffer, and all memory is freed with the state", async () => {
    const empty = program.statistics().bytes;
    const { state, rows } = await begin();
    let now = await program.reorderState(state, Int32Array.of(0, 0, 1, 1, 2, 2));
    let models = [0, 0, 1, 1, 2, 2].map((row) => rows[row]!);
    const made: number[] = [];
    for (let turn = 0; turn < 8; turn++) {
      const order = turn % 2 === 0 ? [1, 0, 3, 2, 4, 4] : [0, 0, 2, 3, 5, 4];
      now = await program.reorderState(now, Int32Array.from(order), true);
      models = await feed(now, order.map((row) => models[row]!), 1);
      made.push(program.statistics().buffersCreated);
    }
    expect(new Set(made.slice(1)).size).toBe(1);
    now.dispose();
    const { bytes } = program.statistics();
    const again = await begin();
    again.state.dispose();
    // What all calls share stays, the state's own does not.
    expect(program.statistics().bytes).toBe(bytes);
    expect(bytes - empty).toBeLessThan(20_000);
  });

  test("rows that are not there are refused, and the state goes on", async () => {
    const { state, rows } = await begin();
    for (const order of [[0, 3], [-1], []]) await expect(program.reorderState(state, Int32Array.from(order))).rejects.toMatchObject({ code: "state-rows" });
    await expect(program.reorderState(state, Int32Array.of(0), true)).rejects.toMatchObject({ code: "state-rows" });
    await feed(state, rows, 2);
    state.dispose();
    await expect(program.reorderState(state, Int32Array.of(0))).rejects.toMatchObject({ code: "disposed" });
  });
});

/** Those of the whole batch, [1], stay. */
function byHost(tensors: HostTensors, order: readonly number[]): HostTensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, { shape, data }]) => {
    if (!sourcePlan.states.find((spec) => spec.name === name)!.shape.includes("B")) return [name, { shape, data }];
    const row = data.length / shape[0]!;
    const values = order.flatMap((from) => [...data.slice(from * row, (from + 1) * row)]);
    return [name, { shape: [order.length, ...shape.slice(1)], data: data instanceof Float32Array ? Float32Array.from(values) : Int32Array.from(values) }];
  }));
}
