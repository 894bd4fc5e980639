/** SHA-256 of a text, as stores keep it: recognises the text without revealing it. */
import * as Hex from "effect/encoding/Hex"

/** Precedes the 64 hexadecimal digits. */
export const PREFIX = "sha256:"

/** The digest of a text. */
export const digest = async (text: string): Promise<string> => {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)))
  return PREFIX + Hex.encode(bytes)
}
