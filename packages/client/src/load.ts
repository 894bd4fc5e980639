/** Parts of the client's code that are loaded when they are needed: a program that does not use them does not carry them. */

/**
 * What an import gives. Where that cannot be had, as when a page's server is away or the program's files were replaced,
 * rejects with the error that `toError` makes.
 */
export const load = <A>(part: Promise<A>, toError: (detail: string) => Error): Promise<A> =>
  part.catch(() => {
    throw toError("a part of the client's own code could not be loaded")
  })
