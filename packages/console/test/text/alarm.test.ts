import { assert, describe, it } from "vitest"
import { type Alarm, words as en } from "../../src/text/en.ts"
import * as format from "../../src/text/format.ts"
import { words as fr } from "../../src/text/fr.ts"

const amount = (minorUnits: number, currency: string) =>
  format.amount(minorUnits, currency, "fr").replace("\u00a0", " ")

describe("an alarm", () => {
  const message = "What happened, and what to do."
  const contradicted = (said: string, state: string, paid: number, transactionType = "Debit") => ({
    code: "attempt.resolution.contradicted",
    message,
    details: { said, by: "Ada", state, transactionType, asked: 1250, paid, currency: "EUR" }
  })

  const signs = (details: Alarm["details"]) => ({
    code: "attempt.resolution.contradicted",
    message,
    details: {
      ...{ said: "declined", by: "Ada", state: "unknown", transactionType: "Debit", asked: 1250, currency: "EUR" },
      ...details
    }
  })

  it("is the server's sentence in English", () => {
    assert.strictEqual(en.alarm(contradicted("declined", "approved", 1250), amount), message)
  })

  it.each([
    [
      contradicted("declined", "approved", 1250),
      "Ada a répondu « refusé », mais la réponse tardive du terminal dit « accepté », montant débité : 12,50 €. Si la commande a été payée de nouveau ou autrement, remboursez 12,50 € au client."
    ],
    [
      contradicted("approved", "declined", 0),
      "Ada a répondu « accepté », mais la réponse tardive du terminal dit « refusé », rien n’a été débité. Encaissez 12,50 € auprès du client."
    ],
    [
      contradicted("approved", "approved-in-part", 500),
      "Ada a répondu « accepté », mais la réponse tardive du terminal dit « accepté en partie », montant débité : 5,00 € sur 12,50 €. Encaissez 7,50 € auprès du client."
    ],
    [
      contradicted("approved", "declined", 0, "Credit"),
      "Ada a répondu « accepté », mais la réponse tardive du terminal dit « refusé », rien n’a été remboursé. Rendez 12,50 € au client."
    ],
    [
      {
        ...contradicted("approved", "approved", 1500),
        details: { ...contradicted("approved", "approved", 1500).details, believed: 500 }
      },
      "Ada a répondu « accepté » pour 5,00 €, mais la réponse tardive du terminal dit « accepté », montant débité : 15,00 € au lieu de 12,50 €. Si la commande a été payée de nouveau ou autrement, remboursez 10,00 € au client."
    ],
    [
      signs({ believed: 0, status: "done", told: 1500, authorizationNumber: "123456" }),
      "Ada a répondu « refusé », mais la réponse tardive du terminal, sans prouver d’issue, laisse penser qu’un montant a été débité (effectué, 15,00 €, numéro d’autorisation 123456). L’issue de la tentative est de nouveau inconnue, et sa commande ne sera pas renvoyée : regardez le journal du terminal, puis régularisez-la."
    ],
    [
      signs({ believed: 0, sign: "ticket" }),
      "Ada a répondu « refusé », mais la réponse tardive du terminal, sans prouver d’issue, laisse penser qu’un montant a été débité (son ticket). L’issue de la tentative est de nouveau inconnue, et sa commande ne sera pas renvoyée : regardez le journal du terminal, puis régularisez-la."
    ],
    [
      signs({ believed: 0, sign: "authorised" }),
      "Ada a répondu « refusé », mais la réponse tardive du terminal, sans prouver d’issue, laisse penser qu’un montant a été débité (son motif : autorisée). L’issue de la tentative est de nouveau inconnue, et sa commande ne sera pas renvoyée : regardez le journal du terminal, puis régularisez-la."
    ],
    [
      signs({ said: "approved", believed: 1000, status: "done", told: 1500 }),
      "Ada a répondu « accepté » pour 10,00 €, mais la réponse tardive du terminal, sans prouver d’issue, laisse penser qu’un montant a été débité (effectué, 15,00 €). Vérifiez dans le journal du terminal lequel des deux montants est exact, avant de débiter ou de rembourser quoi que ce soit."
    ],
    [
      {
        code: "attempt.end.not.written",
        message,
        details: { state: "approved", reason: "database or disk is full" }
      },
      "La fin de cette tentative (accepté) n’a pas pu être enregistrée : database or disk is full. Le serveur réessaie jusqu’à ce qu’elle le soit : vérifiez le disque et, d’ici là, n’arrêtez pas le serveur."
    ],
    [
      {
        code: "attempt.end.written.late",
        message,
        details: { state: "declined", reason: "database or disk is full", seconds: 12 }
      },
      "La fin de cette tentative (refusé) a été enregistrée avec 12 s de retard : database or disk is full. Il n’y a plus rien à faire."
    ],
    [
      {
        code: "attempt.end.lost",
        message,
        details: { state: "approved-in-part", reason: "database or disk is full" }
      },
      "Le serveur s’est arrêté avant que la fin de cette tentative (accepté en partie) ait pu être enregistrée : database or disk is full. Après le prochain démarrage, elle est inconnue : régularisez-la comme acceptée, pour le montant du ticket."
    ],
    [
      {
        code: "attempt.end.lost",
        message,
        details: { state: "approved", reason: "database or disk is full", next: "written" }
      },
      "Le serveur s’est arrêté avant que la fin de cette tentative (accepté) ait pu être enregistrée : database or disk is full. Elle est conservée dans le fichier de reprise, et le prochain démarrage l’enregistrera : rendez la base accessible en écriture, puis démarrez le serveur avec le même fichier."
    ],
    [
      {
        code: "attempt.end.lost",
        message,
        details: { state: "approved", reason: "in any words", kind: "removed", next: "written" }
      },
      "La fin de cette tentative (accepté) n’a pas pu être enregistrée : la tentative n’est plus dans la base du serveur. Remettez en place la base qui la contient, puis démarrez le serveur avec le même fichier de reprise, qui conserve cette fin : elle sera enregistrée au démarrage."
    ],
    [
      {
        code: "attempt.end.lost",
        message,
        details: { state: "unknown", reason: "in any words", kind: "removed" }
      },
      "La fin de cette tentative (inconnu) n’a pas pu être enregistrée : la tentative n’est plus dans la base du serveur. Remettez en place la base qui la contient. Après le prochain démarrage, elle y est inconnue : regardez le journal du terminal, puis régularisez-la."
    ],
    [
      { code: "attempt.end.lost", message, details: { state: "declined", reason: "file moved", kind: "moved" } },
      "Le serveur s’est arrêté avant que la fin de cette tentative (refusé) ait pu être enregistrée : file moved. Elle a été enregistrée dans le fichier déplacé : démarrez le serveur avec ce fichier. Si ce fichier n’existe plus, aucune base n’a cette fin : là où la tentative est inconnue, régularisez-la comme refusée ; là où elle manque, ne renvoyez pas sa commande."
    ],
    [
      { code: "attempt.end.lost", message, details: { state: "approved", reason: "file moved", kind: "displaced" } },
      "Le serveur s’est arrêté avant que la fin de cette tentative (accepté) ait pu être enregistrée : file moved. Remettez ce fichier en place sous son nom, à côté de son -wal, avant le prochain démarrage ; si la tentative est alors inconnue, régularisez-la comme acceptée. Si ce fichier n’existe plus, supprimez le -wal avant de mettre une autre base à sa place ; là où la tentative manque, ne renvoyez pas sa commande."
    ],
    [
      { code: "attempt.end.lost", message, details: { state: "approved", reason: "in any words", kind: "damaged" } },
      "La fin de cette tentative (accepté) n’a pas été enregistrée : sa fiche est endommagée, et une personne l’a déjà régularisée. Si elle a indiqué autre chose, corrigez la comptabilité à la main ; supprimez ensuite la ligne de cette tentative du fichier de reprise."
    ],
    [
      {
        code: "attempt.notification.contradicts",
        message,
        details: {
          state: "declined",
          status: 118,
          transaction: "800012345678",
          transactionType: "Debit",
          believed: 0,
          paid: 1250,
          currency: "EUR"
        }
      },
      "La notification 118 de HiPay pour la transaction 800012345678 annonce un montant débité de 12,50 €, alors que la tentative est enregistrée comme « refusé ». Regardez la transaction dans le back-office HiPay. Si la commande a été payée de nouveau ou autrement, remboursez 12,50 € au client."
    ],
    [
      {
        code: "attempt.notification.contradicts",
        message,
        details: {
          state: "approved",
          status: 113,
          transaction: "800012345678",
          transactionType: "Debit",
          believed: 1250,
          paid: 0,
          currency: "EUR"
        }
      },
      "La notification 113 de HiPay pour la transaction 800012345678 annonce que rien n’a été débité, alors que la tentative est enregistrée comme « accepté », pour 12,50 €. Regardez la transaction dans le back-office HiPay. Encaissez 12,50 € auprès du client."
    ],
    [
      {
        code: "attempt.notification.contradicts",
        message,
        details: { transaction: "800012345678", transactionType: "Debit" }
      },
      "Les notifications de HiPay pour cette tentative se contredisent : une transaction est à la fois autorisée et refusée, ou deux sont autorisées pour une commande. Regardez la transaction 800012345678 dans le back-office HiPay, et remboursez ce qui a été débité deux fois."
    ],
    [
      {
        code: "attempt.notification.contradicts",
        message,
        details: { transaction: "800012345678", transactionType: "Debit", asked: 1250, paid: 1350, currency: "EUR" }
      },
      "La notification de HiPay pour la transaction 800012345678 annonce un montant débité de 13,50 €, pour une commande de 12,50 €. Regardez la transaction dans le back-office HiPay : à moins que le client n’ait ajouté un pourboire, remboursez-lui 1,00 €."
    ],
    [{ code: "attempt.some.later.code", message, details: {} }, message]
  ])("has a sentence of its own in French", (alarm, sentence) => {
    assert.strictEqual(fr.alarm(alarm, amount).replaceAll("\u00a0", " "), sentence)
  })
})
