import { createHash } from "node:crypto"
import { PREFIX } from "../attempts/digest.ts"

/** What `digest` promises, at once: within a transaction nothing is waited for. */
export const digestSync = (text: string): string => PREFIX + createHash("sha256").update(text).digest("hex")
