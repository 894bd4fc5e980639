import { once } from "node:events"
import * as net from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { Cardholder, Fault, Profile, TestCard } from "@hipay-pos/terminal-simulator"
import { type StartedTerminal, startTerminal } from "@hipay-pos/terminal-simulator/node"
import * as Result from "effect/Result"
import { vi } from "vitest"
import { dial, fieldsOf, request } from "../ecr.ts"

const fault = (text: string) => Result.getOrThrow(Fault.fromText(text))

const refusal = (port: number): Promise<string | undefined> =>
  dial(port, [request()]).then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error.code
  )

/** Resolves once the terminal has woken. */
const woken = ({ simulator }: StartedTerminal) =>
  new Promise<void>((resolve) => {
    const stop = simulator.subscribe((event) => {
      if (event._tag === "Stage" && event.stage === "woken") {
        stop()
        resolve()
      }
    })
  })

describe("listen", () => {
  it("closes the port while a profile refuses connections, and opens it before the answer leaves", async () => {
    await using terminal = await startTerminal({
      port: 0,
      profile: Profile.ingenicoDesk5000,
      cardholder: Cardholder.manual
    })
    for (let payment = 0; payment < 3; payment++) {
      const wakes = woken(terminal)
      const first = dial(terminal.port, [request()])
      await wakes
      assert.strictEqual(await refusal(terminal.port), "ECONNREFUSED")
      terminal.simulator.presentCard(TestCard.standard)
      assert.strictEqual(fieldsOf((await first).text).AE, "10")
    }
  })

  it("answers a payment whose port was taken meanwhile, warns once, and listens again when the port is free", async () => {
    await using terminal = await startTerminal({
      port: 0,
      profile: Profile.ingenicoDesk5000,
      cardholder: Cardholder.manual
    })
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => {})
    const wakes = woken(terminal)
    const paying = dial(terminal.port, [request()])
    await wakes
    const other = net.createServer((socket) => socket.destroy())
    other.listen(terminal.port, "127.0.0.1")
    await once(other, "listening")
    const tries = vi.spyOn(net.Server.prototype, "listen")
    terminal.simulator.presentCard(TestCard.standard)
    assert.strictEqual(fieldsOf((await paying).text).AE, "10")
    await vi.waitUntil(() => tries.mock.calls.length >= 3, 30_000)
    assert.deepStrictEqual(
      warned.mock.calls.map(([text]) => text),
      [`terminal: port ${terminal.port} on 127.0.0.1 is in use; it takes no connections until it can`]
    )
    other.close()
    await once(other, "close")
    terminal.simulator.setCardholder(Cardholder.auto())
    await vi.waitUntil(async () => (await refusal(terminal.port)) === undefined, 30_000)
    assert.strictEqual(terminal.simulator.ledger.count(), 2)
    vi.restoreAllMocks()
  })

  it("ends while it waits for its port", async () => {
    const terminal = await startTerminal({ port: 0, faults: [fault("refuse")] })
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => {})
    const other = net.createServer()
    other.listen(terminal.port, "127.0.0.1")
    await once(other, "listening")
    terminal.simulator.clearFault()
    await vi.waitUntil(() => warned.mock.calls.length > 0, 30_000)
    await terminal.close()
    const tries = vi.spyOn(net.Server.prototype, "listen")
    other.close()
    await once(other, "close")
    await using next = await startTerminal({ port: terminal.port })
    assert.strictEqual(next.port, terminal.port)
    assert.lengthOf(tries.mock.calls, 1)
    vi.restoreAllMocks()
  })

  it("closes the port while the fault `refuse` is set", async () => {
    await using terminal = await startTerminal({ port: 0, faults: [fault("refuse")] })
    assert.strictEqual(await refusal(terminal.port), "ECONNREFUSED")
    terminal.simulator.clearFault()
    assert.strictEqual(fieldsOf((await dial(terminal.port, [request()])).text).AE, "10")
    terminal.simulator.setFault(fault("refuse"))
    assert.strictEqual(await refusal(terminal.port), "ECONNREFUSED")
  })

  it("refuses `refuse` with `times`: a closed port cannot count connections", async () => {
    const counted = Result.getOrThrow(Fault.make("refuse", { times: 1 }))
    const said = "refuse cannot be counted over TCP, got times 1: set it without times, and clear it"
    const failed = await startTerminal({ port: 0, faults: [counted] }).then(
      () => undefined,
      (error) => error
    )
    assert.instanceOf(failed, Fault.FaultNotCountedError)
    assert.strictEqual(failed.message, said)
    await using terminal = await startTerminal({ port: 0 })
    assert.throws(() => terminal.simulator.setFault(counted), said)
    assert.strictEqual(fieldsOf((await dial(terminal.port, [request()])).text).AE, "10")
  })

  it("drops a request that was queued when the terminal restarts", async () => {
    const reboot = Result.getOrThrow(Fault.make("reboot", { stage: "authorising", milliseconds: 0, times: 1 }))
    await using terminal = await startTerminal({ port: 0, faults: [reboot], cardholder: Cardholder.manual })
    const { simulator } = terminal
    const waking = woken(terminal)
    const paying = dial(terminal.port, [request()])
    await waking
    const queued = dial(terminal.port, [request({ CB: "0777" })])
    await vi.waitUntil(() => simulator.journal().length === 2, 30_000)
    simulator.presentCard(TestCard.standard)
    assert.deepStrictEqual(
      (await Promise.all([paying, queued])).map(({ text, end }) => [text, end]),
      [
        ["", "reset"],
        ["", "reset"]
      ]
    )
    assert.deepStrictEqual([simulator.state().stage, simulator.ledger.count()], ["idle", 0])
  })

  it("resets for real, ends for real, and cuts inside a field", async () => {
    await using terminal = await startTerminal({ port: 0 })
    const { simulator } = terminal
    simulator.setFault(fault("reset@after-approval"))
    assert.deepStrictEqual(await dial(terminal.port, [request()]), { text: "", segments: 0, end: "reset" })
    simulator.clearFault()
    simulator.setFault(fault("close@after-approval"))
    assert.deepStrictEqual(await dial(terminal.port, [request()]), { text: "", segments: 0, end: "fin" })
    simulator.clearFault()
    simulator.setFault(fault("cut"))
    const cut = await dial(terminal.port, [request()])
    assert.isTrue(cut.text.endsWith("AE0021"))
    assert.strictEqual(cut.end, "fin")
    assert.strictEqual(simulator.ledger.count(), 3)
  })

  it("splits an answer into two segments", async () => {
    await using terminal = await startTerminal({ port: 0, faults: [fault("split")] })
    const { text, segments } = await dial(terminal.port, [request()])
    assert.strictEqual(segments, 2)
    assert.strictEqual(fieldsOf(text).AE, "10")
  })

  it("resets the first connection after a pause, and is awake for the second", async () => {
    await using terminal = await startTerminal({ port: 0, faults: [fault("sleep")] })
    assert.strictEqual((await dial(terminal.port, [request()])).end, "reset")
    assert.strictEqual(fieldsOf((await dial(terminal.port, [request()])).text).AE, "10")
  })

  it("survives a flood, and an ECR that resets in the middle of its request", async () => {
    await using terminal = await startTerminal({ port: 0 })
    const flood = await dial(terminal.port, [`CF999${"x".repeat(999)}`.repeat(200)])
    assert.isTrue(flood.text === "" || fieldsOf(flood.text).AF === "09")
    await dial(terminal.port, ["CZ00"], { reset: true })
    assert.strictEqual(fieldsOf((await dial(terminal.port, [request()])).text).AE, "10")
  })

  it("ends payments and connections when it is closed", async () => {
    const terminal = await startTerminal({ port: 0, cardholder: Cardholder.manual })
    const wakes = woken(terminal)
    const paying = dial(terminal.port, [request()])
    await wakes
    await terminal.close()
    assert.strictEqual((await paying).text, "")
    assert.isFalse(terminal.simulator.presentCard(TestCard.standard))
  })

  it("frees the port when it is closed", async () => {
    const first = await startTerminal({ port: 0 })
    await first.close()
    await using second = await startTerminal({ port: first.port })
    assert.strictEqual(second.port, first.port)
  })
})
