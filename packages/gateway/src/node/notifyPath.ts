/**
 * The notification address of each relayed order: the relay's public address, and a path that names the attempt and cannot be
 * guessed.
 */
import { createHmac, timingSafeEqual } from "node:crypto"

/** The path of notifications, below a relay's address. */
const NOTIFY_PATH = "/notifications/hipay"

/** The parts of one relay's addresses. */
export interface NotifyAddress {
  /** The relay's public base URL. */
  readonly base: string
  readonly secret: string
}

/** The address for the notifications of an attempt. */
export const notifyUrlOf = ({ base, secret }: NotifyAddress, attempt: string): string =>
  `${base.replace(/\/+$/, "")}${NOTIFY_PATH}/${attempt}-${markOf(secret, attempt)}`

/** The attempt named by the end of an address; undefined if this relay did not make the address. */
export const attemptIn = (secret: string, path: string): string | undefined => {
  const [attempt, mark] = path.split("-")
  if (attempt === undefined || mark === undefined || path !== `${attempt}-${mark}`) return undefined
  const own = Buffer.from(markOf(secret, attempt))
  const given = Buffer.from(mark)
  return own.length === given.length && timingSafeEqual(own, given) ? attempt : undefined
}

/** 128 bits. */
const markOf = (secret: string, attempt: string): string =>
  createHmac("sha256", secret).update(attempt).digest("hex").slice(0, 32)
