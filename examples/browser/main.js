// A model in a page: loaded once, it predicts as the form changes, for the frequency of fraud that the slider says.
import { load } from "@leeway/predict";

const form = document.querySelector("form");
const answer = document.querySelector("#answer");

try {
  const model = await load("model/");
  const show = () => predict(model).catch(fail);
  form.addEventListener("input", show);
  await show();
} catch (error) {
  fail(error);
}

async function predict(model) {
  const { amount, hour, country, rarity } = Object.fromEntries(new FormData(form));
  const row = { amount: numberOf(amount), hour: numberOf(hour), country: country || null };
  const every = 10 ** Number(rarity);
  document.querySelector("#shown").textContent = every.toFixed(0);
  const prior = { yes: 1 / every, no: 1 - 1 / every };
  const { class: name, probabilities } = await model.predict(row, { prior });
  const words = name === "yes" ? "Probably fraud" : "Probably no fraud";
  answer.textContent = `${words}: its probability is ${(100 * probabilities.yes).toPrecision(3)} %`;
  answer.dataset.probability = probabilities.yes;
}

/** A missing value is null. */
function numberOf(text) {
  return text === "" ? null : Number(text);
}

/** Errors of the model say what was expected, what came and what to do. */
function fail(error) {
  answer.textContent = error.message;
}
