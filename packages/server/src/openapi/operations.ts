/** The API's paths, parameters and answers, for the OpenAPI document. */
import type { AttemptQuery } from "@hipay-pos/core/wire/AttemptQuery"
import { LONGEST_NOTIFICATION } from "../http/relayRoutes.ts"
import {
  answer,
  body,
  closed,
  type Fields,
  forbidden,
  id,
  json,
  notFound,
  open,
  parameter,
  plain,
  problem,
  stream,
  unauthorized,
  unauthorizedPage
} from "./operationParts.ts"
import { postOrder } from "./orderOperation.ts"
import { attemptQuery, ref, terminalQuery } from "./schemas.ts"

const queryDescriptions: Readonly<Record<keyof AttemptQuery, string>> = {
  limit: "The most attempts to return, 1 to 999999: 100 by default, capped at 1000.",
  before: "Only attempts older than the one with this id.",
  state: "Only attempts in this state.",
  orderId: "Only attempts of exactly this order id.",
  idempotencyKey:
    "Only the login's own attempts that an order with this `Idempotency-Key` opened. Quickest together with `orderId`.",
  q: "Only attempts with this text in the order id, the terminal's name, the login, the attempt's id, the amount asked for or charged (`19.18` or `19,18`), the authorization number or the card's last four digits.",
  day: "Only attempts of this day, `YYYY-MM-DD` or `today`: the shop's (`--time-zone`, `--day-starts`), UTC's by default.",
  format:
    "With `day`: the whole day as CSV, or its totals per terminal and currency. `counts`: how many there are in each state, of the newest 10 000.",
  locale: "With `format=csv`: as spreadsheets of that language read it, such as `fr-FR`. For programs by default."
}

const listAttempts = {
  operationId: "listAttempts",
  tags: ["Attempts"],
  summary: "Attempts, newest first.",
  parameters: [
    ...Object.entries(attemptQuery).map(([name, schema]) =>
      parameter("query", name, queryDescriptions[name as keyof AttemptQuery], schema)
    )
  ],
  responses: {
    200: {
      description: "The list, a day's totals, or the number of attempts in each state.",
      content: {
        ...json({ anyOf: [ref("AttemptList"), ref("DayTotals"), ref("AttemptCounts")] }),
        "text/csv": { schema: { type: "string" } }
      }
    },
    400: problem(
      "A query parameter is not known or has a wrong value, or the attempt that `before` names is not kept any more."
    ),
    ...unauthorized
  },
  security: closed
}

const lastSeen = parameter("header", "Last-Event-ID", "Changes after this number are sent first.")

const notificationBody = { type: "string", maxLength: LONGEST_NOTIFICATION }

/** The operation is the same at the common address and at an attempt's own. */
const takeNotification = (operationId: string, summary: string, parameters: ReadonlyArray<Fields> = []) => ({
  post: {
    operationId,
    tags: ["Relay"],
    summary,
    description:
      "There is no login: the signature over the bytes of the body is the proof: SHA-1, SHA-256 or SHA-512 of body and passphrase, as lower-case hexadecimal. Answers have no body.",
    parameters: [{ ...parameter("header", "X-Allopass-Signature", "Of the body."), required: true }, ...parameters],
    requestBody: {
      required: true,
      content: {
        "application/x-www-form-urlencoded": { schema: notificationBody },
        "application/xml": { schema: notificationBody }
      }
    },
    responses: {
      204: answer("It is on the disk, and is considered even if the process is killed now."),
      400: answer("It is signed, but not a notification."),
      403: answer("It is not signed with a passphrase of this relay, or the relay takes none."),
      404: answer("The relay has not made this address."),
      413: answer(`It is longer than ${LONGEST_NOTIFICATION / 1024} kB.`),
      503: answer("It could not be written: send it again.")
    },
    security: open
  }
})

const notifyPath = {
  name: "path",
  in: "path",
  required: true,
  description: "The attempt's part of the `notify_url` in its order.",
  schema: { type: "string" }
}

/** The paths of a relay. */
export const relayPaths: Readonly<Record<string, Fields>> = {
  "/upstream": {
    get: {
      operationId: "checkUpstreamLogin",
      tags: ["Relay"],
      summary:
        "Whether the service behind a relay knows the login that the caller's orders go up under. No order is sent.",
      responses: { 200: answer("What the service says of it.", ref("UpstreamLogin")), ...unauthorized },
      security: closed
    }
  },
  "/notifications/hipay": takeNotification(
    "receiveNotification",
    "Takes a notification of HiPay's about the order that it names, where the relay has the account's passphrase."
  ),
  "/notifications/hipay/{path}": takeNotification(
    "receiveNotificationOfAttempt",
    "Takes a notification of HiPay's about one attempt, where the relay was started with --notify-url.",
    [notifyPath]
  ),
  "/drift": {
    get: {
      operationId: "listDrift",
      tags: ["Relay"],
      summary: "Unknown parts of the answers of the service behind a relay. Needs the role read.",
      responses: {
        200: answer("What was not known, counted.", ref("Drift")),
        ...unauthorized,
        ...forbidden,
        500: problem("The attempts could not be read.")
      },
      security: closed
    }
  }
}

/** The paths of a server that lists its terminals. */
export const terminalPaths: Readonly<Record<string, Fields>> = {
  "/terminals": {
    get: {
      operationId: "listTerminals",
      tags: ["Terminals"],
      summary: "The terminals that the login may use, and their state. Needs the role read.",
      description: "Contacts no terminal: reachability is that of the last check, with --watch-terminals.",
      parameters: [
        parameter(
          "query",
          "limit",
          "The most terminals to return: 100 by default, capped at 1000.",
          terminalQuery.limit
        ),
        parameter("query", "after", "Only terminals after the one with this address.", terminalQuery.after)
      ],
      responses: {
        200: answer("In the order of the configuration.", ref("TerminalList")),
        400: problem(
          "A query parameter is not known or has a wrong value, or the terminal that `after` names is not among them any more."
        ),
        ...unauthorized,
        ...forbidden,
        500: problem("The attempts could not be read.")
      },
      security: closed
    }
  }
}

/** The paths of a server that reloads its settings on request. */
export const reloadPaths: Readonly<Record<string, Fields>> = {
  "/reload": {
    post: {
      operationId: "reload",
      tags: ["Settings"],
      summary:
        "Reloads terminals and logins from their files. Needs the role control, and a login that sees all terminals.",
      description:
        "Payments under way finish with the settings they started with. An unknown payment at a removed terminal can still be resolved.",
      responses: {
        200: answer("The new settings apply from the next order on.", ref("Reloaded")),
        ...unauthorized,
        ...forbidden,
        409: problem(
          "The settings are invalid; the description names the file and the field. The previous settings stay in use."
        )
      },
      security: closed
    }
  }
}

/** The paths of a server that shares its store. */
export const instancePaths: Readonly<Record<string, Fields>> = {
  "/instances": {
    get: {
      operationId: "listInstances",
      tags: ["Terminals"],
      summary: "The running gateways that share this store. Needs the role read, for all terminals.",
      responses: { 200: answer("The gateways, sorted by name.", ref("InstanceList")), ...unauthorized, ...forbidden },
      security: closed
    }
  }
}

/** The operations by address and method. */
export const paths: Readonly<Record<string, Fields>> = {
  "/v1/connector/order": { post: postOrder },
  "/v1/connector/healthcheck": {
    get: {
      operationId: "healthcheck",
      tags: ["POS API"],
      summary: "Whether the API is up.",
      responses: { 200: plain("It is.") },
      security: open
    }
  },
  "/attempts": { get: listAttempts },
  "/attempts/events": {
    get: {
      operationId: "attemptEvents",
      tags: ["Attempts"],
      summary: "Every change of an attempt, as server-sent events.",
      parameters: [lastSeen],
      responses: {
        200: stream(
          "`hello`, then `attempt` with a summary each time, and `alarm` when a person has to act; `lost` when too many changes were missed."
        ),
        ...unauthorized
      },
      security: closed
    }
  },
  "/attempts/{id}": {
    get: {
      operationId: "getAttempt",
      tags: ["Attempts"],
      summary: "An attempt in full, with its timeline.",
      parameters: [id],
      responses: { 200: answer("The attempt.", ref("Attempt")), ...unauthorized, ...notFound },
      security: closed
    }
  },
  "/attempts/{id}/events": {
    get: {
      operationId: "oneAttemptEvents",
      tags: ["Attempts"],
      summary: "What happens to an attempt, as server-sent events.",
      parameters: [id],
      responses: { 200: stream("`entry` each time; finally `end` with the summary."), ...unauthorized, ...notFound },
      security: closed
    }
  },
  "/attempts/{id}/resolve": {
    post: {
      operationId: "resolveAttempt",
      tags: ["Attempts"],
      summary: "Resolves an attempt whose outcome is unknown. Needs the role resolve; nothing is ever overwritten.",
      description:
        "A late answer that proves an outcome ends the attempt over a person's word. One that proves none but has signs of a payment makes an attempt unknown again that was resolved as `declined`.",
      parameters: [id],
      requestBody: body(ref("ResolveRequest")),
      responses: {
        200: answer(
          "The attempt. One whose record is damaged is given without it: by its id and order, with `damaged`.",
          { anyOf: [ref("Attempt"), ref("ResolvedDamaged")] }
        ),
        400: problem("A field is missing or has a wrong value."),
        ...unauthorized,
        ...forbidden,
        ...notFound,
        409: problem("Its outcome is known, or the terminal may still answer and the body does not override that."),
        500: problem("It could not be recorded.")
      },
      security: closed
    }
  },
  "/attempts/{id}/ask": {
    post: {
      operationId: "askTerminal",
      tags: ["Attempts"],
      summary:
        "Asks the terminal of an unknown attempt for its last transaction, which moves no money, and ends the attempt where that proves it. Needs the role resolve.",
      parameters: [id],
      responses: {
        200: answer("The attempt, which the terminal proved.", ref("Attempt")),
        ...unauthorized,
        ...forbidden,
        ...notFound,
        409: problem("Its outcome is known, or the terminal proves nothing: `details.why` says why."),
        500: problem("It could not be recorded.")
      },
      security: closed
    }
  },
  "/session": {
    post: {
      operationId: "logIn",
      tags: ["Session"],
      summary: "Logs a page in.",
      requestBody: body(ref("LoginRequest")),
      responses: {
        204: answer("A cookie."),
        400: problem("The body is not JSON, or the name of the space is not valid."),
        ...unauthorizedPage
      },
      security: open
    },
    get: {
      operationId: "getSession",
      tags: ["Session"],
      summary: "Who is logged in.",
      responses: { 200: answer("The login.", ref("Session")), ...unauthorizedPage },
      security: closed
    },
    delete: {
      operationId: "logOut",
      tags: ["Session"],
      summary: "Logs the page out.",
      responses: { 204: answer("Done.") },
      security: open
    }
  },
  "/livez": {
    get: {
      operationId: "livez",
      tags: ["Probes"],
      summary: "Whether the process is alive.",
      responses: { 200: plain("It is.") },
      security: open
    }
  },
  "/readyz": {
    get: {
      operationId: "readyz",
      tags: ["Probes"],
      summary: "Whether the server takes orders.",
      responses: {
        200: answer("It does.", ref("Readiness")),
        503: answer(
          "The server is shutting down, has lost its lease on a shared store, its store does not answer or cannot be written, or the end of a payment could not be written yet.",
          ref("Readiness")
        )
      },
      security: open
    }
  },
  "/metrics": {
    get: {
      operationId: "metrics",
      tags: ["Probes"],
      summary: "The metrics as text for Prometheus, where the server has them. Needs the role read, for all terminals.",
      responses: { 200: plain("Prometheus text."), ...forbidden, ...unauthorized },
      security: closed
    }
  }
}
