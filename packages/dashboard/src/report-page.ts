import { createHash } from "node:crypto";
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
<script id="report-data" type="application/json">${inlineJson(data)}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** JSON that ends no element and begins no comment of the page around it. */
function inlineJson(data: object): string {
  return JSON.stringify(data).replace(/[<>&\u2028\u2029]/g, escaped);
}

function escaped(letter: string): string {
  return `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
