/** Where people look at a server: its console, the reference of its API, and a payment in either. */

/** For the user, when the server starts; `pages` is the folder of the console's pages, where there is one. */
export const describePages = (url: string, pages: string | undefined): ReadonlyArray<string> => [
  ...(pages === undefined ? [] : [`Console on ${url}/`]),
  `API reference on ${url}/docs`
]

/** The link of an attempt's path: in the console, where there is one. */
export const linkTo =
  (url: string, pages: string | undefined) =>
  (path: string): string =>
    pages === undefined ? `${url}${path}` : `${url}/#${path}`
