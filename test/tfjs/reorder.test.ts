/** Rows of a state in another order on the wasm backend: each row goes on as it would have, over caches in pieces and banks, and no tensor is left behind. */
import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileFile } from "../../cli/spec.js";
import type { Device, DeviceState, HostTensor, HostTensors, Program } from "../../runtime/device.js";
import { valuesOf } from "../../runtime/load.js";
import { openTfjs } from "../../runtime/tfjs/index.js";
import { bytesSource } from "../../runtime/weights/safetensors.js";

let device: Device;
beforeAll(async () => {
  device = await openTfjs({ only: "wasm" });
});
afterAll(() => device.dispose());

describe.each(["mt-softmax", "mt-decoder-memsizer"])("%s", (name) => {
  let program: Program;
  beforeAll(async () => {
    const path = (extension: string): string => new URL(`../golden/${name}.${extension}`, import.meta.url).pathname;
    const { plan } = compileFile(path("msz"), { targets: ["tfjs"] });
    program = await device.open(plan!, await valuesOf(plan!, bytesSource(readFileSync(path("safetensors")), name), "fairseq"));
  });
  afterAll(() => program.dispose());

  const ids = (rows: readonly (readonly number[])[]): HostTensor => ({ shape: [rows.length, rows[0]!.length], data: Int32Array.from(rows.flat()) });
  const sources = [[1, 4, 5, 6, 2], [9, 8, 7, 11, 2], [1, 1, 30, 31, 2]];
  const rowsOf = ({ shape, data }: HostTensor): number[][] => Array.from({ length: shape[0]! }, (_, b) => [...data].slice((b * data.length) / shape[0]!, ((b + 1) * data.length) / shape[0]!));

  /** A prompt of three tokens, which differ from row to row. */
  async function begin(of: readonly (readonly number[])[]): Promise<DeviceState> {
    const state = await program.createState(of.length, of[0]!.length);
    await program.advance(state, "encode", { source_tokens: ids(of) }, ["encoder_out"]);
    await program.advance(state, "prefill", { tokens: ids(of.map((source) => [0, ...source.slice(2, 4)])) });
    return state;
  }

  async function next(state: DeviceState, tokens: readonly number[]): Promise<number[][]> {
    return rowsOf((await program.advance(state, "decode", { tokens: ids(tokens.map((id) => [id])) })).logits!);
  }

  test.each([[[2, 0, 1]], [[1, 1, 1]], [[0, 0, 2, 2, 1]], [[2]]])("rows %j go on as they were", async (rows) => {
    const [state, other] = [await begin(sources), await begin(sources)];
    const reordered = await program.reorderState(state, Int32Array.from(rows));
    expect([reordered.batch, reordered.length, reordered.source]).toEqual([rows.length, 3, 5]);
    const first = await next(other, [12, 13, 14]);
    const got = await next(reordered, rows.map((row) => 12 + row));
    // Products of other sizes add in another order.
    got.forEach((row, i) => row.forEach((x, k) => expect(x).toBeCloseTo(first[rows[i]!]![k]!, 4)));
    const second = await next(other, [20, 20, 20]);
    (await next(reordered, rows.map(() => 20))).forEach((row, i) => row.forEach((x, k) => expect(x).toBeCloseTo(second[rows[i]!]![k]!, 4)));
    reordered.dispose();
    other.dispose();
  });

  test("with the same sources, what encode left stays where it is", async () => {
    const twice = [sources[0]!, sources[0]!, sources[1]!, sources[1]!];
    const state = await begin(twice);
    await next(state, [12, 13, 14, 15]);
    const before = await program.readState(state);
    const reordered = await program.reorderState(state, Int32Array.of(1, 1, 3, 2), true);
    const after = await program.readState(reordered);
    const moved = Object.keys(before).filter((key) => (before[key]!.shape[0] === 4 && JSON.stringify(rowsOf(before[key]!)) !== JSON.stringify(rowsOf(after[key]!))));
    expect(moved).toContain("next_logits");
    expect(moved.filter((key) => key.includes("cross") || key.startsWith("source"))).toEqual([]);
    expect(rowsOf(after.next_logits!)).toEqual([1, 1, 3, 2].map((row) => rowsOf(before.next_logits!)[row]));
    reordered.dispose();
  });

  test("beam search's loop leaves no tensor behind, and is the same again from a state that was read and written", async () => {
    const state = await begin(sources);
    const saved = await program.readState(state);
    const restored = await program.writeState(3, saved);
    const search = async (from: DeviceState, steps: number): Promise<{ state: DeviceState; found: HostTensors }> => {
      let [current, found]: [DeviceState, HostTensors] = [from, {}];
      for (let step = 0; step < steps; step++) {
        found = await program.advance(current, "beam", { tokens: ids([[5 + (step % 20)], [6], [7]]) });
        current = await program.reorderState(current, Int32Array.of(step % 3, (step + 1) % 3, 2));
      }
      return { state: current, found };
    };
    const one = await search(state, 3);
    const other = await search(restored, 3);
    expect(rowsOf(other.found.candidates!)).toEqual(rowsOf(one.found.candidates!));
    other.state.dispose();
    one.state.dispose();
    const kept = await begin(sources);
    const before = tf.memory();
    let current = await program.forkState(kept);
    const forked = tf.memory();
    for (let step = 0; step < 200; step++) current = await program.reorderState(current, Int32Array.of(2, 0, 1 + (step % 2)));
    expect(tf.memory().numTensors).toBe(forked.numTensors);
    // A fork shares its numbers with what it was made of, rows in another order do not.
    expect(tf.memory().numBytes).toBeLessThanOrEqual(2 * before.numBytes);
    current.dispose();
    expect(tf.memory()).toMatchObject({ numTensors: before.numTensors, numBytes: before.numBytes });
    kept.dispose();
  });

  test("rows that are not there are refused, and the state is as it was", async () => {
    const state = await begin(sources);
    for (const rows of [[0, 3], [-1], []]) await expect(program.reorderState(state, Int32Array.from(rows))).rejects.toMatchObject({ code: "state-rows" });
    await expect(program.reorderState(state, Int32Array.of(0, 1), true)).rejects.toMatchObject({ code: "state-rows" });
    expect((await next(state, [5, 5, 5])).length).toBe(3);
    state.dispose();
  });
});
