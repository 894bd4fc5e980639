/** The bin `hipay-pos-terminal`: the same as `hipay-pos terminal`. */
import "effect/schema/SchemaJITCompiler/enable"
import { run } from "@hipay-pos/cli-kit"
import manifest from "../../package.json" with { type: "json" }
import { makeTerminalCommand } from "./command.ts"

run(makeTerminalCommand("hipay-pos-terminal"), { version: manifest.version, args: process.argv.slice(2) })
