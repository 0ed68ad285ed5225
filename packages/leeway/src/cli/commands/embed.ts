import { Command } from "commander";
import { z } from "zod";
import { backboneFields } from "../../catalogue/index.ts";
import {
  type EmbeddedSource,
  featuresFile,
  nameOf,
  openEmbedded,
  withAbsoluteBackbone,
} from "../../data/index.ts";
import { RunError } from "../../errors.ts";
import type { Field } from "../../field.ts";
import { count } from "../../report/index.ts";
import { writeFileAtomically } from "../../storage/index.ts";
import { addDataOptions, type DataFlags, requestedSource } from "../data-options.ts";
import { interruptible, unlessAborted } from "../interruption.ts";
import { asUsage, usageError } from "../options.ts";
import { addFields, type FlagsOf } from "../options/field-option.ts";
import { addMachine, addOutput, type MachineFlags, type OutputFlags } from "../options/shared.ts";
import { requireFolder } from "../predict/new-place.ts";
import { readingDisplay } from "../reading-progress.ts";
import { requestedBackbone } from "../recipe-options.ts";
import { withShortHelp } from "../short-help.ts";
import { progressMode } from "../terminal.ts";

const embedFields = {
  output: {
    type: z.string().min(1),
    help: "the file of features",
    default: "the data's name with -features.safetensors",
    group: "Output",
    flag: "-o, --output",
    value: "<file>",
    affects: "nothing",
    common: true,
  },
} as const satisfies Readonly<Record<string, Field>>;

/** `leeway embed`: data as the vectors that a backbone makes of it. */
export function embedCommand(): Command {
  // How large images are, and how they get there, is the backbone's to say.
  const data = addDataOptions(new Command("embed"), { without: ["imageSize", "resize", "flip"] });
  const command = addFields(data, backboneFields, {
    change: { backbone: { common: true } },
  });
  addFields(command, embedFields);
  addMachine(command, ["threads", "dataDir", "cacheDir"], {
    cacheDir: { help: "folder of cached features", default: "~/.cache/leeway/features" },
  });
  addOutput(command, ["json", "progress", "quiet"]);
  return withShortHelp(command, { examples, more }).action(embed);
}

const examples = `
Examples:
  $ leeway embed photos/ --backbone dinov2-small/ -o photos.safetensors
  $ leeway train photos.safetensors --method balanced-softmax
  $ leeway embed reviews.csv --text review --label stars --backbone all-MiniLM-L6-v2/
  $ leeway embed photos/ --backbone runs/latest/export
`;

const more = `
A backbone is a folder in Hugging Face's layout, a folder that leeway export wrote, or an .onnx file. It needs onnxruntime-node: npm i onnxruntime-node. Vectors are made once, cached, and gone on with after a
kill. Splits of the data's own go into files of their own: NAME-test.safetensors. leeway train DATA --backbone PLACE does
the same without a file of one's own.
`;

interface EmbedFlags
  extends
    DataFlags,
    FlagsOf<typeof backboneFields>,
    FlagsOf<typeof embedFields>,
    Pick<MachineFlags, "threads" | "dataDir" | "cacheDir">,
    Pick<OutputFlags, "json" | "progress" | "quiet"> {}

async function embed(paths: readonly string[], flags: EmbedFlags): Promise<void> {
  const { threads, dataDir, cacheDir, json = false, quiet = false } = flags;
  const found = await asUsage(() => requestedSource(paths, flags));
  if (found === undefined) {
    throw new RunError("usage", "DATA: expected images or texts to embed, got nothing. --help has examples.");
  }
  const { backbone } = requestedBackbone({}, flags);
  if (backbone === undefined) {
    const advice = "Name a folder or an .onnx file; --help has examples.";
    throw usageError("--backbone", "the network that makes vectors", "none", advice);
  }
  const output = flags.output ?? `${nameOf(found.dataset)}-features.safetensors`;
  if (!/\.safetensors$/i.test(output))
    throw usageError("--output", "a path that ends in .safetensors", output);
  requireFolder("--output", output);
  const mode = quiet || !flags.progress ? "silent" : progressMode(process.stderr);
  await interruptible(
    async ({ signal, exitCode }) => {
      const { onProgress, end } = readingDisplay(process.stderr, mode);
      const began = performance.now();
      const data = { ...found, backbone: withAbsoluteBackbone(backbone) };
      const reading = { threads, dataDir, cacheDir, signal, onProgress };
      const source = await unlessAborted(signal, () => asUsage(() => openEmbedded(data, reading))).finally(
        end,
      );
      if (source === "aborted") {
        console.error("Stopped. What is embedded is kept; the same command goes on from there.");
        process.exitCode = exitCode();
        return;
      }
      const seconds = (performance.now() - began) / 1000;
      const facts = { seconds, made: source.made, ...written(source, output) };
      if (!quiet) for (const note of source.notes ?? []) console.error(`Note: ${note}`);
      console.log(json ? JSON.stringify(facts) : quiet ? output : embedText(facts));
    },
    { message: "Stopping: what is embedded is kept. Once more ends at once." },
  );
}

interface EmbedFacts {
  readonly files: readonly { readonly path: string; readonly split: string; readonly examples: number }[];
  readonly size: number;
  readonly classes: readonly string[];
  readonly backbone: {
    readonly name: string;
    readonly output: string;
    readonly pooling: string;
    readonly sha256: string;
  };
  /** Vectors that were not in the cache. */
  readonly made: number;
  readonly seconds: number;
}

/** Writes each split to a file of its own. */
function written(source: EmbeddedSource, output: string): Omit<EmbedFacts, "made" | "seconds"> {
  const { backbone } = source;
  const splits = (["train", "test", "validation"] as const).flatMap((split) => {
    const examples = source[split];
    return examples === null ? [] : [{ split, examples }];
  });
  const files = splits.map(({ split, examples }) => {
    const path = split === "train" ? output : output.replace(/(\.safetensors)$/i, `-${split}$1`);
    const { size, ids, labels, classNames } = examples;
    const vectors = new Float32Array(ids.length * size);
    ids.forEach((id, i) => {
      vectors.set(examples.vectors.subarray(id * size, (id + 1) * size), i * size);
    });
    writeFileAtomically(path, featuresFile({ classNames, labels, vectors, size }, backbone));
    return { path, split, examples: labels.length };
  });
  const { name, output: tensor, pooling, sha256, size } = backbone;
  return {
    files,
    size,
    classes: source.train.classNames,
    backbone: { name, output: tensor, pooling, sha256 },
  };
}

function embedText({ files, size, classes, backbone, made, seconds }: EmbedFacts): string {
  const all = files.reduce((sum, { examples }) => sum + examples, 0);
  const rate =
    made === 0 ? "all of them from the cache" : `${count(made)} made now, ${count(made / seconds)}/s`;
  const { name, output, pooling } = backbone;
  const [train, ...others] = files;
  const further = others.map(({ split, path }) => ` --${split} ${path}`).join("");
  return [
    `${count(all)} vectors of ${size} numbers, ${classes.length} classes (${rate})`,
    `${name}: ${output}${pooling === "none" ? "" : `, pooled by ${pooling}`}`,
    ...files.map(({ path, examples }) => `  ${path}  ${count(examples)}`),
    `leeway train ${train!.path}${further}`, // every source has a training split
  ].join("\n");
}
