import { describe as suite, expect, test } from "vitest";
import { shellWord } from "../../src/cli/terminal.ts";

suite("shellWord", () => {
  test("quotes a path where a shell would take it apart", () => {
    expect(["runs/a-1", "r dir/x.yaml", "it's"].map(shellWord)).toEqual([
      "runs/a-1",
      "'r dir/x.yaml'",
      "'it'\\''s'",
    ]);
  });
});
