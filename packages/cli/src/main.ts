/** The bin `hipay-pos`: its verbs, each a call into a library of this toolkit. */
import "effect/schema/SchemaJITCompiler/enable"
import { fail, run } from "@hipay-pos/cli-kit"
import * as Result from "effect/Result"
import { commands, prepare } from "./commands.ts"

const typed = process.argv.slice(2)
const prepared = prepare(typed, process.env)
if (Result.isFailure(prepared)) fail(`hipay-pos: ${prepared.failure}.`, typed)
else run(commands, prepared.success)
