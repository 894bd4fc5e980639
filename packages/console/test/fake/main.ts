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
