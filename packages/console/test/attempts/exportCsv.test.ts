import type { AttemptSummary } from "@hipay-pos/core/wire/Attempt"
import { afterEach, assert, describe, it } from "vitest"
import { unfiltered } from "../../src/attempts/AttemptList.ts"
import { exportAttempts, fetchForExport, fileNameOf, toPaymentsSheet } from "../../src/attempts/exportCsv.ts"
import type { Server } from "../../src/server/Server.ts"
import { words as en } from "../../src/text/en.ts"
import { setTimeZone } from "../../src/text/format.ts"
import { words as fr } from "../../src/text/fr.ts"

const attempt = (transactionType: AttemptSummary["transactionType"]): AttemptSummary => ({
  id: `a-${transactionType}`,
  login: "merchant",
  orderId: "ORDER-1",
  transactionType,
  terminal: { kind: "simulated", name: "192.168.1.20:8888" },
  amount: 1_250,
  currency: "EUR",
  state: "approved",
  paid: 1_250,
  openedAt: "2026-11-27T10:00:00.000Z",
  warnings: 0
})

describe("the payments as a file", () => {
  it.each([
    [en, "en", ["Operation", "Debit", "Credit", "Cancel"]],
    [fr, "fr", ["Opération", "Débit", "Crédit", "Annulation"]]
  ] as const)("say what is a refund and what a cancellation: %#", (words, language, said) => {
    const sheet = toPaymentsSheet([attempt("Debit"), attempt("Credit"), attempt("Cancel")], words, language)
    const rows = sheet.split("\r\n").map((line) => line.split(language === "fr" ? ";" : ","))
    const column = rows[0]?.indexOf(said[0]) ?? -1
    assert.deepStrictEqual(
      rows.slice(0, 4).map((cells) => cells[column]),
      [...said]
    )
    for (const cells of rows.slice(0, 4)) assert.lengthOf(cells, 11)
  })
})

const timeIn = (openedAt: string) =>
  toPaymentsSheet([{ ...attempt("Debit"), openedAt }], en, "en")
    .split("\r\n")[1]
    ?.split(",")[0]

describe("the time of a payment in the file", () => {
  afterEach(() => setTimeZone(undefined))

  it("is date and time by one clock: the shop's, also where its day turns later than midnight", () => {
    setTimeZone("Europe/Paris", "04:00")
    assert.strictEqual(timeIn("2026-11-27T23:30:05.000Z"), "2026-11-28 00:30:05")
    assert.strictEqual(timeIn("2026-11-28T12:00:00.000Z"), "2026-11-28 13:00:00")
  })
})

describe("the name of the file", () => {
  const now = Date.parse("2026-11-29T09:00:00.000Z")

  it("is that of the day that was exported, else of today", () => {
    assert.strictEqual(fileNameOf({ ...unfiltered, day: "2026-11-27" }, now), "payments-2026-11-27.csv")
    assert.strictEqual(fileNameOf(unfiltered, now), "payments-2026-11-29.csv")
  })
})

describe("more payments than a file takes", () => {
  const serverOf = (pages: number): Server => ({
    space: "",
    headers: {},
    fetch: async () => new Response(),
    get: async <A>(path: string) => {
      const page = Number(new URLSearchParams(path.split("?")[1]).get("before") ?? 1)
      const value = {
        attempts: Array.from({ length: 1_000 }, () => attempt("Debit")),
        ...(page === pages ? {} : { next: `/attempts?before=${page + 1}` })
      }
      return { ok: true, value: value as A, headers: new Headers() }
    },
    send: async () => ({ ok: false, problem: { status: 404, code: "", message: "", details: {} } }),
    signedOut: () => {}
  })

  it("are cut off, and that is said", async () => {
    const found = await fetchForExport(serverOf(21), unfiltered)
    assert("attempts" in found)
    assert.strictEqual(found.attempts.length, 20_000)
    assert.isTrue(found.isPart)
    assert.include(en.attempts.exported(20_000, true), "older")
    assert.include(fr.attempts.exported(20_000, true), "anciens")
  })

  it("is not said where the file has all", async () => {
    const found = await fetchForExport(serverOf(20), unfiltered)
    assert("attempts" in found)
    assert.strictEqual(found.attempts.length, 20_000)
    assert.isFalse(found.isPart)
  })

  it("are not saved if the server refuses them, and the reason is its own", async () => {
    const problem = { status: 503, code: "store.failed", message: "the store cannot be read", details: {} }
    const server: Server = { ...serverOf(1), get: async () => ({ ok: false, problem }) }
    assert.strictEqual(await exportAttempts(server, unfiltered, en, "en"), problem.message)
  })
})
