/** Host names as orders, settings and URLs write them. No DNS lookups. */

/** Whether a host is this machine; an IPv6 address may be bare, or in brackets as in a URL. */
export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i.test(host)

/** `HOST:PORT` as it is typed: a bare IPv6 address gets brackets. */
export const addressText = ({ host, port }: { readonly host: string; readonly port: number }): string =>
  `${host.includes(":") ? `[${host}]` : host}:${port}`

/** A socket's address as people write it: the IPv4-mapped `::ffff:192.168.1.20` becomes `192.168.1.20`. */
export const plainAddress = (address: string | undefined): string | undefined =>
  address?.replace(/^::ffff:(?=\d+\.)/, "")
