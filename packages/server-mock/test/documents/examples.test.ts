/**
 * The examples of the OpenAPI document are the mock's real answers: every order is sent, in both dialects. Fails if an answer
 * changes. Run with UPDATE=1 to record them again.
 */
import { execFileSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { type Dialect, dialects } from "@hipay-pos/server"
import { type ExampleAnswer, exampleAnswers, exampleOrders } from "@hipay-pos/server/testing"
import { makeServer } from "../server.ts"

/** Beside those that every answer has, and the attempt's address, which has a random part. */
const SHOWN = ["X-Hipay-Pos-Remaining"]

/** Ids of attempts have a random part. */
const withoutIds = (text: string): string => text.replace(/\/attempts\/\w+/g, "/attempts/mwot5pa80ad8xeo")

/** Those whose answers are the same in both dialects, or differ as another's do. */
const ONCE = ["repeated-with-key", "repeated-unknown", "cancelled", "repeated-cancelled", "invalid"]

/** What a mock that has seen no order answers to all of them. */
const record = async (dialect: Dialect): Promise<ReadonlyArray<ExampleAnswer>> => {
  await using server = makeServer({ dialect, seed: "examples", clock: Date.parse("2026-11-23T09:00:00Z") })
  const answers: Array<ExampleAnswer> = []
  for (const { name, body, headers } of exampleOrders) {
    const answer = await server.send(body, headers)
    if (dialect === "cloud-api" && ONCE.includes(name)) continue
    answers.push({
      name: dialect === "pos-api" ? name : `${name}-${dialect}`,
      status: answer.status,
      headers: Object.fromEntries(
        SHOWN.map((header) => [header, answer.header(header)] as const).filter(
          (each): each is readonly [string, string] => each[1] !== null
        )
      ),
      body: JSON.parse(withoutIds(JSON.stringify(answer.body)))
    })
  }
  return answers
}

/** The constant with a dialect's answers; its file has the same name. */
const names = { "pos-api": "posApiAnswers", "cloud-api": "cloudApiAnswers" } as const satisfies Record<Dialect, string>

const write = (dialect: Dialect, answers: ReadonlyArray<ExampleAnswer>) => {
  const name = names[dialect]
  const file = fileURLToPath(new URL(`../../../server/src/openapi/${name}.ts`, import.meta.url))
  writeFileSync(
    file,
    `/** Recorded by packages/server-mock/test/documents/examples.test.ts with UPDATE=1. */
import type { ExampleAnswer } from "./ExampleAnswer.ts"

export const ${name}: ReadonlyArray<ExampleAnswer> = ${JSON.stringify(answers)}
`
  )
  execFileSync("npx", ["biome", "check", "--write", file])
}

describe("the examples of the document", () => {
  it("are what the mock answers to their orders, in both dialects", async () => {
    const answers = await Promise.all(dialects.map(record))
    if (process.env.UPDATE === "1")
      for (const [index, dialect] of dialects.entries()) write(dialect, answers[index] ?? [])
    else assert.deepStrictEqual(exampleAnswers, answers.flat())
  })
})
