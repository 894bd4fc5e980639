import { assert, describe, it } from "vitest"
import { isTemporary, QueryFailed } from "../../src/postgres/Database.ts"

describe("a failure of the database", () => {
  it.each([
    ["ECONNREFUSED", true],
    ["53300", true],
    ["53400", true],
    ["08006", true],
    ["28P01", true],
    ["CERT_HAS_EXPIRED", true],
    ["CERT_NOT_YET_VALID", true],
    ["28000", false],
    ["3D000", false],
    ["ERR_TLS_CERT_ALTNAME_INVALID", false]
  ])("with the code %s is temporary: %s", (code, expected) => {
    assert.strictEqual(isTemporary(new QueryFailed("", code)), expected)
  })
})
