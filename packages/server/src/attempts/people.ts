/** What a body says about people: its customer, and where it is delivered. */

export const hasPeople = (body: unknown): boolean =>
  typeof body === "object" && body !== null && ("customer" in body || "shipping" in body)

/** A body without that. */
export const withoutPeople = (body: unknown): unknown => {
  if (typeof body !== "object" || body === null) return body
  const { customer, shipping, ...rest } = body as Readonly<Record<string, unknown>>
  return rest
}
