/** Leaves out fields without a value, as JSON, a store's rows and the domain's optional fields all require. */

/** The object without its undefined fields. The object itself where it has none. */
export const defined = <T extends object>(fields: T): Defined<T> => {
  for (const key in fields) if (fields[key] === undefined) return withoutUndefined(fields)
  return fields as unknown as Defined<T>
}

const withoutUndefined = <T extends object>(fields: T): Defined<T> => {
  const kept: Record<string, unknown> = {}
  for (const key in fields) if (fields[key] !== undefined) kept[key] = fields[key]
  return kept as unknown as Defined<T>
}

/** Fields that may be undefined are optional, the others stay. */
export type Defined<T> = Simplify<
  { readonly [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
    readonly [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
  }
>

/** Fields that may be left out may also be undefined, at every depth, for programs with `exactOptionalPropertyTypes`. */
export type Undefinable<T> = unknown extends T
  ? T
  : T extends string | number | boolean | bigint | null | undefined
    ? T
    : { readonly [K in keyof T]: object extends Pick<T, K> ? Undefinable<T[K]> | undefined : Undefinable<T[K]> }

type Simplify<T> = { [K in keyof T]: T[K] }
