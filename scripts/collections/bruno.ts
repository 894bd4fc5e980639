/** A Bruno collection: its files by name. */
import type { CollectedRequest, OpenApiDocument } from "./requests.ts"

const indented = (text: string): string => text.replace(/^/gm, "  ")

const block = (name: string, lines: ReadonlyArray<string>): string => `${name} {\n${indented(lines.join("\n"))}\n}\n`

const fields = (values: Readonly<Record<string, string | number>>): ReadonlyArray<string> =>
  Object.entries(values).map(([name, value]) => `${name}: ${value}`)

const toFile = ({ name, description, method, path, headers, body, status }: CollectedRequest, i: number): string =>
  [
    block("meta", fields({ name, type: "http", seq: i + 1 })),
    block(
      method.toLowerCase(),
      fields({ url: `{{url}}${path}`, body: body === undefined ? "none" : "json", auth: "basic" })
    ),
    ...(Object.keys(headers).length === 0 ? [] : [block("headers", fields(headers))]),
    block("auth:basic", fields({ username: "{{username}}", password: "{{password}}" })),
    ...(body === undefined ? [] : [block("body:json", [body])]),
    ...(i === 0 ? [block("script:pre-request", ['bru.setVar("run", Date.now().toString(36))'])] : []),
    block("assert", fields({ "res.status": `eq ${status}` })),
    block("docs", [description])
  ].join("\n")

export const toBruno = (
  { info }: OpenApiDocument,
  requests: ReadonlyArray<CollectedRequest>,
  variables: Readonly<Record<string, string>>
): Readonly<Record<string, string>> => ({
  "bruno.json": `${JSON.stringify({ version: "1", name: info.title, type: "collection" }, null, 2)}\n`,
  "environments/mock.bru": block("vars", fields(variables)),
  ...Object.fromEntries(
    requests.map((request, i) => {
      const file = request.name.replace(/[^\w-]+/g, "-").toLowerCase()
      return [`${String(i + 1).padStart(2, "0")}-${file}.bru`, toFile(request, i)]
    })
  )
})
