/** Where CUDA's libraries are looked for, in which order, on machines that are made up. */
import { describe, expect, test } from "vitest";
import { fateOf, findCublasLt, findDriver, findNccl, findNvcc, findNvrtc, type Machine, type Search } from "../../runtime/cuda/libraries.js";

/** A machine with these files and no others. */
function machine(files: readonly string[], env: Record<string, string> = {}, platform = "linux"): Machine {
  return {
    platform,
    env,
    home: "/home/ada",
    exists: (path) => files.includes(path) || files.some((file) => file.startsWith(`${path}/`)),
    list: (folder) => [...new Set(files.filter((file) => file.startsWith(`${folder}/`)).map((file) => file.slice(folder.length + 1).split("/")[0]!))],
  };
}

const paths = ({ candidates }: Search): string[] => candidates.map(({ path }) => path);

describe("the driver", () => {
  test("by its name, then where containers, WSL, NixOS and Debian keep it; never a stub", () => {
    const files = [
      "/usr/lib/x86_64-linux-gnu/nvidia/current/libcuda.so.1", "/usr/lib/wsl/lib/libcuda.so.1", "/run/opengl-driver/lib/libcuda.so.1", "/usr/local/nvidia/lib64/libcuda.so.1",
      "/usr/local/cuda/lib64/stubs/libcuda.so", "/usr/local/cuda/lib64/stubs/libcuda.so.1",
    ];
    expect(paths(findDriver(machine(files, { CUDA_HOME: "/usr/local/cuda" })))).toEqual([
      "libcuda.so.1", "/usr/lib/wsl/lib/libcuda.so.1", "/usr/local/nvidia/lib64/libcuda.so.1", "/run/opengl-driver/lib/libcuda.so.1", "/usr/lib/x86_64-linux-gnu/nvidia/current/libcuda.so.1",
    ]);
  });

  test("where it is not is told", () => {
    const { candidates, missed } = findDriver(machine([]));
    expect(candidates).toEqual([{ path: "libcuda.so.1", before: [] }]);
    expect(missed).toContain("/usr/lib/wsl/lib/libcuda.so.1: no such file");
  });

  test("Windows and macOS", () => {
    expect(paths(findDriver(machine([], {}, "win32")))).toEqual(["nvcuda.dll"]);
    expect(findDriver(machine([], {}, "darwin"))).toMatchObject({ candidates: [], missed: ["there is no CUDA for macOS"] });
  });
});

describe("NVRTC", () => {
  const wheel = "/venv/lib/python3.11/site-packages/nvidia/cu13/lib";
  const everywhere = [
    "/opt/cuda/lib64/libnvrtc.so.13", "/usr/local/cuda-12.4/lib64/libnvrtc.so.12", "/usr/local/cuda-13.0/lib64/libnvrtc.so.13",
    "/conda/lib/libnvrtc.so.13", `${wheel}/libnvrtc.so.13`, `${wheel}/libnvrtc-builtins.so.13.0`, `${wheel}/libnvrtc-builtins.alt.so.13.0`,
  ];

  test("wheels, conda, the loader, toolkits; the newest of each first", () => {
    expect(paths(findNvrtc(machine(everywhere, { VIRTUAL_ENV: "/venv", CONDA_PREFIX: "/conda" })))).toEqual([
      `${wheel}/libnvrtc.so.13`, "/conda/lib/libnvrtc.so.13", "libnvrtc.so.13", "libnvrtc.so.12",
      "/usr/local/cuda-13.0/lib64/libnvrtc.so.13", "/opt/cuda/lib64/libnvrtc.so.13", "/usr/local/cuda-12.4/lib64/libnvrtc.so.12",
    ]);
  });

  test("its built-ins are loaded before it, from beside it", () => {
    expect(findNvrtc(machine(everywhere, { VIRTUAL_ENV: "/venv" })).candidates[0]).toEqual({ path: `${wheel}/libnvrtc.so.13`, before: [`${wheel}/libnvrtc-builtins.so.13.0`] });
    const cuda12 = "/home/ada/.local/lib/python3.12/site-packages/nvidia/cuda_nvrtc/lib";
    expect(findNvrtc(machine([`${cuda12}/libnvrtc.so.12`, `${cuda12}/libnvrtc-builtins.so.12.4`])).candidates[0]).toEqual({ path: `${cuda12}/libnvrtc.so.12`, before: [`${cuda12}/libnvrtc-builtins.so.12.4`] });
  });

  test("of the Python on the path, of the system's, and of the user's", () => {
    const file = (site: string): string => `${site}/nvidia/cu13/lib/libnvrtc.so.13`;
    const files = ["/work env/bin/python3", file("/work env/lib/python3.12/site-packages"), file("/usr/lib/python3/dist-packages"), file("/usr/local/lib/python3.10/dist-packages"), file("/home/ada/.local/lib/python3.11/site-packages")];
    expect(paths(findNvrtc(machine(files, { PATH: "/work env/bin:/usr/bin" }))).slice(0, 4)).toEqual([
      file("/work env/lib/python3.12/site-packages"), file("/home/ada/.local/lib/python3.11/site-packages"), file("/usr/local/lib/python3.10/dist-packages"), file("/usr/lib/python3/dist-packages"),
    ]);
  });

  test("CUDA_PATH stands before CUDA_HOME and both before /usr/local", () => {
    const files = ["/a/lib64/libnvrtc.so.13", "/b/lib64/libnvrtc.so.13", "/usr/local/cuda/lib64/libnvrtc.so.13"];
    expect(paths(findNvrtc(machine(files, { CUDA_PATH: "/b", CUDA_HOME: "/a" }))).slice(2)).toEqual(["/b/lib64/libnvrtc.so.13", "/a/lib64/libnvrtc.so.13", "/usr/local/cuda/lib64/libnvrtc.so.13"]);
  });

  test("one that is newer than the driver is not tried, and that is told", () => {
    const search = findNvrtc(machine(everywhere, { VIRTUAL_ENV: "/venv" }), 12);
    expect(paths(search)).toEqual(["libnvrtc.so.12", "/usr/local/cuda-12.4/lib64/libnvrtc.so.12"]);
    expect(search.missed).toEqual(["libnvrtc.so.13: not tried, newer than the driver, which knows CUDA 12"]);
  });

  test("Windows", () => {
    const site = "C:/env/Lib/site-packages/nvidia/cu13/bin/x86_64";
    const found = findNvrtc(machine([`${site}/nvrtc64_130_0.dll`, `${site}/nvrtc-builtins64_130.dll`], { VIRTUAL_ENV: "C:/env" }, "win32"));
    expect(found.candidates).toEqual([{ path: `${site}/nvrtc64_130_0.dll`, before: [`${site}/nvrtc-builtins64_130.dll`] }, { path: "nvrtc64_130_0.dll", before: [] }, { path: "nvrtc64_120_0.dll", before: [] }]);
  });
});

test("cuBLASLt and NCCL lie in wheels of their own", () => {
  const site = "/venv/lib/python3.11/site-packages/nvidia";
  const here = machine([`${site}/cublas/lib/libcublasLt.so.12`, `${site}/nccl/lib/libnccl.so.2`], { VIRTUAL_ENV: "/venv" });
  expect(paths(findCublasLt(here))).toEqual([`${site}/cublas/lib/libcublasLt.so.12`, "libcublasLt.so.13", "libcublasLt.so.12"]);
  expect(paths(findNccl(here))).toEqual([`${site}/nccl/lib/libnccl.so.2`, "libnccl.so.2"]);
});

test("nvcc: toolkits before the path", () => {
  const here = machine(["/usr/bin/nvcc", "/usr/local/cuda/bin/nvcc", "/b/bin/nvcc"], { PATH: "/bin:/usr/bin", CUDA_HOME: "/b" });
  expect(paths(findNvcc(here))).toEqual(["/b/bin/nvcc", "/usr/local/cuda/bin/nvcc", "/usr/bin/nvcc"]);
  expect(findNvcc(machine([])).missed).toEqual(["CUDA_PATH, CUDA_HOME, /usr/local/cuda*, /opt/cuda and the folders of PATH: no nvcc"]);
});

describe("a setting names one file, and nothing else is tried", () => {
  const searches = [["MSZ_CUDA_DRIVER", findDriver], ["MSZ_NVRTC", findNvrtc], ["MSZ_CUBLASLT", findCublasLt], ["MSZ_NCCL", findNccl], ["MSZ_NVCC", findNvcc]] as const;

  test.each(searches)("%s", (setting, find) => {
    const other = ["/usr/local/cuda/bin/nvcc", "/usr/lib/wsl/lib/libcuda.so.1", "/usr/local/cuda/lib64/libnvrtc.so.13"];
    expect(find(machine([...other, "/a/b.so"], { [setting]: "/a/b.so" }))).toMatchObject({ setting, candidates: [{ path: "/a/b.so", before: [] }], missed: [] });
    expect(find(machine(other, { [setting]: "b.so" })).candidates).toEqual([{ path: "b.so", before: [] }]);
    expect(find(machine(other, { [setting]: "/a/b.so" }))).toMatchObject({ candidates: [], missed: [`${setting}=/a/b.so: there is no such file`] });
    for (const none of ["", "none"]) expect(find(machine(other, { [setting]: none }))).toMatchObject({ candidates: [], missed: [`${setting} says that there is none`] });
  });

  test.each(searches)("%s: a file that is there, and is no library, is not one that was not found", (setting, find) => {
    const fate = (env: Record<string, string>): string => fateOf(find(machine(["/a/b.so"], env)), { env });
    expect([{ [setting]: "/a/b.so" }, { [setting]: "/a/c.so" }, { [setting]: "none" }, {}].map(fate)).toEqual(["cannot be loaded", "was not found", "was not found", "was not found"]);
  });

  test("also then the built-ins come first", () => {
    expect(findNvrtc(machine(["/a/libnvrtc.so.13", "/a/libnvrtc-builtins.so.13.0"], { MSZ_NVRTC: "/a/libnvrtc.so.13" })).candidates).toEqual([{ path: "/a/libnvrtc.so.13", before: ["/a/libnvrtc-builtins.so.13.0"] }]);
  });
});
