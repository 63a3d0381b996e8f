/** The graphs, run by the float64 oracle, give the logits of the authors' implementation: whole, and from prefill and decode. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checkPath, root } from "../check/load.js";
import { columns, graphsOf, joined, OracleSession } from "../graph/session.js";
import { expectClose } from "../helpers/close.js";
import { readSafetensors } from "../helpers/tensors.js";
import { evaluate } from "../oracle/evaluate.js";
import { openAuthors } from "./authors.js";

// The authors' float32 parallel and recurrent forms are up to 1.5e-5 apart, so 1e-4 of the largest logit is what can be asked.
const tolerance = 1e-4;

// The interpreter walks 201 tokens op by op: some ten seconds, and more on a busy machine.
const slow = 300_000;

describe.each(["lm-small", "lm-softmax", "lm-chunks", "lm-adaptive"])("%s", (name) => {
  const { file, parameters, model } = openAuthors(name);
  const output = model.embedding.kind === "adaptive" ? "log_probs" : "logits";
  const graphs = graphsOf(model);
  const tokens = file.tokens!;
  const [batch, length] = tokens.shape as [number, number];

  test("forward", () => {
    const { outputs } = evaluate(graphs.forward!, { inputs: { tokens }, parameters, extents: { B: batch, T: length } });
    expectClose(output, file[output]!, outputs[output]!, tolerance);
  }, slow);

  // 64 is a whole chunk, 7 is inside one; a case that is shorter is prefilled whole. Decoding all 201 tokens of the long case
  // once is enough, the other splits stop a little behind the first chunk.
  test.each([[1, 72], [7, 72], [64, 201]])("prefill of %i tokens, then one at a time", (prefilled, until) => {
    const session = new OracleSession(graphs, parameters, batch);
    const length = Math.min(until, tokens.shape[1]!);
    const first = Math.min(prefilled, length);
    const parts = [session.run("prefill_all", columns(tokens, 0, first))[output]!];
    for (let t = first; t < length; t++) parts.push(session.run("decode", columns(tokens, t, t + 1))[output]!);
    expectClose(output, columns(file[output]!, 0, length), joined(parts), tolerance);
    expectClose(`recurrent.${output}`, columns(file[`recurrent.${output}`]!, 0, length), joined(parts), tolerance);
  }, slow);
});

// The trained model: each character of its greedy continuations is the likeliest after those before it.
test("shakespeare-small continues as recorded", () => {
  const { model } = checkPath("specs/shakespeare-small.msz");
  const parameters = readSafetensors(`${root}/specs/shakespeare-small.safetensors`);
  const { greedy } = JSON.parse(readFileSync(`${root}/test/golden/shakespeare-small.json`, "utf8")) as { greedy: Record<string, string> };
  const [prompt, text] = Object.entries(greedy).find(([p]) => p.startsWith("My lord"))!;
  const length = 48;
  const tokens = { shape: [1, length], data: Array.from(text.slice(0, length), (c) => c.charCodeAt(0)) };
  const { outputs } = evaluate(graphsOf(model!).forward!, { inputs: { tokens }, parameters, extents: { B: 1, T: length } });
  const logits = outputs.logits!.data;
  const best = Array.from({ length }, (_, t) => {
    const row = Array.from({ length: 256 }, (_, i) => logits[t * 256 + i]!);
    return String.fromCharCode(row.indexOf(Math.max(...row)));
  });
  expect(best.slice(prompt.length - 1).join("")).toBe(text.slice(prompt.length, length + 1));
}, slow);
