/** What a session with sources runs for `call`, `evaluate`, `startFrom` and `restore`: over a model that is a function. */
import { describe, expect, test } from "vitest";
import type { HostTensor } from "../../runtime/index.js";
import { fakePlan, fakeSession, follows, ids, size } from "./fake.js";

const i32 = (...rows: readonly (readonly number[])[]): HostTensor => ({ shape: [rows.length, rows[0]!.length], data: Int32Array.from(rows.flat()) });
const [{ padding: p, end: e }] = [ids];
const source_tokens = i32([5, 6, 7, e], [p, p, 8, e]);
const tokens = i32([e, 4, 5], [e, 9, 9]);
/** What the function says after each token. */
const said = [[[5, 6, 7, e], [4, 5]], [[8, e], [9, 9]]].flatMap(([source, written]) => [0, 1, 2].flatMap((n) => follows(source!, written!.slice(0, n))));

const refused = async (work: Promise<unknown>): Promise<string> => work.then(() => "", (error: Error & { code?: string }) => `${error.code}: ${error.message}`);

describe("the entries", () => {
  test.each(["logits", "log_probs"] as const)("forward and recurrent give %s and what the encoder made", async (output) => {
    const { session, program } = await fakeSession(fakePlan({ output }));
    for (const [entry, prefill] of [["forward", 1], ["recurrent", 1], ["recurrent", 2], ["recurrent", 9]] as const) {
      const found = await session.call(entry, { source_tokens, tokens }, { prefill });
      expect(Object.keys(found).sort()).toEqual(["encoder_out", output]);
      expect(found[output]).toEqual({ shape: [2, 3, size], data: Float32Array.from(said) });
      expect(found.encoder_out!.shape).toEqual([2, 4, 1]);
    }
    expect(program.left).toBe(0);
  });

  test("encode, gradients and evaluate are given the source", async () => {
    const { session, program } = await fakeSession();
    expect(Object.keys(await session.call("encode", { source_tokens }))).toEqual(["encoder_out"]);
    await session.call("gradients", { source_tokens, tokens, targets: tokens });
    const losses = await session.evaluate({ source_tokens, tokens, targets: i32([4, 5, p], [9, 9, e]) });
    expect(losses).toEqual({ sum: 29, count: 5 });
    expect(program.calls.filter((c) => c.includes("("))).toEqual(["encode(source_tokens)", "gradients(tokens,source_tokens,targets)", "evaluate(tokens,source_tokens,targets)"]);
  });

  test("decode goes on from states, or starts from a source", async () => {
    const { session, program } = await fakeSession();
    const first = await session.call("decode", { source_tokens, tokens: i32([e], [e]) });
    const { logits, ...states } = await session.call("decode", { ...pick(first, "state."), tokens: i32([4], [9]) });
    expect(logits!.data).toEqual(Float32Array.from([...follows([5, 6, 7, e], [4]), ...follows([8, e], [9])]));
    expect(Object.keys(states)).toEqual(["state.written", "state.source"]);
    expect(await refused(session.call("decode", { tokens: i32([e], [e]) }))).toContain("missing-input: the entry needs an input `source_tokens`");
    expect(await refused(session.call("decode", { ...pick(first, "state."), source_tokens, tokens: i32([4], [9]) }))).toContain("unknown-input");
    expect(await refused(session.call("decode", { "state.written": first["state.written"]!, tokens: i32([4], [9]) }))).toContain("missing-input: decode lacks `state.source`");
    const { session: learned } = await fakeSession(fakePlan({ positionLimit: 1 }));
    expect(await refused(learned.call("decode", { ...pick(first, "state."), tokens: i32([4], [9]) }))).toContain("past-context: Fake has learned positions for 1 tokens; 1 are read");
    expect(program.left).toBe(0);
  });

  test("source_lengths must be what padding says", async () => {
    const { session } = await fakeSession();
    const lengths = (...n: number[]): HostTensor => ({ shape: [n.length], data: Int32Array.from(n) });
    expect(Object.keys(await session.call("forward", { source_tokens, tokens, source_lengths: lengths(4, 2) }))).toContain("logits");
    expect(await refused(session.call("forward", { source_tokens, tokens, source_lengths: lengths(4, 4) }))).toBe("bad-lengths: row 1 of `source_tokens` has 2 tokens that are not padding, but `source_lengths` says 4");
    expect(await refused(session.call("encode", { source_tokens, source_lengths: lengths(4) }))).toContain("wrong-shape: `source_lengths` must be int32 [2]");
  });

  test("sources that do not fit are refused before anything runs", async () => {
    const plan = fakePlan();
    const { session, program } = await fakeSession({ ...plan, model: { ...plan.model, source: { ...plan.model.source!, vocabularySize: 9, positionLimit: 4 } } });
    for (const [inputs, message] of [
      [{ tokens }, "missing-input: the entry needs an input `source_tokens`, int32 [B, E]"],
      [{ tokens, source_tokens: i32([5, e]) }, "wrong-shape: `source_tokens` has 1 rows, but `tokens` has 2"],
      [{ tokens, source_tokens: i32([9], [e]) }, "bad-token: token 1 is 9, but ids go from 0 to 8"],
      [{ tokens, source_tokens: i32([5, 5, 5, 5, e, p], [5, 5, e, p, p, p]) }, "past-length: the encoder of Fake is sized for 4 positions, but row 0 of `source_tokens` has 5 tokens"],
    ] as const) {
      for (const entry of ["forward", "recurrent", "gradients"]) expect(await refused(session.call(entry, { targets: tokens, ...inputs }))).toBe(message);
      expect(await refused(session.evaluate({ targets: tokens, ...inputs }))).toMatch(/not-for-training|missing-input|wrong-shape|bad-token|past-length/);
    }
    expect(program.calls).toEqual([]);
    // Six columns, of which four are tokens.
    await session.call("forward", { tokens, source_tokens: i32([p, p, 5, 5, 5, e], [5, e, p, p, p, p]) });
  });
});

describe("a sequence from sources", () => {
  test("writes what they say, is saved, restored and forked", async () => {
    const { session, program } = await fakeSession();
    const sequence = await session.startFrom(source_tokens);
    expect((await sequence.prefill(tokens, { logits: true }))!.data).toEqual(Float32Array.from(said));
    const [restored, forked] = [await session.restore(await sequence.save()), await sequence.fork()];
    const next = i32([7], [3]);
    const want = Float32Array.from([...follows([5, 6, 7, e], [4, 5, 7]), ...follows([8, e], [9, 9, 3])]);
    for (const each of [sequence, restored, forked]) {
      expect([each.batch, each.length]).toEqual([2, 3]);
      expect((await each.decode(next)).data).toEqual(want);
      each.dispose();
    }
    expect(program.left).toBe(0);
  });

  test("does not carry an evaluation on", async () => {
    const { session } = await fakeSession();
    const sequence = await session.startFrom(source_tokens);
    expect(await refused(sequence.evaluate({ tokens, targets: tokens }))).toContain("needs-source");
  });
});

function pick(tensors: Readonly<Record<string, HostTensor>>, prefix: string): Record<string, HostTensor> {
  return Object.fromEntries(Object.entries(tensors).filter(([name]) => name.startsWith(prefix)));
}
