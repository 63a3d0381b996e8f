/**
 * Recording: launches that are always the same become one graph, which costs one call of the driver. In: what makes the launches. Out: a graph that can be launched, or the launches made one by one.
 */
import type { Bound, GraphKind } from "./bound.js";
import type { GraphExec } from "./driver.js";
import type { Parts } from "./parts.js";

/**
 * Makes the launches of `issue`, which are the same at every call for this kind: one by one at first, then as the graph that is recorded of them.
 * @param issue makes only calls that go to the stream: nothing is allocated, compiled or waited for
 */
export function launchRecorded(parts: Parts, bound: Bound, kind: GraphKind, what: string, issue: () => void): void {
  const { context, stream, debugSync } = parts;
  if (debugSync || bound.runs === 0) {
    issue();
    bound.runs++;
    return;
  }
  let graph = bound.graph(kind);
  if (graph === undefined) {
    graph = record(parts, issue);
    bound.keep(kind, graph);
  }
  context.launchGraph(graph, stream, what);
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
