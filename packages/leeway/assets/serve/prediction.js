// What the service answers, as text and bars.

/**
 * @typedef {object} Prediction
 * @property {string} class
 * @property {number} probability
 * @property {Record<string, number>} probabilities
 * @property {string | null} [decision]
 * @property {boolean} [abstained]
 * @property {string[]} [set]
 */

/** More bars than a page shows well. */
const maxBars = 20;

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id)); // the page has it

/** @param {Prediction} prediction */
export function showPrediction(prediction) {
  byId("class").textContent = prediction.class;
  byId("probability").textContent = percent(prediction.probability);
  const decision = decisionText(prediction);
  byId("decision").textContent = decision;
  byId("decision").hidden = decision === "";
  const ranked = Object.entries(prediction.probabilities).sort(([, a], [, b]) => b - a);
  const shown = ranked.slice(0, maxBars);
  byId("bars").replaceChildren(...shown.map(([name, p]) => bar(name, p, name === prediction.class)));
  const rest = ranked.slice(maxBars);
  const sum = rest.reduce((total, [, p]) => total + p, 0);
  byId("rest").hidden = rest.length === 0;
  byId("rest").textContent = `${rest.length} other classes: ${percent(sum)} together`;
}

/** A share as a person reads it: three digits, and of a large one two behind the point. @param {number} share */
export function percent(share) {
  const value = 100 * share;
  if (value > 0 && value < 0.001) return "< 0.001 %";
  return `${value < 10 ? Number(value.toPrecision(3)) : value.toFixed(2)} %`;
}

/** @param {Prediction} prediction */
function decisionText({ decision, abstained, set }) {
  if (decision === undefined) return "";
  if (!abstained) return `Decision: ${decision}`;
  return `The decision abstains. Possible: ${set?.length ? set.join(", ") : "none of the classes"}`;
}

/** @param {string} name @param {number} p @param {boolean} isPredicted */
function bar(name, p, isPredicted) {
  const row = document.createElement("tr");
  row.className = isPredicted ? "predicted" : "";
  const head = Object.assign(document.createElement("th"), { scope: "row", textContent: name, title: name });
  const cell = document.createElement("td");
  cell.className = "bar";
  const fill = document.createElement("div");
  fill.style.width = `${100 * p}%`;
  cell.append(fill);
  const number = Object.assign(document.createElement("td"), { textContent: percent(p), title: String(p) });
  number.className = "number";
  row.append(head, cell, number);
  return row;
}
