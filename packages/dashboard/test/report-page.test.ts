import { describe as suite, expect, test } from "vitest";
import { reportIn, reportPage } from "../src/index.ts";

suite("reportPage", () => {
  const data = { name: "</script><img src=x onerror=alert(1)>\u2028<!--" };
  const page = reportPage(data);

  test("holds data that ends no element and is read back", () => {
    expect(page).not.toContain("onerror");
    expect(reportIn(page)).toEqual(data);
    expect(() => reportIn("<p>")).toThrow("reportIn: expected a page of reportPage");
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
