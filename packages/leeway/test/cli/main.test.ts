import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe as suite, expect, test } from "vitest";
import { datasets } from "../../src/data/index.ts";
import { methodNames } from "../../src/methods/index.ts";
import { leeway } from "./leeway-process.ts";

const empty = mkdtempSync(join(tmpdir(), "leeway-empty-"));
afterAll(() => {
  rmSync(empty, { recursive: true, force: true });
});

/** No native part, no data, and no user's settings. */
const bare = { HOME: empty, XDG_CACHE_HOME: empty, LEEWAY_CACHE: empty };

/** The environment variables that the sources of both packages read. */
function variables(): string[] {
  const names = ["../..", "../../../torch"].flatMap((folder) => {
    const root = fileURLToPath(new URL(`${folder}/src`, import.meta.url));
    const files = readdirSync(root, { recursive: true, encoding: "utf8" });
    const texts = files
      .filter((file) => file.endsWith(".ts"))
      .map((file) => readFileSync(join(root, file), "utf8"));
    return texts.flatMap((text) =>
      [...text.matchAll(/env(?:ironment)?\["([A-Z_]+)"\]/g)].map(([, name]) => name!),
    ); // it has matched
  });
  return [...new Set(names)];
}

suite("leeway", () => {
  test("names every command, the exit codes and the environment in its help", async () => {
    const { code, stdout, stderr } = await leeway(["--help"]);
    expect(code).toBe(0);
    expect(stderr).toBe("");
    for (const word of [
      "quickstart",
      "train",
      "reproduce",
      "config",
      "methods",
      "datasets",
      "setup",
      "doctor",
    ]) {
      expect(stdout).toMatch(new RegExp(`^  ${word} `, "m"));
    }
    expect(stdout).toContain("Exit codes: 0 done, 1 a run failed, 2 wrong usage");
    // HOME, TERM and CI are the system's; failpoints are for tests; launchers set the others for their ranks.
    const ofSystem = ["HOME", "TERM", "CI", "HOMEBREW_PREFIX", "LEEWAY_FAILPOINTS"];
    const ofLaunchers = ["LEEWAY_LIFELINE", "LEEWAY_LAUNCH", "PET_NNODES", "MASTER_ADDR"];
    const unsaid = [...ofSystem, ...ofLaunchers, "TORCHELASTIC_USE_AGENT_STORE"];
    for (const name of variables().filter((each) => !unsaid.includes(each))) {
      expect(stdout).toMatch(new RegExp(`^  .*\\b${name}\\b`, "m"));
    }
  });

  test.each(["train", "quickstart", "reproduce", "config", "setup"])(
    "explains %s with its examples",
    async (name) => {
      const { code, stdout } = await leeway([name, "--help"]);
      expect(code).toBe(0);
      expect(stdout).toContain(`Usage: leeway ${name}`);
      expect(stdout).toMatch(/Examples:|Exit code/);
      expect(await leeway(["help", name])).toMatchObject({ code: 0, stdout });
    },
  );

  test.each(["train", "fork", "compare"])("fits the help of %s on one screen", async (name) => {
    const { stdout } = await leeway([name, "--help"]);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(40);
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
    expect(lines.filter((line) => line.startsWith("  $ leeway")).length).toBeGreaterThanOrEqual(3);
    const whole = await leeway([name, "--help", "--all"]);
    expect(whole.stdout.length).toBeGreaterThan(stdout.length);
    expect(await leeway([name, "--help-all"])).toEqual(whole);
  });

  test("takes a data set by --dataset as before, and says that it is the argument", async () => {
    const now = await leeway(["config", "show", "cifar10"]);
    const before = await leeway(["config", "show", "--dataset", "cifar10"]);
    expect(before).toMatchObject({ code: 0, stdout: now.stdout });
    expect(before.stderr).toContain("--dataset is the argument DATA now");
    expect((await leeway(["config", "--help", "--all"])).stdout).not.toContain("--dataset");
  });

  test("prints its version", async () => {
    expect((await leeway(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test("without a command shows the help and says that it was wrong usage", async () => {
    const { code, stdout, stderr } = await leeway([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("Usage: leeway <command>");
  });

  test("uses no colour in a pipe, and colour where FORCE_COLOR asks for it", async () => {
    const args = ["train", "--dataset", "cifar11"];
    expect((await leeway(args)).stderr).not.toContain("\u001b[");
    expect((await leeway(args, { environment: { FORCE_COLOR: "1" } })).stderr).toContain("\u001b[31m");
  });
});

suite("wrong usage", () => {
  const fashion = ["train", "--dataset", "fashion-mnist"];
  const wrong = async (args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await leeway(args, { environment: bare });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).not.toMatch(/^ +at /m); // no stack
    return stderr;
  };

  test("of a command's part is wrong usage too", async () => {
    expect(await wrong(["data", "get"])).toContain("missing required argument 'names'\n(--help shows");
  });

  test("guesses the command that was meant", async () => {
    expect(await wrong(["trian"])).toContain("unknown command 'trian'\n(Did you mean train?)");
    expect(await wrong(["help", "trian"])).toContain("unknown command 'trian'\n(Did you mean train?)");
  });

  test("guesses the option that was meant", async () => {
    expect(await wrong(["train", "cifar10", "--epocs", "9"])).toContain("(Did you mean --epochs?)");
    // Also one that short help leaves out.
    const misspelt = ["train", "cifar10", "--class-wieght", "cat=2"];
    expect(await wrong(misspelt)).toContain("(Did you mean --class-weight?)");
  });

  test("guesses the value that was meant", async () => {
    expect(await wrong([...fashion, "--method", "ldam_drw"])).toBe(
      `error: --method: expected one of ${[...methodNames, "composed"].join(", ")}, got "ldam_drw". Did you mean "ldam-drw"?\n`,
    );
  });

  test("names the option whose number is none", async () => {
    expect(await wrong([...fashion, "--epochs", "12x"])).toBe(
      'error: --epochs: expected a whole number from 1 to 1000000, got "12x".\n',
    );
  });

  test("asks for data", async () => {
    expect(await wrong(["train"])).toBe(
      `error: DATA: expected a file, a folder or one of ${datasets.map(({ name }) => name).join(", ")}, got nothing. --help has examples.\n`,
    );
  });
});

suite("leeway config", () => {
  const config = (...args: readonly string[]): ReturnType<typeof leeway> =>
    leeway(["config", ...args], { environment: bare });

  test("shows what is asked for as a file that asks for it again", async () => {
    const file = join(empty, "run.yaml");
    const asked = ["cifar10", "--epochs", "40", "--loss", "ldam", "--weights", "sqrt"];
    const shown = await config("show", ...asked);
    expect(shown).toMatchObject({ code: 0, stderr: "" });
    writeFileSync(file, shown.stdout);
    expect((await config("show", "--config", file)).stdout).toBe(shown.stdout);
    writeFileSync(file, shown.stdout.replace("loss: ldam", "loss: ldma"));
    const { code, stderr } = await config("show", "--config", file);
    expect(code).toBe(2);
    expect(stderr).toContain(`error: ${file}:7:3: expected methodOptions.loss to be one of cross-entropy, `);
    expect(stderr).toContain('got "ldma". Did you mean "ldam"?');
  });

  test("warns of LDAM without cosines", async () => {
    const args = ["--dataset", "cifar10", "--loss", "ldam", "--classifier", "linear"];
    const { code, stderr } = await config("show", ...args);
    expect(code).toBe(0);
    expect(stderr).toContain("Warning: LDAM on a linear last layer");
  });

  test("prints the schema of its files", async () => {
    const { stdout } = await config("schema");
    expect(JSON.parse(stdout)).toMatchObject({ type: "object", additionalProperties: false });
  });
});

suite("what is missing", () => {
  test("data: the places looked at, how to get it, exit code 3", async () => {
    const { code, stdout, stderr } = await leeway(["train", "--dataset", "cifar10"], {
      environment: { HOME: empty, XDG_CACHE_HOME: empty },
    });
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toContain(join(empty, "leeway", "data"));
    expect(stderr).toContain("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz");
  });

  test("a data folder that is none", async () => {
    const { code, stderr } = await leeway(["quickstart", "--data-dir", join(empty, "nowhere")]);
    expect(code).toBe(3);
    expect(stderr).toContain(`--data-dir ${join(empty, "nowhere")}: expected a folder`);
  });

  test("the native part: the cure, exit code 4", async () => {
    const { code, stdout, stderr } = await leeway(["train", "--dataset", "cifar10", "--threads", "1"], {
      environment: bare,
    });
    expect({ code, stdout }).toEqual({ code: 4, stdout: "" });
    expect(stderr).toContain('Run "npx leeway setup"');
    expect(stderr).not.toMatch(/^ +at /m);
  });

  test("LEEWAY_DEBUG=1 shows where an error came from", async () => {
    const { stderr } = await leeway(["train", "--dataset", "cifar11"], {
      environment: { LEEWAY_DEBUG: "1" },
    });
    expect(stderr).toMatch(/^ +at .*options\.js/m);
  });
});

suite("leeway methods", () => {
  test("lists every method without libtorch", async () => {
    const { code, stdout } = await leeway(["methods"], { environment: bare });
    expect(code).toBe(0);
    expect(stdout.match(/^\S+/gm)).toEqual([...methodNames, "Any", "Compose", "Train"]);
  });

  test("--json prints name, title, summary, source and options", async () => {
    const { stdout } = await leeway(["methods", "--json"], { environment: bare });
    const methods = JSON.parse(stdout) as Record<string, unknown>[];
    expect(methods.map(({ name }) => name)).toEqual(methodNames);
    expect(methods.find(({ name }) => name === "ldam")).toMatchObject({
      title: "LDAM",
      options: { maxMargin: 0.5, scale: 30 },
    });
  });
});

suite("leeway datasets", () => {
  const environment = { HOME: empty, XDG_CACHE_HOME: empty };

  test("says where each lies, or how to get it", async () => {
    const { code, stdout } = await leeway(["datasets"], { environment });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^cifar10 +10 classes +50,000 training images +10,000 test images +32 x 32 colour +not found$/m,
    );
    expect(stdout).toContain("CIFAR-10: Put https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz");
  });

  test("--json gives a path or null", async () => {
    const { stdout } = await leeway(["datasets", "--json"], { environment });
    const [cifar10] = JSON.parse(stdout) as Record<string, unknown>[];
    expect(cifar10).toMatchObject({
      name: "cifar10",
      classes: 10,
      trainSize: 50_000,
      testSize: 10_000,
      path: null,
    });
  });
});
