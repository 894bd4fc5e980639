/** CATALOGUE.md is generated from the code; run with UPDATE=1 to regenerate it. */
import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as PaymentApplication from "@hipay-pos/core/PaymentApplication"
import { Cardholder, Fault, Profile, TestCard } from "@hipay-pos/terminal-simulator"

const table = (heads: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  [heads, heads.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n")

const readings = (card: TestCard.TestCard): string =>
  card.readings.map(({ mode, application }) => `${mode} ${application}`).join(", ")

const applications = [
  ...new Set(TestCard.all.flatMap((card) => card.readings.map(({ application }) => application)))
].sort()

const page = `# Catalogue

Generated from the code by \`test/catalogue.test.ts\`; \`UPDATE=1 npx vitest run packages/terminal-simulator\` regenerates it.

## Test cards

Every PIN is ${TestCard.PIN}. Numbers exist in their truncated form only; expiry is YYMM. The first way to read a card is the
default.

${table(
  ["card", "label", "number", "expiry", "read by, as application", "AID", "PIN", "shows"],
  TestCard.all.map((card) => [
    `\`${card.name}\``,
    card.label,
    card.pan === "" ? "-" : `\`${card.pan}\``,
    card.expiry === "" ? "-" : card.expiry,
    readings(card),
    card.readings[0].aid === undefined ? "-" : `\`${card.readings[0].aid}\``,
    card.pin ? "by chip" : "no",
    card.shows
  ])
)}

${table(
  ["application", "name"],
  applications.map((code) => [code, PaymentApplication.nameOf(code) ?? "unknown to the contract"])
)}

## Words of a script

A script is a list of words, one a payment: the name of a test card, or one of these.

${table(
  ["word", "the cardholder"],
  Object.entries(Cardholder.words).map(([word, behaviour]) => [`\`${word}\``, described(behaviour)])
)}

## Amounts that decide

With the cardholder \`amount\`, the last two digits of the amount, in minor units, decide the outcome. A refusal by the
issuer has the number of its complement. Every other amount is approved.

${table(
  ["amount ends in", "as in a script"],
  Cardholder.amountTable.map(({ ends, word }) => [String(ends).padStart(2, "0"), `\`${word}\``])
)}

## Faults

\`NAME\` alone means the first stage of the list. Stages, in order: ${Fault.stages.map((stage) => `\`${stage}\``).join(", ")}.
Connection faults (\`silent\`, \`reset\`, \`close\`, \`delay\`) do not stop the payment, just as a pulled cable does not; \`reboot\` does,
and resets every other connection. Faults of the content and of the bytes (\`garbage-before\`, \`garbage-after\`, \`wrong-length\`, \`duplicate-answer\`) can be
set together; of those that change how the answer is delivered, one can be set at a time. Over TCP, \`refuse\` cannot have \`times\`: a closed port does not
know who called.

${table(
  ["fault", "stages", "what happens"],
  Fault.names.map((name) => {
    const { stages, shows, milliseconds } = { milliseconds: undefined, ...Fault.catalogue[name] }
    const lasts = milliseconds === undefined ? "" : ` (${milliseconds} ms by default)`
    return [`\`${name}\``, stages.map((stage) => `\`${stage}\``).join(" "), shows + lasts]
  })
)}

## Profiles

How real models deviate, and the evidence. None of it was measured on hardware by this project.

${Profile.all
  .map(
    (profile) =>
      `### \`${profile.name}\`: ${profile.label}\n\n${profile.evidence.map((sentence) => `- ${sentence}`).join("\n")}`
  )
  .join("\n\n")}
`

function described(behaviour: Cardholder.Behaviour): string {
  switch (behaviour._tag) {
    case "Pays":
      if (behaviour.tip !== undefined)
        return `pays with \`${behaviour.card.name}\` and adds a tip of ${behaviour.tip} %`
      return behaviour.wrongPins === 0
        ? `pays with \`${behaviour.card.name}\``
        : `types ${behaviour.wrongPins} wrong PIN${behaviour.wrongPins > 1 ? "s" : ""} on \`${behaviour.card.name}\``
    case "PressesRedKey":
      return `presses the red key while the terminal is at \`${behaviour.at}\``
    case "RemovesCard":
      return "takes the card out of the reader before the payment is completed (07)"
    case "WalksAway":
      return "never presents a card"
    case "Decides":
      return "decides step by step"
  }
}

describe("the catalogue", () => {
  it("lists every card, word, amount, fault and profile there is", () => {
    const file = new URL("../CATALOGUE.md", import.meta.url)
    if (process.env.UPDATE === "1") fs.writeFileSync(file, page)
    assert.strictEqual(fs.readFileSync(file, "utf8"), page)
  })
})
