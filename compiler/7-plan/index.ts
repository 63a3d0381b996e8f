/**
 * Everything together: model facts, parameters, states and entries, and a program for each target wanted. The same model and
 * graphs give the same plan, byte for byte.
 */
import type { Graph } from "../../src/graph/graph.js";
import type { Model } from "../../src/model/model.js";
import { planFormat, planVersion, type Plan, type PlanConstant, type TfjsEntry, type WgslProgram } from "../../src/plan/plan.js";
import { modelStates } from "../3-graph/index.js";
import { KernelCache, schedule } from "../5-schedule/index.js";
import { emitTfjs } from "../6-codegen/tfjs/index.js";
import { entryFacts, modelFacts, parameterFacts, stateFacts } from "./model-facts.js";
import { assembleWgsl, type PlanTables } from "./wgsl.js";

/** Name and version as in package.json. */
export const compilerVersion = "msz 0.1.0";

export interface PlanTargets {
  readonly wgsl?: boolean;
  readonly tfjs?: boolean;
}

export function assemblePlan(model: Model, graphs: readonly Graph[], targets: PlanTargets): Plan {
  const states = modelStates(model).map(stateFacts);
  const entries = graphs.map(entryFacts);
  const tables: PlanTables = { parameters: model.parameters.map((p) => p.name), states: states.map((s) => s.name), entries };
  const wgsl: { program?: WgslProgram; constants: PlanConstant[] } = targets.wgsl ? scheduleAll(model, graphs, tables) : { constants: [] };
  const tfjs: Record<string, TfjsEntry> = {};
  if (targets.tfjs) for (const graph of graphs) tfjs[graph.entry] = emitTfjs(graph, tables);
  return {
    format: planFormat,
    version: planVersion,
    compiler: compilerVersion,
    model: modelFacts(model),
    parameters: model.parameters.map(parameterFacts),
    states,
    constants: wgsl.constants,
    entries,
    targets: { ...(wgsl.program ? { wgsl: wgsl.program } : {}), ...(targets.tfjs ? { tfjs: { entries: tfjs } } : {}) },
  };
}

function scheduleAll(model: Model, graphs: readonly Graph[], tables: PlanTables): { program: WgslProgram; constants: PlanConstant[] } {
  const cache = new KernelCache();
  const shapes = new Map(model.parameters.map((p) => [p.name, p.shape]));
  const schedules = graphs.map((graph) => schedule(graph, { cache, parameterShape: (name) => shapes.get(name) }));
  return assembleWgsl(schedules, tables);
}
