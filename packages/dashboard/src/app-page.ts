import { builtPart } from "./built-part.ts";

/** The dashboard's page and its parts, as a service sends them. */
export function appPage(): { readonly html: string; readonly script: string; readonly style: string } {
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Leeway</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/app.css">
</head>
<body>
<div id="app"><noscript>The dashboard needs JavaScript.</noscript></div>
<script src="/app.js"></script>
</body>
</html>
`;
  return { html, script: builtPart("app.js"), style: builtPart("app.css") };
}
