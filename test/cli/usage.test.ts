/** Options and arguments: what is refused, with which words, what help says, and what happens where nobody takes the result. */
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ended, expectRefused, listing, msz, root, temporaryFolder, tinySpec, type Ran } from "./msz.js";

const cwd = temporaryFolder({ "tiny.msz": tinySpec });

const commands = ["init", "check", "format", "explain", "compile", "run", "call", "devices", "bind", "import", "import fairseq"];

describe("help", () => {
  test("names every command, and is the result: stdout, exit 0", async () => {
    const { code, stdout, stderr } = await msz(["--help"], { cwd });
    expect([code, stderr]).toEqual([0, ""]);
    for (const command of commands) expect(stdout).toMatch(new RegExp(`^  ${command.split(" ")[0]!} `, "m"));
    expect(stdout).toContain("Exit codes: 0 done, 1 the input is wrong, 2 the machine will not do, 130 stopped by Ctrl-C.");
  });

  test.each(commands)("%s --help has an example", async (command) => {
    const { code, stdout, stderr } = await msz([...command.split(" "), "--help"], { cwd });
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(new RegExp(`\\nExamples?:\\n {2}\\$ msz ${command} `));
  });

  test("train needs no `train` block", async () => {
    expect((await msz(["train", "--help"], { cwd })).stdout.replaceAll(/\s+/g, " ")).toContain("a spec (.msz); its `train` block, if it has one, says how");
  });

  test("without a command help goes to stderr", async () => {
    const { code, stdout, stderr } = await msz([], { cwd });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("Usage: msz");
  });

  test("`msz help run` is `msz run --help`", async () => {
    const [a, b] = await Promise.all([msz(["help", "run"], { cwd }), msz(["run", "--help"], { cwd })]);
    expect(a).toEqual(b);
  });

  test("the version is the package's", async () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    expect(await msz(["--version"], { cwd })).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });
});

describe("refused", () => {
  const run = ["run", "tiny.msz", "--weights", "random:1"];
  test.each<[string[], string]>([
    [["chek", "tiny.msz"], "error[usage]: unknown command `chek`\n  = help: did you mean `check`?"],
    [["check"], "error[usage]: missing required argument `file`\n  = help: `msz check --help` shows what there is"],
    [["check", "tiny.msz", "--jso"], "error[usage]: unknown option `--jso`\n  = help: did you mean `--json`?"],
    [["compile", "a", "b"], "error[usage]: too many arguments for `compile`. Expected 1 argument but got 2\n  = help: `msz compile --help` shows what there is"],
    [["import", "pytorch"], "error[usage]: unknown command `pytorch`\n  = help: `msz import --help` shows what there is"],
    [["import", "fairseq", "x"], "error[usage]: required option `--spec <file>` not specified\n  = help: `msz import fairseq --help` shows what there is"],
    [["bind", "tiny.msz"], "error[usage]: required option `-o, --out <file>` not specified\n  = help: `msz bind --help` shows what there is"],
    [[...run, "--tokens"], "error[usage]: option `-n, --tokens <n>` argument missing\n  = help: `msz run --help` shows what there is"],
    [[...run, "--tokens", "0"], "error[bad-option]: `--tokens` takes a whole number from 1 to 1000000000, not `0`"],
    [[...run, "--tokens", "1.5"], "error[bad-option]: `--tokens` takes a whole number from 1 to 1000000000, not `1.5`"],
    [[...run, "--tokens", "many"], "error[bad-option]: `--tokens` takes a whole number from 1 to 1000000000, not `many`"],
    [[...run, "--top-p", "2"], "error[bad-option]: `--top-p` takes a number above 0 and at most 1, not `2`"],
    [[...run, "--top-p", "0"], "error[bad-option]: `--top-p` takes a number above 0 and at most 1, not `0`"],
    [[...run, "--top-k", "-1"], "error[bad-option]: `--top-k` takes a whole number of at least 0, not `-1`"],
    [[...run, "--temperature", "-0.5"], "error[bad-option]: `--temperature` takes a number from 0 to 100, not `-0.5`"],
    [[...run, "--seed", "4294967296"], "error[bad-option]: `--seed` takes a whole number from 0 to 4294967295, not `4294967296`"],
    [[...run, "--debug-sync"], "error[bad-option]: `--debug-sync` is for CUDA, where it waits behind every launch\n  = why: no backend was asked for\n  = help: add `--backend cuda`, or leave `--debug-sync` out"],
    [["bench", "tiny.msz", "--backend", "webgpu,tfjs", "--debug-sync"], "error[bad-option]: `--debug-sync` is for CUDA, where it waits behind every launch\n  = why: the backend is webgpu and tfjs\n  = help: add `--backend cuda`, or leave `--debug-sync` out"],
    [["evaluate", "tiny.msz", "--backend", "tfjs", "--debug-sync"], "error[bad-option]: `--debug-sync` is for CUDA, where it waits behind every launch\n  = why: the backend is tfjs\n  = help: add `--backend cuda`, or leave `--debug-sync` out"],
    [[...run, "--precision", "bfloat16"], "error[bad-option]: `--precision` is for CUDA, where it says what matrix products multiply\n  = why: no backend was asked for\n  = help: add `--backend cuda`, or leave `--precision` out"],
    [["compile", "tiny.msz", "--target", "wgsl,tfjs", "--precision", "float16"], "error[bad-option]: `--precision` is for CUDA, where it says what matrix products multiply\n  = why: the plan is for wgsl and tfjs\n  = help: add cuda to `--target`, or leave `--precision` out"],
    [["evaluate", "tiny.plan.json", "--backend", "cuda", "--precision", "bfloat16"], "error[bad-option]: `--precision` says what a spec's kernels for CUDA multiply; those of a plan are made already\n  = help: compile the spec again with `msz compile --precision …`"],
    [["compile", "tiny.msz", "--precision", "tf32"], "error[bad-option]: `--precision` takes float32, float16 or bfloat16, not `tf32`"],
    [[...run, "--backend", "wegpu"], "error[bad-option]: `--backend` takes webgpu, cuda or tfjs, not `wegpu`\n  = help: did you mean `webgpu`?"],
    [[...run, "--names", "torch"], "error[bad-option]: `--names` takes msz or fairseq, not `torch`"],
    [[...run, "--set", "x"], "error[bad-option]: `--set` takes name=value, not `x`\n  = help: for example `--set hidden=512`"],
    [["run", "tiny.msz", "--weights", "random:x"], "error[bad-option]: `random:x` has no seed\n  = help: write a whole number below 2^32, for example `--weights random:7`"],
    [["compile", "tiny.msz", "--target", "wgsl,metal"], "error[bad-option]: `--target` takes wgsl, cuda or tfjs, not `metal`"],
    [["compile", "tiny.msz", "--target", ""], "error[bad-option]: `--target` takes wgsl, cuda or tfjs, not ``"],
    [["compile", "tiny.msz", "--emit", "grph"], "error[bad-option]: `--emit` takes graph or kernels, not `grph`\n  = help: did you mean `graph`?"],
    [["compile", "tiny.msz", "--chunk", "0"], "error[bad-option]: `--chunk` takes a whole number from 1 to 4096, not `0`"],
    [["call", "tiny.msz", "-e", "foward", "-o", "o"], "error[bad-option]: `--entry` takes encode, forward, recurrent, decode, gradients or parameters, not `foward`\n  = help: did you mean `forward`?"],
    [["call", "tiny.msz", "-e", "gradients", "-o", "o"], "error[missing-input]: the entry `gradients` needs input tensors\n  = help: name a safetensors file that holds `tokens`, int32 [B, T], with `--inputs`"],
    [["call", "tiny.msz", "-e", "forward", "-o", "o"], "error[missing-input]: the entry `forward` needs input tensors\n  = help: name a safetensors file that holds `tokens`, int32 [B, T], with `--inputs`"],
    [["call", "tiny.msz", "-e", "forward", "-o", "o", "--prefill", "3"], "error[bad-option]: `--prefill` is for the entry `recurrent`, not `forward`\n  = help: leave it out"],
  ])("msz %j", async (args, stderr) => expectRefused(await msz(args, { cwd }), stderr));

  test("--set of a constant that the spec has not", async () => {
    const { code, stdout, stderr } = await msz([...run, "--set", "sise=16"], { cwd });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^error\[unknown-constant\]: /);
    expect(stderr).toContain("sise=16");
    expect(stderr).toContain("did you mean `size`?");
  });

  test("leaves nothing behind", () => expect(listing(cwd)).toEqual(["tiny.msz"]));
});

describe("a result that cannot be written is an error", () => {
  const cwd = temporaryFolder({ "tiny.msz": tinySpec.replace("width ", "context = 16\n  width ") });
  /** With stdout as a shell makes it; what is there is the shell's `$@`. */
  const shell = (line: string, ...args: string[]): Promise<Ran> => ended(spawn("bash", ["-c", line, "bash", process.execPath, join(root, "dist/cli/main.js"), ...args], { cwd }));
  const run = ["run", "tiny.msz", "--weights", "random:1", "--backend", "tfjs", "--tokens", "2"];
  const train = ["train", "tiny.msz", "--corpus", join(root, "README.md"), "--steps", "1", "--batch", "1", "--backend", "tfjs", "--out", "lost"];

  const full = "/dev/full";
  const evaluate = ["evaluate", "tiny.msz", "--corpus", "tiny.msz", "--weights", "random:1", "--backend", "tfjs", "--json"];
  test.skipIf(!existsSync(full)).each([["explain", "tiny.msz"], ["--help"], run, train, evaluate])(`msz %s on a full disk (skipped where there is no ${full})`, async (...args) => {
    const { code, stderr } = await shell(`exec "$@" > ${full}`, ...args);
    expect(code).toBe(2);
    expect(stderr.split("\n").filter((l) => l.startsWith("error"))).toEqual(["error[unwritable-stdout]: stdout could not be written: the disk is full"]);
    expect(stderr).not.toContain("    at ");
  });

  test("also where there is room for a part of it", async () => {
    const { code, stderr } = await shell('ulimit -f 1; exec "$@" > part.json', "explain", "tiny.msz", "--json");
    expect([code, stderr]).toEqual([2, "error[unwritable-stdout]: stdout could not be written: files of that size are not allowed here (see `ulimit -f`)\n"]);
    expect(readFileSync(join(cwd, "part.json"))).toHaveLength(1024);
  });

  test.each([["--help"], run])("a pipe that nobody reads ends msz %s quietly", async (...args) => {
    expect(await shell('"$@" | true; exit ${PIPESTATUS[0]}', ...args)).toEqual({ code: 0, stdout: "", stderr: "" });
  });
});

test("a build can be run: tsc makes a file that may not, and npx's link to it stays so", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };
  const [compile, ...rest] = scripts.build!.split(" && ");
  expect([compile, scripts.prepare]).toEqual(["tsc --build", "npm run build"]);
  const folder = temporaryFolder();
  mkdirSync(join(folder, "dist/cli"), { recursive: true });
  const file = join(folder, "dist/cli/main.js");
  writeFileSync(file, "");
  chmodSync(file, 0o644);
  execFileSync(rest.join(" && "), { cwd: folder, shell: true });
  expect(statSync(file).mode & 0o777).toBe(0o755);
});
