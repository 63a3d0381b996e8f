// The tables of bench/cuda's results for bench/README.md; what was not run is said to be not run.
const whats = ["copy", "decode", "recurrence", "training", "curve"];

/** @param read gives a result by its name, or undefined */
export function cudaLines(read) {
  const found = Object.fromEntries(whats.map((what) => [what, read(`cuda-${what}`)]));
  const missing = whats.filter((what) => !found[what]);
  const lines = ["## On an NVIDIA card", ""];
  if (missing.length > 0) lines.push(`Not run, for no card was at hand: ${missing.join(", ")}. \`node bench/cuda/run.mjs\` runs them, beside PyTorch on the same card.`, "");
  for (const what of whats) {
    const result = found[what];
    if (!result) continue;
    const { card, date, pytorch } = result;
    lines.push(`### ${what}, ${card.name}, ${card.driver}, ${date}`, "", ...tables[what](result), "");
    if (pytorch) lines.push("PyTorch in the same run:", "", "```json", JSON.stringify(pytorch, null, 2), "```", "");
  }
  return lines;
}

const tables = {
  copy: (r) => [`${(r.bytesASecond / 1e9).toFixed(0)} GB/s, what is read and what is written counted once each.`],
  decode: (r) => [
    `${r.model}, ${r.precision}, batch ${r.batch}: ${Object.entries(r.microsecondsAToken).map(([at, t]) => `${t.median.toFixed(0)} µs a token at ${at}`).join(", ")} (ratio ${r.farOverNear.toFixed(3)}); ` +
      `${(r.bytesAToken / 1e6).toFixed(0)} MB a token are ${(100 * r.shareOfCopy).toFixed(0)} % of what a copy moves in that time. Launched as: ${r.statistics.decode}.`,
    r.webgpu.not_run ? `WebGPU: not run (${r.webgpu.not_run})` : `WebGPU, ${r.webgpu.device}, ${r.webgpu.precision}: ${Object.entries(r.webgpu.microsecondsAToken).map(([at, t]) => `${t.median.toFixed(0)} µs at ${at}`).join(", ")}.`,
  ],
  recurrence: (r) => [
    "| shape | forward, ms | forward + backward, ms |", "| --- | --- | --- |",
    ...r.field.map((row) => `| B ${row.B}, T ${row.T}, H ${row.H}, D ${row.D} | ${times(row)} |`),
    ...r.memsizer.map((row) => `| B ${row.B}, T ${row.T}, ${row.slots} slots, width ${row.width} | ${times(row)} |`),
  ],
  training: (r) => [
    "| window | tokens/s | share of the peak |", "| --- | --- | --- |",
    ...r.windows.map((w) => `| ${w.batch} × ${w.tokens} | ${w.not_run ? `not run (${w.not_run}) | ` : `${Math.round(w.tokensASecond).toLocaleString("en")} | ${w.shareOfPeak === null ? "" : `${(100 * w.shareOfPeak).toFixed(0)} %`}`} |`),
  ],
  curve: (r) => [
    `${r.steps} updates of ${r.batch} windows of ${r.tokens} characters; the largest difference of a loss from WebGPU's: ` +
      `${Object.entries(r.largestDifferenceFromWebgpu).map(([run, d]) => `${run} ${d === null ? "not run" : d.toExponential(1)}`).join(", ")}.`,
  ],
};

function times(row) {
  return row.not_run ? `not run (${row.not_run}) | ` : `${row.forward.toFixed(3)} | ${row.forwardBackward.toFixed(3)}`;
}
