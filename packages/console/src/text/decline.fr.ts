/** Pourquoi rien n’a été payé : d’après le code du terminal ou de HiPay, sinon d’après le motif. */
import * as ErrorCode from "@hipay-pos/core/ErrorCode"
import type { Declined } from "@hipay-pos/core/Payment"

const reasons: Readonly<Record<Declined["reason"], string>> = {
  refused: "refusé",
  cancelled: "abandonné",
  "timed-out": "délai de saisie dépassé",
  busy: "le terminal était occupé",
  "not-performed": "non effectué"
}

/** Un complément long commence par les deux caractères de la table ; quatre chiffres sont un code de HiPay. */
const codeOf = (complement: string): string => (/^\d{4}$/.test(complement) ? complement : complement.slice(0, 2))

export const declineInFrench = ({ reason, complement }: Pick<Declined, "reason" | "complement">): string => {
  const code = complement === undefined ? "" : codeOf(complement)
  const known = ErrorCode.all.find((each) => each.code === code)
  if (known === undefined) return code === "" ? reasons[reason] : `${reasons[reason]}, code ${code}`
  return known.fr.replaceAll(" :", "\u00A0:").replaceAll("'", "’")
}
