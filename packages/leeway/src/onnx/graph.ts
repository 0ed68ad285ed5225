import { expected } from "../errors.ts";
import { type ElementType, typeNumbers, type Values } from "./values.ts";

/** A number of an attribute that is no whole one: ONNX tells the two apart. */
export interface Float {
  readonly float: number;
}

/** What an operator is told beside its inputs: a whole number or several, a number, or a word. */
export type Attribute = number | readonly number[] | Float | string;

/** A call of an operator. */
export interface GraphNode {
  readonly operator: string;
  readonly name: string;
  /** Names of values; "" for one that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A size, or the name of one that is known only when the graph runs. */
export type GraphDimension = number | string;

/** A value that goes in or comes out. */
export interface GraphEnd {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly GraphDimension[];
  /** For people: what it holds. */
  readonly about?: string;
}

/** Values that are part of the graph. */
export interface Initializer {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly values: Values;
}

/** A graph: from its inputs to its outputs, by operators in an order in which every value is made before it is used. */
export interface Graph {
  readonly inputs: readonly GraphEnd[];
  readonly outputs: readonly GraphEnd[];
  readonly nodes: readonly GraphNode[];
  readonly initializers: readonly Initializer[];
}

/** How a node is made. */
interface NodeOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** What its value is called; by default by the operator. Numbered where there is one of that name. */
  readonly name?: string | undefined;
}

/** Collects nodes, each of which gives the name of its value, to be an input of others. */
export class GraphBuilder {
  readonly #inputs: GraphEnd[] = [];
  readonly #outputs: GraphEnd[] = [];
  readonly #nodes: GraphNode[] = [];
  readonly #initializers = new Map<string, Initializer>();
  /** How often each name was given. */
  readonly #names = new Map<string, number>();
  /** Small constants by what they hold, so that each is there once. */
  readonly #constants = new Map<string, string>();

  input(end: GraphEnd): string {
    this.#inputs.push(end);
    return this.#claimed(end.name);
  }

  /** @param value the name of a node's value, which the output then is */
  output(value: string, end: GraphEnd): void {
    const name = this.#claimed(end.name);
    this.#nodes.push({ operator: "Identity", name, inputs: [value], outputs: [name], attributes: {} });
    this.#outputs.push(end);
  }

  /** A call with one result. */
  node(operator: string, inputs: readonly string[], { attributes = {}, name }: NodeOptions = {}): string {
    const output = this.#unique(name ?? operator.toLowerCase());
    this.#nodes.push({ operator, name: output, inputs, outputs: [output], attributes });
    return output;
  }

  /** Values as those of another type. */
  cast(value: string, type: ElementType): string {
    return this.node("Cast", [value], { attributes: { to: typeNumbers[type] } });
  }

  /** Values that are part of the graph, under a name that speaks. */
  initializer(name: string, values: Values, options: Omit<Initializer, "name" | "values">): string {
    const size = options.shape.reduce((product, each) => product * each, 1);
    if (values.length !== size) {
      throw expected("GraphBuilder.initializer", "values", `to be ${size} of ${name}`, values.length);
    }
    const unique = this.#unique(name);
    this.#initializers.set(unique, { name: unique, values, ...options });
    return unique;
  }

  /** A few whole numbers: the axes, shapes and ends that operators read. */
  integers(values: readonly number[]): string {
    return this.#once(`i${values.join(",")}`, "sizes", () => ({
      values: BigInt64Array.from(values, BigInt),
      type: "int64",
      shape: [values.length],
    }));
  }

  /** One number. */
  scalar(value: number, type: "float32" | "float64" | "int64" = "float32"): string {
    return this.#once(`${type}${Object.is(value, -0) ? "-0" : value}`, "number", () => ({
      values:
        type === "int64"
          ? BigInt64Array.of(BigInt(value))
          : type === "float32"
            ? Float32Array.of(value)
            : Float64Array.of(value),
      type,
      shape: [],
    }));
  }

  /** The graph, without what no output needs. */
  graph(): Graph {
    const needed = new Set(this.#outputs.map(({ name }) => name));
    const nodes = this.#nodes
      .toReversed()
      .filter(({ inputs, outputs }) => {
        if (!outputs.some((name) => needed.has(name))) return false;
        for (const input of inputs) needed.add(input);
        return true;
      })
      .reverse();
    return {
      inputs: this.#inputs,
      outputs: this.#outputs,
      nodes,
      initializers: [...this.#initializers.values()].filter(({ name }) => needed.has(name)),
    };
  }

  #once(key: string, name: string, make: () => Omit<Initializer, "name">): string {
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const { values, ...options } = make();
    const made = this.initializer(name, values, options);
    this.#constants.set(key, made);
    return made;
  }

  #claimed(name: string): string {
    const unique = this.#unique(name);
    if (unique === name) return name;
    throw expected("GraphBuilder", "name", "to be that of one value", name);
  }

  #unique(name: string): string {
    for (;;) {
      const before = this.#names.get(name) ?? 0;
      this.#names.set(name, before + 1);
      const unique = before === 0 ? name : `${name}_${before}`;
      if (before === 0 || !this.#names.has(unique)) {
        this.#names.set(unique, Math.max(1, this.#names.get(unique) ?? 0));
        return unique;
      }
    }
  }
}
