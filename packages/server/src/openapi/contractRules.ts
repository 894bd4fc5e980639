/** The contract's rules for each field, derived from the same schemas that validate it. */
import * as OpenApi from "@hipay-pos/core/wire/OpenApi"

/** A field of the contract and its rules by keyword. */
export interface ContractRule {
  /** The field's path, such as `order.basket[].quantity`. */
  readonly path: string
  readonly required: boolean
  /** Absent if the contract gives no type. */
  readonly type?: string | undefined
  readonly values?: ReadonlyArray<string | number> | undefined
  readonly minimum?: number | undefined
  readonly minLength?: number | undefined
  readonly maxLength?: number | undefined
  readonly default?: unknown | undefined
}

interface Node {
  readonly $ref?: string
  readonly type?: string | undefined
  readonly properties?: Readonly<Record<string, Node>> | undefined
  readonly required?: ReadonlyArray<string> | undefined
  readonly items?: Node | undefined
  readonly enum?: ReadonlyArray<string | number> | undefined
  readonly minimum?: number | undefined
  readonly minLength?: number | undefined
  readonly maxLength?: number | undefined
  readonly default?: unknown | undefined
}

/** Every field of an order, in the contract's order. */
export const contractRules = (): ReadonlyArray<ContractRule> => {
  const components: Readonly<Record<string, Node>> = OpenApi.components()
  const rules: Array<ContractRule> = []
  const resolve = (node: Node): Node => {
    const name = node.$ref?.split("/").at(-1)
    return name === undefined ? node : { ...components[name], ...node }
  }
  const visit = (at: Node, path: string) => {
    const node = resolve(at)
    for (const [name, property] of Object.entries(node.properties ?? {})) {
      const field = resolve(property)
      const fieldPath = path === "" ? name : `${path}.${name}`
      const { type, enum: values, minimum = Number.MIN_SAFE_INTEGER, minLength, maxLength, items } = field
      rules.push({
        path: fieldPath,
        required: node.required?.includes(name) ?? false,
        ...(type === undefined || fieldPath === UNTYPED ? {} : { type }),
        values,
        // The bounds of safe integers are JSON's, not the contract's.
        ...(minimum === Number.MIN_SAFE_INTEGER ? {} : { minimum }),
        minLength,
        maxLength,
        ...("default" in field ? { default: field.default } : {})
      })
      visit(items ?? field, items === undefined ? fieldPath : `${fieldPath}[]`)
    }
  }
  visit({ $ref: "RootOrder" }, "")
  return rules
}

/** The one field that the contract gives no type. */
const UNTYPED = "pos_technical_info.terminal_transaction_display"
