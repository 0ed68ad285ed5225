import { backboneFault, reopenBackbone } from "../backbones/index.ts";
import type { RunPreparation } from "../data/index.ts";
import { backboneFile } from "../inference/index.ts";
import { parseEmbeddingSteps } from "../preparation/index.ts";
import { sha256 } from "../storage/index.ts";

/** The backbone of a run, as the files that go beside its head. */
interface BackboneParts {
  /** `preparation.json`, which names the graph by its hash and no longer by its place. */
  readonly record: unknown;
  readonly files: Readonly<Record<string, Uint8Array>>;
}

/**
 * The files of a run's backbone; undefined where it has none.
 *
 * @throws RunError with code "data" if it is gone, another, or has its weights in other files
 */
export async function backboneParts({
  kind,
  record,
  path,
}: RunPreparation): Promise<BackboneParts | undefined> {
  if (kind !== "embedding") return undefined;
  const { backbone: steps, ...others } = parseEmbeddingSteps(record, path);
  if (steps === undefined) return undefined;
  const backbone = await reopenBackbone(steps);
  try {
    const { graphBytes, tokenizer, hasOtherFiles } = backbone;
    if (hasOtherFiles) {
      throw backboneFault(steps.path ?? steps.name, {
        ...{ expected: "a backbone in one file, which can be exported", got: "weights in other files" },
        advice: "Export the model to ONNX without external data, and train on that.",
      });
    }
    const kept = Object.fromEntries(Object.entries(steps).filter(([name]) => name !== "path"));
    const own = { ...others, backbone: { ...kept, sha256: sha256(graphBytes) } };
    const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
    return {
      record: own,
      files: {
        [backboneFile]: graphBytes,
        ...(tokenizer && {
          "tokenizer.json": json(tokenizer.json),
          "tokenizer_config.json": json(tokenizer.config),
        }),
      },
    };
  } finally {
    await backbone.close();
  }
}
