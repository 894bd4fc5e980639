/** A till written from the README alone: must compile under every supported TypeScript. */
import { AttemptJournal, type Client, ErrorCode, makeClient, type PayResult, PosClientError } from "@hipay-pos/client"
import { PosClient } from "@hipay-pos/client/effect"
import { FileJournal, makeClient as makeNodeClient, nodeNotificationHandler } from "@hipay-pos/client/node"
import { dedupeKey, notificationHandler } from "@hipay-pos/client/notification"
import { journalLaws, makeFakeClient } from "@hipay-pos/client/testing"
import { Money, TerminalTarget } from "@hipay-pos/core"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"

const login = { server: "stage", username: "merchant", password: "secret" } as const
const journal = FileJournal.make("journal.db")
export const clients: ReadonlyArray<Client> = [
  makeClient(login),
  makeNodeClient({ ...login, live: true, journal, connectTimeout: "2 seconds", async: true }),
  makeFakeClient(["declined", { paid: 1000 }])
]

export const text = (result: PayResult): string => {
  if (!result.ok) return `${result.error.message} ${result.error.advice}`
  const { outcome } = result
  switch (outcome._tag) {
    case "Approved":
      return `${Money.toText(outcome.amount)} ${outcome.amountSource} ${outcome.authorizationNumber ?? ""}`
    case "ApprovedInPart":
      return Money.toText(outcome.remaining)
    case "Declined":
      return outcome.errorCode?.fr ?? outcome.label
  }
}

export const paid = async (client: Client): Promise<string> => {
  const target = TerminalTarget.concert({ host: "192.168.1.20", contracts: [{ merchantContract: "1234567" }] })
  try {
    await client.refund({ orderId: "A", amount: { currency: "EUR", minorUnits: 1250 } }, target, {
      deadline: "3 minutes"
    })
  } catch (error) {
    if (!(error instanceof PosClientError)) throw error
    return error.reason._tag
  }
  return text(await client.tryPay({ orderId: "A", amount: { currency: "EUR", minorUnits: 1250 } }, target))
}

/** From a program's own rows, whose fields may be undefined. */
export const payRow = (client: Client, row: { readonly [K in "email" | "date" | "rank"]: string | undefined }) =>
  client.tryPay(
    { orderId: "A", amount: "12.50 EUR", customer: { email: row.email }, shipping: { deliveryDate: row.date } },
    { host: "192.168.1.20", port: undefined, contracts: [{ merchantContract: "1234567", rank: row.rank }] }
  )

export const layer = PosClient.PosClient.layer({ ...login, password: Redacted.make("secret") })
export const unsettled = Effect.flatMap(PosClient.PosClient, (client) => client.unsettled)
export const handlers = [
  notificationHandler({ passphrase: "secret", onNotification: (notification) => void dedupeKey(notification) }),
  nodeNotificationHandler({ passphrase: "secret", onNotification: async () => {} })
]
export const checks = journalLaws(() => AttemptJournal.memory()).map(({ check }) => check)
export const label = ErrorCode.get("1006").fr
