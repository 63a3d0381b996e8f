/** `init`, `check`, `format`, `explain`, `compile`: what they write, and what stdout holds. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Explanation } from "../../compiler/explain/explain.js";
import { validatePlan } from "../../src/plan/validate.js";
import { expectRefused, listing, msz, root, temporaryFolder, tinySpec } from "./msz.js";

const hybrid = `model Hybrid {
  vocabulary = bytes
  width      = 16

  layers 1 {
    attention(heads: 2)
  }
  layers 2 {
    retention(heads: 2)
    feed_forward(hidden: 32)
  }
}
`;
const cwd = temporaryFolder({ "tiny.msz": tinySpec, "hybrid.msz": hybrid });
const shakespeare = join(root, "specs/shakespeare-small.msz");
const text = (path: string): string => readFileSync(join(cwd, path), "utf8");

describe("init", () => {
  test("writes a spec that is canonical, checks and runs; the words on stderr are the way on", async () => {
    const folder = temporaryFolder();
    const { code, stdout, stderr } = await msz(["init", "my_first"], { cwd: folder });
    expect([code, stdout]).toEqual([0, ""]);
    expect(listing(folder)).toEqual(["my_first.msz"]);
    expect(stderr).toMatch(/^wrote my_first\.msz\. Go on with:\n/);
    const commands = [...stderr.matchAll(/^ {2}msz (.*?)(?: {2,}|$)/gm)].map((m) => m[1]!.trim());
    expect(commands.map((c) => c.split(" ")[0])).toEqual(["check", "explain", "run", "train", "compile"]);
    for (const command of commands) {
      const more = { run: ["--tokens", "3", "--backend", "tfjs"], train: ["--steps", "1", "--batch", "1", "--backend", "tfjs", "--out", "trained"] }[command.split(" ")[0]!] ?? [];
      // The spec's own text is long enough for a window.
      const words = command.replace("FILE", "my_first.msz").split(" ");
      expect((await msz([...words, ...more], { cwd: folder })).code, command).toBe(0);
    }
    expect(await msz(["format", "--check", "my_first.msz"], { cwd: folder })).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(readFileSync(join(folder, "my_first.msz"), "utf8")).toContain("model MyFirst {");

    expectRefused(await msz(["init", "my_first"], { cwd: folder }), "error[file-exists]: `my_first.msz` is there already\n  = help: choose another name, or move it away");
    expectRefused(await msz(["init", "../First"], { cwd: folder }), "error[bad-name]: `../First` is no name for a spec\n  = why: names are snake_case: small letters, digits and _, a letter first\n  = help: for example `msz init tiny_model`");
  });
});

describe("check", () => {
  test("without mistakes", async () => {
    expect(await msz(["check", "tiny.msz", "hybrid.msz"], { cwd })).toEqual({ code: 0, stdout: "", stderr: "2 files: no mistakes\n" });
    const { code, stdout, stderr } = await msz(["check", "--json", "tiny.msz"], { cwd });
    expect([code, stderr, JSON.parse(stdout)]).toEqual([0, "", { ok: true, diagnostics: [] }]);
  });

  test("mistakes as one JSON object, with places", async () => {
    writeFileSync(join(cwd, "wrong.msz"), tinySpec.replace("bytes", "byte").replace("hidden: 8", "hiden: 8"));
    const { code, stdout, stderr } = await msz(["check", "--json", "wrong.msz"], { cwd });
    expect([code, stderr]).toEqual([1, ""]);
    const { ok, diagnostics } = JSON.parse(stdout) as { ok: boolean; diagnostics: { severity: string; place: { file: string; line: number } }[] };
    expect(ok).toBe(false);
    expect(diagnostics.filter((d) => d.severity === "error").map((d) => `${d.place.file}:${d.place.line}`)).toEqual(expect.arrayContaining(["wrong.msz:4", "wrong.msz:9"]));
  });
});

describe("format", () => {
  test("rewrites in place, once; --check changes nothing", async () => {
    const ugly = "model   Ugly{vocabulary=bytes\nwidth=8\nlayers 1{memory(slots:4,heads:2)}}";
    writeFileSync(join(cwd, "ugly.msz"), ugly);
    expect(await msz(["format", "--check", "ugly.msz"], { cwd })).toEqual({ code: 1, stdout: "", stderr: "ugly.msz is not in canonical form\n" });
    expect(text("ugly.msz")).toBe(ugly);
    expect(await msz(["format", "ugly.msz"], { cwd })).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(text("ugly.msz")).toContain("  vocabulary = bytes\n");
    expect((await msz(["format", "--check", "ugly.msz"], { cwd })).code).toBe(0);
  });

  test("a file that does not parse is left alone", async () => {
    writeFileSync(join(cwd, "broken.msz"), "model {");
    const { code, stderr } = await msz(["format", "broken.msz"], { cwd });
    expect([code, text("broken.msz")]).toEqual([1, "model {"]);
    expect(stderr).toMatch(/^error\[/);
  });
});

describe("explain", () => {
  /** What the schedule needs changes with the schedule; that it is linear in T does not. */
  const withoutMemory = (explanation: string): string => {
    const [before, memory, training] = explanation.split(/^intermediate values .*\n/m);
    const lengths = [...training!.matchAll(/^ +(\d+) tokens +\S+ [KM]iB$/gm)];
    expect(lengths.map((m) => m[1])).toEqual(["512", "2048", "8192"]);
    expect(training).toMatch(/^ {2}\S+ KiB a token, and \S+ [KM]iB however short it is\nstate of the optimiser\n {2}\S+ [KM]iB, adamw$/m);
    const perToken = [...memory!.matchAll(/^ +(\d+) tokens +\S+ \S+ +(\S+ \S+) a token$/gm)];
    expect(perToken.map((m) => m[1])).toEqual(["512", "2048", "8192"]);
    // A number a sequence is more of a short one.
    const sizes = perToken.map((m) => parseFloat(m[2]!));
    expect(Math.max(...sizes) / Math.min(...sizes)).toBeLessThan(1.01);
    return before!;
  };

  test("the Shakespeare model", async () => {
    const { code, stdout, stderr } = await msz(["explain", shakespeare], { cwd });
    expect([code, stderr]).toEqual([0, ""]);
    await expect(withoutMemory(stdout)).toMatchFileSnapshot("./explained/shakespeare-small.txt");
  });

  test("attention and retention in one model", async () => {
    const { code, stdout, stderr } = await msz(["explain", "hybrid.msz"], { cwd });
    expect([code, stderr]).toEqual([0, ""]);
    await expect(withoutMemory(stdout)).toMatchFileSnapshot("./explained/hybrid.txt");
  });

  test("both sides of the authors' translation model: what a memory holds beside softmax caches", async () => {
    const { code, stdout, stderr } = await msz(["explain", join(root, "specs/memsizer-wmt-ende.msz")], { cwd });
    expect([code, stderr]).toEqual([0, ""]);
    const [said, , training] = stdout.split(/^intermediate values .*\n/m);
    await expect(said).toMatchFileSnapshot("./explained/memsizer-wmt-ende.txt");
    expect(said).toContain("16.0 KiB a sequence, 8.0 KiB in float16: a softmax cache of 2 tokens\n");
    expect(training).toMatch(/adam\ntraining in float16\n/);
  });

  test("an adaptive vocabulary", async () => {
    const { code, stdout, stderr } = await msz(["explain", join(root, "specs/memsizer-wikitext103.msz"), "--set", "layers=1"], { cwd });
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("vocabulary ids (267744, adaptive: 20000 ids of 1024 values, 40000 ids of 256 values, 207744 ids of 64 values)\n");
    // All ids' probabilities: each table is multiplied by, those of the tails behind their projections; the rest is one layer.
    const [, flops] = /one decoded token\n {2}(\S+) M FLOPs\n/.exec(stdout)!;
    const tables = 2 * (20_002 * 1024 + 40_000 * 256 + 207_744 * 64 + 2 * 1024 * (1024 + 256 + 64)) - 2 * 1024 * 1024;
    expect(1e6 * Number(flops)).toBeGreaterThan(tables);
    expect(1e6 * Number(flops)).toBeLessThan(1.3 * tables);
  });

  test("what keeps a token of the source for softmax attention across", async () => {
    const { code, stdout } = await msz(["explain", "--json", join(root, "specs/transformer-wmt-ende.msz")], { cwd });
    expect(code).toBe(0);
    const each = 6 * 2 * 4 * 1024;
    expect(JSON.parse(stdout)).toMatchObject({
      stateBytes: 0, stateBytesPerToken: each, softmaxBytesPerToken: each, source: { bytes: 0, bytesPerToken: each, softmaxBytesPerToken: each },
      // And 4 bytes a slot that say which tokens are padding.
      decode: { bytesPerSlot: each + 4, bytesPerSource: each + 4, flopsPerSlot: 6 * 4 * 1024, flopsPerSource: 6 * 4 * 1024 },
      encoder: { layers: [{ first: 0, count: 6 }], encode: { flopsPerSlot: 6 * 4 * 1024 } },
    });
  });

  test("--json is one object", async () => {
    const { code, stdout, stderr } = await msz(["explain", "--json", "hybrid.msz"], { cwd });
    expect([code, stderr]).toEqual([0, ""]);
    const explained = JSON.parse(stdout) as Explanation;
    expect(explained).toMatchObject({ model: "Hybrid", width: 16, layers: [{ first: 0, count: 1 }, { first: 1, count: 2 }] });
    const { memory, fixedBytes, bytesPerToken, optimizerBytes } = explained.training!;
    // Slots begin at multiples of 256 bytes.
    for (const { tokens, bytes } of memory) expect(Math.abs(fixedBytes + bytesPerToken * tokens - bytes) / bytes).toBeLessThan(0.01);
    // Adam's two moments, and four numbers of 4 bytes.
    expect(optimizerBytes).toBe(2 * explained.parameterBytes + 16);
  });
});

describe("compile", () => {
  test("the same spec gives the same bytes, another constant another plan", async () => {
    const compile = (out: string, ...more: string[]): ReturnType<typeof msz> => msz(["compile", "tiny.msz", "-o", out, ...more], { cwd });
    const ran = await Promise.all([compile("one"), compile("two"), compile("wide", "--set", "size=16")]);
    for (const { code, stdout } of ran) expect([code, stdout]).toEqual([0, ""]);
    expect(ran[0]!.stderr).toMatch(/^one\/tiny\.plan\.json: [\d.]+ kB, 5 entries, for wgsl, cuda and tfjs, \d+ kernels\n$/);
    expect(text("two/tiny.plan.json")).toBe(text("one/tiny.plan.json"));
    const widths = ["one", "wide"].map((out) => validatePlan(JSON.parse(text(`${out}/tiny.plan.json`))).model.width);
    expect(widths).toEqual([8, 16]);
  });

  test("--target wgsl alone, --emit graph,kernels as files beside the plan", async () => {
    const { code, stdout, stderr } = await msz(["compile", "tiny.msz", "-o", "emitted", "--target", "wgsl", "--emit", "graph,kernels"], { cwd });
    expect([code, stdout]).toEqual([0, ""]);
    expect(stderr).toMatch(/ for wgsl, \d+ kernels\n$/);
    const plan = validatePlan(JSON.parse(text("emitted/tiny.plan.json")));
    expect(Object.keys(plan.targets)).toEqual(["wgsl"]);
    const files = listing(join(cwd, "emitted"));
    const kernels = files.filter((f) => f.endsWith(".wgsl"));
    expect(kernels.map((f) => text(`emitted/${f}`))).toEqual(plan.targets.wgsl!.kernels.map((k) => k.source));
    const graphs = files.filter((f) => f.endsWith(".graph.txt"));
    expect(graphs).toEqual(["decode", "forward", "generate", "prefill", "prefill_all"].map((entry) => `tiny.${entry}.graph.txt`));
    for (const graph of graphs) expect(text(`emitted/${graph}`).length).toBeGreaterThan(100);
    expect(files.length).toBe(kernels.length + graphs.length + 1);
  });

  test("--target cuda --emit kernels: each file has all that it needs, with the precision that was asked for", async () => {
    const { code, stderr } = await msz(["compile", "tiny.msz", "-o", "emitted-cuda", "--target", "cuda", "--precision", "bfloat16", "--emit", "kernels"], { cwd });
    expect(code).toBe(0);
    expect(stderr).toMatch(/ for cuda, \d+ kernels\n$/);
    const { targets: { cuda, ...others } } = validatePlan(JSON.parse(text("emitted-cuda/tiny.plan.json")));
    expect([cuda!.precision, others]).toEqual(["bfloat16", {}]);
    const files = listing(join(cwd, "emitted-cuda")).filter((f) => f.endsWith(".cu"));
    const [persistent, kernels] = [files.filter((f) => !/\d{3}-/.test(f)), files.filter((f) => /\d{3}-/.test(f))];
    expect(kernels.map((f) => text(`emitted-cuda/${f}`))).toEqual(cuda!.kernels.map((k) => `${cuda!.header}\n${k.source}`));
    expect(persistent).toEqual(Object.values(cuda!.entries).flatMap((e) => (e.persistent ? [`tiny.${e.persistent.name}.cu`] : [])).sort());
  });

  test("without -o the plan lies beside the spec", async () => {
    const folder = temporaryFolder({ "tiny.msz": tinySpec });
    expect((await msz(["compile", join(folder, "tiny.msz"), "--target", "tfjs"], { cwd })).code).toBe(0);
    expect(listing(folder)).toEqual(["tiny.msz", "tiny.plan.json"]);
  });

  test("a tokenizer goes with the plan, which then runs; the user's own copy stays as it is", async () => {
    const folder = temporaryFolder({ "gpt2.msz": tinySpec.replace("bytes", 'tokenizer("tokenizer.json")') });
    const tokenizer = gunzipSync(readFileSync(join(root, "test/data/gpt2/tokenizer.json.gz"))).toString();
    // Other white space than a program would write.
    const own = `${tokenizer}\n\n`;
    writeFileSync(join(folder, "tokenizer.json"), own);
    for (const out of ["out", "."]) expect((await msz(["compile", "gpt2.msz", "--target", "tfjs", "-o", out], { cwd: folder })).code).toBe(0);
    expect(listing(folder)).toEqual(["gpt2.msz", "gpt2.plan.json", "out", "out/gpt2.plan.json", "out/tokenizer.json", "tokenizer.json"]);
    for (const copy of ["tokenizer.json", "out/tokenizer.json"]) expect(readFileSync(join(folder, copy), "utf8") === own).toBe(true);
    const { code, stdout, stderr } = await msz(["run", "out/gpt2.plan.json", "--weights", "random:1", "--backend", "tfjs", "--prompt", "Hello world", "--tokens", "4"], { cwd: folder });
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^Hello world.+/);

    rmSync(join(folder, "out/tokenizer.json"));
    expectRefused(
      await msz(["run", "out/gpt2.plan.json", "--weights", "random:1"], { cwd: folder }),
      "error[missing-file]: there is no file `out/tokenizer.json`, which `out/gpt2.plan.json` needs\n  = help: `msz compile` wrote it beside the plan: keep the two together",
    );
  });
});

test("check takes a file of mixers alone, which is for others to use; compile wants a model", async () => {
  const folder = temporaryFolder({ "mixers.msz": "mixer keep(slots: axis) {\n  key = linear(source, slots)\n  state kept[slots] = kept + key\n  out = linear(kept, width)\n}\n" });
  expect(await msz(["check", "mixers.msz"], { cwd: folder })).toEqual({ code: 0, stdout: "", stderr: "mixers.msz: no mistakes\n" });
  const compiled = await msz(["compile", "mixers.msz"], { cwd: folder });
  expect(compiled.code).toBe(1);
  expect(compiled.stderr).toContain("error[no-model]");
});
