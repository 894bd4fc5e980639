/** A shop for a test: a terminal made of software, a server attached to it, a till in front of it. */
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as BusinessDay from "@hipay-pos/core/BusinessDay"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import { type StartServerOptions, startServer } from "@hipay-pos/server-mock/node"
import { Fault, type TerminalSimulator, TestCard } from "@hipay-pos/terminal-simulator"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import * as Result from "effect/Result"
import { assert } from "vitest"
import type { Action, ApiError, TillState } from "../../src/api.ts"
import { sample } from "../../src/catalogue/sample.ts"
import { buildPages } from "../../src/server/buildPages.ts"
import { type StartTillOptions, startTill } from "../../src/server/startTill.ts"
import { makeTill, type Till, type TillOptions } from "../../src/server/Till.ts"

/** A running shop. Leaving an `await using` block closes it. */
export interface Shop extends AsyncDisposable {
  readonly url: string
  readonly server: string
  readonly dataDir: string
  readonly terminal: TerminalSimulator.TerminalSimulator
  readonly terminalPort: number
  /** Does an action, and gives the state or the error's code. */
  readonly act: (action: Action) => Promise<TillState>
  readonly refusal: (action: Action) => Promise<string>
  readonly state: () => Promise<TillState>
  readonly get: <A>(path: string) => Promise<A>
  /** Resolves with the first state that passes. */
  readonly until: (test: (state: TillState) => boolean) => Promise<TillState>
  /** Resolves once the terminal waits for a card. */
  readonly terminalWaits: () => Promise<void>
  /** Presses a key of a terminal that the server simulates itself. */
  readonly pressAt: (terminal: string, key: "cancel" | "enter") => Promise<void>
  /** Stops the till. */
  readonly stop: () => Promise<void>
  /** Stops the till if need be, and starts it again on what it kept, on the same port. */
  readonly restart: () => Promise<void>
}

/** The reference to the sale in an action that moves money. */
export const seenOf = (sale: TillState["sale"] | undefined) => ({ sale: sale?.id ?? "", revision: sale?.revision ?? 0 })

/** Takes by card what remains of the sale; the terminal's answer is lost after the approval. Leaves the fault in place. */
export const losePayment = async ({ terminal, state, act, until }: Shop): Promise<TillState> => {
  terminal.setFault(fault("reset@after-approval"))
  const { sale } = await state()
  await act({ do: "card", amount: sale?.remaining ?? 0, terminal: "Counter", ...seenOf(sale) })
  return until(({ sale }) => sale?.stage === "unknown")
}

/**
 * A live till with one terminal, "Counter", in front of a client of the test's own. It keeps nothing, unless told
 * otherwise.
 */
export const makeLiveTill = (options: Pick<TillOptions, "client" | "journal"> & Partial<TillOptions>): Promise<Till> =>
  makeTill({
    shop: "Shop",
    details: { address: [], register: "1", timeZone: "UTC" },
    mode: "live",
    currency: "EUR",
    catalogue: sample,
    language: "en",
    terminals: [
      {
        name: "Counter",
        target: TerminalTarget.concert({ host: "192.168.1.20", contracts: [{ merchantContract: "1234567" }] })
      }
    ],
    store: { read: () => [], append: () => {}, close: () => {} },
    closings: { all: () => [], append: () => {}, close: () => {} },
    links: { tokenOf: (id) => id, saleOf: () => undefined },
    receiptBase: () => "",
    days: BusinessDay.utc,
    askEvery: 5000,
    firstAnswerWithin: 1000,
    ...options
  })

/** A test card. */
export const named = (name: string): TestCard.TestCard => TestCard.get(name) ?? assert.fail(`there is no card ${name}`)

export const fault = (text: string) => Result.getOrThrow(Fault.fromText(text))

/** Opens a shop. */
export const openShop = async (
  options: {
    readonly terminal?: TerminalSimulator.Options
    readonly server?: StartServerOptions
    readonly till?: Partial<StartTillOptions>
  } = {}
): Promise<Shop> => {
  await buildPages()
  const dataDir = mkdtempSync(join(tmpdir(), "till-"))
  const terminal = await startTerminal({ port: 0, seed: 1, ...options.terminal })
  const server = await startServer({ port: 0, attach: [`127.0.0.1:${terminal.port}`], ...options.server })
  const setUp = {
    port: 0,
    server: { url: server.url, username: "merchant", password: "secret" },
    terminals: [{ name: "Counter", host: "127.0.0.1", port: terminal.port }],
    dataDir,
    ...options.till
  }
  let till = await startTill(setUp)
  const post = (action: Action) =>
    fetch(`${till.url}/api/act`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(action)
    })
  const get = async <A>(path: string) => (await (await fetch(`${till.url}${path}`)).json()) as A
  const close = async () => {
    await till.close()
    await server.close()
    await terminal.close()
  }
  return {
    get url() {
      return till.url
    },
    server: server.url,
    dataDir,
    terminal: terminal.simulator,
    terminalPort: terminal.port,
    act: async (action) => {
      const response = await post(action)
      if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
      return (await response.json()) as TillState
    },
    refusal: async (action) => {
      const response = await post(action)
      if (response.ok) throw new Error(`${JSON.stringify(action)} was not refused`)
      return ((await response.json()) as ApiError).error.code
    },
    state: () => get<TillState>("/api/state"),
    get,
    until: async (test) => {
      for await (const state of statesOf(till.url)) if (test(state)) return state
      throw new Error("the stream of states ended")
    },
    terminalWaits: () =>
      new Promise((resolve) => {
        const { simulator } = terminal
        const done = () => {
          stop()
          resolve()
        }
        const stop = simulator.subscribe((event) => {
          if (event._tag === "Stage" && event.stage === "woken") done()
        })
        if (simulator.state().stage === "woken") done()
      }),
    pressAt: async (terminal, key) => {
      const response = await fetch(`${server.control.url}/terminals/${encodeURIComponent(terminal)}/key`, {
        method: "POST",
        headers: { authorization: `Bearer ${server.control.token}`, "content-type": "application/json" },
        body: JSON.stringify({ key })
      })
      if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
    },
    stop: () => till.close(),
    restart: async () => {
      await till.close()
      till = await startTill({ ...setUp, port: Number(new URL(till.url).port) })
    },
    [Symbol.asyncDispose]: close
  }
}

/** The states that `/api/events` tells, from the present one on. */
async function* statesOf(url: string): AsyncGenerator<TillState> {
  const stop = new AbortController()
  try {
    const response = await fetch(`${url}/api/events`, { signal: stop.signal })
    let text = ""
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk
      for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
        const data = /^event: state\ndata: (.*)$/m.exec(text.slice(0, end))?.[1]
        text = text.slice(end + 2)
        if (data !== undefined) yield JSON.parse(data) as TillState
      }
    }
  } finally {
    stop.abort()
  }
}
