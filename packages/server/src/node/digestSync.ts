import { createHash } from "node:crypto"
import { PREFIX } from "../attempts/digest.ts"

/** A synchronous `digest`, because a transaction cannot wait. */
export const digestSync = (text: string): string => PREFIX + createHash("sha256").update(text).digest("hex")
