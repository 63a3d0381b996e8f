/** `msz train`: how a run ends (well, by Ctrl-C, in NaN, on a full disk), what it says where, and that its weights are of use. */
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readCheckpoint } from "../../cli/train/checkpoint.js";
import { ended, expectRefused, msz, root, startMsz, temporaryFolder, type Ran } from "./msz.js";
import { hashOf, metricsOf, reaching, signalled, stepOf, text, trainingSpec } from "./training.js";

const memorised = "a whale rose out of a grey sea, and sank.";
const cwd = temporaryFolder({
  "text.txt": text,
  "plain.msz": trainingSpec(),
  "it's plain.msz": trainingSpec(),
  "calm.msz": trainingSpec({ train: "optimizer = adamw(rate: 1e-9)" }),
  "wild.msz": trainingSpec({ train: "optimizer = adamw(rate: 1e9)\n  clip = 0" }).replace("cosine(warmup: 10, floor: 0.1)", "constant"),
  "memory.msz": trainingSpec({ layers: "attention(heads: 2)\n    feed_forward(hidden: 32)", train: "optimizer = adamw(rate: 2e-2)\n  steps = 250" }).replace("  steps    = 100\n", "").replace('"text.txt"', '"short.txt"').replace("held_out = 0.1", "held_out = 0"),
  "short.txt": memorised.repeat(2),
  "characters.msz": trainingSpec({ model: 'vocabulary = characters("text.txt")' }),
  "tokenizer.msz": trainingSpec({ model: 'vocabulary = tokenizer("words.json")' }).replace("held_out = 0.1", 'held_out = ["held-out.txt", "text.txt"]'),
  "held-out.txt": text.slice(0, 900),
  "text.txt.gz": gzipSync(text),
  "words.json": JSON.stringify({
    version: "1.0", added_tokens: [], normalizer: null, pre_tokenizer: { type: "Whitespace" }, post_processor: null, decoder: null,
    model: { type: "WordLevel", vocab: Object.fromEntries([...new Set(["[UNK]", ".", ...text.match(/\w+/g)!])].map((word, i) => [word, i])), unk_token: "[UNK]" },
  }),
});
const surroundings = { cwd };
const at = (folder: string): string => join(cwd, folder);
const train = (...args: string[]): Promise<Ran> => msz(["train", ...args, "--backend", "tfjs"], surroundings);
const timeout = 180_000;

describe("a run that ends well", () => {
  test("memorises a text shorter than a batch; one line on stdout, no progress in a pipe", { timeout }, async () => {
    const { code, stdout, stderr } = await train("memory.msz", "--out", "memory");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^memory\/memory\.safetensors: loss 0\.\d{4} nats a token after 250 steps, [^\n]+\n$/);
    expect(stderr).toBe("82 tokens to train on, 5 windows of 16; 0 held out\ntry it: msz run memory.msz --weights memory/memory.safetensors\n");
    const losses = metricsOf(at("memory")).flatMap((l) => l.loss ?? []);
    expect(losses[0]!).toBeGreaterThan(3);
    expect(losses.at(-1)!).toBeLessThan(0.1);
    const prompt = memorised.slice(0, 8);
    const generated = await Promise.all(["memory.safetensors", "checkpoint.safetensors"].map((file) =>
      msz(["run", "memory.msz", "--weights", `memory/${file}`, "--backend", "tfjs", "--temperature", "0", "--prompt", prompt, "--tokens", "8"], surroundings)));
    for (const ran of generated) expect(ran).toEqual({ code: 0, stdout: `${memorised.slice(0, 16)}\n`, stderr: "" });
  });

  test("--weights begins with those given: weights, a checkpoint, another seed", { timeout }, async () => {
    const short = ["--steps", "1", "--batch", "2", "--held-out", "0"];
    const [first] = await Promise.all([train("plain.msz", ...short, "--out", "w1"), train("plain.msz", ...short, "--seed", "5", "--out", "w5")]);
    expect(first!.stdout).toMatch(/ after 1 step, /);
    const runs = await Promise.all([
      train("plain.msz", ...short, "--seed", "5", "--weights", "random:5", "--out", "w-random"),
      train("plain.msz", ...short, "--weights", "w1/plain.safetensors", "--out", "w-weights"),
      train("plain.msz", ...short, "--weights", "w1/checkpoint.safetensors", "--out", "w-checkpoint"),
    ]);
    expect(runs.map((r) => r.code)).toEqual([0, 0, 0]);
    const hash = (folder: string): string => hashOf(at(folder), "plain.safetensors");
    expect(hash("w-random")).toBe(hash("w5"));
    expect(hash("w-checkpoint")).toBe(hash("w-weights"));
    expect(hash("w-weights")).not.toBe(hash("w1"));
    // The loss of a window is that of the model as it stands before the update.
    const lossOf = (folder: string): number => metricsOf(at(folder))[0]!.loss!;
    expect(lossOf("w-weights")).toBeLessThan(lossOf("w1"));
  });

  test("vocabularies of characters and of a tokenizer, several files, a held-out part of its own", { timeout }, async () => {
    const [characters, tokenizer] = await Promise.all([
      train("characters.msz", "--corpus", "text.txt.gz", "held-out.txt", "--steps", "2", "--out", "characters"),
      train("tokenizer.msz", "--steps", "2", "--batch", "1000", "--out", "tokenizer"),
    ]);
    const tokens = text.length + 900;
    const cut = Math.floor(tokens * 0.9);
    expect([characters!.code, characters!.stderr.split("\n")[0]]).toEqual([0, `${cut.toLocaleString("en")} tokens to train on, ${Math.floor((cut - 1) / 16)} windows of 16; ${tokens - cut} held out`]);
    const wordsOf = (t: string): number => t.match(/\w+|\./g)!.length;
    expect([tokenizer!.code, tokenizer!.stderr.split("\n")[0]]).toEqual([0, `${wordsOf(text)} tokens to train on, ${Math.floor((wordsOf(text) - 1) / 16)} windows of 16; ${wordsOf(text) + wordsOf(text.slice(0, 900))} held out`]);
    // Two steps are too few for a curve's line to say much, and one line of metrics is none.
    for (const name of ["characters", "tokenizer"]) expect(readdirSync(at(name)).sort()).toEqual([`${name}.safetensors`, "checkpoint.safetensors", "metrics.jsonl"].sort());
  });
});

describe("a run that is stopped", () => {
  test.each([["SIGINT", 130, "it's plain.msz", "a b"], ["SIGTERM", 143, "plain.msz", "term"], ["SIGHUP", 129, "plain.msz", "hung-up"]] as const)("by %s: saves, says how to go on, and that works", { timeout }, async (signal, exit, file, out) => {
    const { code, stdout, stderr } = await signalled(["train", file, "--steps", "1000", "--save-every", "3", "--held-out", "0", "--backend", "tfjs", "--out", out], signal, 3, at(out), surroundings);
    expect([code, stdout]).toEqual([exit, ""]);
    const [, stopping, how] = stderr.split("\n");
    expect(stopping).toBe("stopping after this step (once more to stop at once, without saving)");
    const step = await stepOf(at(out));
    const [said, command] = how!.split("; go on with: ");
    expect(said).toBe(`stopped after step ${step} of 1,000, which is saved`);
    const main = join(root, "dist/cli/main.js");
    const child = spawn("sh", ["-c", `msz() { '${process.execPath}' '${main}' "$@"; }; ${command!} --until ${step + 1}`], { cwd });
    expect(await ended(child)).toMatchObject({ code: 0, stdout: "" });
    expect(await stepOf(at(out))).toBe(step + 1);
  });

  test("while the held-out part is measured, and twice", { timeout }, async () => {
    // One window a batch, so that measuring takes long: the last step is saved before.
    const args = ["plain.msz", "--steps", "2", "--batch", "1", "--held-out", "0.95", "--corpus", "text.txt", "text.txt", "--backend", "tfjs"];
    const { code, stdout, stderr } = await signalled(["train", ...args, "--out", "measured"], "SIGINT", 2, at("measured"), surroundings);
    expect([code, stdout]).toEqual([130, ""]);
    expect(stderr).toContain("stopped after step 2 of 2, which is saved; go on with: msz train plain.msz --resume measured\n");
    const child = startMsz(["train", "plain.msz", "--resume", "measured"], surroundings);
    const end = ended(child);
    expect(await end).toMatchObject({ code: 0, stdout: expect.stringMatching(/^measured\/plain\.safetensors: held-out loss /) as string });
    const twice = startMsz(["train", "plain.msz", "--steps", "100000", "--save-every", "1", "--backend", "tfjs", "--out", "twice"], surroundings);
    const gone = ended(twice);
    await reaching(twice, at("twice"), 1);
    twice.kill("SIGINT");
    twice.kill("SIGTERM");
    expect([130, 143]).toContain((await gone).code);
  });
});

describe("a run that breaks", () => {
  test("in NaN: the step, the place, the last good checkpoint; what is saved is finite", { timeout }, async () => {
    const { code, stdout, stderr } = await train("wild.msz", "--save-every", "1", "--out", "wild");
    expect([code, stdout]).toEqual([1, ""]);
    const { step, tensors } = await readCheckpoint(at("wild"));
    const error = stderr.split("\n").slice(1).join("\n");
    expect(error).toMatch(new RegExp(`^error\\[not-finite\\]: the loss or its gradient became infinite or NaN at step ${step + 1}\n  = why: (the first place that is not finite is in \`[a-z0-9_.]+\` \\(\\d+ of its values\\)|every value of the forward pass is finite, and the gradient is not)\n  = help: the last good checkpoint is that of step ${step}; begin a new run with its weights and a lower rate, a longer warm-up or \`clip = 1\`: msz train wild.msz --weights wild/checkpoint.safetensors --out wild-2 \\(or without \`--weights\`, if they are too far gone\\)\n$`));
    for (const [name, { data }] of Object.entries(tensors)) expect(data.every(Number.isFinite), name).toBe(true);
    expect(readdirSync(at("wild")).sort()).toEqual(["checkpoint.safetensors", "metrics.jsonl"]);
    const unsaved = await train("wild.msz", "--out", "wild-unsaved");
    expect([unsaved.code, unsaved.stdout]).toEqual([1, ""]);
    expect(unsaved.stderr).toContain(`NaN at step ${step + 1}\n`);
    expect(unsaved.stderr).toContain("  = help: there is no checkpoint yet; try a lower rate, ");
    // Nothing of it is in the way of the same command with another rate.
    expect(existsSync(at("wild-unsaved"))).toBe(false);
    const again = await train("calm.msz", "--steps", "2", "--out", "wild-unsaved");
    expect(again.code).toBe(0);
  });

  test("on a full disk: the file, the reason, exit code 2; the checkpoint before goes on", { timeout }, async () => {
    const first = await train("plain.msz", "--until", "2", "--held-out", "0", "--out", "full");
    expect(first.code).toBe(0);
    const before = readFileSync(join(at("full"), "checkpoint.safetensors"));
    const main = join(root, "dist/cli/main.js");
    // A checkpoint has 70 kB.
    const limited = await ended(spawn("sh", ["-c", 'ulimit -f 40; exec "$0" "$@"', process.execPath, main, "train", "plain.msz", "--resume", "full", "--until", "4"], { cwd }));
    const note = limited.stderr.split("\n")[0]!;
    expectRefused({ ...limited, stderr: limited.stderr.slice(note.length + 1) }, "error[unwritable-file]: `full/checkpoint.safetensors` could not be written\n  = why: files of that size are not allowed here (see `ulimit -f`)\n  = help: step 2 is saved: make room, and go on with: msz train plain.msz --resume full", 2);
    expect(readFileSync(join(at("full"), "checkpoint.safetensors")).equals(before)).toBe(true);
    expect(readdirSync(at("full")).filter((f) => f.endsWith(".tmp"))).toEqual([]);
    // Nor can a line of metrics be added.
    const metrics = join(at("full"), "metrics.jsonl");
    writeFileSync(metrics, Array.from({ length: 1200 }, () => JSON.stringify({ step: 1, seconds: 0, note: "x" }) + "\n").join(""));
    const stopped = await ended(spawn("sh", ["-c", `ulimit -f ${Math.ceil(statSync(metrics).size / 512)}; exec "$0" "$@"`, process.execPath, main, "train", "plain.msz", "--resume", "full", "--until", "10"], { cwd }));
    expect(stopped.code).toBe(2);
    expect(stopped.stderr).toContain("error[unwritable-file]: `full/");
    expect(stopped.stderr).toContain("\n  = help: step 2 is saved: make room, and go on with: msz train plain.msz --resume full\n");
    expect(await train("plain.msz", "--resume", "full", "--until", "3")).toMatchObject({ code: 0 });
    expect(await stepOf(at("full"))).toBe(3);
  });
});
