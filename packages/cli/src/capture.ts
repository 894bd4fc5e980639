/**
 * Extracts a TCP conversation from a capture of tcpdump or Wireshark: pcap (either byte order, micro- or nanoseconds)
 * and pcapng. Ethernet with VLAN tags, Linux "any", loopback and raw IP; IPv4 and IPv6. Segments are reordered and
 * deduplicated; bytes missing from the capture are counted, never guessed. IP fragments are not reassembled.
 *
 * Sources: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng, RFC 9293.
 */
import { addressText } from "@hipay-pos/core/Host"
import * as Result from "effect/Result"

/** What one side sent before the other one did. */
export interface Turn {
  /** Milliseconds since 1970, of its first byte. */
  readonly at: number
  /** `ADDRESS:PORT`. */
  readonly from: string
  readonly to: string
  /** One character per byte. */
  readonly text: string
  /** Missing bytes inside or before it. */
  readonly missing: number
}

/** Whether the bytes are a capture. */
export const isCapture = (bytes: Buffer): boolean => bytes.length >= 24 && orderOf(bytes) !== undefined

/**
 * All turns on a port, by the time of their first bytes. Fails with what is wrong with the file, or with the ports that
 * it has.
 */
export const turnsIn = (bytes: Buffer, port: number): Result.Result<ReadonlyArray<Turn>, string> => {
  const segments = packetsIn(bytes).flatMap((packet) => segmentIn(packet) ?? [])
  const ours = segments.filter(({ from, to }) => from.port === port || to.port === port)
  const turns = reassemble(ours)
  if (turns.length > 0) return Result.succeed(turns)
  const ports = [
    ...new Set(segments.filter(({ data }) => data.length > 0).map(({ to, from }) => Math.min(to.port, from.port)))
  ]
  return Result.fail(
    ports.length === 0
      ? "the capture has no TCP data"
      : `the capture has no TCP data on port ${port}; there is some on ${ports.slice(0, 10).join(", ")}: --port names it`
  )
}

interface Packet {
  readonly at: number
  /** The link type, as libpcap numbers them. */
  readonly link: number
  readonly data: Buffer
}

const SECTION = 0x0a0d0d0a

/** The byte order, and the unit of fractional seconds in milliseconds; undefined if this is not a capture. */
const orderOf = (bytes: Buffer): { readonly isLittle: boolean; readonly fraction: number } | undefined => {
  if (bytes.readUInt32BE(0) === SECTION) return { isLittle: bytes.readUInt32LE(8) === 0x1a2b3c4d, fraction: 0.001 }
  for (const isLittle of [true, false]) {
    const magic = isLittle ? bytes.readUInt32LE(0) : bytes.readUInt32BE(0)
    if (magic === 0xa1b2c3d4) return { isLittle, fraction: 0.001 }
    if (magic === 0xa1b23c4d) return { isLittle, fraction: 0.000_001 }
  }
  return undefined
}

/** The complete packets; an interrupted capture ends in the middle of one. */
const packetsIn = (bytes: Buffer): ReadonlyArray<Packet> => {
  const order = orderOf(bytes)
  if (order === undefined) return []
  return bytes.readUInt32BE(0) === SECTION ? packetsOfBlocks(bytes) : packetsOfRecords(bytes, order)
}

const packetsOfRecords = (
  bytes: Buffer,
  { isLittle, fraction }: NonNullable<ReturnType<typeof orderOf>>
): ReadonlyArray<Packet> => {
  const u32 = (at: number) => (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at))
  const link = u32(20) & 0xffff
  const packets: Array<Packet> = []
  for (let at = 24; at + 16 <= bytes.length; ) {
    const length = u32(at + 8)
    const data = bytes.subarray(at + 16, at + 16 + length)
    if (data.length < length) break
    packets.push({ at: u32(at) * 1000 + u32(at + 4) * fraction, link, data })
    at += 16 + length
  }
  return packets
}

const packetsOfBlocks = (bytes: Buffer): ReadonlyArray<Packet> => {
  const packets: Array<Packet> = []
  let isLittle = true
  let interfaces: Array<{ readonly link: number; readonly tick: number }> = []
  const u32 = (at: number) => (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at))
  const u16 = (at: number) => (isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at))
  for (let at = 0; at + 12 <= bytes.length; ) {
    if (bytes.readUInt32BE(at) === SECTION) {
      isLittle = bytes.readUInt32LE(at + 8) === 0x1a2b3c4d
      interfaces = []
    }
    const type = u32(at)
    const length = u32(at + 4)
    if (length < 12 || at + length > bytes.length) break
    if (type === 1) interfaces.push({ link: u16(at + 8), tick: tickOf(bytes, at + 16, at + length - 4, u16) })
    if (type === 6 && length >= 32) {
      const { link, tick } = interfaces[u32(at + 8)] ?? { link: -1, tick: 0.001 }
      const time = (u32(at + 12) * 2 ** 32 + u32(at + 16)) * tick
      packets.push({ at: time, link, data: bytes.subarray(at + 28, Math.min(at + 28 + u32(at + 20), at + length - 4)) })
    }
    if (type === 3 && interfaces[0] !== undefined) {
      packets.push({ at: 0, link: interfaces[0].link, data: bytes.subarray(at + 12, at + length - 4) })
    }
    at += length
  }
  return packets
}

/** The length of an interface's clock tick in milliseconds: a microsecond unless its option `if_tsresol` says otherwise. */
const tickOf = (bytes: Buffer, from: number, end: number, u16: (at: number) => number): number => {
  for (let at = from; at + 4 <= end; at += 4 + Math.ceil(u16(at + 2) / 4) * 4) {
    const resolution = bytes[at + 4] ?? 6
    if (u16(at) === 9) return 1000 * (resolution & 0x80 ? 2 ** -(resolution & 0x7f) : 10 ** -resolution)
  }
  return 0.001
}

interface End {
  readonly host: string
  readonly port: number
}

interface Segment {
  readonly at: number
  readonly from: End
  readonly to: End
  readonly sequence: number
  readonly isFirst: boolean
  readonly data: Buffer
}

/** The IP packet after a link-layer header; undefined if there is none. */
const ipIn = ({ link, data }: Packet): Buffer | undefined => {
  switch (link) {
    case 1: {
      let at = 12
      while (data.length > at + 4 && [0x8100, 0x88a8].includes(data.readUInt16BE(at))) at += 4
      return data.subarray(at + 2)
    }
    case 0:
    case 108:
      return data.subarray(4)
    case 12:
    case 14:
    case 101:
    case 228:
    case 229:
      return data
    case 113:
      return data.subarray(16)
    case 276:
      return data.subarray(20)
    default:
      return undefined
  }
}

const segmentIn = (packet: Packet): Segment | undefined => {
  const ip = ipIn(packet)
  const version = (ip?.[0] ?? 0) >> 4
  if (ip === undefined || ip.length < 20) return undefined
  if (version === 4) {
    const [from, to] = [12, 16].map((at) => ip.subarray(at, at + 4).join("."))
    const isFragment = (ip.readUInt16BE(6) & 0x1fff) !== 0
    if (ip[9] !== 6 || isFragment) return undefined
    // With segmentation offload, the network card segments later and the length is still 0.
    const total = ip.readUInt16BE(2) || ip.length
    return tcpIn(packet.at, from, to, ip.subarray(((ip[0] ?? 0) & 15) * 4, total))
  }
  if (version !== 6 || ip.length < 40) return undefined
  let next = ip[6] ?? 0
  let at = 40
  while ([0, 43, 60].includes(next) && ip.length > at + 2) {
    next = ip[at] ?? 0
    at += 8 + (ip[at + 1] ?? 0) * 8
  }
  const [from, to] = [8, 24].map((start) => shownIPv6(ip.subarray(start, start + 16)))
  return next === 6 ? tcpIn(packet.at, from, to, ip.subarray(at, 40 + (ip.readUInt16BE(4) || ip.length))) : undefined
}

const shownIPv6 = (bytes: Buffer): string =>
  Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16))
    .join(":")
    .replace(/(^|:)0(:0)+(:|$)/, "::")

const tcpIn = (at: number, from = "", to = "", tcp: Buffer): Segment | undefined => {
  if (tcp.length < 20) return undefined
  return {
    at,
    from: { host: from, port: tcp.readUInt16BE(0) },
    to: { host: to, port: tcp.readUInt16BE(2) },
    sequence: tcp.readUInt32BE(4),
    isFirst: ((tcp[13] ?? 0) & 2) !== 0,
    data: tcp.subarray(((tcp[12] ?? 0) >> 4) * 4)
  }
}

/** One direction of a connection. */
interface Flow {
  /** Sequence number of the next byte; undefined before the first one. */
  next: number | undefined
  early: Array<Segment>
}

const reassemble = (segments: ReadonlyArray<Segment>): ReadonlyArray<Turn> => {
  const flows = new Map<string, Flow>()
  /** The current turn of each connection, by its two ends. */
  const current = new Map<string, { turn: { -readonly [Key in keyof Turn]: Turn[Key] } }>()
  const turns: Array<Turn> = []
  const take = ({ at, from, to }: Segment, data: Buffer, missing: number) => {
    if (data.length === 0) return
    const ends = [addressText(from), addressText(to)]
    const key = ends.toSorted().join(" ")
    const now = current.get(key)
    if (now !== undefined && now.turn.from === ends[0]) {
      now.turn.text += data.toString("latin1")
      now.turn.missing += missing
      return
    }
    const [source = "", target = ""] = ends
    const turn = { at, from: source, to: target, text: data.toString("latin1"), missing }
    turns.push(turn)
    current.set(key, { turn })
  }
  /** Emits what is in order; with `all`, what follows a gap, too. */
  const drain = (flow: Flow, all: boolean) => {
    flow.early.sort((a, b) => (a.sequence - b.sequence) | 0)
    while (flow.early[0] !== undefined) {
      const [segment] = flow.early
      const gap = flow.next === undefined ? 0 : (segment.sequence - flow.next) | 0
      if (gap > 0 && !all) return
      flow.early.shift()
      const data = segment.data.subarray(Math.max(0, -gap))
      take(segment, data, Math.max(0, gap))
      if (data.length > 0) flow.next = (segment.sequence + segment.data.length) >>> 0
    }
  }
  for (const segment of segments) {
    const key = `${addressText(segment.from)} ${addressText(segment.to)}`
    const known = flows.get(key)
    if (segment.isFirst) {
      if (known !== undefined) drain(known, true)
      // The same ports again mean another connection.
      if (known?.next !== (segment.sequence + 1) >>> 0) {
        flows.set(key, { next: (segment.sequence + 1) >>> 0, early: [] })
        current.delete([addressText(segment.from), addressText(segment.to)].toSorted().join(" "))
      }
      continue
    }
    const flow: Flow = known ?? { next: undefined, early: [] }
    flows.set(key, flow)
    if (segment.data.length === 0) continue
    flow.early.push(segment)
    drain(flow, false)
  }
  for (const flow of flows.values()) drain(flow, true)
  return turns
}
