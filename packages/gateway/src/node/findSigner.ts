/**
 * Finds the passphrase that a notification was signed with. Its body is hashed once, and each passphrase adds only its own
 * bytes: anyone can send one without a login.
 *
 * It proves nothing: the client's `verifyNotification` decides, with the passphrase found here.
 */
import { createHash } from "node:crypto"
import { SIGNATURE_HEADER } from "@hipay-pos/client/notification"
import * as ConstantTime from "@hipay-pos/core/ConstantTime"
import type { Delivery } from "@hipay-pos/server"

/** The passphrase that it was signed with, or the first if none fits; undefined if there are none. */
export const findSigner = <A extends { readonly passphrase: string }>(
  passphrases: ReadonlyArray<A>,
  { body, headers }: Pick<Delivery, "body" | "headers">
): A | undefined => {
  const [first] = passphrases
  const signature = headers.get(SIGNATURE_HEADER)?.trim() ?? ""
  const algorithm = algorithms.get(signature.length)
  if (passphrases.length < 2 || algorithm === undefined) return first
  const ofBody = createHash(algorithm).update(body)
  const isSigner = ({ passphrase }: A) =>
    ConstantTime.isEqual(ofBody.copy().update(passphrase).digest("hex"), signature)
  return passphrases.find(isSigner) ?? first
}

/** By the length of the signature in hex. */
const algorithms = new Map([
  [40, "sha1"],
  [64, "sha256"],
  [128, "sha512"]
])
