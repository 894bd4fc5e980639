/** A server that answers every order at once, so that only the caller is measured. Prints its port. */
import { createServer } from "node:http"

const answer = JSON.stringify({
  paymentStatus: "Success",
  receipt: Buffer.from("SIMULATION\n".repeat(20)).toString("base64"),
  order: { price: { amount: 1250, currency: "EUR" } }
})

const server = createServer((request, response) => {
  request.resume()
  request.once("end", () => {
    response.setHeader("X-Hipay-Pos-Mode", "simulated")
    response.setHeader("Content-Type", "application/json")
    response.end(request.method === "GET" ? "up" : answer)
  })
})
server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  process.send?.(typeof address === "object" ? address?.port : 0)
})
process.once("disconnect", () => process.exit())
