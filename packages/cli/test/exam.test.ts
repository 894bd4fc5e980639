/** `hipay-pos exam` as scripts use it: exit codes, stdout, the reports, and what a till's exit code means. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, describe, it } from "vitest"
import { listen } from "../../../tests/listen.ts"
import { inside } from "./inside.ts"
import { run as runProcess, start, whenClosed } from "./process.ts"

const folder = mkdtempSync(join(tmpdir(), "hipay-pos-exam-"))
afterAll(() => {
  process.exitCode = undefined
})

/** Without a process, and without its exit code: examinations run at the same time. */
const run = async (args: ReadonlyArray<string>) => {
  const { code, stdout, stderr } = await inside(args)
  return { code, stdout: stdout === "" ? "" : `${stdout}\n`, stderr }
}

const till = (name: string) =>
  `"${process.execPath}" "${fileURLToPath(new URL(`../../../tests/exam-tills/${name}.mjs`, import.meta.url))}" {amount} {orderId}`

/** A till that sends its order and prints nothing; its exit code depends on status and body. */
const quietTill = (exits: string): string => {
  const path = join(folder, `${exits.replace(/\W/g, "")}.mjs`)
  const order = new URL("../../../tests/exam-tills/order.mjs", import.meta.url)
  writeFileSync(
    path,
    `import { amount, cents, orderId, send } from ${JSON.stringify(order.href)}
const { status, json, remaining } = await send(orderId, cents(amount))
process.exitCode = ${exits}`
  )
  return `"${process.execPath}" "${path}" {amount} {orderId}`
}

describe.concurrent("exam", { timeout: 120_000 }, () => {
  it("prints one object on stdout with --json, and ends with 0 if all passed", async () => {
    const { code, stdout, stderr } = await runProcess([
      "exam",
      "--drive",
      till("good"),
      "--only",
      "approved,declined",
      "--json"
    ])
    assert.strictEqual(code, 0, stderr)
    const { passed, scenarios } = JSON.parse(stdout)
    assert.isTrue(passed)
    assert.deepStrictEqual(
      scenarios.map(({ name, verdict }: { name: string; verdict: string }) => [name, verdict]),
      [
        ["approved", "passed"],
        ["declined", "passed"]
      ]
    )
    assert.match(stderr, /passed +approved/)
  })

  it("refuses a silence or deadline of zero", async () => {
    for (const flag of ["--deadline", "--silence"]) {
      const { code, stderr } = await run(["exam", "--drive", "true {amount}", "--only", "approved", flag, "0s"])
      assert.strictEqual(code, 2)
      assert.include(stderr, "expected 1ms to ")
    }
  })

  it("begins nothing if a report cannot be written", async () => {
    const exam = ["exam", "--drive", "true {amount}", "--only", "approved"]
    for (const flag of ["--junit", "--html"]) {
      const { code, stderr } = await run([...exam, flag, join(folder, "absent", "exam.xml")])
      assert.strictEqual(code, 2)
      assert.match(stderr, /^exam: cannot write .*exam\.xml: ENOENT\n$/)
    }
    const html = join(folder, "kept.html")
    const { code } = await run([...exam, "--html", html, "--junit", folder])
    assert.strictEqual(code, 2)
    assert.isFalse(existsSync(html))
  })

  it("prints what it found and writes the other reports if one cannot be written at the end", async () => {
    const junit = join(folder, "taken.xml")
    const html = join(folder, "written.html")
    const { code, stdout, stderr } = await run([
      ...["exam", "--drive", `${till("good")} && rm -f "${junit}" && mkdir -p "${junit}"`, "--only", "approved"],
      ...["--junit", junit, "--html", html, "--json"]
    ])
    assert.strictEqual(code, 2, stderr)
    assert.isTrue(JSON.parse(stdout).passed)
    assert.match(stderr, /exam: cannot write .*taken\.xml: EISDIR\n/)
    assert.include(readFileSync(html, "utf8"), "<html")
  })

  it("ends with 1 if something failed, and writes what the shop loses into every report", async () => {
    const junit = join(folder, "exam.xml")
    const html = join(folder, "exam.html")
    const { code, stdout } = await run([
      ...["exam", "--drive", till("ignores-partial"), "--only", "approved-in-part"],
      ...["--junit", junit, "--html", html]
    ])
    assert.strictEqual(code, 1)
    for (const report of [stdout, readFileSync(junit, "utf8"), readFileSync(html, "utf8")]) {
      assert.include(report, "the shop loses 6.17 EUR")
    }
    assert.match(
      readFileSync(junit, "utf8"),
      /<testcase [^>]*name="approved-in-part"[^>]*>\s*<failure type="rest-forgotten"/
    )
    assert.notMatch(readFileSync(html, "utf8"), /(src|href)="https?:/)
  })

  it("writes a French report, with French grades and number formats", async () => {
    const junit = join(folder, "exam.fr.xml")
    const { code, stdout } = await run([
      ...["exam", "--drive", till("ignores-partial"), "--only", "approved-in-part", "--language", "fr"],
      ...["--junit", junit]
    ])
    assert.strictEqual(code, 1)
    for (const report of [stdout, readFileSync(junit, "utf8")]) {
      assert.match(report, /(critique|élevée|moyenne) : /)
      assert.match(report, / après \d+,\d s/)
      assert.notMatch(report, /(critical|high|medium): /)
    }
  })

  it("judges a silent till by its requests alone", async () => {
    const { code, stdout } = await run(["exam", "--drive", quietTill("0"), "--only", "approved,declined"])
    assert.strictEqual(code, 0, stdout)
  })

  it("takes 0 for approved if a till uses the exit codes of pay", async () => {
    const careless = quietTill('json.paymentStatus === "Failure" ? 0 : status === 400 ? 3 : 0')
    const { code, stdout } = await run(["exam", "--drive", careless, "--only", "declined,not-started"])
    assert.strictEqual(code, 1)
    assert.match(stdout, /Nothing was paid \(declined\), and the till says "approved"/)
  })

  describe("with a file of results", () => {
    const play = (results: string, drive: string, only: string, ...more: ReadonlyArray<string>) =>
      run(["exam", "--drive", drive, "--only", only, "--results", results, ...more])
    const scenariosIn = (stdout: string): ReadonlyArray<{ name: string; verdict: string; fromFile?: string }> =>
      JSON.parse(stdout).scenarios.map(({ name, verdict, fromFile }: { [name: string]: string }) => ({
        name,
        verdict,
        ...(fromFile === undefined ? {} : { fromFile })
      }))

    it("resumes where it was interrupted, and marks the earlier results in every report", async () => {
      const results = join(folder, "results.json")
      const [junit, html] = [join(folder, "results.xml"), join(folder, "results.html")]
      assert.strictEqual((await play(results, till("good"), "approved")).code, 0)
      const { code, stdout } = await play(results, till("good"), "approved,declined", "--junit", junit, "--html", html)
      assert.strictEqual(code, 0)
      const mark = `(from ${results})`
      assert.strictEqual(stdout.split("\n")[0], `passed       approved             Approved ${mark}`)
      assert.match(stdout, /\npassed {7}declined {13}Declined by the issuer\n/)
      for (const report of [junit, html]) assert.strictEqual(readFileSync(report, "utf8").split(mark).length, 2)
    })

    it("starts over if everything was examined", async () => {
      const results = join(folder, "complete.json")
      await play(results, till("good"), "approved,declined")
      const { stdout } = await play(results, till("good"), "approved,declined", "--json")
      assert.deepStrictEqual(scenariosIn(stdout), [
        { name: "approved", verdict: "passed" },
        { name: "declined", verdict: "passed" }
      ])
    })

    it("resumes a second examination that was interrupted", async () => {
      const results = join(folder, "anew.json")
      const broken = join(folder, "anew.broken")
      const drive = `if [ {amount} = 4.35 ] && [ -e "${broken}" ]; then exit 126; fi; ${till("good")}`
      const only = "approved,exact-amount"
      assert.strictEqual((await play(results, drive, only)).code, 0)
      writeFileSync(broken, "")
      assert.strictEqual((await play(results, drive, only)).code, 5)
      rmSync(broken)
      assert.deepStrictEqual(scenariosIn((await play(results, drive, only, "--json")).stdout), [
        { name: "approved", verdict: "passed", fromFile: results },
        { name: "exact-amount", verdict: "passed" }
      ])
    })

    it("loses no results when a few scenarios are examined again", async () => {
      const results = join(folder, "few.json")
      const keptNames = () =>
        JSON.parse(readFileSync(results, "utf8")).results.map(({ name }: { name: string }) => name)
      await play(results, till("good"), "approved,declined")
      await play(results, till("good"), "approved")
      assert.sameMembers(keptNames(), ["approved", "declined"])
    })

    it("examines again what has failed", async () => {
      const results = join(folder, "failed.json")
      const mended = join(folder, "mended")
      const drive = `if [ -e "${mended}" ]; then ${till("good")}; else ${till("ignores-partial")}; fi`
      assert.strictEqual((await play(results, drive, "approved,approved-in-part")).code, 1)
      writeFileSync(mended, "")
      const { code, stdout } = await play(results, drive, "approved,approved-in-part,declined", "--json")
      assert.strictEqual(code, 0)
      assert.deepStrictEqual(scenariosIn(stdout), [
        { name: "approved", verdict: "passed", fromFile: results },
        { name: "declined", verdict: "passed" },
        { name: "approved-in-part", verdict: "passed" }
      ])
    })

    it("refuses those of another till", async () => {
      const results = join(folder, "another.json")
      await play(results, till("good"), "approved")
      const { code, stdout, stderr } = await play(results, till("ignores-partial"), "approved,approved-in-part")
      assert.strictEqual(code, 2)
      assert.strictEqual(stdout, "")
      assert.strictEqual(
        stderr,
        `exam: --results: ${results} belongs to a till that is driven in another way; give another file, or delete this one\n`
      )
    })
  })

  it("examines nothing if nothing can be, and says why", async () => {
    const { code, stderr } = await run(["exam", "--drive", till("good"), "--from", "zero-decimals"])
    assert.strictEqual(code, 2)
    assert.match(stderr, /^exam: nothing to examine: zero-decimals needs \{currency\} in the command, .*endpoint\n$/)
  })

  it("has not passed if nothing was examined", async () => {
    const cannot = `if [ {action} = pay ]; then ${till("good")}; else echo '{"outcome":"not-possible"}'; fi`
    const { code, stdout } = await run(["exam", "--drive", cannot, "--only", "refund"])
    assert.strictEqual(code, 1)
    assert.match(stdout, /\nNothing examined: 1 not examined\.\n$/)
  })

  it("refuses a file of results that is damaged, or cannot be written, before anything is played", async () => {
    const damaged = join(folder, "damaged.json")
    const record = { name: "approved", evidence: { exchanges: 1 }, milliseconds: 1 }
    writeFileSync(damaged, JSON.stringify({ hipayPosExam: 1, results: [record] }))
    for (const [path, problem] of [
      [damaged, `${damaged} is not a file of results of an examination`],
      [join(folder, "nowhere", "results.json"), `cannot write ${join(folder, "nowhere", "results.json")}: ENOENT`]
    ] as const) {
      const { code, stderr } = await run(["exam", "--drive", till("good"), "--only", "approved", "--results", path])
      assert.strictEqual(code, 2)
      assert.strictEqual(stderr, `exam: --results: ${problem}\n`)
    }
  })

  it.each([
    [["--only", "aproved"], /unknown scenario "aproved"; expected one of approved, /],
    [["--only", "receipt"], /receipt needs a person at the till/],
    [["--drive-http", "http://127.0.0.1:1/"], /exclude each other/],
    [["--notify-url", "till/notify", "--host", "192.0.2.1"], /^exam: --notify-url: expected a URL such as .*notify\n$/],
    [
      ["--junit", join(folder, "absent", "exam.xml"), "--host", "192.0.2.1"],
      /^exam: cannot write .*exam\.xml: ENOENT\n$/
    ]
  ])("refuses %j", async (args, expected) => {
    const { code, stderr } = await run(["exam", "--drive", till("good"), ...args])
    assert.strictEqual(code, 2)
    assert.match(stderr, expected)
  })

  it("refuses a misspelt placeholder, which the till would get as its order id", async () => {
    for (const [flag, template, expected, got] of [
      ["--drive", "till.sh {amount} {order_id}", "{orderId}", "{order_id}"],
      ["--drive", "till.sh {amount} {OrderID}", "{orderId}", "{OrderID}"],
      ["--drive-http", "http://127.0.0.1:1/{Amount}", "{amount}", "{Amount}"]
    ] as const) {
      const { code, stderr } = await run(["exam", flag, template, "--only", "approved"])
      assert.strictEqual(code, 2)
      assert.strictEqual(stderr, `exam: ${flag}: expected ${expected}, got ${got}\n`)
    }
  })

  it("takes braces that are the shell's own", async () => {
    const { code, stderr } = await run([
      "exam",
      "--drive",
      `ORDER_ID=7; exit 0 # \${ORDER_ID} {print}`,
      "--only",
      "approved"
    ])
    assert.strictEqual(code, 1)
    assert.match(stderr, /^exam: broken off: no request came/)
  })

  it("ends after the first scenario of a till that does not send its orders here, and says where the address is", async () => {
    const results = join(folder, "elsewhere.json")
    const { code, stdout, stderr } = await run([
      ...["exam", "--drive", "exit 0 # {orderId}", "--only", "approved,declined", "--results", results]
    ])
    assert.strictEqual(code, 1, stderr)
    assert.match(
      stderr,
      /^exam: broken off: no request came from the till in the scenario approved \(exit code 0\): it failed, or does not use the server of the examination, http:\/\/127\.0\.0\.1:\d+\. A command finds it in HIPAY_POS_EXAM_URL, HIPAY_POS_EXAM_USERNAME and HIPAY_POS_EXAM_PASSWORD/
    )
    assert.notInclude(stdout, "declined")
    assert.notInclude(stdout, "No order of sale")
    assert.isFalse(existsSync(results))
  })

  it("ends early with 5 if the till cannot be run", async () => {
    const { code, stdout, stderr } = await run(["exam", "--drive", "no-such-till {amount}", "--only", "approved"])
    assert.strictEqual(code, 5)
    assert.match(stdout, /\nBroken off\.\n$/)
    assert.match(stderr, /^exam: broken off: cannot run no-such-till/)
  })

  describe("that is interrupted", () => {
    /** Plays one scenario, then does something else. */
    const once = (name: string, then: string) => {
      const played = join(folder, `${name}.played`)
      return `if [ -e "${played}" ]; then ${then}; fi; touch "${played}"; ${till("good")}`
    }
    const reports = (name: string) => {
      const [junit, html] = [join(folder, `${name}.xml`), join(folder, `${name}.html`)]
      return { flags: ["--only", "approved,declined,red-key", "--junit", junit, "--html", html], junit, html }
    }
    const suite =
      /<testsuite [^>]*tests="2" failures="0" errors="1" skipped="0".*>\s*<testcase [^>]*name="approved"[^>]*\/>\s*<testcase [^>]*name="declined"[^>]*>\s*<error message="Broken off: ([^"]*)"\/>/

    it("says that its port is in use, as the other servers do", async () => {
      await using server = await listen(createServer())
      const { port } = server
      const { code, stderr } = await run(["exam", "--drive", "true {amount}", "--port", `${port}`])
      assert.deepStrictEqual({ code, stderr }, { code: 75, stderr: `exam: port ${port} on 127.0.0.1 is in use\n` })
    })

    it("has written its reports with what was examined until then, and why it ended", async () => {
      const { flags, junit, html } = reports("broken")
      const { code, stdout, stderr } = await run([
        ...["exam", "--drive", once("broken", "echo 'no disk' >&2; exit 126"), ...flags, "--json"]
      ])
      assert.strictEqual(code, 5)
      assert.match(stderr, /\nexam: broken off: cannot run .*: no disk\n$/)
      const { passed, brokenOff, scenarios } = JSON.parse(stdout)
      assert.deepStrictEqual([passed, scenarios.length, scenarios[0].verdict], [false, 1, "passed"])
      assert.match(brokenOff, /^cannot run .*: no disk$/)
      assert.match(readFileSync(junit, "utf8").match(suite)?.[1] ?? "", /^cannot run .*: no disk$/)
      assert.match(
        readFileSync(html, "utf8"),
        /<h1>[^<]*<span class="bad">Broken off<\/span><\/h1>\s*<p[^>]*>cannot run/
      )
    })

    it("by a signal has written them, too", async () => {
      const { flags, junit, html } = reports("stopped")
      const child = start(["exam", "--drive", once("stopped", "sleep 600"), ...flags])
      const ended = whenClosed(child)
      child.stdout?.on("data", (text) => {
        if (String(text).includes("approved")) child.kill("SIGTERM")
      })
      const { code, stdout } = await ended
      assert.strictEqual(code, 5)
      assert.match(stdout, /\nBroken off: 1 passed\.\n$/)
      assert.strictEqual(readFileSync(junit, "utf8").match(suite)?.[1], "by a signal")
      assert.include(readFileSync(html, "utf8"), "Broken off")
    })

    it("by a signal has written them in French on request", async () => {
      const { flags, junit, html } = reports("interrompu")
      const drive = once("interrompu", "sleep 600")
      const child = start(["exam", "--drive", drive, ...flags, "--language", "fr", "--json"])
      const ended = whenClosed(child)
      child.stderr?.on("data", (text) => {
        if (String(text).includes("approved")) child.kill("SIGTERM")
      })
      const { code, stdout } = await ended
      assert.strictEqual(code, 5)
      assert.strictEqual(JSON.parse(stdout).brokenOff, "par un signal")
      assert.include(readFileSync(junit, "utf8"), '<error message="Interrompu : par un signal"/>')
      assert.match(readFileSync(html, "utf8"), /Interrompu<\/span><\/h1>\s*<p[^>]*>par un signal</)
    })
  })

  it("lists its scenarios with their reasons, in French too", async () => {
    const { code, stdout } = await run(["exam", "--list", "--language", "fr", "--json"])
    assert.strictEqual(code, 0)
    const listed = JSON.parse(stdout)
    assert.isAbove(listed.length, 24)
    assert.deepInclude(listed[0], { name: "approved", title: "Paiement accepté" })
    const { stdout: lines } = await run(["exam", "--list", "--language", "fr"])
    assert.match(lines, /^approved +Paiement accepté \((critique|élevée|moyenne)\)$/m)
    assert.notMatch(lines, /\((critical|high|medium)\)/)
  })
})
