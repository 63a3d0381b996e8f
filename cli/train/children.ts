/** The other ranks of `--devices`: processes of this program, one a device. In: where rank 0 listens. Out: processes that end with this one; what they wrote last, should one die. */
import { spawn, type ChildProcess } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { MszError } from "../../runtime/index.js";
import { startedVariable } from "./launch.js";

/** Characters of a process's errors that are kept. */
const keptText = 4000;
/** A connection ends a moment before its process does, milliseconds. */
const moment = 1000;

interface Child {
  readonly rank: number;
  readonly process: ChildProcess;
  text: string;
  /** How it ended: `exit code 1`, `SIGKILL`. */
  ended: string | null;
}

export class Children {
  /** Rejects when one ends. */
  readonly failed: Promise<never>;
  private reject!: (error: MszError) => void;
  private readonly children: Child[] = [];

  constructor() {
    this.failed = new Promise((_, reject) => (this.reject = reject));
    this.failed.catch(() => undefined);
  }

  /** Ranks 1 to `size` - 1, each on the device of its number. */
  start(size: number, port: number): void {
    const given = withoutDevices(process.argv.slice(1));
    for (let rank = 1; rank < size; rank++) {
      const env = { ...process.env, RANK: String(rank), WORLD_SIZE: String(size), LOCAL_RANK: String(rank), MASTER_ADDR: "127.0.0.1", MASTER_PORT: String(port), MSZ_CUDA_DEVICE: String(rank), [startedVariable]: "1" };
      const child: Child = { rank, process: spawn(process.execPath, [...process.execArgv, ...given], { env, stdio: ["ignore", "ignore", "pipe"] }), text: "", ended: null };
      child.process.stderr!.setEncoding("utf8").on("data", (text: string) => (child.text = (child.text + text).slice(-keptText)));
      const end = (how: string): void => {
        child.ended ??= how;
        this.reject(this.goneError(child));
      };
      child.process.on("error", (error) => end(error.message));
      child.process.on("close", (code, signal) => end(signal ?? `exit code ${code}`));
      this.children.push(child);
    }
  }

  /** The error, with how the process ended that is gone and what it said. */
  async explain(error: unknown): Promise<unknown> {
    if (!(error instanceof MszError && error.code === "rank-gone")) return error;
    const named = (): Child | undefined => this.children.find(({ rank, ended }) => ended !== null && ended !== "exit code 0" && (error.message.includes(`rank ${rank} `) || error.message.startsWith("another rank")));
    const until = performance.now() + moment;
    while (!named() && performance.now() < until) await pause(20);
    const child = named();
    return child ? this.goneError(child) : error;
  }

  end(): void {
    for (const child of this.children) if (child.ended === null) child.process.kill("SIGTERM");
  }

  private goneError({ rank, ended, text }: Child): MszError {
    const said = text.trim();
    return new MszError("rank-gone", `rank ${rank} is gone: its process ended with ${ended}`, {
      blame: "machine", reason: said === "" ? "it said nothing" : `it said: ${said}`, hint: "all ranks end, for an update needs every one of them; go on from the last checkpoint with `--resume`",
    });
  }
}

/** The same command line, without what starts ranks. */
function withoutDevices(words: readonly string[]): string[] {
  return words.filter((word, i) => !/^--devices(=|$)/.test(word) && words[i - 1] !== "--devices");
}
