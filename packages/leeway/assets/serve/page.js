// The page to try a model: reads an example, asks the service, and shows what it answers. Names of classes and columns
// come from data: they are only ever written as text.

import { exampleInput } from "./input.js";
import { priorControl } from "./prior.js";
import { showPrediction } from "./prediction.js";

/** @typedef {import("./input.js").ServedModel} ServedModel */

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id)); // the page has it

const model = /** @type {ServedModel} */ (JSON.parse(byId("model").textContent ?? ""));
const input = exampleInput(model, byId("input"), ask);
const prior = priorControl(model, ask);
let asked = 0;

document.title = `Leeway: ${model.name}`;
byId("name").textContent = model.name;
byId("about").textContent = about(model);
void ask();

/** Asks for a prediction of what is in the form now; of several answers the last question's is shown. */
async function ask() {
  const own = ++asked;
  const example = input.read();
  if (example === undefined) return;
  const query = prior.query();
  const headers = { "content-type": example.type };
  const response = await fetch(`predict${query}`, { method: "POST", headers, body: example.body }).catch(
    () => undefined,
  );
  const answer = await response?.json().catch(() => undefined);
  if (own !== asked) return;
  const failed = response === undefined ? "The service does not answer." : answer?.error?.message;
  byId("error").textContent = failed ?? "";
  byId("error").hidden = failed === undefined;
  byId("answer").hidden = failed !== undefined;
  if (failed !== undefined) return;
  showPrediction(answer);
  byId("shell").textContent = shellCommand(example, query);
}

/** @param {ServedModel} model */
function about({ kind, classNames }) {
  const nouns = { table: "rows", text: "texts", image: "images", embedding: "vectors" };
  const shown = classNames.slice(0, 8).join(", ");
  const rest = classNames.length > 8 ? ` and ${classNames.length - 8} more` : "";
  return `Classifies ${nouns[kind]}: ${shown}${rest}.`;
}

/**
 * @param {import("./input.js").Example} example
 * @param {string} query
 */
function shellCommand({ type, body }, query) {
  const url = new URL(`predict${query}`, location.href).href;
  const data = typeof body === "string" ? `-d ${quoted(body)}` : `--data-binary @${quoted(body.name)}`;
  return `curl ${quoted(url)} \\\n  -H ${quoted(`content-type: ${type}`)} \\\n  ${data}`;
}

/** @param {string} text */
function quoted(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
