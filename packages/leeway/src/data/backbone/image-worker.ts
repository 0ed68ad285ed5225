// The program of a thread that makes images ready for a backbone; image-preparer.ts starts it.
import { parentPort, workerData } from "node:worker_threads";
import type { BackboneSteps } from "../../preparation/index.ts";
import type { PreparedMessage, RawMessage } from "./image-preparer.ts";
import { readyImage } from "./ready-image.ts";

const port = parentPort!; // of a thread that was started
const steps = workerData as BackboneSteps;

port.on("message", ({ id, raw }: RawMessage) => {
  readyImage(raw, steps).then(
    (image) => {
      const { data } = image;
      const isWhole = data.byteLength === data.buffer.byteLength;
      post({ id, image }, isWhole ? [data.buffer as ArrayBuffer] : []);
    },
    (error: unknown) => {
      post({ id, why: error instanceof Error ? error.message : String(error) });
    },
  );
});

function post(message: PreparedMessage, moved: readonly ArrayBuffer[] = []): void {
  port.postMessage(message, [...moved]);
}
