/** Same seed, same clock, same orders: two mocks answer the same bytes, receipts included. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "vitest"
import { bundled } from "./bundled.ts"
import { orderAt } from "./gatewayProcess.ts"

const main = await bundled(fileURLToPath(new URL("../packages/server-mock/src/bin/main.ts", import.meta.url)))

/** The answers of a mock that is a process of its own. */
const answersOf = async (flags: ReadonlyArray<string>): Promise<ReadonlyArray<string>> => {
  const args = [main, "--port", "0", "--json", ...flags]
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] })
  const ended = once(child, "close")
  const [line] = await once(createInterface({ input: child.stdout }), "line")
  const { url } = JSON.parse(String(line)) as { readonly url: string }
  const answers: Array<string> = []
  for (const orderId of ["ONE", "TWO", "THREE"]) {
    const answer = await fetch(`${url}/v1/connector/order`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa("merchant:secret")}`, "content-type": "application/json" },
      body: JSON.stringify(orderAt(8888, orderId))
    })
    answers.push(`${answer.status} ${await answer.text()}`)
  }
  child.kill("SIGTERM")
  await ended
  return answers
}

const receiptOf = (answer = ""): string => {
  const { receipt = "" } = JSON.parse(answer.slice(4)) as { readonly receipt?: string }
  return Buffer.from(receipt, "base64").toString("utf8")
}

describe("two mocks with the same seed and clock", () => {
  it("give the same answers byte for byte, and print the clock's time on receipts", async () => {
    const flags = ["--seed", "42", "--clock", "2026-01-02T03:04:05Z"]
    const first = await answersOf(flags)
    assert.deepStrictEqual(await answersOf(flags), first)
    assert.match(receiptOf(first[0]), /02\/01\/(20)?26/)
    assert.match(receiptOf(first[0]), /04:04/)
  })
})
