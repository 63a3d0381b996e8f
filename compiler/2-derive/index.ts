/**
 * Model to model in normal form: each state S = decay ∘ S + Σ writer · Σ reader · S + Σ key · value, each use of a state a `read`, each
 * use of a cache an `attend`. A state that has no such form is walked, with a warning; what has no meaning is refused. The model given
 * is left as it is.
 */
import { hasErrors, type Diagnostic } from "../../src/base/diagnostic.js";
import type { Model, Sublayer } from "../../src/model/model.js";
import { deriveMixer } from "./mixer.js";

export { printCache, printMixer, printState, type PrintedRecurrence } from "./print.js";

export function derive(model: Model): { model?: Model; diagnostics: Diagnostic[] } {
  const found: Diagnostic[] = [];
  const deriveLayers = (layers: Model["layers"]): Model["layers"] =>
    layers.map((layer) =>
      layer.map((sublayer): Sublayer => {
        if (sublayer.kind !== "mixer") return sublayer;
        return { ...sublayer, mixer: deriveMixer(sublayer.mixer, found) ?? sublayer.mixer };
      }),
    );
  const encoder = model.encoder && { ...model.encoder, layers: deriveLayers(model.encoder.layers) };
  const layers = deriveLayers(model.layers);
  const diagnostics = once(found);
  return hasErrors(diagnostics) ? { diagnostics } : { model: { ...model, layers, ...(encoder ? { encoder } : {}) }, diagnostics };
}

/** Told once, whatever the number of layers: a mixer at twelve places has one mistake, not twelve. */
function once(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter((d) => {
    const place = d.span ? `${d.span.file.path}:${d.span.start}:${d.span.end}` : "";
    const key = `${d.code} ${place} ${d.message}`;
    return !seen.has(key) && seen.add(key);
  });
}
