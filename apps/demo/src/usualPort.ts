/** Ports: the usual one, or any that is free when it is taken. */

/** Starts on the usual port, or on any that is free when that one is taken, and says so. */
export const onUsualPort =
  <A>(usual: number, say: (line: string) => void, start: (port: number) => Promise<A>) =>
  async (): Promise<A> => {
    try {
      return await start(usual)
    } catch (error) {
      if (!isTaken(error)) throw error
      say(`Port ${usual} is taken; another one is used.`)
      return start(0)
    }
  }

const isTaken = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "code" in error && error.code === "EADDRINUSE"
