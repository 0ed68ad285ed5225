import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { graphUpTo } from "../onnx/cut.ts";
import type { BackboneSteps } from "../preparation/index.ts";
import { backboneFault } from "./backbone-fault.ts";
import { findLayout } from "./layout.ts";
import { type GraphFile, readGraphFile } from "./graph-file.ts";
import { type Backbone, backboneOf, type BackboneOptions, sessionOf } from "./open-backbone.ts";
import { tokensOf } from "./text-part.ts";
import { type TextSettings, textSettings } from "./text-settings.ts";

/**
 * Opens the backbone that a run was trained on, as it was used then, whatever its other files say today.
 *
 * @param steps of the run's preparation
 * @param place where it is now; by default where it was
 * @throws RunError with code "data" if it is gone, or another
 */
export async function reopenBackbone(
  steps: BackboneSteps,
  {
    place = steps.path ?? "",
    session,
    tokenizer,
  }: { readonly place?: string | undefined } & Pick<BackboneOptions, "session" | "tokenizer"> = {},
): Promise<Backbone> {
  if (!existsSync(place)) {
    const expected = `the backbone ${steps.name} that the run was trained on`;
    const got = "no such file or folder";
    throw backboneFault(place, { expected, got, advice: "Say where it is now with --backbone." });
  }
  const layout = await findLayout(place, steps.text === undefined ? "image" : "text");
  const file = await readGraphFile(layout.graph);
  requireSame(file.path, { expected: steps.sha256, got: file.sha256, name: steps.name });
  const text = steps.text === undefined ? undefined : await textSettings(layout.folder, tokenizer);
  if (text !== undefined) {
    requireSame(dirname(layout.graph), {
      expected: steps.text!.tokenizer,
      got: text.tokenizer,
      name: "tokenizer.json",
    });
  }
  return opened(file, steps, { text, session });
}

async function opened(
  file: GraphFile,
  steps: BackboneSteps,
  { text, session: options }: { readonly text: TextSettings | undefined } & Pick<BackboneOptions, "session">,
): Promise<Backbone> {
  const isCut = !file.outputs.some(({ name }) => name === steps.output);
  const output = { name: steps.output, isCut };
  const graphBytes = isCut ? graphUpTo(file, output.name) : file.bytes;
  const session = await sessionOf(file, { output, graphBytes, options: { session: options } });
  const tokens = text && tokensOf({ settings: text, steps: steps.text! }, file.path); // of texts
  return backboneOf({ session, steps, file, graphBytes, tokens, text });
}

function requireSame(
  path: string,
  { expected, got, name }: { readonly expected: string; readonly got: string; readonly name: string },
): void {
  if (expected === got) return;
  throw backboneFault(path, {
    expected: `the ${name} that the run was trained on (SHA-256 ${expected.slice(0, 16)}…)`,
    got: `another (${got.slice(0, 16)}…)`,
    advice: "Say where that one is with --backbone.",
  });
}
