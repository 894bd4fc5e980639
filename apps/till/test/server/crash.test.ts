import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { appendFileSync, copyFileSync, existsSync, mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { type AttemptJournal, makeClient } from "@hipay-pos/client"
import { FileJournal } from "@hipay-pos/client/node"
import { startServer } from "@hipay-pos/server-mock/node"
import { Cardholder } from "@hipay-pos/terminal-simulator"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import * as Effect from "effect/Effect"
import type { Action, TillState } from "../../src/api.ts"
import { startTill } from "../../src/server/startTill.ts"
import { losePayment, openShop, seenOf } from "./shop.ts"

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url))

/** The till as a program of its own, once it says that it is ready. */
const startProcess = async (env: Readonly<Record<string, string>>) => {
  const till = spawn(process.execPath, ["--conditions=@hipay-pos/source", main], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"]
  })
  let text = ""
  for await (const chunk of till.stdout) {
    text += String(chunk)
    const url = /till ready: (\S+)/.exec(text)?.[1]
    if (url !== undefined) return { till, url }
  }
  throw new Error(`the till ended without being ready: ${text}`)
}

const end = async (till: ChildProcess, signal: NodeJS.Signals) => {
  const gone = once(till, "exit")
  till.kill(signal)
  return gone
}

const act = async (url: string, action: Action): Promise<TillState> => {
  const headers = { "content-type": "application/json" }
  const response = await fetch(`${url}/api/act`, { method: "POST", headers, body: JSON.stringify(action) })
  assert.strictEqual(response.status, 200)
  return (await response.json()) as TillState
}

const stateOf = async (url: string) => (await (await fetch(`${url}/api/state`)).json()) as TillState

describe("a till that is killed in the middle of a payment", { timeout: 180_000 }, () => {
  it("finds the sale and its payment again, pays nothing twice, and keeps what a person says of it", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "till-"))
    await using terminal = await startTerminal({ port: 0, cardholder: Cardholder.manual })
    await using server = await startServer({ port: 0, attach: [`127.0.0.1:${terminal.port}`] })
    const env = {
      TILL_PORT: "0",
      TILL_SERVER: server.url,
      TILL_TERMINALS: `Counter=127.0.0.1:${terminal.port}`,
      TILL_DATA: dataDir
    }
    const woken = new Promise<void>((resolve) => {
      terminal.simulator.subscribe((event) => {
        if (event._tag === "Stage" && event.stage === "woken") resolve()
      })
    })

    const first = await startProcess(env)
    const { sale } = await act(first.url, { do: "add", code: "MUG", quantity: 1 })
    await act(first.url, { do: "card", amount: 1290, terminal: "Counter", ...seenOf(sale) })
    await woken
    await end(first.till, "SIGKILL")

    const second = await startProcess(env)
    const found = await stateOf(second.url)
    assert.strictEqual(found.sale?.stage, "unknown")
    assert.strictEqual(found.sale?.id, sale?.id)
    assert.deepStrictEqual(
      found.sale?.lines.map(({ reference }) => reference),
      ["MUG"]
    )
    const by = { by: "Ana", evidence: "ticket 000001" } as const

    const settled = await act(second.url, {
      do: "resolve",
      tender: 1,
      outcome: "approved",
      ...by,
      ...seenOf(found.sale)
    })
    assert.strictEqual(settled.sale?.stage, "completed")
    const [code] = await end(second.till, "SIGTERM")
    assert.strictEqual(code, 0)
    const [attempt] = await Effect.runPromise(FileJournal.make(join(dataDir, "attempts.db")).attempts)
    assert.deepInclude(attempt, { state: "approved", mode: "simulated", server: server.url })
    assert.strictEqual(attempt?.endings.at(-1)?.by, "Ana")
    assert.strictEqual(terminal.simulator.journal().length, 1)

    terminal.simulator.pressKey("cancel")
  })
})

describe("a till whose journal is an older copy", () => {
  it("still finds its unknown payment at the server, which gets what a person says of it", async () => {
    await using shop = await openShop()
    const journal = join(shop.dataDir, "attempts.db")
    const { sale: paid } = await shop.act({ do: "add", code: "MUG", quantity: 1 })
    await shop.act({ do: "card", amount: 1290, terminal: "Counter", ...seenOf(paid) })
    await shop.until(({ sale }) => sale?.stage === "completed")
    await shop.act({ do: "next" })
    await shop.act({ do: "add", code: "MUG", quantity: 1 })
    copyFileSync(journal, `${journal}.copy`)
    await losePayment(shop)
    await shop.stop()
    copyFileSync(`${journal}.copy`, journal)
    await shop.restart()
    const { sale } = await shop.state()
    assert.strictEqual(sale?.stage, "unknown")
    const word = { do: "resolve", tender: 1, outcome: "approved", by: "Ana", evidence: "ticket 12" } as const
    assert.strictEqual((await shop.act({ ...word, ...seenOf(sale) })).sale?.stage, "completed")
    const client = makeClient({ server: shop.server, username: "merchant", password: "secret" })
    assert.deepStrictEqual(
      (await client.attempts.list()).map(({ state }) => state),
      ["approved", "approved"]
    )
    const kept = await Effect.runPromise(FileJournal.make(journal).attempts)
    assert.deepStrictEqual(
      kept.map(({ id, orderId }) => id === orderId),
      [false, true]
    )
  })
})

describe("what a till keeps", () => {
  const setUp = (dataDir: string) => ({
    port: 0,
    server: { url: "http://127.0.0.1:1", username: "merchant", password: "secret" },
    terminals: [],
    dataDir
  })

  it("is read by one till at a time", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "till-"))
    {
      await using _till = await startTill(setUp(dataDir))
      const second = await startTill(setUp(dataDir)).then(
        () => "started",
        (error: Error) => error.message
      )
      assert.include(second, "is in use by another till")
    }
    await (await startTill(setUp(dataDir))).close()
  })

  it("is of one mode: simulated sales and real ones never mix, whatever the server is called", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "till-"))
    {
      await using till = await startTill(setUp(dataDir))
      assert.isTrue((await stateOf(till.url)).simulated)
    }
    const live = (folder: string) => {
      const { server, ...options } = setUp(folder)
      return startTill({ ...options, server: { ...server, live: true } })
    }
    const refusal = await live(dataDir).then(
      () => "started",
      (error: Error) => error.message
    )
    assert.include(refusal, "holds simulated sales, and this till is live: name another folder")
    const another = join(dataDir, "live")
    await (await live(another)).close()
    {
      await using till = await live(another)
      assert.isFalse((await stateOf(till.url)).simulated)
    }
  })

  describe("in a folder from before tills kept their mode", () => {
    const opening = (mode: "simulated" | "live" | undefined) =>
      ({
        id: `a${mode}`,
        orderId: `T-${mode}`,
        transactionType: "Debit",
        amount: 100,
        currency: "EUR",
        terminal: "Counter",
        openedAt: 1,
        ...(mode && { mode })
      }) as AttemptJournal.Opening
    const sale = '{"sale":"T0","at":1,"fact":{"_tag":"Opened","kind":"sale","currency":"EUR","lines":[]}}\n'

    /** A folder with a sale and payments of these modes, and whether a till of a mode starts on it. */
    const startOn = async (modes: ReadonlyArray<"simulated" | "live" | undefined>, live: boolean) => {
      const dataDir = mkdtempSync(join(tmpdir(), "till-"))
      writeFileSync(join(dataDir, "sales.jsonl"), sale)
      const journal = FileJournal.make(join(dataDir, "attempts.db"))
      for (const mode of modes) await Effect.runPromise(journal.open(opening(mode)))
      const { server, ...options } = setUp(dataDir)
      const said = await startTill({ ...options, server: { ...server, live } }).then(
        async (till) => {
          await till.close()
          return "started"
        },
        (error: Error) => error.message
      )
      const marked = existsSync(join(dataDir, "till.json"))
      return { said, marked }
    }

    it("takes the mode of the payments in it", async () => {
      assert.deepStrictEqual(await startOn(["live"], true), { said: "started", marked: true })
      assert.deepStrictEqual(await startOn(["simulated"], false), { said: "started", marked: true })
    })

    it("with live payments never becomes simulated, nor the other way round", async () => {
      const live = await startOn(["live"], false)
      assert.include(live.said, "holds live sales, and this till is simulated")
      assert.isFalse(live.marked)
      const simulated = await startOn(["simulated"], true)
      assert.include(simulated.said, "holds simulated sales, and this till is live")
      assert.isFalse(simulated.marked)
    })

    it("asks a person if the payments do not say, or say both", async () => {
      for (const modes of [[], [undefined], ["live", "simulated"], ["live", undefined]] as const) {
        for (const live of [true, false]) {
          const { said, marked } = await startOn(modes, live)
          assert.match(said, /do not say whether they were simulated: write \{"mode":"simulated"\} or .*till\.json/)
          assert.isFalse(marked)
        }
      }
    })
  })

  it("is taken over from a till that died, even when another process has its number now", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "till-"))
    writeFileSync(join(dataDir, "till.lock"), `${process.pid} 1`)
    await (await startTill(setUp(dataDir))).close()
  })

  it("loses a line that a crash cut off, and nothing else; other damage stops the start", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "till-"))
    const file = join(dataDir, "sales.jsonl")
    {
      await using till = await startTill(setUp(dataDir))
      await act(till.url, { do: "add", code: "MUG", quantity: 2 })
    }
    appendFileSync(file, '{"sale":"T0","at":1,"fa')
    {
      await using till = await startTill(setUp(dataDir))
      assert.strictEqual((await stateOf(till.url)).sale?.total, 2580)
      await act(till.url, { do: "add", code: "BAG", quantity: 1 })
    }
    {
      await using till = await startTill(setUp(dataDir))
      assert.strictEqual((await stateOf(till.url)).sale?.total, 2715)
    }
    appendFileSync(file, "nonsense\n")
    const started = await startTill(setUp(dataDir)).then(
      () => "started",
      (error: Error) => error.message
    )
    assert.match(started, /cannot read .*sales\.jsonl: line 4 is not an event of a sale/)
  })
})
