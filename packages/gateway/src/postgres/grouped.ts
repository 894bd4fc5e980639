/**
 * Groups items: those that arrive while a statement is in flight wait, and the next statement takes all of them. An item that
 * arrives alone is sent at once.
 */

/** The most items in one statement. */
const MAX_GROUP = 64

/**
 * Returns a function that sends its items in groups. If a group fails, the items that wait behind it fail as well: the
 * database's deadline is then over for both.
 */
export const grouped = <A, B>(
  send: (items: ReadonlyArray<A>) => Promise<ReadonlyArray<B>>
): ((item: A) => Promise<B>) => {
  let waiting: Array<PromiseWithResolvers<B> & { readonly item: A }> = []
  let isSending = false

  const sendAll = async () => {
    isSending = true
    while (waiting.length > 0) {
      const group = waiting.splice(0, MAX_GROUP)
      try {
        const answers = await send(group.map(({ item }) => item))
        for (const [i, { resolve }] of group.entries()) resolve(answers[i] as B)
      } catch (error) {
        const failed = [...group, ...waiting]
        waiting = []
        for (const { reject } of failed) reject(error)
      }
    }
    isSending = false
  }

  return (item) => {
    const one = { item, ...Promise.withResolvers<B>() }
    waiting.push(one)
    if (!isSending) void sendAll()
    return one.promise
  }
}
