import { setThreads } from "@leeway/torch";
import { Command } from "commander";
import { z } from "zod";
import type { Field } from "../../field.ts";
import { exportModel } from "../../exporting/index.ts";
import { storedPrecisions } from "../../inference/index.ts";
import { renderExport } from "../export/render-export.ts";
import { addFields, type FlagsOf } from "../options/field-option.ts";
import { addMachine, addOutput, type MachineFlags, type OutputFlags } from "../options/shared.ts";
import { colorsFor } from "../terminal.ts";

const ofExport = { group: "Export", affects: "nothing", common: true } as const;

const exportFields = {
  output: {
    ...ofExport,
    type: z.string().min(1),
    help: "the folder, made or, if it is an exported model, replaced",
    default: "export in the run's folder",
    value: "<folder>",
  },
  precision: {
    ...ofExport,
    type: z.enum(storedPrecisions),
    help: "how weights are stored; what fp16 and int8 cost is counted on the validation split",
    default: "fp32",
    value: "<name>",
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
  addMachine(command, ["threads", "dataDir", "cacheDir"]);
  return addOutput(command, ["json", "quiet"]).addHelpText("after", examples).action(exportRun);
}

const examples = `
Writes model.onnx, which takes raw, decoded input and gives calibrated probabilities; preparation.json, which makes such
input of rows, texts, images and vectors; decision.json, where leeway decide chose one; model.json, which holds these
together; and a README of the model.

Examples:
  $ leeway export runs/latest
  $ leeway export runs/latest --precision fp16
  $ leeway export runs/latest --output fraud-model --licence "CC BY 4.0"
`;

interface ExportFlags
  extends
    FlagsOf<typeof exportFields>,
    Pick<MachineFlags, "threads" | "dataDir" | "cacheDir">,
    Pick<OutputFlags, "json" | "quiet"> {}

async function exportRun(run: string, flags: ExportFlags): Promise<void> {
  const { threads, json = false, quiet = false, ...options } = flags;
  if (threads !== undefined) setThreads(threads);
  const model = await exportModel(run, options);
  if (json) console.log(JSON.stringify({ run, ...model }));
  else console.log(quiet ? model.path : renderExport(model, { colors: colorsFor(process.stdout) }));
}
