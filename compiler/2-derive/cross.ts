/**
 * Both sides of a mixer under `cross`. What is written into states and caches is made of the source's tokens, all else of the decoder's token, which
 * finds nothing of a source but what was written: what takes one for the other is refused.
 */
import type { Diagnostic } from "../../src/base/diagnostic.js";
import type { Span } from "../../src/base/source.js";
import type { MixerInstance, TokenExpr } from "../../src/model/model.js";
import { localName } from "../../src/model/print.js";
import { partsOf } from "./walk.js";

export function refuseSides(mixer: MixerInstance): Diagnostic[] {
  const { states, caches, out } = mixer;
  const written = [...states.map((s) => ({ name: s.name, expr: s.update })), ...caches.map((c) => ({ name: c.name, expr: c.value }))];
  const isSource = (e: TokenExpr): boolean => e.kind === "input" && e.name === "source";
  const isX = (e: TokenExpr): boolean => e.kind === "input" && e.name === "x";
  if (written.every(({ expr }) => placeOf(expr, (e) => isSource(e) || isX(e)) === undefined)) {
    return [refuse(mixer, "cross-without-source", mixer.span, `\`${mixer.mixer}\` reads nothing of the source`, {
      reason: written.length === 0
        ? "it has no state and no cache, and nothing else of a source is left when the decoder reads"
        : `nothing that it writes into ${written.map(({ name }) => `\`${localName(name)}\``).join(" or ")} is made of \`source\``,
      hint: `write \`${mixer.mixer}(…)\` without \`cross\``,
    })];
  }
  const found = written.flatMap(({ name, expr }): Diagnostic[] => {
    const span = placeOf(expr, isX);
    return span === undefined ? [] : [refuse(mixer, "written-from-x", span, `under \`cross\` nothing is written from \`x\`, but \`${localName(name)}\` is`, {
      reason: "`x` is the decoder's token, which reads; what it reads was written from the tokens of the source before there was one",
      hint: span.file.path === expr.span.file.path
        ? "write `source` there, which in self use is the same token"
        : `write \`${localName(name)}\` from \`source\` alone: another mixer, here of ${span.file.path}, reads with \`x\``,
    })];
  });
  const source = placeOf(out, isSource);
  if (source !== undefined) {
    found.push(refuse(mixer, "read-of-source", source, "under `cross` there is no `source` where it is read", {
      reason: "by then the source is read to its end: only what was written of it is left, in states and caches",
      hint: "write `x` there, or put it into a state or a cache",
    }));
  }
  const at = placeOf(out, (e) => e.kind === "at", true);
  if (at !== undefined) {
    found.push(refuse(mixer, "fixed-length", at, "this picks an entry by the decoder's position, but decoding has no end", {
      reason: "`at` is sized in advance, which only a source, read as a whole, can be",
      hint: "use `at` in what is written into a state or a cache only",
    }));
  }
  return found;
}

function refuse({ span: call }: MixerInstance, code: string, span: Span, message: string, why: { readonly reason: string; readonly hint: string }): Diagnostic {
  const isCall = call.file.path === span.file.path && call.start === span.start;
  return { code, severity: "error", message, span, ...(isCall ? {} : { labels: [{ span: call, message: "used under `cross` here" }] }), ...why };
}

/** Where such an expression stands. A name has no place of its own: then that of what is made of it. */
function placeOf(root: TokenExpr, found: (expr: TokenExpr) => boolean, own = false): Span | undefined {
  const seen = new Set<TokenExpr>();
  const look = (expr: TokenExpr, around: TokenExpr): Span | undefined => {
    if (found(expr)) return (own ? expr : around).span;
    if (seen.has(expr)) return undefined;
    seen.add(expr);
    for (const part of partsOf(expr)) {
      const place = look(part, expr);
      if (place !== undefined) return place;
    }
    return undefined;
  };
  return look(root, root);
}
