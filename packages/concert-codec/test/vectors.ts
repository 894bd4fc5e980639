/** The golden frames; `fixtures/README.md` says where they come from. */
import { readFileSync } from "node:fs"

export interface Vector {
  readonly id: string
  readonly direction: "request" | "response"
  readonly frame: string
  readonly means: Readonly<Record<string, unknown>>
  readonly source: string
  readonly strict: boolean
  readonly kind: "message" | "field" | "malformed" | "incomplete"
}

export const vectors: ReadonlyArray<Vector> = JSON.parse(
  readFileSync(new URL("./fixtures/concert-vectors.json", import.meta.url), "utf8")
)

export const messages = vectors.filter(({ kind }) => kind === "message")

/** The frame of a vector by its id. */
export const frameOf = (id: string): string => {
  const vector = vectors.find((each) => each.id === id)
  if (vector === undefined) throw new Error(`no vector ${id}`)
  return vector.frame
}
