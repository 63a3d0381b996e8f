/**
 * Where CUDA's libraries and nvcc may lie: for each one the places in order, most trusted first. In: a view of the machine (environment, files). Out: what may be
 * loaded, and what was looked at, for messages. Nothing is loaded here. A setting in the environment names one file, and then nothing else is tried.
 */
import { join } from "node:path";

/** What a search may look at: tests give another one. */
export interface Machine {
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  exists(path: string): boolean;
  /** Names in a folder; empty where there is none. */
  list(folder: string): readonly string[];
}

export interface Candidate {
  /** A path, or a name that the system's loader knows where to find. */
  readonly path: string;
  /** Libraries that must be loaded before it, by path. */
  readonly before: readonly string[];
}

export interface Search {
  /** `NVRTC` */
  readonly what: string;
  /** The setting that names one file. */
  readonly setting: string;
  readonly candidates: readonly Candidate[];
  /** Where there was nothing, in words. */
  readonly missed: readonly string[];
}

export const librarySettings = { driver: "MSZ_CUDA_DRIVER", nvrtc: "MSZ_NVRTC", cublasLt: "MSZ_CUBLASLT", nccl: "MSZ_NCCL", nvcc: "MSZ_NVCC" } as const;

/** Whether the setting names a file, and does not say that there is none. */
export function isNamed({ env }: Pick<Machine, "env">, setting: string): boolean {
  const value = env[setting];
  return value !== undefined && value !== "" && value !== "none";
}

/** Of a search that gave no library: a file that its setting names may be there, and be none. */
export function fateOf({ setting, candidates }: Search, machine: Pick<Machine, "env">): string {
  return isNamed(machine, setting) && candidates.length > 0 ? "cannot be loaded" : "was not found";
}

/** The driver's own library: never one of a toolkit's `stubs`. */
export function findDriver(machine: Machine): Search {
  const what = "the NVIDIA driver's library";
  const set = fromSetting(machine, what, librarySettings.driver);
  if (set) return set;
  if (machine.platform === "darwin") return { what, setting: librarySettings.driver, candidates: [], missed: ["there is no CUDA for macOS"] };
  if (machine.platform === "win32") return { what, setting: librarySettings.driver, candidates: [byName("nvcuda.dll")], missed: [] };
  const paths = ["/usr/lib/wsl/lib", "/usr/local/nvidia/lib64", "/run/opengl-driver/lib", ...systemFolders.map((folder) => join(folder, "nvidia/current"))].map((folder) => join(folder, "libcuda.so.1"));
  return { what, setting: librarySettings.driver, candidates: [byName("libcuda.so.1"), ...present(machine, paths)], missed: absent(machine, paths) };
}

interface ToolkitLibrary {
  readonly what: string;
  readonly setting: string;
  /** Folders of pip's wheels below site-packages. */
  readonly wheels: readonly string[];
  /** File names, newest first, of Linux and Windows. */
  readonly names: readonly string[];
  readonly windows: readonly string[];
  /** Newest major version of CUDA first, as `names`. */
  readonly majors: readonly number[];
}

/** @param newest major version of CUDA that the driver knows: what a newer compiler makes it does not take */
export function findNvrtc(machine: Machine, newest = Infinity): Search {
  const library = {
    what: "NVRTC",
    setting: librarySettings.nvrtc,
    wheels: ["nvidia/cu13/lib", "nvidia/cuda_nvrtc/lib", "nvidia/cu13/bin/x86_64", "nvidia/cuda_nvrtc/bin"],
    names: ["libnvrtc.so.13", "libnvrtc.so.12"],
    windows: ["nvrtc64_130_0.dll", "nvrtc64_120_0.dll"],
    majors: [13, 12],
  };
  return findToolkitLibrary(machine, library, newest);
}

export function findCublasLt(machine: Machine, newest = Infinity): Search {
  const library = {
    what: "cuBLASLt",
    setting: librarySettings.cublasLt,
    wheels: ["nvidia/cu13/lib", "nvidia/cublas/lib", "nvidia/cu13/bin/x86_64", "nvidia/cublas/bin"],
    names: ["libcublasLt.so.13", "libcublasLt.so.12"],
    windows: ["cublasLt64_13.dll", "cublasLt64_12.dll"],
    majors: [13, 12],
  };
  return findToolkitLibrary(machine, library, newest);
}

export function findNccl(machine: Machine): Search {
  return findToolkitLibrary(machine, { what: "NCCL", setting: librarySettings.nccl, wheels: ["nvidia/nccl/lib"], names: ["libnccl.so.2"], windows: [], majors: [0] }, Infinity);
}

/** The compiler as a program: beside the toolkits that are known, and on the path. */
export function findNvcc(machine: Machine): Search {
  const set = fromSetting(machine, "nvcc", librarySettings.nvcc);
  if (set) return set;
  const windows = machine.platform === "win32";
  const folders = [...toolkits(machine).map((folder) => join(folder, "bin")), ...pathFolders(machine)];
  const paths = unique(folders).map((folder) => join(folder, windows ? "nvcc.exe" : "nvcc"));
  const candidates = present(machine, paths);
  return { what: "nvcc", setting: librarySettings.nvcc, candidates, missed: candidates.length > 0 ? [] : ["CUDA_PATH, CUDA_HOME, /usr/local/cuda*, /opt/cuda and the folders of PATH: no nvcc"] };
}

function findToolkitLibrary(machine: Machine, library: ToolkitLibrary, newest: number): Search {
  const { what, setting } = library;
  const set = fromSetting(machine, what, setting);
  if (set) return set;
  const all = machine.platform === "win32" ? library.windows : library.names;
  const names = all.filter((_, i) => library.majors[i]! <= newest);
  const tooNew = all.filter((name) => !names.includes(name)).map((name) => `${name}: not tried, newer than the driver, which knows CUDA ${newest}`);

  const wheels = sitePackages(machine).flatMap((site) => library.wheels.map((wheel) => join(site, wheel)));
  const conda = machine.env["CONDA_PREFIX"] ? [join(machine.env["CONDA_PREFIX"], "lib"), join(machine.env["CONDA_PREFIX"], "targets/x86_64-linux/lib")] : [];
  const toolkitFolders = toolkits(machine).flatMap((folder) => ["lib64", "lib", "targets/x86_64-linux/lib", "targets/sbsa-linux/lib", "bin/x64", "bin"].map((sub) => join(folder, sub)));
  const inFolders = (folders: readonly string[]): Candidate[] => names.flatMap((name) => folders.map((folder) => withHelpers(machine, folder, name)).filter((c) => machine.exists(c.path)));
  const candidates = [...inFolders(wheels), ...inFolders(conda), ...names.map(byName), ...inFolders(toolkitFolders)];
  return {
    what,
    setting,
    candidates: candidates.filter((c, i) => candidates.findIndex((other) => other.path === c.path) === i),
    missed: [...tooNew, ...(inFolders([...wheels, ...conda, ...toolkitFolders]).length > 0 ? [] : [`Python's packages, CONDA_PREFIX, CUDA_PATH, CUDA_HOME, /usr/local/cuda*, /opt/cuda: no ${names.join(" or ") || what}`])],
  };
}

/** NVRTC opens its built-ins by name when it first compiles, and its wheel does not say that they lie beside it. */
function withHelpers(machine: Machine, folder: string, name: string): Candidate {
  const isNvrtc = /nvrtc/.test(name);
  const major = /(?:\.so\.|64_)(\d\d)/.exec(name)?.[1];
  const helpers = isNvrtc ? machine.list(folder).filter((file) => /^(lib)?nvrtc-builtins/.test(file) && !/static|\.a$|\.alt\./.test(file) && (file.includes(`.so.${major}`) || file.includes(`64_${major}`))) : [];
  return { path: join(folder, name), before: helpers.slice(0, 1).map((file) => join(folder, file)) };
}

function fromSetting(machine: Machine, what: string, setting: string): Search | undefined {
  const value = machine.env[setting];
  if (value === undefined) return undefined;
  if (value === "" || value === "none") return { what, setting, candidates: [], missed: [`${setting} says that there is none`] };
  if (/[\\/]/.test(value) && !machine.exists(value)) return { what, setting, candidates: [], missed: [`${setting}=${value}: there is no such file`] };
  const cut = Math.max(value.lastIndexOf("/"), value.lastIndexOf("\\"));
  return { what, setting, candidates: [cut < 0 ? byName(value) : withHelpers(machine, value.slice(0, cut), value.slice(cut + 1))], missed: [] };
}

const systemFolders = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"];

/** Folders where Python keeps packages, without asking Python: an active environment's, those of each `python3` on the path, the user's, the system's. */
function sitePackages(machine: Machine): string[] {
  const { env } = machine;
  const windows = machine.platform === "win32";
  const prefixes = [env["VIRTUAL_ENV"], env["CONDA_PREFIX"]].filter((prefix): prefix is string => !!prefix);
  const onPath = pathFolders(machine).filter((folder) => machine.exists(join(folder, windows ? "python.exe" : "python3")));
  if (windows) return unique([...prefixes, ...onPath.flatMap((folder) => [folder, join(folder, "..")])].map((prefix) => join(prefix, "Lib", "site-packages")));
  const roots = [...prefixes, ...onPath.map((folder) => join(folder, "..")), join(machine.home, ".local"), "/usr/local", "/usr"].map((prefix) => join(prefix, "lib"));
  return unique(roots).flatMap((lib) =>
    machine.list(lib).filter((name) => /^python3(\.\d+)?$/.test(name)).flatMap((name) => [join(lib, name, "site-packages"), join(lib, name, "dist-packages")]),
  );
}

function toolkits(machine: Machine): string[] {
  const named = [machine.env["CUDA_PATH"], machine.env["CUDA_HOME"]].filter((folder): folder is string => !!folder);
  if (machine.platform === "win32") return unique(named);
  const numbered = machine.list("/usr/local").filter((name) => name.startsWith("cuda-")).sort().reverse().map((name) => join("/usr/local", name));
  return unique([...named, "/usr/local/cuda", ...numbered, "/opt/cuda"]);
}

function pathFolders(machine: Machine): string[] {
  return (machine.env["PATH"] ?? "").split(machine.platform === "win32" ? ";" : ":").filter((folder) => folder !== "");
}

const byName = (path: string): Candidate => ({ path, before: [] });
const unique = (texts: readonly string[]): string[] => [...new Set(texts)];
const present = (machine: Machine, paths: readonly string[]): Candidate[] => paths.filter((path) => machine.exists(path)).map(byName);
const absent = (machine: Machine, paths: readonly string[]): string[] => paths.filter((path) => !machine.exists(path)).map((path) => `${path}: no such file`);
