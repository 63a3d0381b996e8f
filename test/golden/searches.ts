/**
 * The authors' translation models search as their code did: the best text of beam 4, length penalty 0.6; whatever the sources are padded by, batched with, or in which order.
 *
 * Tokens are the same, scores to 1e-4: both sides compute in float32.
 */
import { expect, test } from "vitest";
import type { HostTensor, Session, TranslateOptions } from "../../runtime/index.js";
import type { Tensor, Tensors } from "../helpers/tensors.js";

const [padding, end] = [1, 2];
const rowsOf = ({ shape: [rows, columns], data }: Tensor): number[][] =>
  Array.from({ length: rows! }, (_, r) => Array.from({ length: columns! }, (_, c) => data[r * columns! + c]!).filter((id) => id !== padding));

/**
 * @param session open by the time that the tests run
 * @param much `all`: also what is no matter of the backend; `no more`: the search alone
 */
export function testSearches(file: Tensors, session: () => Session, much: "all" | "some" | "no more"): void {
  const given = file.src_tokens!;
  const [rows, columns] = given.shape as [number, number];
  const source_tokens = { shape: [rows, columns], data: Int32Array.from(given.data) };
  const sources = rowsOf(given);
  const wanted = rowsOf(file["beam4.tokens"]!);
  const scores = Array.from(file["beam4.score"]!.data);
  // Their generator sizes all texts of a batch for its longest source.
  const settings: TranslateOptions = { beam: 4, lengthPenalty: 0.6, maxLength: Math.floor(1.2 * columns + 10) };

  const expectTheirs = async (order: readonly number[], more: TranslateOptions = {}): Promise<void> => {
    const found = await session().translate(order.map((i) => sources[i]!), { ...settings, ...more });
    expect(found.map((t) => [...t.ids, end])).toEqual(order.map((i) => wanted[i]!));
    found.forEach(({ score }, at) => expect(Math.abs(score! - scores[order[at]!]!)).toBeLessThan(1e-4));
  };

  test("a search, all at once, padded on the right, in another order", () => expectTheirs([2, 0, 1]));
  if (much === "no more") return;

  test("greedy on the device is a search with a beam of one", async () => {
    const maxLength = much === "all" ? settings.maxLength : 4;
    const searched = await session().translate(sources, { ...settings, maxLength, beam: 1 });
    const drawn = await session().translate(sources, { maxLength, temperature: 0 });
    expect(drawn.map((t) => [...t.ids])).toEqual(searched.map((t) => [...t.ids]));
  });

  test("states go on where they are given back, and where they are saved and restored", async () => {
    const column = (at: number): HostTensor => ({ shape: [rows, 1], data: Int32Array.from(wanted, (ids) => (at < 0 ? end : ids[at]!)) });
    const { logits: _, ...states } = await session().call("decode", { source_tokens, tokens: column(-1) });
    const { logits: first } = await session().call("decode", { ...states, tokens: column(0) });
    const sequence = await session().startFrom(source_tokens);
    await sequence.prefill(column(-1));
    const restored = await session().restore(await sequence.save());
    const second = await restored.decode(column(0));
    for (const each of [sequence, restored]) each.dispose();
    const { data: all } = (await session().call("recurrent", { source_tokens, tokens: { shape: [rows, 2], data: Int32Array.from(wanted.flatMap((ids) => [end, ids[0]!])) } })).logits!;
    const size = first!.shape[2]!;
    const last = wanted.flatMap((_, row) => [...all.subarray((2 * row + 1) * size, (2 * row + 2) * size)]);
    for (const found of [first!, second]) found.data.forEach((value, i) => expect(Math.abs(value - last[i]!)).toBeLessThan(1e-5));
  });
  if (much === "some") return;

  test("searches alone, in their order, and one of them twice", async () => {
    await expectTheirs([0, 1, 2], { batchTokens: 1 });
    await expectTheirs([0, 1, 2]);
    await expectTheirs([2, 1, 0, 2]);
  });

  test("the texts that are found have their scores also where sources are padded on the left, as theirs were", async () => {
    const longest = Math.max(...wanted.map((ids) => ids.length));
    const tokens = wanted.flatMap((ids) => [end, ...ids.slice(0, -1), ...new Array<number>(longest - ids.length).fill(padding)]);
    const { logits } = await session().call("forward", { source_tokens, tokens: { shape: [rows, longest], data: Int32Array.from(tokens) } });
    const size = logits!.shape[2]!;
    wanted.forEach((ids, row) => {
      const sum = ids.reduce((n, id, t) => n + logProb(logits!.data.subarray((row * longest + t) * size, (row * longest + t + 1) * size), id), 0);
      expect(Math.abs(sum / ids.length ** 0.6 - scores[row]!)).toBeLessThan(1e-4);
    });
  });
}

function logProb(logits: ArrayLike<number>, id: number): number {
  return logits[id]! - Math.log(Array.from(logits).reduce((n, x) => n + Math.exp(x), 0));
}
