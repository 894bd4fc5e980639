/** The examples of docstrings, and of the server's README, run and print the output shown. */
import { execFile } from "node:child_process"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { assert, describe, it } from "vitest"

const root = fileURLToPath(new URL("..", import.meta.url))

/** The code of the first example in a file. */
const exampleOf = (file: string): string => {
  const [, block = ""] =
    /@example\n *\* ```ts\n([\s\S]*?)\* ```/.exec(readFileSync(`${root}/packages/${file}`, "utf8")) ?? []
  return block.replace(/^ *\* ?/gm, "")
}

/** Runs in this folder, which has every library. */
const run = async (code: string): Promise<string> => {
  const flags = ["--conditions=@hipay-pos/source", "--input-type=module-typescript", "--eval", code]
  return (await promisify(execFile)(process.execPath, flags, { cwd: `${root}/tests` })).stdout
}

describe("the example", () => {
  for (const [name, file] of [
    ["BusinessDay.make", "core/src/BusinessDay.ts"],
    ["Money.of", "core/src/plain/Money.ts"],
    ["OrderRequest.make", "core/src/OrderRequest.ts"],
    ["makeClient", "client/src/promise.ts"],
    ["PosClient.layer", "client/src/PosClient.ts"],
    ["verifyNotification", "client/src/Notification/Signature.ts"],
    ["Request.encode", "concert-codec/src/Request.ts"],
    ["MessageParser.make", "concert-codec/src/MessageParser.ts"],
    ["makeApp", "server/src/app.ts"],
    ["ConcertTerminal.make", "concert-codec/src/session/ConcertTerminal.ts"]
  ] as const) {
    it(`of ${name} prints what it says`, async () => {
      const code = exampleOf(file)
      const printed = [...code.matchAll(/console\.log\(.*\) \/\/ (.*)/g)].map(([, line]) => line)
      assert.isAbove(printed.length, 0)
      assert.strictEqual(await run(code), `${printed.join("\n")}\n`)
    }, 30_000)
  }

  it("of the server's README has an order paid at a terminal of its own", async () => {
    const readme = readFileSync(`${root}/packages/server/README.md`, "utf8")
    const [, code = ""] = /^```ts\n([\s\S]*?)^```/m.exec(readme) ?? []
    assert.match(await run(code), /^200 \{"paymentStatus":"Success","order":\{"order_id":"ORDER_1"/)
  }, 30_000)
})
