import { existsSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { backbones, type KnownBackbone, knownBackbone } from "../../catalogue/index.ts";
import { filesText, knownFolder } from "../../data/index.ts";
import { renderTable } from "../../report/index.ts";
import { asUsage } from "../options.ts";
import { addOutput, type OutputFlags } from "../options/shared.ts";
import { colorsFor } from "../terminal.ts";

/** `leeway models`: pretrained networks that are known by name, and where their files go. */
export function modelsCommand(): Command {
  const command = new Command("models").argument("[name]", "print which of its files go where");
  addOutput(command, ["json"], { json: { help: "print one JSON array" } });
  return command.addHelpText("after", examples).action(listModels);
}

const examples = `
Nothing is fetched: put the files where leeway models NAME says, or make a folder with optimum-cli export onnx. Checksums
are those that public programs pin; for other files none is known. Licences are to be checked at the source.

Examples:
  $ leeway models
  $ leeway models dinov2-small
  $ leeway train photos/ --backbone dinov2-small
`;

async function listModels(
  name: string | undefined,
  { json = false }: Pick<OutputFlags, "json">,
): Promise<void> {
  const chosen =
    name === undefined ? backbones : [await asUsage(() => Promise.resolve().then(() => knownBackbone(name)))];
  if (json) console.log(JSON.stringify(chosen.map(listed)));
  else console.log(name === undefined ? renderModels(chosen) : chosen.map(renderModel).join("\n"));
}

function isThere({ name, files }: KnownBackbone): boolean {
  return files.every(({ path }) => existsSync(join(knownFolder(name), path)));
}

function listed(model: KnownBackbone): Record<string, unknown> {
  const folder = knownFolder(model.name);
  return { ...model, folder, there: isThere(model) };
}

function renderModels(models: readonly KnownBackbone[]): string {
  const { bold, green, yellow } = colorsFor(process.stdout);
  const rows = models.map((model) => [
    bold(model.name),
    model.title,
    model.use === "init" ? "--init" : "--backbone",
    model.size === undefined ? "" : `${model.size} numbers`,
    model.licence,
    isThere(model) ? green(knownFolder(model.name)) : yellow("not found"),
  ]);
  return `${renderTable(rows, { right: [3] })}\n\nleeway models NAME says which files to put where.`;
}

function renderModel(model: KnownBackbone): string {
  const folder = knownFolder(model.name);
  const pinned = model.files.flatMap(({ path, bytes, sha256 }) =>
    sha256 === undefined ? [] : [`  ${path}: ${bytes} bytes, SHA-256 ${sha256}`],
  );
  const use =
    model.use === "init"
      ? `leeway train photos/ --init ${join(folder, "model.safetensors")}`
      : `leeway train DATA --backbone ${model.name}`;
  return [
    `${model.title} (${model.licence}; check it at the source)`,
    isThere(model) ? `in ${folder}` : `not found in ${folder}; put there:`,
    filesText(model, folder),
    ...(pinned.length === 0 ? [] : ["checksums that public programs pin:", ...pinned]),
    use,
  ].join("\n");
}
