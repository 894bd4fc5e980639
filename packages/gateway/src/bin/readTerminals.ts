/** The terminals of a gateway, from `--dial` or from a file. */
import { CommandFailed, readJson, refuse } from "@hipay-pos/cli-kit"
import { defined } from "@hipay-pos/core/Defined"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as GatewayConfig from "../terminals/GatewayConfig.ts"

/** How terminals are given. */
interface DialledFlags {
  readonly dial: ReadonlyArray<string>
  readonly terminals: string
  /** Whether there may be none, because orders are relayed. */
  readonly mayBeNone?: boolean
}

/** The terminals, or every problem with them, a line each. */
export const readTerminals = Effect.fnUntraced(function* (
  verb: string,
  { dial, terminals: file, mayBeNone = false }: DialledFlags
) {
  const dialled: Array<GatewayConfig.GatewayTerminal> = []
  for (const text of dial) dialled.push(yield* fromDial(verb, text))
  const listed = file === "" ? [] : yield* fromFile(verb, file)
  const terminals = [...listed, ...dialled]
  if (terminals.length === 0 && !mayBeNone) {
    return yield* refuse(
      `${verb}: name its terminals: --dial HOST[:PORT], several times if need be, or --terminals FILE; or relay orders to HiPay's own service with --relay`
    )
  }
  const wrong = GatewayConfig.problemsAmong(terminals)
  return wrong.length === 0 ? terminals : yield* problems(wrong.map((problem) => `${verb}: ${problem}`))
})

const fromDial = (verb: string, text: string): Effect.Effect<GatewayConfig.GatewayTerminal, CommandFailed> => {
  const [, bracketed, plain, port] = /^(?:\[([0-9a-f:]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/i.exec(text) ?? []
  const host = bracketed ?? plain
  const number = port === undefined ? undefined : Number(port)
  return host === undefined || number === 0 || (number ?? 0) > 65_535
    ? Effect.fail(refuse(`${verb}: --dial: expected HOST or HOST:PORT, got ${text}`))
    : Effect.succeed(defined({ host, port: number }))
}

const fromFile = (
  verb: string,
  file: string
): Effect.Effect<ReadonlyArray<GatewayConfig.GatewayTerminal>, CommandFailed> =>
  Effect.flatMap(readJson(`${verb}: --terminals`, file), (json) => {
    const checked = GatewayConfig.check(json)
    if (Result.isSuccess(checked)) return Effect.succeed(checked.success)
    return problems(checked.failure.map((problem) => `${file}: ${problem}`))
  })

const problems = (lines: ReadonlyArray<string>): Effect.Effect<never, CommandFailed> =>
  Effect.fail(new CommandFailed({ code: 2, line: lines.join("\n") }))
