import { setThreads } from "@leeway/torch";
import { Command } from "commander";
import { isExported } from "../../exported/index.ts";
import { printable } from "../../report/index.ts";
import {
  defaultLimits,
  type Limits,
  openServed,
  type Service,
  type ServedModel,
  startService,
} from "../../serving/index.ts";
import { interruptible } from "../interruption.ts";
import { aborted, printFault } from "../until-stopped.ts";
import { refuseStray, usageError } from "../options.ts";
import { addFields, type FlagsOf } from "../options/field-option.ts";
import {
  addMachine,
  addOutput,
  type MachineFlags,
  machineFields,
  type OutputFlags,
} from "../options/shared.ts";
import { predictFields } from "../predict/predict-fields.ts";
import { limitFields, placeFields } from "../serve/serve-fields.ts";
import { version } from "../version.ts";

/** `leeway serve`: predictions of a run or an exported model over HTTP, and a page to try it. */
export function serveCommand(): Command {
  const command = new Command("serve").argument("<model>", "a run's folder, or that of an exported model");
  addFields(command, placeFields);
  addFields(command, limitFields);
  addFields(command, { backbone });
  addMachine(command, ["threads", "device"]);
  const change = {
    json: { help: "print where it listens as JSON to stdout" },
    quiet: { help: "print nothing but errors" },
  };
  return addOutput(command, ["json", "quiet"], change)
    .addHelpText("after", examples)
    .action(serveUntilStopped);
}

const examples = `
POST /predict takes JSON, JSON lines, text or images; GET / is a page to try the model.

Examples:
  $ leeway serve runs/latest
  $ leeway serve runs/latest --host 0.0.0.0 --max-body 50
  $ curl localhost:8000/predict -H 'content-type: application/json' -d '{"amount": 12}'
`;

const backbone = {
  ...predictFields.backbone,
  group: machineFields.threads.group,
  help: "where the backbone of a run is now",
};

type ServeFlags = FlagsOf<typeof placeFields> &
  FlagsOf<{ backbone: typeof backbone }> &
  FlagsOf<typeof limitFields> &
  Pick<MachineFlags, "threads" | "device"> &
  Pick<OutputFlags, "json" | "quiet">;

async function serveUntilStopped(path: string, flags: ServeFlags): Promise<void> {
  const { port, host, cors: origins = [], allowHost: hosts, threads, device, backbone: place } = flags;
  for (const origin of origins) requireOrigin(origin);
  if (isExported(path))
    refuseStray({ device, backbone: place }, ["device", "backbone"], { where: "with an exported model" });
  else if (threads !== undefined) setThreads(threads);
  const model = await openServed(path, { device, threads, backbone: place });
  const stopping = "Stopping: answering what came before. Once more ends at once.";
  await interruptible(
    async ({ signal, exitCode }) => {
      await model.warmUp();
      const options = {
        port,
        host,
        hosts,
        origins,
        limits: limitsOf(flags),
        version: version(),
        onFault: printFault,
      };
      const service = await startService(model, options);
      announce(service, model, flags);
      await aborted(signal);
      await service.close();
      await model.close();
      process.exitCode = exitCode();
    },
    { message: flags.quiet ? "" : stopping },
  );
}

function announce(
  { url, host, port, isOpen }: Service,
  { name, kind, classNames: classes }: ServedModel,
  { json = false, quiet = false }: ServeFlags,
): void {
  if (json) console.log(JSON.stringify({ url, host, port, model: name, kind, classes }));
  if (quiet) return;
  console.error(`Serving ${printable(name)} at ${url} until Ctrl-C`);
  if (!isOpen) return;
  console.error(
    "Every machine that reaches this one can use it: there is no password and no encryption. Put a proxy before it that has both.",
  );
}

function limitsOf({
  maxBody,
  maxRows,
  maxSeconds,
  maxRequests,
  maxQueue,
  passRows,
  stopSeconds,
}: ServeFlags): Limits {
  return {
    bodyBytes: maxBody === undefined ? defaultLimits.bodyBytes : Math.ceil(maxBody * 2 ** 20),
    rows: maxRows ?? defaultLimits.rows,
    seconds: maxSeconds ?? defaultLimits.seconds,
    requests: maxRequests ?? defaultLimits.requests,
    queue: maxQueue ?? defaultLimits.queue,
    passRows: passRows ?? defaultLimits.passRows,
    stopSeconds: stopSeconds ?? defaultLimits.stopSeconds,
  };
}

function requireOrigin(origin: string): void {
  if (URL.canParse(origin) && new URL(origin).origin === origin) return;
  throw usageError("--cors", "origins such as https://example.org", origin);
}
