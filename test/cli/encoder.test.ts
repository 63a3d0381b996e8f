/** A model that is an encoder alone, from the command line: `call` and `bind` take it, what needs a decoder says so. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeSafetensors } from "../../runtime/index.js";
import { readSafetensors } from "../helpers/tensors.js";
import { expectRefused, msz, temporaryFolder } from "./msz.js";

const spec = `model Reader {
  vocabulary = 11
  padding    = 1
  width      = 8

  encoder {
    layers 1 {
      linformer(heads: 2, rank: 2, length: 3)
      bidirectional(retention(heads: 2))
    }
  }
}
`;
const tokens = { shape: [2, 5], data: Int32Array.from([2, 3, 4, 1, 1, 1, 5, 6, 7, 1]) };
const cwd = temporaryFolder({
  "reader.msz": spec,
  "texts.safetensors": writeSafetensors({ tokens }),
  "long.safetensors": writeSafetensors({ tokens: { shape: [1, 4], data: Int32Array.of(2, 3, 4, 5) } }),
});
const encode = (inputs: string): ReturnType<typeof msz> =>
  msz(["call", "reader.msz", "--entry", "encode", "--backend", "tfjs", "--weights", "random:1", "--inputs", inputs, "-o", "out.safetensors"], { cwd });

test("call encodes texts with padding, of which as many tokens are real as the model is sized for", async () => {
  expect(await encode("texts.safetensors")).toEqual({ code: 0, stdout: "", stderr: "encoder_out f32 [2, 5, 8]\n" });
  const { encoder_out: found } = readSafetensors(join(cwd, "out.safetensors"));
  expect(Array.from(found!.data).every(Number.isFinite)).toBe(true);
});

test("a longer text is refused", async () => {
  expectRefused(await encode("long.safetensors"), `error[past-length]: the encoder of Reader is sized for 3 positions, but row 0 of \`tokens\` has 4 tokens
  = help: give a shorter text, or size the model for longer ones and train it anew`);
});

test.each([
  [["train"], "has no loss to train by"],
  [["compile", "--training"], "has no loss to train by"],
  [["evaluate"], "predicts no tokens, so there is nothing to measure"],
  [["bench"], "neither decodes nor trains, and that is what is measured"],
])("%j has nothing to do", async (command, lacks) => {
  expectRefused(await msz([...command, "reader.msz"], { cwd }), `error[encoder-alone]: the model Reader is an encoder alone: it ${lacks}
  = help: \`msz call --entry encode\` gives what it makes of a text`);
});

test("explain says what its layers compute, and nothing of decoding and training", async () => {
  const { code, stdout, stderr } = await msz(["explain", "reader.msz"], { cwd });
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^Reader: .*\n\nencoder, layer/);
  expect(stdout).toMatch(/^one token of the text\n {2}\S+ (\S )?FLOPs/m);
  expect(stdout).not.toMatch(/decod|train/);
});

test("bind writes its entry, and nothing of sequences", async () => {
  expect((await msz(["bind", "reader.msz", "--out", "reader.ts"], { cwd })).code).toBe(0);
  const text = readFileSync(join(cwd, "reader.ts"), "utf8");
  expect(text).toContain("async encode(inputs: EncodeInputs): Promise<EncodeOutputs>");
  expect(text).not.toContain("this.session.start");
});
