/**
 * Programs that know nothing of the relay: the same command straight to the mock and through the relay, with only the URL and
 * the login changed. Status, the headers that matter and the body are equal, byte for byte.
 */
import { spawnSync } from "node:child_process"
import { assert, describe, it } from "vitest"
import { account, order, startMock, startRelay, till } from "./relay.ts"

interface Answer {
  readonly status: string
  readonly type: string
  readonly body: string
}

interface Program {
  readonly name: string
  readonly command: string
  readonly version: ReadonlyArray<string>
  readonly args: (url: string, login: typeof till, body: string) => ReadonlyArray<string>
}

/** All of them print status, content type and body, a line each. */
const programs: ReadonlyArray<Program> = [
  {
    name: "curl",
    command: "curl",
    version: ["--version"],
    args: (url, { username, password }, body) => [
      ...["-s", "-u", `${username}:${password}`, "-H", "Content-Type: application/json", "-d", body],
      ...["-w", "%{stderr}%{http_code}\n%{content_type}", `${url}/v1/connector/order`]
    ]
  },
  {
    name: "Python",
    command: "python3",
    version: ["--version"],
    args: (url, { username, password }, body) => [
      "-c",
      `import base64,sys,urllib.request,urllib.error
u,l,b=sys.argv[1:4]
q=urllib.request.Request(u+"/v1/connector/order",b.encode(),{"Content-Type":"application/json","Authorization":"Basic "+base64.b64encode(l.encode()).decode()})
try: r=urllib.request.urlopen(q)
except urllib.error.HTTPError as e: r=e
sys.stderr.write(str(r.status)+"\\n"+str(r.headers["content-type"])); sys.stdout.write(r.read().decode())`,
      url,
      `${username}:${password}`,
      body
    ]
  },
  {
    name: "PHP",
    command: "php",
    version: ["--version"],
    args: (url, { username, password }, body) => [
      "-r",
      `$c=stream_context_create(["http"=>["method"=>"POST","ignore_errors"=>true,"content"=>$argv[3],"header"=>"Content-Type: application/json\\r\\nAuthorization: Basic ".base64_encode($argv[2])]]);
$b=file_get_contents($argv[1]."/v1/connector/order",false,$c);
$t=""; foreach($http_response_header as $h) if(stripos($h,"content-type:")===0) $t=trim(substr($h,13));
fwrite(STDERR,explode(" ",$http_response_header[0])[1]."\\n".$t); echo $b;`,
      "--",
      url,
      `${username}:${password}`,
      body
    ]
  }
]

const orders: Readonly<Record<string, unknown>> = {
  "an approved payment": order("UNKNOWING_OK", "ok.test"),
  "a refused payment": order("UNKNOWING_NO", "refused.terminal.test"),
  "a payment in part": order("UNKNOWING_PART", "partial-500.terminal.test"),
  "a terminal that cannot be reached": order("UNKNOWING_GONE", "unreachable.terminal.test"),
  "an order without an id": { ...order("x"), order: { price: { amount: 100 } } }
}

const run = async ({ command, args }: Program, url: string, login: typeof till, body: string): Promise<Answer> => {
  const { spawn } = await import("node:child_process")
  const child = spawn(command, [...args(url, login, body)], { stdio: ["ignore", "pipe", "pipe"] })
  let [stdout, stderr] = ["", ""]
  child.stdout.on("data", (text) => {
    stdout += text
  })
  child.stderr.on("data", (text) => {
    stderr += text
  })
  await new Promise((resolve) => child.once("close", resolve))
  const [status = "", type = ""] = stderr.split("\n")
  return { status, type, body: stdout }
}

/** Masks attempt ids, which are new with each payment at the mock. */
const comparable = ({ body, ...answer }: Answer) => ({
  ...answer,
  body: body.replace(/\/attempts\/[0-9a-z]+/g, "/attempts/…")
})

describe("a program that knows nothing of the relay", () => {
  for (const program of programs) {
    const isThere = spawnSync(program.command, [...program.version]).status === 0
    it.skipIf(!isThere)(
      `is answered by the relay as by the service: ${program.name}`,
      { timeout: 180_000 },
      async () => {
        await using straight = await startMock({
          validation: "faithful",
          seed: "unknowing",
          clock: new Date("2026-11-23T09:00:00Z")
        })
        await using behind = await startMock({
          validation: "faithful",
          seed: "unknowing",
          clock: new Date("2026-11-23T09:00:00Z")
        })
        await using relay = await startRelay(behind.url)
        for (const [name, body] of Object.entries(orders)) {
          const text = JSON.stringify(body)
          const direct = await run(program, straight.url, account, text)
          const relayed = await run(program, relay.url, till, text)
          assert.match(direct.status, /^\d{3}$/, name)
          assert.deepStrictEqual(comparable(relayed), comparable(direct), name)
        }
      }
    )
  }
})
