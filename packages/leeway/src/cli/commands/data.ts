import { join } from "node:path";
import { Argument, Command } from "commander";
import {
  dataPlaces,
  type Download,
  downloads,
  fetchFile,
  type FetchOptions,
  type FetchProgress,
} from "../../data/index.ts";
import { fetchShown } from "../fetch-shown.ts";
import { namesAmong } from "../options.ts";
import { addMachine, addOutput, type MachineFlags, type OutputFlags } from "../options/shared.ts";

/** `leeway data`: what there is to do with data sets' files. */
export function dataCommand(): Command {
  return new Command("data").addCommand(getCommand());
}

function getCommand(): Command {
  const command = new Command("get")
    .description("fetch data sets over https, checked against a pinned size and checksum")
    .addArgument(new Argument("<names...>", downloads.map(({ name }) => name).join(", ")))
    .option("--mirror <url>", "a place that holds files of the same names");
  addMachine(command, ["dataDir"], {
    dataDir: { help: "folder to put them in", default: "LEEWAY_DATA, or the user's cache" },
  });
  addOutput(command, ["json", "progress"], { json: { help: "print the files as one JSON array" } });
  return command.addHelpText("after", examples).action(fetchDatasets);
}

const examples = `
A file gets its name only when its size and checksum are right. What has come so far is kept as .NAME.part, and the
next try goes on there. HTTPS_PROXY, HTTP_PROXY and NO_PROXY are honoured.

Examples:
  $ leeway data get cifar10
  $ leeway data get imdb fashion-mnist --data-dir ~/data
  $ leeway data get cifar100 --mirror https://mirror.example.org/datasets
`;

interface GetFlags extends Pick<MachineFlags, "dataDir">, Pick<OutputFlags, "json" | "progress"> {
  readonly mirror?: string;
}

async function fetchDatasets(names: readonly string[], flags: GetFlags): Promise<void> {
  const known = downloads.map(({ name }) => name);
  const requested = namesAmong("data get", names, known).map((name) =>
    downloads.find((each) => each.name === name)!,
  );
  const root = folderFor(flags.dataDir);
  const { mirror } = flags;
  await fetchShown((signal) => fetchAll(requested, root, { mirror, signal }), flags);
}

/** The folder that readers look at first of those that can be written. */
function folderFor(dataDir: string | undefined): string {
  const places = dataPlaces(undefined, { dataDir });
  return places.find(({ path }) => path !== undefined)!.path!; // the cache always has a path
}

async function* fetchAll(
  requested: readonly Download[],
  root: string,
  options: FetchOptions,
): AsyncGenerator<FetchProgress, string[], undefined> {
  const paths: string[] = [];
  for (const { folder, files } of requested)
    for (const file of files) paths.push(yield* fetchFile(file, join(root, folder), options));
  return paths;
}
