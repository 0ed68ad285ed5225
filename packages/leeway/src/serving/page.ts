import { readFileSync } from "node:fs";
import type { ServedModel } from "./served-model.ts";

/** The files that the page is made of; by their paths. */
const files = {
  "/": "page.html",
  "/page.css": "page.css",
  "/page.js": "page.js",
  "/input.js": "input.js",
  "/prediction.js": "prediction.js",
  "/prior.js": "prior.js",
} as const;
const types = { html: "text/html", css: "text/css", js: "text/javascript" } as const;

/** A file of the page, ready to send. */
export interface PageFile {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Nothing but the service's own files runs in the page, and it talks to the service alone. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' blob: data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The page to try a model, by the paths of its files. */
export function pageFiles(model: ServedModel): ReadonlyMap<string, PageFile> {
  return new Map(
    Object.entries(files).map(([path, name]) => {
      const source = readFileSync(new URL(`../../assets/serve/${name}`, import.meta.url), "utf8");
      const type = types[name.split(".")[1] as keyof typeof types]; // the names above
      const body = path === "/" ? withModel(source, model) : source;
      const headers = { "content-type": `${type}; charset=utf-8`, "content-security-policy": policy };
      return [path, { body, headers: { ...headers, "cache-control": "no-cache" } }] as const;
    }),
  );
}

/** What the page knows of its model, as data: a class called `</script>` ends nothing. */
function withModel(page: string, { name, kind, classNames, shares, form }: ServedModel): string {
  const data = JSON.stringify({ name, kind, classNames, shares, form }).replaceAll("<", "\\u003c");
  return page.replace("{}", () => data);
}
