/** What an examination writes into a terminals file, and what it leaves of an entry that is there. */
import { readFileSync } from "node:fs"
import { AttemptJournal } from "@hipay-pos/client"
import { Profile } from "@hipay-pos/terminal-simulator"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { COLLECTION, type ExaminationResult } from "../src/terminal/Examination.ts"
import { examine, TerminalSilent } from "../src/terminal/examine.ts"
import type { Operator } from "../src/terminal/Operator.ts"
import { type Simulated, simulate } from "../src/terminal/simulatedOperator.ts"
import { merge, nameOf, toEntry } from "../src/terminal/terminalEntry.ts"
import { type Answer, examineStandIn } from "./StandIn.ts"

let terminal: Simulated
beforeAll(async () => {
  terminal = await simulate(Profile.plain, "instant", { host: "127.0.0.1", port: 0 })
})
afterAll(() => terminal.operator.close())

/** An examination of which all but some steps were left out. */
const examined = ({ host, port }: Simulated, ...steps: ReadonlyArray<string>): Promise<ExaminationResult> => {
  const operator: Operator = {
    ...terminal.operator,
    prepare: async (act, step) => steps.includes(step) && terminal.operator.prepare(act, step)
  }
  const line = { host, port, answer: 2_500, quiet: 50 }
  return examine({ line, operator, journal: AttemptJournal.memory(), mode: "simulated", run: "TEST" })
}

/** The entry after the examination, beside its address and the name of its profile. */
const written = (old: Record<string, unknown>, result: ExaminationResult): Record<string, unknown> => {
  const { host, port } = result
  const { terminals } = merge({ terminals: [{ host, port, ...old }] }, result) as {
    readonly terminals: ReadonlyArray<Record<string, unknown>>
  }
  assert.lengthOf(terminals, 1)
  const { host: _, port: __, ...rest } = terminals[0] ?? {}
  return rest
}

const handWritten = {
  name: "Bar",
  version: "3.1",
  requestTerminator: "CRLF",
  ticket: "111",
  ticketEncoding: "cp850",
  reference: false,
  answerAtEnd: false,
  authorization: "never",
  orderIdLength: 12,
  profile: { name: "examined", duplicata: true, ownRegister: true, ownPrivateData: true }
}

/** An examination of a stand-in, by the red key alone unless other steps are named. */
const examinedAt = (
  answer: Answer,
  steps: ReadonlyArray<string> = ["request without CR LF", "red key"]
): Promise<ExaminationResult> => examineStandIn(answer, steps)

/** An answer that says not done, with a reason. */
const refusal = (complement: string) => `CZ0040320CA00201CB00202CD0010CE003978AE00201AF002${complement}`

describe("CR LF behind a request", () => {
  it("is needed by a terminal that waits for it in silence, and an entry that has it keeps it", async () => {
    const result = await examinedAt((request) => (request.endsWith("\r\n") ? refusal("11") : undefined))
    assert.isTrue(result.habits.wantsLineEnd)
    assert.strictEqual(result.habits.redKey, "11")
    assert.strictEqual(written({ requestTerminator: "CRLF" }, result).requestTerminator, "CRLF")
  })

  it("is needed by a terminal that refuses a request without it, for whatever reason it gives", async () => {
    for (const reason of ["09", "00"]) {
      const result = await examinedAt((request) => refusal(request.endsWith("\r\n") ? "06" : reason))
      assert.isTrue(result.habits.wantsLineEnd, reason)
    }
  })

  it("is not needed if it improves no answer", async () => {
    const result = await examinedAt((request) => (request.includes("CE003978") ? refusal("00") : undefined))
    assert.isFalse(result.habits.wantsLineEnd)
    assert.strictEqual(written({ requestTerminator: "CRLF" }, result).requestTerminator, undefined)
  })

  it("cannot be examined at a terminal that answers nothing: the examination ends there", async () => {
    const failed = await examinedAt(() => undefined).then(
      () => undefined,
      (error) => error
    )
    assert.instanceOf(failed, TerminalSilent)
    assert.match(failed.message, /answers no request, whether or not CR LF ends it/)
  })
})

describe("an entry of a terminals file", () => {
  it("keeps every setting whose step was left out", async () => {
    const result = await examined(terminal)
    assert.deepStrictEqual(written(handWritten, result), handWritten)
    assert.hasAllKeys(toEntry(result), ["host", "port", "profile"])
  })

  it("loses each setting that the examination contradicts, and keeps those that are never examined", async () => {
    const result = await examined(
      terminal,
      ...["request without CR LF", "red key", "approved payment, with a ticket", "duplicata"],
      ...["field CH", "field BA", "field BB", "CF of 60 characters"]
    )
    assert.strictEqual(result.observations.privateDataLength, 60)
    const { profile, ...rest } = written({ ...handWritten, ticket: "none", register: "07" }, result)
    assert.deepStrictEqual(rest, { name: "Bar", register: "07", version: "3.2" })
    assert.deepInclude(profile, { duplicata: true, ownRegister: true })
    assert.doesNotHaveAnyKeys(profile as object, ["ownPrivateData"])
  })

  it("has ownPrivateData if only an approved payment has other data in CF", async () => {
    const vectors: ReadonlyArray<{ readonly id: string; readonly frame: string }> = JSON.parse(
      readFileSync(new URL("../../concert-codec/test/fixtures/concert-vectors.json", import.meta.url), "utf8")
    )
    const frameOf = (id: string) => vectors.find((each) => each.id === id)?.frame
    const sale = "approved payment, with a ticket"
    const result = await examinedAt(
      (request) => frameOf(request.includes("CK003120") ? "ok-cb-contact" : "ko-abandon"),
      ["request without CR LF", "red key", sale]
    )
    assert.deepInclude(result.habits, { echoesPrivateData: false, privateData: "1010000000" })
    assert.deepInclude(written(handWritten, result).profile, { ownPrivateData: true })
  })

  it("keeps what it says of CF until an approved payment repeats what was sent", async () => {
    const result = await examinedAt(() => refusal("11"))
    assert.strictEqual(result.habits.privateData, undefined)
    assert.deepInclude(written(handWritten, result).profile, { ownPrivateData: true })
    const approved = await examined(terminal, "approved payment, with a ticket")
    assert.doesNotHaveAnyKeys(written(handWritten, approved).profile as object, ["ownPrivateData"])
  })

  it("names no older version if a newer one was not tried", async () => {
    const result = await examined(terminal, "version 0300")
    assert.deepStrictEqual(result.observations.versions, ["0300"])
    assert.strictEqual(written({ version: "3.1" }, result).version, "3.1")
    assert.strictEqual(written({}, result).version, undefined)
  })

  it("says nothing about tickets and duplicatas if no payment was approved", async () => {
    const result = await examined(terminal, "duplicata")
    assert.strictEqual(result.observations.ticket, undefined)
    assert.strictEqual(result.observations.duplicata, undefined)
  })

  it("names the matching simulator profile, even if remote collection was left out", () => {
    const { name, label: _, evidence: __, ...habits } = Profile.verifoneV240m
    const actions = habits.actions.filter((action) => action !== "B")
    assert.strictEqual(nameOf({ habits: { ...habits, actions }, leftOut: [COLLECTION] }), name)
    assert.strictEqual(nameOf({ habits: { ...habits, actions }, leftOut: [] }), undefined)
    assert.strictEqual(nameOf({ habits, leftOut: [] }), name)
  })

  it("has no ticket if an approved payment came without one", async () => {
    const result = await examined(terminal, "approved payment, with a ticket")
    const without = { ...result, observations: { ...result.observations, ticket: false, ticketEncoding: undefined } }
    assert.strictEqual(written({ ticket: "111" }, without).ticket, "none")
  })
})
