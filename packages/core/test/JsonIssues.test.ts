import { assert, describe, it } from "@effect/vitest"
import * as JsonIssues from "@hipay-pos/core/JsonIssues"
import { ResolveRequest } from "@hipay-pos/core/wire/Resolution"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

const issuesIn = (schema: Schema.Codec<unknown, unknown>, json: unknown) =>
  Result.match(Schema.decodeUnknownResult(schema)(json), {
    onSuccess: () => [],
    onFailure: (error) => JsonIssues.describe(error, "the call")
  })

describe("what is wrong with JSON that a person wrote", () => {
  it.each([
    [Schema.String, 5, "a text"],
    [Schema.Finite, "12.50", "a number"],
    [Schema.Boolean, "yes", "true or false"],
    [Schema.Array(Schema.String), "one", "a list"],
    [ResolveRequest, [], "an object"],
    [Schema.Union([Schema.Finite, Schema.String]), true, "a number | a text"]
  ] as const)("is told in words, not by a type of the program: %#", (schema, json, expected) => {
    const [issue = ""] = issuesIn(schema as unknown as Schema.Codec<unknown, unknown>, json)
    assert.strictEqual(issue.replace(/, got .*/, ""), `the call: expected ${expected}`)
  })
})
