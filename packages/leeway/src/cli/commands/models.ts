import { existsSync } from "node:fs";
import { join } from "node:path";
import { Argument, Command } from "commander";
import { backbones, type KnownBackbone, knownBackbone } from "../../catalogue/index.ts";
import {
  fetchBackbone,
  type FetchOptions,
  type FetchProgress,
  filesText,
  firstSeen,
  knownFolder,
} from "../../data/index.ts";
import { renderTable } from "../../report/index.ts";
import { fetchShown } from "../fetch-shown.ts";
import { asUsage, namesAmong } from "../options.ts";
import { addOutput, type OutputFlags } from "../options/shared.ts";
import { colorsFor } from "../terminal.ts";

/** `leeway models`: pretrained networks that are known by name, and where their files go. */
export function modelsCommand(): Command {
  const command = new Command("models")
    .argument("[name]", "print which of its files go where")
    .addCommand(getCommand());
  addOutput(command, ["json"], { json: { help: "print one JSON array" } });
  return command.addHelpText("after", examples).action(listModels);
}

const examples = `
Licences are to be checked at the source. Where there is no network, leeway models NAME says which files to put where;
optimum-cli export onnx makes a folder of any other model.

Examples:
  $ leeway models
  $ leeway models get dinov2-small
  $ leeway train photos/ --backbone dinov2-small
`;

function getCommand(): Command {
  const names = backbones.map(({ name }) => name);
  const command = new Command("get")
    .description("fetch pretrained networks over https")
    .addArgument(new Argument("<names...>", names.join(", ")))
    .option("--mirror <url>", "a place like https://huggingface.co (default: HF_ENDPOINT)");
  addOutput(command, ["json", "progress"], { json: { help: "print the files as one JSON array" } });
  return command.addHelpText("after", getExamples).action(fetchModels);
}

const getExamples = `
Checksums that public programs pin are checked. What a file without one is when it is first seen is kept in fetched.json
beside it, and must be the same from then on. Files that are there are left alone. A broken transfer is gone on with.
HTTPS_PROXY, HTTP_PROXY and NO_PROXY are honoured.

Examples:
  $ leeway models get dinov2-small
  $ leeway models get all-MiniLM-L6-v2 --mirror https://mirror.example.org
`;

interface GetFlags extends Pick<OutputFlags, "json" | "progress"> {
  readonly mirror?: string;
}

async function fetchModels(names: readonly string[], flags: GetFlags): Promise<void> {
  const known = backbones.map(({ name }) => name);
  const requested = namesAmong("models get", names, known).map(knownBackbone);
  const { mirror = process.env["HF_ENDPOINT"] } = flags;
  await fetchShown((signal) => fetchAll(requested, { mirror, signal }), flags);
}

async function* fetchAll(
  requested: readonly KnownBackbone[],
  options: FetchOptions,
): AsyncGenerator<FetchProgress, string[], undefined> {
  const paths: string[] = [];
  for (const model of requested) paths.push(...(yield* fetchBackbone(model, options)));
  return paths;
}

async function listModels(
  name: string | undefined,
  { json = false }: Pick<OutputFlags, "json">,
): Promise<void> {
  const chosen =
    name === undefined ? backbones : [await asUsage(() => Promise.resolve().then(() => knownBackbone(name)))];
  if (json) console.log(JSON.stringify(chosen.map(listed)));
  else if (name === undefined) console.log(renderModels(chosen));
  else for (const model of chosen) console.log(await renderModel(model));
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
  return `${renderTable(rows, { right: [3] })}\n\nleeway models get NAME fetches one; leeway models NAME says which files go where.`;
}

async function renderModel(model: KnownBackbone): Promise<string> {
  const folder = knownFolder(model.name);
  const pinned = model.files.flatMap((file) => checksum(file.path, file));
  const seen = Object.entries(await firstSeen(model.name)).flatMap(([path, file]) => checksum(path, file));
  const use =
    model.use === "init"
      ? `leeway train photos/ --init ${join(folder, "model.safetensors")}`
      : `leeway train DATA --backbone ${model.name}`;
  return [
    `${model.title} (${model.licence}; check it at the source)`,
    isThere(model)
      ? `in ${folder}`
      : `not found in ${folder}; leeway models get ${model.name} fetches it, or put there:`,
    filesText(model, folder),
    ...(pinned.length === 0 ? [] : ["checksums that public programs pin:", ...pinned]),
    ...(seen.length === 0 ? [] : ["others, as they were when first seen here:", ...seen]),
    use,
  ].join("\n");
}

function checksum(path: string, { bytes, sha256 }: { bytes?: number; sha256?: string }): string[] {
  return sha256 === undefined ? [] : [`  ${path}: ${bytes} bytes, SHA-256 ${sha256}`];
}
