/** Which ranks a command line and an environment ask for. */
import { describe, expect, test } from "vitest";
import { expectCuda, expectDevice, expectDevices, launchOf } from "../../cli/train/launch.js";

const torchrun = { RANK: "3", WORLD_SIZE: "8", LOCAL_RANK: "1", MASTER_ADDR: "node0", MASTER_PORT: "29500" };

describe("a launch", () => {
  test("is none where nobody asks for one, and for one device or one rank", () => {
    expect(launchOf(undefined, {})).toBeUndefined();
    expect(launchOf(undefined, { WORLD_SIZE: "1" })).toBeUndefined();
    expect(launchOf(undefined, { RANK: "", WORLD_SIZE: "" })).toBeUndefined();
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
    [{ RANK: "0" }, "RANK is 0, and WORLD_SIZE is not set in the environment"],
    [{ WORLD_SIZE: "2" }, "WORLD_SIZE is 2, and RANK is not set in the environment"],
  ])("refuses an environment that makes no sense: %o", (env, message) => expect(() => launchOf(undefined, env)).toThrow(message));

  test.each(["0", "65536", "99999", "9999999999", "-1", "http"])("refuses port %s", (port) => {
    const fault = expect.objectContaining({ code: "bad-ranks", blame: "input", message: `MASTER_PORT is \`${port}\` in the environment`, reason: "it is a whole number from 1 to 65535" });
    expect(() => launchOf(undefined, { ...torchrun, MASTER_PORT: port })).toThrow(fault);
  });

  test("takes the last port, where it is not the one behind it that is meant", () => {
    expect(launchOf(undefined, { ...torchrun, MASTER_PORT: "65535" })?.place.port).toBe(65535);
    expect(() => launchOf(undefined, { ...torchrun, MASTER_PORT: "65535", TORCHELASTIC_USE_AGENT_STORE: "True" })).toThrow(expect.objectContaining({ code: "bad-ranks", reason: expect.stringContaining("from 1 to 65534") }));
  });

  test("is asked for once", () => expect(() => launchOf(2, torchrun)).toThrow("RANK=3 in the environment says that this process is one of 8 already"));
});

test("several devices are for cuda", () => {
  const launch = launchOf(undefined, torchrun);
  expect(() => expectCuda(launch, undefined, "webgpu")).toThrow("RANK and WORLD_SIZE in the environment ask for several ranks, and the backend is webgpu");
  expect(() => expectCuda(undefined, 1, "tfjs")).toThrow("`--devices 1`, and the backend is tfjs");
  for (const backend of ["cuda", undefined]) expectCuda(launch, undefined, backend);
  expectCuda(undefined, undefined, "webgpu");
});

test("a rank's device is one of the machine", () => {
  expectDevice(launchOf(undefined, torchrun)!, ["A", "B"]);
  const refused = (env: Record<string, string | undefined>, message: string) => expect(() => expectDevice(launchOf(undefined, { ...torchrun, ...env })!, ["A", "B"])).toThrow(expect.objectContaining({ code: "cuda-device", blame: "input", message }));
  refused({ LOCAL_RANK: "2" }, "rank 3 takes device 2 by LOCAL_RANK in the environment, and this machine has 2: A, B");
  refused({ LOCAL_RANK: "", MSZ_CUDA_DEVICE: "5" }, "rank 3 takes device 5 by MSZ_CUDA_DEVICE in the environment, and this machine has 2: A, B");
  refused({ LOCAL_RANK: undefined }, "rank 3 takes device 3 by RANK in the environment, and this machine has 2: A, B");
});

test("no more devices than there are", () => {
  expectDevices(2, ["A", "B"]);
  expect(() => expectDevices(3, ["A", "B"])).toThrow("`--devices 3` asks for 3 devices, and this machine has 2: A, B");
});
