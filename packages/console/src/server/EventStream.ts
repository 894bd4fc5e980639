/**
 * Parses server-sent events from chunks of text: event name, id, data. Does not reconnect.
 *
 * Lines end in LF, CR LF or CR; comments and fields that are not used here are skipped. Source: the HTML standard,
 * "Server-sent events".
 */

/** One event. */
export interface ServerEvent {
  /** `message` by default. */
  readonly event: string
  /** The last id so far, to be sent back as `Last-Event-ID`. */
  readonly id: string
  readonly data: string
}

/** Takes a chunk of text; returns the events that it completes. */
export type Feed = (chunk: string) => ReadonlyArray<ServerEvent>

/** A new parser. */
export const makeParser = (lastEventId = ""): Feed => {
  let rest = ""
  let id = lastEventId
  let event = ""
  let data: Array<string> = []

  const take = (line: string): ServerEvent | undefined => {
    if (line === "") {
      const whole = data.length === 0 ? undefined : { event: event || "message", id, data: data.join("\n") }
      event = ""
      data = []
      return whole
    }
    const colon = line.indexOf(":")
    const [field, value] =
      colon === -1 ? [line, ""] : [line.slice(0, colon), line.slice(colon + (line[colon + 1] === " " ? 2 : 1))]
    if (field === "data") data.push(value)
    else if (field === "event") event = value
    else if (field === "id") id = value
    return undefined
  }

  return (chunk) => {
    // A CR at the end may be half of a CR LF: wait for the next chunk.
    const lines = (rest + chunk).split(/\r\n|\n|\r(?=[^\n])/)
    rest = lines.pop() ?? ""
    return lines.flatMap((line) => take(line) ?? [])
  }
}
