/** Reads server-sent events. */

export interface ReceivedEvent {
  readonly event: string
  readonly id: string | undefined
  readonly data: Readonly<Record<string, unknown>>
}

/** The events of an answer, as they come; leaving the loop hangs up. */
export async function* eventsOf(response: Response): AsyncGenerator<ReceivedEvent, void> {
  let text = ""
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk
    for (let end = text.indexOf("\n\n"); end !== -1; end = text.indexOf("\n\n")) {
      const lines = text.slice(0, end).split("\n")
      text = text.slice(end + 2)
      const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2)
      const event = field("event")
      if (event !== undefined) yield { event, id: field("id"), data: JSON.parse(field("data") ?? "{}") }
    }
  }
}

/** The next event of that name. */
export const next = async (events: AsyncGenerator<ReceivedEvent, void>, name: string): Promise<ReceivedEvent> => {
  for (;;) {
    const { value, done } = await events.next()
    if (done === true || value === undefined) throw new Error(`the stream ended before ${name}`)
    if (value.event === name) return value
  }
}
