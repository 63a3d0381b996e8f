/** Programs on a driver of the test's: bindings, the arena, grids, order of calls, memory and errors; with NaN in all fresh storage, and work that waits until it is asked for. */
import { describe, expect, test } from "vitest";
import type { HostTensors, Program } from "../../runtime/device.js";
import { narrow } from "../../runtime/weight-forms.js";
import type { Plan, PlanPrecision } from "../../src/plan/plan.js";
import { ints, size, tableForward, tableWeights } from "../webgpu/plans.js";
import { FakeDriver, fakeDevice, type FakeOptions } from "./fake-driver.js";
import { cacheKernels, cacheOnCuda, planKernel, programOf, tableKernels, tableOnCuda } from "./hand-made.js";

const tokensOf = (batch: number, length: number): number[] => Array.from({ length: batch * length }, (_, i) => (i * 7) % 4);
const forward = (program: Program, batch: number, length: number): Promise<HostTensors> => program.call("forward", { tokens: ints([batch, length], tokensOf(batch, length)) });

async function openTable(options: FakeOptions = {}): Promise<{ driver: FakeDriver; device: ReturnType<typeof fakeDevice>; program: Program }> {
  const driver = new FakeDriver(tableKernels);
  const device = fakeDevice(driver, options);
  return { driver, device, program: await device.open(tableOnCuda, tableWeights) };
}

describe.each([["one arena", false], ["memory of its own for each value", true]])("with %s", (_, guard) => {
  test("binds inputs, constants, weights in both orders, values and outputs", async () => {
    const { program } = await openTable({ guard });
    for (const [batch, length] of [[2, 5], [1, 1], [3, 201], [2, 1025], [2, 5]] as const) {
      const { logits } = await forward(program, batch, length);
      expect(logits!.shape).toEqual([batch, length, 2]);
      expect([...logits!.data]).toEqual(tableForward(tokensOf(batch, length), length));
    }
  });

  test("nothing is left when the device is disposed of", async () => {
    const { driver, device, program } = await openTable({ guard });
    await forward(program, 2, 5);
    await forward(program, 1, 1);
    await forward(program, 1, 1);
    await forward(program, 1, 1);
    expect(driver.left()).toContain("graph that can be launched");
    device.dispose();
    expect(driver.left()).toEqual([]);
    expect(program.statistics().bytes).toBe(0);
    expect(driver.log.at(-1)).toBe("dispose");
  });

  test("texts of many lengths do not pile up", async () => {
    const { driver, program } = await openTable({ guard });
    const bytes: number[] = [];
    for (let n = 90; n > 15; n--) {
      await forward(program, 1, n);
      bytes.push(program.statistics().bytes);
    }
    expect(bytes.at(-1)).toBeLessThanOrEqual(bytes[65]!);
    program.dispose();
    expect(driver.left()).toEqual([]);
  });
});

test("calls made at once run one after the other", async () => {
  const { program } = await openTable();
  const lengths = [3, 65, 1, 17];
  const all = await Promise.all(lengths.map((n) => forward(program, 1, n)));
  all.forEach(({ logits }, i) => expect([...logits!.data]).toEqual(tableForward(tokensOf(1, lengths[i]!), lengths[i]!)));
});

test("memory is made at first need, and then no more", async () => {
  const { driver, program } = await openTable();
  await forward(program, 2, 30);
  const before = driver.log.filter((line) => /^(allocate|pinned|module)/.test(line)).length;
  for (const n of [30, 3, 17, 30]) await forward(program, 2, n);
  expect(driver.log.filter((line) => /^(allocate|pinned|module)/.test(line))).toHaveLength(before);
});

test("a call of one token is a graph once it ran, recorded anew when memory moves", async () => {
  const { driver, program } = await openTable();
  const since = async (batch: number, length: number): Promise<string[]> => {
    driver.log.length = 0;
    const { logits } = await forward(program, batch, length);
    expect([...logits!.data]).toEqual(tableForward(tokensOf(batch, length), length));
    return driver.log.map((line) => line.split(" ")[0]!);
  };
  expect((await since(3, 1)).filter((word) => word === "launch")).toHaveLength(3);
  expect(await since(3, 1)).toEqual(["record", "graph"]);
  expect(await since(3, 1)).toEqual(["graph"]);
  await since(2, 900);
  expect(await since(3, 1)).toEqual(["launch", "launch", "launch"]);
  expect(await since(3, 1)).toEqual(["record", "graph"]);
  const slow = await openTable({ debugSync: true });
  for (let i = 0; i < 3; i++) await forward(slow.program, 3, 1);
  expect(slow.driver.log.join()).not.toMatch(/record|graph/);
});

test("inputs that do not fit are refused by name", async () => {
  const { program } = await openTable();
  await expect(program.call("forward", {})).rejects.toMatchObject({ code: "missing-input", message: expect.stringContaining("tokens") });
  await expect(program.call("forward", { tokens: ints([4], [0, 0, 0, 0]) })).rejects.toMatchObject({ code: "input-shape", blame: "input" });
  await expect(program.call("nothing", {})).rejects.toMatchObject({ code: "plan-entry" });
});

describe("grids", () => {
  const numbers = (grid: readonly [number, number, number]): Plan => ({
    ...tableOnCuda,
    entries: [{ name: "forward", chunk: 64, inputs: [{ name: "tokens", dtype: "i32", shape: ["B", "T"] }], outputs: [{ name: "out", dtype: "i32", shape: ["B", "T"] }], states: [] }],
    parameters: [], constants: [],
    targets: {
      cuda: programOf({
        weights: [],
        entries: {
          forward: {
            arenas: 0, slots: [], buffers: [],
            dispatches: [{
              kernel: 0, label: "layers.0.numbers", bindings: [{ kind: "input", index: 0 }, { kind: "output", index: 0 }],
              grid: [{ size: grid[0] < 0 ? size(1, "B", "T") : size(grid[0]), per: 1 }, { size: size(grid[1]), per: 1 }, { size: size(grid[2]), per: 1 }],
            }],
          },
        },
      }, [{ name: "number", access: ["read", "read_write"] }]),
    },
  });
  const number = { number: planKernel(({ B, T, groups, i }) => {
    for (let at = 0; at < Math.min(groups, B * T); at++) i(1)[at] = i(0)[at]! + at;
  }) };

  test("one of more than 65,535 workgroups is folded", async () => {
    const n = 70_001;
    const program = await fakeDevice(new FakeDriver(number)).open(numbers([-1, 1, 1]), new Map());
    const { out } = await program.call("forward", { tokens: ints([1, n], new Int32Array(n).fill(5)) });
    expect(out!.data.every((value, i) => value === i + 5)).toBe(true);
  });

  test("values of more elements than kernels count are refused by name, before anything is allocated", async () => {
    const driver = new FakeDriver(number);
    const { cuda } = numbers([1, 1, 1]).targets;
    const forwardOf = { ...cuda!.entries.forward!, arenas: 1, slots: [{ arena: 0, bytes: size(2 ** 33, "B", "T") }], buffers: [{ slot: 0, bytes: size(2 ** 33, "B", "T"), first: 0, last: 0 }] };
    const wide = (precision: PlanPrecision): Plan => ({ ...numbers([1, 1, 1]), targets: { cuda: { ...cuda!, precision, entries: { forward: forwardOf } } } });
    // 2^33 bytes a token: of float32 two tokens are 2^32 elements, which may be counted; of what may be narrow one is.
    await expect(forward(await fakeDevice(driver).open(wide("float32"), new Map()), 1, 3)).rejects.toMatchObject({ code: "device-limit", message: expect.stringContaining("6,442,450,944") });
    await expect(forward(await fakeDevice(driver).open(wide("bfloat16"), new Map()), 1, 2)).rejects.toMatchObject({ code: "device-limit", message: expect.stringContaining("a value of layers.0.numbers") });
    expect(driver.log.filter((line) => line.startsWith("launch"))).toEqual([]);
  });

  test("one that no device takes is refused by name, an empty one is not launched", async () => {
    const tall = await fakeDevice(new FakeDriver(number)).open(numbers([1, 70_000, 1]), new Map());
    await expect(forward(tall, 1, 3)).rejects.toMatchObject({ code: "device-limit", message: expect.stringContaining("layers.0.numbers") });
    const driver = new FakeDriver(number);
    await forward(await fakeDevice(driver).open(numbers([0, 1, 1]), new Map()), 1, 3);
    expect(driver.log.filter((line) => line.startsWith("launch"))).toEqual([]);
  });
});

describe("parameters", () => {
  test("are read back exactly and written anew in all their forms", async () => {
    const { program } = await openTable();
    const read = await program.readParameters();
    for (const [name, { data }] of tableWeights) expect([name, ...read[name]!.data]).toEqual([name, ...data]);
    const doubled = Float32Array.from(tableWeights.get("matrix")!.data, (x) => 2 * x);
    await program.writeParameters({ matrix: { shape: [3, 2], data: doubled }, "unused.first": { shape: [1], data: Float32Array.of(8) } });
    const after = await program.readParameters();
    expect([...after["matrix"]!.data]).toEqual([...doubled]);
    expect([...after["unused.first"]!.data]).toEqual([8]);
    const { logits } = await program.call("forward", { tokens: ints([1, 1], [0]) });
    const once = tableForward([0], 1);
    const rest = [1000.25, 1000.5];
    expect([...logits!.data]).toEqual(rest.map((r, c) => 2 * (once[c]! - r) + r));
    await expect(program.writeParameters({ matrix: { shape: [2, 3], data: doubled } })).rejects.toMatchObject({ code: "parameter-shape" });
  });

  test("that are narrow on the device only stay exact on the host", async () => {
    const cuda = tableOnCuda.targets.cuda!;
    const plan: Plan = { ...tableOnCuda, targets: { cuda: { ...cuda, weights: [cuda.weights[0]!, cuda.weights[1]!, { ...cuda.weights[2]!, narrow: "bf16" }] } } };
    const device = fakeDevice(new FakeDriver({ ...tableKernels, shift: planKernel(({ B, T, i, f }) => {
      // Two of them in a word.
      const pair = i(1)[0]!;
      for (let at = 0; at < B * T; at++) [pair & 0xffff, pair >>> 16].forEach((bits, c) => (f(2)[at * 2 + c] = bits));
    }) }));
    const exact = Float32Array.of(0.1, -3.0001);
    const program = await device.open(plan, new Map([...tableWeights, ["shift", { shape: [2], data: exact }]]));
    expect((await program.readParameters())["shift"]!.data).toEqual(exact);
    const bits = async (): Promise<number[]> => [...(await forward(program, 1, 1)).logits!.data];
    expect(await bits()).toEqual([...narrow(exact, "bf16")]);
    const other = Float32Array.of(7.7, 1e-3);
    await program.writeParameters({ shift: { shape: [2], data: other } });
    expect((await program.readParameters())["shift"]!.data).toEqual(other);
    expect(await bits()).toEqual([...narrow(other, "bf16")]);
  });
});

describe("what goes wrong", () => {
  test("memory that is missing is told with its purpose, and the next call works", async () => {
    const { driver, program } = await openTable();
    await forward(program, 1, 8);
    driver.room = 100_000;
    await expect(forward(program, 8, 4000)).rejects.toMatchObject({ code: "out-of-memory", message: expect.stringContaining("the values of forward at B 8, T 4000") });
    expect([...(await forward(program, 1, 8)).logits!.data]).toEqual(tableForward(tokensOf(1, 8), 8));
    const absurd = { ...tableOnCuda, entries: [{ ...tableOnCuda.entries[0]!, outputs: [{ name: "logits", dtype: "f32", shape: ["B", "T", 2 ** 60] }] }] } as Plan;
    await expect(forward(await fakeDevice(new FakeDriver(tableKernels)).open(absurd, tableWeights), 1, 1)).rejects.toMatchObject({ code: "device-limit", message: expect.stringContaining("`logits`") });
  });

  test("a plan whose weights find no room leaves nothing", async () => {
    const driver = new FakeDriver(tableKernels);
    driver.room = 40;
    await expect(fakeDevice(driver).open(tableOnCuda, tableWeights)).rejects.toMatchObject({ code: "out-of-memory" });
    expect(driver.left()).toEqual([]);
  });

  test("a kernel that fails loses the device: the first error says how, later ones that it is gone", async () => {
    const { driver, device, program } = await openTable();
    await forward(program, 1, 4);
    driver.failing = "layers.0";
    const pending = [forward(program, 1, 4), forward(program, 1, 4)];
    await expect(pending[0]).rejects.toMatchObject({ code: "device-fault" });
    await expect(pending[1]).rejects.toMatchObject({ code: "device-lost", blame: "machine", reason: expect.stringContaining("address") });
    await expect(device.open(tableOnCuda, tableWeights)).rejects.toMatchObject({ code: "device-lost" });
    device.dispose();
    expect(driver.left()).toEqual([]);
  });

  test("a plan for another target, a disposed program, a closed device", async () => {
    const { device, program } = await openTable();
    await expect(device.open({ ...tableOnCuda, targets: {} }, tableWeights)).rejects.toMatchObject({ code: "plan-target" });
    program.dispose();
    await expect(forward(program, 1, 1)).rejects.toMatchObject({ code: "disposed" });
    device.dispose();
    await expect(device.open(tableOnCuda, tableWeights)).rejects.toMatchObject({ code: "device-lost" });
  });

  test("disposing in the midst of calls lets them end", async () => {
    const driver = new FakeDriver(cacheKernels);
    const program = await fakeDevice(driver).open(cacheOnCuda, new Map());
    const state = await program.createState(1);
    const pending = program.advance(state, "prefill", { tokens: ints([1, 3], [1, 2, 3]) });
    state.dispose();
    const late = expect(program.generate(state, 2, { temperature: 0, topK: 0, topP: 1, seed: 1 })).rejects.toMatchObject({ code: "disposed" });
    program.dispose();
    await late;
    await expect(pending).resolves.toEqual({});
    expect(driver.left()).toEqual([]);
  });
});
