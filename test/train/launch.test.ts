/** Which ranks a command line and an environment ask for. */
import { describe, expect, test } from "vitest";
import { expectCuda, expectDevices, launchOf } from "../../cli/train/launch.js";

const torchrun = { RANK: "3", WORLD_SIZE: "8", LOCAL_RANK: "1", MASTER_ADDR: "node0", MASTER_PORT: "29500" };

describe("a launch", () => {
  test("is none where nobody asks for one, and for one device or one rank", () => {
    expect(launchOf(undefined, {})).toBeUndefined();
    expect(launchOf(undefined, { RANK: "0" })).toBeUndefined();
    expect(launchOf(undefined, { ...torchrun, RANK: "0", WORLD_SIZE: "1" })).toBeUndefined();
    expect(launchOf(1, {})).toBeUndefined();
    expect(launchOf(2, { RANK: "0", WORLD_SIZE: "1" })?.starts).toBe(true);
  });

  test("of --devices starts the others, on this machine alone", () => {
    expect(launchOf(4, {})).toMatchObject({ starts: true, device: 0, place: { rank: 0, size: 4, host: "127.0.0.1", port: 0 } });
  });

  test("of a launcher is its rank, on the device of its local rank", () => {
    expect(launchOf(undefined, torchrun)).toMatchObject({ starts: false, device: 1, place: { rank: 3, size: 8, host: "node0", port: 29500 } });
    expect(launchOf(undefined, { ...torchrun, LOCAL_RANK: undefined, MSZ_CUDA_DEVICE: "2" })?.device).toBe(2);
    expect(launchOf(undefined, { ...torchrun, LOCAL_RANK: undefined })?.device).toBe(3);
  });

  test("leaves a port to a launcher that says that it uses it", () => {
    expect(launchOf(undefined, { ...torchrun, TORCHELASTIC_USE_AGENT_STORE: "True" })?.place.port).toBe(29501);
    expect(launchOf(undefined, { ...torchrun, TORCHELASTIC_USE_AGENT_STORE: "False" })?.place.port).toBe(29500);
  });

  test.each([
    [{ ...torchrun, RANK: "8" }, "RANK is 8 and WORLD_SIZE is 8"],
    [{ ...torchrun, WORLD_SIZE: "two" }, "WORLD_SIZE is `two`"],
    [{ ...torchrun, MASTER_ADDR: undefined }, "MASTER_ADDR is not"],
    [{ ...torchrun, MASTER_PORT: "" }, "MASTER_PORT is not"],
  ])("refuses an environment that makes no sense: %o", (env, message) => expect(() => launchOf(undefined, env)).toThrow(message));

  test("is asked for once", () => expect(() => launchOf(2, torchrun)).toThrow("RANK=3 in the environment says that this process is one of 8 already"));
});

test("several devices are for cuda", () => {
  const launch = launchOf(undefined, torchrun);
  expect(() => expectCuda(launch, undefined, "webgpu")).toThrow("RANK and WORLD_SIZE in the environment ask for several ranks, and the backend is webgpu");
  expect(() => expectCuda(undefined, 1, "tfjs")).toThrow("`--devices 1`, and the backend is tfjs");
  for (const backend of ["cuda", undefined]) expectCuda(launch, undefined, backend);
  expectCuda(undefined, undefined, "webgpu");
});

test("no more devices than there are", () => {
  expectDevices(2, ["A", "B"]);
  expect(() => expectDevices(3, ["A", "B"])).toThrow("`--devices 3` asks for 3 devices, and this machine has 2: A, B");
});
