import { Option } from "commander";

/** `--cache-dir`: for this process what the environment variable LEEWAY_IMAGE_CACHE says, whoever reads images. */
export function cacheOption(): Option {
  return new Option("--cache-dir <folder>", "where images are cached (~/.cache/leeway/images)").argParser(
    (folder) => (process.env["LEEWAY_IMAGE_CACHE"] = folder),
  );
}
