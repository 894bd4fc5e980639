/** What a till that is driven by a program is taken to say. */
import { assert, describe, it } from "vitest"
import { commandDriver, DriverFailed, type Task } from "../src/till/drive.ts"

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

  it("that cannot pay is no till to examine", async () => {
    const failure = await failureOf(cannot.drive(task, never))
    assert.instanceOf(failure, DriverFailed)
    assert.match(failure.message, /^echo .* says that it cannot pay 12\.34 EUR$/)
  })
})
