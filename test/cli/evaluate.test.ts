/**
 * `msz evaluate` against cross entropies that are computed here, in float64, from the logits of `forward`: over one sequence, and over
 * windows that each start anew. Files in every form, what is held out, and everything that can be wrong.
 *
 * Tolerance 1e-5 nats: float32 logits of an untrained model, and sums of a few hundred of them.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { compile } from "../../cli/api.js";
import { load, writeSafetensors } from "../../runtime/index.js";
import { quickBackends } from "../helpers/backends.js";
import { ended, expectRefused, listing, msz, root, startMsz, temporaryFolder, tinySpec, type Ran } from "./msz.js";

const text = readFileSync(join(root, "specs/LANGUAGE.md"), "utf8").replace(/[^\n -~]/g, "?").slice(0, 700);
const half = text.slice(0, 333);
const spec = (name: string, more: string, mixer = "memory(slots: 4, heads: 2)", after = ""): string =>
  `model ${name} { width = 8, context = 48, ${more}\n layers 1 { ${mixer} } }\n${after}`;
const tokenizer = (pre: string | null, model: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({ version: "1.0", added_tokens: [], normalizer: null, pre_tokenizer: pre && { type: pre }, post_processor: null, decoder: pre ? null : { type: "Fuse" }, model });
const letters = Object.fromEntries([..."abcdefghijklmnopqrstuvwxyz .\n"].map((c, i) => [c, i]));
const sentence = "First the whale, then \u00e9l\u00e9phants.\nThe sea  rose.\n";
const cwd = temporaryFolder({
  "sentence.txt": sentence,
  "words.json": tokenizer("Whitespace", { type: "WordLevel", unk_token: "[UNK]", vocab: { "[UNK]": 0, the: 1, whale: 2, sea: 3, First: 4 } }),
  "words.msz": spec("Words", 'vocabulary = tokenizer("words.json")'),
  "bpe.json": tokenizer(null, { type: "BPE", unk_token: null, vocab: { ...letters, th: 29, the: 30, sea: 31 }, merges: ["t h", "th e"] }),
  "bpe.msz": spec("Bpe", 'vocabulary = tokenizer("bpe.json")'),
  "lower.txt": "the sea rose.\nthen the whales.\n",
  "unknown.msz": spec("Unknown", 'vocabulary = characters("accents.txt"), unknown = 1'),
  "text.txt": text,
  "text.txt.gz": gzipSync(text),
  "first.txt": half,
  "second.gz": gzipSync(text.slice(333)),
  "empty.txt": "",
  "one.txt": "x",
  "accents.txt": "né à Orléans\n",
  "ids.txt": "1 2 3 4 5 6 7 8 9 10 11 12",
  "big-ids.txt": "1 2 3 99",
  "tiny.msz": tinySpec,
  "bytes.msz": spec("Bytes", "vocabulary = bytes"),
  "attention.msz": spec("Attention", "vocabulary = bytes", "attention(heads: 2)"),
  "learned.msz": spec("Learned", "vocabulary = 20, positions = learned"),
  "padded.msz": spec("Padded", "vocabulary = 20, padding = 3"),
  "characters.msz": spec("Characters", 'vocabulary = characters("accents.txt")'),
  "holds.msz": spec("Holds", "vocabulary = bytes", undefined, 'train { corpus = ["first.txt", "second.gz"], held_out = 0.25 }\n'),
  "names.msz": spec("Names", "vocabulary = bytes", undefined, 'train { corpus = "text.txt.gz", held_out = "first.txt" }\n'),
  "keeps.msz": spec("Keeps", "vocabulary = bytes", undefined, 'train { corpus = "text.txt", held_out = 0 }\n'),
});
const scratch = temporaryFolder();

const run = (file: string, args: readonly string[], backend = "tfjs"): Promise<Ran> =>
  msz(["evaluate", file, ...(args.includes("--weights") ? [] : ["--weights", "random:3"]), "--backend", backend, ...args], { cwd, env: { TMPDIR: scratch, MSZ_ADAPTER: "swiftshader" } });

interface Figures {
  readonly loss: number;
  readonly perplexity: number;
  readonly bits_per_byte: number | null;
  readonly tokens: number;
  readonly bytes: number | null;
  readonly mode: string;
  readonly window: number;
}

async function figures(file: string, args: readonly string[], backend?: string): Promise<Figures & { stderr: string }> {
  const { code, stdout, stderr } = await run(file, [...args, "--json"], backend);
  expect(code, stderr).toBe(0);
  return { ...(JSON.parse(stdout) as Figures), stderr };
}

/** Mean over windows of `window` tokens that each start anew, by the logits of `forward`. */
async function meanLoss(file: string, ids: readonly number[], window: number): Promise<number> {
  const { plan } = compile(join(cwd, file), { targets: ["tfjs"] });
  const session = await load(plan, { random: 3 }, { backend: "tfjs" });
  let sum = 0;
  for (let from = 0; from < ids.length - 1; from += window) {
    const tokens = Int32Array.from(ids.slice(from, Math.min(from + window, ids.length - 1)));
    const { logits } = await session.call("forward", { tokens: { shape: [1, tokens.length], data: tokens } });
    const depth = logits!.shape[2]!;
    tokens.forEach((_, i) => {
      const row = Array.from(logits!.data.subarray(i * depth, (i + 1) * depth));
      const largest = Math.max(...row);
      sum += largest + Math.log(row.reduce((s, x) => s + Math.exp(x - largest), 0)) - row[ids[from + i + 1]!]!;
    });
  }
  session.dispose();
  return sum / (ids.length - 1);
}
const ids = [...Buffer.from(text)];

describe("the loss is that of the logits", () => {
  let whole = 0;
  let anew = 0;
  beforeAll(async () => {
    [whole, anew] = [await meanLoss("bytes.msz", ids, ids.length), await meanLoss("bytes.msz", ids, 48)];
    // The modes would be told apart.
    expect(Math.abs(whole - anew)).toBeGreaterThan(1e-3);
  });

  test.each(quickBackends.map((b) => b.name))("over one sequence and over windows, on %s", async (backend) => {
    const carried = await figures("bytes.msz", ["--corpus", "text.txt"], backend);
    const windows = await figures("bytes.msz", ["--corpus", "text.txt", "--stateless", "--batch", "4"], backend);
    expect(carried).toMatchObject({ tokens: 699, bytes: 699, mode: "stateful", window: 48 });
    expect(windows).toMatchObject({ tokens: 699, bytes: 699, mode: "stateless", window: 48 });
    expect(Math.abs(carried.loss - whole)).toBeLessThan(1e-5);
    expect(Math.abs(windows.loss - anew)).toBeLessThan(1e-5);
    expect(carried.perplexity).toBeCloseTo(Math.exp(carried.loss), 9);
    expect(carried.bits_per_byte).toBeCloseTo(carried.loss / Math.LN2, 9);
    expect(carried.stderr).toContain("one sequence of 699 tokens, where the model's context is 48: `--stateless` measures as in training\n");
  });

  test("a window's length changes nothing where the state is carried", async () => {
    const other = await figures("bytes.msz", ["--corpus", "text.txt", "--window", "113"]);
    expect(other.window).toBe(113);
    expect(Math.abs(other.loss - whole)).toBeLessThan(1e-5);
  });

  test("padding is no target", async () => {
    const padded = await figures("padded.msz", ["--corpus", "ids.txt"]);
    expect([padded.tokens, padded.bits_per_byte, padded.bytes]).toEqual([10, null, null]);
  });
});

describe("texts", () => {
  test("several files are one, packed or not; nothing stays behind", async () => {
    const [one, packed, two] = await Promise.all([["text.txt"], ["text.txt.gz"], ["first.txt", "second.gz"]].map((files) => figures("bytes.msz", ["--corpus", ...files])));
    expect([packed!.loss, packed!.tokens]).toEqual([one!.loss, 699]);
    expect([two!.loss, two!.tokens]).toEqual([one!.loss, 699]);
    expect(listing(scratch)).toEqual([]);
  });

  test("without --corpus: what the spec holds out, found beside it", async () => {
    const [own, given, file, all] = await Promise.all([
      figures("holds.msz", []), figures("holds.msz", ["--corpus", "text.txt", "--held-out", "0.25"]), figures("names.msz", []), figures("keeps.msz", []),
    ]);
    // 700 tokens, of which 525 are trained on.
    expect([own.tokens, given.loss]).toEqual([174, own.loss]);
    expect(file.tokens).toBe(half.length - 1);
    expect(all.tokens).toBe(699);
    expect(all.stderr).toContain("the spec holds nothing out: this is the text that the model trains on\n");
  });

  test("bits a byte count the bytes of characters", async () => {
    const { loss, tokens, bytes, bits_per_byte } = await figures("characters.msz", ["--corpus", "accents.txt"]);
    // 13 characters, the first of which is given; three of the others take two bytes.
    expect([tokens, bytes]).toEqual([12, 15]);
    expect(bits_per_byte).toBeCloseTo((loss * 12) / Math.LN2 / 15, 9);
  });

  test("bits a byte count the bytes of the text, whatever the ids decode to", async () => {
    const bytesOf = async (...args: [string, string[]]): Promise<number | null> => (await figures(...args)).bytes;
    const size = Buffer.byteLength(sentence);
    expect(await Promise.all([
      // 14 words, marks and parts of words with accents, most of them `[UNK]`: the first is given, of the last 0.6 the sixth.
      bytesOf("words.msz", ["--corpus", "sentence.txt"]), bytesOf("words.msz", ["--corpus", "sentence.txt", "--held-out", "0.6"]),
      bytesOf("bpe.msz", ["--corpus", "lower.txt"]), bytesOf("unknown.msz", ["--corpus", "sentence.txt"]),
    ])).toEqual([size - "First".length, size - Buffer.byteLength("First the whale, then \u00e9"), 31 - "the".length, size - 1]);
  });

  test("what a tokenizer without an unknown token lacks is refused with its line, as with characters", async () => {
    expectRefused(await run("bpe.msz", ["--corpus", "lower.txt", "sentence.txt"]),
      'error[cannot-encode]: `sentence.txt`, line 1: tokenizer.json has no id within the vocabulary for "F" (token 1)\n  = help: mend the text, or name an `unknown` id in the model');
  });

  test("as a table", async () => {
    const { code, stdout, stderr } = await run("tiny.msz", ["--corpus", "text.txt", "--held-out", "0.5"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^Tiny on the last 0\.5 of text\.txt: one sequence, .*\nloss {9}\d\.\d{4} nats a token\nperplexity {3}\d+\.\d{3}\nbits a byte {2}\d\.\d{4} \(349 bytes\)\ntokens {7}349\n$/);
  });
});

describe("models that cannot go on for ever", () => {
  test("with a cache windows start anew, unless asked otherwise", async () => {
    const anew = await figures("attention.msz", ["--corpus", "text.txt"]);
    expect(anew).toMatchObject({ mode: "stateless", tokens: 699, stderr: "Attention keeps every token of a sequence, so that memory would grow with the text: each window of 48 tokens starts anew\n" });
    expect(Math.abs(anew.loss - (await meanLoss("attention.msz", ids, 48)))).toBeLessThan(1e-5);
    const carried = await figures("attention.msz", ["--corpus", "text.txt", "--stateful"]);
    expect(carried).toMatchObject({ mode: "stateful", tokens: 699, stderr: "" });
    expect(Math.abs(carried.loss - (await meanLoss("attention.msz", ids, ids.length)))).toBeLessThan(1e-5);
  });

  test("with learned positions too, which have an end", async () => {
    const anew = await figures("learned.msz", ["--corpus", "ids.txt", "--window", "5"]);
    expect(anew).toMatchObject({ mode: "stateless", tokens: 11, stderr: "Learned has learned positions for 48 tokens: each window of 5 tokens starts anew\n" });
    writeFileSync(join(cwd, "many.txt"), "1 2 3 4 5 6 7 8 9 10 ".repeat(6));
    expectRefused(await run("learned.msz", ["--corpus", "many.txt", "--stateful"]),
      "error[past-context]: the model Learned has learned positions for 48 tokens, and the text has 59 to read\n  = help: leave `--stateful` out: windows then start anew");
    expectRefused(await run("learned.msz", ["--corpus", "ids.txt", "--window", "49"]),
      "error[bad-option]: `--window 49` is longer than the 48 learned positions of Learned");
  });
});

describe("plans", () => {
  test("with the entry `evaluate`, and without it", async () => {
    for (const [out, args] of [["with", ["--training"]], ["without", []]] as const) {
      expect((await msz(["compile", "bytes.msz", "--target", "tfjs", "-o", out, ...args], { cwd })).code).toBe(0);
    }
    const [plan, own] = await Promise.all([figures("with/bytes.plan.json", ["--corpus", "text.txt"]), figures("bytes.msz", ["--corpus", "text.txt"])]);
    expect(plan.loss).toBe(own.loss);
    expectRefused(await run("without/bytes.plan.json", ["--corpus", "text.txt"]), "error[not-for-training]: the plan of Bytes has no entry `evaluate`\n  = help: compile the spec with `msz compile --training`");
    expectRefused(await run("with/bytes.plan.json", []), [
      "error[no-corpus]: `with/bytes.plan.json` names no text to evaluate on",
      "  = why: a plan names no corpus; the spec that it was compiled from may",
      "  = help: name one with `--corpus text.txt`",
    ].join("\n"));
  });
});

test("Ctrl-C ends it at once: no result, nothing left behind", async () => {
  writeFileSync(join(cwd, "long.txt.gz"), gzipSync(text.repeat(5000)));
  const child = startMsz(["evaluate", "bytes.msz", "--weights", "random:3", "--backend", "tfjs", "--corpus", "long.txt.gz"], { cwd, env: { TMPDIR: scratch } });
  // Said when the text has been read.
  child.stderr!.once("data", () => child.kill("SIGINT"));
  const { stdout, stderr } = await ended(child);
  // A shell makes 130 of it.
  expect([child.signalCode, stdout]).toEqual(["SIGINT", ""]);
  expect(stderr).toContain("one sequence of 3,499,999 tokens");
  expect(listing(scratch)).toEqual([]);
});

describe("refused", () => {
  const given = "the first token of a text is given, and every other one is predicted";
  test.each<[string, string[], string]>([
    ["bytes.msz", [], "error[no-corpus]: `bytes.msz` names no text to evaluate on\n  = help: name one with `--corpus text.txt`"],
    ["bytes.msz", ["--corpus", "empty.txt"], `error[short-corpus]: \`empty.txt\` has no tokens\n  = why: ${given}\n  = help: use a longer text`],
    ["bytes.msz", ["--corpus", "one.txt"], `error[short-corpus]: \`one.txt\` has one token only\n  = why: ${given}\n  = help: use a longer text`],
    ["bytes.msz", ["--corpus", "text.txt", "--held-out", "0.001"], `error[short-corpus]: the last 0.001 of \`text.txt\` has one token only\n  = why: ${given}\n  = help: use a longer text, or a larger share of it`],
    ["bytes.msz", ["--corpus", "text.txt", "--stateful", "--stateless"], "error[usage]: option `--stateful` cannot be used with option `--stateless`\n  = help: `msz evaluate --help` shows what there is"],
    ["bytes.msz", ["--corpus", "text.txt", "--batch", "4"], "error[bad-option]: `--batch` is for windows that start anew, and this model reads the text as one sequence\n  = help: add `--stateless`, or leave `--batch` out"],
    ["bytes.msz", ["--corpus", "text.tx"], "error[missing-file]: there is no file `text.tx`\n  = help: did you mean `text.txt`?"],
  ])("%s %j", async (file, args, stderr) => expectRefused(await run(file, args), stderr));

  test("an id outside the vocabulary, a character that it lacks", async () => {
    const [id, character] = await Promise.all([run("padded.msz", ["--corpus", "big-ids.txt"]), run("characters.msz", ["--corpus", "text.txt"])]);
    expect([id.code, id.stdout]).toEqual([1, ""]);
    expect(id.stderr).toContain("error[cannot-encode]: `big-ids.txt`, line 1: `99` is not a token id of this model\n");
    expect(character.stderr).toMatch(/^error\[cannot-encode\]: `text\.txt`, line 1\D/);
    expect(listing(scratch)).toEqual([]);
  });

  test("weights of another model, and weights with NaN", async () => {
    const { plan } = compile(join(cwd, "bytes.msz"), { targets: ["tfjs"] });
    const tensors = plan!.parameters.map(({ name, shape }) => [name, { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(NaN) }] as const);
    writeFileSync(join(cwd, "nan.safetensors"), writeSafetensors(Object.fromEntries(tensors)));
    const [other, broken] = await Promise.all([run("tiny.msz", ["--corpus", "text.txt", "--weights", "nan.safetensors"]), run("bytes.msz", ["--corpus", "text.txt", "--weights", "nan.safetensors"])]);
    expect([other.code, other.stdout]).toEqual([1, ""]);
    expect(other.stderr).toMatch(/^error\[wrong-weights\]: `nan\.safetensors` does not fit Tiny: /);
    expect([broken.code, broken.stdout]).toEqual([1, ""]);
    expect(broken.stderr).toContain("error[not-finite]: the loss is not a finite number, between tokens 1 and 49 of the text\n");
  });
});
