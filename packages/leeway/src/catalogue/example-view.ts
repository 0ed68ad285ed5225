/** What a person sees of an example. */
export type ExampleView =
  /** A `data:` address of a picture of at most 64 pixels. */
  | { readonly kind: "image"; readonly picture: string }
  | { readonly kind: "row"; readonly columns: readonly (readonly [name: string, value: string])[] }
  | { readonly kind: "text"; readonly text: string };
