import { Option } from "commander";
import { usageError } from "../options.ts";

/** `--top 3` or `--top all`. */
export function topOption(): Option {
  const option = new Option("--top <count>", "the most probable classes of each, or all (default: 1)");
  return option.argParser((text) => {
    const value = text === "all" ? Infinity : /^[1-9]\d{0,5}$/.test(text) ? Number(text) : undefined;
    return value ?? refused(text);
  });
}

function refused(text: string): never {
  throw usageError("--top", "a whole number of at least 1, or all", text);
}
