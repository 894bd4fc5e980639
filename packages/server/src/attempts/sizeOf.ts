/** Estimates the memory of an attempt, so that caches can be bounded in bytes: orders differ a thousandfold. */
import type { Attempt } from "./Attempt.ts"

/** What an attempt takes besides its order, in bytes: frames, tickets, events. */
const BESIDE = 4_000

/** The characters of its order as JSON, about a byte each, and an allowance for the rest. */
export const sizeOf = ({ order }: Attempt): number => order.json.length + BESIDE
