/** The files under deploy/: checked by the programs that read them, if installed, otherwise by parsers. */
import { execFileSync, spawnSync } from "node:child_process"
import { chmodSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Address } from "@hipay-pos/gateway/postgres"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import { assert, describe, it } from "vitest"
import { parse, parseAllDocuments } from "yaml"
import { refuseShared } from "../../packages/cli-kit/src/files.ts"
import { hasPromtool, promtool } from "./promtool.ts"

const root = fileURLToPath(new URL("../../", import.meta.url))
const deploy = join(root, "deploy")
const read = (path: string): string => readFileSync(join(deploy, path), "utf8")

const packageOf = (name: string): { readonly version: string; readonly bin?: object; readonly private?: boolean } =>
  JSON.parse(readFileSync(join(root, "packages", name.replace("@hipay-pos/", ""), "package.json"), "utf8"))

type Fields = Readonly<Record<string, unknown>>

interface Rule extends Fields {
  readonly alert: string
  readonly expr: string
  readonly annotations: Readonly<Record<string, string>>
}

const rules = (
  parse(read("prometheus/alerts.yml")) as { readonly groups: ReadonlyArray<{ readonly rules: ReadonlyArray<Rule> }> }
).groups.flatMap(({ rules }) => rules)

/** Names of metrics in the sources. */
const written = (folder: string): ReadonlyArray<string> =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => readFileSync(join(root, folder, file), "utf8").match(/\b(hipay_pos|process)_[a-z0-9_]+/g) ?? [])

const known = new Set([...written("packages/server/src"), ...written("packages/gateway/src"), "up"])

const metricsIn = (expression: string): ReadonlyArray<string> =>
  (expression.match(/\b(hipay_pos|process)_[a-z0-9_]+/g) ?? []).map((name) => name.replace(/_(bucket|sum|count)$/, ""))

/** The start options of a container. */
interface Started {
  readonly args: ReadonlyArray<string>
  readonly env: Readonly<Record<string, string>>
  /** The folder of its secrets, the files in it, and their mode. */
  readonly mount: string
  readonly secrets: ReadonlyArray<string>
  readonly mode: number
}

const PASSWORD = "of the database"

/** Reads the database's address and the logins' file as the gateway does, with files of this machine for the secrets. */
const readSettings = ({ args, env, mount, secrets, mode }: Started) => {
  const folder = mkdtempSync(join(tmpdir(), "run-secrets-"))
  for (const name of secrets) {
    const file = join(folder, name)
    writeFileSync(file, `${PASSWORD}\n`)
    chmodSync(file, mode)
  }
  const here = (text: string) => text.replaceAll(`${mount}/`, `${folder}/`).replace(new RegExp(`^${mount}$`), folder)
  const variables = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, here(value)]))
  const argument = (flag: string) => {
    const value = args.includes(flag) ? here(args[args.indexOf(flag) + 1] ?? "") : ""
    return value.replaceAll(/\$\((\w+)\)/g, (_, name: string) => variables[name] ?? "")
  }
  const logins = argument("--logins")
  if (logins !== "") {
    assert.include(secrets, logins.slice(folder.length + 1))
    Effect.runSync(
      refuseShared("--logins", logins).pipe(
        Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnvRecord(variables))
      )
    )
  }
  const { password, tls, hosts } = Address.read(argument("--store"), variables)
  assert.strictEqual(password, PASSWORD)
  return { tls, hosts: hosts.map(({ host }) => host) }
}

describe("every file", () => {
  it("names the pages of this repository by their paths: its address is known only where it is released", () => {
    const files = readdirSync(deploy, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    const urls = files.flatMap(
      ({ parentPath, name }) => readFileSync(join(parentPath, name), "utf8").match(/https?:\/\/[^\s"')>]+/g) ?? []
    )
    const isOnThisNetwork = (url: string) => /^(127\.0\.0\.1|[^.]+)$/.test(new URL(url).hostname)
    const foreign = urls.filter((url) => !isOnThisNetwork(url))
    assert.deepStrictEqual(foreign, ["https://github.com/winsw/winsw"])
  })
})

describe("the alert rules", () => {
  it.skipIf(!hasPromtool)(
    "pass promtool, and fire when they should (needs promtool: Debian's package prometheus)",
    () => {
      assert.deepInclude(promtool(["check", "rules", join(deploy, "prometheus/alerts.yml")]), { status: 0 })
      assert.deepInclude(promtool(["test", "rules", join(deploy, "prometheus/alerts.test.yml")]), { status: 0 })
      assert.deepInclude(promtool(["check", "config", join(deploy, "prometheus/prometheus.yml")]), { status: 0 })
    }
  )

  it("ask for metrics that a gateway has", () => {
    for (const { alert, expr } of rules)
      for (const name of metricsIn(expr)) assert.isTrue(known.has(name), `${alert}: ${name}`)
  })

  it("each have a section in the runbook: what it means, what to look at, what to do and not to do", () => {
    const runbook = readFileSync(join(root, "docs/runbook.md"), "utf8")
    const sections = runbook.split("\n## ").slice(1)
    assert.sameMembers(
      sections.map((section) => section.split("\n", 1)[0]),
      rules.map(({ alert }) => alert)
    )
    for (const section of sections)
      for (const part of ["**Means.**", "**Look at.**", "**Do.**", "**Do not.**"]) assert.include(section, part)
    for (const { alert, annotations } of rules)
      assert.strictEqual(annotations.runbook, `docs/runbook.md#${alert.toLowerCase()}`)
  })
})

describe("the dashboard", () => {
  const { panels } = JSON.parse(read("grafana/dashboard.json")) as {
    readonly panels: ReadonlyArray<{
      readonly title: string
      readonly targets: ReadonlyArray<{ readonly expr: string }>
    }>
  }

  it("draws metrics that a gateway has", () => {
    assert.isAbove(panels.length, 10)
    for (const { title, targets } of panels)
      for (const { expr } of targets)
        for (const name of metricsIn(expr)) assert.isTrue(known.has(name), `${title}: ${name}`)
  })

  it.skipIf(!hasPromtool)("counts what is in a store once, however many gateways share it (needs promtool)", () => {
    const exprs = (title: string) =>
      panels.find((panel) => panel.title === title)?.targets.map(({ expr }) => expr) ?? []
    const samples = [...exprs("Unknown payments"), ...exprs("Terminals blocked")].map((expr) => ({
      expr,
      eval_time: "1m",
      exp_samples: [{ labels: "{}", value: 3 }]
    }))
    assert.lengthOf(samples, 3)
    const series = (name: string, labels = "") =>
      [
        `instance="a"`,
        ...["b", "c"].map((each) => `instance="${each}", store="6f1c0a52-9d3e-4b7a-8c15-2e0f7b94d6a3"`)
      ].map((where, n) => ({ series: `${name}{${where}${labels}}`, values: n === 0 ? "1x9" : "2x9" }))
    const input_series = [
      ...series("hipay_pos_terminals_blocked"),
      ...["true", "false"].flatMap((aside) => series("hipay_pos_attempts_unknown", `, set_aside="${aside}"`))
    ]
    const file = join(mkdtempSync(join(tmpdir(), "dashboard-")), "test.yml")
    writeFileSync(file, JSON.stringify({ tests: [{ interval: "1m", input_series, promql_expr_test: samples }] }))
    assert.deepInclude(promtool(["test", "rules", file]), { status: 0 })
  })
})

/**
 * The longest time that a gateway with a shared store takes to stop, in seconds: it serves until a balancer notices, then a
 * payment waits in the queue, for two connections and for the answer, then callers read their answers, and the last alarms are
 * delivered.
 */
const STOPPING = 5 + 10 + 2 * 5 + 180 + 10 + 10

describe("what stops a gateway", () => {
  it.each<readonly [string, RegExp]>([
    ["systemd/hipay-pos-gateway.service", /^TimeoutStopSec=(\d+)$/m],
    ["compose.yaml", /stop_grace_period: (\d+)s$/m],
    ["Dockerfile", /docker run --stop-timeout (\d+)`/],
    ["kubernetes/gateway.yaml", /terminationGracePeriodSeconds: (\d+)$/m],
    ["windows/README.md", /<stoptimeout>(\d+) sec</],
    ["windows/README.md", /in milliseconds: set it to (\d+)000\./],
    ["../docs/scale.md", /\bAllow (\d+) s\b/]
  ])("gives it the time of a drain and a payment: %s %s", (path, time) => {
    assert.isAbove(Number(time.exec(read(path))?.[1]), STOPPING)
  })
})

describe("what starts a gateway", () => {
  // The Kubernetes manifests and the compose file run the image.
  it.each<readonly [string, RegExp]>([
    ["systemd/hipay-pos-gateway.service", /^Environment=UV_THREADPOOL_SIZE=(\d+)$/m],
    ["Dockerfile", /^ENV UV_THREADPOOL_SIZE=(\d+)$/m],
    ["windows/README.md", /<env name="UV_THREADPOOL_SIZE" value="(\d+)"\/>/],
    ["../docs/gateway.md", /`UV_THREADPOOL_SIZE=(\d+)`/]
  ])("gives it threads for names beside those that do not resolve: %s", (path, threads) => {
    assert.strictEqual(threads.exec(read(path))?.[1], "16")
  })
})

describe("the systemd unit", () => {
  const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0

  it.skipIf(!hasSystemd)("passes systemd-analyze verify (needs systemd-analyze)", () => {
    const folder = mkdtempSync(join(tmpdir(), "unit-"))
    const program = join(folder, "hipay-pos-gateway")
    writeFileSync(program, "#!/bin/sh\n")
    chmodSync(program, 0o755)
    const unit = join(folder, "hipay-pos-gateway.service")
    writeFileSync(
      unit,
      read("systemd/hipay-pos-gateway.service").replace("ExecStart=hipay-pos-gateway", `ExecStart=${program}`)
    )
    const { status, stderr } = spawnSync("systemd-analyze", ["verify", unit], { encoding: "utf8" })
    assert.deepStrictEqual({ status, stderr }, { status: 0, stderr: "" })
  })

  // npm installs it in /usr/bin or in /usr/local/bin; systemd looks in both.
  it("starts the program by its name, wherever npm has installed it", () => {
    assert.match(read("systemd/hipay-pos-gateway.service"), /^ExecStart=hipay-pos-gateway /m)
  })

  it("lets a payment end, has no more rights than it needs, and leaves no dump of its memory", () => {
    const lines = read("systemd/hipay-pos-gateway.service").split("\n")
    for (const line of [
      "ExecReload=/bin/kill -HUP $MAINPID",
      "KillMode=mixed",
      "DynamicUser=yes",
      "LimitCORE=0",
      "NoNewPrivileges=yes",
      "ProtectSystem=strict"
    ])
      assert.include(lines, line)
  })
})

describe("the containers", () => {
  it("run as a user without rights, on a root file system that is read-only, and leave no dump of memory", () => {
    const compose = parse(read("compose.yaml")) as {
      readonly services: Readonly<Record<string, Fields>>
      readonly secrets: Fields
    }
    const { gateway } = compose.services
    assert.deepInclude(gateway, { read_only: true, cap_drop: ["ALL"], ulimits: { core: 0 } })
    for (const [name, service] of Object.entries(compose.services)) {
      for (const secret of (service.secrets ?? []) as ReadonlyArray<string>)
        assert.property(compose.secrets, secret, name)
      const build = service.build as Fields | undefined
      for (const volume of (service.volumes ?? []) as ReadonlyArray<string>) {
        const [from = ""] = volume.split(":")
        if (from.startsWith("./") && from !== "./terminals.json") execFileSync("test", ["-e", join(deploy, from)])
      }
      // All have the same version, whichever is built.
      assert.deepStrictEqual(build, "build" in service ? gateway?.build : undefined, name)
    }
    const dockerfile = read("Dockerfile").split("\n")
    assert.include(dockerfile, "USER node")
    // The packages that it installs are published, with the commands that the pages name.
    const installed = dockerfile.join("\n").match(/@hipay-pos\/[\w-]+(?=@\$)/g) ?? []
    const commands = installed.flatMap((name) => Object.keys(packageOf(name).bin ?? {}))
    assert.deepStrictEqual(commands, ["hipay-pos-gateway", "hipay-pos"])
    assert.isTrue(installed.every((name) => packageOf(name).private !== true))
    assert.isTrue(dockerfile.some((line) => line.startsWith("HEALTHCHECK ")))
  })
})

describe("the image's versions", () => {
  const { services } = parse(read("compose.yaml")) as {
    readonly services: { readonly gateway: { readonly build: { readonly args: Readonly<Record<string, string>> } } }
  }
  const { args } = services.gateway.build
  const dockerfile = read("Dockerfile")

  it("are those of this release, so that Docker installs the next one instead of what it has cached", () => {
    const versions = [...dockerfile.matchAll(/(@hipay-pos\/[\w-]+)@\$\{(\w+)/g)]
    assert.deepStrictEqual(
      Object.fromEntries(versions.map(([, name = "", arg]) => [arg, packageOf(name).version])),
      args
    )
  })

  it("must be given to a build", () => {
    const install = /npm install[^&]*/.exec(dockerfile)?.[0] ?? ""
    const sh = (env: NodeJS.ProcessEnv) => spawnSync("sh", ["-c", `echo ${install}`], { encoding: "utf8", env })
    const named = { GATEWAY: "1.2.3", CLI: "1.4.0" }
    assert.include(sh(named).stdout, "@hipay-pos/gateway@1.2.3 @hipay-pos/cli@1.4.0")
    for (const arg of Object.keys(named)) {
      assert.notMatch(dockerfile, new RegExp(`^ARG ${arg}=`, "m"))
      const { status, stderr } = sh({ ...named, [arg]: "" })
      assert.notStrictEqual(status, 0)
      assert.include(stderr, `--build-arg ${arg}=VERSION`)
    }
  })
})

describe("the gateway of the compose file", () => {
  it("finds its database, the password and the logins, as the migration does", () => {
    const { services } = parse(read("compose.yaml")) as {
      readonly services: Readonly<
        Record<string, { readonly command: ReadonlyArray<string>; readonly secrets: ReadonlyArray<string> }>
      >
    }
    for (const name of ["gateway", "migrate"]) {
      const { command = [], secrets = [] } = services[name] ?? {}
      const settings = readSettings({ args: command, env: {}, mount: "/run/secrets", secrets, mode: 0o600 })
      // The image of PostgreSQL speaks no TLS.
      assert.deepStrictEqual(settings, { tls: "disable", hosts: ["database"] }, name)
      assert.property(services, "database")
    }
  })
})

describe("the Prometheus of the compose file", () => {
  it("calls the gateway by a name that the gateway allows", () => {
    const { scrape_configs } = parse(read("prometheus/prometheus.yml")) as {
      readonly scrape_configs: ReadonlyArray<{
        readonly static_configs: ReadonlyArray<{ readonly targets: ReadonlyArray<string> }>
      }>
    }
    const { services } = parse(read("compose.yaml")) as {
      readonly services: { readonly gateway: { readonly command: ReadonlyArray<string> } }
    }
    const { command } = services.gateway
    const names = scrape_configs.flatMap(({ static_configs }) => static_configs.flatMap(({ targets }) => targets))
    assert.deepStrictEqual(names, [`${command[command.indexOf("--allow-host") + 1]}:9464`])
  })
})

describe("the Kubernetes manifests", () => {
  const documents = parseAllDocuments(read("kubernetes/gateway.yaml")).map((document) => {
    assert.lengthOf(document.errors, 0)
    return document.toJS() as { readonly kind: string; readonly spec: Fields }
  })
  const of = (kind: string) => documents.find((document) => document.kind === kind)?.spec

  it("keep one gateway while nodes are drained", () => {
    const { template, strategy } = of("Deployment") as {
      readonly template: { readonly spec: Fields }
      readonly strategy: Fields
    }
    assert.deepStrictEqual(strategy.rollingUpdate, { maxUnavailable: 0, maxSurge: 1 })
    const [container] = template.spec.containers as ReadonlyArray<Fields>
    if (container === undefined) throw new Error("no container")
    assert.deepInclude(container.securityContext, { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false })
    assert.deepInclude((container.readinessProbe as Fields).httpGet, { path: "/readyz" })
    assert.deepInclude((container.livenessProbe as Fields).httpGet, { path: "/livez" })
    assert.deepInclude(of("PodDisruptionBudget"), { minAvailable: 1 })
  })

  it("keep what a stopped gateway owes its database where it can write, for the next start of the container", () => {
    const { template } = of("Deployment") as { readonly template: { readonly spec: Fields } }
    const [container] = template.spec.containers as ReadonlyArray<{
      readonly args: ReadonlyArray<string>
      readonly volumeMounts: ReadonlyArray<{ readonly name: string; readonly mountPath: string }>
    }>
    const { args = [], volumeMounts = [] } = container ?? {}
    const spool = args[args.indexOf("--spool") + 1] ?? ""
    const mount = volumeMounts.find(({ mountPath }) => spool.startsWith(`${mountPath}/`))
    assert.deepInclude(template.spec.volumes, { name: mount?.name, emptyDir: {} })
  })

  it("have the gateway find its database, the password and the logins", () => {
    // As Kubernetes reads numbers: 0440 is octal.
    const manifest = parseAllDocuments(read("kubernetes/gateway.yaml"), { version: "1.1" })[0]?.toJS()
    const { spec } = manifest.spec.template as {
      readonly spec: {
        readonly securityContext: Fields
        readonly containers: ReadonlyArray<{
          readonly args: ReadonlyArray<string>
          readonly env: ReadonlyArray<{ readonly name: string; readonly value?: string }>
          readonly volumeMounts: ReadonlyArray<{ readonly name: string; readonly mountPath: string }>
        }>
        readonly volumes: ReadonlyArray<{ readonly name: string; readonly secret?: { readonly defaultMode: number } }>
      }
    }
    const [container] = spec.containers
    const volume = spec.volumes.find(({ secret }) => secret !== undefined)
    const mount = container?.volumeMounts.find(({ name }) => name === volume?.name)?.mountPath
    const mode = volume?.secret?.defaultMode
    if (container === undefined || mount === undefined || mode === undefined) throw new Error("no secrets")
    const settings = readSettings({
      args: container.args,
      env: Object.fromEntries(container.env.map(({ name, value = "" }) => [name, value])),
      mount,
      secrets: ["logins.json", "database_password"],
      mode
    })
    assert.deepStrictEqual(settings, { tls: "verify-full", hosts: ["database.example"] })
    // Its files belong to root and this group.
    assert.strictEqual(spec.securityContext.fsGroup, spec.securityContext.runAsGroup)
    assert.strictEqual(mode & 0o040, 0o040)
  })
})
