/** The addresses of an attempt of a mock or a gateway: one for programs, one in the console for people. */

/** The addresses of an attempt. */
export interface Links {
  readonly id: string
  readonly address: string
  readonly console: string
}

/** The links of an attempt at a server, by its id or by the path that the server gave, such as `/attempts/ID`. */
export const linksOf = (server: string, attempt: string): Links => {
  const base = server.replace(/\/*$/, "/")
  const id = attempt.slice(attempt.lastIndexOf("/") + 1)
  return { id: decoded(id), address: `${base}attempts/${id}`, console: `${base}#/attempts/${id}` }
}

/** An id, percent-decoded if that is possible. */
const decoded = (id: string): string => {
  try {
    return decodeURIComponent(id)
  } catch {
    return id
  }
}
