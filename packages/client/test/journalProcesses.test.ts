/**
 * A journal's file under real processes: the same orders at the same time, through every name that a file can have. The
 * full size is `PROCESSES=50 PAYMENTS=20`.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { type AttemptJournal, makeClient, StillUnderWay } from "@hipay-pos/client"
import { FileJournal } from "@hipay-pos/client/node"
import * as Effect from "effect/Effect"
import { assert, describe, it } from "vitest"
import { bundled } from "../../../tests/bundled.ts"

const PROCESSES = Number(process.env.PROCESSES ?? 6)
const PAYMENTS = Number(process.env.PAYMENTS ?? 5)

const program = (name: string) => bundled(fileURLToPath(new URL(`${name}.ts`, import.meta.url)))
const [TILL, WAITING] = await Promise.all([program("journalTill"), program("journalWaiting")])

/** Starts a program and waits for its first line. */
const start = async (program: string, args: ReadonlyArray<string>, through: ReadonlyArray<string> = []) => {
  const [command = "", ...rest] = [...through, process.execPath, program, ...args]
  const child = spawn(command, rest, { stdio: ["pipe", "pipe", "inherit"] })
  const lines = createInterface(child.stdout)
  const [line] = (await once(lines, "line")) as [string]
  const said: Array<string> = []
  lines.on("line", (next) => said.push(next))
  return { child, line, said }
}

const newFolder = () => mkdtempSync(join(tmpdir(), "processes-"))

/**
 * Lets several tills pay the same orders at the same time, each by its own path to the file, and some orders of their
 * own.
 */
const race = async (path: string, ways: ReadonlyArray<{ path: string; through?: ReadonlyArray<string> }>) => {
  const ledger = join(newFolder(), "ledger")
  writeFileSync(ledger, "")
  const tills = await Promise.all(
    Array.from({ length: PROCESSES }, (_, i) => {
      const way = ways[i % ways.length] ?? { path }
      return start(TILL, [way.path, `till${i}`, String(PAYMENTS), ledger], way.through)
    })
  )
  const ended = tills.map(({ child }) => once(child, "close"))
  for (const { child } of tills) child.stdin.end("go\n")
  await Promise.all(ended)
  assert.deepStrictEqual(
    tills.flatMap(({ said }) => said),
    []
  )
  const charged = readFileSync(ledger, "utf8").split("\n").slice(0, -1)
  const attempts = await Effect.runPromise(FileJournal.make(path).attempts)
  return { charged, attempts }
}

const expectOnce = ({ charged, attempts }: Awaited<ReturnType<typeof race>>) => {
  assert.lengthOf(charged, PAYMENTS * (PROCESSES + 1))
  assert.lengthOf(new Set(charged), charged.length, "an order was charged twice")
  assert.deepStrictEqual(
    attempts.map(({ orderId }) => orderId).sort(),
    charged.toSorted(),
    "the journal lost an attempt"
  )
  assert.deepStrictEqual([...new Set(attempts.map(({ state }) => state))], ["approved"])
}

/** Whether this user may make namespaces of a kind. */
const mayUnshare = (...flags: ReadonlyArray<string>): boolean => spawnSync("unshare", [...flags, "true"]).status === 0

describe("many processes that pay the same orders with one journal", { timeout: 600_000 }, () => {
  it("charge each order once and lose no attempt", async () => {
    const path = join(newFolder(), "state", "attempts.db")
    expectOnce(await race(path, [{ path }]))
  })

  it("do so through symbolic links to the file and to its folder", async () => {
    const path = join(newFolder(), "state", "attempts.db")
    const links = newFolder()
    mkdirSync(dirname(path))
    symlinkSync(dirname(path), join(links, "folder"))
    symlinkSync(path, join(links, "file.db"))
    const ways = [path, join(links, "folder", "attempts.db"), join(links, "file.db")]
    expectOnce(
      await race(
        path,
        ways.map((way) => ({ path: way }))
      )
    )
  })

  it.skipIf(!mayUnshare("-pf"))("do so in PID namespaces of their own", async () => {
    const path = join(newFolder(), "attempts.db")
    expectOnce(await race(path, [{ path, through: ["unshare", "-pf"] }]))
  })

  const mounting = (from: string, to: string) => [
    "unshare",
    "-mpf",
    "sh",
    "-c",
    `mount --bind '${from}' '${to}' && exec "$@"`,
    "sh"
  ]

  it.skipIf(!mayUnshare("-mpf"))("do so through a mount of the folder, as containers see it", async () => {
    const path = join(newFolder(), "attempts.db")
    const mounted = newFolder()
    const way = { path: join(mounted, "attempts.db"), through: mounting(dirname(path), mounted) }
    expectOnce(await race(path, [{ path }, way]))
  })

  it.skipIf(!mayUnshare("-mpf"))("are told to mount the folder where the file alone is mounted", async () => {
    const path = join(newFolder(), "attempts.db")
    const mounted = join(newFolder(), "mounted.db")
    await Effect.runPromise(FileJournal.make(path).open(opening))
    writeFileSync(mounted, "")
    const ledger = join(newFolder(), "ledger")
    const { child, said } = await start(TILL, [mounted, "till", "1", ledger], mounting(path, mounted))
    const ended = once(child, "close")
    child.stdin.end("go\n")
    await ended
    assert.lengthOf(said, 2)
    assert.include(said[0], `${mounted} is mounted as a single file: mount its folder instead`)
  })
})

const opening: AttemptJournal.Opening = {
  id: "a",
  orderId: "ORDER",
  transactionType: "Debit",
  amount: 1250,
  currency: "EUR",
  terminal: "192.168.1.20:8888",
  openedAt: 1
}

const kill = async (child: ChildProcess) => {
  const gone = once(child, "close")
  child.kill("SIGKILL")
  await gone
}

describe("an attempt that another process waits for", () => {
  const setUp = async (through: ReadonlyArray<string> = []) => {
    const path = join(newFolder(), "attempts.db")
    const { child } = await start(WAITING, [path], through)
    const login = { server: "http://server.test", username: "m", password: "s", live: true } as const
    const fetch = async () => new Response("", { status: 404 })
    const client = makeClient({ ...login, fetch, journal: FileJournal.make(path) })
    const [attempt] = await client.unsettled()
    assert.isDefined(attempt)
    return { child, client, id: attempt?.id ?? "", path }
  }
  const declined = { outcome: "declined", by: "Ada", evidence: "no receipt" } as const
  const rejectionOf = (promise: Promise<unknown>) =>
    promise.then(
      () => assert.fail("was resolved"),
      (error: unknown) => error
    )

  describe.each([
    ["this", []],
    ["another", ["unshare", "-pf", "--kill-child"]]
  ] as const)("in %s PID namespace", (_, through) => {
    it.skipIf(through.length > 0 && !mayUnshare("-pf"))(
      "is unsettled, and neither asked for nor declined until that process is gone",
      async () => {
        const { child, client, id } = await setUp(through)
        const target = { host: "192.168.1.21", contracts: [{ merchantContract: "1234567" }] }
        const again = await client.tryPay({ orderId: "ORDER", amount: { currency: "EUR", minorUnits: 1250 } }, target)
        assert.deepInclude(again.ok ? undefined : again.error.reason, { attempt: id })
        assert.instanceOf(await rejectionOf(client.resolve(id)), StillUnderWay)
        assert.instanceOf(await rejectionOf(client.resolve(id, declined)), StillUnderWay)
        await kill(child)
        assert.strictEqual((await client.resolve(id))._tag, "NeedsPerson")
        assert.deepInclude(await client.resolve(id, declined), { _tag: "Settled", by: "person", state: "declined" })
      }
    )
  })

  it("may be approved meanwhile, and declined with an override", async () => {
    for (const resolution of [
      { ...declined, outcome: "approved" },
      { ...declined, override: true }
    ] as const) {
      const { child, client, id } = await setUp()
      assert.deepInclude(await client.resolve(id, resolution), { _tag: "Settled", state: resolution.outcome })
      await kill(child)
    }
  })
})
