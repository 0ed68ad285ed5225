// npm test [-- --yes] [-- options of vitest]: makes the checkout ready, then runs the tests.
import { join } from "node:path";
import { prepare, root, run } from "./prepare.mjs";

const isYes = (option) => option === "--yes" || option === "-y";
const args = process.argv.slice(2);
prepare(args.filter(isYes));
process.exitCode = run([
  join(root, "node_modules/vitest/vitest.mjs"),
  "run",
  ...args.filter((option) => !isYes(option)),
]);
