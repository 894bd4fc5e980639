/** The key by which a caller repeats an order: kept as a hash only, since callers may write anything into it. */

const PREFIX = "sha256:"

/** What is kept of a key. */
export const hash = async (key: string): Promise<string> => {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key)))
  return PREFIX + Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")
}

/** Whether a kept key is the one of a hash. Attempts of older stores hold keys as they came. */
export const matches = async (kept: string, hashed: string): Promise<boolean> =>
  kept === hashed || (!kept.startsWith(PREFIX) && (await hash(kept)) === hashed)

/** What is kept of a key that an older store may hold as it came. */
export const kept = async (key: string): Promise<string> => (key.startsWith(PREFIX) ? key : hash(key))
