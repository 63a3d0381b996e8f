/** `msz run`: the recorded text, from a spec and from its plan; prompts from stdin; seeds; pipes that close; Ctrl-C. */
import type { ChildProcess } from "node:child_process";
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { ended, expectRefused, msz, root, startMsz, temporaryFolder, tinySpec, type Ran } from "./msz.js";

const cwd = temporaryFolder({ "tiny.msz": tinySpec });
const tfjs = ["--backend", "tfjs"];
const run = (args: readonly string[], input?: string): Promise<Ran> => msz(["run", ...args], { cwd, input });

describe("the trained Shakespeare model", () => {
  const spec = join(root, "specs/shakespeare-small.msz");
  const weights = join(root, "specs/shakespeare-small.safetensors");
  const { greedy } = JSON.parse(readFileSync(join(root, "test/golden/shakespeare-small.json"), "utf8")) as { greedy: Record<string, string> };
  const prompt = "My lord, ";
  const whole = greedy[prompt]!;
  const tokens = (n: number): string[] => [...tfjs, "--temperature", "0", "--tokens", String(n)];

  test("continues as recorded; its weights lie beside the spec, the text alone is on stdout", async () => {
    const ran = await run([spec, "--prompt", prompt, ...tokens(whole.length - prompt.length)]);
    expect(ran).toEqual({ code: 0, stdout: `${whole}\n`, stderr: "" });
  });

  describe("as a plan", () => {
    beforeAll(async () => {
      const { code, stdout } = await msz(["compile", spec, "--target", "tfjs", "-o", "plans"], { cwd });
      expect([code, stdout]).toEqual([0, ""]);
    });
    const expected = { code: 0, stdout: `${whole.slice(0, prompt.length + 30)}\n`, stderr: "" };

    test("with --weights, the prompt from stdin", async () => {
      expect(await run(["plans/shakespeare-small.plan.json", "--weights", weights, "--prompt", "-", ...tokens(30)], prompt)).toEqual(expected);
    });

    test("with weights beside it", async () => {
      copyFileSync(weights, join(cwd, "plans/shakespeare-small.safetensors"));
      expect(await run(["plans/shakespeare-small.plan.json", "--prompt", prompt, ...tokens(30)])).toEqual(expected);
    });
  });
});

describe("sampling", () => {
  const tiny = ["tiny.msz", "--weights", "random:3", ...tfjs, "--tokens", "60", "--prompt", "x"];

  test("the same seed gives the same text, another seed another", async () => {
    const [first, again, other] = await Promise.all([run([...tiny, "--seed", "5"]), run([...tiny, "--seed", "5"]), run([...tiny, "--seed", "6"])]);
    expect(first).toEqual(again);
    expect(first!.code).toBe(0);
    expect(other!.stdout).not.toBe(first!.stdout);
  });

  test("bytes that are no character become U+FFFD: the output is text whatever is drawn", async () => {
    // An untrained model draws every byte alike, and half of the bytes begin no character. `msz` here refuses invalid UTF-8.
    const { code, stdout } = await run([...tiny, "--temperature", "2"]);
    expect(code).toBe(0);
    expect(stdout).toContain("\uFFFD");
  });

  test("--set changes a constant of the spec", async () => {
    const { code, stderr } = await run([...tiny, "--set", "size=16"]);
    expect([code, stderr]).toEqual([0, ""]);
  });

  test("a vocabulary of ids: numbers in, numbers out", async () => {
    const { code, stdout } = await run([join(root, "test/golden/lm-small.msz"), "--names", "fairseq", ...tfjs, "--temperature", "0", "--tokens", "5", "--prompt", "5, 6"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^5, 6 \d+( \d+){0,4}\n$/);
  });
});

test("the choice of a backend is one line on stderr", async () => {
  const { code, stderr } = await msz(["run", "tiny.msz", "--weights", "random:1", "--tokens", "2"], { cwd, env: { MSZ_ADAPTER: "swiftshader" } });
  expect(code).toBe(0);
  // A forced software adapter is no GPU.
  expect(stderr).toMatch(/^backend: tfjs \(.+\)\n$/);
});

test("webgpu without a GPU runs, with one warning line", async () => {
  const { code, stdout, stderr } = await msz(["run", "tiny.msz", "--weights", "random:1", "--tokens", "3", "--prompt", "abc", "--backend", "webgpu"], { cwd, env: { MSZ_ADAPTER: "swiftshader" } });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^abc/);
  expect(stderr).toMatch(/^warning: no GPU is used: [^\n]*\n$/);
});

describe("stopped", () => {
  const endless = ["run", "tiny.msz", "--weights", "random:1", ...tfjs, "--tokens", "1000000"];

  let child: ChildProcess;
  const start = (): void => {
    child = startMsz(endless, { cwd });
    child.stdin!.end();
  };
  afterEach(() => child.kill("SIGKILL"));

  test("a pipe that closes ends it quietly", async () => {
    start();
    child.stdout!.once("data", () => child.stdout!.destroy());
    const { code, stderr } = await ended(child);
    expect([code, stderr]).toEqual([0, ""]);
  });

  test("Ctrl-C ends it after the piece at hand: what was made stays, exit 130", async () => {
    start();
    child.stdout!.once("data", () => child.kill("SIGINT"));
    const { code, stdout, stderr } = await ended(child);
    expect([code, stderr]).toEqual([130, ""]);
    expect(stdout.length).toBeGreaterThan(1);
    expect(stdout.endsWith("\n")).toBe(true);
  });
});

test("where learned positions end it stops, and says so", async () => {
  const spec = "model Short { vocabulary = 20, width = 8, context = 12, positions = learned\n layers 1 { memory(slots: 2, heads: 1) } }\n";
  const folder = temporaryFolder({ "short.msz": spec });
  const ran = await msz(["run", "short.msz", "--weights", "random:1", "--prompt", "1 2 3", "--tokens", "50", ...tfjs], { cwd: folder });
  expect(ran.code).toBe(0);
  expect(ran.stdout.trim().split(" ")).toHaveLength(12);
  expect(ran.stderr).toBe("stopped: Short has learned positions for 12 tokens\n");
});

test("an encoder alone writes no text: said before anything about weights", async () => {
  const folder = temporaryFolder({ "reader.msz": "model Reader { vocabulary = 11, padding = 1, width = 8\n encoder { layers 1 { bidirectional(retention(heads: 2)) } } }\n" });
  const refused = "error[encoder-alone]: the model Reader is an encoder alone: it reads whole texts and writes none\n  = help: `msz call --entry encode` gives what it makes of a text";
  for (const weights of [[], ["--weights", "random:1"]]) expectRefused(await msz(["run", "reader.msz", ...weights, ...tfjs], { cwd: folder }), refused);
});

test("a state that grows beyond float32 ends the text with an error", async () => {
  const mixer = "mixer grow(n: axis) {\n  state s[n, width] = 1.5 * s + linear(source, n) * x\n  out = sum(linear(x, n) * s, n)\n}\n";
  const folder = temporaryFolder({ "grow.msz": `${mixer}model Grow { vocabulary = bytes, width = 16\n layers 1 { grow(n: 2) } }\n` });
  const ran = await msz(["run", "grow.msz", "--weights", "random:7", "--prompt", "a", "--tokens", "400", ...tfjs], { cwd: folder });
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain("error[not-finite]: the logits are not finite numbers: nothing can be drawn from them\n");
});
