/** `msz run --source`, `msz evaluate` on pairs, `call` and plans of models that translate: what comes out, in which order, and what is refused. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, expect, test } from "vitest";
import { bleu } from "../../cli/score/bleu.js";
import { chrf } from "../../cli/score/chrf.js";
import { expectClose } from "../helpers/close.js";
import { readSafetensors } from "../helpers/tensors.js";
import { ended, expectRefused, listing, msz, root, startMsz, temporaryFolder, tinySpec, type Ran } from "./msz.js";
import { sources, targets, translationSpec } from "./translation.js";

const lines = sources.split("\n").slice(0, 12);
const cwd = temporaryFolder({
  "a.txt": sources, "b.txt": targets, "some.a": `${lines.join("\n")}\n`, "some.b": `${lines.join("\n").toUpperCase()}\n`, "holes.txt": `\n${lines[0]!}\n  \n${lines[1]!}`,
  "tiny.msz": translationSpec(), "language.msz": tinySpec,
});
writeFileSync(join(cwd, "some.gz"), gzipSync(lines.join("\r\n")));
writeFileSync(join(cwd, "bad.txt"), Buffer.from("ab\n\xff\n", "latin1"));
const tiny = ["tiny.msz", "--weights", "run/tiny.safetensors", "--backend", "tfjs"];
const run = (args: readonly string[], input?: string | Uint8Array): Promise<Ran> => msz(["run", ...args], { cwd, input });
const linesOf = ({ stdout }: Ran): string[] => stdout.split("\n").slice(0, -1);

/** The translations of `some.a`. */
let file: Ran;

// An untrained model writes the same of every source.
beforeAll(async () => {
  expect((await msz(["train", "tiny.msz", "--backend", "tfjs", "--held-out", "0", "--out", "run"], { cwd })).code).toBe(0);
  file = await run([...tiny, "--source", "some.a"]);
}, 120_000);

test("a translation a line, in the order of the sources, whether they come from a file, a packed one or a pipe", { timeout: 60_000 }, async () => {
  const [packed, pipe, greedy, holes] = await Promise.all([
    run([...tiny, "--source", "some.gz"]), run([...tiny, "--source", "-"], lines.join("\n")),
    run([...tiny, "--source", "some.a", "--beam", "1", "--max-length", "3"]), run([...tiny, "--source", "holes.txt"]),
  ]);
  expect([file.code, file.stderr]).toEqual([0, ""]);
  expect(linesOf(file).length).toBe(12);
  expect(new Set(linesOf(file)).size).toBeGreaterThan(3);
  expect([packed, pipe]).toEqual([file, file]);
  // A line's translation does not depend on the others.
  expect(linesOf(holes)).toEqual(["", linesOf(file)[0], "", linesOf(file)[1]]);
  expect(holes.stderr).toBe("2 lines are empty, the first is line 1; so are their translations\n");
  expect(greedy.stdout).not.toBe(file.stdout);
  for (const line of linesOf(greedy)) expect(Buffer.byteLength(line.replaceAll("\uFFFD", "?"))).toBeLessThanOrEqual(3);
});

test("drawn at random: a pipe's lines as a file's, with the same seed", { timeout: 60_000 }, async () => {
  const drawn = ["--temperature", "1", "--seed", "1"];
  const [whole, pipe] = await Promise.all([run([...tiny, "--source", "some.a", ...drawn]), run([...tiny, "--source", "-", ...drawn], gzipSync(lines.join("\n")))]);
  expect([whole.code, linesOf(whole).length]).toEqual([0, 12]);
  expect(pipe).toEqual(whole);
});

test("stopped by Ctrl-C it has written what was whole, and says how much that is", { timeout: 60_000 }, async () => {
  const child = startMsz(["run", ...tiny, "--source", "-"], { cwd });
  const all = ended(child);
  child.stdout!.once("data", () => child.kill("SIGINT"));
  child.stdin!.write(`${lines[0]!}\n${lines[1]!}\n`);
  const { code, stdout, stderr } = await all;
  expect([code, stdout.split("\n").length, stderr]).toEqual([130, 3, "stopped after 2 lines\n"]);
});

test("evaluate: the loss on pairs; BLEU and chrF2 of the translations that it writes", { timeout: 60_000 }, async () => {
  const evaluate = (...args: string[]): Promise<Ran> => msz(["evaluate", ...tiny, ...args], { cwd });
  const some = ["--corpus", "some.a", "some.b"];
  const [json, table, share] = await Promise.all([
    evaluate(...some, "--json", "--translations", "out.txt"), evaluate(...some, "--lowercase", "--beam", "1"), evaluate("--json"),
  ]);
  expect([json.code, json.stderr]).toEqual([0, ""]);
  const found = JSON.parse(json.stdout) as { loss: number; perplexity: number; bits_per_byte: number; tokens: number; bleu: object; chrf2: object; translation: object; corpus: string[] };
  const hypotheses = readFileSync(join(cwd, "out.txt"), "utf8");
  expect(hypotheses).toBe(file.stdout);
  const references = lines.map((line) => line.toUpperCase());
  const [b, c] = [bleu(hypotheses.split("\n").slice(0, -1), [references]), chrf(hypotheses.split("\n").slice(0, -1), [references])];
  const tokens = references.join("\n").length + 1;
  expect(found).toMatchObject({
    tokens, perplexity: Math.exp(found.loss), corpus: ["some.a", "some.b"], bleu: { score: b.score, signature: b.signature }, chrf2: { score: c.score, signature: c.signature },
    translation: { sentences: 12, beam: 2, search: "beam 2, length penalty 1", state_bytes: 4 * (2 * 4 * 16 + 4) },
  });
  expect(found.loss).toBeGreaterThan(1);
  // A byte is a token, and a line's end is `end`.
  expect(found.bits_per_byte).toBeCloseTo(found.loss / Math.LN2, 10);
  expect(table.stdout).toContain(`loss         ${found.loss.toFixed(4)} nats a target token\n`);
  expect(table.stdout).toMatch(/\ntranslated {3}12 sentences, greedy: \d+ tokens\/s on tfjs\nBLEU {9}\d+\.\d\d .*\n {13}\S*case:lc\S*\nchrF2 {8}\d+\.\d\d\n {13}\S*case:lc\S*\nstate {8}528 B a hypothesis/);
  // What the spec holds out: the last tenth.
  expect(JSON.parse(share.stdout)).toMatchObject({ corpus: ["a.txt", "b.txt"], held_out: 0.1, translation: { sentences: 8 } });
});

test("a plan translates as its spec does", { timeout: 60_000 }, async () => {
  expect((await msz(["compile", "tiny.msz", "--target", "tfjs", "-o", "plans"], { cwd })).code).toBe(0);
  expect(await run(["plans/tiny.plan.json", ...tiny.slice(1), "--source", "some.a"])).toEqual(file);
});

test("call takes the authors' file of sources and targets as it is", { timeout: 60_000 }, async () => {
  const [spec, reference] = ["msz", "safetensors"].map((ending) => join(root, `test/golden/mt-decoder-memsizer.${ending}`)) as [string, string];
  const call = (...args: string[]): Promise<Ran> => msz(["call", spec, "--backend", "tfjs", "--weights", reference, "--names", "fairseq", "--inputs", reference, ...args], { cwd });
  const [forward, encode] = await Promise.all([call("--entry", "forward", "-o", "forward.safetensors"), call("--entry", "encode", "-o", "encode.safetensors")]);
  expect([forward.code, encode.code]).toEqual([0, 0]);
  // 1e-4 of the largest magnitude: float32, as in call.test.ts.
  expectClose("logits", readSafetensors(reference).logits!, readSafetensors(join(cwd, "forward.safetensors")).logits!, 1e-4);
  expect(readSafetensors(join(cwd, "encode.safetensors"))).toEqual({ encoder_out: readSafetensors(join(cwd, "forward.safetensors")).encoder_out });
});

test("refused, each with a way out", { timeout: 120_000 }, async () => {
  const source = "name a file of sentences with `--source`, or type them: `--source -`";
  const cases: readonly [string[], string][] = [
    [["run", ...tiny], `error[needs-source]: the model Tiny translates: it needs a source\n  = help: ${source}`],
    [["run", ...tiny, "--prompt", "x"], `error[bad-option]: \`--prompt\` is for a model that goes on with a text, and Tiny translates\n  = help: ${source}`],
    [["run", ...tiny, "--source", "some.a", "--tokens", "3"], "error[bad-option]: `--tokens` is for a model that goes on with a text, and Tiny translates\n  = why: a translation ends by itself\n  = help: `--max-length` says where it ends at the latest"],
    [["run", "language.msz", "--weights", "random:1", "--source", "some.a"], "error[bad-option]: `--source` is for a model that translates, and Tiny goes on with a text\n  = help: it takes `--prompt`, `--tokens`, `--temperature`, `--top-k` and `--top-p`"],
    [["run", ...tiny, "--source", "bad.txt"], "error[not-utf8]: `bad.txt`, line 2: it is not UTF-8 text\n  = help: save it as UTF-8"],
    [["run", "language.msz", "--weights", "random:1", "--beam", "3"], "error[bad-option]: `--beam` is for a model that translates, and Tiny goes on with a text\n  = help: it takes `--prompt`, `--tokens`, `--temperature`, `--top-k` and `--top-p`"],
    [["run", ...tiny, "--source", "-", "--beam", "9"], "error[bad-beam]: beam is 9, but the plan of Tiny searches with at most 8\n  = help: write `generate { beam = 9 }` in the spec; a plan is compiled anew from it"],
    [["run", ...tiny, "--source", "/dev/null"], "error[empty-source]: `/dev/null` is empty\n  = help: write a sentence a line into it"],
    [["evaluate", ...tiny, "--stateless"], "error[bad-option]: `--stateless` is for a model that goes on with a text\n  = why: a pair is read as a whole\n  = help: leave it out; `--batch` says how many pairs are measured at a time"],
    [["evaluate", ...tiny, "--corpus", "a.txt", "some.b"], "error[unequal-pairs]: `a.txt` has 80 lines and `some.b` has 12 lines\n  = why: line i of one is the translation of line i of the other\n  = help: see to it that both have a line for each pair; a sentence must not hold a line break"],
    [["evaluate", "language.msz", "--weights", "random:1", "--corpus", "a.txt", "--lowercase"], "error[bad-option]: `--lowercase` is for a model that translates\n  = why: Tiny goes on with a text, and translates nothing\n  = help: leave it out"],
  ];
  const before = listing(cwd);
  const ran = await Promise.all(cases.map(([args]) => msz(args, { cwd })));
  cases.forEach(([, message], i) => expectRefused(ran[i]!, message));
  expect(listing(cwd)).toEqual(before);
});
