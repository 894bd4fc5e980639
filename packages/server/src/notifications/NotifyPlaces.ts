/**
 * The hosts and ports that notifications may be sent to. Addresses come from orders, so otherwise anyone who may send orders
 * could make the server call any URL.
 */

/** Whether a text is a host and a port, such as `shop.example:443` or `[::1]:3000`. */
export const isPlace = (text: string): boolean =>
  /^(\[[0-9a-f:.]+\]|[^:[\]/\\?#@\s]+):\d{1,5}$/i.test(text) && placeOf(`https://${text}`) !== undefined

/** Whether an address has one of these hosts and ports, in any notation. */
export const makeIsAllowed = (allowed: ReadonlyArray<string>): ((url: string) => boolean) => {
  const places = new Set(allowed.map((each) => placeOf(`https://${each}`)))
  return (url) => {
    const place = places.size === 0 ? undefined : placeOf(url)
    return place !== undefined && places.has(place)
  }
}

/** The host and port of a web address in normal form; undefined for other addresses. */
const placeOf = (url: string): string | undefined => {
  const target = URL.canParse(url) ? new URL(url) : undefined
  if (target === undefined || !/^https?:$/.test(target.protocol)) return undefined
  return `${target.hostname}:${target.port || (target.protocol === "https:" ? "443" : "80")}`
}
