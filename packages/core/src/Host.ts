/** Hosts by their names, as orders, settings and URLs have them. Nothing is looked up. */

/** Whether a host is this machine; an IPv6 address stands alone, or in the brackets that a URL has around it. */
export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i.test(host)

/** `HOST:PORT` as it is typed: an IPv6 address, which stands alone in `host`, gets brackets. */
export const addressText = ({ host, port }: { readonly host: string; readonly port: number }): string =>
  `${host.includes(":") ? `[${host}]` : host}:${port}`

/** A socket's address as people write it: an IPv4 address that an IPv6 socket has as `::ffff:192.168.1.20` is IPv4. */
export const plainAddress = (address: string | undefined): string | undefined =>
  address?.replace(/^::ffff:(?=\d+\.)/, "")
