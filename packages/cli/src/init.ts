/**
 * `hipay-pos init`: writes the settings of a till's project, based on what is found on this machine. Two files: one
 * without secrets for the repository, and one with them for the environment. Nothing is ever overwritten.
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { Flags, refuse, SettingsOfVerbs, withoutSecrets } from "@hipay-pos/cli-kit"
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { readAddress, readContract } from "./address.ts"
import { findLocal, usual } from "./doctor/findLocal.ts"
import { readServer } from "./login.ts"
import { LOCAL, MOCK } from "./serverFlags.ts"

const ENV_FILE = "hipay-pos.env"

/** A mock's terminal: any address will do. */
const SIMULATED_TERMINAL = "192.168.1.20"

/** The verb. */
export const init = Command.make(
  "init",
  {
    url: Flags.text("url", `base URL of the API, or stage, or production; ${LOCAL} by default`),
    terminal: Flags.text("terminal", "HOST[:PORT] of the terminal; one that is found on this machine by default"),
    contract: Flags.text("contract", "CONTRACT[/RANK[/APPLICATION]], 1234567/001/001 by default", "1234567/001/001"),
    into: Flags.text("into", "folder that gets the files, made if need be; this one by default", "."),
    json: Flags.yes("json", "print one JSON object: the files, and what was found")
  },
  Effect.fnUntraced(function* ({ url, terminal, contract, into, json }) {
    const files = [join(into, SettingsOfVerbs.FILE), join(into, ENV_FILE)] as const
    const there = files.filter((file) => existsSync(file))
    if (there.length > 0)
      return yield* refuse(
        `init: ${there.join(" and ")} ${there.length === 1 ? "is here already; move it" : "are here already; move them"} away first`
      )
    if (url !== "") yield* readServer("init", url)
    if (terminal !== "") yield* readAddress("init", "--terminal", terminal)
    yield* readContract("init", contract)
    const local = yield* findLocal(usual)
    // If only a terminal was found, payments go to it directly.
    const isDirect = url === "" && local.url === "" && local.terminal !== ""
    const server = isDirect ? "" : url || LOCAL
    const isMock = server === LOCAL
    const at = terminal || (isDirect ? local.terminal : SIMULATED_TERMINAL)
    const settings = { ...(isDirect ? {} : { url: server, contract }), terminal: at }
    yield* write(files[0], `${JSON.stringify(settings, null, 2)}\n`, 0o644)
    yield* write(files[1], environment(isMock), 0o600)
    if (json) return yield* Console.log(JSON.stringify({ files, ...settings }))
    yield* Console.log(files.join("\n"))
    yield* Console.error(
      withoutSecrets(
        [
          isDirect
            ? `init: terminal ${at}, which was found here and is spoken to directly.`
            : `init: server ${server}${url === "" && local.url !== "" ? ", which was found here" : ""}, terminal ${at}.`,
          `${ENV_FILE} is for secrets: keep it out of version control (echo ${ENV_FILE} >> .gitignore).`,
          ...(isMock && local.url === "" ? ["Nothing listens there yet: hipay-pos mock starts it."] : []),
          "Then: hipay-pos doctor, and hipay-pos pay 1.00"
        ].join("\n")
      )
    )
  })
).pipe(
  Command.withDescription(
    "Writes the settings of a till's project from what is found on this machine; overwrites nothing."
  ),
  Command.withExamples([
    { command: "hipay-pos init", description: "For a mock, or a terminal, on this machine" },
    { command: "hipay-pos init --url stage --terminal 192.168.1.20", description: "For HiPay's stage" }
  ])
)

const environment = (
  isMock: boolean
): string => `# Secrets of HiPay POS, for hipay-pos and for your till. Keep this file out of version control.
# In a shell: set -a; . ./${ENV_FILE}; set +a     In Node: node --env-file=${ENV_FILE} till.js     In Docker: --env-file ${ENV_FILE}

# The login of the API${isMock ? ", here that of a mock." : ": from HiPay's back office, one for stage and another for production."}
HIPAY_POS_USERNAME=${isMock ? MOCK.username : ""}
HIPAY_POS_PASSWORD=${isMock ? MOCK.password : ""}

# The passphrase that notifications are signed with${isMock ? ", here that of a mock." : ": from HiPay's back office."}
HIPAY_POS_PASSPHRASE=${isMock ? MOCK.passphrase : ""}

# Flags can be set here too, under the name of their verb: hipay-pos config list shows what is set.
# HIPAY_POS_PAY_TIMEOUT=120s
# HIPAY_POS_MOCK_PORT=8081
`

const write = (file: string, text: string, mode: number) =>
  Effect.try({
    try: () => {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, text, { flag: "wx", mode })
    },
    catch: (error) => refuse(`init: cannot write ${file} (${(error as NodeJS.ErrnoException).code ?? error})`)
  })
