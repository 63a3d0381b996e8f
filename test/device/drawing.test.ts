/** What `generate` refuses, what it never draws, and what an empty prompt starts with, on every backend. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { load, type HostTensor, type Sampling, type Session } from "../../runtime/index.js";
import { bytesSource, openSafetensors, readTensor, writeSafetensors } from "../../runtime/weights/safetensors.js";
import { backends, targetOf } from "../helpers/backends.js";
import { compileText } from "../schedule/compile.js";

const padding = 3;
const spec = `model Padded { vocabulary = 11\n padding = ${padding}\n width = 8\n context = 40\n positions = learned\n layers 1 { memory(slots: 3, heads: 2) attention(heads: 2) } }`;
const sampling: Sampling = { temperature: 5, topK: 0, topP: 1, seed: 1 };

describe.each(backends)("$name", ({ options }) => {
  let session: Session;
  const open = (text: string): Promise<Session> => load(compileText(text, { targets: [targetOf[options.backend]] }).plan, { random: 3 }, { ...options, poison: true });
  beforeAll(async () => {
    session = await open(spec);
  });
  afterAll(() => session.dispose());

  /** Bytes of a state after which padding is by far the likeliest token. */
  async function wantingPadding(rows: number): Promise<Uint8Array> {
    const sequence = await session.start(rows);
    await sequence.prefill({ shape: [rows, 2], data: Int32Array.from({ length: 2 * rows }, (_, i) => 4 + (i % 5)) });
    const bytes = await sequence.save();
    sequence.dispose();
    const file = await openSafetensors(bytesSource(bytes, "the saved state"));
    const tensors: Record<string, HostTensor> = {};
    for (const state of file.tensors.keys()) tensors[state] = await readTensor(file, state);
    const logits = tensors.next_logits!.data;
    for (let row = 0; row < rows; row++) logits[row * 11 + padding] = 100;
    return writeSafetensors(tensors, file.metadata);
  }

  test.each<[string, Sampling]>([
    ["by chance", sampling],
    ["greedily", { ...sampling, temperature: 0 }],
    ["among all but one", { ...sampling, topK: 10, topP: 0.999 }],
    ["as hot as it gets", { ...sampling, temperature: 1e6 }],
  ])("padding is never drawn: %s", async (_, how) => {
    const sequence = await session.restore(await wantingPadding(50));
    const drawn = await sequence.generate(4, how);
    expect(drawn).toHaveLength(200);
    expect([...drawn].filter((id) => id === padding || id < 0 || id > 10)).toEqual([]);
    sequence.dispose();
  });

  test.each<[string, number, Partial<Sampling>]>([
    ["bad-steps", -1, {}], ["bad-steps", 0, {}], ["bad-steps", 1.5, {}], ["bad-steps", NaN, {}], ["bad-steps", Infinity, {}],
    ["bad-sampling", 1, { temperature: NaN }], ["bad-sampling", 1, { temperature: -1 }], ["bad-sampling", 1, { temperature: Infinity }],
    ["bad-sampling", 1, { topK: 1.5 }], ["bad-sampling", 1, { topK: -1 }], ["bad-sampling", 1, { topP: 0 }], ["bad-sampling", 1, { topP: 1.1 }],
    ["bad-sampling", 1, { seed: 0.5 }],
  ])("%s: %d steps with %o", async (code, steps, wrong) => {
    const sequence = await session.start();
    await sequence.prefill({ shape: [1, 1], data: Int32Array.of(4) });
    await expect(sequence.generate(steps, { ...sampling, ...wrong })).rejects.toMatchObject({ name: "MszError", code });
    expect(sequence.length).toBe(1);
    sequence.dispose();
    await expect(session.generate({ prompt: "4", tokens: steps, ...sampling, ...wrong }).next()).rejects.toMatchObject({ name: "MszError", code });
  });

  test("a prompt that fills the learned positions has nothing after it", async () => {
    const pieces = session.generate({ prompt: "4 ".repeat(40).trim(), tokens: 5, ...sampling });
    expect((await pieces.next()).done).toBe(true);
  });

  test.each([["0", "1"], ["3", "0"]])("with padding %s an empty prompt starts with %s", async (unused, first) => {
    const own = await open(spec.replace("padding = 3", `padding = ${unused}`));
    const idsAfter = async (prompt: string): Promise<number[]> => {
      const ids: number[] = [];
      for await (const piece of own.generate({ prompt, tokens: 12, ...sampling, temperature: 1 })) ids.push(...piece.ids);
      return ids;
    };
    const drawn = await idsAfter("");
    expect(drawn).toHaveLength(12);
    expect(drawn).toEqual(await idsAfter(first));
    own.dispose();
  });
});
