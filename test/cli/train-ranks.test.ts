/**
 * `msz train` on several devices, over the simulated CUDA and NCCL: what is printed and written, and how a run of several ends. Simulated devices work at once here, for otherwise
 * they work only while somebody waits for them, and a rank that follows waits for rank 0.
 */
import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { prepareCuda } from "../helpers/cuda.js";
import { ended, listing, msz, startMsz, temporaryFolder, type Ran } from "./msz.js";
import { hashOf, metricsOf, reaching, stepOf, text, trainingSpec } from "./training.js";

const missing = prepareCuda();
if (missing) console.warn(`skipped: ${missing}`);

const env = { MSZ_SIM_STREAMS: "eager", MSZ_SIM_DEVICES: "2", RANK: "", WORLD_SIZE: "" };
const spec = trainingSpec({ train: "optimizer = adamw(rate: 1e-2)\n  accumulate = 2" });
const folder = missing ? "" : temporaryFolder({ "tiny.msz": spec, "text.txt": text, "other.txt": text.replaceAll("whale", "shark") });

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function launched(rank: number, size: number, port: number): Record<string, string> {
  return { ...env, RANK: String(rank), LOCAL_RANK: String(rank), WORLD_SIZE: String(size), MASTER_ADDR: "127.0.0.1", MASTER_PORT: String(port) };
}

/** One process a rank, as a launcher starts them. */
async function launch(args: (rank: number) => readonly string[], size = 2): Promise<Ran[]> {
  const port = await freePort();
  return Promise.all(Array.from({ length: size }, (_, rank) => msz(args(rank), { cwd: folder, env: launched(rank, size, port) })));
}

function start(out: string): ChildProcess {
  const child = startMsz(["train", "tiny.msz", "--out", out, "--devices", "2", "--steps", "100000", "--save-every", "2"], { cwd: folder, env });
  child.stdin!.end();
  return child;
}

describe.skipIf(missing !== undefined)("on two devices", () => {
  test("a run goes on as if it had not been paused, however its ranks are started; rank 0 alone prints and writes", async () => {
    const short = ["train", "tiny.msz", "--steps", "6"];
    const [whole, [zero, one]] = await Promise.all([
      msz([...short, "--out", "whole", "--devices", "2"], { cwd: folder, env }),
      launch(() => [...short, "--out", "parts", "--until", "3"]),
    ]);
    expect(whole.stderr).toContain("held out\n");
    expect(whole.stdout).toMatch(/^whole\/tiny.safetensors: held-out loss [\d.]+ nats a token after 6 steps, /);
    expect(one).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(zero!.stderr).toContain("paused after step 3 of 6, which is saved; go on with: msz train tiny.msz --resume parts\n");
    const rest = await msz(["train", "tiny.msz", "--resume", "parts", "--devices", "2"], { cwd: folder, env });
    expect(rest.code, rest.stderr).toBe(0);
    expect(hashOf(join(folder, "parts"), "tiny.safetensors")).toBe(hashOf(join(folder, "whole"), "tiny.safetensors"));
    expect(listing(join(folder, "whole"))).toEqual(["checkpoint.safetensors", "metrics.jsonl", "tiny.safetensors"]);
    expect(metricsOf(join(folder, "whole")).at(-1)!.step).toBe(6);
  });

  test("a rank that dies ends the run, which names it; the checkpoint before stays", async () => {
    const child = start("dies");
    const end = ended(child);
    await reaching(child, join(folder, "dies"), 2);
    process.kill(Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").trim().split(" ")[0]), "SIGKILL");
    const { code, stderr } = await end;
    expect(code).toBe(2);
    expect(stderr).toContain("error[rank-gone]: rank 1 is gone: its process ended with SIGKILL\n");
    expect(await stepOf(join(folder, "dies"))).toBeGreaterThanOrEqual(2);
    expect(listing(join(folder, "dies"))).toEqual(["checkpoint.safetensors", "metrics.jsonl"]);
  });

  test("Ctrl-C stops all behind a step that is saved", async () => {
    const child = start("stops");
    const end = ended(child);
    await reaching(child, join(folder, "stops"), 2);
    const other = Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").trim().split(" ")[0]);
    // A terminal sends it to both.
    for (const pid of [other, child.pid!]) process.kill(pid, "SIGINT");
    const { code, stderr } = await end;
    expect(code).toBe(130);
    const [, step] = /stopped after step (\d+) of 100,000, which is saved; go on with: msz train tiny.msz --resume stops --devices 2\n/.exec(stderr)!;
    expect(await stepOf(join(folder, "stops"))).toBe(Number(step));
  });

  test("ranks that are not given the same are refused by all, and nothing is left", async () => {
    const args = (rank: number): string[] => ["train", "tiny.msz", "--out", "differ", "--corpus", rank === 1 ? "other.txt" : "text.txt"];
    for (const { code, stdout, stderr } of await launch(args)) {
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toContain("error[ranks-differ]: rank 1 has another corpus than rank 0\n");
    }
    expect(listing(folder)).not.toContain("differ");
  });

  test("no more devices than there are, on cuda alone", async () => {
    const asked = await Promise.all([["--devices", "3"], ["--devices", "2", "--backend", "tfjs"]].map((more, i) => msz(["train", "tiny.msz", "--out", `none-${i}`, ...more], { cwd: folder, env })));
    expect(asked[0]!.stderr).toContain("error[cuda-device]: `--devices 3` asks for 3 devices, and this machine has 2: ");
    expect(asked[1]!.stderr).toContain("error[bad-option]: `--devices 2`, and the backend is tfjs\n");
    expect(asked.map(({ code }) => code)).toEqual([1, 1]);
    expect(listing(folder).filter((name) => name.startsWith("none"))).toEqual([]);
  });

  test("a rank without a device of its own says so, and does not wait for the others", async () => {
    const { code, stderr } = await msz(["train", "tiny.msz", "--out", "beyond"], { cwd: folder, env: { ...launched(0, 2, 29500), LOCAL_RANK: "2" } });
    expect(stderr).toContain("error[cuda-device]: rank 0 takes device 2 by LOCAL_RANK in the environment, and this machine has 2: ");
    expect(code).toBe(1);
    expect(listing(folder)).not.toContain("beyond");
  });

  test("a wait that is ended by a signal leaves no folder", async () => {
    const port = await freePort();
    const child = startMsz(["train", "tiny.msz", "--out", "waits/long"], { cwd: folder, env: launched(0, 2, port) });
    child.stdin!.end();
    const end = ended(child);
    await Promise.race([end, new Promise<void>((resolve) => child.stderr!.on("data", () => resolve()))]);
    expect(listing(folder)).toContain("waits");
    child.kill("SIGTERM");
    expect(await end).toMatchObject({ code: 143, stderr: `rank 0 waits at 127.0.0.1:${port} for rank 1 of 2\n` });
    expect(listing(folder)).not.toContain("waits");
  });

  test("a device that is not there is the user's mistake, and so is one that is no number", async () => {
    const asked = await Promise.all(["2", "x"].map((device) => msz(["train", "tiny.msz", "--out", `lacks-${device}`, "--backend", "cuda"], { cwd: folder, env: { ...env, MSZ_CUDA_DEVICE: device } })));
    expect(asked[0]!.stderr).toContain("error[cuda-device]: there is no CUDA device 2\n");
    expect(asked[1]!.stderr).toContain("error[cuda-device]: MSZ_CUDA_DEVICE is `x` in the environment\n");
    expect(asked[1]!.stderr).toContain("it takes a whole number, from 0");
    expect(asked.map(({ code }) => code)).toEqual([1, 1]);
    expect(listing(folder).filter((name) => name.startsWith("lacks"))).toEqual([]);
  });
});
