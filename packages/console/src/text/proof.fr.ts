/** Pourquoi un terminal interrogé ne prouve pas l’issue d’un paiement. Le serveur le dit en anglais, comme fin de phrase. */

const operations: Readonly<Record<string, string>> = {
  debit: "un débit",
  credit: "un crédit",
  cancellation: "une annulation",
  duplicata: "un duplicata",
  identification: "une identification",
  print: "une impression"
}

const operation = (name = ""): string => operations[name] ?? name

const sentences: ReadonlyArray<readonly [RegExp, (...found: ReadonlyArray<string>) => string]> = [
  [/^this server has no terminal that can be asked/, () => "ce serveur n’a pas de terminal à interroger"],
  [
    /^it may still answer the payment itself(?: for (\d+) s)?$/,
    (seconds) => `il peut encore répondre au paiement lui-même${seconds === undefined ? "" : ` pendant ${seconds} s`}`
  ],
  [
    /^it is not configured in this gateway/,
    () => "il n’est pas configuré dans cette passerelle ou ne peut pas être interrogé"
  ],
  [/^it cannot be reached/, () => "il est injoignable"],
  [/^its profile does not declare a duplicata/, () => "son profil ne déclare pas de duplicata fiable"],
  [/^another order was served there since/, () => "une autre commande y est passée depuis"],
  [/^it did not repeat its last transaction/, () => "il n’a pas répété sa dernière transaction"],
  [
    /^the terminal has no approved transaction to repeat/,
    () => "il n’a pas de transaction acceptée à répéter, ou ne la répète pas"
  ],
  [/^the repeated transaction has no amount/, () => "la transaction répétée n’a pas de montant"],
  [/^the repeated transaction is in another currency/, () => "la transaction répétée est dans une autre devise"],
  [/^the repeated transaction is for another amount/, () => "la transaction répétée porte sur un autre montant"],
  [/^the repeated transaction is another register's/, () => "la transaction répétée vient d’une autre caisse"],
  [/^the repeated transaction is another order's/, () => "la transaction répétée est celle d’une autre commande"],
  [/^the repeated transaction is an older one/, () => "la transaction répétée est plus ancienne"],
  [
    /^the repeated transaction has neither the reference nor an authorization number/,
    () => "la transaction répétée n’a ni la référence ni un numéro d’autorisation"
  ],
  [
    /^the repeated transaction is a (\w+) according to its ticket/,
    (name) => `la transaction répétée est ${operation(name)} d’après son ticket`
  ],
  [/^the repeated transaction is a (\w+)$/, (name) => `la transaction répétée est ${operation(name)}`],
  [
    /^the ticket of the repeated transaction mentions a cancellation or a refund/,
    () => "le ticket de la transaction répétée mentionne une annulation ou un remboursement"
  ],
  [
    /^the terminal does not say whether the repeated transaction is a (\w+)/,
    (name) => `le terminal ne dit pas si la transaction répétée est ${operation(name)}`
  ],
  [
    /^it has another authorization number than the terminal's answer/,
    () => "la transaction répétée a un autre numéro d’autorisation que la réponse du terminal au paiement"
  ],
  [
    /^it may be another payment of the same (order|amount)/,
    (of) =>
      `c’est peut-être un autre paiement ${of === "order" ? "de la même commande" : "du même montant"}, dont le numéro d’autorisation est inconnu`
  ],
  [
    /^the store could not be searched/,
    () => "la recherche d’une autre tentative avec son numéro d’autorisation a échoué"
  ],
  [
    /^more than \S+ other attempts/,
    () => "trop d’autres tentatives devraient être comparées avec la transaction répétée"
  ]
]

/** Une phrase ; rien pour une raison qui n’est pas connue ici. */
export const whyNotProvedInFrench = (why: string): string | undefined => {
  for (const [pattern, sentence] of sentences) {
    const found = pattern.exec(why)
    if (found === null) continue
    const text = sentence(...found.slice(1))
    return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
  }
  return undefined
}
