/** The ways by which alarms reach a person: a signed webhook, and a program. */
import { createHmac } from "node:crypto"
import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import type * as AlarmMessage from "../../src/alarms/AlarmMessage.ts"
import { command, webhook } from "../../src/node/alarmChannels.ts"

describe("the channels of alarms", () => {
  const message: AlarmMessage.AlarmMessage = { id: "1", code: "store.failing", at: "", message: "The store fails." }

  it("are a webhook, whose signature proves sender and time", async () => {
    const asked: Array<{ readonly body: string; readonly signature: string }> = []
    const server = createServer((request, response) => {
      let body = ""
      request.on("data", (chunk) => {
        body += chunk
      })
      request.on("end", () => {
        asked.push({ body, signature: String(request.headers["x-hipay-pos-signature"]) })
        response.writeHead(asked.length > 1 ? 302 : 204, { location: "/elsewhere" }).end()
      })
    })
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const { deliver } = webhook(url, "secret", () => 1_700_000_000_000)
    await deliver(message)
    const expected = createHmac("sha256", "secret")
      .update(`1700000000.${JSON.stringify(message)}`)
      .digest("hex")
    assert.deepStrictEqual(asked, [{ body: JSON.stringify(message), signature: `t=1700000000,v1=${expected}` }])
    assert.strictEqual(await deliver(message).catch((error: Error) => error.message), "it answered 302")
    await new Promise((resolve) => server.close(resolve))
  })

  it("are a program, which gets the alarm on its standard input and no shell", async () => {
    const folder = mkdtempSync(join(tmpdir(), "alarm $(touch x) "))
    const program = join(folder, "take")
    writeFileSync(program, `#!/bin/sh\ncat > "$(dirname "$0")/got"\n`)
    chmodSync(program, 0o755)
    await command(program).deliver(message)
    assert.deepStrictEqual(JSON.parse(readFileSync(join(folder, "got"), "utf8")), message)
    assert.isFalse(existsSync("x"))
    writeFileSync(program, "#!/bin/sh\nexit 3\n")
    assert.strictEqual(
      await command(program)
        .deliver(message)
        .catch((error: Error) => error.message),
      "it ended with 3"
    )
    const missing = await command(join(folder, "none"))
      .deliver(message)
      .catch((error: Error) => error.message)
    assert.strictEqual(missing, "it does not start (ENOENT)")
  })

  it("keep the gateway's secrets from the program, which has the rest of the environment", async () => {
    const folder = mkdtempSync(join(tmpdir(), "alarm-"))
    const program = join(folder, "take")
    writeFileSync(program, `#!/bin/sh\nenv > "$(dirname "$0")/got"\n`)
    chmodSync(program, 0o755)
    const secrets = ["PASSWORD", "RELAY_PASSWORD", "PASSPHRASE", "ALARM_SECRET"].map((name) => `HIPAY_POS_${name}`)
    secrets.push("PGPASSWORD", "OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS")
    const env = { ...process.env, HIPAY_POS_USERNAME: "till", MAIL_TO: "ada@shop.example" }
    await command(program, {
      env: { ...env, ...Object.fromEntries(secrets.map((name) => [name, "planted"])) }
    }).deliver(message)
    const got = readFileSync(join(folder, "got"), "utf8")
    assert.notInclude(got, "planted")
    assert.include(got, "MAIL_TO=ada@shop.example")
    assert.include(got, "HIPAY_POS_USERNAME=till")
  })

  it("end a program that takes too long, even one that ignores the signal", async () => {
    const program = join(mkdtempSync(join(tmpdir(), "alarm-")), "hangs")
    writeFileSync(program, "#!/bin/sh\ntrap '' TERM\nsleep 2\nsleep 2\n")
    chmodSync(program, 0o755)
    assert.strictEqual(
      await command(program, { deadline: 50 })
        .deliver(message)
        .catch((error: Error) => error.message),
      "it did not end within 0.05 s"
    )
  })

  it("say why a webhook cannot be reached", async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    const { port } = server.address() as AddressInfo
    await new Promise((resolve) => server.close(resolve))
    assert.strictEqual(
      await webhook(`http://127.0.0.1:${port}/`, "secret")
        .deliver(message)
        .catch((error: Error) => error.message),
      "it cannot be reached (ECONNREFUSED)"
    )
  })
})
