/**
 * A map that evicts its oldest entries beyond a number of entries, and of bytes if given. Evicts several at a time: deleting
 * from the front of a large map one by one is slow.
 */

/** What a map may hold. */
export interface Bounds<V> {
  readonly entries: number
  /** Unlimited by default. */
  readonly bytes?: number | undefined
  /** The bytes of a value, if they are limited. */
  readonly sizeOf?: ((value: V) => number) | undefined
}

export class BoundedMap<V> extends Map<string, V> {
  readonly #entries: number
  readonly #limit: number
  readonly #sizeOf: (value: V) => number
  #bytes = 0

  constructor({ entries, bytes = Number.POSITIVE_INFINITY, sizeOf = () => 0 }: Bounds<V>) {
    super()
    this.#entries = entries
    this.#limit = bytes
    this.#sizeOf = sizeOf
  }

  override set(key: string, value: V): this {
    const before = this.get(key)
    this.#bytes += this.#sizeOf(value) - (before === undefined ? 0 : this.#sizeOf(before))
    super.set(key, value)
    if (this.size > this.#entries + (this.#entries >> 3) || this.#bytes > this.#limit * 1.125) {
      for (const oldest of this.keys()) {
        if (oldest === key || (this.size <= this.#entries && this.#bytes <= this.#limit)) break
        this.delete(oldest)
      }
    }
    return this
  }

  override delete(key: string): boolean {
    const known = this.get(key)
    if (known === undefined) return false
    this.#bytes -= this.#sizeOf(known)
    return super.delete(key)
  }
}
