export {
  addonAdvice,
  addonsDir,
  builtAddonPath,
  cacheRoot,
  readBuilds,
  type AddonBuild,
} from "./addon-cache.ts";
export { blasCure, blasToLink, loadedBlas, systemBlas, type Blas, type BlasKind } from "./blas.ts";
export { buildAddon, existingAddon, type BuildOptions, type BuiltAddon } from "./build-addon.ts";
export { checkAddon, type AddonCheck } from "./check-addon.ts";
export { findCompiler, type Compiler } from "./compiler.ts";
export { diagnose, type Finding, gpuWords, platformWords } from "./diagnose.ts";
export { findLibtorch, type Libtorch, type LibtorchSearch } from "./find-libtorch.ts";
export { aptCommand, cudaAdvice, installAdvice } from "./install-advice.ts";
export {
  operatingSystem,
  readOsRelease,
  type OperatingSystem,
  type SystemFamily,
} from "./operating-system.ts";
export { SetupError, type SetupErrorCode } from "./setup-error.ts";
export { installable, installPackages, missingPackages, type WantedPackage } from "./system-packages.ts";
