/**
 * The answer to an order for every reserved terminal, and what that terminal charged: docs/reserved-terminals.md. Fails if the
 * page would change. Run with UPDATE=1 to rewrite it.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Spaces } from "@hipay-pos/server/Spaces"
import { Cardholder, Fault, TestCard } from "@hipay-pos/terminal-simulator"
import * as Effect from "effect/Effect"
import { mockOf } from "../../src/mock/MockSpace.ts"
import * as ReservedName from "../../src/terminals/ReservedName.ts"
import { type Json, makeServer, order } from "../server.ts"

interface Row {
  readonly word: string
  readonly atHost: string
  readonly withSerialNumber: string
}

/** Longer than any deadline. */
const LONG = 1_000_000

/** More than the longest answer takes that comes byte by byte: the clock moves once nothing else does. */
const TURNS = 5_000
const turnOfTheLoop = () => new Promise<void>((resolve) => setImmediate(resolve))

const host = (word: string): Json => ({ host_information: { host: `${word}.terminal.test` } })
const serialNumber = (word: string): Json => ({
  device_information: { serial_number: word, manufacturer: "PAX" },
  terminal_transaction_display: { protocol: "AppNepting" }
})

/** The answer to an order and what was charged, in a space of its own whose clock is advanced until there is an answer. */
const pay = async (server: ReturnType<typeof makeServer>, space: string, info: Json): Promise<string> => {
  const mock = mockOf(await server.runtime.runPromise(Effect.flatMap(Spaces, ({ get }) => get(space))))
  mock.clock.freeze()
  let ended = false
  const answering = server.send(order({ info }), { "x-mock-space": space }).finally(() => {
    ended = true
  })
  while (!ended) {
    for (let turn = 0; turn < TURNS && !ended; turn++) await turnOfTheLoop()
    await Effect.runPromise(mock.clock.advance(LONG))
  }
  const { status, body } = await answering
  const charged = mock.terminals.simulated().reduce((sum, { simulator }) => sum + simulator.ledger.charged(), 0)
  return `${status} ${body.paymentStatus ?? body.error?.code} | ${charged}`
}

const rowsOf = async (words: ReadonlyArray<string>): Promise<ReadonlyArray<Row>> => {
  await using server = makeServer()
  const rows: Array<Row> = []
  for (const word of words) {
    const known = ReservedName.fromWord(word)?._tag
    const isForBoth = known !== "Unacknowledged" && known !== "WithoutPassphrase"
    rows.push({
      word,
      atHost: isForBoth ? await pay(server, `host-${word}`, host(word)) : "- | -",
      withSerialNumber: await pay(server, `serial-${word}`, serialNumber(word))
    })
  }
  return rows
}

const table = (rows: ReadonlyArray<Row>): string =>
  [
    "| word | as a host | charged | as a serial number | charged | |",
    "|---|---|--:|---|--:|---|",
    ...rows.map(
      ({ word, atHost, withSerialNumber }) =>
        `| \`${word}\` | ${atHost} | ${withSerialNumber} | ${ReservedName.shows(word)} |`
    )
  ].join("\n")

const page = async (): Promise<string> => {
  const cards = TestCard.all.map(({ name }) => name).filter((name) => !ReservedName.own.includes(name))
  return `# Reserved terminals

Terminals of the mock that need no set-up, because their name says how they behave. A Concert terminal has it in its host,
\`declined.terminal.test\`; anything may stand before it, so that \`till1.declined.terminal.test\` is another terminal of the same
kind. An AppNepting terminal has it in its serial number, \`declined\` or \`declined.terminal.test\`. Any other host or serial number is a terminal that
approves, unless the mock was told otherwise. A script that a test sets takes precedence over the name; after its last step the name counts again.

A terminal that loses its answer is silent, as a real one would be: the 504 comes after three minutes, or at once with
\`hipay-pos clock advance 3m\` in another window. After \`reset\` it comes at once.

The tables compare the answer to an order of 12.50 EUR with what the terminal charged, in minor units; the useful cases are
those where they differ. \`packages/server-mock/test/mock/reservedTerminals.test.ts\` writes this page, and fails when the
results change; \`UPDATE=1 npx vitest run packages/server-mock/test/mock/reservedTerminals\` updates it.

## Situations

${table(await rowsOf(ReservedName.own))}

## What the customer does

${table(await rowsOf(Object.keys(Cardholder.words)))}

## Test cards

${table(await rowsOf(cards))}

## Faults

Each fault occurs at its usual stage; \`FAULT-STAGE\`, such as \`reset-after-approval\`, chooses another. Every fault at
every stage is in the [fault matrix](fault-matrix.md).

${table(await rowsOf(Fault.names))}
`
}

describe("reserved terminals", () => {
  it("answer and charge as the page says", async () => {
    const file = new URL("../../../../docs/reserved-terminals.md", import.meta.url)
    const text = await page()
    if (process.env.UPDATE === "1") writeFileSync(file, text)
    assert.strictEqual(readFileSync(file, "utf8"), text)
  })

  it("are all on the page", () => {
    const listed = [
      ...ReservedName.own,
      ...Object.keys(Cardholder.words),
      ...TestCard.all.map(({ name }) => name),
      ...Fault.names
    ]
    assert.deepStrictEqual([...new Set(listed)].sort(), [...ReservedName.all].sort())
  })
})
