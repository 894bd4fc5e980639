/** Where an attempt of a mock or a gateway is: for a program, and in the console for a person. */

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

/** An id as the server calls it; as it was given where it is not percent-encoded. */
const decoded = (id: string): string => {
  try {
    return decodeURIComponent(id)
  } catch {
    return id
  }
}
