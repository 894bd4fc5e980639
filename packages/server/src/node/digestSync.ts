import { createHash } from "node:crypto"
import { PREFIX } from "../attempts/digest.ts"

/** A synchronous `digest`, because a transaction cannot wait, and an order must not wait for a free thread. */
export const digestSync = (text: string): string => PREFIX + createHash("sha256").update(text).digest("hex")
