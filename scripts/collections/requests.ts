/** The requests of a collection, from the OpenAPI document: its examples, and the operations without a parameter. */

interface Examples {
  readonly examples?: Readonly<Record<string, { readonly summary?: string; readonly value: unknown }>>
}

interface Operation {
  readonly summary: string
  readonly parameters?: ReadonlyArray<
    Examples & { readonly in: string; readonly name: string; readonly required: boolean }
  >
  readonly requestBody?: { readonly content: Readonly<Record<string, Examples>> }
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Examples>> }>>
}

export interface OpenApiDocument {
  readonly info: { readonly title: string; readonly description: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

/** One request, with a mock's answer. `{{run}}` in it stands for a value that is unique to the run. */
export interface CollectedRequest {
  readonly name: string
  readonly description: string
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly status: number
}

const JSON_TYPE = "application/json"

/** Order ids of a run are its own: a mock that has seen an order answers it as repeated. */
const ofThisRun = (text: string): string => text.replace(/SALE-(\d+)/g, "SALE-$1-{{run}}")

const ordersOf = (path: string, method: string, operation: Operation): ReadonlyArray<CollectedRequest> =>
  Object.entries(operation.requestBody?.content[JSON_TYPE]?.examples ?? {}).map(([name, { summary = "", value }]) => {
    const [status] =
      Object.entries(operation.responses).find(([, { content }]) => content?.[JSON_TYPE]?.examples?.[name]) ?? []
    if (status === undefined) throw new Error(`${name} has no example of its answer`)
    const headers = (operation.parameters ?? []).flatMap((parameter) => {
      const value = parameter.examples?.[name]?.value
      return value === undefined ? [] : [[parameter.name, ofThisRun(String(value))] as const]
    })
    return {
      name,
      description: summary,
      method: method.toUpperCase(),
      path,
      headers: Object.fromEntries(headers),
      body: ofThisRun(JSON.stringify(value, null, 2)),
      status: Number(status)
    }
  })

/** Operations to request from a running mock: not streams, which do not end, nor metrics, which must be switched on first. */
const isAsked = (path: string): boolean => !/\{|\/events$|^\/metrics$/.test(path)

/** The requests, in the order in which they are sent. */
export const requestsOf = ({ paths }: OpenApiDocument): ReadonlyArray<CollectedRequest> => {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation }))
  )
  return [
    ...operations.flatMap(({ path, method, operation }) => ordersOf(path, method, operation)),
    ...operations
      .filter(({ path, method }) => method === "get" && isAsked(path))
      .map(({ path, operation }) => ({
        name: `GET ${path}`,
        description: operation.summary,
        method: "GET",
        path,
        headers: {},
        status: 200
      }))
  ]
}
