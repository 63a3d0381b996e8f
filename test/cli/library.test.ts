/**
 * The package as another project uses it: `msz`, `msz/runtime` and a module written by `msz bind`, compiled under `tsc --strict`
 * with library checks on, then run by Node against what `msz call` gives.
 */
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { writeSafetensors } from "../../runtime/index.js";
import { readSafetensors } from "../helpers/tensors.js";
import { listing, msz, root, temporaryFolder, tinySpec } from "./msz.js";

const execute = promisify(execFile);

/** Its name is taken in the module's own world, so the class gets another. */
const sessionSpec = tinySpec.replace("model Tiny", "model Session");

const program = `import { readFileSync } from "node:fs";
import { bind, compile, format, MszError, renderDiagnostics } from "msz";
import { load } from "msz/runtime";
import { Tiny, facts, type ForwardOutputs, type States } from "./tiny.js";
import { SessionModel } from "./session.js";

const read = (name: string): unknown => JSON.parse(readFileSync(name, "utf8"));
const weights = new Uint8Array(readFileSync("weights.safetensors"));
const results: Record<string, unknown> = {};

// The bound module.
const tiny = await Tiny.load(read("tiny.plan.json"), weights, { backend: "tfjs" });
const outputs: ForwardOutputs = await tiny.forward({ tokens: { shape: [1, 5], data: Int32Array.of(1, 2, 3, 4, 5) } });
const [batch, , vocabulary]: readonly [number, number, 256] = outputs.logits.shape;
const bank: States["layers.0.memory.bank"]["shape"] = [batch, 4, 8];
results.forward = [...outputs.logits.data];
results.shapes = [outputs.logits.shape, bank, vocabulary, facts.name, facts.width satisfies 8];
const pieces: string[] = [];
for await (const text of tiny.generate({ prompt: "ab", tokens: 20, temperature: 0 })) pieces.push(text);
results.generated = pieces.join("");
results.pieces = pieces.length;
const sequence = await tiny.start();
await sequence.prefill({ shape: [1, 2], data: Int32Array.of(97, 98) });
const restored = await tiny.restore(await sequence.save());
results.restored = [...await restored.generate(3, { temperature: 0, topK: 0, topP: 1, seed: 0 })];
tiny.dispose();

results.refused = await Tiny.load(read("wide.plan.json"), weights).catch((error: unknown) => error instanceof MszError && [error.code, error.message, error.hint]);
const other = await SessionModel.load(read("session.plan.json"), { random: 1 }, { backend: "tfjs" });
other.dispose();

// The compiler and the runtime as libraries.
const good = compile({ path: "inline.msz", text: readFileSync("tiny.msz", "utf8") }, { targets: ["tfjs"], set: { size: "8" } });
const session = await load(good.plan, weights, { backend: "tfjs" });
const { logits } = await session.call("forward", { tokens: { shape: [1, 5], data: Int32Array.of(1, 2, 3, 4, 5) } });
results.library = [...logits!.data];
session.dispose();
results.fromFile = compile("tiny.msz").diagnostics.length;
const bad = compile({ path: "bad.msz", text: "model Bad { vocabulary = byts }" });
results.bad = [bad.plan === undefined, renderDiagnostics(bad.diagnostics).includes("bad.msz:1:26")];
try {
  compile("nothing.msz");
} catch (error) {
  results.missing = error instanceof MszError && error.code;
}
results.bound = (await bind(good.plan!, "tiny.msz")) === readFileSync("tiny.ts", "utf8");
results.formatted = format({ path: "x.msz", text: "let  a=1" });
console.log(JSON.stringify(results));
process.exit(0);
`;

const mistakes = `import { Tiny } from "./tiny.js";
declare const tiny: Tiny;
// @ts-expect-error tokens are missing
void tiny.forward({});
// @ts-expect-error tokens are [B, T]
void tiny.forward({ tokens: { shape: [5], data: new Int32Array(5) } });
// @ts-expect-error tokens are integers
void tiny.forward({ tokens: { shape: [1, 5], data: new Float32Array(5) } });
// @ts-expect-error it is made by load
new Tiny();
// @ts-expect-error there is no such output
void tiny.forward({ tokens: { shape: [1, 1], data: new Int32Array(1) } }).then((o) => o.loss);
`;

describe("from another project", () => {
  const cwd = temporaryFolder({
    "package.json": JSON.stringify({ name: "user", type: "module" }),
    "tsconfig.json": JSON.stringify({
      compilerOptions: { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, target: "ES2022", module: "NodeNext", moduleResolution: "NodeNext", types: ["node"], typeRoots: [join(root, "node_modules/@types")], skipLibCheck: false },
      include: ["*.ts"],
    }),
    "tiny.msz": tinySpec, "session.msz": sessionSpec, "program.ts": program, "mistakes.ts": mistakes,
    "in.safetensors": writeSafetensors({ tokens: { shape: [1, 5], data: Int32Array.of(1, 2, 3, 4, 5) } }),
  });
  let results: Record<string, unknown>;
  let calledLogits: number[];

  beforeAll(async () => {
    mkdirSync(join(cwd, "node_modules"));
    symlinkSync(root, join(cwd, "node_modules/msz"), "dir");
    const done = async (...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await msz(args, { cwd });
      expect([code, stdout], stderr).toEqual([0, ""]);
      return stderr;
    };
    expect(await done("bind", "tiny.msz", "-o", "tiny.ts")).toBe("tiny.ts: class Tiny\n");
    expect(await done("bind", "session.msz", "-o", "session.ts")).toBe("session.ts: class SessionModel\n");
    for (const name of ["tiny", "session"]) await done("compile", `${name}.msz`, "--target", "tfjs");
    await done("compile", "tiny.msz", "--set", "size=16", "-o", "wide");
    writeFileSync(join(cwd, "wide.plan.json"), readFileSync(join(cwd, "wide/tiny.plan.json")));
    await done("call", "tiny.msz", "-e", "parameters", "--weights", "random:4", "--backend", "tfjs", "-o", "weights.safetensors");
    await done("call", "tiny.plan.json", "-e", "forward", "--weights", "weights.safetensors", "--backend", "tfjs", "-i", "in.safetensors", "-o", "out.safetensors");
    calledLogits = Array.from(readSafetensors(join(cwd, "out.safetensors")).logits!.data);

    const compiled = await execute(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", "."], { cwd }).catch((error: { stdout: string }) => error);
    expect(compiled.stdout).toBe("");
    const { stdout } = await execute(process.execPath, ["program.js"], { cwd });
    results = JSON.parse(stdout) as Record<string, unknown>;
  });

  test("the bound module's forward is what `msz call` gives", () => {
    expect(results.forward).toEqual(calledLogits);
    expect(results.shapes).toEqual([[1, 5, 256], [1, 4, 8], 256, "Tiny", 8]);
  });

  test("it streams the text that `msz run` prints", async () => {
    const { stdout } = await msz(["run", "tiny.plan.json", "--weights", "weights.safetensors", "--backend", "tfjs", "--prompt", "ab", "--tokens", "20", "--temperature", "0"], { cwd });
    expect(`ab${String(results.generated)}\n`).toBe(stdout);
    expect(results.pieces).toBeGreaterThan(1);
    expect(results.restored).toHaveLength(3);
  });

  test("it refuses another model's plan", () => {
    expect(results.refused).toEqual(["other-plan", "this module was written for Tiny, the plan is another one", "write the module again with `msz bind`"]);
  });

  test("compile, load, format and bind as functions", () => {
    expect(results.library).toEqual(calledLogits);
    expect(results).toMatchObject({ fromFile: 0, bad: [true, true], missing: "missing-file", bound: true, formatted: "let a = 1\n" });
  });

  test("bind writes the same module for a plan as for its spec", async () => {
    expect((await msz(["bind", "tiny.plan.json", "-o", "again.ts"], { cwd })).code).toBe(0);
    const named = readFileSync(join(cwd, "again.ts"), "utf8").replace("bind tiny.plan.json", "bind tiny.msz");
    expect(named).toBe(readFileSync(join(cwd, "tiny.ts"), "utf8"));
    expect(listing(cwd).filter((f) => f.endsWith(".tmp"))).toEqual([]);
  });
});
