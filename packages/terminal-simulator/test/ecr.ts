/** A cash register of the tests' own, so that the simulator is not judged by the codec it is built with. */
import * as net from "node:net"

/** A request as text. Values may be replaced, left out with `undefined`, or added. */
export const request = (changes: Readonly<Record<string, string | undefined>> = {}): string => {
  const fields: Record<string, string | undefined> = {
    CZ: "0320",
    CJ: "012345678901",
    CA: "01",
    CB: "1245",
    CD: "0",
    CE: "978",
    CK: "100",
    ...changes
  }
  return Object.entries(fields)
    .map(([tag, value]) => (value === undefined ? "" : `${tag}${String(value.length).padStart(3, "0")}${value}`))
    .join("")
}

/** An answer's fields by tag; of repeated tags, the first. Throws where the text is not whole fields. */
export const fieldsOf = (text: string): Readonly<Record<string, string>> => {
  const fields: Record<string, string> = {}
  for (let offset = 0; offset < text.length; ) {
    const head = /^([A-Z][A-Z0-9])(\d{3})$/.exec(text.slice(offset, offset + 5))
    if (head === null) throw new Error(`no field at ${offset}: ${text.slice(offset, offset + 12)}`)
    const [, tag = "", length] = head
    fields[tag] ??= text.slice(offset + 5, offset + 5 + Number(length))
    offset += 5 + Number(length)
  }
  return fields
}

/** The text of the ticket in an answer. */
export const ticketOf = (text: string): string => {
  const inner = fieldsOf(fieldsOf(text).ZT ?? "")
  return Buffer.from(inner.AK ?? "", "base64").toString("latin1")
}

/** What came back over one connection. */
export interface Heard {
  readonly text: string
  readonly segments: number
  readonly end: "fin" | "reset"
}

/** Dials, sends the pieces one after the other, and listens until the connection ends; or breaks it off itself. */
export const dial = (
  port: number,
  pieces: ReadonlyArray<string>,
  options: { readonly reset?: boolean } = {}
): Promise<Heard> =>
  new Promise((resolve, reject) => {
    const chunks: Array<Buffer> = []
    const socket = net.connect({ host: "127.0.0.1", port, noDelay: true })
    socket.on("data", (chunk: Buffer) => chunks.push(chunk))
    socket.once("connect", async () => {
      for (const piece of pieces) await new Promise((sent) => socket.write(piece, "latin1", sent))
      if (options.reset) {
        socket.resetAndDestroy()
        resolve(heard("reset"))
      }
    })
    const heard = (end: Heard["end"]): Heard => ({
      text: Buffer.concat(chunks).toString("latin1"),
      segments: chunks.length,
      end
    })
    socket.once("end", () => resolve(heard("fin")))
    socket.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "ECONNRESET" ? resolve(heard("reset")) : reject(error)
    )
  })
