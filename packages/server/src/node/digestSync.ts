import { createHash } from "node:crypto"
import { PREFIX } from "../attempts/digest.ts"

/** The same as `digest`, synchronously: a transaction cannot wait. */
export const digestSync = (text: string): string => PREFIX + createHash("sha256").update(text).digest("hex")
