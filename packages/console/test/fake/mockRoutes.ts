/** The mock's own routes in memory: enough of each for the pages to be looked at and used. */
import { Hono } from "hono"
import { streamSSE } from "hono/streaming"
import type { Clock, TestCard } from "../../src/server/model.ts"
import {
  cards,
  faults,
  findings,
  ledger,
  notificationDetail,
  notifications,
  spaces,
  transactions
} from "./catalogue.ts"
import { type FakeTerminal, makeTerminal } from "./FakeTerminal.ts"

export interface FakeMock {
  readonly app: Hono
  readonly terminal: (name: string) => FakeTerminal
}

export const makeMock = (closing: AbortSignal): FakeMock => {
  const terminals = new Map<string, FakeTerminal>()
  const terminal = (name: string): FakeTerminal => {
    const known = terminals.get(name) ?? makeTerminal(name)
    terminals.set(name, known)
    return known
  }
  let clock: Clock = { now: "2026-11-20T10:00:00.000Z", frozen: false }
  let httpFault: { readonly fault: string } | undefined

  const app = new Hono()
  app.get("/", (c) => c.json({ space: "", version: "0.1.0", clock, terminals: terminals.size, attempts: 8 }))
  app.delete("/", (c) => c.body(null, 204))
  app.get("/cards", (c) => c.json(cards))
  app.get("/faults", (c) => c.json(faults))
  app.get("/transactions", (c) => c.json({ transactions }))
  app.get("/notifications", (c) => c.json({ notifications }))
  app.get("/notifications/:id", (c) => c.json(notificationDetail(c.req.param("id"))))
  app.post("/notifications/:id/replay", (c) => c.json(notificationDetail(c.req.param("id"))))
  app.get("/findings", (c) => c.json({ findings }))
  app.get("/ledger", (c) => c.json(ledger))
  app.get("/spaces", (c) => c.json({ spaces }))
  app.delete("/spaces/:name", (c) => c.body(null, 204))
  app.get("/clock", (c) => c.json(clock))
  app.post("/clock", async (c) => {
    const { action, milliseconds = 0 } = await c.req.json()
    clock = {
      now: new Date(Date.parse(String(clock.now)) + milliseconds).toISOString(),
      frozen: action === "freeze" || (action === "advance" && clock.frozen)
    }
    return c.json(clock)
  })
  app.post("/collection", (c) => c.json({ captured: ["800001", "800002"] }))
  app.get("/http-fault", (c) => c.json({ fault: httpFault ?? null }))
  app.put("/http-fault", async (c) => {
    httpFault = await c.req.json()
    return c.json({ fault: httpFault })
  })
  app.delete("/http-fault", (c) => {
    httpFault = undefined
    return c.body(null, 204)
  })
  app.put("/seed", async (c) => c.json(await c.req.json()))

  app.get("/terminals", (c) => c.json([...terminals.values()].map((each) => each.state())))
  app.get("/terminals/:name", (c) => c.json(terminal(c.req.param("name")).state()))
  app.get("/terminals/:name/events", (c) =>
    streamSSE(c, async (stream) => {
      const fake = terminal(c.req.param("name"))
      await stream.writeSSE({ event: "State", data: JSON.stringify(fake.state()) })
      const stop = fake.watch((event, data) => void stream.writeSSE({ event, data: JSON.stringify(data) }))
      await new Promise<void>((resolve) => {
        stream.onAbort(resolve)
        closing.addEventListener("abort", () => resolve())
      })
      stop()
    })
  )
  app.post("/terminals/:name/card", async (c) => {
    const { card, entryMode } = await c.req.json()
    const known: TestCard | undefined = cards.find(({ name }) => name === card)
    return c.json({ taken: known !== undefined && terminal(c.req.param("name")).card(known, entryMode) })
  })
  app.post("/terminals/:name/key", async (c) => {
    const { key } = await c.req.json()
    return c.json({ taken: terminal(c.req.param("name")).key(key) })
  })
  app.put("/terminals/:name/cardholder", async (c) => {
    const { cardholder } = await c.req.json()
    const fake = terminal(c.req.param("name"))
    fake.set({ cardholder: typeof cardholder === "string" ? (cardholder as "auto") : "auto" })
    return c.json(fake.state())
  })
  app.put("/terminals/:name/script", (c) => {
    const fake = terminal(c.req.param("name"))
    fake.set({ cardholder: "scripted" })
    return c.json(fake.state())
  })
  app.post("/terminals/:name/faults", async (c) => {
    const { fault, stage } = await c.req.json()
    terminal(c.req.param("name")).faults.push({ name: fault, stage })
    return c.json(terminal(c.req.param("name")).faults, 201)
  })
  app.delete("/terminals/:name/faults/:fault", (c) => {
    const list = terminal(c.req.param("name")).faults
    list.splice(0, list.length, ...list.filter(({ name }) => name !== c.req.param("fault")))
    return c.json(list)
  })
  app.post("/terminals/:name/reset", (c) => c.json(terminal(c.req.param("name")).state()))
  return { app, terminal }
}
