import { Command } from "commander";
import { methodNames, methodOf, type OptionValue } from "../../methods/index.ts";
import { renderTable } from "../../report/index.ts";
import { addOutput } from "../options/shared.ts";
import { colorsFor } from "../terminal.ts";

/** `leeway methods`: what can be trained, and where it is from. */
export function methodsCommand(): Command {
  return addOutput(new Command("methods"), ["json"], { json: { help: "print one JSON array" } })
    .addHelpText("after", examples)
    .action(({ json = false }: { readonly json?: boolean }) => {
      console.log(json ? JSON.stringify(listed()) : renderMethods());
    });
}

const examples = `
Examples:
  $ leeway methods
  $ leeway methods --json | jq -r '.[].name'
`;

interface ListedMethod {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly source: string;
  /** Its parameters and their defaults. */
  readonly options: Readonly<Record<string, OptionValue>>;
  /** Parameters without a default. */
  readonly optional: readonly string[];
}

function listed(): ListedMethod[] {
  return methodNames.map((method) => {
    const { name, title, summary, source, options, optional } = methodOf(method);
    return { name, title, summary, source, options, optional };
  });
}

function renderMethods(): string {
  const { bold, dim } = colorsFor(process.stdout);
  const rows = listed().flatMap(({ name, title, summary, source, options, optional }) => [
    [bold(name), title, summary],
    ["", "", dim(`options  ${renderOptions(options, optional)}`)],
    ["", "", dim(`source   ${source}`)],
  ]);
  return [
    renderTable(rows),
    "",
    "Any of them takes --mixup, --rho (SAM), --label-smoothing, and for images --cutout, --cutmix and --cmo as well.",
    "Compose another: leeway train cifar10 --loss focal --weights sqrt --defer-at 160",
    "Train one: leeway train cifar10 --method ldam-drw",
  ].join("\n");
}

function renderOptions(options: ListedMethod["options"], optional: readonly string[]): string {
  const each = [...Object.entries(options).map(([name, value]) => `${name} ${String(value)}`), ...optional];
  return each.length === 0 ? "none" : each.join(", ");
}
