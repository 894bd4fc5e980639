/** The addresses at which people see a server: its console, its API reference, and an attempt. */

/** For the user, when the server starts; `pages` is the folder of the console's pages, if there is one. */
export const describePages = (url: string, pages: string | undefined): ReadonlyArray<string> => [
  ...(pages === undefined ? [] : [`Console on ${url}/`]),
  `API reference on ${url}/docs`
]

/** The link to an attempt's path: in the console, if there is one. */
export const linkTo =
  (url: string, pages: string | undefined) =>
  (path: string): string =>
    pages === undefined ? `${url}${path}` : `${url}/#${path}`
