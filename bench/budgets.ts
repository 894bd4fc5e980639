/**
 * The figures that are measured, and their budgets. A figure's name begins with the name of its benchmark.
 *
 * Ratios compare two tasks of the same run, so that they can be compared between machines. An absolute budget of time is for
 * a machine with two idle cores; docs/performance.md has the last figures.
 */

/** A figure and its budget. Without a bound it is only printed. */
export interface Budget {
  readonly what: string
  /** `×` for a ratio of two tasks of the same run. */
  readonly unit: "×" | "ms" | "µs" | "kB" | "MB" | "s" | ""
  readonly least?: number
  readonly most?: number
  /** A target beyond the budget. */
  readonly stretch?: number
}

export const budgets: Readonly<Record<string, Budget>> = {
  "server.floor": {
    what: "an order's steps as straight functions, paid at simulated terminals: no session, queue, history or events",
    unit: "×"
  },
  "server.mock": {
    what: "orders of the mock in memory, beside a bare Hono echo",
    unit: "×",
    least: 0.33,
    stretch: 0.5
  },
  "server.stored-floor": {
    what: "the floor, with a row in SQLite as an order is claimed and as it ends",
    unit: "×"
  },
  "server.stored": { what: "the same with SQLite", unit: "×", least: 0.22, stretch: 0.3 },
  "server.prism": { what: "Prism with our document, which pays nothing, beside the echo", unit: "×" },
  "server.mockoon": { what: "Mockoon with our document, which pays nothing, beside the echo", unit: "×" },

  "gateway.dialled": {
    what: "an order dialled to a terminal that answers at once, beside the bare TCP exchange of the same bytes",
    unit: "×",
    least: 0.35,
    stretch: 0.5
  },
  "gateway.floor": {
    what: "an order's steps as straight functions, dialled the same way, beside the bare TCP exchange",
    unit: "×"
  },
  "gateway.many": {
    what: "orders of 16 callers, dialled to as many terminals, beside as many bare TCP exchanges at the same time",
    unit: "×"
  },
  "gateway.added-p50": {
    what: "what a gateway adds to its terminal's own time, the attempt flushed to SQLite: the median",
    unit: "ms",
    most: 1.5,
    stretch: 1
  },
  "gateway.added-p99": { what: "the same, of 99 in 100 orders", unit: "ms", most: 6, stretch: 4 },

  "relay.added-p50": {
    what: "what a relay adds to a payment, beyond one flush of the disk: the median",
    unit: "ms",
    most: 2
  },
  "relay.added-p99": { what: "the same, of 99 in 100 payments", unit: "ms", most: 10 },

  "scale.throughput": {
    what: "orders of one instance on PostgreSQL, beside SQLite, 32 callers",
    unit: "×",
    least: 0.55
  },
  "scale.throughput-alone": { what: "the same with one caller", unit: "×" },
  "scale.round-trips": { what: "round trips of an order to PostgreSQL, 32 callers", unit: "", most: 2.2 },
  "scale.other-round-trips": { what: "all other round trips, for each order", unit: "", most: 0.35 },

  "growth.unknown-memory": { what: "an order beside 2 000 unknown ones elsewhere, in memory", unit: "×", most: 1.1 },
  "growth.unknown-sqlite": { what: "the same on SQLite", unit: "×", most: 1.1 },
  "growth.unknown-postgres": { what: "the same on PostgreSQL", unit: "×", most: 1.1 },
  "growth.kept": { what: "an order beside 100 000 kept ones, on SQLite", unit: "×", most: 1.1 },
  "growth.terminals": { what: "an order at one of 20 000 listed terminals, beside the only one", unit: "×", most: 1.1 },
  "growth.listeners": {
    what: "an order at a mock with 1 000 listeners to other attempts",
    unit: "×",
    most: 1.1
  },
  "growth.spaces": { what: "an order in one of 1 000 spaces, beside the only one", unit: "×", most: 1.1 },
  "growth.terminals-start": { what: "start of a gateway with 20 000 listed terminals", unit: "s", most: 1 },
  "growth.terminals-memory": { what: "what each of them takes", unit: "kB", most: 1 },
  "growth.logins": { what: "a request's login, one of 20 000", unit: "µs", most: 20 },

  "memory.pending": { what: "an order that waits for its terminal, of 10 000", unit: "kB", most: 35, stretch: 30 },
  "memory.floor": {
    what: "an order that waits in a bare Hono app, of 10 000: its connection, request and body",
    unit: "kB"
  },
  "memory.pending-50000": {
    what: "the same, of 50 000 in one process: 10 000 at their terminals, the others in line",
    unit: "kB",
    most: 35,
    stretch: 30
  },
  "memory.resident": { what: "resident memory after 100 000 orders, beside the live heap", unit: "×", most: 2 },
  "memory.resident-floor": {
    what: "the same of a bare Hono app that keeps the last 10 000 orders",
    unit: "×"
  },

  "start.answer": {
    what: "from the start of the published mock to its first answer",
    unit: "ms",
    most: 150,
    stretch: 120
  },
  "start.idle": { what: "its memory a second later", unit: "MB", most: 80, stretch: 70 },
  "start.floor": {
    what: "from the start of a bare Hono echo, bundled in the same way, to its first answer",
    unit: "ms"
  },
  "start.node": { what: "memory of a bare echo of node:http, which is Node's own share", unit: "MB" },
  "start.embedded": { what: "a mock in a test: started and stopped", unit: "ms", most: 15 },
  "start.reset": { what: "the same mock emptied for the next test", unit: "ms", most: 1 },
  "start.clock": { what: "a mock's clock moved by a week, with a batch collected every minute", unit: "s", most: 1 },

  "client.bundle": { what: "makeClient for a browser, gzipped", unit: "kB", most: 33, stretch: 25 },
  "client.notification": { what: "receiveNotification for a worker, gzipped", unit: "kB", most: 20, stretch: 15 },
  "client.import": {
    what: "import of the client on Node, beside import of stripe",
    unit: "×",
    most: 0.9,
    stretch: 0.5
  },
  "client.payment": { what: "a payment, beside a bare fetch of the same bytes", unit: "×", most: 1.3 },
  "client.bundle-stripe": { what: "stripe for a browser, gzipped", unit: "kB" },
  "client.bundle-openapi-fetch": { what: "openapi-fetch with this contract for a browser, gzipped", unit: "kB" },
  "client.import-adyen": { what: "import of @adyen/api-library on Node, beside import of stripe", unit: "×" },
  "client.import-openapi-fetch": { what: "import of openapi-fetch on Node, beside import of stripe", unit: "×" },

  "core.bundle": { what: "{ Money, Order } for a browser, gzipped", unit: "kB", most: 28, stretch: 20 },
  "core.decode": { what: "decoding an order, compiled, beside JSON.parse", unit: "×", most: 0.25 },
  "core.rules": { what: "an order with every rule, beside JSON.parse", unit: "×", most: 1 },
  "core.findings": { what: "the findings of an order with five faults, beside JSON.parse", unit: "×", most: 5 },
  "core.decode-interpreted": { what: "decoding an order where code may not be compiled", unit: "×", most: 1.5 },
  "core.rules-interpreted": { what: "an order with every rule there", unit: "×" },
  "core.findings-interpreted": { what: "the findings of five faults there", unit: "×", most: 5 },
  "core.basket": { what: "dinero.js summing 1 000 lines, beside ours summing and checking them", unit: "×", least: 5 },
  "core.zod": { what: "zod 4 on the same order, beside JSON.parse", unit: "×" },
  "core.ajv": { what: "ajv 6 on the same order, checks only, beside JSON.parse", unit: "×" },

  "codec.fields": { what: "fields of a frame, beside JSON.parse of the same", unit: "×", most: 1 },
  "codec.answer": { what: "a typed answer, beside JSON.parse of the same", unit: "×", most: 4 },
  "codec.request": { what: "a request, beside JSON.stringify of the same", unit: "×", most: 1.5 },
  "codec.byte-by-byte": { what: "60 kB byte by byte, beside as many pushes of nothing", unit: "×", most: 4 },

  "simulator.payments": {
    what: "payments of the simulator over loopback, beside a bare exchange",
    unit: "×",
    least: 0.25
  },
  "simulator.growth": { what: "its live heap after 10 000 payments, above before", unit: "MB", most: 2 },

  "journal.open": { what: "a new attempt in a journal of 300 000 payments, in a new process", unit: "ms", most: 300 },
  "journal.memory": { what: "its memory above that of an empty journal", unit: "MB", most: 60 },
  "journal.taken-in": { what: "300 000 payments taken in from JSON lines, once", unit: "s" },

  "store.busy": {
    what: "an order beside searches and long lists in a full store, above an empty one",
    unit: "×",
    most: 1.2
  },
  "store.cleaning": {
    what: "the slowest order while 700 are cleaned on a disk of 20 ms, above before",
    unit: "ms",
    most: 200
  },

  "telemetry.metrics": { what: "orders with metrics, beside none", unit: "×", least: 0.95 },
  "telemetry.otlp": { what: "orders with spans and metrics sent by OTLP, beside none", unit: "×", least: 0.85 },

  "clone.paid": { what: "a clone installed with an empty HOME, until its first order is paid", unit: "s", most: 12 },
  "clone.modules": { what: "its node_modules", unit: "MB", most: 450 }
}

/** Whether a figure exceeds its budget; NaN does. */
export const isMissed = (name: string, value: number): boolean => {
  const { least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY } = budgets[name] ?? {}
  return !(value >= least && value <= most)
}
