import { describe as suite, expect, test } from "vitest";
import { reportPage } from "../src/index.ts";

suite("reportPage", () => {
  const page = reportPage({ name: "</script><img src=x onerror=alert(1)>\u2028<!--" });

  test("holds data that ends no element and begins no comment", () => {
    const [, json] = /<script id="report-data" type="application\/json">(.*)<\/script>\n<script>/.exec(page)!;
    expect(json).not.toMatch(/[<>\u2028]/);
    expect(JSON.parse(json!)).toEqual({ name: "</script><img src=x onerror=alert(1)>\u2028<!--" });
  });

  test("allows its own script and style alone", () => {
    const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(page)!;
    expect(policy).toMatch(
      /^default-src 'none'; img-src data:; style-src 'sha256-[\w+/=]{44}'; script-src 'sha256-[\w+/=]{44}'; base-uri 'none'; form-action 'none'$/,
    );
    expect(page).not.toMatch(/ (?:on\w+|style)=["'\w]+>/);
  });

  test("stays far below the size that reports are allowed", () => {
    expect(page.length).toBeLessThan(200_000);
  });
});
