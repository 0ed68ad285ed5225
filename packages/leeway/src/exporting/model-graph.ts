import { imageSteps, normalisation, type RunPreparation } from "../data/index.ts";
import { type Graph, GraphBuilder } from "../onnx/index.ts";
import { parseEmbeddingSteps, parseSteps } from "../preparation/index.ts";
import { type End, probabilitiesEnd } from "./calibrated-end.ts";
import { embeddingFront, type Front, imageFront, ngramsFront, tableFront, wordsFront } from "./front.ts";
import { Lowering } from "./lowering.ts";
import { rules } from "./operators/index.ts";
import { isRead, type Program } from "./program.ts";

/**
 * The graph of a trained network, from raw, decoded inputs to its `logits` and calibrated `probabilities`, both
 * [batch, K], for batches of any size.
 *
 * @param program of the network, from its prepared inputs to the logits
 * @throws ExportError for an operator that exported graphs have not
 */
export function modelGraph(program: Program, preparation: RunPreparation, end: End): Graph {
  const graph = new GraphBuilder();
  const { inputs, axes } = frontOf(graph, preparation, program);
  const [logits] = new Lowering(graph, axes).write(program, inputs, rules) as [string]; // one output
  const shape = ["batch", preparation.classNames.length];
  graph.output(logits, {
    ...{ name: "logits", type: "float32", shape },
    about: "z, as the method reads them: the class is that of the highest.",
  });
  graph.output(probabilitiesEnd(graph, logits, end), {
    ...{ name: "probabilities", type: "float32", shape },
    about: "Calibrated, with the class frequencies of the training data.",
  });
  return graph.graph();
}

function frontOf(graph: GraphBuilder, preparation: RunPreparation, program: Program): Front {
  const { kind, record, path } = preparation;
  switch (kind) {
    case "image": {
      const form = imageSteps(preparation);
      const { side, channels } = form;
      const table = normalisation({ ...form, shape: { channels, height: side, width: side } });
      return imageFront(graph, { side, channels, table });
    }
    case "table": {
      const { numeric, categorical } = parseSteps(record, path);
      return tableFront(graph, numeric, categorical.length);
    }
    case "embedding":
      return embeddingFront(graph, parseEmbeddingSteps(record, path));
    case "text": {
      const [, lengths] = program.inputs;
      // N-grams are columns, values and how many each text has.
      if (program.inputs.length === 3) return ngramsFront(graph);
      return wordsFront(graph, { lengths: lengths !== undefined && isRead(program, lengths) });
    }
  }
}
