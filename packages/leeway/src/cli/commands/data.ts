import { join } from "node:path";
import { Argument, Command } from "commander";
import { createLogUpdate } from "log-update";
import { dataPlaces, type Download, downloads, fetchFile, type FetchProgress } from "../../data/index.ts";
import { interruptible } from "../interruption.ts";
import { namesAmong } from "../options.ts";
import { addMachine, addOutput, type MachineFlags, type OutputFlags } from "../options/shared.ts";
import { progressMode } from "../terminal.ts";
import { percent } from "../../report/index.ts";

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
  const shown = fetchDisplay(flags.progress);
  await interruptible(async ({ signal, exitCode }) => {
    const files: string[] = [];
    try {
      for (const download of requested)
        files.push(...(await fetched(download, root, { ...flags, signal, shown })));
    } catch (error) {
      if (!signal.aborted) throw error;
      process.exitCode = exitCode();
      return;
    } finally {
      shown.end();
    }
    console.log(flags.json ? JSON.stringify(files) : files.join("\n"));
  });
}

/** The folder that readers look at first of those that can be written. */
function folderFor(dataDir: string | undefined): string {
  const places = dataPlaces(undefined, { dataDir });
  return places.find(({ path }) => path !== undefined)!.path!; // the cache always has a path
}

async function fetched(
  { folder, files }: Download,
  root: string,
  { mirror, signal, shown }: { mirror?: string; signal: AbortSignal; shown: FetchDisplay },
): Promise<string[]> {
  const paths: string[] = [];
  for (const file of files) {
    const fetching = fetchFile(file, join(root, folder), { mirror, signal });
    let step = await fetching.next();
    while (!step.done) {
      shown.show(step.value);
      step = await fetching.next();
    }
    paths.push(step.value);
  }
  return paths;
}

/** Shows how far files are. */
interface FetchDisplay {
  show(progress: FetchProgress): void;
  end(): void;
}

function fetchDisplay(shown: boolean): FetchDisplay {
  const live = shown && progressMode(process.stderr) === "live";
  const update = live ? createLogUpdate(process.stderr) : undefined;
  let drawn = -Infinity;
  let last = "";
  return {
    show: ({ file, received, of, fault }) => {
      const line = `${file}  ${megabytes(received)} of ${megabytes(of)} MB  ${percent(received / of)}`;
      const now = performance.now();
      if (update !== undefined && (now - drawn > 100 || received === of)) {
        drawn = now;
        update(fault === undefined ? line : `${line}  (again, after ${fault})`);
      }
      // Without a terminal: one line a file, and one for each fault.
      const news = fault === undefined ? file : `${file}: ${fault}`;
      if (update === undefined && shown && news !== last)
        console.error(fault === undefined ? line : `${news}; again`);
      last = news;
    },
    end: () => {
      update?.done();
    },
  };
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
