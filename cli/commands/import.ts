/** `msz import fairseq`: a checkpoint with fairseq's names becomes a weights file with ours; what fits and what does not is listed. */
import { layOutSafetensors, matchWeights, printable, readWeight } from "../../runtime/index.js";
import { openBytes, refuseSameFile, writeFileWhole } from "../files.js";
import { note, warn } from "../report.js";
import { checkMemory, openPlan } from "../session.js";

/** Names of tensors in one warning. */
const shown = 3;

export async function importFairseq(checkpoint: string, options: { spec: string; out: string; set?: Readonly<Record<string, string>> }): Promise<void> {
  refuseSameFile(options.out, "--out", [checkpoint, options.spec]);
  const { plan } = openPlan(options.spec, { set: options.set, targets: [] });
  const source = await openBytes(checkpoint);
  try {
    const matched = await matchWeights(plan, source, "fairseq");
    checkMemory(plan);
    const { bytes, place } = layOutSafetensors(plan.parameters.map(({ name, shape }) => ({ name, shape, dtype: "F32" })), { format: "msz", model: plan.model.name });
    // One tensor at a time beside the file that is made.
    const odd: string[] = [];
    for (const { name } of plan.parameters) {
      const tensor = await readWeight(matched, name);
      if (!tensor.data.every(Number.isFinite)) odd.push(`\`${printable(matched.keys.get(name)!)}\``);
      place(name, tensor);
    }
    writeFileWhole(options.out, bytes);
    const count = plan.parameters.reduce((n, p) => n + p.shape.reduce((a, b) => a * b, 1), 0);
    note(`${options.out}: all ${plan.parameters.length} tensors of ${plan.model.name}, ${count.toLocaleString("en")} parameters`);
    if (odd.length > 0) {
      const more = odd.length > shown ? ` and ${odd.length - shown} more` : "";
      warn(`${odd.length === 1 ? "1 tensor holds" : `${odd.length} tensors hold`} numbers that are NaN or infinite: ${odd.slice(0, shown).join(", ")}${more}`);
    }
    for (const key of matched.left) note(`left out, for the model has it already or needs none: ${printable(key)}`);
  } finally {
    await source.close();
  }
}
