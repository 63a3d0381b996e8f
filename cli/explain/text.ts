/** An explanation as text, for `msz explain`. */
import type { Explanation, LayersExplanation, SublayerExplanation, VocabularyExplanation } from "../../compiler/explain/explain.js";

export function explanationText(e: Explanation): string {
  const { encoder, decode, training } = e;
  const lines = [
    `${e.model}: ${count(e.parameters)} parameters (${bytes(e.parameterBytes)} in float32), width ${e.width}, vocabulary ${vocabularyText(e.vocabulary)}`,
    ...(encoder?.vocabulary ? [`the encoder's vocabulary: ${vocabularyText(encoder.vocabulary)}`] : []),
    ...(encoder ? layersText(encoder.layers, "encoder, ", e.width) : []),
    ...layersText(e.layers, encoder ? "decoder, " : "", e.width),
  ];
  if (decode) {
    lines.push("", ...stateText(e));
    const each = perOthers(decode.flopsPerSlot, decode.flopsPerSource, count);
    const moved = perOthers(decode.bytesPerSlot, decode.bytesPerSource, bytes);
    lines.push("one decoded token", `  ${count(decode.flops)} FLOPs${each}`, `  ${bytes(decode.bytes)} moved${moved}`);
  }
  if (encoder) {
    const what = decode ? "one token of the source, by the encoder and by what the decoder keeps of it" : "one token of the text";
    if (!decode) lines.push("");
    lines.push(what, `  ${count(encoder.encode.flops)} FLOPs${encoder.encode.flopsPerSlot > 0 ? ` and ${count(encoder.encode.flopsPerSlot)} for each token of the text` : ""}`);
  }
  const sides = encoder && decode ? "a sequence and a source as long" : "one sequence";
  lines.push(
    `intermediate values of the parallel graph (${sides}, chunks of ${e.chunk})`,
    ...e.parallelMemory.map((m) => `  ${String(m.tokens).padStart(6)} tokens  ${bytes(m.bytes).padStart(9)}   ${bytes(m.bytes / m.tokens)} a token`),
  );
  if (training) {
    lines.push(
      `intermediate values and gradients of a training step (${sides})`,
      ...training.memory.map((m) => `  ${String(m.tokens).padStart(6)} tokens  ${bytes(m.bytes).padStart(9)}`),
      `  ${bytes(training.bytesPerToken)} a token, and ${bytes(training.fixedBytes)} however short it is`,
      "state of the optimiser",
      `  ${bytes(training.optimizerBytes)}, ${training.optimizer}`,
    );
  }
  if (training && e.precision !== "float32") lines.push(`training in ${e.precision}`, `  ${precisionText[e.precision]}`);
  return `${lines.join("\n")}\n`;
}

const precisionText: { readonly [P in Exclude<Explanation["precision"], "float32">]: string } = {
  float16: "activations and their cotangents lie in memory as float16, the loss is scaled; on WebGPU, where the adapter has shader-f16, all is computed in float32, on CUDA matrices are multiplied as float16",
  bfloat16: "on CUDA activations and their cotangents lie in memory as bfloat16, which takes half as much, and matrices are multiplied as such; on WebGPU, whose figures these are, and on TensorFlow.js all is float32",
};

function vocabularyText({ kind, size, clusters }: VocabularyExplanation): string {
  const parts = clusters?.map((c) => `${c.ids} ids of ${c.size} values`).join(", ");
  return `${kind} (${size}${parts === undefined ? "" : `, adaptive: ${parts}`})`;
}

/** What a decoder carries, beside what softmax attention would. */
function stateText({ stateBytes, stateBytesPerToken, softmaxBytesPerToken, source, encoder }: Explanation): string[] {
  const own = stateBytesPerToken > 0 ? `${inBoth(stateBytes)}, and ${bytes(stateBytesPerToken)} more with every token` : `${inBoth(stateBytes)}, however long the sequence`;
  const lines = [encoder ? "state of the decoder for one sequence" : "state of one sequence", `  ${own}`, ...softmaxText("token", softmaxBytesPerToken, stateBytes, stateBytesPerToken)];
  if (source) {
    const kept = source.bytesPerToken > 0 ? `${inBoth(source.bytes)}, and ${bytes(source.bytesPerToken)} for each of its tokens` : `${inBoth(source.bytes)}, however long the source`;
    lines.push("what it keeps of the source", `  ${kept}`, ...softmaxText("token of the source", source.softmaxBytesPerToken, source.bytes, source.bytesPerToken));
  }
  return lines;
}

/** Nothing where all of it is softmax attention, or more than that. */
function softmaxText(token: string, softmax: number, constant: number, growing: number): string[] {
  if (softmax <= growing) return [];
  return [`  softmax attention in its place: ${bytes(softmax)} for each ${token}, as much after ${tokens(constant / (softmax - growing))}`];
}

/** States are float32; other implementations keep them as float16. */
function inBoth(n: number): string {
  return n === 0 ? bytes(n) : `${bytes(n)} (${bytes(n / 2)} in float16)`;
}

function tokens(n: number): string {
  const rounded = n >= 10 ? Math.round(n) : Number(n.toPrecision(2));
  return `${rounded} token${rounded === 1 ? "" : "s"}`;
}

function perOthers(perSlot: number, perSource: number, text: (n: number) => string): string {
  const parts = [...(perSlot > 0 ? [`${text(perSlot)} for each token before it`] : []), ...(perSource > 0 ? [`${text(perSource)} for each token of the source`] : [])];
  return parts.map((part) => ` and ${part}`).join("");
}

function layersText(layers: LayersExplanation, side: "" | "encoder, " | "decoder, ", width: number): string[] {
  return layers.flatMap(({ first, count: n, sublayers }) => {
    const title = n === 1 ? `layer ${first}` : `layers ${first} to ${first + n - 1}, each`;
    return ["", `${side}${title}`, ...sublayers.flatMap((s) => sublayerText(s, side === "encoder, ", width))];
  });
}

function sublayerText(sublayer: SublayerExplanation, encodes: boolean, width: number): string[] {
  const { flops, bytes: moved, flopsPerSlot, flopsPerSource } = sublayer.decode;
  const cost = encodes
    ? `${count(flops)} FLOPs a token${flopsPerSlot > 0 ? `, and ${count(flopsPerSlot)} for each other of the text` : ""}`
    : `${count(flops)} FLOPs${perOthers(flopsPerSlot, flopsPerSource, count)}, ${bytes(moved)} moved a decoded token`;
  const source = sublayer.source ? `; ${count(sublayer.source.flops)} FLOPs a token of the source` : "";
  const lines = [`  ${sublayer.name}  ${count(sublayer.parameters)} parameters${sublayer.note ? `, ${sublayer.note}` : ""}; ${cost}${source}`];
  for (const r of sublayer.recurrences) {
    lines.push(`    ${r.formula}`, `      carries   ${r.name}${r.shape}`, `      class     ${r.class}: ${r.why}`);
    if (r.decay) lines.push(`      decay     ${r.decay}`);
    for (const c of r.corrections) lines.push(`      writes    ${c.writer}`, `      reads     sum(${c.reader} * ${r.name}, ${c.over})`);
    for (const term of r.terms) lines.push(`      key       ${term.key}`, `      value     ${term.value}`);
    lines.push(`      ${encodes ? "computed " : "training "} ${r.training}`);
    if (r.algorithm) lines.push(`      on WebGPU ${r.algorithm}`);
    if (r.decoding && !encodes) lines.push(`      decoding  ${r.decoding}`);
    lines.push(`      memory    ${bytes(r.bytes)} a ${r.per === "source token" ? "token of the source" : r.per}${softmaxShare(r.bytes, r.class === "growing" || encodes, width)}`);
  }
  return lines;
}

/** A softmax cache keeps a key and a value a token, each as wide as the model. */
function softmaxShare(size: number, growing: boolean, width: number): string {
  return growing ? "" : `, ${bytes(size / 2)} in float16: a softmax cache of ${tokens(size / (2 * 4 * width))}`;
}

function count(n: number): string {
  return n >= 1e9 ? `${(n / 1e9).toFixed(2)} G` : n >= 1e6 ? `${(n / 1e6).toFixed(2)} M` : n >= 1e4 ? `${(n / 1e3).toFixed(1)} k` : String(n);
}

/** As `KiB` and the like, of which 1024 go into the next. */
export function bytes(n: number): string {
  return n >= 2 ** 30 ? `${(n / 2 ** 30).toFixed(2)} GiB` : n >= 2 ** 20 ? `${(n / 2 ** 20).toFixed(2)} MiB` : n >= 2 ** 10 ? `${(n / 2 ** 10).toFixed(1)} KiB` : `${Math.round(n)} B`;
}
