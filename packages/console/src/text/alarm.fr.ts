/** Ce qu’une personne doit vérifier, en français. Un code inconnu garde la phrase du serveur. */
import type { Alarm } from "./en.ts"

type ShowAmount = (minorUnits: number, currency: string) => string

export const alarm = ({ code, message, details }: Alarm, amount: ShowAmount): string => {
  const { reason, kind, seconds } = details
  const state = states[String(details.state)] ?? String(details.state)
  const todo = advice[String(details.state)] ?? advice.unknown
  const isKept = details.next === "written"
  switch (code) {
    case "attempt.end.not.written":
      return `La fin de cette tentative (${state}) n’a pas pu être enregistrée : ${reason}. Le serveur réessaie jusqu’à ce qu’elle le soit : vérifiez le disque et, d’ici là, n’arrêtez pas le serveur.`
    case "attempt.end.written.late":
      return `La fin de cette tentative (${state}) a été enregistrée avec ${seconds} s de retard : ${reason}. Il n’y a plus rien à faire.`
    case "attempt.end.lost":
      if (kind === "damaged")
        return `La fin de cette tentative (${state}) n’a pas été enregistrée : sa fiche est endommagée, et une personne l’a déjà régularisée. Si elle a indiqué autre chose, corrigez la comptabilité à la main ; supprimez ensuite la ligne de cette tentative du fichier de reprise.`
      if (kind === "moved")
        return `Le serveur s’est arrêté avant que la fin de cette tentative (${state}) ait pu être enregistrée : ${reason}. Elle a été enregistrée dans le fichier déplacé : démarrez le serveur avec ce fichier. Si ce fichier n’existe plus, aucune base n’a cette fin : là où la tentative est inconnue, ${todo} ; là où elle manque, ne renvoyez pas sa commande.`
      if (kind === "displaced")
        return `Le serveur s’est arrêté avant que la fin de cette tentative (${state}) ait pu être enregistrée : ${reason}. Remettez ce fichier en place sous son nom, à côté de son -wal, avant le prochain démarrage ; si la tentative est alors inconnue, ${todo}. Si ce fichier n’existe plus, supprimez le -wal avant de mettre une autre base à sa place ; là où la tentative manque, ne renvoyez pas sa commande.`
      return kind === "removed"
        ? `La fin de cette tentative (${state}) n’a pas pu être enregistrée : la tentative n’est plus dans la base du serveur. Remettez en place la base qui la contient${isKept ? `, puis démarrez le serveur avec le même fichier de reprise, qui conserve cette fin : elle sera enregistrée au démarrage` : `. Après le prochain démarrage, elle y est inconnue : ${todo}`}.`
        : `Le serveur s’est arrêté avant que la fin de cette tentative (${state}) ait pu être enregistrée : ${reason}. ${isKept ? `Elle est conservée dans le fichier de reprise, et le prochain démarrage l’enregistrera : rendez la base accessible en écriture, puis démarrez le serveur avec le même fichier` : `Après le prochain démarrage, elle est inconnue : ${todo}`}.`
    case "attempt.resolution.contradicted":
      return (
        (details.paid === undefined ? signsOfPayment(details, amount) : contradicted(details, state, amount)) ?? message
      )
    case "attempt.notification.contradicts":
      return notified(details, state, amount)
    default:
      return message
  }
}

/** What a person resolves a lost end as, by that end. */
const advice: Readonly<Record<string, string>> = {
  approved: "régularisez-la comme acceptée",
  "approved-in-part": "régularisez-la comme acceptée, pour le montant du ticket",
  declined: "régularisez-la comme refusée",
  "not-started": "régularisez-la comme refusée, rien n’a été envoyé au terminal",
  unknown: "regardez le journal du terminal, puis régularisez-la"
}

/**
 * A notification with a different amount from the recorded one, or from the order's where nothing else is recorded; without
 * amounts, contradictory notifications.
 */
const notified = (details: Alarm["details"], state: string, amount: ShowAmount): string => {
  const { transaction, status, transactionType } = details
  const sentence = sentences[String(transactionType)] ?? sentences.Debit
  if (details.asked !== undefined) {
    const [paid, asked, currency] = [Number(details.paid), Number(details.asked), String(details.currency)]
    return `La notification de HiPay pour la transaction ${transaction} annonce un montant débité de ${amount(paid, currency)}, pour une commande de ${amount(asked, currency)}. Regardez la transaction dans le back-office HiPay : à moins que le client n’ait ajouté un pourboire, remboursez-lui ${amount(paid - asked, currency)}.`
  }
  if (details.paid === undefined || details.believed === undefined || sentence === undefined)
    return `Les notifications de HiPay pour cette tentative se contredisent : une transaction est à la fois autorisée et refusée, ou deux sont autorisées pour une commande. Regardez la transaction ${transaction} dans le back-office HiPay, et remboursez ce qui a été débité deux fois.`
  const [paid, believed, currency] = [Number(details.paid), Number(details.believed), String(details.currency)]
  const told =
    paid === 0 ? `que rien n’a été ${sentence.moved}` : `un montant ${sentence.moved} de ${amount(paid, currency)}`
  const recorded = believed === 0 ? "" : `, pour ${amount(believed, currency)}`
  const difference = amount(Math.abs(paid - believed), currency)
  return `La notification ${status} de HiPay pour la transaction ${transaction} annonce ${told}, alors que la tentative est enregistrée comme « ${state} »${recorded}. Regardez la transaction dans le back-office HiPay. ${(paid > believed ? sentence.tooMuch : sentence.tooLittle)(difference)}.`
}

/** A late answer that does not prove an outcome, but has signs of a payment. */
const signsOfPayment = (details: Alarm["details"], amount: ShowAmount): string | undefined => {
  const { status, told, authorizationNumber, sign, transactionType } = details
  const sentence = sentences[String(transactionType)]
  if (sentence === undefined) return undefined
  const [believed, currency] = [Number(details.believed), String(details.currency)]
  const seen = [
    ...(status === undefined ? [] : ["effectué"]),
    ...(told === undefined ? [] : [amount(Number(told), currency)]),
    ...(authorizationNumber === undefined ? [] : [`numéro d’autorisation ${authorizationNumber}`]),
    ...(sign === undefined ? [] : [signs[String(sign)] ?? String(sign)])
  ]
  const action =
    believed === 0
      ? "L’issue de la tentative est de nouveau inconnue, et sa commande ne sera pas renvoyée : regardez le journal du terminal, puis régularisez-la"
      : "Vérifiez dans le journal du terminal lequel des deux montants est exact, avant de débiter ou de rembourser quoi que ce soit"
  return `${saidBy(details, believed, amount)}, mais la réponse tardive du terminal, sans prouver d’issue, laisse penser qu’un montant a été ${sentence.moved} (${seen.join(", ")}). ${action}.`
}

const signs: Readonly<Record<string, string>> = { ticket: "son ticket", authorised: "son motif : autorisée" }

/** A person's resolution, as the beginning of a sentence. */
const saidBy = ({ by, said, asked, currency }: Alarm["details"], believed: number, amount: ShowAmount): string =>
  `${by} a répondu « ${states[String(said)] ?? said} »${believed === 0 || believed === Number(asked) ? "" : ` pour ${amount(believed, String(currency))}`}`

const contradicted = (details: Alarm["details"], state: string, amount: ShowAmount): string | undefined => {
  const { said, transactionType } = details
  const [asked, paid, currency] = [Number(details.asked), Number(details.paid), String(details.currency)]
  const sentence = sentences[String(transactionType)]
  if (sentence === undefined) return undefined
  const believed = Number(details.believed ?? (said === "approved" ? asked : 0))
  const difference = amount(Math.abs(paid - believed), currency)
  const what =
    paid === 0
      ? `rien n’a été ${sentence.moved}`
      : `montant ${sentence.moved} : ${amount(paid, currency)}${paid === asked ? "" : `${paid < asked ? " sur" : " au lieu de"} ${amount(asked, currency)}`}`
  return `${saidBy(details, believed, amount)}, mais la réponse tardive du terminal dit « ${state} », ${what}. ${(paid > believed ? sentence.tooMuch : sentence.tooLittle)(difference)}.`
}

interface Sentence {
  readonly moved: string
  readonly tooMuch: (amount: string) => string
  readonly tooLittle: (amount: string) => string
}

const sentences: Readonly<Record<string, Sentence>> = {
  Debit: {
    moved: "débité",
    tooMuch: (amount) => `Si la commande a été payée de nouveau ou autrement, remboursez ${amount} au client`,
    tooLittle: (amount) => `Encaissez ${amount} auprès du client`
  },
  Credit: {
    moved: "remboursé",
    tooMuch: (amount) => `Si l’argent a été rendu autrement, encaissez ${amount} auprès du client`,
    tooLittle: (amount) => `Rendez ${amount} au client`
  },
  Cancel: {
    moved: "annulé",
    tooMuch: (amount) =>
      `Si la vente devait rester, ou a été remboursée autrement, encaissez ${amount} auprès du client`,
    tooLittle: (amount) => `La vente reste débitée : remboursez ${amount} au client`
  }
}

const states: Readonly<Record<string, string>> = {
  approved: "accepté",
  "approved-in-part": "accepté en partie",
  declined: "refusé",
  "not-started": "non démarré",
  unknown: "inconnu"
}
