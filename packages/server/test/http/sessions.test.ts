import { createHmac } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import * as Redacted from "effect/Redacted"
import { makeCheck } from "../../src/http/Credentials.ts"
import { makeSessions, type SessionsOptions } from "../../src/http/sessions.ts"

const HOUR = 3_600_000

/** The sessions of a server with a settable clock, and a way to sign in. */
const server = (options: Partial<SessionsOptions> = {}) => {
  const clock = { now: 0 }
  const check = makeCheck([{ username: "boss", password: Redacted.make("right") }])
  const sessions = makeSessions({
    check,
    now: () => clock.now,
    sign: (text) => createHmac("sha256", "shared").update(text).digest("base64url"),
    ...options
  })
  const login = check.pair("boss", "right")
  assert.isDefined(login)
  return { clock, sessions, signIn: () => sessions.open(login, "right") }
}

describe("a session", () => {
  it.each([
    ["in memory", { sign: undefined }],
    ["in its cookie", {}]
  ])("is not prolonged by a look at it: %s", (_, options) => {
    const { clock, sessions, signIn } = server(options)
    const cookie = signIn()
    for (clock.now = 0; clock.now <= 12 * HOUR; clock.now += HOUR)
      assert.strictEqual(sessions.look(cookie)?.username, "boss")
    assert.isUndefined(sessions.look(cookie))
    assert.isUndefined(sessions.find(cookie))
  })
})

describe("a session that servers share by its signature", () => {
  it("is found by its cookie, at each of them", () => {
    const cookie = server().signIn()
    assert.strictEqual(server().sessions.find(cookie)?.login.username, "boss")
  })

  it("is not found by a cookie with anything appended, before it ended or after", () => {
    const { sessions, signIn } = server()
    const cookie = signIn()
    for (const other of [`${cookie}.`, `${cookie}.x`]) assert.isUndefined(sessions.find(other))
    sessions.end(cookie)
    for (const other of [cookie, `${cookie}.`, `${cookie}.x`]) assert.isUndefined(sessions.find(other))
  })

  it("ends with every cookie it had, the earlier ones and the renewed one", () => {
    for (const ended of [0, 1, 2]) {
      const { clock, sessions, signIn } = server()
      const cookies = [signIn()]
      for (const hour of [2, 4]) {
        clock.now = hour * HOUR
        const renewed = sessions.find(cookies.at(-1) ?? "")?.renewed
        assert.isDefined(renewed)
        cookies.push(renewed)
      }
      for (const cookie of cookies) assert.isDefined(sessions.find(cookie))
      sessions.end(cookies[ended] ?? "")
      for (const cookie of cookies) assert.isUndefined(sessions.find(cookie))
    }
  })

  it("ends alone: another one of the same login goes on", () => {
    const { sessions, signIn } = server()
    const [one, other] = [signIn(), signIn()]
    sessions.end(one)
    assert.isUndefined(sessions.find(one))
    assert.isDefined(sessions.find(other))
  })

  it("stays ended however many cookies without a valid signature are ended after it", () => {
    const { sessions, signIn } = server({ capacity: 4 })
    const cookie = signIn()
    const [claims = ""] = cookie.split(".")
    sessions.end(cookie)
    for (let i = 0; i < 20; i++) sessions.end(`${claims}.${i}`)
    for (let i = 0; i < 20; i++) sessions.end(`made-up-${i}`)
    assert.isUndefined(sessions.find(cookie))
  })

  it("ends after twelve hours without use", () => {
    const { clock, sessions, signIn } = server()
    const cookie = signIn()
    clock.now = 12 * HOUR
    assert.isDefined(sessions.find(cookie))
    clock.now++
    assert.isUndefined(sessions.find(cookie))
  })
})
