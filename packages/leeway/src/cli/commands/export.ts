import { setThreads } from "@leeway/torch";
import { Command } from "commander";
import { z } from "zod";
import type { Field } from "../../field.ts";
import { exportModel } from "../../exporting/index.ts";
import { addFields, type FlagsOf } from "../options/field-option.ts";
import { addMachine, addOutput, type MachineFlags, type OutputFlags } from "../options/shared.ts";

const ofExport = { group: "Export", affects: "nothing", common: true } as const;

const exportFields = {
  output: {
    ...ofExport,
    type: z.string().min(1),
    help: "the folder, made or, if it is an exported model, replaced",
    default: "export in the run's folder",
    value: "<folder>",
  },
  licence: {
    ...ofExport,
    type: z.string().min(1),
    help: "the terms of use, written into the model",
    value: "<text>",
  },
} as const satisfies Record<string, Field>;

/** `leeway export`: a run as a folder that predicts without libtorch. */
export function exportCommand(): Command {
  const command = new Command("export").argument("<run>", "the run's folder, or runs/latest");
  addFields(command, exportFields);
  addMachine(command, ["threads"]);
  return addOutput(command, ["json", "quiet"]).addHelpText("after", examples).action(exportRun);
}

const examples = `
Writes model.onnx, which takes raw, decoded input and gives calibrated probabilities; preparation.json, which makes such
input of rows, texts, images and vectors; decision.json, where leeway decide chose one; model.json, which holds these
together; and a README of the model.

Examples:
  $ leeway export runs/latest
  $ leeway export runs/latest --output fraud-model --licence "CC BY 4.0"
`;

interface ExportFlags
  extends FlagsOf<typeof exportFields>, Pick<MachineFlags, "threads">, Pick<OutputFlags, "json" | "quiet"> {}

async function exportRun(run: string, flags: ExportFlags): Promise<void> {
  const { threads, output, licence, json = false, quiet = false } = flags;
  if (threads !== undefined) setThreads(threads);
  const { path, manifest, files } = await exportModel(run, { output, licence });
  if (json) {
    console.log(JSON.stringify({ run, path, files, precision: manifest.precision }));
    return;
  }
  console.log(path);
  if (quiet) return;
  for (const [name, bytes] of Object.entries(files)) console.error(`  ${name.padEnd(18)} ${bytes} bytes`);
}
