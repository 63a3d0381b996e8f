/**
 * Graph → launches with places for all their operands: what becomes one kernel (`group.ts`), in which order
 * (`order.ts`), the kernels themselves, and memory (`memory.ts`).
 */
import { bug } from "../../src/base/assert.js";
import type { Graph, Node } from "../../src/graph/graph.js";
import type { Launch } from "../../src/kernel/kernel.js";
import { sourceOf } from "../../src/kernel/view.js";
import { describe, KernelCache } from "./cache.js";
import { buildCopy, copyTarget } from "./copy-kernel.js";
import { epilogueOf } from "./epilogue.js";
import type { FusedGroup } from "./fused.js";
import { groupNodes, type Group } from "./group.js";
import { isSpecial, launchSpecial } from "./kernels/index.js";
import type { SpecialContext } from "./kernels/types.js";
import { buildMapKernel } from "./map-kernel.js";
import { inLevels } from "./levels.js";
import { memoryOf, placeValues, type Schedule, type Sum } from "./memory.js";
import { orderGroups, type Target } from "./order.js";
import { prologueOf } from "./prologue.js";
import { joinPrologues } from "./prologues.js";
import { buildRowKernel } from "./row-kernel.js";
import { workOf } from "./space.js";
import { keyOfStorage, storageKey, type Storage } from "./storage.js";
import { wgslTarget, type KernelTarget } from "./target.js";
import { writtenOut } from "./written-out.js";

export { KernelCache } from "./cache.js";
export type { Buffer, Bytes, Place, PlacedLaunch, PlacedSum, Schedule, Slot } from "./memory.js";
export { productOf } from "./memory.js";
export { cudaTarget, wgslTarget, type KernelTarget } from "./target.js";
export { buildForm, type WeightForm } from "./transpose-kernel.js";

export interface ScheduleOptions {
  /** One serves all entries of a compilation. */
  readonly cache?: KernelCache;
  /** A parameter's stored shape. */
  readonly parameterShape?: (parameter: string) => readonly number[] | undefined;
  /** Launches that need nothing of one another stand together; `levels.ts` says what for. */
  readonly levels?: boolean;
  /** Default: WebGPU. A cache serves one target. */
  readonly target?: KernelTarget;
}

export function schedule(graph: Graph, options: ScheduleOptions = {}): Schedule {
  const cache = options.cache ?? new KernelCache();
  const target = options.target ?? wgslTarget;
  const context: SpecialContext = { chunk: graph.chunk, target, ...(options.parameterShape ? { parameterShape: options.parameterShape } : {}) };
  const groups = joinPrologues(graph, groupNodes(graph, target), target);
  const { steps, targets } = orderGroups(graph, groups);
  const inMemory = new Set(groups.flatMap((g) => g.stored));
  const places = new Map<Node, Target>(targets);
  const launches: Launch[] = [];
  const sums: Sum[] = [];
  for (const step of steps) {
    if (step.kind === "group") {
      const [node] = step.group.nodes;
      // Between launches, and by the runtime: there is no kernel.
      if (node?.op === "rank_sum") {
        sums.push({ node, ready: launches.length - 1 });
        continue;
      }
      launches.push(...launchGroup(step.group, step.inPlace, inMemory, context, cache));
      continue;
    }
    const to = copyTarget(step.from, step.to);
    if (step.to.kind === "output") places.set(to, step.to);
    launches.push(...cache.launches(describe([step.from, to], () => true, () => "", target.arguments), `${step.to.kind} ${step.to.name}`, () => [buildCopy(step.from, to)]));
  }
  if (!options.levels) return placeValues(launches, places, target.oneArena, sums);
  const ordered = inLevels(launches, (operand) => memoryOf(operand, places));
  return placeValues(ordered.launches, places, target.oneArena, sums, ordered.levels);
}

function launchGroup(
  group: Group, inPlace: ReadonlyMap<Node, Storage>, stored: ReadonlySet<Node>, context: SpecialContext, cache: KernelCache,
): Launch[] {
  const own = new Set([...group.nodes, ...(group.prologue?.nodes ?? [])]);
  const inMemory = (node: Node): boolean => workOf(node) === "leaf" || (stored.has(node) && !own.has(node));
  const label = labelOf(group);
  const written = new Set(group.stored);
  const updated = [...inPlace.values()].map(keyOfStorage);
  const marks = (node: Node): string => {
    const key = storageKey(node);
    const overwritten = key !== undefined && updated.length > 0 ? `old ${updated.indexOf(key)}` : "";
    if (node.op === "parameter") return `${(context.parameterShape?.(node.parameter) ?? []).join("x")} ${overwritten}`;
    if (key !== undefined) return overwritten;
    if (!written.has(node)) return "";
    const storage = inPlace.get(node);
    return storage === undefined ? "stored" : `onto ${updated.indexOf(keyOfStorage(storage))}`;
  };
  const roots = group.kind === "special" ? [group.nodes.at(-1)!, ...(group.prologue?.stored ?? [])] : group.stored;
  const description = describe(roots, inMemory, marks, context.target.arguments);
  const key = `${group.kind} chunk ${context.chunk}\n${description.key}`;
  return cache.launches({ ...description, key }, label, () => {
    const launches = build({ ...group, label, inMemory, inPlace }, context);
    return context.target.arguments ? launches : launches.map(writtenOut);
  });
}

function build(group: FusedGroup, context: SpecialContext): Launch[] {
  switch (group.kind) {
    case "special": {
      const [node, ...chain] = group.nodes;
      if (!node || !isSpecial(node)) return bug("a special group without a special op");
      const epilogue = chain.length > 0 ? epilogueOf(node, group, context.target.subgroup > 0) : undefined;
      const prologue = group.prologue ? prologueOf(sourceOf(node.inputs[0]!), { ...group, ...group.prologue }) : undefined;
      return launchSpecial(node, context, epilogue, prologue);
    }
    case "map": case "column": return [withinLimit(buildMapKernel(group, context.target), context.target)];
    case "row": return [buildRowKernel(group, context.target)];
    default: return group.kind satisfies never;
  }
}

/** Groups of updates count on being written in place. */
function withinLimit(launch: Launch, target: KernelTarget): Launch {
  const { name, bindings } = launch.kernel;
  return bindings.length > target.bindings ? bug(`${name} has ${bindings.length} bindings: an update cannot be written in place`) : launch;
}

/** The place in the model that most of the group comes from: that of its last node. */
function labelOf(group: Group): string {
  return [...group.nodes].reverse().find((n) => n.label !== undefined)?.label ?? group.nodes.at(-1)!.op;
}
