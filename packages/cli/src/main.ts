/** The bin `hipay-pos`: one family of verbs, each a call into a library of this toolkit. */
import "effect/schema/SchemaJITCompiler/enable"
import { makeMockCommand } from "@hipay-pos/server-mock/bin"
import { makeTerminalCommand, run } from "@hipay-pos/terminal-simulator/bin"
import * as Command from "effect/cli/Command"
import manifest from "../package.json" with { type: "json" }
import { attempts, resolve } from "./attempts.ts"
import { decode } from "./decode.ts"
import { order } from "./order.ts"
import { pay } from "./pay.ts"

const hipayPos = Command.make("hipay-pos").pipe(
  Command.withDescription("In-store card payments through the HiPay POS API. Unofficial, not affiliated with HiPay."),
  Command.withSubcommands([
    makeMockCommand("mock"),
    makeTerminalCommand("terminal"),
    pay,
    attempts,
    resolve,
    decode,
    order
  ])
)

run(hipayPos, { version: manifest.version, args: process.argv.slice(2) })
