/** The `layers` blocks of a stack: each sublayer written out at each place, with its residual norm. */
import type { Call, Layers, Sublayer as SublayerSyntax } from "../../src/ast/ast.js";
import type { Linear, Parameter, Sublayer } from "../../src/model/model.js";
import { largestAxis } from "./axes.js";
import type { Scope } from "./constants.js";
import { normParameters } from "./embedding.js";
import { innerCall } from "./bidirectional.js";
import { instantiateBoth, instantiateMixer, type Surroundings } from "./mixers.js";
import type { FileScope } from "./names.js";
import { ParameterNames, zeros } from "./parameters.js";
import { firstLetters, quote } from "./report.js";
import { calls, choice, flag, number, readValue } from "./values.js";

const mostLayers = 1000;
const layerCount = number({ whole: true, min: 1, max: mostLayers });
const feedForward = calls({
  feed_forward: {
    named: { hidden: number({ whole: true, min: 1, max: largestAxis }), activation: choice("relu", "gelu", "gelu_tanh", "silu"), gated: flag },
    required: ["hidden"],
  },
});

export interface Stack extends Surroundings {
  readonly file: FileScope;
  /** The model's names, for arguments and counts. */
  readonly scope: Scope;
  /** `""`, `encoder.` or `decoder.` */
  readonly prefix: "" | "encoder." | "decoder.";
}

export interface BuiltLayers {
  readonly layers: readonly (readonly Sublayer[])[];
  readonly parameters: readonly Parameter[];
}

export function buildLayers(blocks: readonly Layers[], stack: Stack): BuiltLayers {
  const layers: (readonly Sublayer[])[] = [];
  const parameters: Parameter[] = [];
  for (const block of blocks) {
    const count = readValue(layerCount, block.count, "the number of layers", stack.scope);
    if (block.sublayers.length === 0) {
      stack.report.error("empty-layers", firstLetters(block.span, "layers".length), "this `layers` block has nothing in it", {
        hint: "name its sublayers: a mixer, then `feed_forward(hidden: 4 * width)`",
      });
    }
    const before = stack.report.errorCount;
    for (let i = 0; i < (count ?? 1); i++) {
      if (layers.length === mostLayers) {
        stack.report.error("wrong-value", block.count.span, `a model has at most ${mostLayers} layers`);
        break;
      }
      layers.push(buildLayer(block.sublayers, layers.length, stack, parameters));
      // The next layer would only repeat the mistakes of this one.
      if (stack.report.errorCount > before) break;
    }
  }
  return { layers, parameters };
}

function buildLayer(sublayers: readonly SublayerSyntax[], layer: number, stack: Stack, parameters: Parameter[]): readonly Sublayer[] {
  const taken = new Set<string>();
  const built: Sublayer[] = [];
  for (const sublayer of sublayers) {
    const base = `${sublayer.cross ? "cross_" : ""}${nameOf(sublayer.call)}`;
    let own = base;
    for (let n = 2; taken.has(own); n++) own = `${base}_${n}`;
    taken.add(own);
    const place = `${stack.prefix}layers.${layer}.${own}`;
    const names = new ParameterNames(place, ["norm"], stack.report);
    const made = buildSublayer(sublayer, names, stack);
    if (made !== undefined) built.push(made);
    parameters.push(...names.parameters);
  }
  return built;
}

/** A mixer in both directions is named after the mixer. */
function nameOf(call: Call): string {
  const [first] = call.arguments;
  return call.callee.text === "bidirectional" && first?.value.kind === "call" ? first.value.callee.text : call.callee.text;
}

function buildSublayer(sublayer: SublayerSyntax, names: ParameterNames, stack: Stack): Sublayer | undefined {
  const { report } = stack;
  const { call, span } = sublayer;
  const name = call.callee.text;
  if (sublayer.cross && stack.prefix !== "decoder.") {
    return report.error("cross-without-encoder", span, "`cross` has no encoder to read from", {
      reason: stack.prefix === "" ? "a model of one stack has none" : "an encoder reads its own tokens",
      hint: `write \`${name}(…)\` without \`cross\``,
    });
  }
  const around: Stack = sublayer.cross ? { ...stack, reads: "cross" } : stack;
  if (name === "feed_forward") {
    if (!sublayer.cross) return buildFeedForward(call, names, stack);
    return report.error("cross-without-source", span, "`feed_forward` reads nothing of the source", {
      reason: "it sees one token of the decoder at a time",
      hint: `write ${quote(call.span)} without \`cross\``,
    });
  }
  if (name === "bidirectional") return buildBidirectional(call, names, around);
  const definition = stack.file.mixers.get(name);
  if (definition === undefined) {
    const known = [...stack.file.mixers.keys(), ...(sublayer.cross ? [] : ["feed_forward"])];
    return report.unknown("unknown-mixer", "mixer", name, call.callee.span, known);
  }
  const norm = normParameters(names, stack.width.size, call.span);
  const mixer = instantiateMixer(call, definition, names, stack.scope, around);
  return mixer && { kind: "mixer", place: names.place, norm, mixer, span };
}

function buildBidirectional(call: Call, names: ParameterNames, stack: Stack): Sublayer | undefined {
  const inner = innerCall(call, stack.file.mixers, { decoding: stack.decoding, cross: stack.reads === "cross" }, stack.report);
  if (inner === undefined) return undefined;
  const norm = normParameters(names, stack.width.size, call.span);
  const mixer = instantiateBoth(call, inner, names, stack.scope, stack);
  return mixer && { kind: "mixer", place: names.place, norm, mixer, span: call.span };
}

function buildFeedForward(call: Call, names: ParameterNames, stack: Stack): Sublayer | undefined {
  const read = readValue(feedForward, call, quote(call.span), stack.scope);
  if (read === undefined) return undefined;
  const hidden = read.named.get("hidden") as number;
  const activation = (read.named.get("activation") ?? "relu") as "relu" | "gelu" | "gelu_tanh" | "silu";
  const gated = (read.named.get("gated") ?? false) as boolean;
  const width = stack.width.size;
  const norm = normParameters(names, width, call.span);
  const linear = (name: string, rows: number, columns: number): Linear => ({
    weight: names.add(`${name}.weight`, [rows, columns], { kind: "xavier", gain: 1, fanIn: columns, fanOut: rows }, call.span),
    bias: names.add(`${name}.bias`, [rows], zeros, call.span),
  });
  const up = linear("up", hidden, width);
  const gate = gated ? linear("gate", hidden, width) : undefined;
  const down = linear("down", width, hidden);
  return { kind: "feed_forward", place: names.place, norm, span: call.span, hidden, activation, up, down, gate };
}
