/** Messages in captures of tcpdump and Wireshark: reassembled, decoded, a bad byte underlined. */
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Result from "effect/Result"
import { assert, describe, it } from "vitest"
import { isCapture, turnsIn } from "../src/capture.ts"
import { inside } from "./inside.ts"

const folder = mkdtempSync(join(tmpdir(), "capture-"))

const request = "CZ0040320CJ012012345678901CA00201CB0041245CD0010CE003978"
const response = "CZ0040320CJ012012345678901CA00201AE00210CB0041245CD0010CE003978"

const till = { host: [10, 0, 0, 5], port: 51_000 }
const terminal = { host: [10, 0, 0, 9], port: 8888 }

interface Sent {
  readonly from: typeof till
  readonly to: typeof till
  readonly sequence: number
  readonly text?: string
  readonly syn?: boolean
}

const tcp = ({ from, to, sequence, text = "", syn = false }: Sent): Buffer => {
  const header = Buffer.alloc(20)
  header.writeUInt16BE(from.port, 0)
  header.writeUInt16BE(to.port, 2)
  header.writeUInt32BE(sequence >>> 0, 4)
  header[12] = 5 << 4
  header[13] = syn ? 2 : 0x18
  return Buffer.concat([header, Buffer.from(text, "latin1")])
}

const ipv4 = (sent: Sent): Buffer => {
  const payload = tcp(sent)
  const header = Buffer.alloc(20)
  header[0] = 0x45
  header.writeUInt16BE(20 + payload.length, 2)
  header[9] = 6
  header.set(sent.from.host, 12)
  header.set(sent.to.host, 16)
  return Buffer.concat([header, payload])
}

const ipv6 = (sent: Sent): Buffer => {
  const payload = tcp(sent)
  const header = Buffer.alloc(40)
  header[0] = 0x60
  header.writeUInt16BE(payload.length, 4)
  header[6] = 6
  header[23] = 1
  header[39] = 2
  return Buffer.concat([header, payload])
}

const links = {
  // Short packets are padded to 60 bytes; the padding is not the till's.
  ethernet: [
    1,
    (sent: Sent) => Buffer.concat([Buffer.alloc(12), Buffer.from("0800", "hex"), ipv4(sent), Buffer.alloc(6)])
  ],
  vlan: [1, (sent: Sent) => Buffer.concat([Buffer.alloc(12), Buffer.from("810000050800", "hex"), ipv4(sent)])],
  loopback: [0, (sent: Sent) => Buffer.concat([Buffer.alloc(4), ipv4(sent)])],
  any: [113, (sent: Sent) => Buffer.concat([Buffer.alloc(16), ipv4(sent)])],
  any2: [276, (sent: Sent) => Buffer.concat([Buffer.alloc(20), ipv4(sent)])],
  raw: [101, ipv4],
  "raw IPv6": [101, ipv6]
} as const

const at = Date.UTC(2026, 0, 2, 3, 4, 5)

const pcap = (link: number, packets: ReadonlyArray<Buffer>, { little = true, nano = false } = {}): Buffer => {
  const u32 = (value: number) => {
    const bytes = Buffer.alloc(4)
    if (little) bytes.writeUInt32LE(value)
    else bytes.writeUInt32BE(value)
    return bytes
  }
  const header = [u32(nano ? 0xa1b23c4d : 0xa1b2c3d4), Buffer.alloc(12), u32(262_144), u32(link)]
  return Buffer.concat([
    ...header,
    ...packets.flatMap((packet, index) => [
      ...[u32(at / 1000), u32((index + 1) * (nano ? 1_000_000 : 1_000)), u32(packet.length), u32(packet.length)],
      packet
    ])
  ])
}

const pcapng = (link: number, packets: ReadonlyArray<Buffer>): Buffer => {
  const block = (type: number, body: Buffer) => {
    const padded = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)])
    const length = Buffer.alloc(4)
    length.writeUInt32LE(padded.length + 12)
    const head = Buffer.alloc(4)
    head.writeUInt32LE(type)
    return Buffer.concat([head, length, padded, length])
  }
  const numbers = (...all: ReadonlyArray<number>) => {
    const bytes = Buffer.alloc(all.length * 4)
    for (const [index, value] of all.entries()) bytes.writeUInt32LE(value, index * 4)
    return bytes
  }
  // if_tsresol 3: milliseconds.
  const options = Buffer.from([9, 0, 1, 0, 3, 0, 0, 0, 0, 0, 0, 0])
  return Buffer.concat([
    block(0x0a0d0d0a, numbers(0x1a2b3c4d, 1, 0xffffffff, 0xffffffff)),
    block(1, Buffer.concat([numbers(link, 262_144), options])),
    ...packets.map((packet, index) => {
      const time = at + index + 1
      const head = numbers(0, Math.floor(time / 2 ** 32), time % 2 ** 32, packet.length, packet.length)
      return block(6, Buffer.concat([head, packet]))
    })
  ])
}

/** A request in two segments, the second one early and twice, and its answer. */
const dialogue: ReadonlyArray<Sent> = [
  { from: till, to: terminal, sequence: 2 ** 32 - 11, syn: true },
  { from: terminal, to: till, sequence: 500, syn: true },
  { from: till, to: terminal, sequence: 10, text: request.slice(20) },
  { from: till, to: terminal, sequence: 2 ** 32 - 10, text: request.slice(0, 20) },
  { from: till, to: terminal, sequence: 10, text: request.slice(20) },
  { from: terminal, to: till, sequence: 501, text: response }
]

const said = (bytes: Buffer, port = 8888) => Result.getOrThrow(turnsIn(bytes, port)).map(({ text }) => text)

describe("a capture", () => {
  it.each(Object.entries(links))(
    "is read over %s, with whole messages from reordered and repeated segments",
    (_, [link, wrap]) => {
      const packets = dialogue.map(wrap)
      for (const bytes of [
        pcap(link, packets),
        pcap(link, packets, { little: false }),
        pcap(link, packets, { nano: true }),
        pcapng(link, packets)
      ]) {
        assert.isTrue(isCapture(bytes))
        assert.deepStrictEqual(said(bytes), [request, response])
        const [turn] = Result.getOrThrow(turnsIn(bytes, 8888))
        assert.deepInclude(turn, { at: at + 4, missing: 0 })
      }
    }
  )

  it("shows IPv6 addresses in brackets, before the port", () => {
    const [turn] = Result.getOrThrow(turnsIn(pcap(101, dialogue.map(ipv6)), 8888))
    assert.deepInclude(turn, { from: "[::1]:51000", to: "[::2]:8888" })
  })

  it("is read as far as it goes if it was interrupted", () => {
    const bytes = pcap(101, dialogue.map(ipv4))
    assert.deepStrictEqual(said(bytes.subarray(0, -10)), [request])
  })

  it("says how many bytes it lacks, and keeps two connections of the same ports apart", () => {
    const gap = [
      { from: till, to: terminal, sequence: 1, text: "CZ0040320" },
      { from: till, to: terminal, sequence: 15, text: "CA00201" }
    ]
    const again = [
      { from: till, to: terminal, sequence: 7_000, syn: true },
      { from: till, to: terminal, sequence: 7_001, text: request }
    ]
    const turns = Result.getOrThrow(turnsIn(pcap(101, [...gap, ...again].map(ipv4)), 8888))
    assert.deepStrictEqual(
      turns.map(({ text, missing }) => [text, missing]),
      [
        ["CZ0040320CA00201", 5],
        [request, 0]
      ]
    )
  })

  it("says where else there is data, and that there is none", () => {
    const bytes = pcap(101, dialogue.map(ipv4))
    assert.include(Result.getOrThrow(Result.flip(turnsIn(bytes, 9999))), "there is some on 8888: --port names it")
    assert.strictEqual(Result.getOrThrow(Result.flip(turnsIn(pcap(101, []), 8888))), "the capture has no TCP data")
  })

  it.each([[""], ["CZ0040320"], ["\u00d4\u00c3\u00b2"]])("is no %j", (text) => {
    assert.isFalse(isCapture(Buffer.from(text, "latin1")))
  })
})

describe("hipay-pos decode of a file", () => {
  const fileOf = (name: string, bytes: Buffer | string) => {
    const path = join(folder, name)
    writeFileSync(path, bytes)
    return path
  }

  it("decodes every message of a capture, with who sent it and when", async () => {
    const path = fileOf("good.pcap", pcap(101, dialogue.map(ipv4)))
    const { code, stdout } = await inside(["decode", path])
    assert.strictEqual(code, 0)
    assert.match(stdout, /^2026-01-0\d \d\d:\d\d:05\.004 {2}10\.0\.0\.5:51000 → 10\.0\.0\.9:8888$/m)
    assert.match(stdout, /10\.0\.0\.9:8888 → 10\.0\.0\.5:51000/)
    assert.include(stdout, (await inside(["decode", request])).stdout)
    const lines = (await inside(["decode", path, "--json"])).stdout.split("\n").map((line) => JSON.parse(line))
    assert.deepStrictEqual(
      lines.map(({ from, direction }) => [from, direction]),
      [
        ["10.0.0.5:51000", "request"],
        ["10.0.0.9:8888", "response"]
      ]
    )
  })

  it("underlines the bad byte of a message in a capture: 2; and says which one stops: 3", async () => {
    const sent = (text: string) => pcap(101, [ipv4({ from: till, to: terminal, sequence: 1, text })])
    const bad = await inside(["decode", fileOf("bad.pcap", sent(request.replace("CB004", "CB0x4")))])
    assert.strictEqual(bad.code, 2)
    assert.match(bad.stdout, /\^ byte \d+/)
    const short = await inside(["decode", fileOf("short.pcap", sent(request.slice(0, -1)))])
    assert.strictEqual(short.code, 3)
    assert.include(short.stdout, "the text stops inside the field CE")
  })

  it("reports what is missing from a capture: 2", async () => {
    const { code, stderr } = await inside(["decode", fileOf("empty.pcap", pcap(101, []))])
    assert.strictEqual(code, 2)
    assert.include(stderr, "decode: the capture has no TCP data")
  })

  it("decodes a file with a message", async () => {
    const { stdout } = await inside(["decode", fileOf("message.log", `13:42:37 INFO sent ${request}\n`)])
    assert.strictEqual(stdout, (await inside(["decode", request])).stdout)
  })
})
