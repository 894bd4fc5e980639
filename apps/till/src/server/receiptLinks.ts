/**
 * Links to receipts: a link shows one receipt and nothing else. It ends in a MAC of the sale's id with a key in the till's
 * folder, so that no other link can be derived from it.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"

/** Makes and reads the last part of links. */
export interface ReceiptLinks {
  readonly tokenOf: (sale: string) => string
  /** The sale of a token; `undefined` for a forged token. */
  readonly saleOf: (token: string) => string | undefined
}

/** The links of a till. Its key is generated at the first start. */
export const receiptLinks = (dataDir: string): ReceiptLinks => {
  const key = keyIn(join(dataDir, "receipts.key"))
  const mac = (sale: string) => createHmac("sha256", key).update(sale).digest("base64url").slice(0, 22)
  return {
    tokenOf: (sale) => `${sale}.${mac(sale)}`,
    saleOf: (token) => {
      const [, sale = "", given = ""] = /^(\w{1,64})\.([\w-]{22})$/.exec(token) ?? []
      return sale !== "" && timingSafeEqual(Buffer.from(given), Buffer.from(mac(sale))) ? sale : undefined
    }
  }
}

const keyIn = (path: string): Buffer => {
  try {
    const key = readFileSync(path)
    if (key.length === 32) return key
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error
  }
  const key = randomBytes(32)
  writeFileSync(path, key, { mode: 0o600 })
  return key
}
