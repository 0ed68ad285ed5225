import { RunError } from "../errors.ts";
import type { OnnxRuntime } from "../inference/index.ts";

/**
 * onnxruntime-node where it is installed, else onnxruntime-web.
 *
 * @throws RunError with code "environment" that says what to install
 */
export async function findRuntime(): Promise<OnnxRuntime> {
  const faults: string[] = [];
  for (const load of [() => import("onnxruntime-node"), () => import("onnxruntime-web")]) {
    try {
      const module = (await load()) as OnnxRuntime & { readonly default?: OnnxRuntime };
      return module.default ?? module; // a module of CommonJS has all its names there
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND")
        faults.push((cause as Error).message);
    }
  }
  const [fault] = faults;
  const got = fault === undefined ? "neither" : `one that does not load (${fault.split("\n", 1)[0]!})`; // there is one
  const message = `load: expected onnxruntime-node or onnxruntime-web, got ${got}. Install one: npm i onnxruntime-node.`;
  throw new RunError("environment", message);
}
