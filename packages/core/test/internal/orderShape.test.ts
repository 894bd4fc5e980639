/** The contract is stated twice: as schemas, which decode, and as a table, which checks without them. */
import { assert, describe, it } from "@effect/vitest"
import { RootOrder } from "@hipay-pos/core/wire/RootOrder"
import { orderShape } from "../../src/internal/orderShape.ts"
import { type Shape, shape } from "../../src/internal/Shape.ts"
import { shapeOf } from "../../src/internal/schemaShape.ts"

describe("the table of an order's body", () => {
  it("says what its schema says, field by field and in the same order", () => {
    assert.deepStrictEqual(told(orderShape), told(shapeOf(RootOrder)))
  })

  it("gives all shapes the same hidden class", () => {
    const names = Object.keys(shape({}))
    for (const each of all(orderShape)) assert.deepStrictEqual(Object.keys(each), names)
  })
})

/** With fields as a list, because maps and sets are equal in any order. */
const told = ({ allowed, fields, fillable, items, ...rest }: Shape): unknown => ({
  ...rest,
  allowed: allowed && [...allowed],
  items: items && told(items),
  fillable: fillable.map(({ name }) => name),
  fields: fields && [...fields.values()].map((field) => ({ ...field, shape: told(field.shape) }))
})

const all = (of: Shape): ReadonlyArray<Shape> => [
  of,
  ...(of.items === undefined ? [] : all(of.items)),
  ...[...(of.fields?.values() ?? [])].flatMap((field) => all(field.shape))
]
