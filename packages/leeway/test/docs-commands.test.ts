import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Command, CommanderError } from "commander";
import { describe as suite, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { programFor } from "../src/cli/main.ts";
import { type CommandLine, commandLinesIn, commandLinesOf } from "./command-lines.ts";
import { pages, root } from "./pages.ts";

const read = (page: string): string => readFileSync(join(root, page), "utf8");

/** What a command line is told when it is parsed and nothing is run; undefined where it is right. */
async function refusalOf(words: CommandLine): Promise<string | undefined> {
  const program = await programFor(words);
  for (const command of withParts(program)) {
    command.exitOverride().configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
    if (command.commands.length === 0) command.action(() => undefined);
  }
  try {
    await program.parseAsync([...words], { from: "user" });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return error instanceof CommanderError && error.exitCode === 0 ? undefined : error.message;
  }
  return undefined;
}

function withParts(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withParts)];
}

async function refusals(lines: readonly CommandLine[]): Promise<string[]> {
  const all = [];
  for (const words of lines) {
    const refusal = await refusalOf(words);
    if (refusal !== undefined) all.push(`leeway ${words.join(" ")}: ${refusal}`);
  }
  return all;
}

/** The changelog also names what is gone. */
const described = pages().filter((page) => page !== "CHANGELOG.md" && commandLinesIn(read(page)).length > 0);

suite("the command lines of the pages", () => {
  test.for(described)("%s are understood", async (page) => {
    expect(await refusals(commandLinesIn(read(page)))).toEqual([]);
  });

  test("are understood in the help of every command", async () => {
    const names = (await programFor([])).commands.map((command) => command.name());
    for (const name of names) {
      let help = "";
      const program = await programFor([name]);
      const command = program.commands.find((each) => each.name() === name)!;
      command
        .configureOutput({
          writeOut: (text) => {
            help += text;
          },
        })
        .outputHelp();
      const examples = help.split("\n").filter((line) => /^\s*\$ /.test(line));
      expect(await refusals(commandLinesOf(examples.join("\n")))).toEqual([]);
    }
  });

  test("name tests and benches that there are", () => {
    const named = pages().flatMap((page) =>
      [...read(page).matchAll(/\b(?:vitest run|node) ((?:packages|bench|tools)\/[\w./-]+)/g)].map(
        ([, path]) => path!,
      ),
    );
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    expect(named).toContain("packages/leeway/test/runs/resume.test.ts");
  });

  test("name scripts of npm that there are", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const named = pages().flatMap((page) =>
      [...read(page).matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name]) => name!),
    );
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
    expect(named).toContain("bench");
  });
});

suite("the files of deploy", () => {
  test.for(["trainjob.yaml", "pytorchjob.yaml"])(
    "%s has command lines and mounts that are understood",
    async (name) => {
      const pods = podsIn(name);
      expect(pods.length).toBeGreaterThan(0);
      for (const { command, args, mounts, volumes, policy } of pods) {
        if (command !== undefined) expect(await refusals([[...command, ...args].slice(1)])).toEqual([]);
        const ranked = args.indexOf("train"); // behind a launcher
        if (ranked >= 0) expect(await refusals([args.slice(ranked)])).toEqual([]);
        expect(mounts).toEqual(volumes);
        expect([undefined, "Never"]).toContain(policy); // a PyTorchJob sets its own
      }
    },
  );

  test("train.sbatch is bash, and says all to Slurm before its first command", () => {
    const script = read("deploy/train.sbatch");
    execFileSync("bash", ["-n"], { input: script });
    const [head = "", rest = ""] = script.split("\nset ", 2);
    expect(head.split("\n").filter((line) => !line.startsWith("#") && line !== "")).toEqual([]);
    expect(rest).not.toContain("#SBATCH");
    const [, line = ""] = /leeway\}" (train .*) &\n/.exec(script) ?? [];
    expect(line).toContain("--continue");
  });
});

/** What a manifest says of its pods, in whichever of its documents. */
function podsIn(name: string) {
  const documents = parseAllDocuments(read(`deploy/${name}`));
  for (const { errors } of documents) expect(errors).toEqual([]);
  const found: z.infer<typeof podSchema>[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    const pod = podSchema.safeParse(node);
    if (pod.success) found.push(pod.data);
    const job = trainerSchema.safeParse(node);
    if (job.success) found.push({ containers: [job.data], volumes: [] });
    for (const each of Object.values(node)) visit(each);
  };
  for (const document of documents) visit(document.toJS());
  return found.map(({ containers: [container], volumes, restartPolicy }) => ({
    command: container.command,
    args: container.args ?? [],
    mounts: (container.volumeMounts ?? []).map((mount) => mount.name),
    volumes: volumes.map((volume) => volume.name),
    policy: restartPolicy,
  }));
}

const named = z.object({ name: z.string().regex(/^[a-z0-9-]+$/) });
const containerSchema = named.extend({
  image: z.string().includes(":"),
  command: z.array(z.string()).optional(),
  args: z.array(z.string()).optional(),
  volumeMounts: z.array(named.extend({ mountPath: z.string().startsWith("/") })).optional(),
});
const podSchema = z.object({
  containers: z.tuple([containerSchema]),
  volumes: z.array(named),
  restartPolicy: z.string().optional(),
});
/** The part of a TrainJob that names the command of each node. */
const trainerSchema = z
  .object({ numNodes: z.int().min(1), command: z.array(z.string()), args: z.array(z.string()) })
  .transform((trainer) => ({ ...trainer, name: "node", image: "leeway:0" }));

suite("the reading of command lines", () => {
  test("cuts at pipes and drops comments, prompts, redirections and quotes", () => {
    expect(commandLinesOf(`$ echo "a; b" | npx leeway predict 'a b/*.csv' > out.csv # why\nls`)).toEqual([
      ["predict", "a b/*.csv"],
    ]);
    expect(commandLinesOf("A=1 npx leeway a && leeway b \\\n  --c")).toEqual([["a"], ["b", "--c"]]);
  });

  test("finds blocks and spans of a page", () => {
    expect(commandLinesIn("Say `leeway train x`, `leeway …`:\n```sh\nleeway methods\n```\n")).toEqual([
      ["methods"],
      ["train", "x", "--help"],
    ]);
  });

  test("refuses unknown commands, options and values", async () => {
    expect(await refusalOf(["trian"])).toMatch(/unknown command/);
    expect(await refusalOf(["train", "cifar10", "--epoch", "3"])).toMatch(/unknown option/);
    expect(await refusalOf(["train", "cifar10", "--method", "ldam_drw"])).toMatch(/Did you mean "ldam-drw"/);
    expect(await refusalOf(["train", "cifar10", "--epochs", "3"])).toBeUndefined();
  });
});
