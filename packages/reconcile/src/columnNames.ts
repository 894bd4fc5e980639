/** Guesses what a column of a file holds, by its name or a value of it in English or French. */
import type { TransactionType } from "@hipay-pos/core/TransactionType"

/** Without accents, and with blanks between words. */
const wordsOf = (text: string): string =>
  text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .replace(/[_.-]/g, " ")
    .toLowerCase()

/** Stems of words for a payment's status. */
const STATUS_STEM =
  /statu[st]|result|\b(?:etat|outcome|decision|respons|reponse|reason|success|captur|confirm|complet|settled|refus|declin|reject|rejet|fail|echec|echou|error|erreur|void|revers|annul|cancel)/

/**
 * Whole words only: some with the same stem mean something else, such as an approval code, or a card's acceptor or
 * validity.
 */
const STATUS_WORD =
  /^code$|\b(?:state|ok|rc|cr|resp|motif|return code|code retour|succes|approved|approuvee?|accepted|acceptee?|acceptance|authori[sz]ed|autorisee?|valid|validee?|validated|processed|paid|payee?|unpaid|impayee?|refunded|remboursee?)\b/

const TYPE_WORD =
  /\b(?:types?|operations?|sens|nature|kind|mouvement|movement|event|evenement|signe?|direction|flux|libelles?|mti|debit|credit|d\/c|c\/d)\b|^transaction$|\b(?:transaction|processing) code\b|\bcode (?:transaction|traitement)\b/

/** Stems of words for money that was given back. */
const GIVEN_BACK = /\b(?:rembours|rembt?\b|refund|charge ?back|avoirs?\b|dispute|litige|contest)/

/**
 * Stems of words for a payment that failed or was undone. "Reversement" is not one: it is what the acquirer pays to the
 * shop.
 */
const NOT_PAID = /\b(?:annul|cancel|void|revers(?:al|ed)|impay|unpaid|refus|declin|reject|rejet|fail|echec|echou)/

/** A date or an amount is neither a status nor a type. */
const DATE_OR_AMOUNT = /^(?:date|time|heure|montant)\b|\b(?:date|time|heure|at|amount|montant)$/

const IDENTIFIER = /n°|\b(?:id|number|numero|no|ref|reference|cards?|cartes?|currency|devise)\b/

/** Whether a column may hold the payments' status, by its name. */
export const looksLikeStatus = (name: string): boolean => {
  const words = wordsOf(name)
  return (STATUS_STEM.test(words) || STATUS_WORD.test(words)) && !DATE_OR_AMOUNT.test(words)
}

/** Whether a column may say which lines are sales, by its name. */
export const looksLikeType = (name: string): boolean => {
  const words = wordsOf(name)
  return (
    (TYPE_WORD.test(words) || GIVEN_BACK.test(words)) &&
    !DATE_OR_AMOUNT.test(words) &&
    !IDENTIFIER.test(words) &&
    !looksLikeStatus(name)
  )
}

/** Whether a column's value may mean that its line is not the sale or refund that it looks like, or that it failed. */
export const speaksAgainst = (transactionType: TransactionType, value: string): boolean => {
  if (transactionType === "Cancel") return false
  const words = wordsOf(value)
  return NOT_PAID.test(words) || (transactionType === "Debit" && GIVEN_BACK.test(words))
}

/** Whether a column may hold the orders' amounts before fees, by its name. */
export const looksLikeAmount = (name: string): boolean => {
  const words = wordsOf(name)
  return (
    /\b(?:amount|montant|gross|brut)/.test(words) &&
    !/\b(?:nets?|fees?|frais|commissions?|tax|tva|vat|tips?)\b/.test(words)
  )
}
