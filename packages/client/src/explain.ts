/**
 * What an error of a payment means to a person at a till, in English or in French: what happened, and what to do next.
 *
 * Sentences depend on the error's tag and kind. The server's own words stay in the error's `message`, for support. A
 * separate entry point, so that a till in one language does not carry the other.
 */
import type { TransactionType } from "@hipay-pos/core/TransactionType"
import type { ProblemCode } from "@hipay-pos/core/wire/Problem"
import type { AdvisedCode } from "./codeAdvice.ts"
import type { NotStarted, OutcomeUnknown, PosClientError, Unsettled } from "./PosClientError.ts"

export type Language = "en" | "fr"

/** One sentence or two each, without amounts and names. */
export interface Explanation {
  readonly message: string
  readonly advice: string
}

/**
 * An error in the language of the person who reads it.
 *
 * @example
 * ```ts
 * import { makeClient } from "@hipay-pos/client"
 * import { explain } from "@hipay-pos/client/explain"
 *
 * const client = makeClient({ server: "http://127.0.0.1:1", username: "merchant", password: "secret" })
 * const terminal = { host: "192.168.1.20", contracts: [{ merchantContract: "1234567" }] }
 * const result = await client.tryPay({ orderId: "ORDER_1", amount: "12.50 EUR" }, terminal)
 * if (!result.ok) console.log(explain(result.error, "fr").advice)
 * // Rien n’a été débité. Vérifiez que le serveur de paiement est démarré et que le réseau fonctionne, puis recommencez.
 * ```
 */
export const explain = ({ reason }: PosClientError, language: Language): Explanation => {
  if (language === "en") return { message: english(reason), advice: reason.advice }
  switch (reason._tag) {
    case "NotStarted":
      return {
        message: `${operations[reason.transactionType ?? "Debit"]} n’a pas démarré.`,
        advice: notStarted(reason)
      }
    case "OutcomeUnknown":
      return { message: unknownMessages[reason.kind] ?? UNKNOWN, advice: unknownAdvice(reason) }
    case "Unsettled":
      return { message: unsettled[reason.kind], advice: unsettledAdvice(reason.kind) }
    case "AlreadyApproved": {
      const [part, advice] =
        reason.state === "approved"
          ? ["", "Utilisez la réponse enregistrée ; n’envoyez pas la commande une seconde fois."]
          : [
              " en partie",
              "Utilisez la réponse enregistrée. Le reste s’encaisse, ou se rembourse, sous un autre numéro de commande."
            ]
      const place = reason.isElsewhere ? ", à un autre terminal" : ""
      return { message: `Cette commande a déjà été acceptée${part}${place}.`, advice }
    }
    case "AlreadyReversed":
      return {
        message: "Cette commande a été acceptée, puis annulée.",
        advice: "Vérifiez l’annulation. Un autre paiement demande un autre numéro de commande."
      }
    case "OrderIdConflict":
      return {
        message: "Ce numéro de commande a déjà servi à un autre paiement.",
        advice: "Vérifiez ce qui a été payé sous ce numéro. Un autre paiement demande un autre numéro de commande."
      }
  }
}

const english = (reason: PosClientError["reason"]): string => {
  if (reason._tag === "AlreadyApproved") {
    const part = reason.state === "approved" ? "" : "in part "
    const place = reason.isElsewhere ? ", at another terminal" : ""
    return `This order was approved ${part}before${place}.`
  }
  if (reason._tag === "NotStarted") return `The ${named[reason.transactionType ?? "Debit"]} did not start.`
  if (reason._tag === "Unsettled") return earlier[reason.kind]
  if (reason._tag !== "OutcomeUnknown") return messages[reason._tag]
  return `The outcome of this order is unknown.${why[reason.kind] ?? ""}`
}

const named: Readonly<Record<TransactionType, string>> = {
  Debit: "payment",
  Credit: "refund",
  Cancel: "cancellation"
}

const earlier: Readonly<Record<Unsettled["kind"], string>> = {
  Open: "An earlier attempt of this order is still under way, or its till stopped.",
  Unknown: "The outcome of an earlier attempt of this order is unknown.",
  Reported: "The payment server knows an earlier attempt of this order whose outcome is unknown.",
  Unreadable: "The till's journal cannot be read: it is not known whether there is an earlier attempt."
}

const messages = {
  AlreadyReversed: "This order was approved before, and reversed since.",
  OrderIdConflict: "This order id was used for another payment."
}

const why: { readonly [K in OutcomeUnknown["kind"]]?: string } = {
  TimedOut: " The answer did not come in time.",
  Aborted: " The till stopped waiting after the order was sent.",
  CutLine: " The connection broke before the answer came.",
  ServerFailed: " The payment server, or something before it, failed.",
  Redirected: " The payment server redirects to another address, which is not followed.",
  Inconclusive: " The answer proves neither an approval nor a refusal.",
  Reported: " The payment server does not know how it ended, either."
}

const operations: Readonly<Record<TransactionType, string>> = {
  Debit: "Le paiement",
  Credit: "Le remboursement",
  Cancel: "L’annulation"
}

const nothingDone: Readonly<Record<TransactionType, string>> = {
  Debit: "Rien n’a été débité.",
  Credit: "Rien n’a été remboursé.",
  Cancel: "Rien n’a été annulé ; ce qui a été payé reste payé."
}

const notStarted = ({ kind, status, code, reason, transactionType = "Debit" }: NotStarted): string => {
  const next =
    status === 401 ? CHECK_LOGIN : (adviceByCode.get(reason) ?? adviceByCode.get(code) ?? notStartedAdvices[kind])
  return `${nothingDone[transactionType]} ${next}`
}

const CHECK_LOGIN = "Vérifiez l’identifiant et le mot de passe de la caisse, puis recommencez."
const CHECK_TERMINAL =
  "Vérifiez que le terminal est allumé, relié au réseau et libre, et que son adresse est la bonne, puis recommencez."

const CHECK_STORE = "Demandez au responsable du serveur de paiement de vérifier son stockage, puis recommencez."

const codeAdvices: Readonly<Record<AdvisedCode, string>> = {
  "terminal.unresolved":
    "L’issue du dernier paiement sur ce terminal est inconnue, et il n’en accepte pas d’autre tant que celui-là n’est pas régularisé. S’il concernait ce client, n’encaissez et ne remboursez rien d’autre avant. Sinon, une vente ou un remboursement peut se faire sur un autre terminal ou en espèces.",
  "unavailable.terminal.bad.request": CHECK_TERMINAL,
  "busy.terminal.bad.request": "Le terminal est occupé par un autre paiement : patientez, puis recommencez.",
  "unknown.terminal.bad.request":
    "Le serveur de paiement ne connaît pas ce terminal, ou la caisse n’a pas le droit de l’utiliser : vérifiez l’adresse du terminal, puis recommencez.",
  "passphrase.not.set":
    "Le terminal et HiPay ne partagent pas de phrase secrète : désactivez puis réactivez la Cloud API dans l’application du terminal, puis recommencez.",
  "cancel.not.the.last":
    "Un terminal n’annule que sa dernière vente, pour le montant débité, et seulement quand on sait avec certitude laquelle c’est. Si cette vente a été payée et que l’argent n’a pas été rendu, annulez-la sur le terminal, ou remboursez-la.",
  "attempt.not.recorded": CHECK_STORE,
  "server.closing": "Le serveur de paiement s’arrête : recommencez quand il aura redémarré.",
  "1002": "Demandez au responsable du serveur de paiement de vérifier ses identifiants HiPay, puis recommencez.",
  AnsweredEarly:
    "Le terminal a envoyé une réponse avant la demande, peut-être celle d’un paiement précédent : vérifiez sur le terminal que son dernier paiement n’était pas celui de cette commande, puis recommencez.",
  StoreFailed: CHECK_STORE
}

const adviceByCode: ReadonlyMap<string | undefined, string> = new Map(Object.entries(codeAdvices))

const notStartedAdvices: Readonly<Record<NotStarted["kind"], string>> = {
  OrderRefused: "La commande contient une erreur : corrigez-la, puis recommencez.",
  Rejected: "Le serveur de paiement a refusé la commande : corrigez-la, puis recommencez.",
  ProxyLogin: "Le proxy demande un identifiant : renseignez-le ou contournez le proxy, puis recommencez.",
  Blocked: "Un pare-feu bloque la caisse : faites-la autoriser auprès de son responsable, puis recommencez.",
  HostUnknown: "Vérifiez l’adresse du serveur de paiement et le DNS de la caisse, puis recommencez.",
  Unreachable: "Vérifiez que le serveur de paiement est démarré et que le réseau fonctionne, puis recommencez.",
  ConnectTimedOut: "Vérifiez le réseau entre la caisse et le serveur de paiement, puis recommencez.",
  Untrusted:
    "Vérifiez le certificat du serveur de paiement et l’horloge de la caisse ; ne désactivez jamais ce contrôle.",
  TimedOut: "Recommencez quand le terminal ou le serveur de paiement est libre.",
  Aborted: "Recommencez quand le client est prêt.",
  Reported: CHECK_TERMINAL,
  JournalFailed: "Le journal de la caisse ne peut pas être écrit : vérifiez le disque, puis recommencez.",
  NotSimulated: "Le serveur de paiement est réel et la caisse est en simulation : vérifiez son adresse.",
  Simulated: "Le serveur de paiement est en simulation et la caisse est réelle : vérifiez son adresse.",
  NotLoaded: "Des fichiers du programme manquent : redémarrez la caisse, puis recommencez."
}

const UNKNOWN = "L’issue de cette commande est inconnue."

const unknownMessages: { readonly [K in OutcomeUnknown["kind"]]?: string } = {
  TimedOut: `${UNKNOWN} La réponse n’est pas arrivée à temps.`,
  Aborted: `${UNKNOWN} La caisse a cessé d’attendre après l’envoi de la commande.`,
  CutLine: `${UNKNOWN} La liaison s’est coupée avant la réponse.`,
  ServerFailed: `${UNKNOWN} Le serveur de paiement, ou un équipement placé avant lui, a échoué.`,
  Redirected: `${UNKNOWN} Le serveur de paiement a demandé une redirection, qui n’est pas suivie.`,
  Inconclusive: `${UNKNOWN} La réponse ne prouve ni une acceptation ni un refus.`,
  Reported: `${UNKNOWN} Le serveur de paiement ne sait pas non plus comment elle s’est terminée.`
}

const unreadable: ReadonlySet<OutcomeUnknown["kind"]> = new Set([
  "Empty",
  "NotJson",
  "Truncated",
  "Charset",
  "TooLarge"
])

const unknownAdvice = ({ kind, reason }: OutcomeUnknown): string => {
  if (reason === ("attempts.unreadable" satisfies ProblemCode)) {
    return "N’encaissez et ne remboursez rien d’autre pour cette commande. Dès que le serveur accepte de nouveau des commandes, régularisez cette tentative : il dira si la commande avait déjà été envoyée. Sinon, renvoyez-la."
  }
  const look =
    "Regardez le terminal ou son ticket. N’encaissez et ne remboursez rien d’autre pour cette commande avant d’en connaître l’issue. Si elle est renvoyée, que ce soit sous le même numéro, et jamais directement au service de HiPay."
  if (kind === "Redirected") return `${look} Donnez ensuite à la caisse l’adresse vers laquelle le serveur renvoie.`
  if (!unreadable.has(kind)) return look
  return `${look} Demandez ensuite au responsable du serveur, ou d’un proxy placé avant lui, pourquoi il ne répond pas en JSON.`
}

const unsettled: Readonly<Record<Unsettled["kind"], string>> = {
  Open: "Une tentative précédente de cette commande est encore en cours, ou sa caisse s’est arrêtée.",
  Unknown: "L’issue d’une tentative précédente de cette commande est inconnue.",
  Reported: "Le serveur de paiement connaît une tentative précédente de cette commande dont l’issue est inconnue.",
  Unreadable: "Le journal de la caisse est illisible : on ne sait pas si une tentative précédente existe."
}

const unsettledAdvice = (kind: Unsettled["kind"]): string =>
  kind === "Unreadable"
    ? "Réparez le journal, puis recommencez. D’ici là, n’encaissez et ne remboursez rien d’autre pour cette commande."
    : "Établissez comment la tentative précédente s’est terminée et régularisez-la. D’ici là, n’encaissez et ne remboursez rien d’autre pour cette commande."
