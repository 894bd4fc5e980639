/**
 * `Headers`, `Request` and `Response` in a bundled bin: Node's own classes, loaded at the first use of one of them. They bring
 * Node's HTTP client, HTTP/2 and TLS, which a server that answers with the light classes of its HTTP library does not need.
 */

type Name = "Headers" | "Request" | "Response"
type Class = new (...args: ReadonlyArray<unknown>) => object

/** Stands for a global class: makes its instances and knows them; a class that extends it knows its own. */
const defer = (name: Name, statics: ReadonlyArray<string> = []): Class => {
  let loaded: Class | undefined
  const load = (): Class => {
    if (loaded === undefined) {
      loaded = (globalThis as unknown as Record<Name, Class>)[name]
      // From now on, subclasses of this class have the methods of the original.
      Object.setPrototypeOf(Deferred, loaded)
      Object.setPrototypeOf(Deferred.prototype, loaded.prototype)
    }
    return loaded
  }
  class Deferred {
    constructor(...args: ReadonlyArray<unknown>) {
      // biome-ignore lint/correctness/noConstructorReturn: made by the class that it stands for
      return Reflect.construct(load(), args, new.target === Deferred ? load() : new.target)
    }

    static [Symbol.hasInstance](value: unknown): boolean {
      if (typeof value !== "object" || value === null) return false
      if (Object.prototype.isPrototypeOf.call(Deferred.prototype, value)) return true
      return Reflect.get(value, Symbol.toStringTag) === name && value instanceof load()
    }
  }
  for (const key of statics) Object.defineProperty(Deferred, key, { get: () => Reflect.get(load(), key) })
  return Deferred as Class
}

export const Headers = defer("Headers")
export let Request = defer("Request")
export let Response = defer("Response", ["error", "json", "redirect"])

/** Replaces Node's class by a light one. */
export const setWebClass = (name: "Request" | "Response", value: Class): void => {
  if (name === "Request") Request = value
  else Response = value
}
