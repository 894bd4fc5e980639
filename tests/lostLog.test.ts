/** Processes whose log cannot be written: payments go on, the loss is counted, and the end comes in time. */
import { execFileSync, spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { closeSync, constants, existsSync, openSync, readSync, writeSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { startServer } from "@hipay-pos/server-mock/node"
import { Cardholder, TestCard } from "@hipay-pos/terminal-simulator"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import { assert, describe, it } from "vitest"
import { bundled } from "./bundled.ts"
import { folder, type GatewayProcessOptions, orderAt, startGatewayProcess } from "./gatewayProcess.ts"

let names = 0

/** A pipe by name, whose reader the test is. */
const makePipe = () => {
  const path = join(folder, `pipe-${++names}`)
  execFileSync("mkfifo", [path])
  const openReader = () => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const reader = openReader()
  const writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
  return { reader, writer, openReader }
}

/** Writes until the pipe takes no more. */
const fill = (writer: number) => {
  const block = Buffer.alloc(4096, "x")
  for (;;) {
    try {
      writeSync(writer, block)
    } catch {
      return
    }
  }
}

const readAll = (reader: number): string => {
  const chunk = Buffer.alloc(65_536)
  let text = ""
  for (;;) {
    try {
      const length = readSync(reader, chunk)
      if (length === 0) return text
      text += chunk.toString("latin1", 0, length)
    } catch {
      return text
    }
  }
}

const hasPython = spawnSync("python3", ["--version"]).status === 0

/** Runs a command with stderr on a terminal whose window is paused, as by Ctrl-S. */
const onPausedTerminal = [
  "python3",
  "-c",
  `import os, pty, sys
window, terminal = pty.openpty()
os.set_inheritable(window, True)
os.write(window, b"\\x13")
os.dup2(terminal, 2)
os.execvp(sys.argv[1], sys.argv[1:])`
]

/** A gateway over a terminal whose customer has not paid yet, and an order that is under way. */
const startPayment = async (options: GatewayProcessOptions) => {
  const terminal = await startTerminal({ port: 0, cardholder: Cardholder.manual })
  const gateway = await startGatewayProcess(
    ["--dial", `127.0.0.1:${terminal.port}`, "--store", join(folder, `log-${++names}.db`)],
    options
  )
  const asking = new Promise<void>((resolve) => {
    terminal.simulator.subscribe((event) => {
      if (event._tag === "Stage" && event.stage === "woken") resolve()
    })
  })
  const order = gateway.request("POST", "/v1/connector/order", orderAt(terminal.port, "PAID"))
  await asking
  return {
    gateway,
    /** Sends orders that are refused: a log line each. */
    refused: async (count: number) => {
      for (let times = 0; times < count; times++) {
        const { status } = await gateway.request("POST", "/v1/connector/order", { order: {} })
        assert.strictEqual(status, 400)
      }
    },
    pay: async () => {
      assert.isTrue(terminal.simulator.presentCard(TestCard.standard))
      const answer = await order
      assert.strictEqual(answer.status, 200)
      assert.strictEqual(((await answer.json()) as { paymentStatus: string }).paymentStatus, "Success")
      assert.strictEqual(terminal.simulator.ledger.charged("EUR"), 1245)
    },
    [Symbol.asyncDispose]: async () => {
      gateway.kill()
      await terminal.close()
    }
  }
}

describe.skipIf(process.platform === "win32")("a gateway whose log cannot be written", () => {
  it("pays on when the reader of its log goes away, and says how many lines were lost once there is one again", async () => {
    const pipe = makePipe()
    await using payment = await startPayment({ stderr: pipe.writer })
    closeSync(pipe.writer)
    // What was logged at the start.
    readAll(pipe.reader)
    closeSync(pipe.reader)
    await payment.refused(3)
    await payment.pay()
    const reader = pipe.openReader()
    await payment.refused(1)
    const [lost = "", line = ""] = readAll(reader).trimEnd().split("\n")
    assert.deepInclude(JSON.parse(lost), { lost: 4 })
    assert.deepInclude(JSON.parse(line), { status: 400 })
    payment.gateway.stop()
    assert.strictEqual(await payment.gateway.ended, 0)
    closeSync(reader)
  })

  it.skipIf(!existsSync("/dev/full"))("pays on when its log is on a full disk", async () => {
    const full = openSync("/dev/full", "w")
    await using payment = await startPayment({ stderr: full })
    closeSync(full)
    await payment.refused(3)
    await payment.pay()
    payment.gateway.stop()
    assert.strictEqual(await payment.gateway.ended, 0)
  })

  it("pays on while the reader of its log does not read, and ends all the same", async () => {
    const pipe = makePipe()
    fill(pipe.writer)
    await using payment = await startPayment({ stderr: pipe.writer })
    closeSync(pipe.writer)
    await payment.refused(3)
    await payment.pay()
    payment.gateway.stop()
    assert.strictEqual(await payment.gateway.ended, 0)
    closeSync(pipe.reader)
  })

  it.skipIf(!hasPython)(
    "pays on while its log is in a terminal window that is paused, and ends all the same",
    async () => {
      await using payment = await startPayment({ through: onPausedTerminal })
      await payment.refused(3)
      await payment.pay()
      payment.gateway.stop()
      assert.strictEqual(await payment.gateway.ended, 0)
    }
  )
})

describe("a terminal with output that nobody reads", () => {
  it("takes payments, and ends on a signal", async () => {
    const child = await spawnProgram("terminal-simulator", "pipe", "inherit")
    const ended = once(child, "close")
    const [ready] = await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), "line")
    const { terminals } = JSON.parse(String(ready)) as { readonly terminals: ReadonlyArray<{ readonly port: number }> }
    const port = terminals[0]?.port ?? 0
    child.stdout?.destroy()
    await using server = await startServer({ port: 0, attach: [`127.0.0.1:${port}`] })
    for (const orderId of ["ONE", "TWO"]) {
      const answer = await fetch(`${server.url}/v1/connector/order`, {
        method: "POST",
        headers: { authorization: `Basic ${btoa("merchant:secret")}`, "content-type": "application/json" },
        body: JSON.stringify(orderAt(port, orderId))
      })
      assert.strictEqual(((await answer.json()) as { paymentStatus: string }).paymentStatus, "Success")
    }
    child.kill("SIGTERM")
    assert.deepStrictEqual(await ended, [0, null])
  })
})

/** A program of this workspace. */
const spawnProgram = async (name: string, stdout: number | "pipe", stderr: number | "inherit") => {
  const main = await bundled(fileURLToPath(new URL(`../packages/${name}/src/bin/main.ts`, import.meta.url)))
  return spawn(process.execPath, [main, "--port", "0", "--json"], { stdio: ["ignore", stdout, stderr] })
}

const pay = async (url: string, port: number, orderId: string) => {
  const answer = await fetch(`${url}/v1/connector/order`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa("merchant:secret")}`, "content-type": "application/json" },
    body: JSON.stringify(orderAt(port, orderId))
  })
  assert.strictEqual(((await answer.json()) as { paymentStatus: string }).paymentStatus, "Success")
}

describe.skipIf(process.platform === "win32")("a program whose output is a full pipe that is not read", () => {
  it("takes payments as a terminal, and ends on a signal", async () => {
    const pipe = makePipe()
    const child = await spawnProgram("terminal-simulator", pipe.writer, "inherit")
    const ended = once(child, "close")
    let ready = ""
    while (!ready.includes("\n")) {
      assert.isNull(child.exitCode)
      ready += readAll(pipe.reader)
      await new Promise(setImmediate)
    }
    fill(pipe.writer)
    const { terminals } = JSON.parse(ready) as { readonly terminals: ReadonlyArray<{ readonly port: number }> }
    const port = terminals[0]?.port ?? 0
    await using server = await startServer({ port: 0, attach: [`127.0.0.1:${port}`] })
    for (const orderId of ["ONE", "TWO", "THREE"]) await pay(server.url, port, orderId)
    child.kill("SIGTERM")
    assert.deepStrictEqual(await ended, [0, null])
    closeSync(pipe.writer)
    closeSync(pipe.reader)
  })

  it("takes orders as a mock, and ends on a signal", async () => {
    const pipe = makePipe()
    fill(pipe.writer)
    const child = await spawnProgram("server-mock", "pipe", pipe.writer)
    const ended = once(child, "close")
    const [ready] = await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), "line")
    const { url } = JSON.parse(String(ready)) as { readonly url: string }
    for (const orderId of ["ONE", "TWO", "THREE"]) await pay(url, 8888, orderId)
    child.kill("SIGTERM")
    assert.deepStrictEqual(await ended, [0, null])
    closeSync(pipe.writer)
    closeSync(pipe.reader)
  })
})
