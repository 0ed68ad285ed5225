import type { Command } from "commander";
import { type Field } from "../field.ts";
import { methodFields, methodOf, optionNames } from "../methods/index.ts";
import { recipeFields } from "../recipe/index.ts";
import { addFields, fieldOption, type FieldChange, type FlagsOf } from "./options/field-option.ts";
import { addRemoved } from "./options/shared.ts";
import { usageError } from "./options.ts";

/** What commander gives for {@link addMethodOptions}. */
export interface MethodFlags extends Omit<FlagsOf<typeof methodFields>, "deferAt"> {
  readonly method?: string;
  /** A share of the epochs, or an epoch. */
  readonly deferAt?: number | { readonly epoch: number };
}

/** The option of `deferAt`, which may be an epoch as well. */
const deferAt: Field = {
  ...methodFields.deferAt,
  help: "when re-balancing begins: an epoch, or a share such as 0.8 or 80%",
  value: "<epoch>",
};

/** Adds the options a method is made from, in groups; `method` may have other words. */
export function addMethodOptions(command: Command, { method = {} }: { method?: FieldChange } = {}): Command {
  addFields(command, { method: recipeFields.method }, { change: { method } });
  for (const [name, field] of Object.entries<Field>(methodFields)) {
    if (field.flag === null) continue;
    const option =
      name === "deferAt" ? fieldOption(name, deferAt).argParser(parsedDeferral) : fieldOption(name, field);
    command.addOption(option.helpGroup(`${field.group}:`));
  }
  return addRemoved(command, { "--posthoc-tau <number>": "It is --tau now." });
}

/** `160`: an epoch; `0.8`, `80%`: a share of the epochs. */
function parsedDeferral(text: string): NonNullable<MethodFlags["deferAt"]> {
  if (/^\d+$/.test(text) && Number(text) <= 1e6) return { epoch: Number(text) };
  const [, number, percent] = /^(\d*\.?\d+)(%?)$/.exec(text) ?? [];
  const share = number === undefined ? NaN : Number(number) / (percent === "%" ? 100 : 1);
  if (share >= 0 && share <= 1) return share;
  throw usageError("--defer-at", "an epoch such as 160, or a share such as 0.8 or 80%", text);
}

/** The method options among flags, under their own names. */
export function methodOptionsIn(flags: MethodFlags): Omit<MethodFlags, "method"> {
  const there = Object.keys(methodFields).filter((name) => flags[name as keyof MethodFlags] !== undefined);
  return Object.fromEntries(there.map((name) => [name, flags[name as keyof MethodFlags]]));
}

/** The flags without method options that one of several methods has not, but another of them has. */
export function flagsFor<Flags extends MethodFlags>(
  flags: Flags,
  method: string,
  several: readonly string[],
): Flags {
  const has = (name: string, option: string): boolean => optionNames(methodOf(name)).includes(option);
  const left = Object.keys(methodFields).filter(
    (option) => !has(method, option) && several.some((other) => has(other, option)),
  );
  return { ...flags, ...Object.fromEntries(left.map((option) => [option, undefined])) };
}
