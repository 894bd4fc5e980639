/** `node --conditions=@hipay-pos/source test/fake/main.ts [PORT]`: the built pages over the fake, to look at. */
import { fileURLToPath } from "node:url"
import { gallery } from "./attempts.ts"
import { startFake } from "./FakeServer.ts"

const server = await startFake({
  pages: fileURLToPath(new URL("../../../server-mock/pages", import.meta.url)),
  attempts: gallery,
  port: Number(process.argv[2] ?? 4310)
})
console.log(server.url)

// Three terminals, one of which is asked for money again and again.
for (const name of ["10.0.0.12:8888", "10.0.0.13:8888", "PAX 1850034122"]) server.terminal(name)
server.terminal("10.0.0.13:8888").set({ cardholder: "auto" })
setInterval(() => {
  const terminal = server.terminal("10.0.0.12:8888")
  if (terminal.state().stage === "idle") terminal.wake(4_250, "EUR")
}, 3000)
