/** Host names as orders, settings and URLs write them. No DNS lookups. */

/** Whether a host is this machine; an IPv6 address may be bare, or in brackets as in a URL. */
export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i.test(host)

/** `HOST:PORT` as it is typed: a bare IPv6 address gets brackets. */
export const addressText = ({ host, port }: { readonly host: string; readonly port: number }): string =>
  `${host.includes(":") ? `[${host}]` : host}:${port}`

/** A socket's address as people write it: the IPv4-mapped `::ffff:192.168.1.20` becomes `192.168.1.20`. */
export const plainAddress = (address: string | undefined): string | undefined =>
  address?.replace(/^::ffff:(?=\d+\.)/, "")

/**
 * Whether a host consists of numbers but is not a plain IP address. Systems read it as another address: a number with a leading
 * zero as octal, so that 192.168.1.020, as terminals show their address, would be 192.168.1.16.
 */
export const isMisread = (host: string): boolean => numbers.test(host) && !ipv4.test(host)

const numbers = /^(?:0x[\da-f]+|\d+)(?:\.(?:0x[\da-f]+|\d+))*\.?$/i
const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/
