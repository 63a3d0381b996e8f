/** Programs on the software adapters: bindings, arenas, grids, caches, generation, saving; with NaN in all fresh storage. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWebgpu, type WebgpuDevice } from "../../runtime/webgpu/index.js";
import type { DeviceState, HostTensors, Program, Sampling } from "../../runtime/device.js";
import { checkTables } from "../../src/plan/check-tables.js";
import { checkWgsl } from "../../src/plan/check-wgsl.js";
import { presentAdapters } from "./adapters.js";
import { CacheModel, cachePlan, grid, ints, kernel, planOf, size, tableForward, tablePlan, tableWeights } from "./plans.js";

const adapters = await presentAdapters();

test("at least one software adapter is there on linux-x64", () => {
  if (process.platform === "linux" && process.arch === "x64") expect(adapters).toContain("swiftshader");
});

test.each([["table", tablePlan], ["cache", cachePlan]])("the hand-made plan %s keeps the rules of WGSL programs", (_, plan) => {
  checkTables(plan);
  checkWgsl(plan, plan.targets.wgsl!);
});

describe.each(adapters)("on %s", (adapter) => {
  let device: WebgpuDevice;
  const warnings: string[] = [];

  beforeAll(async () => {
    device = await openWebgpu({ adapter, poison: true, onWarning: (line) => warnings.push(line) });
  });
  afterAll(() => device.dispose());

  test("warns once that the CPU does the work", () => {
    expect(device.software).toBe(true);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(adapter === "swiftshader" ? /SwiftShader/ : /llvmpipe/);
  });

  describe("an entry without states", () => {
    let program: Program;
    beforeAll(async () => {
      program = await device.open(tablePlan, tableWeights);
    });
    afterAll(() => program.dispose());

    test("binds inputs, constants, weights in both orders, arenas and outputs", async () => {
      // 2050 workgroups a dispatch are more than one submission takes on a software adapter.
      for (const [batch, length] of [[2, 5], [1, 1], [3, 201], [2, 1025], [2, 5]] as const) {
        const tokens = Array.from({ length: batch * length }, (_, i) => (i * 7) % 4);
        const { logits } = await program.call("forward", { tokens: ints([batch, length], tokens) });
        expect(logits!.shape).toEqual([batch, length, 2]);
        expect([...logits!.data]).toEqual(tableForward(tokens, length));
      }
    });

    test("calls made at once run one after the other", async () => {
      const lengths = [3, 65, 1, 17];
      const all = await Promise.all(lengths.map((n) => program.call("forward", { tokens: ints([1, n], new Array<number>(n).fill(2)) })));
      all.forEach(({ logits }, i) => expect([...logits!.data]).toEqual(tableForward(new Array<number>(lengths[i]!).fill(2), lengths[i]!)));
    });

    test("texts of many lengths do not pile up", async () => {
      const bytes: number[] = [];
      for (let n = 100; n > 20; n--) {
        await program.call("forward", { tokens: ints([1, n], new Array<number>(n).fill(1)) });
        bytes.push(program.statistics().bytes);
      }
      expect(bytes.at(-1)).toBe(bytes[66]);
    });

    test("inputs that do not fit are refused by name", async () => {
      await expect(program.call("forward", {})).rejects.toMatchObject({ code: "missing-input", message: expect.stringContaining("tokens") });
      await expect(program.call("forward", { tokens: ints([4], [0, 0, 0, 0]) })).rejects.toMatchObject({ code: "input-shape", blame: "input" });
      await expect(program.call("forward", { tokens: ints([1, 0], []) })).rejects.toMatchObject({ code: "input-shape" });
      await expect(program.call("forward", { tokens: ints([1, 1], [0]), more: ints([1], [0]) })).rejects.toMatchObject({ code: "unknown-input" });
      await expect(program.call("nothing", {})).rejects.toMatchObject({ code: "plan-entry" });
    });
  });

  test("a grid of more than 65,535 workgroups is folded", async () => {
    const plan = planOf({
      entries: [{ name: "forward", chunk: 64, inputs: [{ name: "tokens", dtype: "i32", shape: ["B", "T"] }], outputs: [{ name: "out", dtype: "i32", shape: ["B", "T"] }], states: [] }],
      program: {
        kernels: [kernel("number", ["i32 tokens", "=i32 out"], "let i = at.y * grid.x + at.x; if (i < e.B * e.T) { out[i] = i32(i) + tokens[i]; }")],
        weights: [],
        entries: { forward: { arenas: 0, slots: [], buffers: [], dispatches: [{ kernel: 0, grid: grid(size(1, "B", "T")), bindings: [{ kind: "input", index: 0 }, { kind: "output", index: 0 }], label: "number" }] } },
      },
    });
    const program = await device.open(plan, new Map());
    const n = 70_001;
    const { out } = await program.call("forward", { tokens: ints([1, n], new Int32Array(n).fill(5)) });
    expect(out!.data.every((value, i) => value === i + 5)).toBe(true);
    program.dispose();
  });

  describe("an entry with states", () => {
    const batch = 2;
    const sampling: Sampling = { temperature: 0, topK: 4, topP: 1, seed: 3 };
    let program: Program;
    beforeAll(async () => {
      program = await device.open(cachePlan, new Map());
    });
    afterAll(() => program.dispose());

    const textOf = (row: number, length: number, from = 0): number[] => Array.from({ length }, (_, i) => (i + from + 3 * row) % 5);
    const prefill = (state: DeviceState, texts: readonly (readonly number[])[]): Promise<HostTensors> =>
      program.advance(state, "prefill", { tokens: ints([batch, texts[0]!.length], texts.flat()) });
    const rowsOf = (ids: Int32Array, steps: number): number[][] => [0, 1].map((row) => [...ids.subarray(row * steps, (row + 1) * steps)]);

    async function begin(length: number): Promise<{ state: DeviceState; models: CacheModel[] }> {
      const state = await program.createState(batch);
      const models = [0, 1].map((row) => {
        const model = new CacheModel();
        model.feed(textOf(row, length));
        return model;
      });
      await prefill(state, [0, 1].map((row) => textOf(row, length)));
      return { state, models };
    }

    function expectState(tensors: HostTensors, models: readonly CacheModel[]): void {
      const slots = models[0]!.slots.length;
      expect([...tensors["length"]!.data]).toEqual([slots]);
      expect([...tensors["count"]!.data]).toEqual(models.map(() => slots));
      expect([...tensors["next_logits"]!.data]).toEqual(models.map((model) => model.logits));
      expect([...tensors["drawn"]!.data]).toEqual([models[0]!.drawn]);
      expect(tensors["rows"]!.shape).toEqual([models.length, slots, 2]);
      expect([...tensors["rows"]!.data]).toEqual(models.flatMap((model) => model.slots.flatMap((token) => [token, token + 10])));
      expect(tensors["columns"]!.shape).toEqual([models.length, 2, slots]);
      expect([...tensors["columns"]!.data]).toEqual(models.flatMap((model) => [0, 20].flatMap((add) => model.slots.map((token) => token + add))));
    }

    test("a fresh state is zero", async () => {
      const state = await program.createState(batch);
      const tensors = await program.readState(state);
      expect(tensors["rows"]).toEqual({ shape: [batch, 0, 2], data: new Float32Array(0) });
      expect(tensors["next_logits"]).toEqual({ shape: [batch, 1, 1], data: new Float32Array(batch) });
      state.dispose();
    });

    test("caches grow and keep every row", async () => {
      const { state, models } = await begin(200);
      for (const length of [100, 1, 250]) {
        models.forEach((model, row) => model.feed(textOf(row, length, 1)));
        await prefill(state, [0, 1].map((row) => textOf(row, length, 1)));
        expect(state.length).toBe(models[0]!.slots.length);
        expectState(await program.readState(state), models);
      }
      state.dispose();
    });

    test("generates several tokens in one call, over the growth of a cache", async () => {
      const { state, models } = await begin(250);
      for (const steps of [1, 5, 3, 130]) {
        const ids = await program.generate(state, steps, sampling);
        expect(rowsOf(ids, steps)).toEqual(models.map((model) => model.generate(steps, sampling.topK, sampling.seed)));
      }
      expect(state.length).toBe(250 + 139);
      expectState(await program.readState(state), models);
      state.dispose();
    });

    test("makes nothing after the first token", async () => {
      const { state } = await begin(7);
      await program.generate(state, 1, sampling);
      const before = program.statistics();
      for (let i = 0; i < 25; i++) await program.generate(state, 8, sampling);
      expect(program.statistics()).toEqual(before);
      state.dispose();
    });

    test("memory is freed with the state", async () => {
      const cycle = async (): Promise<void> => {
        const { state } = await begin(10);
        await program.generate(state, 2, sampling);
        state.dispose();
      };
      await cycle();
      const before = program.statistics().bytes;
      for (let i = 0; i < 20; i++) await cycle();
      expect(program.statistics().bytes).toBe(before);
    });

    test("a fork goes its own way", async () => {
      const { state, models } = await begin(300);
      const fork = await program.forkState(state);
      const [first, second] = models as [CacheModel, CacheModel];
      const steps = 4;
      const expected = [first, second].map((model) => {
        const copy = new CacheModel();
        copy.feed(model.slots);
        return copy.generate(steps, 0, 1);
      });
      expect(rowsOf(await program.generate(fork, steps, { ...sampling, topK: 0, seed: 1 }), steps)).toEqual(expected);
      expect(fork.length).toBe(304);
      expectState(await program.readState(state), models);
      state.dispose();
      fork.dispose();
      await expect(program.readState(fork)).rejects.toMatchObject({ code: "disposed" });
    });

    test("a saved state goes on where it was", async () => {
      const { state, models } = await begin(300);
      await program.generate(state, 2, sampling);
      models.forEach((model) => model.generate(2, sampling.topK, sampling.seed));
      const saved = await program.readState(state);
      state.dispose();
      const restored = await program.writeState(batch, saved);
      expect(restored.length).toBe(302);
      expectState(await program.readState(restored), models);
      const ids = await program.generate(restored, 6, sampling);
      expect(rowsOf(ids, 6)).toEqual(models.map((model) => model.generate(6, sampling.topK, sampling.seed)));
      restored.dispose();
      await expect(program.writeState(1, saved)).rejects.toMatchObject({ code: "state-shape" });
      await expect(program.writeState(batch, {})).rejects.toMatchObject({ code: "missing-state" });
    });

    test("disposing in the midst of calls lets them end", async () => {
      const other = await device.open(cachePlan, new Map());
      const state = await other.createState(1);
      const pending = other.advance(state, "prefill", { tokens: ints([1, 3], [1, 2, 3]) });
      state.dispose();
      const late = expect(other.generate(state, 2, sampling)).rejects.toMatchObject({ code: "disposed" });
      other.dispose();
      await late;
      await expect(pending).resolves.toEqual({});
      await expect(program.readState(await program.createState(1))).resolves.toBeDefined();
      expect(other.statistics().bytes).toBe(0);
    });

    test("a state of another program is refused", async () => {
      const other = await device.open(cachePlan, new Map());
      const state = await other.createState(batch);
      await expect(program.generate(state, 1, sampling)).rejects.toMatchObject({ code: "foreign-state" });
      other.dispose();
    });

    test("a wrong batch is refused", async () => {
      const state = await program.createState(batch);
      await expect(program.advance(state, "prefill", { tokens: ints([1, 2], [0, 1]) })).rejects.toMatchObject({ code: "input-shape" });
      state.dispose();
    });
  });
});
