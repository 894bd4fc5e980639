/** The bin `hipay-pos-terminal`: the same as `hipay-pos terminal`. */
import "effect/schema/SchemaJITCompiler/enable"
import { runVerb } from "@hipay-pos/cli-kit"
import manifest from "../../package.json" with { type: "json" }
import { makeTerminalCommand } from "./command.ts"

runVerb("terminal", makeTerminalCommand("hipay-pos-terminal"), manifest.version)
