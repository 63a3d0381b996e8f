/**
 * The authors' translation models search as their code did: the best text of beam 4, length penalty 0.6, on every backend; whatever the sources are padded by, batched with, or in which order.
 *
 * Tokens are the same, scores to 1e-4: both sides compute in float32.
 */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileFile } from "../../cli/spec.js";
import { bytesSource, load, type HostTensor, type Session, type TranslateOptions } from "../../runtime/index.js";
import { renderDiagnostics } from "../../src/base/render.js";
import { backends } from "../helpers/backends.js";
import { readSafetensors, type Tensor } from "../helpers/tensors.js";

const [padding, end] = [1, 2];
const rowsOf = ({ shape: [rows, columns], data }: Tensor): number[][] =>
  Array.from({ length: rows! }, (_, r) => Array.from({ length: columns! }, (_, c) => data[r * columns! + c]!).filter((id) => id !== padding));

describe.each(backends)("$name", ({ options }) => {
  describe.each(["mt-decoder-memsizer", "mt-full-memsizer", "mt-softmax"])("%s", (name) => {
    let session: Session;
    let [sources, wanted, scores]: [number[][], number[][], number[]] = [[], [], []];
    let settings: TranslateOptions;
    let given: Tensor;

    beforeAll(async () => {
      const path = (extension: string): string => new URL(`../golden/${name}${extension}`, import.meta.url).pathname;
      const result = compileFile(path(".msz"));
      expect(renderDiagnostics(result.diagnostics)).toBe("");
      const file = readSafetensors(path(".safetensors"));
      given = file.src_tokens!;
      sources = rowsOf(given);
      wanted = rowsOf(file["beam4.tokens"]!);
      scores = Array.from(file["beam4.score"]!.data);
      // Their generator sizes all texts of a batch for its longest source.
      settings = { beam: 4, lengthPenalty: 0.6, maxLength: Math.floor(1.2 * given.shape[1]! + 10) };
      session = await load(result.plan, bytesSource(readFileSync(path(".safetensors")), name), { ...options, names: "fairseq", poison: true });
    });
    afterAll(() => session?.dispose());

    const expectTheirs = async (order: readonly number[], more: TranslateOptions = {}): Promise<void> => {
      const found = await session.translate(order.map((i) => sources[i]!), { ...settings, ...more });
      expect(found.map((t) => [...t.ids, end])).toEqual(order.map((i) => wanted[i]!));
      found.forEach(({ score }, at) => expect(Math.abs(score! - scores[order[at]!]!)).toBeLessThan(1e-4));
    };

    test("all at once, padded on the right, in another order", () => expectTheirs([2, 0, 1]));

    // A step takes SwiftShader forty times as long as tfjs: there one model shows what is no matter of the model.
    const many = options.backend === "tfjs";
    if (!many && name !== "mt-softmax") return;
    test("alone", () => expectTheirs(many ? [0, 1, 2] : [1], { batchTokens: 1 }));

    test("greedy on the device is a search with a beam of one", async () => {
      const maxLength = many ? settings.maxLength : 4;
      const searched = await session.translate(sources, { ...settings, maxLength, beam: 1 });
      const drawn = await session.translate(sources, { maxLength, temperature: 0 });
      expect(drawn.map((t) => [...t.ids])).toEqual(searched.map((t) => [...t.ids]));
    });

    test("states go on where they are given back, and where they are saved and restored", async () => {
      const { shape: [rows, columns], data } = given;
      const source_tokens = { shape: [rows!, columns!], data: Int32Array.from(data) };
      const column = (at: number): HostTensor => ({ shape: [rows!, 1], data: Int32Array.from(wanted, (ids) => (at < 0 ? end : ids[at]!)) });
      const { logits: _, ...states } = await session.call("decode", { source_tokens, tokens: column(-1) });
      const { logits: first } = await session.call("decode", { ...states, tokens: column(0) });
      const sequence = await session.startFrom(source_tokens);
      await sequence.prefill(column(-1));
      const restored = await session.restore(await sequence.save());
      const second = await restored.decode(column(0));
      for (const each of [sequence, restored]) each.dispose();
      const { data: all } = (await session.call("recurrent", { source_tokens, tokens: { shape: [rows!, 2], data: Int32Array.from(wanted.flatMap((ids) => [end, ids[0]!])) } })).logits!;
      const size = first!.shape[2]!;
      const last = Array.from({ length: rows! }, (_, row) => [...all.subarray((2 * row + 1) * size, (2 * row + 2) * size)]).flat();
      for (const found of [first!, second]) found.data.forEach((value, i) => expect(Math.abs(value - last[i]!)).toBeLessThan(1e-5));
    });

    // Of `forward` with sources padded on the left the golden logits tell, on every backend.
    if (!many) return;
    test("in their order, and one of them twice", async () => {
      await expectTheirs([0, 1, 2]);
      await expectTheirs([2, 1, 0, 2]);
    });

    test("their texts have their scores also where sources are padded on the left, as they padded them", async () => {
      const { shape: [rows, columns], data } = given;
      const longest = Math.max(...wanted.map((ids) => ids.length));
      const tokens = wanted.flatMap((ids) => [end, ...ids.slice(0, -1), ...new Array<number>(longest - ids.length).fill(padding)]);
      const { logits } = await session.call("forward", {
        source_tokens: { shape: [rows!, columns!], data: Int32Array.from(data) }, tokens: { shape: [rows!, longest], data: Int32Array.from(tokens) },
      });
      const size = logits!.shape[2]!;
      wanted.forEach((ids, row) => {
        const sum = ids.reduce((n, id, t) => n + logProb(logits!.data.subarray((row * longest + t) * size, (row * longest + t + 1) * size), id), 0);
        expect(Math.abs(sum / ids.length ** 0.6 - scores[row]!)).toBeLessThan(1e-4);
      });
    });
  });
});

function logProb(logits: ArrayLike<number>, id: number): number {
  return logits[id]! - Math.log(Array.from(logits).reduce((n, x) => n + Math.exp(x), 0));
}
