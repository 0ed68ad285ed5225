export {
  type Attribute,
  type Graph,
  GraphBuilder,
  type GraphDimension,
  type GraphEnd,
  type GraphNode,
  type Initializer,
} from "./graph.ts";
export { type ElementType, float16Bits, float16Values, type Values } from "./values.ts";
