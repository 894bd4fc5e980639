import { spawnSync } from "node:child_process"
import fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Schema from "effect/Schema"
import { assert, describe, it, vi } from "vitest"
import { AppendLog } from "../src/index.ts"

const folder = fs.mkdtempSync(join(tmpdir(), "append-log-"))

let names = 0
const newPath = (): string => join(folder, `log-${++names}.jsonl`)

const Note = Schema.Struct({ note: Schema.String, at: Schema.Int })
type Note = typeof Note.Type
const options = { schema: Note, beginning: '{"note":"', record: "a note" }
const open = (path: string) => AppendLog.open(path, options)

/** Notes whose lines have one, two, three and four byte characters, quotes and escapes. */
const notes: ReadonlyArray<Note> = ["plain", "é€", "ticket 🧾", 'a "quoted"\nline', ""].map((note, at) => ({
  note,
  at
}))

const write = (path: string, ...batches: ReadonlyArray<ReadonlyArray<Note>>): void => {
  const log = open(path)
  for (const batch of batches) log.append(batch)
  log.close()
}

const read = (path: string): ReadonlyArray<Note> => {
  const log = open(path)
  log.close()
  return log.records
}

const problemOf = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    assert.instanceOf(error, AppendLog.AppendLogFailed)
    return error.message
  }
  return assert.fail("it did not throw")
}

/** The bytes of the notes, and where each line ends. */
const wholeFile = () => {
  const path = newPath()
  write(path, notes)
  const bytes = fs.readFileSync(path)
  const ends = [...bytes.keys()].filter((at) => bytes[at] === 10).map((at) => at + 1)
  assert.lengthOf(ends, notes.length)
  return { bytes, ends }
}

const keptBefore = (ends: ReadonlyArray<number>, cut: number): number => ends.filter((end) => end <= cut).length

describe("the crash law", () => {
  it("keeps every whole line of a file that is cut anywhere, and goes on behind the last of them", () => {
    const { bytes, ends } = wholeFile()
    const path = newPath()
    for (let cut = 0; cut <= bytes.length; cut++) {
      fs.writeFileSync(path, bytes.subarray(0, cut))
      const kept = notes.slice(0, keptBefore(ends, cut))
      const next = { note: "next", at: cut }
      const log = open(path)
      assert.deepStrictEqual(log.records, kept, `cut at ${cut}`)
      log.append([next])
      log.close()
      assert.deepStrictEqual(read(path), [...kept, next], `cut at ${cut}`)
    }
  })

  it("keeps the lines before a block that reached the disk as NUL, wherever the block begins and ends", () => {
    const { bytes, ends } = wholeFile()
    const path = newPath()
    const first = ends[0] ?? 0
    for (let from = first; from < bytes.length; from++) {
      for (const to of [from + 1, Math.min(from + 20, bytes.length), bytes.length]) {
        fs.writeFileSync(path, Buffer.from(bytes).fill(0, from, to))
        assert.deepStrictEqual(read(path), notes.slice(0, keptBefore(ends, from)), `NUL from ${from} to ${to}`)
        assert.deepStrictEqual(fs.readFileSync(path), bytes.subarray(0, ends[keptBefore(ends, from) - 1]))
      }
    }
  })

  it("takes a file of nothing but NUL for an empty one", () => {
    const path = newPath()
    fs.writeFileSync(path, Buffer.alloc(4096))
    assert.deepStrictEqual(read(path), [])
    assert.strictEqual(fs.statSync(path).size, 0)
  })

  it("holds for a process that is killed: every acknowledged record is there, in order", () => {
    const path = newPath()
    const index = fileURLToPath(new URL("../src/index.ts", import.meta.url))
    const code = `
      import { writeSync } from "node:fs"
      import * as Schema from "effect/Schema"
      import { AppendLog } from ${JSON.stringify(index)}
      const log = AppendLog.open(${JSON.stringify(path)}, {
        schema: Schema.Struct({ note: Schema.String, at: Schema.Int }), beginning: '{"note":"', record: "a note" })
      for (let at = 0; ; at++) {
        log.append([{ note: "n", at }])
        writeSync(1, at + "\\n")
        if (at === 20) process.kill(process.pid, "SIGKILL")
      }`
    const args = ["--conditions=@hipay-pos/source", "--input-type=module", "--eval", code]
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: fileURLToPath(new URL("..", import.meta.url)) })
    const acknowledged = String(stdout).trim().split("\n").length
    assert.strictEqual(acknowledged, 21, String(stderr))
    assert.deepStrictEqual(
      read(path).map(({ at }) => at),
      [...Array(21).keys()]
    )
  })
})

describe("an append that fails", () => {
  const noSpace = () => Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" })

  it("half-way keeps none of its records, wherever it stops, and the next append works", () => {
    const path = newPath()
    const batch = notes.slice(1, 4)
    const line = (note: Note) => `${JSON.stringify(note)}\n`
    const length = Buffer.byteLength(batch.map(line).join(""))
    for (let stop = 0; stop < length; stop++) {
      fs.rmSync(path, { force: true })
      const log = open(path)
      log.append([{ note: "before", at: 1 }])
      const real = fs.writeSync
      const spy = vi.spyOn(fs, "writeSync").mockImplementationOnce(((file: number, bytes: Buffer) => {
        if (stop > 0) real(file, bytes, 0, stop)
        throw noSpace()
      }) as unknown as typeof fs.writeSync)
      const problem = problemOf(() => log.append(batch))
      spy.mockRestore()
      assert.strictEqual(problem, `cannot write ${path}: ENOSPC: no space left on device`)
      log.append([{ note: "after", at: 2 }])
      log.close()
      assert.deepStrictEqual(
        read(path).map(({ note }) => note),
        ["before", "after"]
      )
    }
  })

  it("at the flush keeps none of its records either", () => {
    const path = newPath()
    const log = open(path)
    const spy = vi.spyOn(fs, "fdatasyncSync").mockImplementationOnce(() => {
      throw Object.assign(new Error("EIO: i/o error, fdatasync"), { code: "EIO" })
    })
    assert.include(
      problemOf(() => log.append(notes)),
      "EIO"
    )
    spy.mockRestore()
    log.append(notes.slice(0, 1))
    log.close()
    assert.deepStrictEqual(read(path), notes.slice(0, 1))
  })

  it("and cannot be undone at once is undone before the next record is written", () => {
    const path = newPath()
    const log = open(path)
    log.append(notes.slice(0, 1))
    const real = fs.writeSync
    const write = vi.spyOn(fs, "writeSync").mockImplementationOnce(((file: number, bytes: Buffer) => {
      real(file, bytes, 0, 5)
      throw noSpace()
    }) as unknown as typeof fs.writeSync)
    const truncate = vi.spyOn(fs, "ftruncateSync").mockImplementation(() => {
      throw Object.assign(new Error("EIO: i/o error, ftruncate"), { code: "EIO" })
    })
    assert.include(
      problemOf(() => log.append(notes)),
      "ENOSPC"
    )
    assert.include(
      problemOf(() => log.append(notes)),
      "EIO"
    )
    write.mockRestore()
    truncate.mockRestore()
    log.append(notes.slice(1, 2))
    log.close()
    assert.deepStrictEqual(read(path), notes.slice(0, 2))
  })

  it("is only a short write where the system takes the rest: all of it is kept", () => {
    const path = newPath()
    const log = open(path)
    const real = fs.writeSync
    const spy = vi
      .spyOn(fs, "writeSync")
      .mockImplementation(((file: number, bytes: Buffer, from: number) =>
        real(file, bytes, from, Math.min(3, bytes.length - from))) as unknown as typeof fs.writeSync)
    log.append(notes)
    spy.mockRestore()
    log.close()
    assert.deepStrictEqual(read(path), notes)
  })
})

const record = `${JSON.stringify(notes[0])}\n`
const foreign = [
  "a letter",
  "a letter\nits second line\n",
  '{"name":"another program"}\n',
  '{"name":"another pro',
  "{}\n",
  "\n",
  "\0\0binary\0",
  "PK\u0003\u0004\0\0",
  `${record}not ours`,
  `${record}not ours\n`,
  `${record}\n${record}`,
  `${record}{"note":"x","at":"no number"}\n${record}`
]

describe("a file that is not a log", () => {
  for (const text of foreign) {
    it(`is refused without a byte changed: ${JSON.stringify(text)}`, () => {
      const path = newPath()
      fs.writeFileSync(path, text)
      assert.match(
        problemOf(() => open(path)),
        /^cannot read \S+: (line|its end, from line) \d.* is not a note$/
      )
      assert.strictEqual(fs.readFileSync(path, "utf8"), text)
    })
  }

  it("is refused where a line is not UTF-8, which would read as something else", () => {
    const path = newPath()
    const bytes = Buffer.from('{"note":"\xff","at":1}\n', "latin1")
    fs.writeFileSync(path, bytes)
    assert.include(
      problemOf(() => open(path)),
      "line 1 is not a note"
    )
    assert.deepStrictEqual(fs.readFileSync(path), bytes)
  })
})

describe("the lock", () => {
  it("keeps a second opener out until the first has closed", () => {
    const path = newPath()
    const log = open(path)
    assert.strictEqual(
      problemOf(() => open(path)),
      `cannot open ${path}: another process has it open`
    )
    log.close()
    assert.deepStrictEqual(read(path), [])
  })

  it("is not held by a lock file that a killed process left behind, empty", () => {
    const path = newPath()
    fs.writeFileSync(`${path}.lock`, "")
    assert.deepStrictEqual(read(path), [])
  })

  it("names a lock file that another program wrote, and leaves it as it is", () => {
    const path = newPath()
    for (const text of ["4711", "somebody else's file\n"]) {
      fs.writeFileSync(`${path}.lock`, text)
      assert.include(
        problemOf(() => open(path)),
        `${path}.lock is not a lock file: it should be empty. Move it away if no other program needs it`
      )
      assert.strictEqual(fs.readFileSync(`${path}.lock`, "utf8"), text)
    }
  })

  it("is freed by an opening that fails", () => {
    const path = newPath()
    fs.writeFileSync(path, "a letter\n")
    problemOf(() => open(path))
    fs.rmSync(path)
    assert.deepStrictEqual(read(path), [])
  })
})

describe("a log that is only read", () => {
  const { bytes, ends } = wholeFile()

  it("is left byte for byte as it is, without a lock, wherever it is cut", () => {
    const path = newPath()
    for (let cut = 0; cut <= bytes.length; cut++) {
      fs.writeFileSync(path, bytes.subarray(0, cut))
      // A record is whole without its line end, too.
      const kept = notes.slice(0, keptBefore(ends, cut + 1))
      assert.deepStrictEqual(AppendLog.read(path, options), kept, `cut at ${cut}`)
      assert.deepStrictEqual(fs.readFileSync(path), bytes.subarray(0, cut), `cut at ${cut}`)
    }
    assert.isFalse(fs.existsSync(`${path}.lock`))
  })

  it("may be read-only, in a folder that is, while another process has it open", () => {
    const below = fs.mkdtempSync(join(folder, "read-only-"))
    const path = join(below, "log.jsonl")
    const log = open(path)
    log.append(notes)
    fs.chmodSync(path, 0o400)
    fs.chmodSync(below, 0o500)
    const opened = vi.spyOn(fs, "openSync")
    const found = AppendLog.read(path, options)
    const calls = opened.mock.calls.map((call) => [...call])
    opened.mockRestore()
    fs.chmodSync(below, 0o700)
    log.close()
    assert.deepStrictEqual(found, notes)
    // Permissions do not hold for root, who may run this.
    assert.deepStrictEqual(calls, [[path, "r"]])
  })

  it("keeps its lines before a block of NUL", () => {
    const path = newPath()
    fs.writeFileSync(path, Buffer.from(bytes).fill(0, ends[1]))
    assert.deepStrictEqual(AppendLog.read(path, options), notes.slice(0, 2))
  })

  it.each(foreign)("is refused where another program wrote it: %j", (text) => {
    const path = newPath()
    fs.writeFileSync(path, text)
    assert.match(
      problemOf(() => AppendLog.read(path, options)),
      /^cannot read \S+: (line|its end, from line) \d.* is not a note$/
    )
  })

  it("is named where it is not there, and not made", () => {
    const path = newPath()
    assert.strictEqual(
      problemOf(() => AppendLog.read(path, options)),
      `cannot open ${path}: ENOENT: no such file or directory`
    )
    assert.isFalse(fs.existsSync(path))
  })
})

describe("a log that is only appended to", () => {
  const openToAppend = (path: string) => AppendLog.openToAppend(path, options)

  it("goes on behind the last whole line, wherever the file was cut", () => {
    const { bytes, ends } = wholeFile()
    const path = newPath()
    for (let cut = ends[2] ?? 0; cut <= bytes.length; cut++) {
      fs.writeFileSync(path, bytes.subarray(0, cut))
      const log = openToAppend(path)
      log.append([{ note: "next", at: cut }])
      log.close()
      const kept = notes.slice(0, keptBefore(ends, cut))
      assert.deepStrictEqual(read(path), [...kept, { note: "next", at: cut }], `cut at ${cut}`)
    }
  })

  it.each(foreign)("is refused without a byte changed where another program wrote it: %j", (text) => {
    const path = newPath()
    fs.writeFileSync(path, text)
    assert.match(
      problemOf(() => openToAppend(path)),
      /^cannot read \S+: (line|its end, from line) \d.* is not a note$/
    )
    assert.strictEqual(fs.readFileSync(path, "utf8"), text)
  })

  it("is never in memory as a whole: nothing of it is kept, and little is read at once", () => {
    const path = newPath()
    const line = `${JSON.stringify({ note: "x".repeat(100_000), at: 1 })}\n`
    fs.writeFileSync(path, line.repeat(20))
    const whole = vi.spyOn(fs, "readFileSync")
    const sizes = vi.spyOn(fs, "readSync")
    const log = openToAppend(path)
    const most = Math.max(...sizes.mock.results.map(({ value }) => value as number))
    const isWhole = whole.mock.calls.length > 0
    vi.restoreAllMocks()
    log.append([{ note: "next", at: 2 }])
    log.close()
    assert.notProperty(log, "records")
    assert.isFalse(isWhole)
    assert.isAtMost(most, 65_536)
    const all = read(path)
    assert.lengthOf(all, 21)
    assert.deepStrictEqual(all.at(-1), { note: "next", at: 2 })
  })
})

describe("a log", () => {
  it("is readable by its owner only", () => {
    const path = newPath()
    write(path, notes)
    assert.strictEqual(fs.statSync(path).mode & 0o777, 0o600)
    assert.strictEqual(fs.statSync(`${path}.lock`).mode & 0o777, 0o600)
  })

  it("is closed to others when it is opened again, if a copy or a backup has left it open to them", () => {
    const path = newPath()
    write(path, notes)
    fs.chmodSync(path, 0o644)
    write(path, [])
    assert.strictEqual(fs.statSync(path).mode & 0o777, 0o600)
  })

  it("is empty after it was cleared, and takes records again", () => {
    const path = newPath()
    const log = open(path)
    log.append(notes)
    log.clear()
    log.append(notes.slice(0, 1))
    log.close()
    assert.deepStrictEqual(read(path), notes.slice(0, 1))
  })

  it("takes nothing after it was closed", () => {
    const path = newPath()
    const log = open(path)
    log.close()
    log.append(notes)
    log.clear()
    log.close()
    assert.strictEqual(fs.statSync(path).size, 0)
  })

  it("names a path that cannot be opened", () => {
    const below = join(newPath(), "below")
    assert.strictEqual(
      problemOf(() => open(below)),
      `cannot open ${below}: ENOENT: no such file or directory`
    )
  })
})
