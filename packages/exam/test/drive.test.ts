/** What a till that is driven by a program is taken to say. */
import { assert, describe, it } from "vitest"
import { listenHttp } from "../../../tests/listen.ts"
import { commandDriver, type Driver, DriverFailed, httpDriver, type Task } from "../src/till/drive.ts"
import { codesOf, plain } from "./Till.ts"

const access = { url: "http://127.0.0.1:1", username: "merchant", password: "secret" }
const task: Task = { action: "pay", amount: "12.34", currency: "EUR", orderId: "A-1" }
const never = new AbortController().signal

/** What an attempt rejects with. */
const failureOf = (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => undefined,
    (error: unknown) => error
  )

describe("a command", () => {
  const cannot = commandDriver(`echo '{"outcome":"not-possible"}'`, access, 10_000)

  it("may say that an action or a currency is not possible", async () => {
    for (const changes of [{ action: "cancel" }, { currency: "JPY", amount: "1200" }] as const) {
      assert.deepStrictEqual(await cannot.drive({ ...task, ...changes }, never), { notPossible: true })
    }
  })

  it("that cannot pay is not a till to examine", async () => {
    const failure = await failureOf(cannot.drive(task, never))
    assert.instanceOf(failure, DriverFailed)
    assert.match(failure.message, /^echo .* says that it cannot pay 12\.34 EUR$/)
  })

  it("that reports an outcome in other words is told the right ones, and not judged as if it had said nothing", async () => {
    for (const outcome of ['"paid"', '"Approved"', '""', '{"_tag":"Approved"}', "true"]) {
      const failure = await failureOf(commandDriver(`echo '{"outcome":${outcome}}'`, access, 10_000).drive(task, never))
      assert.instanceOf(failure, DriverFailed)
      assert.include(failure.message, ` ended with the outcome ${outcome}: expected approved, approved-in-part, `)
    }
  })

  it("may write after its outcome, before it, over several lines, and with a byte order mark", async () => {
    const report = '{"outcome":"declined"}'
    for (const printed of [
      `${report}\n\nbye\n`,
      `starting\n{"outcome":"unknown"}\n${report}\n{"log":"bye"}`,
      `{"log":"sale","outcome":"Success"}\n${report}\nbye`,
      '{\n  "outcome": "declined"\n}\n',
      `\uFEFF${report}\r\n`
    ]) {
      const till = commandDriver(`printf '%s' '${printed}'`, access, 10_000)
      assert.deepStrictEqual(await till.drive(task, never), { exitCode: 0, outcome: "declined" }, printed)
    }
  })

  it("that reports no outcome has said nothing, whatever else its last line has", async () => {
    for (const line of ["{}", '{"outcome":null}', '{"paid":1234}', '"paid"', "null", "paid"]) {
      assert.deepStrictEqual(await commandDriver(`echo '${line}'`, access, 10_000).drive(task, never), { exitCode: 0 })
    }
  })

  it("tells how its last run ended, for a till that fails before it sends anything", async () => {
    const ends = async (script: string) => {
      const till = commandDriver(script, access, 10_000)
      assert.isUndefined(till.lastEnd?.())
      await till.drive(task, never)
      return till.lastEnd?.()
    }
    assert.deepStrictEqual(await ends("echo 'till.rb:3: giving up' >&2; exit 3"), {
      en: "exit code 3, till.rb:3: giving up",
      fr: "code de sortie 3, till.rb:3: giving up"
    })
    const trace = "echo; echo 'LoadError: no such file'; echo ' at till.rb:3'; echo 'Ruby 3.1'"
    assert.strictEqual((await ends(`(${trace}) >&2; exit 1`))?.en, "exit code 1, LoadError: no such file")
    assert.strictEqual((await ends("exit 1"))?.en, "exit code 1")
    assert.deepStrictEqual(await ends("kill -KILL $$"), { en: "signal SIGKILL", fr: "signal SIGKILL" })
  })
})

describe("an HTTP entry", () => {
  /** Each request by its number: a body to answer with, or nothing where the connection is dropped. */
  const withEntry = async (
    answers: ReadonlyArray<string | undefined>,
    use: (drive: () => Promise<unknown>, lastEnd: Driver["lastEnd"]) => Promise<void>
  ) => {
    let asked = 0
    await using entry = await listenHttp((request, response) => {
      const answer = answers[asked++]
      if (answer === undefined) request.socket.destroy()
      else response.end(answer)
    })
    const driver = httpDriver(`${entry.url}/pay`, access, 10_000)
    await use(() => driver.drive(task, never), driver.lastEnd)
  }

  it("that drops a connection after it has answered once has said nothing, and the drop is recorded", async () => {
    await withEntry(['{"outcome":"approved"}', undefined, "busy", undefined], async (drive) => {
      assert.deepStrictEqual(await drive(), { outcome: "approved" })
      assert.deepStrictEqual(await drive(), { dropped: true })
      assert.deepStrictEqual(await drive(), {})
      assert.deepStrictEqual(await drive(), { dropped: true })
    })
  })

  it("that reports an outcome in other words is told the right ones", async () => {
    await withEntry(['{"outcome":"paid"}'], async (drive, lastEnd) => {
      assert.isUndefined(lastEnd?.())
      const failure = await failureOf(drive())
      assert.instanceOf(failure, DriverFailed)
      assert.match(failure.message, /^http:.* ended with the outcome "paid": expected approved, approved-in-part, /)
      assert.strictEqual(lastEnd?.()?.en, "HTTP 200")
    })
  })

  it("that redirects is not followed: neither the password nor the judgement goes elsewhere", async () => {
    const asked: Array<string | undefined> = []
    await using entry = await listenHttp((request, response) => {
      asked.push(request.url)
      response.writeHead(request.url === "/pay" ? 307 : 200, { location: "/login" }).end('{"outcome":"approved"}')
    })
    const url = `${entry.url}/pay`
    const failure = await failureOf(httpDriver(url, access, 10_000).drive(task, never))
    assert.instanceOf(failure, DriverFailed)
    assert.strictEqual(
      failure.message,
      `${url} answered 307, which is not followed: give the address of the entry itself`
    )
    assert.deepStrictEqual(asked, ["/pay"])
  })

  it("that has never answered cannot be reached", async () => {
    await withEntry([undefined], async (drive) => {
      const failure = await failureOf(drive())
      assert.instanceOf(failure, DriverFailed)
      assert.match(failure.message, /^cannot reach http:.*: \w+$/)
    })
  })
})

describe("a till whose entry drops the connection", () => {
  it("fails, however right its orders are", async () => {
    assert.deepStrictEqual(
      await codesOf(async (send, task) => {
        await plain(send, task)
        return "dropped"
      }, "approved"),
      { approved: ["high entry-dropped"] }
    )
  })
})
