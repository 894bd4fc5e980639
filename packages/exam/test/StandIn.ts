/** A terminal that a test writes in a few lines, and an examination of some steps of it. */
import { AttemptJournal } from "@hipay-pos/client"
import { listenTcp } from "../../../tests/listen.ts"
import type { ExaminationResult } from "../src/terminal/Examination.ts"
import { examine } from "../src/terminal/examine.ts"
import type { Operator } from "../src/terminal/Operator.ts"

/** What it answers to a request, one character for each byte; nothing where it stays silent. */
export type Answer = (request: string) => string | undefined

/** Starts one. It closes each connection after its answer. */
export const startStandIn = (answer: Answer) =>
  listenTcp((socket) => {
    let request = ""
    socket.on("data", (chunk) => {
      request += chunk.toString("latin1")
      const text = answer(request)
      if (text !== undefined) socket.end(text, "latin1")
    })
  })

/** Examines one by the named steps alone, as a person who says that nothing was done. */
export const examineStandIn = async (answer: Answer, steps: ReadonlyArray<string>): Promise<ExaminationResult> => {
  await using terminal = await startStandIn(answer)
  const operator: Operator = {
    prepare: async (_, step) => steps.includes(step),
    act: async () => {},
    wasDone: async () => false,
    close: async () => {}
  }
  const line = { host: "127.0.0.1", port: terminal.port, answer: 1_000, quiet: 10 }
  return await examine({ line, operator, journal: AttemptJournal.memory(), mode: "live", run: "TEST" })
}
