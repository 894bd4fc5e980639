/** Writes protobuf fields one after the other into a growing buffer. Field numbers are at most 15. */
export class ProtobufWriter {
  #buffer: Buffer
  #view: DataView
  #at: number

  /** `size` and `start` in bytes: writing begins at `start`. */
  constructor(size: number, start = 0) {
    this.#buffer = Buffer.allocUnsafeSlow(size)
    this.#view = viewOf(this.#buffer)
    this.#at = start
  }

  /** The underlying buffer, not a copy. */
  get buffer(): Buffer<ArrayBuffer> {
    return this.#buffer as Buffer<ArrayBuffer>
  }

  /** Where the next field begins. */
  get position(): number {
    return this.#at
  }

  /** What was written, if writing began at 0. */
  get written(): Uint8Array {
    return this.#buffer.subarray(0, this.#at)
  }

  /** Discards what was written after this position. */
  rewind(position: number): void {
    this.#at = position
  }

  number(field: number, value: number): void {
    this.#begin(field, VARINT, ROOM)
    this.#varint(value)
  }

  int64(field: number, value: bigint): void {
    this.#begin(field, VARINT, ROOM)
    let rest = BigInt.asUintN(64, value)
    for (; rest > 127n; rest >>= 7n) this.#buffer[this.#at++] = Number(rest & 127n) | 128
    this.#buffer[this.#at++] = Number(rest)
  }

  fixed64(field: number, value: bigint): void {
    this.#begin(field, FIXED_64, ROOM)
    this.#view.setBigUint64(this.#at, value, true)
    this.#at += 8
  }

  double(field: number, value: number): void {
    this.#begin(field, FIXED_64, ROOM)
    this.#view.setFloat64(this.#at, value, true)
    this.#at += 8
  }

  text(field: number, value: string): void {
    this.#begin(field, LENGTH_DELIMITED, ROOM + value.length * 3)
    const start = this.#at
    if (!this.#shortAscii(value)) {
      this.#at = start + 1 + this.#buffer.write(value, start + 1, "utf8")
      this.end(start)
    }
  }

  hexadecimal(field: number, value: string): void {
    this.#begin(field, LENGTH_DELIMITED, ROOM + value.length)
    const length = value.length >> 1
    this.#varint(length)
    for (let i = 0; i < length; i++)
      this.#buffer[this.#at++] = (digit(value.charCodeAt(i * 2)) << 4) | digit(value.charCodeAt(i * 2 + 1))
  }

  bytes(value: Uint8Array): void {
    this.#reserve(this.#at, value.length)
    this.#buffer.set(value, this.#at)
    this.#at += value.length
  }

  /** Begins a field of this length, whose bytes follow. */
  head(field: number, length: number): void {
    this.#begin(field, LENGTH_DELIMITED, ROOM)
    this.#varint(length)
  }

  /** Begins a nested message; `end` with the returned position ends it. */
  begin(field: number): number {
    this.#begin(field, LENGTH_DELIMITED, ROOM)
    return this.#at++
  }

  /** Writes the length of what follows `start` there: usually it fits into the one byte reserved for it. */
  end(start: number): void {
    const end = this.#at
    const length = end - start - 1
    this.#at = start
    if (length > 127) {
      const width = length < 16_384 ? 2 : length < 2_097_152 ? 3 : 4
      this.#reserve(end, width)
      this.#buffer.copyWithin(start + width, start + 1, end)
    }
    this.#varint(length)
    this.#at += length
  }

  /** Short texts cost less this way than a call to the text encoder. If one is not ASCII, its bytes are overwritten. */
  #shortAscii(value: string): boolean {
    const { length } = value
    if (length > SHORT) return false
    const buffer = this.#buffer
    let at = this.#at
    buffer[at++] = length
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i)
      if (code > 127) return false
      buffer[at++] = code
    }
    this.#at = at
    return true
  }

  #begin(field: number, wireType: number, room: number): void {
    this.#reserve(this.#at, room)
    this.#buffer[this.#at++] = (field << 3) | wireType
  }

  /** Makes room for this many bytes after those in use. */
  #reserve(used: number, room: number): void {
    if (used + room <= this.#buffer.length) return
    const larger = Buffer.allocUnsafeSlow((used + room) * 2)
    this.#buffer.copy(larger, 0, 0, used)
    this.#buffer = larger
    this.#view = viewOf(larger)
  }

  #varint(value: number): void {
    let rest = value
    for (; rest > 127; rest >>>= 7) this.#buffer[this.#at++] = (rest & 127) | 128
    this.#buffer[this.#at++] = rest
  }
}

const VARINT = 0
const FIXED_64 = 1
const LENGTH_DELIMITED = 2

/** More than the bytes of a tag with a length or a number. */
const ROOM = 32

/** Texts up to this many characters are encoded here; their length fits into one byte. */
const SHORT = 64

const digit = (code: number): number => (code & 15) + (code >> 6) * 9

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength)
