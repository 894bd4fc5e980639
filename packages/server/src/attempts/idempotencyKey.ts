/** The key by which a caller repeats an order: kept as a digest only, since callers may write anything into it. */

import { digest, PREFIX } from "./digest.ts"

/** Whether a kept key is the one of a digest. Attempts of older stores hold keys as they came. */
export const matches = async (kept: string, digested: string): Promise<boolean> =>
  kept === digested || (!kept.startsWith(PREFIX) && (await digest(kept)) === digested)

/** What is kept of a key that an older store may hold as it came. */
export const kept = async (key: string): Promise<string> => (key.startsWith(PREFIX) ? key : digest(key))
