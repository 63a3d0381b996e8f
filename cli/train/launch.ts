/** Which processes train together. In: `--devices` and the environment, as launchers such as torchrun set it. Out: which rank this process is and where the others are met, or nothing where it trains alone. */
import { MszError, type RankPlace } from "../../runtime/index.js";

export interface Launch {
  readonly place: RankPlace;
  /** Of this machine's devices, from 0. */
  readonly device: number;
  /** What names that device, in words for one that has none of this number. */
  readonly deviceBy: string;
  /** This process starts the others. */
  readonly starts: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Set for processes that `--devices` started: whoever did that speaks for them. */
export const startedVariable = "MSZ_RANK_STARTED";

/** The ranks wait so long for one another. A cluster may need a while for its last process. */
const patience = 120;

/** @throws MszError `bad-option`, `bad-ranks` */
export function launchOf(devices: number | undefined, env: Environment): Launch | undefined {
  const rank = wholeOf(env, "RANK");
  const size = wholeOf(env, "WORLD_SIZE");
  if (devices !== undefined) {
    if (rank !== undefined && size !== undefined && size > 1) {
      throw new MszError("bad-option", `\`--devices\` starts the other ranks, and RANK=${rank} in the environment says that this process is one of ${size} already`, { hint: "leave `--devices` out under a launcher, or unset RANK and WORLD_SIZE" });
    }
    return devices === 1 ? undefined : { place: { rank: 0, size: devices, host: "127.0.0.1", port: 0, seconds: patience }, device: 0, deviceBy: "--devices", starts: true };
  }
  if (size === 1 || (rank === undefined && size === undefined)) return undefined;
  // Else each of several processes would train alone, and write what the others write.
  if (rank === undefined) throw badRanks(`WORLD_SIZE is ${size}, and RANK is not set`, "it says which of the ranks this process is, from 0");
  if (size === undefined) throw badRanks(`RANK is ${rank}, and WORLD_SIZE is not set`, "it says how many ranks there are");
  if (size < 1 || rank >= size) throw badRanks(`RANK is ${rank} and WORLD_SIZE is ${size}`, "ranks are counted from 0");
  const host = env["MASTER_ADDR"];
  if (!host || !env["MASTER_PORT"]) throw badRanks(`RANK and WORLD_SIZE are set, and ${host ? "MASTER_PORT" : "MASTER_ADDR"} is not`, "it says where rank 0 is found");
  // Under torchrun the port itself may be taken by its own store, which it says; the next one is ours.
  const port = portOf(env["MASTER_PORT"], env["TORCHELASTIC_USE_AGENT_STORE"] === "True" ? 1 : 0);
  const deviceBy = ["LOCAL_RANK", "MSZ_CUDA_DEVICE"].find((name) => wholeOf(env, name) !== undefined) ?? "RANK";
  return { place: { rank, size, host, port, seconds: patience }, device: wholeOf(env, deviceBy)!, deviceBy, starts: false };
}

/** Several devices are summed over by a library for CUDA. @throws MszError `bad-option` */
export function expectCuda(launch: Launch | undefined, devices: number | undefined, backend: string | undefined): void {
  if ((launch === undefined && devices === undefined) || backend === undefined || backend === "cuda") return;
  const asked = devices === undefined ? "RANK and WORLD_SIZE in the environment ask for several ranks" : `\`--devices ${devices}\``;
  throw new MszError("bad-option", `${asked}, and the backend is ${backend}`, { reason: "only cuda trains on several devices", hint: `use \`--backend cuda\`, or train on one device${devices === undefined ? ": unset RANK and WORLD_SIZE" : " without `--devices`"}` });
}

/** @param names of this machine's devices @throws MszError `cuda-device` */
export function expectDevices(wanted: number, names: readonly string[]): void {
  if (wanted <= names.length) return;
  throw new MszError("cuda-device", `\`--devices ${wanted}\` asks for ${wanted} devices, and this machine has ${names.length}: ${names.join(", ")}`, { hint: names.length === 1 ? "leave `--devices` out" : `\`--devices ${names.length}\` takes all of them` });
}

/** @param names of this machine's devices @throws MszError `cuda-device` */
export function expectDevice({ place, device, deviceBy }: Launch, names: readonly string[]): void {
  if (device < names.length) return;
  throw new MszError("cuda-device", `rank ${place.rank} takes device ${device} by ${deviceBy} in the environment, and this machine has ${names.length}: ${names.join(", ")}`, { reason: "devices are counted from 0", hint: "start as many processes on a machine as it has devices, each with its own as LOCAL_RANK" });
}

function wholeOf(env: Environment, name: string): number | undefined {
  const text = env[name];
  if (text === undefined || text === "") return undefined;
  if (!/^\d{1,9}$/.test(text)) throw badRanks(`${name} is \`${text}\``, "it is a whole number");
  return Number(text);
}

/** @param beyond how far behind the one that is named ours is */
function portOf(text: string, beyond: number): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  const last = 65535 - beyond;
  if (port < 1 || port > last) throw badRanks(`MASTER_PORT is \`${text}\``, `it is a whole number from 1 to ${last}${beyond > 0 ? ", as the port behind it is used under torchrun" : ""}`);
  return port + beyond;
}

function badRanks(message: string, reason: string): MszError {
  return new MszError("bad-ranks", `${message} in the environment`, { reason, hint: "launchers set RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR and MASTER_PORT for each process; unset them to train alone" });
}
