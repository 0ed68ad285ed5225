import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { builtPart } from "./built-part.ts";

/**
 * A report as one page of HTML: it opens from a folder, asks no network, and runs no other script than its own. Names
 * in the data are text wherever they stand.
 *
 * @param data the report of `leeway report --json`, version 1
 * @throws Error where the page's script was not built
 */
export function reportPage(data: object): string {
  const [script, style] = [builtPart("report.js"), builtPart("report.css")];
  const policy = [
    "default-src 'none'",
    "img-src data:",
    `style-src '${hashOf(style)}'`,
    `script-src '${hashOf(script)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Leeway report</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<div id="report"><noscript>This report needs JavaScript. It loads nothing from a network.</noscript></div>
<script id="report-data" type="text/plain">${packed(data)}</script>
<script>${script}</script>
</body>
</html>
`;
}

/**
 * The data of a report's page, as it was given.
 *
 * @throws Error for what is no such page
 */
export function reportIn(page: string): object {
  const [, base64] = /<script id="report-data" type="text\/plain">([\w+/=]*)<\/script>/.exec(page) ?? [];
  if (base64 === undefined) throw new Error("reportIn: expected a page of reportPage, got another text.");
  return JSON.parse(gunzipSync(Buffer.from(base64, "base64")).toString("utf8")) as object;
}

/** Base64 of gzip: half as large as the JSON, and nothing in it ends an element of the page around it. */
function packed(data: object): string {
  return gzipSync(JSON.stringify(data), { level: 9 }).toString("base64");
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
