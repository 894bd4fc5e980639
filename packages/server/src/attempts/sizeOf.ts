/** How much memory an attempt takes, so that what is remembered can be bounded in bytes: orders differ a thousandfold. */
import type { Attempt } from "./Attempt.ts"

/** What an attempt takes beside its order, in bytes: frames, tickets, events. */
const BESIDE = 4_000

/** Characters of its order as JSON, about a byte each, and a share for all else. */
export const sizeOf = ({ order }: Attempt): number => order.json.length + BESIDE
