// The slider of a class's share where the model is used; the other classes keep their shares of the rest.

import { percent } from "./prediction.js";

/** @param {number} share */
const logOdds = (share) => Math.log(share / (1 - share));
/** @param {number} odds */
const shareOf = (odds) => 1 / (1 + Math.exp(-odds));

/** The smallest share; a rare class needs room there, so the slider goes by the log of the odds. */
const minShare = 1e-4;

/**
 * @param {import("./input.js").ServedModel} model
 * @param {() => void} onChange called whenever the shares are others
 * @returns {{ query(): string }} the query of a request; without a prior until the slider is moved
 */
export function priorControl({ classNames, shares }, onChange) {
  const choice = /** @type {HTMLSelectElement} */ (document.getElementById("prior-class"));
  const slider = /** @type {HTMLInputElement} */ (document.getElementById("prior-value"));
  const shown = /** @type {HTMLOutputElement} */ (document.getElementById("prior-share"));
  const reset = /** @type {HTMLButtonElement} */ (document.getElementById("prior-reset"));
  slider.min = String(logOdds(minShare));
  slider.max = String(logOdds(1 - minShare));
  choice.append(...classNames.map((name, label) => new Option(name, String(label))));
  choice.value = String(shares.indexOf(Math.min(...shares)));
  let isMoved = false;

  const trained = () => shares[Number(choice.value)] ?? 0;
  const chosen = () => shareOf(slider.valueAsNumber);
  const show = () => {
    shown.textContent = isMoved ? percent(chosen()) : `${percent(trained())}, as in training`;
    slider.setAttribute("aria-valuetext", shown.textContent);
    reset.disabled = !isMoved;
  };
  const restore = () => {
    isMoved = false;
    slider.value = String(logOdds(Math.min(Math.max(trained(), minShare), 1 - minShare)));
    show();
  };
  slider.addEventListener("input", () => {
    isMoved = true;
    show();
    onChange();
  });
  for (const [control, event] of /** @type {const} */ ([
    [choice, "input"],
    [reset, "click"],
  ])) {
    control.addEventListener(event, () => {
      restore();
      onChange();
    });
  }
  restore();

  const query = () => {
    if (!isMoved) return "";
    const label = Number(choice.value);
    const others = (1 - chosen()) / (1 - trained());
    // A class that training never saw has no share to keep.
    const prior = shares.map((share, j) => Math.max(j === label ? chosen() : share * others, 1e-9));
    const named = Object.fromEntries(classNames.map((name, j) => [name, prior[j]]));
    return `?${new URLSearchParams({ prior: JSON.stringify(named) }).toString()}`;
  };
  return { query };
}
