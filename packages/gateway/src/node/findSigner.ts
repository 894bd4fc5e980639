/**
 * Which of many passphrases a notification was signed with. Its bytes are hashed once, and each passphrase behind them costs
 * no more than itself: whoever sends one needs no login.
 *
 * It proves nothing: the client's `verifyNotification` decides, with the passphrase that is found here.
 */
import { createHash } from "node:crypto"
import { SIGNATURE_HEADER } from "@hipay-pos/client/notification"
import * as ConstantTime from "@hipay-pos/core/ConstantTime"
import type { Delivery } from "@hipay-pos/server"

/** The one that it was signed with; the first where none is, and undefined where there are none. */
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

/** By the length of their hex. */
const algorithms = new Map([
  [40, "sha1"],
  [64, "sha256"],
  [128, "sha512"]
])
