import js from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
  {
    ignores: [
      "**/dist/",
      "**/build/",
      "**/node_modules/",
      "runs/",
      "results/",
      "packages/leeway/src/onnx/onnx_pb.ts",
    ],
  },
  js.configs.recommended,
  {
    files: ["**/*.{ts,tsx}"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        project: [
          "./tsconfig.tools.json",
          "./packages/dashboard/tsconfig.page.json",
          "./packages/dashboard/test/tsconfig.json",
        ],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      // Numbers and booleans read well inside a template; objects do not.
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      // Allowed by our style where the bound stands on the same line.
      "@typescript-eslint/no-non-null-assertion": "off",
      // `while (true)` states an endless loop plainly.
      "@typescript-eslint/no-unnecessary-condition": ["error", { allowConstantLoopConditions: true }],
    },
  },
  {
    files: ["**/*.{js,mjs}"],
    languageOptions: {
      globals: Object.fromEntries(
        ["process", "console", "performance", "URL", "Buffer", "fetch"]
          .concat(["setTimeout", "clearTimeout", "setInterval", "clearInterval"])
          .map((name) => [name, "readonly"]),
      ),
    },
  },
  {
    files: ["packages/leeway/assets/serve/*.js", "examples/browser/*.js"],
    languageOptions: {
      globals: Object.fromEntries(
        ["document", "location", "fetch", "FormData", "Option", "URLSearchParams"].map((name) => [
          name,
          "readonly",
        ]),
      ),
    },
  },
);
