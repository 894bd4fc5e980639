/**
 * The address for notifications that every relayed order has of its own: the relay's public address, and behind it a path
 * that names the attempt and cannot be guessed.
 */
import { createHmac, timingSafeEqual } from "node:crypto"

/** Where notifications come in, below a relay's address. */
const NOTIFY_PATH = "/notifications/hipay"

/** What the addresses of one relay are made of. */
export interface NotifyAddress {
  /** The relay's public base URL. */
  readonly base: string
  readonly secret: string
}

/** The address for the notifications of an attempt. */
export const notifyUrlOf = ({ base, secret }: NotifyAddress, attempt: string): string =>
  `${base.replace(/\/+$/, "")}${NOTIFY_PATH}/${attempt}-${markOf(secret, attempt)}`

/** The attempt that the end of an address names; undefined where this relay did not make it. */
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
