/** `bidirectional(mixer(…))` as it is written: the call of the mixer in it, and what is wrong with it. */
import type { Call } from "../../src/ast/ast.js";
import { functionNames } from "./function-names.js";
import type { MixerDefinition } from "./names.js";
import { quote, type Report } from "./report.js";

export interface InnerCall {
  readonly call: Call;
  readonly definition: MixerDefinition;
}

/** `decoding`: where a text has no end. `cross`: where it is not the text that reads. */
export function innerCall(outer: Call, mixers: ReadonlyMap<string, MixerDefinition>, { decoding, cross }: { readonly decoding: boolean; readonly cross: boolean }, report: Report): InnerCall | undefined {
  const [argument, ...more] = outer.arguments;
  const usage = { hint: "write `bidirectional(mixer(…))`" };
  if (argument === undefined || more.length > 0 || argument.name !== undefined) {
    return report.error("wrong-arguments", outer.span, "`bidirectional` takes one mixer, with its arguments, and nothing else", usage);
  }
  const { value } = argument;
  if (value.kind !== "call" || functionNames.has(value.callee.text)) return report.error("wrong-arguments", value.span, `\`bidirectional\` takes a mixer, but ${quote(value.span)} is none`, usage);
  const { text: name, span } = value.callee;
  const definition = mixers.get(name);
  if (definition === undefined) return report.unknown("unknown-mixer", "mixer", name, span, mixers.keys());
  if (cross) {
    return report.error("bidirectional-under-cross", outer.span, "`bidirectional` has no place under `cross`", {
      reason: "it runs over one text from both its ends, and `cross` reads another text than its own",
      hint: `write \`cross\` with a mixer whose states do not depend on the order, and ${quote(outer.span)} as a sublayer of the encoder`,
    });
  }
  if (decoding) {
    return report.error("bidirectional-in-decoder", outer.span, "`bidirectional` starts from the end of a text, but decoding has no end", {
      reason: `it runs \`${name}\` from the last token to the first as well, and a decoder writes one token after the other`,
      hint: `write ${quote(value.span)} alone, or move it into an \`encoder { … }\``,
    });
  }
  return { call: value, definition };
}
