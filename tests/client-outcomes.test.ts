/**
 * The client's outcome of a payment when something goes wrong: every fault of the terminal at every stage, every fault
 * of HTTP, and of proxies, against the mock on a port, compared with the terminal's ledger.
 *
 * The law: never approved when nothing was charged, never declined or not started when something was. The table is
 * docs/client-outcomes.md; it fails here when it changes. Run with UPDATE=1 to write it anew.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { type Client, type Fetch, makeClient, type PayResult, type Settlement } from "@hipay-pos/client"
import { Money } from "@hipay-pos/core"
import { chargedOf } from "@hipay-pos/core/Payment"
import { type StartedMock, startServer } from "@hipay-pos/server-mock/node"
import { Cardholder, Fault } from "@hipay-pos/terminal-simulator"
import * as Result from "effect/Result"
import { assert, describe, it } from "vitest"
import { testCard } from "./testCard.ts"

const AMOUNT = 1245
const order = { orderId: "ORDER_1", amount: { currency: "EUR", minorUnits: AMOUNT } }
const target = {
  host: "192.0.2.10",
  contracts: [{ merchantContract: "1234567", rank: "001", paymentApplication: "001" }]
}
const TERMINAL = "192.0.2.10:8888"

/** The fault of one payment. */
interface Trouble {
  readonly name: string
  readonly when: string
  readonly async?: boolean
  readonly prepare?: (space: Space) => Promise<unknown>
  readonly fetch?: Fetch
  /** The answer never comes: the client's deadline ends the wait, in real time. */
  readonly endless?: boolean
  /** The order was sent once before: by the same till, which remembers it, or by another one that only the server knows. */
  readonly before?: { readonly till: "same" | "other"; readonly fetch?: Fetch }
  /** Minor units, if the order is sent with another amount. */
  readonly amount?: number
}

/** The result of one payment. */
interface Cell {
  readonly trouble: Trouble
  readonly told: PayResult
  /** The result of resolving, if the till's outcome was unknown. */
  readonly resolved: Settlement | undefined
  /** Minor units. */
  readonly charged: number
}

/** A space of the mock, with a frozen clock. */
interface Space {
  readonly url: string
  readonly username: string
  readonly ask: (method: string, path: string, body?: unknown) => Promise<unknown>
}

let spaces = 0

const makeSpace = async ({ url, control }: StartedMock): Promise<Space> => {
  const name = `cell-${++spaces}`
  const ask: Space["ask"] = async (method, path, body) => {
    const response = await fetch(`${control.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${control.token}`, "x-mock-space": name, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    })
    assert.isBelow(response.status, 400, `${method} ${path}: ${response.status}`)
    return response.status === 204 ? undefined : response.json()
  }
  await ask("POST", "/clock", { action: "freeze" })
  return { url, username: `merchant+${name}`, ask }
}

/** Lets the mock's time pass until the client has its answer. */
const advanceUntil = async (space: Space, paying: Promise<unknown>): Promise<void> => {
  let done = false
  const settle = () => {
    done = true
  }
  paying.then(settle, settle)
  for (let i = 0; i < 100 && !done; i++) {
    await space.ask("POST", "/clock", { action: "advance", milliseconds: 5_000 })
  }
}

/** One payment with one fault, in a space of its own. */
const pay = async (mock: StartedMock, trouble: Trouble): Promise<Cell> => {
  const space = await makeSpace(mock)
  await trouble.prepare?.(space)
  let way: Fetch = fetch
  const makeTill = (): Client =>
    makeClient({
      server: space.url,
      username: space.username,
      password: "secret",
      journal: "memory",
      async: trouble.async ?? false,
      fetch: (url, init) => way(url, init)
    })
  const payFrom = async (till: Client, amount: number): Promise<PayResult> => {
    const paying = till.tryPay({ ...order, amount: { currency: "EUR", minorUnits: amount } }, target, {
      deadline: trouble.endless === true ? "5 seconds" : "100 seconds"
    })
    await advanceUntil(space, paying)
    return paying
  }
  const client = makeTill()
  if (trouble.before !== undefined) {
    way = trouble.before.fetch ?? fetch
    await payFrom(trouble.before.till === "same" ? client : makeTill(), AMOUNT)
  }
  way = trouble.fetch ?? fetch
  const told = await payFrom(client, trouble.amount ?? AMOUNT)
  // Longer than the wait for a late answer.
  for (let i = 0; i < 4; i++) await space.ask("POST", "/clock", { action: "advance", milliseconds: 5 * 60_000 })
  const [unsettled] = await client.unsettled()
  const resolved = unsettled === undefined ? undefined : await client.resolve(unsettled.id)
  const { totals } = (await space.ask("GET", "/ledger")) as { totals: ReadonlyArray<{ amount: number }> }
  return { trouble, told, resolved, charged: totals.reduce((sum, { amount }) => sum + amount, 0) }
}

const ofTerminal: ReadonlyArray<Trouble> = Fault.names.flatMap((name) =>
  Fault.stages
    .filter((stage) => Fault.catalogue[name].stages.includes(stage))
    .map((stage) => ({
      name,
      when: stage,
      prepare: ({ ask }) => ask("POST", `/terminals/${encodeURIComponent(TERMINAL)}/faults`, { fault: name, stage })
    }))
)

const httpFaults = ["reset", "half-body", "error-before", "error-after", "silent"] as const

const ofHttp: ReadonlyArray<Trouble> = [false, true].flatMap((async) =>
  [
    ...httpFaults.map((fault) => [fault, 500] as const),
    ...[408, 429, 502, 503, 504].map((s) => ["error-after", s] as const)
  ].map(
    ([fault, status]): Trouble => ({
      name: status === 500 ? fault : `${fault} ${status}`,
      when: async ? "asynchronous" : "synchronous",
      async,
      endless: fault === "silent",
      prepare: ({ ask }) => ask("PUT", "/http-fault", { fault, status })
    })
  )
)

const page = (
  status: number,
  body: string | Uint8Array<ArrayBuffer> | null = "<!doctype html><h1>Something else</h1>"
) => new Response(status === 204 ? null : body, { status, headers: { "content-type": "text/html" } })

/** Something between client and server that lets the order through and spoils its answer. */
const spoiling =
  (spoil: (answer: Response) => Response | Promise<Response>): Fetch =>
  async (url, init) => {
    const answer = await fetch(url, init)
    return init.method === "POST" ? spoil(answer) : answer
  }

/** Something that answers an order in the server's place. */
const inFront =
  (answer: () => Response | Promise<Response>): Fetch =>
  (url, init) =>
    init.method === "POST" ? Promise.resolve().then(answer) : fetch(url, init)

const failing = (code: string, syscall: string) => (): never => {
  throw new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code, syscall }) })
}

const ofProxies: ReadonlyArray<Trouble> = [
  ["a page with 200", "after the order", spoiling(() => page(200))],
  ["an empty 200", "after the order", spoiling(() => page(200, ""))],
  ["204", "after the order", spoiling(() => page(204))],
  ["a redirect", "after the order", spoiling(() => page(302))],
  ["502 with a page", "after the order", spoiling(() => page(502))],
  ["the answer in UTF-16", "after the order", spoiling(async (answer) => page(200, utf16(await answer.text())))],
  ["half of the JSON", "after the order", spoiling(async (answer) => page(200, (await answer.text()).slice(0, 60)))],
  ["two megabytes of spaces", "after the order", spoiling(() => page(200, " ".repeat(2 << 20)))],
  ["a broken connection", "after the order", spoiling(failing("ECONNRESET", "read"))],
  ["connection refused", "before the order", inFront(failing("ECONNREFUSED", "connect"))],
  ["unknown host", "before the order", inFront(failing("ENOTFOUND", "getaddrinfo"))],
  ["expired certificate", "before the order", inFront(failing("CERT_HAS_EXPIRED", "connect"))],
  ["a failure without a cause", "before the order", inFront(() => Promise.reject(new TypeError("Failed to fetch")))],
  ["407 with a page", "before the order", inFront(() => page(407))],
  ["403 with a page", "before the order", inFront(() => page(403))],
  ["413 with a page", "before the order", inFront(() => page(413))],
  ["429 with a page", "before the order", inFront(() => page(429))],
  ["503 with a page", "before the order", inFront(() => page(503))]
].map(([name, when, fetch]) => ({ name, when, fetch }) as Trouble)

const answerLost: Trouble["prepare"] = ({ ask }) =>
  ask("POST", `/terminals/${encodeURIComponent(TERMINAL)}/faults`, { fault: "answer-lost", stage: "after-approval" })

const noConnection = inFront(failing("ECONNREFUSED", "connect"))
const cutBehind = spoiling(failing("ECONNRESET", "read"))

const ofRepeats: ReadonlyArray<Trouble> = (["same", "other"] as const).flatMap((till): ReadonlyArray<Trouble> => {
  const when = `by ${till === "same" ? "this till" : "another till"}`
  return [
    { name: "paid, then sent again", when, before: { till } },
    { name: "paid, then sent with another amount", when, before: { till }, amount: 9900 },
    { name: "answer cut off, then sent again", when, before: { till, fetch: cutBehind } },
    { name: "answer lost at the terminal, then sent again", when, before: { till }, prepare: answerLost },
    { name: "never arrived, then sent again", when, before: { till, fetch: noConnection } },
    ...(till === "same"
      ? [
          { name: "paid, then connection refused", when, before: { till }, fetch: noConnection },
          {
            name: "answer cut off, then connection refused",
            when,
            before: { till, fetch: cutBehind },
            fetch: noConnection
          }
        ]
      : [])
  ]
})

function utf16(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new Uint16Array([...text].map((each) => each.charCodeAt(0))).buffer)
}

type Judgement = "right" | "right, asked later" | "unknown" | "amount wrong" | "WRONG"

const judge = ({ told, resolved, charged }: Cell): Judgement => {
  const of = (paid: number): Judgement =>
    paid > 0 === charged > 0 ? (paid === charged ? "right" : "amount wrong") : "WRONG"
  if (told.ok) return of(paidOf(told.outcome))
  const { reason } = told.error
  if (reason._tag === "NotStarted") return of(0)
  if (reason._tag === "AlreadyApproved") return of(reason.paid ?? AMOUNT)
  if (reason._tag === "OrderIdConflict") return charged === AMOUNT ? "right" : "WRONG"
  if (resolved?._tag !== "Settled") return "unknown"
  const later = of(resolved.paid ?? AMOUNT)
  return later === "right" ? "right, asked later" : later
}

const paidOf = (outcome: (PayResult & { ok: true })["outcome"]): number => chargedOf(outcome)?.minorUnits ?? 0

const euros = (minorUnits: number) => Money.toText(Result.getOrThrow(Money.make(minorUnits, "EUR")))

const toText = (told: PayResult): string => {
  if (told.ok) {
    const { _tag } = told.outcome
    return _tag === "Declined"
      ? "declined"
      : `${_tag === "Approved" ? "approved" : "in part"} ${euros(paidOf(told.outcome))}`
  }
  const { reason } = told.error
  switch (reason._tag) {
    case "NotStarted":
      return `not started (${reason.kind})`
    case "OutcomeUnknown":
      return `unknown (${reason.kind})`
    case "Unsettled":
      return `unsettled (${reason.kind})`
    case "AlreadyApproved":
      return `${reason.state} before ${euros(reason.paid ?? AMOUNT)}`
    case "AlreadyReversed":
      return "reversed before"
    case "OrderIdConflict":
      return "order id conflict"
  }
}

const later = (resolved: Settlement | undefined): string => {
  if (resolved === undefined) return ""
  return resolved._tag === "Settled" ? `${resolved.state} ${euros(resolved.paid ?? 0)}` : "a person must say"
}

const row = (cell: Cell): string => {
  const { name, when } = cell.trouble
  const charged = cell.charged === 0 ? "nothing" : euros(cell.charged)
  return `| ${name} | ${when} | ${toText(cell.told)} | ${later(cell.resolved)} | ${charged} | ${judge(cell)} |`
}

const table = (cells: ReadonlyArray<Cell>): string =>
  [
    "| trouble | when | the till was told | asked later | charged | verdict |",
    "| --- | --- | --- | --- | --- | --- |",
    ...cells.map(row)
  ].join("\n")

const toPage = (parts: Readonly<Record<string, ReadonlyArray<Cell>>>): string => `# What the client tells the till

What \`@hipay-pos/client\` makes of a payment of ${euros(AMOUNT)} when something goes wrong, compared with what the terminal really charged:
${Object.values(parts).flat().length} payments against a mock over HTTP, each in its own space, with the server's default deadlines and an advanced
clock. *Asked later* is the result of \`client.resolve(id)\` twenty minutes later, if the till was told that the outcome is unknown. \`tests/client-outcomes.test.ts\`
writes this page, and fails when the results change; \`UPDATE=1 npx vitest run tests/client-outcomes\` updates it.

- **right**: the till was told what happened.
- **right, asked later**: the till was told *unknown*, and the server knew the outcome when asked later.
- **unknown**: only a person can tell. The client claims nothing that would have to be corrected.
- **amount wrong**: the terminal itself reported another amount than it charged; no till can see that.
- **unsettled**: an earlier attempt of the order may have moved money; nothing of this one was sent. **not started** says that there is no such attempt.
- **WRONG**: the till believes the opposite of what happened. The test allows none.

${Object.entries(parts)
  .map(([title, cells]) => `## ${title}\n\n${table(cells)}\n`)
  .join("\n")}`

/** Runs a few at a time: each is in a space of its own. */
const payAll = async (mock: StartedMock, troubles: ReadonlyArray<Trouble>): Promise<ReadonlyArray<Cell>> => {
  const cells: Array<Cell> = []
  let next = 0
  const worker = async () => {
    for (let i = next++; i < troubles.length; i = next++) cells[i] = await pay(mock, troubles[i] as Trouble)
  }
  await Promise.all(Array.from({ length: 6 }, worker))
  return cells
}

const cardholder = (name: string) => Cardholder.auto(testCard(name))

describe("the client's outcome for the till", () => {
  it("is never approved when nothing was charged, nor declined or not started when something was", async () => {
    await using approving = await startServer({ port: 0, cardholder: cardholder("cb") })
    await using refusing = await startServer({ port: 0, cardholder: cardholder("refused") })
    const parts = {
      "The terminal fails, the issuer approves": await payAll(approving, ofTerminal),
      "The terminal fails, the issuer refuses": await payAll(refusing, ofTerminal),
      "HTTP fails": await payAll(approving, ofHttp),
      "A proxy or the network fails": await payAll(approving, ofProxies),
      "The order was sent before": await payAll(approving, ofRepeats)
    }
    const wrong = Object.values(parts)
      .flat()
      .filter((cell) => judge(cell) === "WRONG")
    assert.deepStrictEqual(wrong.map(row), [])
    const file = new URL("../docs/client-outcomes.md", import.meta.url)
    if (process.env.UPDATE === "1") writeFileSync(file, toPage(parts))
    assert.strictEqual(toPage(parts), readFileSync(file, "utf8"))
  }, 180_000)
})
