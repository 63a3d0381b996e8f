/**
 * `msz call` and `msz import fairseq` against the authors' recorded tensors, and the entries against one another.
 *
 * Tolerance 1e-4 of the largest magnitude: the authors' own parallel and recurrent forms differ by 1.5e-5 in float32.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bytesSource, openSafetensors, readTensor, writeSafetensors, type HostTensor } from "../../runtime/index.js";
import { expectClose } from "../helpers/close.js";
import { readSafetensors, type Tensor, type Tensors } from "../helpers/tensors.js";
import { expectRefused, listing, msz, root, temporaryFolder, type Ran } from "./msz.js";

const tolerance = 1e-4;
const cwd = temporaryFolder();
const spec = join(root, "test/golden/lm-small.msz");
const reference = join(root, "test/golden/lm-small.safetensors");
const golden = readSafetensors(reference);
const at = (name: string): string => join(cwd, name);

function write(name: string, tensors: Readonly<Record<string, HostTensor>>): string {
  writeFileSync(at(name), writeSafetensors(tensors));
  return at(name);
}
const ints = ({ shape, data }: Tensor): HostTensor => ({ shape, data: Int32Array.from(data) });

async function call(entry: string, inputs: string | undefined, out: string, more: readonly string[] = ["--names", "fairseq"]): Promise<Tensors> {
  const args = ["call", spec, "--entry", entry, "--backend", "tfjs", ...(inputs === undefined ? [] : ["--inputs", inputs]), "-o", out, ...more];
  const { code, stdout, stderr } = await msz(args, { cwd });
  expect([code, stdout]).toEqual([0, ""]);
  const outputs = readSafetensors(at(out));
  // What was written is named on stderr, one line a tensor.
  expect(stderr.trim().split("\n").map((line) => line.split(" ")[0])).toEqual(Object.keys(outputs));
  return outputs;
}

describe("call", () => {
  test("forward equals the authors' logits; the reference file itself is the input, its tokens int32 or int64", async () => {
    const { logits } = await call("forward", reference, "forward.safetensors");
    expectClose("logits", golden.logits!, logits!, tolerance);

    const tokens = BigInt64Array.from(Array.from(golden.tokens!.data, BigInt));
    const header = Buffer.from(JSON.stringify({ tokens: { dtype: "I64", shape: golden.tokens!.shape, data_offsets: [0, tokens.byteLength] } }));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    writeFileSync(at("long.safetensors"), Buffer.concat([length, header, Buffer.from(tokens.buffer)]));
    expect((await call("forward", "long.safetensors", "long-out.safetensors")).logits).toEqual(logits);
  });

  test("recurrent equals the authors' recurrent logits, with a prefill of 7 too", async () => {
    for (const prefill of [[], ["--prefill", "7"]]) {
      const { logits } = await call("recurrent", reference, "recurrent.safetensors", ["--names", "fairseq", ...prefill]);
      expectClose("logits", golden["recurrent.logits"]!, logits!, tolerance);
    }
  });

  test("decode goes on from the states that decode gave", async () => {
    const [rows, columns] = golden.tokens!.shape as [number, number];
    const steps = 3;
    let states: Record<string, HostTensor> = {};
    for (let t = 0; t < steps; t++) {
      const tokens = { shape: [rows, 1], data: Int32Array.from({ length: rows }, (_, r) => golden.tokens!.data[r * columns + t]!) };
      const outputs = await call("decode", write("step.safetensors", { tokens, ...states }), `step${t}.safetensors`);
      const vocabulary = outputs.logits!.shape[2]!;
      const wanted = Float64Array.from({ length: rows * vocabulary }, (_, i) => golden["recurrent.logits"]!.data[(Math.floor(i / vocabulary) * columns + t) * vocabulary + (i % vocabulary)]!);
      expectClose(`logits of token ${t}`, { shape: [rows, 1, vocabulary], data: wanted }, outputs.logits!, tolerance);
      const file = await openSafetensors(bytesSource(readFileSync(at(`step${t}.safetensors`)), "step"));
      states = Object.fromEntries(await Promise.all([...file.tensors.keys()].filter((n) => n.startsWith("state.")).map(async (n) => [n, await readTensor(file, n)] as const)));
    }
    const { "state.count": _, ...rest } = states;
    const tokens = { shape: [rows, 1], data: new Int32Array(rows).fill(5) };
    const refused = (inputs: string): Promise<Ran> => msz(["call", spec, "-e", "decode", "--names", "fairseq", "--backend", "tfjs", "-i", inputs, "-o", "none.safetensors"], { cwd });
    expectRefused(await refused(write("lacks.safetensors", { tokens, ...rest })), "error[missing-input]: decode lacks `state.count`\n  = help: give every state, or none to start from the empty one");
    expectRefused(await refused(reference), `error[wrong-shape]: \`tokens\` of \`decode\` must be [B, 1], not [${rows}, ${columns}]\n  = help: the entry \`recurrent\` takes [B, T]`);
    expect(listing(cwd)).not.toContain("none.safetensors");
  });

  test("parameters under fairseq's names and under ours", async () => {
    const theirs = await call("parameters", undefined, "theirs.safetensors");
    for (const [name, tensor] of Object.entries(theirs)) expect(tensor, name).toEqual(golden[`param.${name}`]);
    const ours = await call("parameters", undefined, "random.safetensors", ["--weights", "random:7"]);
    expect(Object.keys(ours).length).toBe(Object.keys(theirs).length);
    expect(Object.keys(ours)).toContain("layers.1.memory.key.norm.bias");
    // The same seed, the same numbers, and a weights file like any other.
    expect(await call("parameters", undefined, "again.safetensors", ["--weights", "random.safetensors"])).toEqual(ours);
  });

  test("inputs that do not fit", async () => {
    const refused = (tokens: HostTensor): Promise<Ran> => msz(["call", spec, "-e", "forward", "--names", "fairseq", "--backend", "tfjs", "-i", write("bad.safetensors", { tokens }), "-o", "none.safetensors"], { cwd });
    expectRefused(await refused({ shape: [1, 3], data: Int32Array.of(4, 37, 5) }), "error[bad-token]: token 2 is 37, but ids go from 0 to 36");
    expectRefused(await refused({ shape: [3], data: Int32Array.of(4, 5, 6) }), "error[wrong-shape]: `tokens` must be [B, T], not [3]");
    expectRefused(await refused({ shape: [1, 1], data: Float32Array.of(4) }), "error[wrong-dtype]: `tokens` must be an integer tensor");
    expectRefused(
      await msz(["call", spec, "-e", "forward", "-i", write("no.safetensors", { ids: ints(golden.tokens!) }), "-o", "none.safetensors"], { cwd }),
      "error[missing-input]: `" + at("no.safetensors") + "` holds no tensor `tokens`\n  = help: it holds `ids`",
    );
    expect(listing(cwd)).not.toContain("none.safetensors");
  });
});

describe("import fairseq", () => {
  const checkpoint = Object.fromEntries(Object.entries(golden).filter(([name]) => name.startsWith("param.")).map(([name, { shape, data }]) => [name.slice("param.".length), { shape, data: Float32Array.from(data) }]));
  const version: HostTensor = { shape: [1], data: Float32Array.of(3) };

  test("gives weights that need no --names; what is left out is listed", async () => {
    const file = write("checkpoint.safetensors", { ...checkpoint, "decoder.version": version });
    const { code, stdout, stderr } = await msz(["import", "fairseq", file, "--spec", spec, "-o", "imported.safetensors"], { cwd });
    expect([code, stdout]).toEqual([0, ""]);
    expect(stderr).toMatch(/^imported\.safetensors: all 39 tensors of Reference, 14,800 parameters\n/);
    expect(stderr).toMatch(/left out, for the model has it already or needs none: decoder\.version\n/);
    const { logits } = await call("forward", reference, "imported-out.safetensors", ["--weights", "imported.safetensors"]);
    expectClose("logits", golden.logits!, logits!, tolerance);
  });

  test("a checkpoint that does not fit: what, all of it, and no file", async () => {
    const { "decoder.layers.0.fc1.bias": _, ...rest } = checkpoint;
    const file = write("damaged.safetensors", { ...rest, "decoder.layers.0.fc2.bias": version, "decoder.layers.0.extra": version });
    expectRefused(await msz(["import", "fairseq", file, "--spec", spec, "-o", "none.safetensors"], { cwd }), [
      `error[wrong-weights]: \`${file}\` does not fit Reference: 37 of 39 tensors fit, and`,
      "  - `decoder.layers.0.fc1.bias` [64] is missing",
      "  - `decoder.layers.0.fc2.bias` is [1], the model wants [32]",
      "  - `decoder.layers.0.extra` belongs to no parameter of the model",
      "  = help: the spec and its settings must be those that the weights were made with",
    ].join("\n"));
    expect(listing(cwd)).not.toContain("none.safetensors");
  });

  test("names of the other scheme are recognised both ways", async () => {
    const ours = await msz(["call", spec, "-e", "parameters", "--weights", "random:1", "--backend", "tfjs", "-o", "ours.safetensors"], { cwd });
    expect(ours.code).toBe(0);
    expectRefused(await msz(["import", "fairseq", "ours.safetensors", "--spec", spec, "-o", "none.safetensors"], { cwd }), [
      "error[wrong-weights]: `ours.safetensors` has none of the 39 tensors of Reference",
      "  = why: its first of 39 is `embedding.weight`, the model's first is `decoder.embed_tokens.weight`",
      "  = help: these are msz's own names: use the file as it is, without `--names fairseq`",
    ].join("\n"));
    const theirs = write("theirs-bare.safetensors", checkpoint);
    expectRefused(await msz(["run", spec, "--weights", theirs, "--prompt", "5"], { cwd }), [
      `error[wrong-weights]: \`${theirs}\` has none of the 39 tensors of Reference`,
      `  = why: its first of ${Object.keys(checkpoint).length} is \`${Object.keys(checkpoint)[0]}\`, the model's first is \`embedding.weight\``,
      "  = help: these are fairseq's names: add `--names fairseq`, or import the file once with `msz import fairseq`",
    ].join("\n"));
  });
});
