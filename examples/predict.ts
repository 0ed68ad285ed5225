// Predicts rows one after the other with a trained run, as a server would: the network is loaded once.
// Needs the run of train-table.ts.
import { openPredictor } from "leeway";

const arriving = [
  { amount: 12.5, hour: 14, country: "NL" },
  { amount: 980, hour: 3, country: "US" },
];

const predictor = openPredictor("runs/fraud");
try {
  for (const transaction of arriving) {
    // With how frequent fraud is where the model is used, not how frequent it was in training.
    const [prediction] = await predictor.predict([transaction], { prior: [0.99, 0.01] });
    console.log(transaction.amount, prediction?.class, prediction?.probabilities);
  }
} finally {
  await predictor.close();
}
