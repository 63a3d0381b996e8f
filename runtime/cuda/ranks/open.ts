/** From ranks that know one another to sums over their devices. In: this rank's device, its context current. Out: a communicator of all, which ends with the group. */
import { MszError } from "../../../src/base/error.js";
import type { RankGroup } from "../../ranks.js";
import type { DriverContext } from "../driver.js";
import type { Ffi } from "../ffi/ffi.js";
import { openNccl } from "./nccl.js";
import { SumsOverRanks } from "./sums.js";

/** @throws MszError `no-nccl`, `nccl-failed`, `ranks-differ`, `rank-gone` */
export async function openSums(ffi: Ffi, context: DriverContext, group: RankGroup): Promise<SumsOverRanks> {
  const { rank, size } = group;
  const nccl = openNccl(ffi);
  const version = nccl.version();
  const zero = await group.broadcast(rank === 0 ? { version, id: Buffer.from(nccl.uniqueId()).toString("base64") } : { version: 0, id: "" });
  if (zero.version !== version) {
    throw new MszError("ranks-differ", `rank ${rank} has NCCL ${versionText(version)}, and rank 0 has ${versionText(zero.version)}`, { blame: "machine", hint: "install the same version everywhere" });
  }
  // What follows holds this thread until all ranks have come: they are all there now, and have what they need.
  await group.gather(rank);
  await group.broadcast("join");
  // A copy: C reads it while it waits.
  const id = new Uint8Array(Buffer.from(zero.id, "base64"));
  const sums = new SumsOverRanks(context, nccl.join(id, rank, size));
  group.onLost(() => sums.abort());
  return sums;
}

function versionText(version: number): string {
  const [major, rest] = version >= 10_000 ? [Math.floor(version / 10_000), version % 10_000] : [Math.floor(version / 1000), version % 1000];
  return `${major}.${Math.floor(rest / 100)}.${rest % 100}`;
}
