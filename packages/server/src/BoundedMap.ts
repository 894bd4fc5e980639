/**
 * A map that forgets its oldest entries beyond a number of them, or beyond a number of bytes. Several are forgotten at a
 * time: deleting from the front of a large map one by one is slow.
 */

/** What a map may hold. */
export interface Bounds<V> {
  readonly entries: number
  readonly bytes: number
  readonly sizeOf: (value: V) => number
}

export class BoundedMap<V> extends Map<string, V> {
  readonly #bounds: Bounds<V>
  #bytes = 0

  constructor(bounds: Bounds<V>) {
    super()
    this.#bounds = bounds
  }

  override set(key: string, value: V): this {
    const { entries, bytes, sizeOf } = this.#bounds
    const before = this.get(key)
    this.#bytes += sizeOf(value) - (before === undefined ? 0 : sizeOf(before))
    super.set(key, value)
    if (this.size > entries + (entries >> 3) || this.#bytes > bytes * 1.125) {
      for (const oldest of this.keys()) {
        if (oldest === key || (this.size <= entries && this.#bytes <= bytes)) break
        this.delete(oldest)
      }
    }
    return this
  }

  override delete(key: string): boolean {
    const known = this.get(key)
    if (known === undefined) return false
    this.#bytes -= this.#bounds.sizeOf(known)
    return super.delete(key)
  }
}
