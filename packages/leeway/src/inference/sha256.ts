import { RunError } from "../errors.ts";

/** What of Web Crypto is used; absent on pages that are served neither over https nor from localhost. */
interface Digests {
  readonly subtle?: { digest(algorithm: string, data: Uint8Array): Promise<ArrayBuffer> };
}

/**
 * The SHA-256 of bytes, in hexadecimal, by Web Crypto, which Node and browsers have.
 *
 * @throws RunError with code "environment" where there is none
 */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const { crypto } = globalThis as { readonly crypto?: Digests };
  if (crypto?.subtle === undefined) {
    const advice = "Serve the page over https or from localhost, or load with unverified.";
    const what = "crypto.subtle, by which a model's files are verified";
    throw new RunError("environment", `load: expected ${what}, got a page without it. ${advice}`);
  }
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
