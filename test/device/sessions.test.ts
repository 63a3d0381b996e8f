/**
 * Sequences and text on every backend: states saved, restored and forked, caches that outgrow their room, where a text ends, and
 * that what is drawn follows the probabilities that it is drawn from.
 */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileFile } from "../../cli/spec.js";
import type { Device } from "../../runtime/device.js";
import { openDevice } from "../../runtime/load.js";
import { load, type HostTensor, type Plan, type Sampling, type Sequence, type Session } from "../../runtime/index.js";
import { quickBackends, simulated, targetOf } from "../helpers/backends.js";
import { expectClose } from "../helpers/close.js";
import { Random } from "../helpers/random.js";
import { sessionOn } from "../helpers/session-on.js";
import { columns, joined } from "../graph/session.js";
import { compileText } from "../schedule/compile.js";
import { criticalChiSquare, expectMszError, probabilities } from "./expect.js";

const settings = "vocabulary = 11\n  width = 8\n";
const specs = {
  memory: `model Kept { ${settings} layers 2 { memory(slots: 3, heads: 2) } }`,
  attention: `model Grown { ${settings} positions = none\n layers 1 { attention(heads: 2) } }`,
  both: `mixer near(slots: axis) {
  seen = convolve(x, 3)
  state bank[slots, width] = 0.9 * bank + linear(seen, slots) * linear(seen, width)
  out = sum(softmax(linear(x, slots), slots) * bank, slots)
}
model Both { ${settings} padding = 0\n layers 1 { near(slots: 3) attention(heads: 2) } }`,
  learned: `model Learned { ${settings} context = 8\n positions = learned\n layers 1 { memory(slots: 3, heads: 1) attention(heads: 2) } }`,
};

const greedy: Sampling = { temperature: 0, topK: 0, topP: 1, seed: 0 };
const sampled: Sampling = { temperature: 1.2, topK: 7, topP: 0.95, seed: 21 };

const ids = (rows: number, length: number, seed: number): HostTensor => {
  const { shape, data } = new Random(seed).integerTensor([rows, length], 1, 10);
  return { shape, data: Int32Array.from(data) };
};
const host = ({ shape, data }: { readonly shape: readonly number[]; readonly data: ArrayLike<number> }): HostTensor => ({ shape, data: Int32Array.from(data) });

/** All backends draw the same: kept while each runs. */
const drawnBy = new Map<string, number[]>();

describe.each(quickBackends)("$name", ({ name, options }) => {
  const plans = Object.fromEntries(
    Object.entries(specs).map(([key, text]) => [key, compileText(text, { targets: [targetOf[options.backend]] }).plan]),
  ) as Record<keyof typeof specs, Plan>;
  const sessions = new Map<string, Session>();
  let device: Device;
  const open = async (key: keyof typeof specs, change: (plan: Plan) => Plan = (plan) => plan): Promise<Session> => {
    const session = await sessionOn(device, change(plans[key]), { random: 3 });
    sessions.set(`${sessions.size}`, session);
    return session;
  };
  const common: Partial<Record<keyof typeof specs, Session>> = {};
  beforeAll(async () => {
    device = await openDevice(plans.memory, { ...options, poison: true });
    for (const key of Object.keys(specs) as (keyof typeof specs)[]) common[key] = await open(key);
  });
  afterAll(() => {
    sessions.forEach((session) => session.dispose());
    device.dispose();
  });

  async function started(session: Session, prompt: HostTensor): Promise<Sequence> {
    const sequence = await session.start(prompt.shape[0]!);
    await sequence.prefill(prompt);
    return sequence;
  }

  describe.each(["memory", "attention", "both"] as const)("a state of %s", (key) => {
    const prompt = ids(2, 13, 1);

    test("saved and restored goes on the same, drawn greedily and by chance", async () => {
      const session = common[key]!;
      const sequence = await started(session, prompt);
      await sequence.generate(3, sampled);
      const bytes = await sequence.save();
      for (const sampling of [greedy, sampled]) {
        const [one, two] = [await session.restore(bytes), await session.restore(bytes)];
        expect(one.length).toBe(16);
        const whole = [...(await one.generate(9, sampling))];
        expect([...(await two.generate(9, sampling))]).toEqual(whole);
        expect(await two.save()).toEqual(await one.save());
        if (sampling === sampled) expect([...(await sequence.generate(9, sampled))]).toEqual(whole);
        [one, two].forEach((s) => s.dispose());
      }
      sequence.dispose();
    });

    test("saved bytes are restored in another session", async () => {
      const sequence = await started(common[key]!, prompt);
      const bytes = await sequence.save();
      const restored = await (await open(key)).restore(bytes);
      expect([...(await restored.generate(9, sampled))]).toEqual([...(await sequence.generate(9, sampled))]);
    });

    test("forked goes its own way, and neither disturbs the other", async () => {
      const session = common[key]!;
      const [sequence, alone, other] = [await started(session, prompt), await started(session, prompt), await started(session, prompt)];
      const fork = await sequence.fork();
      const [left, right] = [ids(2, 1, 5), ids(2, 1, 6)];
      expect(left.data).not.toEqual(right.data);
      for (let i = 0; i < 4; i++) {
        const [a, b] = [await sequence.decode(left), await fork.decode(right)];
        expect(a.data).toEqual((await alone.decode(left)).data);
        expect(b.data).toEqual((await other.decode(right)).data);
        expect(a.data).not.toEqual(b.data);
      }
      sequence.dispose();
      expect([...(await fork.generate(5, sampled))]).toEqual([...(await other.generate(5, sampled))]);
      [fork, alone, other].forEach((s) => s.dispose());
    });

    test("n tokens at once are n times one", async () => {
      const [one, many] = [await started(common[key]!, prompt), await started(common[key]!, prompt)];
      const whole = await many.generate(20, sampled);
      const single: Int32Array[] = [];
      for (let i = 0; i < 20; i++) single.push(await one.generate(1, sampled));
      const rows = [0, 1].flatMap((row) => single.map((drawn) => drawn[row]!));
      expect(rows).toEqual([...whole]);
      expect(await one.save()).toEqual(await many.save());
      [one, many].forEach((s) => s.dispose());
    });

    test("damaged bytes are refused, or are a state that can be used", async () => {
      const session = common[key]!;
      const sequence = await started(session, prompt);
      const bytes = await sequence.save();
      const header = 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
      const random = new Random(8);
      const damaged: Uint8Array[] = [new Uint8Array(), bytes.slice(0, 4), bytes.slice(0, header), bytes.slice(0, -1), new Uint8Array([...bytes, 0])];
      for (let i = 0; i < 120; i++) {
        const copy = bytes.slice();
        copy[random.integer(0, i % 3 === 2 ? copy.length - 1 : header - 1)]! ^= 1 << random.integer(0, 7);
        damaged.push(copy);
      }
      let refused = 0;
      for (const [i, copy] of damaged.entries()) {
        try {
          const restored = await session.restore(copy);
          await restored.generate(2, sampled);
          restored.dispose();
          expect(i, "a cut file is accepted").toBeGreaterThanOrEqual(5);
        } catch (error) {
          expectMszError(error);
          refused++;
        }
      }
      expect(refused).toBeGreaterThan(60);
      // Whatever came in, the session still works.
      const again = await session.restore(bytes);
      expect([...(await again.generate(4, sampled))]).toEqual([...(await sequence.generate(4, sampled))]);
    });
  });

  test("a state is refused by another model, with what differs", async () => {
    const bytes = await (await started(common.memory!, ids(1, 4, 1))).save();
    await expect(common.attention!.restore(bytes)).rejects.toMatchObject({ code: "bad-state", message: expect.stringMatching(/saved from Kept, the plan is Grown/) });
    const renamed = await open("attention", (plan) => ({ ...plan, model: { ...plan.model, name: "Kept" } }));
    await expect(renamed.restore(bytes)).rejects.toMatchObject({ code: "bad-state", message: expect.stringMatching(/lacks `/), hint: expect.stringContaining("plan") });
    const wider = compileText(specs.memory.replace("slots: 3", "slots: 4"), { targets: [targetOf[options.backend]] }).plan;
    const other = await load(wider, { random: 3 }, options);
    await expect(other.restore(bytes)).rejects.toMatchObject({ code: "bad-state", message: expect.stringMatching(/\[1, 3, 8\], the plan has \[B, 4, 8\]/) });
    other.dispose();
  });

  test("a state whose counters cannot be is refused", async () => {
    const session = common.attention!;
    const bytes = await (await started(session, ids(1, 4, 1))).save();
    const text = new TextDecoder().decode(bytes.subarray(8, 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))));
    const { length } = JSON.parse(text) as { length: { data_offsets: [number, number] } };
    for (const wrong of [5, 3, -1, 2 ** 31 - 1]) {
      const copy = bytes.slice();
      new DataView(copy.buffer).setInt32(8 + text.length + length.data_offsets[0], wrong, true);
      const error: unknown = await session.restore(copy).then(() => undefined, (e: unknown) => e);
      expectMszError(error);
    }
  });

  test("a cache outgrows its room, and a fork of it: the logits are those of one call", async () => {
    const session = common.attention!;
    const tokens = ids(2, 600, 4);
    const { logits } = await session.call("forward", { tokens });
    const sequence = await session.start(2);
    const parts = [(await sequence.prefill(host(columns(tokens, 0, 250)), { logits: true }))!];
    const fork = await sequence.fork();
    parts.push((await sequence.prefill(host(columns(tokens, 250, 300)), { logits: true }))!);
    for (let t = 300; t < 600; t++) parts.push(await sequence.decode(host(columns(tokens, t, t + 1))));
    // The same sums in another order, of up to 600 numbers: some sqrt(600) · 6e-8, and exp's error of 3e-6 on SwiftShader.
    expectClose("grown", logits!, joined(parts), 2e-5);
    const behind = (await fork.prefill(host(columns(tokens, 250, 600)), { logits: true }))!;
    expectClose("forked", columns(logits!, 250, 600), behind, 2e-5);
    expect(fork.length).toBe(600);
    [sequence, fork].forEach((s) => s.dispose());
  });

  describe("learned positions", () => {
    test("end a text where they end", async () => {
      const drawn: number[] = [];
      for await (const piece of common.learned!.generate({ prompt: "1 2 3", tokens: 50, ...sampled })) drawn.push(...piece.ids);
      expect(drawn).toHaveLength(5);
    });

    test("refuse what does not fit, and nothing is lost", async () => {
      const session = common.learned!;
      const [sequence, alone] = [await started(session, ids(1, 5, 2)), await started(session, ids(1, 5, 2))];
      expect(sequence.room).toBe(3);
      const past = { code: "past-context", message: expect.stringMatching(/positions for 8 tokens; 5 are read and 4 more do not fit/), hint: expect.stringContaining("sinusoidal") };
      await expect(sequence.generate(4, sampled)).rejects.toMatchObject(past);
      await expect(sequence.prefill(ids(1, 4, 1))).rejects.toMatchObject(past);
      expect(sequence.length).toBe(5);
      expect([...(await sequence.generate(3, sampled))]).toEqual([...(await alone.generate(3, sampled))]);
      await expect(sequence.decode(ids(1, 1, 1))).rejects.toMatchObject({ code: "past-context" });
      await expect(session.call("forward", { tokens: ids(1, 9, 1) })).rejects.toMatchObject({ code: "past-context" });
      expect(await sequence.save()).toEqual(await alone.save());
    });
  });

  test("the end token ends a text and is no part of it", async () => {
    const all: number[] = [];
    for await (const piece of common.memory!.generate({ prompt: "4 5", tokens: 24, ...sampled })) all.push(...piece.ids);
    // The token whose first place is furthest on: something is drawn before it.
    const end = [...new Set(all)].at(-1)!;
    const session = await open("memory", (plan) => ({ ...plan, model: { ...plan.model, end } }));
    const drawn: number[] = [];
    for await (const piece of session.generate({ prompt: "4 5", tokens: 24, ...sampled })) drawn.push(...piece.ids);
    expect(drawn).toEqual(all.slice(0, all.indexOf(end)));
    expect(drawn.length).toBeGreaterThan(2);
  });

  test("the seed decides what is drawn", async () => {
    const textOf = async (seed: number): Promise<number[]> => {
      const sequence = await started(common.memory!, ids(1, 4, 1));
      return [...(await sequence.generate(20, { ...sampled, seed }))];
    };
    expect(await textOf(1)).toEqual(await textOf(1));
    expect(await textOf(2)).not.toEqual(await textOf(1));
    expect(await textOf(-7)).toEqual(await textOf(-7));
  });

  // A simulated device takes a second for a thousand draws.
  const draws = { rows: 150, times: simulated(options.backend) ? 5 : 16 };
  test.each<[string, Omit<Sampling, "seed">]>([
    ["all tokens", { temperature: 1, topK: 0, topP: 1 }],
    ["half the temperature", { temperature: 0.5, topK: 0, topP: 1 }],
    ["the 4 likeliest", { temperature: 1.3, topK: 4, topP: 1 }],
    ["the likeliest that make 0.7", { temperature: 1, topK: 0, topP: 0.7 }],
    ["both", { temperature: 1.5, topK: 6, topP: 0.8 }],
  ])("draws follow the probabilities: %s", async (_, sampling) => {
    const session = common.memory!;
    const prompt: HostTensor = { shape: [draws.rows, 2], data: Int32Array.from({ length: 2 * draws.rows }, (__, i) => (i % 2 === 0 ? 3 : 9)) };
    const sequence = await session.start(draws.rows);
    const logits = (await sequence.prefill(prompt, { logits: true }))!;
    const expected = probabilities([...logits.data.subarray(11, 22)], sampling);
    const counts = new Array<number>(11).fill(0);
    for (let seed = 0; seed < draws.times; seed++) {
      const fork = await sequence.fork();
      for (const id of await fork.generate(1, { ...sampling, seed })) counts[id]!++;
      fork.dispose();
    }
    sequence.dispose();
    const total = draws.rows * draws.times;
    expect(counts.filter((n, id) => n > 0 && expected[id] === 0)).toEqual([]);
    const possible = expected.map((p, id) => ({ wanted: p * total, got: counts[id]! })).filter(({ wanted }) => wanted > 0);
    const chiSquare = possible.reduce((sum, { wanted, got }) => sum + (got - wanted) ** 2 / wanted, 0);
    expect(chiSquare).toBeLessThan(criticalChiSquare(possible.length - 1));
    expect(possible.length).toBeGreaterThan(2);
  });

  /**
   * The probabilities of two backends differ in their last bits, so a number that falls within 1e-6 of a border between two tokens
   * may draw either: once in some ten thousand draws. That none of these 30 does is a fact of this seed, and so of every machine.
   */
  test("the trained model's text is the same on every backend", async () => {
    const path = (extension: string): string => new URL(`../../specs/shakespeare-small${extension}`, import.meta.url).pathname;
    const { plan } = compileFile(path(".msz"), { targets: [targetOf[options.backend]] });
    const session = await load(plan, new Uint8Array(readFileSync(path(".safetensors"))), options);
    const drawn: number[] = [];
    for await (const piece of session.generate({ prompt: "ROMEO:", tokens: 30, temperature: 0.8, topK: 40, seed: 7 })) drawn.push(...piece.ids);
    session.dispose();
    expect(drawn).toHaveLength(30);
    drawnBy.set(name, drawn);
    for (const [other, theirs] of drawnBy) expect(drawn, `${name} and ${other}`).toEqual(theirs);
  });
});
