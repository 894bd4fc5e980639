/**
 * Who may import whom: one row per folder. `pnpm imports` generates lint rules from it (`biome.imports.json`), and
 * tests/imports.test.ts checks both. Imports that a row does not list are refused.
 */

/** The packages of this workspace that others may import, lowest first. */
export const packages = [
  "core",
  "files",
  "concert-codec",
  "cli-kit",
  "reconcile",
  "terminal-simulator",
  "client",
  "server",
  "gateway",
  "server-mock",
  "exam",
  "cli"
] as const
export type Package = (typeof packages)[number]

/** The allowed imports of the files of a folder, besides their own folder. */
export interface Row {
  readonly folder: string
  /** Folders in it that have a row of their own. */
  readonly except?: ReadonlyArray<string>
  /** Packages of this workspace. */
  readonly packages: ReadonlyArray<Package>
  /** The reason, shown for a package that is not listed. */
  readonly because: string
  /** Effect: its stable modules one by one, or anything where the version is pinned and bundled. */
  readonly effect: "stable" | "modules" | "any"
  /** Node's modules: none, all, or these. */
  readonly node: "none" | "all" | ReadonlyArray<string>
  readonly hono: boolean
  /** Folders of the same package that it must not import, with the reason. */
  readonly notFrom?: Readonly<Record<string, string>>
  /** Names that it must not import from a module, with the reason. */
  readonly names?: Readonly<Record<string, { readonly importNames: ReadonlyArray<string>; readonly message: string }>>
}

const library = { effect: "stable", node: "none", hono: false } as const
const onNode = { effect: "stable", node: "all", hono: true } as const
const bin = { effect: "any", node: "all", hono: true } as const

const core = "core is pure and depends on effect only: everything else depends on core."
const codec = "The codec depends on core only."
const simulator = "The simulator depends on concert-codec and core: server-mock, client and cli depend on it."
const server = "The server knows no terminal but its port: what speaks Concert belongs in the gateway or the mock."
const gateway = "The gateway moves real money: no simulator, test card or fault may reach its program."
const mock = "The mock never imports clients of the API or the gateway; what both servers need is the server."
const client = "The client depends on core alone, so that a till installs little."
const till = "A till talks to a server through the client alone, simulated or not."
const pages = "Payments and credentials stay in src/server: this folder reaches browsers."
const nodeSide = {
  node: "Files and sockets are behind ports: what needs them is given to this folder.",
  bin: "No library imports a program."
}
const backEnd = { server: "The screen and the sale do not import the back end: what both need is src/api.ts." }

/** A folder of the server, and the folders that build on it. */
const inServer = (name: string, above: ReadonlyArray<string>, options: Partial<Row> = {}): Row => ({
  folder: `packages/server/src/${name}`,
  ...library,
  packages: ["core"],
  because: server,
  notFrom: {
    ...Object.fromEntries(
      above.map((folder) => [folder, `src/${folder} is built on src/${name}, which asks nothing of it.`])
    ),
    ...nodeSide
  },
  ...options
})

/** The folders above `render`, lowest first. `app.ts` assembles them. */
const web = ["http", "orders", "openapi", "pages"]

export const table: ReadonlyArray<Row> = [
  { folder: "packages/core/src", ...library, packages: [], because: core },

  { folder: "packages/concert-codec/src", except: ["node"], ...library, packages: ["core"], because: codec },
  {
    folder: "packages/files/src",
    ...onNode,
    hono: false,
    packages: [],
    because: "Files know nothing of payments: published packages bundle them."
  },

  {
    folder: "packages/concert-codec/src/node",
    ...onNode,
    node: ["net", "dns"],
    hono: false,
    packages: ["core"],
    because: codec
  },

  {
    folder: "packages/cli-kit/src",
    ...bin,
    packages: ["core"],
    because: "cli-kit is what every bin shares: it depends on core only."
  },

  {
    folder: "packages/reconcile/src",
    ...library,
    packages: ["core"],
    because: "The command line and the pages read settlements by the same code: it runs in browsers."
  },

  {
    folder: "packages/terminal-simulator/src",
    except: ["control", "node", "bin"],
    ...library,
    packages: ["core", "concert-codec"],
    because: simulator
  },
  {
    folder: "packages/terminal-simulator/src/control",
    ...library,
    hono: true,
    packages: ["core"],
    because: simulator
  },
  {
    folder: "packages/terminal-simulator/src/node",
    ...onNode,
    packages: ["core", "concert-codec", "files"],
    because: simulator
  },
  {
    folder: "packages/terminal-simulator/src/bin",
    ...bin,
    packages: ["core", "concert-codec", "cli-kit"],
    because: simulator
  },

  {
    folder: "packages/server/src",
    except: [
      "validation",
      "attempts",
      "terminals",
      "notifications",
      "telemetry",
      "render",
      "http",
      "orders",
      "openapi",
      "node",
      "bin"
    ],
    ...library,
    hono: true,
    packages: ["core"],
    because: server,
    notFrom: nodeSide
  },
  inServer("validation", ["attempts", "terminals", "notifications", "telemetry", "render", ...web]),
  inServer("attempts", ["render", ...web]),
  inServer("terminals", ["render", ...web]),
  inServer("notifications", ["render", ...web]),
  inServer("telemetry", web),
  inServer("render", web),
  inServer("http", ["orders", "openapi", "pages"], { hono: true }),
  inServer("orders", ["openapi", "pages"], { hono: true }),
  inServer("openapi", ["orders", "pages"], { hono: true }),
  { folder: "packages/server/src/node", ...onNode, packages: ["core"], because: server },
  { folder: "packages/server/src/bin", ...bin, packages: ["core", "cli-kit"], because: server },

  {
    folder: "packages/gateway/src",
    except: ["node", "postgres", "bin"],
    ...library,
    hono: true,
    packages: ["core", "concert-codec", "client", "server"],
    because: gateway
  },
  {
    folder: "packages/gateway/src/postgres",
    ...onNode,
    hono: false,
    packages: ["core", "concert-codec", "server"],
    because: gateway
  },
  {
    folder: "packages/gateway/src/node",
    ...onNode,
    packages: ["core", "concert-codec", "client", "server", "files"],
    because: gateway
  },
  {
    folder: "packages/gateway/src/bin",
    ...bin,
    packages: ["core", "concert-codec", "client", "server", "files", "cli-kit"],
    because: gateway
  },

  {
    folder: "packages/server-mock/src",
    except: ["testing", "node", "bin"],
    ...library,
    hono: true,
    packages: ["core", "concert-codec", "terminal-simulator", "server"],
    because: mock
  },
  {
    folder: "packages/server-mock/src/testing",
    ...onNode,
    hono: false,
    packages: ["core", "concert-codec", "terminal-simulator", "server"],
    because: mock
  },
  {
    folder: "packages/server-mock/src/node",
    ...onNode,
    packages: ["core", "concert-codec", "terminal-simulator", "server"],
    because: mock
  },
  {
    folder: "packages/server-mock/src/bin",
    ...bin,
    packages: ["core", "concert-codec", "terminal-simulator", "server", "files", "cli-kit"],
    because: mock
  },

  { folder: "packages/client/src", except: ["node"], ...library, packages: ["core"], because: client },
  { folder: "packages/client/src/node", ...onNode, hono: false, packages: ["core", "files"], because: client },

  {
    folder: "packages/console/src",
    ...library,
    hono: true,
    packages: ["core", "reconcile"],
    because: "The pages depend on core, reconcile and on the server's HTTP answers, never on its code.",
    names: {
      "hono/jsx/dom": {
        importNames: ["useEffect", "useSyncExternalStore"],
        message:
          "These run effects twice when a component is drawn again within a frame. Take useEffect and useStore from shell/hooks.ts."
      }
    }
  },

  {
    folder: "packages/exam/src",
    ...bin,
    packages: ["core", "concert-codec", "cli-kit", "terminal-simulator", "client", "server", "server-mock"],
    because: "An examination plays a server or a till to what is examined: the gateway's program is not part of it."
  },

  { folder: "packages/cli/src", ...bin, packages, because: "The command line may import every package." },

  {
    folder: "apps/till/src/sale",
    ...library,
    effect: "modules",
    packages: ["core"],
    because: pages,
    notFrom: backEnd
  },
  {
    folder: "apps/till/src/catalogue",
    ...library,
    effect: "modules",
    packages: ["core"],
    because: pages,
    notFrom: backEnd
  },
  {
    folder: "apps/till/src/web",
    ...library,
    effect: "modules",
    hono: true,
    packages: ["core"],
    because: pages,
    notFrom: backEnd
  },
  {
    folder: "apps/till/src/server",
    ...onNode,
    effect: "modules",
    packages: ["core", "client", "files"],
    because: till,
    notFrom: { web: "The back end serves the built pages, and imports nothing of them." }
  },

  {
    folder: "site/playground",
    ...library,
    hono: true,
    packages: ["core", "terminal-simulator", "server-mock"],
    because: "The playground is a till, a mock and a terminal in one page: nothing of it is on a real server or line."
  },
  { folder: "site/theme", ...library, packages: [], because: "Pages of text carry no code of the product." },
  {
    folder: "site/generator",
    ...onNode,
    hono: false,
    packages: [],
    because: "What generates pages reads the documents, never the product."
  }
]
