/** The software adapters of this machine, for tests that run on each of them. */
import { openWebgpu, type AdapterChoice } from "../../runtime/webgpu/index.js";
import { MszError } from "../../src/base/error.js";

// lavapipe complains on standard error where it has no folder for its sockets.
process.env["XDG_RUNTIME_DIR"] ??= process.env["TMPDIR"] ?? "/tmp";

/** SwiftShader comes with `npm ci` on linux-x64, lavapipe with the system; the reason for each that is left out is printed. */
export async function presentAdapters(): Promise<AdapterChoice[]> {
  const present: AdapterChoice[] = [];
  for (const adapter of ["swiftshader", "lavapipe"] as const) {
    try {
      (await openWebgpu({ adapter })).dispose();
      present.push(adapter);
    } catch (error) {
      if (!(error instanceof MszError) || error.code !== "no-adapter") throw error;
      console.warn(`not tested on ${adapter}: ${error.reason}`);
    }
  }
  return present;
}
