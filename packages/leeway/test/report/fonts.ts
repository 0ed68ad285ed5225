import { fileURLToPath } from "node:url";

/** The fonts that charts are drawn with. */
export const fontFiles = ["Inter_400Regular.ttf", "Inter_700Bold.ttf"].map((name) =>
  fileURLToPath(new URL(`../../assets/${name}`, import.meta.url)),
);
