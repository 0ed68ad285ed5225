export {
  graphFile,
  type Manifest,
  manifestFile,
  manifestSchema,
  preparationFile,
  storedPrecisions,
} from "./manifest.ts";
