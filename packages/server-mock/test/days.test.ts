/** A shop's days: lists, totals, CSV, printed tickets and the pages go by its time zone and the hour its day begins. */
import { assert, describe, it } from "@effect/vitest"
import { type StartServerOptions, startServer } from "@hipay-pos/server-mock/node"
import { type Body, order } from "./server.ts"

const authorization = `Basic ${btoa("merchant:secret")}`

/** A sale at a moment, and what the server says of days. */
const sell = async (at: string, options: StartServerOptions) => {
  await using server = await startServer({ port: 0, clock: new Date(at), ...options })
  const headers = { authorization, "content-type": "application/json" }
  const sold = await fetch(`${server.url}/v1/connector/order`, {
    method: "POST",
    headers,
    body: JSON.stringify(order())
  })
  assert.strictEqual(sold.status, 200)
  const get = async (path: string) => (await fetch(`${server.url}${path}`, { headers })).text()
  const count = async (day: string) => JSON.parse(await get(`/attempts?day=${day}`)).attempts.length as number
  return {
    ticket: atob(((await sold.json()) as Body).receipt ?? ""),
    counts: Object.fromEntries(
      await Promise.all(["2026-11-27", "2026-11-28", "2026-11-29", "today"].map(async (day) => [day, await count(day)]))
    ) as Readonly<Record<string, number>>,
    today: JSON.parse(await get("/attempts?day=today&format=totals")).day as string,
    csv: await get("/attempts?day=today&format=csv"),
    session: JSON.parse(await get("/session"))
  }
}

const halfPastMidnight = "2026-11-28T23:30:00Z"

describe("a shop's day", () => {
  it("is the one of its clock: half past midnight in Paris is the next day, on the ticket as in lists and CSV", async () => {
    const { counts, today, csv, ticket, session } = await sell(halfPastMidnight, { timeZone: "Europe/Paris" })
    assert.deepStrictEqual(counts, { "2026-11-27": 0, "2026-11-28": 0, "2026-11-29": 1, today: 1 })
    assert.strictEqual(today, "2026-11-29")
    assert.include(csv, "2026-11-29T00:30:00.000+01:00")
    assert.match(ticket, /LE 29\/11\/26 /)
    assert.deepInclude(session, { timeZone: "Europe/Paris", dayStarts: "00:00" })
  })

  it("turns at the hour that it says: the same sale belongs to a bar's evening", async () => {
    const { counts, today, session } = await sell(halfPastMidnight, { timeZone: "Europe/Paris", dayStarts: "04:00" })
    assert.deepStrictEqual(counts, { "2026-11-27": 0, "2026-11-28": 1, "2026-11-29": 0, today: 1 })
    assert.strictEqual(today, "2026-11-28")
    assert.deepInclude(session, { dayStarts: "04:00" })
  })

  it("is one day in Nouméa and in Papeete, where UTC cuts it in two", async () => {
    const noumea = await sell("2026-11-28T22:00:00Z", { timeZone: "Pacific/Noumea" })
    assert.strictEqual(noumea.today, "2026-11-29")
    assert.match(noumea.ticket, /LE 29\/11\/26 /)
    const papeete = await sell("2026-11-29T05:00:00Z", { timeZone: "Pacific/Tahiti" })
    assert.strictEqual(papeete.today, "2026-11-28")
    assert.match(papeete.ticket, /LE 28\/11\/26 /)
  })

  it("is UTC's where nothing is said; tickets are then dated in Paris, and times in the pages are the viewer's", async () => {
    const { counts, csv, ticket, session } = await sell(halfPastMidnight, {})
    assert.match(ticket, /LE 29\/11\/26 /)
    assert.deepStrictEqual(counts, { "2026-11-27": 0, "2026-11-28": 1, "2026-11-29": 0, today: 1 })
    assert.include(csv, "2026-11-28T23:30:00.000Z")
    assert.notProperty(session, "timeZone")
  })

  it("stays the one that a list began with: a page that is asked for after midnight goes on with it", async () => {
    await using server = await startServer({ port: 0, clock: new Date("2026-11-28T23:59:50Z") })
    const headers = { authorization, "content-type": "application/json" }
    for (const order_id of ["DAY_1", "DAY_2", "DAY_3"]) {
      const body = JSON.stringify(order({ order: { order_id } }))
      await fetch(`${server.url}/v1/connector/order`, { method: "POST", headers, body })
    }
    const list = async (path: string) =>
      (await (await fetch(`${server.url}${path}`, { headers })).json()) as {
        readonly attempts: ReadonlyArray<{ readonly orderId: string }>
        readonly next?: string
      }
    const first = await list("/attempts?day=today&limit=2")
    await server.mock.clock.advance("20s")
    const second = await list(first.next ?? "")
    assert.deepStrictEqual(
      [...first.attempts, ...second.attempts].map(({ orderId }) => orderId),
      ["DAY_3", "DAY_2", "DAY_1"]
    )
    assert.lengthOf((await list("/attempts?day=today")).attempts, 0)
  })

  it("has CSV for the spreadsheets of the shop's language", async () => {
    const { csv } = await sell(halfPastMidnight, { timeZone: "Europe/Paris", locale: "fr-FR" })
    assert.include(csv, ";2026-11-29 00:30:00;")
    assert.include(csv, ";12,50;12,50;EUR;")
  })

  it("refuses a time zone or an hour that is none, before anything is opened", async () => {
    const problem = (options: StartServerOptions) =>
      startServer({ port: 0, ...options }).then(
        () => "started",
        ({ message }: Error) => message
      )
    assert.strictEqual(
      await problem({ timeZone: "Paris" }),
      'timeZone: expected a time zone by its IANA name, such as Europe/Paris, got "Paris"'
    )
    assert.strictEqual(
      await problem({ dayStarts: "4h" }),
      'dayStarts: expected an hour from 00:00 to 23:59, such as 04:00, got "4h"'
    )
  })
})
