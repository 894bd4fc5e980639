import { Hono } from "hono"
import { assert, describe, it } from "vitest"
import { OrderRouter } from "../../src/http/OrderRouter.ts"

const ORDER = "/v1/connector/order"

/** An app whose answers name what was run for them. */
const made = () => {
  const app = new Hono({ router: new OrderRouter(), strict: false })
  const ran: Array<string> = []
  app.use(async (_, next) => {
    ran.push("middleware")
    await next()
  })
  app.post(ORDER, (c) => c.text("order"))
  app.get("/attempts/:id", (c) => c.text(`attempt ${c.req.param("id")}`))
  app.all(ORDER, (c) => c.text("another method"))
  return async (method: string, path: string) => {
    ran.length = 0
    const answer = await app.request(path, { method })
    return [...ran, await answer.text()]
  }
}

describe("the router", () => {
  it("runs only an order's own handler", async () => {
    const ask = made()
    assert.deepEqual(await ask("POST", ORDER), ["order"])
    assert.deepEqual(await ask("POST", ORDER), ["order"])
    assert.deepEqual(await ask("POST", `${ORDER}/`), ["order"])
  })

  it("runs the middleware of everything else, other methods at the address of orders among it", async () => {
    const ask = made()
    assert.deepEqual(await ask("GET", ORDER), ["middleware", "another method"])
    assert.deepEqual(await ask("GET", "/attempts/a1"), ["middleware", "attempt a1"])
    assert.deepEqual(await ask("POST", "/v1/connector/orders"), ["middleware", "404 Not Found"])
  })
})
