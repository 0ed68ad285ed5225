// npm run quickstart [-- --yes] [-- options of `leeway quickstart`]: from a fresh checkout to a first result.
import { leeway, prepare } from "./prepare.mjs";

const isYes = (option) => option === "--yes" || option === "-y";
const args = process.argv.slice(2);
prepare(["--with-data", ...args.filter(isYes)]);
process.exitCode = leeway(["quickstart", ...args.filter((option) => !isYes(option))]);
