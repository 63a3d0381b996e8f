/** The simulated NCCL: ranks in processes of their own. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { buildSimulator } from "./build.js";

const built = buildSimulator();
if ("missing" in built) console.warn(`skipped: ${built.missing}`);

describe.skipIf("missing" in built)("the simulated NCCL", () => {
  const simulator = built as Exclude<typeof built, { missing: string }>;
  const child = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> => {
    const started = spawn(process.execPath, [fileURLToPath(new URL("./nccl-child.mjs", import.meta.url)), simulator.driver, simulator.nccl, ...args], { env: { ...process.env, ...env } });
    let text = "";
    for (const stream of [started.stdout, started.stderr]) stream.on("data", (data: Buffer) => (text += data.toString()));
    return new Promise((resolve) => started.on("close", () => resolve(text.trim())));
  };
  const name = (): string => `msz-nccl-test-${process.pid}-${Date.now()}`;

  test("sums and broadcasts over processes, the same on all ranks", async () => {
    const id = name();
    const ranks = await Promise.all([0, 1, 2].map((rank) => child([id, "3", String(rank)])));
    // Longer than what goes at a time; in float32, then float16, then what rank 1 has.
    const result = { f32: [3, 6, 900003], f16: [6, 9.75, "inf"], broadcast: [1, 1], error: 0 };
    expect(ranks.map((text) => JSON.parse(text) as unknown)).toEqual([result, result, { ...result }]);
  });

  test("a rank that does not come is an error, not a wait without end", async () => {
    expect(await child([name(), "2", "0"], { MSZ_SIM_NCCL_TIMEOUT: "300" })).toBe("ncclCommInitRank 6");
    const id = name();
    const texts = await Promise.all([child([id, "2", "0"], { MSZ_SIM_NCCL_TIMEOUT: "1000" }), child([id, "2", "1", "leaves"])]);
    expect(texts).toEqual([JSON.stringify({ f32: [null, null, null], error: 6 }), "left"]);
  });
});
