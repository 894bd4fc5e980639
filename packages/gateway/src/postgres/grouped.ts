/**
 * Sends together what waits at the same time: items that arrive while a statement is on its way wait, and the next statement
 * takes all of them. One that arrives alone is sent at once.
 */

/** The most items in one statement. */
const MAX_GROUP = 64

/**
 * Makes a function that has its items sent in groups. What waits behind a group that fails, fails with it: the deadline of the
 * database is then over for both.
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
