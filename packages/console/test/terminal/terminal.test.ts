import { Receipt } from "@hipay-pos/core"
import { assert, describe, it } from "vitest"
import type { Terminal, TerminalEvent } from "../../src/server/model.ts"
import { fromKeyboard, pad } from "../../src/terminal/keys.ts"
import { type LiveTerminal, withEvent } from "../../src/terminal/LiveTerminal.ts"
import { parseScript } from "../../src/terminal/script.ts"
import { isBusy, stepStatus, steps } from "../../src/terminal/stage.ts"
import { fromBase64, ticketsOf } from "../../src/terminal/ticket.ts"

const field = (tag: string, value: string) => `${tag}${String(value.length).padStart(3, "0")}${value}`

describe("tickets of an answer", () => {
  const both =
    field("CK", "100") + field("AK", btoa("CLIENT")) + field("CK", "110") + field("AK", btoa("COMMER\xc7ANT"))

  it("are read copy by copy, in Latin-1", () => {
    assert.deepStrictEqual(
      ticketsOf([
        { tag: "AE", value: "10" },
        { tag: "ZT", value: both }
      ]),
      [
        { copy: "customer", text: "CLIENT" },
        { copy: "merchant", text: "COMMERÇANT" }
      ]
    )
  })

  it("may come one in each field, with nothing that says whose they are", () => {
    const alone = (text: string) => ({ tag: "ZT", value: field("AK", btoa(text)) })
    assert.deepStrictEqual(ticketsOf([alone("A"), alone("B")]), [
      { copy: "customer", text: "A" },
      { copy: "merchant", text: "B" }
    ])
  })

  it("that are cut off or no base64 are left out, wherever the cut is", () => {
    for (let cut = 0; cut < both.length; cut++) {
      for (const { text } of ticketsOf([{ tag: "ZT", value: both.slice(0, cut) }])) {
        assert.include(["CLIENT", "COMMERÇANT"], text)
      }
    }
    assert.deepStrictEqual(ticketsOf([{ tag: "ZT", value: field("AK", "%%%") }]), [])
  })
})

describe("base64 of a receipt", () => {
  it("is read without padding, with line breaks, and with any kind of line end in the text", () => {
    assert.strictEqual(fromBase64("TUVS\nQ0k"), "MERCI")
    assert.strictEqual(fromBase64(btoa("A\r\nB\rC")), "A\nB\nC")
  })

  it("may hold characters that Latin-1 lacks", () => {
    assert.strictEqual(fromBase64(Receipt.toBase64("Total 12,45 €\nDéjà payé")), "Total 12,45 €\nDéjà payé")
  })

  it("that is HTML is laid out as text", () => {
    assert.strictEqual(fromBase64(btoa("<html><body><b>TOTAL</b><br>12,45</body></html>")), "TOTAL\n12,45")
  })

  it("that is none is not a receipt", () => {
    for (const text of ["", "=", "a", "<b>"]) assert.isUndefined(fromBase64(text), text)
  })
})

describe("the steps of a payment", () => {
  it("lie behind, are now, or are to come", () => {
    assert.deepStrictEqual(
      steps.map((step) => stepStatus(step, "pin")),
      ["done", "now", "ahead", "ahead"]
    )
    assert.deepStrictEqual(
      steps.map((step) => stepStatus(step, "idle")),
      ["ahead", "ahead", "ahead", "ahead"]
    )
  })

  it("are none while the terminal rests, or at a stage that nobody knows", () => {
    assert.isTrue(isBusy("authorising"))
    assert.isFalse(isBusy("idle"))
    assert.isFalse(isBusy("dreaming"))
  })
})

describe("the keys", () => {
  it("have a key on the keyboard, each", () => {
    const typed = [..."0123456789", "Escape", "Backspace", "Enter"].map(fromKeyboard)
    assert.deepStrictEqual(new Set(typed), new Set(pad))
    for (const other of ["a", "F1", "Tab", " ", "toString"]) assert.isUndefined(fromKeyboard(other), other)
  })
})

describe("a script", () => {
  const known = new Set(["approved", "cb-pin"])

  it("is one word a line, or a step in JSON; blank lines are skipped", () => {
    assert.deepStrictEqual(parseScript('approved\n\n  cb-pin \n{"card":"cb-pin","wrongPins":1}\n', known), {
      ok: true,
      script: ["approved", "cb-pin", { card: "cb-pin", wrongPins: 1 }]
    })
  })

  it("with a word that nobody knows names the line", () => {
    assert.deepStrictEqual(parseScript("approved\n\nbanana", known), { ok: false, line: 3, command: "banana" })
    assert.deepStrictEqual(parseScript("{card", known), { ok: false, line: 1, command: "{card" })
  })
})

describe("a live terminal", () => {
  const terminal: Terminal = {
    name: "a:1",
    profile: "plain",
    stage: "idle",
    screen: ["BIENVENUE"],
    cardholder: "manual",
    faults: []
  }
  const begin: LiveTerminal = { connection: { _tag: "Live" }, paper: [] }
  const after = (...events: ReadonlyArray<TerminalEvent>) =>
    events.reduce(withEvent, withEvent(begin, { _tag: "State", ...terminal }))

  it("shows what its screen shows, keeps what the screen does not repeat, and forgets it at the end", () => {
    const woken = after(
      { _tag: "Stage", stage: "woken", screen: ["DÉBIT"], amount: 4250, currency: "EUR" },
      { _tag: "Stage", stage: "pin", screen: ["CODE"], card: "cb-pin" }
    )
    assert.deepInclude(woken.terminal, { stage: "pin", amount: 4250, currency: "EUR", card: "cb-pin" })
    const idle = withEvent(woken, { _tag: "Stage", stage: "idle", screen: ["BIENVENUE"] })
    assert.deepStrictEqual(idle.terminal, terminal)
  })

  it("keeps its paper until the next request, and prints nothing for an answer without a ticket", () => {
    const answer = (fields: ReadonlyArray<{ readonly tag: string; readonly value: string }>): TerminalEvent => ({
      _tag: "Answer",
      frame: "",
      fields,
      delivered: true
    })
    const printed = after(answer([{ tag: "ZT", value: field("AK", btoa("TICKET")) }]))
    assert.strictEqual(printed.paper[0]?.text, "TICKET")
    assert.strictEqual(withEvent(printed, answer([])).paper.length, 1)
    assert.strictEqual(withEvent(printed, { _tag: "Request", frame: "" }).paper.length, 0)
  })

  it("ignores a stage before it knows the terminal", () => {
    assert.strictEqual(withEvent(begin, { _tag: "Stage", stage: "woken", screen: [] }), begin)
  })
})
