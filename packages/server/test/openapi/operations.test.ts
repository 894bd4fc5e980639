import { assert, describe, it } from "@effect/vitest"
import { LONGEST_NOTIFICATION } from "../../src/http/relayRoutes.ts"
import { relayPaths } from "../../src/openapi/operations.ts"

describe("the document of a relay", () => {
  it("names the length at which a notification is refused", () => {
    const { post } = relayPaths["/notifications/hipay"] as { readonly post: object }
    const text = JSON.stringify(post)
    assert.include(text, `"maxLength":${LONGEST_NOTIFICATION}`)
    assert.include(text, `"It is longer than ${LONGEST_NOTIFICATION / 1024} kB."`)
  })
})
