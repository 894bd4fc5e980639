/** Loads parts of the client's code on demand, so that a program carries only what it uses. */

/**
 * The result of an import. If the import fails, for instance because a page's server is down or the program's files
 * were replaced, rejects with the error that `toError` makes.
 */
export const load = <A>(part: Promise<A>, toError: (detail: string) => Error): Promise<A> =>
  part.catch(() => {
    throw toError("a part of the client's own code could not be loaded")
  })
