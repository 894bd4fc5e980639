/** A person who answers at the terminal. */
import { PassThrough } from "node:stream"
import { assert, describe, it } from "vitest"
import { makePrompt } from "../src/till/prompt.ts"
import type { Reply, Session } from "../src/till/Session.ts"
import { scenarios } from "../src/till/scenarios/index.ts"

const scenario = scenarios.find(({ name }) => name === "receipt") ?? assert.fail("there is no such scenario")

/** What is recorded if these lines are typed, one for each question, and how often the first question was asked. */
const recorded = async (...typed: ReadonlyArray<string>) => {
  const [input, output] = [new PassThrough(), new PassThrough()]
  const left = [...typed]
  let asked = 0
  output.on("data", (shown) => {
    if (!/: $/.test(shown)) return
    if (`${shown}`.includes("What does the till say?")) asked++
    input.write(`${left.shift() ?? ""}\n`)
  })
  const prompt = makePrompt("en", input, output)
  const reply = await new Promise<Reply>((resolve) => {
    const state = () => ({ index: 0, total: 1, current: { ...scenario, questions: scenario.questions ?? [] } })
    const session = { state, answer: (_: string, reply: unknown) => resolve(reply as Reply) } as unknown as Session
    prompt.asked(scenario, session, new AbortController().signal)
  })
  prompt.close()
  return { reply, asked }
}

describe("what a person says of a till", () => {
  it.each([
    ["a", "approved"],
    ["U", "unknown"],
    ["approved-in-part", "approved-in-part"],
    ["11", "approved-in-part"],
    ["", undefined]
  ])("is recorded: %j", async (typed, outcome) => {
    const { reply, asked } = await recorded(typed, "y", "y", "y", "y")
    assert.strictEqual(reply.outcome, outcome)
    assert.strictEqual(asked, 1)
  })

  it("is asked again if it is none of what was offered, which never counts as nothing", async () => {
    const { reply, asked } = await recorded("ok", "accepted", "99", "d", "y", "y", "y", "y")
    assert.strictEqual(reply.outcome, "declined")
    assert.strictEqual(asked, 4)
  })

  it("is asked again if it answers a question neither with yes nor with no", async () => {
    const { reply } = await recorded("a", "maybe", "n", "y", "y", "y")
    assert.isFalse(Object.values(reply.answers ?? {})[0])
  })

  it("leaves out what cannot be done", async () => {
    const { reply } = await recorded("x")
    assert.deepStrictEqual(reply, { leftOut: true, answers: {} })
  })
})
