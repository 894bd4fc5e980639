/** The README's program, with a payment where it leaves one out. */
import { execFile } from "node:child_process"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { assert, it } from "vitest"

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")

const gap = "// … your software pays 12.45 EUR at 127.0.0.1, terminal.port …\n"

const pay = `import * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
import { TcpConnection } from "@hipay-pos/concert-codec/node"
import { Money, TerminalTarget } from "@hipay-pos/core"
import * as Effect from "effect/Effect"
const address = { host: "127.0.0.1", port: terminal.port }
const software = ConcertTerminal.make({
  connector: TcpConnection.connector,
  address,
  settings: { answerTimeout: "100 millis", lateAnswer: 0 }
})
const request = {
  orderId: "ORDER_1",
  transactionType: "Debit",
  amount: Money.of("12.45", "EUR"),
  target: TerminalTarget.concert({ ...address, contracts: [] }),
  forceAuthorization: false
}
const said = await Effect.runPromise(Effect.flip(software.perform(request)))
`

it("charges the one payment that it shows, whose answer is lost", { timeout: 60_000 }, async () => {
  const [, program = ""] = /^```ts\n(import [\s\S]*?)^```/m.exec(readme) ?? []
  assert.include(program, gap)
  const code = `${program.replace(gap, pay)}\nconsole.log("said", said.reason._tag)\n`
  const flags = ["--conditions=@hipay-pos/source", "--input-type=module-typescript", "--eval", code]
  const cwd = fileURLToPath(new URL("..", import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, flags, { cwd })
  assert.match(stdout, /^said TerminalOutcomeUnknown$/m)
})
