/**
 * NVIDIA's own driver library on a machine without a GPU: Debian's `libcuda1`, fetched as a package and unpacked into a folder, is loaded, has all functions, and says that it sees no GPU.
 * `MSZ_TEST_LIBCUDA` may name such a library; else apt is asked for it: in the lists that it has, then in Debian's component non-free with lists of this test's own.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { loadKoffi } from "../../runtime/cuda/ffi/koffi.js";
import { bindDriver } from "../../runtime/cuda/ffi/functions.js";
import { driverVersion } from "../../runtime/cuda/ffi/driver.js";
import { openCudaDriver } from "../../runtime/cuda/open-driver.js";
import { surveyCudaHere } from "../../runtime/cuda/survey.js";
import { thisMachine } from "../../runtime/cuda/machine.js";

const folder = mkdtempSync(join(tmpdir(), "msz-test-libcuda-"));
/** The library makes this file when root loads it, GPU or not. */
const control = "/dev/nvidiactl";
const hadControl = existsSync(control);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  if (!hadControl && "path" in found) rmSync(control, { force: true });
});

/** The library, or why it is not to be had. */
function debianDriver(): { readonly path: string } | { readonly missing: string } {
  const named = process.env.MSZ_TEST_LIBCUDA;
  if (named) return existsSync(named) ? { path: named } : { missing: `${named} is not there` };
  if (process.platform !== "linux") return { missing: "Debian's packages are for Linux" };
  if (existsSync("/dev/nvidia0")) return { missing: "this machine has an NVIDIA GPU" };
  const refused = download([]) && downloadNonFree();
  const deb = readdirSync(folder).find((name) => name.endsWith(".deb"));
  if (!deb) return { missing: refused ?? "apt-get gave nothing" };
  const to = join(folder, "unpacked");
  mkdirSync(to);
  if (spawnSync("dpkg", ["-x", deb, to], { cwd: folder }).status !== 0) return { missing: "dpkg does not unpack it" };
  const path = readdirSync(to, { recursive: true }).map(String).find((name) => name.endsWith("/libcuda.so.1"));
  return path ? { path: join(to, path) } : { missing: "the package has no libcuda.so.1" };
}

/** Why not; undefined when it is there. */
function download(options: readonly string[]): string | undefined {
  const got = spawnSync("apt-get", [...options, "download", "libcuda1"], { cwd: folder, encoding: "utf8", timeout: 20_000 });
  return got.status === 0 ? undefined : (got.error?.message ?? (got.stderr.trim().split("\n").at(-1) || "apt-get gave nothing"));
}

function downloadNonFree(): string | undefined {
  const keys = "/usr/share/keyrings/debian-archive-keyring.gpg";
  if (!existsSync(keys)) return "apt has no package libcuda1, and Debian's keys are not here";
  for (const name of ["lists/partial", "cache/archives/partial"]) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, "non-free.list"), `deb [signed-by=${keys}] http://deb.debian.org/debian bookworm non-free\n`);
  const options = [`Dir::Etc::sourcelist=${join(folder, "non-free.list")}`, "Dir::Etc::sourceparts=-", `Dir::State::lists=${join(folder, "lists")}`, `Dir::Cache=${join(folder, "cache")}`].flatMap((option) => ["-o", option]);
  spawnSync("apt-get", [...options, "update"], { timeout: 20_000 });
  return download(options);
}

const found = debianDriver();
if ("missing" in found) console.log(`Debian's libcuda1 is left out: ${found.missing}`);
const path = "missing" in found ? "" : found.path;
const machine = { ...thisMachine(), env: { ...process.env, MSZ_CUDA_DRIVER: path } };

test.skipIf("missing" in found)("NVIDIA's driver library has every function that is bound, and tells its version", async () => {
  const ffi = await loadKoffi();
  const library = ffi.load(path);
  // One that is missing is a function that throws when it is called, which none of these does: they are given nothing to work on, and refuse.
  const functions = bindDriver(library);
  const missing = Object.entries(functions).filter(([name]) => library.find(`int ${name}()`) === undefined);
  expect(missing).toEqual([]);
  expect(driverVersion(ffi, library)).toBeGreaterThanOrEqual(11000);
});

test.skipIf("missing" in found)("without a GPU: no-cuda, with what to do", async () => {
  const error = await openCudaDriver({}, machine).then(() => "opened", (e: unknown) => e);
  expect(error).toMatchObject({
    code: "no-cuda",
    blame: "machine",
    message: "CUDA cannot be used: there is an NVIDIA driver library, but it sees no GPU (CUDA_ERROR_NO_DEVICE, 100)",
    reason: `starting the NVIDIA driver \`${path}\`: cuInit failed`,
    hint: "the machine needs an NVIDIA GPU and its kernel driver loaded (`nvidia-smi`); a container needs `--gpus all`; CUDA_VISIBLE_DEVICES must not hide it",
  });
});

test.skipIf("missing" in found)("`msz devices` lists it all the same", async () => {
  const survey = await surveyCudaHere(machine);
  expect(survey).toMatchObject({ backend: "cuda", usable: false, devices: [] });
  expect(survey.libraries[0]).toMatchObject({ name: "driver", found: true, path, version: expect.stringMatching(/^1\d\.\d$/) as string });
});
