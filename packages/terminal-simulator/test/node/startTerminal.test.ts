import * as net from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { ListenFailed, startTerminal } from "@hipay-pos/terminal-simulator/node"
import { dial, fieldsOf, request, ticketOf } from "../ecr.ts"

describe("startTerminal", () => {
  it("approves, echoes and gives a ticket that says SIMULATION", async () => {
    await using terminal = await startTerminal({ port: 0, seed: 1 })
    const { text, end } = await dial(terminal.port, [request({ CF: "ORDER_42" })])
    const { ZT: _, AC, ...fields } = fieldsOf(text)
    assert.deepStrictEqual(fields, {
      CZ: "0320",
      CJ: "012345678901",
      CA: "01",
      CB: "1245",
      CD: "0",
      CE: "978",
      AE: "10",
      CC: "001",
      CI: "1",
      AA: "497010######0014",
      AB: "4912",
      AI: "A0000000421010",
      CG: "1234567",
      CF: "ORDER_42"
    })
    assert.match(AC ?? "", /^\d{6}$/)
    assert.include(ticketOf(text), "*** SIMULATION ***")
    assert.include(ticketOf(text), "12,45 EUR")
    assert.strictEqual(end, "fin")
  })

  it("answers an ECR that reads once, 1024 bytes", async () => {
    await using terminal = await startTerminal({ port: 0 })
    const text = await new Promise<string>((resolve) => {
      const socket = net.connect(terminal.port, "127.0.0.1", () => socket.write(request()))
      socket.once("readable", () => {
        const chunk: Buffer = socket.read()
        socket.destroy()
        resolve(chunk.subarray(0, 1024).toString("latin1"))
      })
    })
    assert.strictEqual(fieldsOf(text).AE, "10")
    assert.include(ticketOf(text), "SIMULATION")
  })

  it("answers an ECR that sends its request in two segments, wherever it cuts", async () => {
    await using terminal = await startTerminal({ port: 0 })
    const whole = request()
    const cuts = [1, 4, 9, 30, whole.indexOf("CK") + 2, whole.length - 1]
    for (const cut of cuts) {
      const { text } = await dial(terminal.port, [whole.slice(0, cut), whole.slice(cut)])
      assert.strictEqual(fieldsOf(text).AE, "10", `cut at ${cut}`)
      assert.include(ticketOf(text), "SIMULATION")
    }
    assert.strictEqual(terminal.simulator.ledger.count(), cuts.length)
  })

  it("answers an ECR that sends one byte at a time, options included", async () => {
    await using terminal = await startTerminal({ port: 0 })
    const { text } = await dial(terminal.port, [...request({ CK: undefined, CF: "ORDER_7" }), ..."CK003100"])
    assert.strictEqual(fieldsOf(text).CF, "ORDER_7")
    assert.include(ticketOf(text), "SIMULATION")
  })

  it("serves one payment after the other to ECRs that come at the same time", async () => {
    await using terminal = await startTerminal({ port: 0 })
    const answers = await Promise.all(Array.from({ length: 20 }, () => dial(terminal.port, [request()])))
    assert.isTrue(answers.every(({ text }) => fieldsOf(text).AE === "10"))
    assert.strictEqual(terminal.simulator.ledger.charged("EUR"), 20 * 1245)
  })

  it("says which port is in use", async () => {
    await using terminal = await startTerminal({ port: 0 })
    const error = await startTerminal({ port: terminal.port }).then(
      () => undefined,
      (failure: unknown) => failure
    )
    assert.instanceOf(error, ListenFailed)
    assert.strictEqual(error.message, `port ${terminal.port} on 127.0.0.1 is in use`)
  })
})
