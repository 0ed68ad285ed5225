import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RunError } from "../errors.ts";
import type { PredictionExamples } from "../probes/index.ts";
import type { Example } from "./model-form.ts";

/**
 * Examples as a run's predictor takes them: images are files that are there while `work` reads them.
 *
 * @throws RunError of `work`, with the request where it named a file of ours
 */
export async function inputsOfRun<T>(
  examples: readonly Example[],
  work: (inputs: PredictionExamples) => Promise<T>,
): Promise<T> {
  const images = examples.filter((each) => each instanceof Uint8Array);
  if (images.length === 0)
    return await work(examples as Exclude<Example, Uint8Array>[]).catch(ofRequest("stdin"));
  const folder = await mkdtemp(join(tmpdir(), "leeway-serve-"));
  try {
    const paths = images.map((_, i) => join(folder, `${i}.image`));
    await Promise.all(images.map((bytes, i) => writeFile(paths[i]!, bytes))); // as many paths
    return await work(paths).catch(ofRequest(folder));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Names the request in place of the file that an error begins with. */
function ofRequest(place: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof RunError) || !error.message.startsWith(place)) throw error;
    const message = `POST /predict${error.message.slice(error.message.indexOf(": "))}`;
    throw new RunError(error.code, message, { cause: error });
  };
}
