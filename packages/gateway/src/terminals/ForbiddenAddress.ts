/**
 * Addresses that no terminal has and that may give access to a cloud's secrets: link-local ones, those of metadata services,
 * and "any". A gateway connects to none of them, in any notation, whatever a name resolves to.
 */

/** Whether connections to an IP address are refused. */
export const isForbidden = (host: string): boolean => {
  const address = canonical(host)
  return FORBIDDEN_V4.test(address) || FORBIDDEN_V6.test(address)
}

const FORBIDDEN_V4 = /^(169\.254\.|0\.|100\.100\.100\.200$|192\.0\.0\.192$)/
const FORBIDDEN_V6 = /^(fe[89ab][0-9a-f]:|::$|fd00:ec2::254$|fd20:ce::254$)/

/** Normalizes an address: IPv6 in its shortest form, or the IPv4 address embedded in it. */
const canonical = (host: string): string => {
  const plain = host
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/%.*$/, "")
  if (!plain.includes(":")) return plain
  const url = `http://[${plain}]/`
  const shortest = URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : plain
  const held = HELD_LAST.exec(shortest) ?? HELD_FIRST.exec(shortest)
  if (held === null) return shortest
  const [high, low] = [held[1], held[2]].map((group) => Number.parseInt(group || "0", 16)) as [number, number]
  return [high >> 8, high & 255, low >> 8, low & 255].join(".")
}

/**
 * IPv6 addresses that end in an IPv4 address: mapped, translated, compatible, and behind NAT64, whose prefix may be a
 * network's own.
 */
const HELD_LAST = /^(?:::(?:ffff:(?:0:)?)?|64:ff9b:.*:)([0-9a-f]{1,4}):([0-9a-f]{1,4})$/

/** 6to4 addresses, which begin with it; zeros may be left out. */
const HELD_FIRST = /^2002:([0-9a-f]{0,4}):([0-9a-f]{0,4})/
