/** The API as one readable page: the OpenAPI document, every rule for orders, and the codes of failed payments. */
import * as ErrorCode from "@hipay-pos/core/ErrorCode"
import { html } from "hono/html"
import { type ContractRule, contractRules } from "./contractRules.ts"
import type { describe } from "./describe.ts"
import { type OrderRule, orderRules, sources } from "./orderRules.ts"

type Markup = ReturnType<typeof html>

interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly description?: string
  readonly enum?: ReadonlyArray<string | number>
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: ReadonlyArray<string>
  readonly items?: Schema
  readonly anyOf?: ReadonlyArray<Schema>
  readonly allOf?: ReadonlyArray<Schema>
}

interface Body {
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>
}

interface Operation {
  readonly tags: ReadonlyArray<string>
  readonly summary: string
  readonly description?: string
  readonly parameters?: ReadonlyArray<{ readonly name: string; readonly in: string; readonly description: string }>
  readonly requestBody?: Body
  readonly responses: Readonly<Record<string, Body & { readonly description: string }>>
  readonly security: ReadonlyArray<unknown>
}

/** The page. */
export const page = (document: ReturnType<typeof describe>): string => {
  const { info, paths, components } = document
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods as Readonly<Record<string, Operation>>).map(([method, operation]) => ({
      path,
      method,
      operation
    }))
  )
  const groups = [...Map.groupBy(operations, ({ operation }) => operation.tags[0] ?? "")]
  return String(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${info.title}</title>
<link rel="stylesheet" href="/docs.css">
</head>
<body>
<header>
<h1>${info.title}</h1>
<p>${info.description}</p>
<p>${info.version === "" ? "" : `Version ${info.version}. `}The same for programs: <a href="/openapi.json">openapi.json</a>.</p>
<nav aria-label="On this page"><ul>
<li><a href="#operations">Addresses</a></li>
<li><a href="#fields">Fields of an order</a></li>
<li><a href="#rules">Rules beyond the schema</a></li>
<li><a href="#failures">Codes of failed payments</a></li>
<li><a href="#schemas">Schemas</a></li>
</ul></nav>
</header>
<main>
<section id="operations">
<h2>Addresses</h2>
${groups.map(([tag, all]) => html`<h3>${tag}</h3>${all.map(operationOf)}`)}
</section>
<section id="fields">
<h2>Fields of an order</h2>
<p>What the contract's schema checks <span class="tag">SPEC</span>. A fault is answered 400 with <code>KEYWORD.openapi.requestValidation</code>,
by both validations, in the words of the validator that the service evidently runs <span class="tag">LIB</span>: the first fault's
keyword, its words, its path with indexes such as <code>[0]</code>. Defaults are written into the echo.</p>
${table(["field", "rule", "keywords", "default"], contractRules().map(contractRow))}
</section>
<section id="rules">
<h2>Rules beyond the schema</h2>
<p>Under strict validation a refusal is answered 400 with <code>CODE.order.validation</code>, and <code>details.findings</code> has all of them, a thousand at most;
warnings are in the header <code>X-Hipay-Pos-Warnings</code> and with the attempt. Strict promises nothing about the live service.</p>
${table(["code", "field", "rule", "strict", "faithful", "evidence"], orderRules.map(ruleRow))}
<dl>${Object.entries(sources).map(([tag, words]) => html`<dt><span class="tag">${tag}</span></dt><dd>${words}</dd>`)}</dl>
</section>
<section id="failures">
<h2>Codes of failed payments</h2>
<p>Two families are mixed in what is public, and nothing says which of them the service sends. Here a terminal's refusal is 1006 in the
dialect <code>pos-api</code>, and the terminal's own two digits in <code>cloud-api</code>.</p>
${table(
  ["code", "means", "proves", "evidence"],
  ErrorCode.all.map(({ code, en, meaning, source }) => [
    html`<code>${code}</code>`,
    en,
    meaning === "unknown" ? "nothing: look at the terminal" : meaning.replace("-", " "),
    html`<span class="tag">${source}</span>`
  ])
)}
</section>
<section id="schemas">
<h2>Schemas</h2>
${Object.entries(components.schemas as Readonly<Record<string, Schema>>).map(schemaOf)}
</section>
</main>
</body>
</html>
`)
}

const table = (heads: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<Markup | string>>): Markup =>
  html`<div class="wide" tabindex="0" role="group" aria-label="Table"><table><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>`

const operationOf = ({ path, method, operation }: { path: string; method: string; operation: Operation }): Markup => {
  const { summary, description, parameters = [], requestBody, responses, security } = operation
  return html`<article>
<h4><code>${method.toUpperCase()} ${path}</code></h4>
<p>${summary} ${description === undefined ? "" : ticked(description)} ${security.length === 0 ? "Needs no login." : ""}</p>
${
  parameters.length === 0
    ? ""
    : table(
        ["parameter", "in", "says"],
        parameters.map((each) => [html`<code>${each.name}</code>`, each.in, ticked(each.description)])
      )
}
${requestBody === undefined ? "" : html`<p>Body: ${bodyOf(requestBody)}</p>`}
${table(
  ["status", "means", "body"],
  Object.entries(responses).map(([status, response]) => [status, ticked(response.description), bodyOf(response)])
)}
</article>`
}

const bodyOf = ({ content = {} }: Body): Markup =>
  html`${Object.entries(content).map(([type, { schema }]) =>
    type === "application/json" ? html`${typeOf(schema)} ` : html`<code>${type}</code> `
  )}`

/** A schema's type in a word or two, with links to named types. */
const typeOf = ({ $ref, type, items, anyOf, allOf, enum: values }: Schema): Markup => {
  const name = $ref?.split("/").at(-1)
  if (name !== undefined) return html`<a href="#schema-${name}">${name}</a>`
  if (anyOf !== undefined) return html`${anyOf.map((each, i) => html`${i === 0 ? "" : " or "}${typeOf(each)}`)}`
  // A reference with a description.
  if (allOf !== undefined) return html`${allOf.map(typeOf)}`
  if (items !== undefined) return html`list of ${typeOf(items)}`
  if (values !== undefined) return html`${values.map((value, i) => html`${i === 0 ? "" : ", "}<code>${value}</code>`)}`
  return html`${type ?? "any"}`
}

const schemaOf = ([name, schema]: readonly [string, Schema]): Markup => {
  const { description, properties, anyOf = [] } = schema
  const alternatives = properties === undefined ? anyOf : [schema]
  const objects = alternatives.filter((each) => each.properties !== undefined)
  return html`<article id="schema-${name}">
<h3>${name}</h3>
<p>${ticked(description ?? "")}</p>
${objects.length === 0 ? html`<p>${typeOf(schema)}</p>` : objects.map(fieldsOf)}
</article>`
}

const fieldsOf = ({ properties = {}, required = [] }: Schema): Markup =>
  table(
    ["field", "type", "says"],
    Object.entries(properties).map(([field, property]) => [
      html`<code>${field}</code>${required.includes(field) ? "" : " (optional)"}`,
      typeOf(property),
      ticked(property.description ?? "")
    ])
  )

const contractRow = ({ path, required, ...rule }: ContractRule): ReadonlyArray<Markup | string> => [
  html`<code>${path}</code>`,
  `${required ? "required; " : ""}${wordsOf(rule)}`,
  keywordsOf({ required, ...rule }).join(", "),
  rule.default === undefined ? "" : html`<code>${JSON.stringify(rule.default)}</code>`
]

const wordsOf = ({
  type = "any type",
  values,
  minimum,
  minLength,
  maxLength
}: Omit<ContractRule, "path" | "required">) =>
  [
    values === undefined
      ? type
      : values.length > 20
        ? `${type}, one of ${values.length} codes`
        : `${type}: ${values.join(", ")}`,
    ...(minimum === undefined ? [] : [`${minimum} or more`]),
    ...(minLength === undefined ? [] : [`${minLength} to ${maxLength} characters`])
  ].join(", ")

/** The keywords that a field can violate. */
export const keywordsOf = (rule: Omit<ContractRule, "path">): ReadonlyArray<string> => [
  ...(rule.required ? ["required"] : []),
  ...(rule.type === undefined ? [] : ["type"]),
  ...(rule.values === undefined ? [] : ["enum"]),
  ...(rule.minimum === undefined ? [] : ["minimum"]),
  ...(rule.minLength === undefined ? [] : ["minLength"]),
  ...(rule.maxLength === undefined ? [] : ["maxLength"])
]

const ruleRow = ({
  code,
  field,
  says,
  severity,
  wakesNoTerminal,
  ...rule
}: OrderRule): ReadonlyArray<Markup | string> => [
  html`<code>${code}</code>`,
  html`<code>${field}</code>`,
  says,
  severity,
  wakesNoTerminal ? "no terminal is woken" : "warning",
  html`${rule.sources.map((tag) => html`<span class="tag">${tag}</span> `)}`
]

/** Text with the words in backticks shown as code. */
const ticked = (text: string): Markup =>
  html`${text.split("`").map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : part))}`
