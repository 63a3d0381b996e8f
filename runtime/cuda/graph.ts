/**
 * Recording: launches that are always the same become one graph, which costs one call of the driver. In: what makes the launches. Out: a graph that can be launched, or the launches made one by one.
 */
import { MszError } from "../../src/base/error.js";
import type { Bound, GraphKind } from "./bound.js";
import type { GraphExec } from "./driver.js";
import type { Parts } from "./parts.js";

/**
 * Makes the launches of `issue`, which are the same at every call for this kind: one by one at first, then as the graph that is recorded of them.
 * @param issue makes only calls that go to the stream: nothing is allocated, compiled or waited for
 */
export function launchRecorded(parts: Parts, bound: Bound, kind: GraphKind, what: string, issue: () => void): void {
  const { context, stream, debugSync } = parts;
  const graph = debugSync || !bound.canRecord(kind) ? undefined : (bound.graph(kind) ?? recordFor(parts, bound, kind, issue));
  if (graph === undefined) issue();
  else context.launchGraph(graph, stream, what);
  bound.count(kind);
}

/** Drivers may refuse to record a cooperative launch: then it is made each time. What else is wrong with it is told when it is made. */
function recordFor(parts: Parts, bound: Bound, kind: GraphKind, issue: () => void): GraphExec | undefined {
  try {
    const graph = record(parts, issue);
    bound.keep(kind, graph);
    return graph;
  } catch (error) {
    if (!kind.startsWith("persistent") || !(error instanceof MszError)) throw error;
    bound.refuse(kind);
    return undefined;
  }
}

function record({ context, stream }: Parts, issue: () => void): GraphExec {
  context.beginCapture(stream);
  try {
    issue();
  } catch (error) {
    // A stream that is left recording would swallow what comes next. What ending it says of the failed recording is no news.
    try {
      context.destroyGraph(context.endCapture(stream));
    } catch {
      throw error;
    }
    throw error;
  }
  const graph = context.endCapture(stream);
  try {
    return context.instantiate(graph);
  } finally {
    context.destroyGraph(graph);
  }
}
