/** Hosts by their names, as orders, settings and URLs have them. Nothing is looked up. */

/** Whether a host is this machine; an IPv6 address stands alone, or in the brackets that a URL has around it. */
export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i.test(host)

/** `HOST:PORT` as it is typed: an IPv6 address, which stands alone in `host`, gets brackets. */
export const addressText = ({ host, port }: { readonly host: string; readonly port: number }): string =>
  `${host.includes(":") ? `[${host}]` : host}:${port}`
