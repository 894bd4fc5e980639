/** `X-ALLOPASS-SIGNATURE`: the plain hash of the body's bytes followed by the passphrase, in lower-case hexadecimal. */
import * as Hex from "effect/encoding/Hex"

/** The algorithms that an account can be set to. */
export type Algorithm = "SHA-1" | "SHA-256" | "SHA-512"

/** Every algorithm. */
export const algorithms: ReadonlyArray<Algorithm> = ["SHA-1", "SHA-256", "SHA-512"]

/** The name of the header. */
export const HEADER = "X-ALLOPASS-SIGNATURE"

/** Signs a body. */
export const sign = async (body: string, passphrase: string, algorithm: Algorithm): Promise<string> => {
  const digest = await crypto.subtle.digest(algorithm, new TextEncoder().encode(body + passphrase))
  return Hex.encode(new Uint8Array(digest))
}
