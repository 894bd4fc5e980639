/** The key by which a caller repeats an order. Only its digest is kept, since callers may write anything into it. */

import { digest, PREFIX } from "./digest.ts"

/** Whether a kept key matches a digest. Older stores keep keys as received. */
export const matches = async (kept: string, digested: string): Promise<boolean> =>
  kept === digested || (!kept.startsWith(PREFIX) && (await digest(kept)) === digested)

/** The digest of a key that an older store may have kept as received. */
export const kept = async (key: string): Promise<string> => (key.startsWith(PREFIX) ? key : digest(key))
