/**
 * The web console's static files: the only part of the server without credentials, because nothing in it is secret.
 *
 * Pages run only this server's files and cannot be framed.
 */

/** One file. */
export interface Page {
  readonly type: string
  readonly body: Uint8Array<ArrayBuffer>
  readonly gzipped: Uint8Array<ArrayBuffer>
  /** Whether its name changes with its content. */
  readonly immutable: boolean
}

/** Files by path, such as `/assets/index-1a2b3c.js`; `/` is the first page. */
export type Pages = ReadonlyMap<string, Page>

/** The response with a file. */
export const toResponse = (
  { type, body, gzipped, immutable }: Page,
  acceptEncoding = "",
  more: Readonly<Record<string, string>> = {}
): Response => {
  const gzip = /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i.test(acceptEncoding)
  return new Response(gzip ? gzipped : body, {
    headers: {
      ...headers,
      ...more,
      "Content-Type": type,
      "Cache-Control": immutable ? "public, max-age=31536000, immutable" : "no-cache",
      ...(gzip ? { "Content-Encoding": "gzip" } : {})
    }
  })
}

const headers = {
  "Content-Security-Policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'"
  ].join("; "),
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  Vary: "Accept-Encoding"
}
