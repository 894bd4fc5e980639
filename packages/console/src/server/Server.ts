/**
 * Calls to the server that these pages came from: same origin, session cookie, one space.
 *
 * Nothing throws: an answer is a value or a problem with words for a person. A payment is never repeated here.
 */

/** Why a call gave nothing. `status` 0: no answer came at all. */
export interface Problem {
  readonly status: number
  readonly code: string
  readonly message: string
  /** What the code is about. */
  readonly details: Readonly<Record<string, unknown>>
}

export type Reply<A> =
  | { readonly ok: true; readonly value: A; readonly headers: Headers }
  | { readonly ok: false; readonly problem: Problem; readonly headers?: Headers }

/** A call with a body. */
export interface Sending {
  readonly method: "POST" | "PUT" | "DELETE"
  readonly path: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** The server, as one space of it is seen. */
export interface Server {
  readonly space: string
  readonly get: <A>(path: string) => Promise<Reply<A>>
  readonly send: <A>(sending: Sending) => Promise<Reply<A>>
  /** Headers of every call, for streams. */
  readonly headers: Readonly<Record<string, string>>
  /** Called for a stream that was refused for want of a session. */
  readonly signedOut: () => void
}

export interface ServerOptions {
  readonly space: string
  /** The session is over. */
  readonly onSignedOut: () => void
}

/** The server behind `fetch`. */
export const makeServer = ({ space, onSignedOut }: ServerOptions): Server => {
  const headers = space === "" ? {} : { "X-Mock-Space": space }
  const call = async <A>(path: string, init: RequestInit): Promise<Reply<A>> => {
    try {
      const response = await fetch(path, { ...init, credentials: "same-origin" })
      const text = await response.text()
      const json = asJson(text)
      if (response.ok) return { ok: true, value: json as A, headers: response.headers }
      if (response.status === 401) onSignedOut()
      return { ok: false, problem: problemOf(response.status, json), headers: response.headers }
    } catch {
      return { ok: false, problem: { status: 0, code: "gone", message: "", details: {} } }
    }
  }
  return {
    space,
    headers,
    signedOut: onSignedOut,
    get: (path) => call(path, { headers: { Accept: "application/json", ...headers } }),
    send: ({ method, path, body, headers: more }) =>
      call(path, {
        method,
        headers: {
          Accept: "application/json",
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
          ...headers,
          ...more
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) })
      })
  }
}

const asJson = (text: string): unknown => {
  try {
    return text === "" ? undefined : JSON.parse(text)
  } catch {
    return text
  }
}

/** Says in one line what the server said; its error body has a code, a message and perhaps a description. */
const problemOf = (status: number, json: unknown): Problem => {
  const error = (
    json as { readonly error?: Partial<Record<"code" | "message" | "description" | "details", unknown>> } | undefined
  )?.error
  const words = [error?.message, error?.description].filter((each) => typeof each === "string" && each !== "")
  const { details } = error ?? {}
  return {
    status,
    code: typeof error?.code === "string" ? error.code : String(status),
    message: words.join(": "),
    details: typeof details === "object" && details !== null ? (details as Problem["details"]) : {}
  }
}
