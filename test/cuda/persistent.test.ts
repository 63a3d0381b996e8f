/**
 * The persistent step on the simulated device: the same tokens, logits and states as the graph of kernels gives and as TensorFlow.js gives, in any order of threads and blocks, and
 * wrong ones where blocks do not wait. Which way is taken: forced, by measurement, and where there is only one.
 */
import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import { readLibrary } from "../../cli/spec.js";
import { compile } from "../../compiler/index.js";
import { CudaDevice } from "../../runtime/cuda/index.js";
import type { Way } from "../../runtime/cuda/ways.js";
import type { Device, HostTensors } from "../../runtime/device.js";
import { valuesOf } from "../../runtime/load.js";
import { openTfjs } from "../../runtime/tfjs/index.js";
import type { Plan } from "../../src/plan/plan.js";
import { withEnvironment, type Control } from "../cuda-sim/control.js";
import { openSimulator } from "./on-simulator.js";

const simulated = openSimulator();

const body = (layers: string): string => `model Small {
  vocabulary = 23
  padding = 1
  end = 2
  width = 16
  norm = pre
  layers 2 { ${layers} feed_forward(hidden: 32, activation: relu) }
}`;
const specs = {
  "a memory": body("memory(slots: 4, heads: 2)"),
  "a cache and a corrected recurrence": body("attention(heads: 2) delta_net(heads: 2)"),
} as const;

function planOf(text: string): Plan {
  const { plan, diagnostics } = compile({ path: "small.msz", text }, { library: readLibrary(), targets: ["cuda", "tfjs"] });
  if (!plan) throw new Error(diagnostics.map((d) => d.message).join("; "));
  return plan;
}

describe.skipIf(simulated === null)("a persistent step", () => {
  const control = simulated?.control as Control;

  async function on<T>(way: Way | null, order: string, work: (device: CudaDevice) => Promise<T>): Promise<T> {
    return withEnvironment({ MSZ_SIM_ORDER: order, MSZ_CUDA_DECODE: way ?? "" }, async () => {
      control.reset();
      const device = await simulated!.open();
      try {
        return await work(device);
      } finally {
        device.dispose();
      }
    });
  }

  test.each(Object.entries(specs))("of %s does what the graph does, and TensorFlow.js", async (_, text) => {
    const plan = planOf(text);
    const { generate, decode } = plan.targets.cuda!.entries;
    const tfjs = await openTfjs({});
    for (const [batch, order] of [[1, "shuffled"], [3, "backward"]] as const) {
      const graph = await on("graph", "forward", (device) => talk(device, plan, batch));
      const persistent = await on("persistent", order, (device) => talk(device, plan, batch));
      expect(control.calls(`kernel:${generate!.persistent!.name}`)).toBe(10);
      expect(control.calls(`kernel:${decode!.persistent!.name}`)).toBe(2);
      expect(persistent).toEqual(graph);
      const wanted = await talk(tfjs, plan, batch);
      expect(graph.ids).toEqual(wanted.ids);
      // Sums of up to 32 products in another order.
      for (const [name, tensor] of Object.entries(wanted.numbers)) {
        tensor.data.forEach((x, i) => expect(Math.abs(graph.numbers[name]!.data[i]! - x), `${name} ${i}`).toBeLessThan(1e-4));
      }
    }
    tfjs.dispose();
  });

  test("of a search does what the graph does, while states go from one set of buffers to another", async () => {
    const translation = planOf(`model Small {
      vocabulary = 23
      padding = 1
      begin = 0
      end = 2
      width = 16
      encoder { layers 1 { memory(slots: 4, heads: 2) } }
      decoder { layers 1 { memory(slots: 4, heads: 2) cross memory(slots: 4, heads: 2) } }
    }
    generate { beam = 2 }`);
    const weights = await valuesOf(translation, { random: 7 }, "msz");
    const search = async (device: Device): Promise<HostTensors[]> => {
      const program = await device.open(translation, weights);
      const state = await program.createState(2, 4);
      await program.advance(state, "encode", { source_tokens: { shape: [2, 4], data: Int32Array.of(5, 6, 7, 2, 9, 4, 2, 1) } });
      const found: HostTensors[] = [];
      for (const tokens of [Int32Array.of(0, 0), Int32Array.of(8, 5), Int32Array.of(4, 4), Int32Array.of(9, 3)]) {
        found.push(await program.advance(state, "beam", { tokens: { shape: [2, 1], data: tokens } }));
        await program.reorderState(state, Int32Array.of(1, 0), true);
      }
      program.dispose();
      return found;
    };
    const graph = await on("graph", "forward", search);
    expect(await on("persistent", "backward", search)).toEqual(graph);
    expect(control.calls(`kernel:${translation.targets.cuda!.entries["beam"]!.persistent!.name}`)).toBe(4);
  });

  const plan = planOf(specs["a memory"]);
  const { generate } = plan.targets.cuda!.entries;
  const launches = (): number => control.calls(`kernel:${generate!.persistent!.name}`);
  /** So many tokens in one call. */
  const told = async (device: Device, steps: number, settled?: (way: Way | undefined) => void): Promise<number[]> => {
    const program = await device.open(plan, await valuesOf(plan, { random: 7 }, "msz"));
    const ids = await program.generate(await program.createState(2), steps, { temperature: 0.9, topK: 0, topP: 1, seed: 5 });
    settled?.(program.statistics().decode);
    program.dispose();
    return [...ids];
  };

  test("is wrong without any one of its waits", async () => {
    const short = async (device: Device, of: Plan): Promise<HostTensors> => {
      const program = await device.open(of, weights);
      const state = await program.createState(2);
      await program.advance(state, "prefill", { tokens: { shape: [2, 3], data: Int32Array.of(3, 9, 5, 7, 4, 8) } });
      await program.generate(state, 2, { temperature: 0, topK: 0, topP: 1, seed: 1 });
      return program.readState(state);
    };
    const weights = await valuesOf(plan, { random: 7 }, "msz");
    const right = await on("persistent", "forward", (device) => short(device, plan));
    const waits = generate!.persistent!.waits.flatMap((wait, at) => (wait ? [at] : []));
    expect(waits.length).toBeGreaterThan(10);
    const unseen: string[] = [];
    for (const at of waits) {
      const got = await on("persistent", "backward", (device) => short(device, without(plan, at)));
      if (isDeepStrictEqual(got, right)) unseen.push(plan.targets.cuda!.kernels[generate!.dispatches[at]!.kernel]!.name);
    }
    // Whether the drawn token is padding: it never is, nor is what lay there before it was drawn.
    expect(unseen).toEqual([expect.stringMatching(/not_equal/)]);
  });

  test("is measured against the graph on real steps, whose tokens are the same", async () => {
    const graph = await on("graph", "forward", (device) => told(device, 70));
    expect(launches()).toBe(0);
    let chosen: Way | undefined;
    expect(await on(null, "forward", (device) => told(device, 70, (way) => (chosen = way)))).toEqual(graph);
    // Two to warm up and four that are timed; after the first 64 tokens it is chosen, or is not.
    expect({ chosen, launches: launches() }).toEqual(chosen === "persistent" ? { chosen, launches: 12 } : { chosen: "graph", launches: 6 });
    expect(await on(null, "forward", (device) => told(device, 7, (way) => expect(way).toBeUndefined()))).toEqual(graph7(graph));
    expect(launches(), "too few steps to compile it for").toBe(0);
  });

  test("is launched step by step where the driver does not record it", async () => {
    const graph = await on("graph", "forward", (device) => told(device, 5));
    const refused = await withEnvironment({ MSZ_SIM_FAIL: "cuLaunchCooperativeKernel:900:2" }, () => on("persistent", "forward", (device) => told(device, 5)));
    expect(refused).toEqual(graph);
    expect(launches()).toBe(5);
    expect(control.calls("cuGraphLaunch")).toBe(0);
  });

  test("is not there for a device that cannot have all blocks at once", async () => {
    const ids = await on("persistent", "forward", (device) => {
      const { context } = device.parts;
      return told(new CudaDevice({ ...device.parts, context: { ...context, properties: { ...context.properties, cooperativeLaunch: false } } }, "without", true), 5);
    });
    expect(launches()).toBe(0);
    expect(ids).toEqual(await on("graph", "forward", (device) => told(device, 5)));
  });
});

/** The first 7 tokens of each of two rows of 70. */
function graph7(ids: readonly number[]): number[] {
  return [...ids.slice(0, 7), ...ids.slice(70, 77)];
}

function without(plan: Plan, at: number): Plan {
  const cuda = plan.targets.cuda!;
  const entry = cuda.entries["generate"]!;
  const persistent = { ...entry.persistent!, waits: entry.persistent!.waits.map((wait, i) => wait && i !== at) };
  return { ...plan, targets: { ...plan.targets, cuda: { ...cuda, entries: { ...cuda.entries, generate: { ...entry, persistent } } } } };
}

/** What is told of the texts, and after them. Greedy and drawn tokens, and tokens that are given. */
async function talk(device: Device, plan: Plan, batch: number): Promise<{ ids: number[][]; numbers: HostTensors }> {
  const program = await device.open(plan, await valuesOf(plan, { random: 7 }, "msz"));
  try {
    const tokens = (length: number, seed: number): HostTensors => ({
      tokens: { shape: [batch, length], data: Int32Array.from({ length: batch * length }, (_, i) => 3 + ((i * 7 + seed) % 20)) },
    });
    const state = await program.createState(batch);
    await program.advance(state, "prefill", tokens(5, 1));
    const greedy = await program.generate(state, 4, { temperature: 0, topK: 0, topP: 1, seed: 1 });
    const first = await program.advance(state, "decode", tokens(1, 3));
    const drawn = await program.generate(state, 6, { temperature: 0.9, topK: 6, topP: 0.9, seed: 5 });
    const second = await program.advance(state, "decode", tokens(1, 4));
    return { ids: [[...greedy], [...drawn]], numbers: { ...(await program.readState(state)), first: first["logits"]!, second: second["logits"]! } };
  } finally {
    program.dispose();
  }
}
