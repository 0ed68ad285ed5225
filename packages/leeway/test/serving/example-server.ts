import { existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { extname, join, normalize } from "node:path";
import { root } from "../pages.ts";

const types: Readonly<Record<string, string>> = {
  ...{ ".html": "text/html", ".css": "text/css", ".wasm": "application/wasm" },
  ...{ ".js": "text/javascript", ".mjs": "text/javascript" },
};

/** The browser's example as a server of static files has it, with the packages, and with `model/` of a folder. */
export function serveExample(folder: string): Promise<Server> {
  const server = createServer(({ url = "/" }, answer) => {
    const path = normalize(decodeURIComponent(new URL(url, "http://localhost").pathname));
    const base = path.startsWith("/node_modules/")
      ? root
      : path.startsWith("/model/")
        ? folder
        : join(root, "examples/browser");
    const file = join(base, path === "/" ? "index.html" : path);
    if (!existsSync(file)) return void answer.writeHead(404).end();
    answer.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream" });
    answer.end(readFileSync(file));
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      resolve(server);
    });
  });
}
