// The program of a thread that makes images ready for a backbone; image-preparer.ts starts it.
import { parentPort, workerData } from "node:worker_threads";
import type { PreparedMessage, RawMessage, ThreadData } from "./image-preparer.ts";
import { slotOf } from "./image-slots.ts";
import { readyImage } from "./ready-image.ts";

const port = parentPort!; // of a thread that was started
const { steps, slots } = workerData as ThreadData;

port.on("message", ({ id, raw, slot }: RawMessage) => {
  const into = slot === undefined ? undefined : slotOf(slots!, slot); // of this memory
  readyImage(raw, steps, into instanceof Float32Array ? into : undefined).then(
    (image) => {
      const { data, ...size } = image;
      if (into !== undefined) {
        if (data !== into) into.set(data);
        post({ id, size });
        return;
      }
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
