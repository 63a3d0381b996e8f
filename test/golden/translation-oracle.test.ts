/**
 * The graphs of both sides, run by the float64 oracle, give what the authors' implementation gave: the encoder's output and logits of whole texts, and
 * logits from `encode` and one token at a time. Padding of the sources on the other side changes nothing, nor does more of it.
 */
import { describe, expect, test } from "vitest";
import { candidatesOf } from "../../src/plan/check-contract.js";
import { columns, graphsOf, joined, OracleSession } from "../graph/session.js";
import { expectClose } from "../helpers/close.js";
import type { Tensor, Tensors } from "../helpers/tensors.js";
import { evaluate } from "../oracle/evaluate.js";
import { openAuthors } from "./authors.js";
import { moved, realRows } from "./texts.js";

// The authors' float32 parallel and recurrent forms are up to 1.5e-5 apart, so 1e-4 of the largest number is what can be asked of these.
const tolerance = 1e-4;
/** Of one float64 graph against another: only the order of sums differs. */
const exact = 1e-10;

describe.each(["mt-decoder-memsizer", "mt-full-memsizer", "mt-softmax"])("%s", (name) => {
  const { file, parameters, model } = openAuthors(name);
  const graphs = graphsOf(model, undefined, ["evaluate"]);
  const [tokens, sources] = [file.prev_output_tokens!, file.src_tokens!];
  const [B, T] = tokens.shape as [number, number];
  const padding = model.padding!;
  const forward = (source: Tensor): Tensors =>
    evaluate(graphs.forward!, { inputs: { source_tokens: source, tokens }, parameters, extents: { B, T, E: source.shape[1]! } }).outputs;
  const whole = forward(sources);

  test("forward", () => {
    expectClose("logits", file.logits!, whole.logits!, tolerance);
    expectClose("encoder_out", realRows(file.encoder_out!, sources, padding), realRows(whole.encoder_out!, sources, padding), tolerance);
  });

  test.each([["at the left", sources], ["at the right", moved(sources, padding, "right", 0)], ["at the right, 4 more", moved(sources, padding, "right", 4)]])(
    "encode with padding %s, a token, then one at a time", (_, source) => {
      const session = new OracleSession(graphs, parameters, B);
      const encoded = session.encode(source);
      expectClose("encoder_out", realRows(whole.encoder_out!, sources, padding), realRows(encoded.encoder_out!, source, padding), exact);
      const kept = { ...session.states };
      session.run("prefill", columns(tokens, 0, 1));
      const parts = [session.states.next_logits!];
      for (let t = 1; t < T; t++) parts.push(session.run("decode", columns(tokens, t, t + 1)).logits!);
      const got = joined(parts);
      // At padding of a text the state keeps the logits that it had, and `decode` gives what nobody reads.
      expectClose("logits", realRows(whole.logits!, tokens, padding), realRows(got, tokens, padding), exact);
      expectClose("recurrent.logits", realRows(file["recurrent.logits"]!, tokens, padding), realRows(got, tokens, padding), tolerance);
      for (const [state, value] of Object.entries(kept)) expect(session.states[state], state).toBe(value);
    });

  test("padding at the other side of sources and texts changes no loss", () => {
    const nll = (tokens: Tensor, targets: Tensor, source: Tensor): Tensor =>
      evaluate(graphs.evaluate!, { inputs: { source_tokens: source, tokens, targets }, parameters, extents: { B, T: tokens.shape[1]!, E: source.shape[1]! } }).outputs.nll!;
    const as = nll(tokens, file.targets!, sources);
    expect(graphs.evaluate!.states).toEqual([]);
    const left = (x: Tensor): Tensor => moved(x, padding, "left", 2);
    const turned = nll(left(tokens), left(file.targets!), moved(sources, padding, "right", 1));
    expectClose("nll", realRows(withOne(as), file.targets!, padding), realRows(withOne(turned), left(file.targets!), padding), exact);
  });

  test("beam gives the likeliest tokens after the next, never padding, and what the end has; its states are those of decode", () => {
    const opened = (): OracleSession => {
      const session = new OracleSession(graphs, parameters, B);
      session.encode(sources);
      session.run("prefill", columns(tokens, 0, 1));
      return session;
    };
    const [searching, decoding] = [opened(), opened()];
    const found = searching.run("beam", columns(tokens, 1, 2));
    const { logits } = decoding.run("decode", columns(tokens, 1, 2));
    expect(searching.states).toEqual(decoding.states);
    const count = candidatesOf(8);
    expect(found.candidates!.shape).toEqual([B, count, 2]);
    expect(found.end_log_prob!.shape).toEqual([B, 1]);
    const size = model.vocabularySize;
    for (let b = 0; b < B; b++) {
      const row = Array.from({ length: size }, (_, i) => logits!.data[b * size + i]!);
      const logSum = Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0));
      const best = row.map((x, i) => [x - logSum, i] as const).filter(([, i]) => i !== padding).sort((x, y) => y[0] - x[0]).slice(0, count);
      best.forEach(([value, id], k) => {
        expect(found.candidates!.data[(b * count + k) * 2]).toBeCloseTo(value, 10);
        expect(found.candidates!.data[(b * count + k) * 2 + 1]).toBe(id);
      });
      expect(found.end_log_prob!.data[b]).toBeCloseTo(row[model.end!]! - logSum, 10);
    }
  });
});

function withOne({ shape, data }: Tensor): Tensor {
  return { shape: [...shape, 1], data };
}
