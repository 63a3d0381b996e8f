/** Bad input as a user meets it: specs, weights, prompts, plans, places to write to. Each with its message, exit code, and nothing left behind. */
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { writeSafetensors, type HostTensor } from "../../runtime/index.js";
import { expectRefused, listing, msz, temporaryFolder, tinySpec, type Ran } from "./msz.js";

const cwd = temporaryFolder({
  "tiny.msz": tinySpec,
  "empty.msz": "",
  "latin.msz": Uint8Array.from([...Buffer.from("// caf"), 0xe9, 0x0a]),
  "heads.msz": tinySpec.replace("memory(slots: 4, heads: 2)", "attention(heads: 3)"),
  "setting.msz": tinySpec.replace("slots: 4", "slot: 4").replace("width ", "widht "),
  "bang.msz": tinySpec.replace("bytes", 'characters("corpus.txt")'),
  "lost.msz": tinySpec.replace("bytes", 'characters("corpos.txt")'),
  "vast.msz": tinySpec.replace("size = 8", "size = 32768").replace("layers 1 {", "layers 128 {").replace("hidden: 8", "hidden: 65535"),
  "corpus.txt": "abc\n",
  "file": "not a folder",
  "cut.json": '{"format": "msz-plan", "ver',
  "other.json": '{"format": "gguf"}',
});
mkdirSync(join(cwd, "folder.msz"));
mkdirSync(join(cwd, "folder.ts"));
writeFileSync(join(cwd, "big.msz"), "");
truncateSync(join(cwd, "big.msz"), 50_000_000);
let before: string[];
beforeAll(() => {
  before = listing(cwd);
});

const run = (...args: string[]): Promise<Ran> => msz(["run", ...args], { cwd });
const untrained = ["--weights", "random:1", "--backend", "tfjs", "--tokens", "4"];

describe("specs", () => {
  test.each<[string, string]>([
    ["tiny.mzs", "error[missing-file]: there is no file `tiny.mzs`\n  = help: did you mean `tiny.msz`?"],
    ["nowhere/tiny.msz", "error[missing-file]: there is no file `nowhere/tiny.msz`\n  = help: the folder `nowhere` does not exist"],
    ["folder.msz", "error[is-directory]: `folder.msz` is a directory, not a file\n  = help: name a file"],
    ["latin.msz", "error[not-utf8]: `latin.msz` is not UTF-8 text: the byte at offset 6 fits no character\n  = help: save it as UTF-8"],
    ["big.msz", "error[file-too-large]: `big.msz` has 50.0 MB, more than the 4.2 MB allowed\n  = help: is it the file you meant?"],
    ["other.json", "error[not-a-spec]: `other.json` is JSON, not a spec\n  = help: name the .msz file that it was compiled from; plans are for `msz run`, `msz call`, `msz evaluate`, `msz bench` and `msz bind`"],
  ])("%s", async (file, stderr) => {
    expectRefused(await msz(["compile", file], { cwd }), stderr);
    // check lists it as it lists all mistakes.
    const checked = await msz(["check", "--json", file, "tiny.msz"], { cwd });
    expect([checked.code, checked.stderr]).toEqual([1, ""]);
    expect(JSON.parse(checked.stdout)).toMatchObject({ ok: false, diagnostics: [{ code: /\[(.*)\]/.exec(stderr)![1]!, severity: "error" }] });
  });

  test.each<[string, string[], string[]]>([
    ["empty.msz", ["error[empty-file]: `empty.msz` is empty"], ["empty.msz:1:1"]],
    ["setting.msz", ["error[unknown-setting]", "error[unknown-argument]"], ["did you mean `width`?", "did you mean `slots`?"]],
    ["heads.msz", ["error[remainder]"], ["heads.msz:8:", "`heads` may be 2 or 4"]],
    ["lost.msz", ["error[unreadable-file]: `corpos.txt`"], ["lost.msz:4:", "there is no file `corpos.txt`"]],
  ])("%s: every mistake with its place, and no plan", async (file, errors, says) => {
    const { code, stdout, stderr } = await msz(["compile", file], { cwd });
    expect([code, stdout]).toEqual([1, ""]);
    const lines = stderr.split("\n").filter((line) => line.startsWith("error["));
    errors.forEach((error, i) => expect(lines[i]).toContain(error));
    for (const words of says) expect(stderr).toContain(words);
  });

  test("check goes on to the other files", async () => {
    const { code, stderr } = await msz(["check", "nothing.msz", "empty.msz"], { cwd });
    expect(code).toBe(1);
    expect(stderr).toContain("error[missing-file]: there is no file `nothing.msz`");
    expect(stderr).toContain("error[empty-file]");
    expect(stderr).toMatch(/\n2 errors\n$/);
  });
});

describe("weights", () => {
  const scratch = temporaryFolder();
  const header = (json: unknown, data = 0): Uint8Array => {
    const text = Buffer.from(JSON.stringify(json));
    const out = Buffer.alloc(8 + text.length + data);
    out.writeBigUInt64LE(BigInt(text.length));
    text.copy(out, 8);
    return out;
  };
  const huge = Buffer.alloc(16);
  huge.writeBigUInt64LE(2n ** 62n);
  const hostile: [string, Uint8Array, RegExp][] = [
    ["none", new Uint8Array(), /is empty: it is neither a safetensors file nor a PyTorch checkpoint/],
    ["claims", huge, /its header claims 4611686018427388000 bytes/],
    ["nojson", Buffer.concat([Buffer.from([2, 0, 0, 0, 0, 0, 0, 0]), Buffer.from("}{")]), /its header is not JSON/],
    ["overlap", header({ a: { dtype: "F32", shape: [2], data_offsets: [0, 8] }, b: { dtype: "F32", shape: [2], data_offsets: [4, 12] } }, 12), /tensors `a` and `b` overlap/],
    ["beyond", header({ a: { dtype: "F32", shape: [1e9], data_offsets: [0, 4e9] } }, 8), /reaches to byte/],
    ["short", header({ a: { dtype: "F32", shape: [3], data_offsets: [0, 8] } }, 8), /has 8 bytes, but F32 \[3\] takes 12/],
  ];
  test.each(hostile)("a damaged file: %s", async (name, bytes, says) => {
    const file = join(scratch, `${name}.safetensors`);
    writeFileSync(file, bytes);
    const { code, stdout, stderr } = await run("tiny.msz", "--weights", file, "--backend", "tfjs");
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(name === "none" ? /^error\[empty-file\]: / : /^error\[bad-safetensors\]: /);
    expect(stderr).toMatch(says);
  });
  let right: Record<string, HostTensor>;
  const small = (shape: readonly number[]): HostTensor => ({ shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) });
  beforeAll(async () => {
    const { code } = await msz(["bind", "tiny.msz", "-o", join(scratch, "tiny.ts")], { cwd });
    expect(code).toBe(0);
    const table = /export const parameters = (\{[^;]*\}) as const/.exec(readFileSync(join(scratch, "tiny.ts"), "utf8"))![1]!;
    right = Object.fromEntries(Object.entries(JSON.parse(table.replaceAll(/,\s*\}/g, "}")) as Record<string, number[]>).map(([name, shape]) => [name, small(shape)]));
  });

  test("missing, of another shape, of another type, too many: all listed at once", async () => {
    const { "norm.weight": _, ...tensors } = right;
    tensors["norm.bias"] = small([9]);
    tensors["layers.0.memory.key.bias"] = { shape: [4], data: new Int32Array(4) };
    tensors["layers.1.memory.key.bias"] = small([4]);
    const file = join(scratch, "wrong.safetensors");
    writeFileSync(file, writeSafetensors(tensors));
    const count = Object.keys(right).length;
    expectRefused(await run("tiny.msz", "--weights", file), [
      `error[wrong-weights]: \`${file}\` does not fit Tiny: ${count - 3} of ${count} tensors fit, and`,
      "  - `norm.weight` [8] is missing",
      "  - `layers.0.memory.key.bias` is I32, the model wants floating point",
      "  - `norm.bias` is [9], the model wants [8]",
      "  - `layers.1.memory.key.bias` belongs to no parameter of the model",
      "  = help: the spec and its settings must be those that the weights were made with",
    ].join("\n"));
  });

  test("of another model altogether", async () => {
    const file = join(scratch, "gpt.safetensors");
    writeFileSync(file, writeSafetensors({ "wte.weight": small([4, 4]), "wpe.weight": small([4, 4]) }));
    expectRefused(await run("tiny.msz", "--weights", file), [
      `error[wrong-weights]: \`${file}\` has none of the ${Object.keys(right).length} tensors of Tiny`,
      "  = why: its first of 2 is `wte.weight`, the model's first is `embedding.weight`",
      "  = help: is this the weights file of another model?",
    ].join("\n"));
  });

  test("none: how to go on", async () => {
    expectRefused(await run("tiny.msz"), "error[no-weights]: there are no weights for `tiny.msz`: no `tiny.safetensors` beside it\n  = help: name a file with `--weights`, or try an untrained model with `--weights random:1`");
    expectRefused(await run("tiny.msz", "--weights", "corpis.txt"), "error[missing-file]: there is no file `corpis.txt`\n  = help: did you mean `corpus.txt`?");
  });
});

describe("prompts", () => {
  test("a character that the vocabulary has not", async () => {
    expectRefused(await run("bang.msz", ...untrained, "--prompt", "ab\nc!"), [
      'error[cannot-encode]: the vocabulary has no "!" (line 2, column 2 of the text)',
      "  = why: it is made of the 4 characters of the corpus",
      "  = help: leave the character out, or name an `unknown` id in the model",
    ].join("\n"));
  });

  test("bytes on stdin that are no text", async () => {
    expectRefused(await msz(["run", "tiny.msz", ...untrained, "--prompt", "-"], { cwd, input: Uint8Array.of(0x61, 0xff) }), "error[not-utf8]: the prompt is not UTF-8 text: the byte at offset 1 fits no character\n  = help: save it as UTF-8");
  });
});

describe("plans", () => {
  const out = temporaryFolder();
  const plan = (name: string): string => join(out, name, "tiny.plan.json");
  const changed = (name: string, change: (plan: Record<string, unknown>) => void): string => {
    const json = JSON.parse(readFileSync(plan("tfjs"), "utf8")) as Record<string, unknown>;
    change(json);
    const file = join(out, name);
    writeFileSync(file, JSON.stringify(json));
    return file;
  };
  beforeAll(async () => {
    for (const target of ["tfjs", "wgsl"]) expect((await msz(["compile", "tiny.msz", "--target", target, "-o", join(out, target)], { cwd })).code).toBe(0);
  });

  test.each([["tfjs", "webgpu", "wgsl"], ["wgsl", "tfjs", "tfjs"]])("compiled for %s, to be run on %s", async (target, backend, wanted) => {
    expectRefused(await run(plan(target), "--weights", "random:1", "--backend", backend), [
      `error[plan-target]: the plan of \`Tiny\` has no program for ${backend}`,
      `  = why: it was compiled for ${target}`,
      `  = help: compile the spec with \`--target ${wanted}\`, or run this plan on ${target === "wgsl" ? "webgpu" : "tfjs"}`,
    ].join("\n"));
  });

  test("no GPU where hardware is asked for: the machine's fault", async ({ skip }) => {
    for (const args of [["tiny.msz", ...untrained.slice(0, 2), "--backend", "webgpu"], [plan("wgsl"), "--weights", "random:1"]]) {
      const { code, stdout, stderr } = await msz(["run", ...args, "--tokens", "2"], { cwd, env: { MSZ_ADAPTER: "hardware" } });
      if (code === 0) skip("this machine has a GPU: `no-adapter` cannot be shown");
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toMatch(/^error\[no-adapter\]: no WebGPU adapter of the kind asked for: hardware\n {2}= why: tried: .*\n {2}= help: .*tfjs.*\n$/);
    }
  });

  test.each<[string, () => string, RegExp]>([
    ["cut off", () => "cut.json", /^error\[not-json\]: `cut\.json` is not JSON: .*\n {2}= help: the file may be cut off/],
    ["another format", () => "other.json", /^error\[plan-not-a-plan\]: `other\.json`: this is not an msz plan\n {2}= why: .*\n {2}= help: `msz compile FILE -o DIR` writes one/],
    ["a newer version", () => changed("newer.json", (p) => { p.version = 99; }), /^error\[plan-version\]: `.*newer\.json`: this plan needs an msz that reads plans of version 99; .*\n {2}= help: update msz/],
    ["a field that is gone", () => changed("gone.json", (p) => { delete p.parameters; }), /^error\[plan-invalid\]: `.*gone\.json`: the plan is not valid: .*parameters/],
    ["a shape that lies", () => changed("lies.json", (p) => { (p.parameters as { shape: number[] }[])[0]!.shape[0] = -1; }), /^error\[plan-invalid\]: .*parameters\[0\]\.shape/],
  ])("%s", async (_, file, stderr) => {
    const ran = await run(file(), ...untrained);
    expect([ran.code, ran.stdout]).toEqual([1, ""]);
    expect(ran.stderr).toMatch(stderr);
  });

  test("--set on a plan", async () => {
    expectRefused(await run(plan("tfjs"), ...untrained, "--set", "size=16"), "error[bad-option]: `--set` changes constants of a spec; a plan has none any more\n  = help: compile the spec again with `msz compile --set …`");
  });
});

test("weights beyond the machine's memory: said before any is taken", async () => {
  const { code, stdout, stderr } = await run("vast.msz", ...untrained);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(/^error\[out-of-memory\]: the weights of Tiny take 2749.1 GB, and this machine has \d+\.\d [MG]B of memory\n {2}= help: make the model smaller/);
});

test("bind writes TypeScript, and not over what it reads", async () => {
  expectRefused(await msz(["bind", "tiny.msz", "-o", "tiny.js"], { cwd }), "error[bad-option]: `--out` takes a TypeScript file, not `tiny.js`\n  = help: end its name in .ts");
});

describe("places to write to", () => {
  test.each<[string[], string, string]>([
    [["compile", "tiny.msz", "-o", "file"], "file/tiny.plan.json", "a part of the path is a file, not a folder"],
    [["compile", "tiny.msz", "-o", "file/sub", "--emit", "graph,kernels"], "file/sub/tiny.plan.json", "a part of the path is a file, not a folder"],
    [["bind", "tiny.msz", "-o", "folder.ts"], "folder.ts", "a folder of that name is there"],
    [["call", "tiny.msz", "-e", "parameters", ...untrained.slice(0, 4), "-o", "file/out.safetensors"], "file/out.safetensors", "a part of the path is a file, not a folder"],
  ])("msz %j", async (args, path, reason) => {
    expectRefused(await msz(args, { cwd }), `error[unwritable-file]: \`${path}\` could not be written\n  = why: ${reason}\n  = help: name another place`);
  });
});

test("nothing was left behind", () => expect(listing(cwd)).toEqual(before));
