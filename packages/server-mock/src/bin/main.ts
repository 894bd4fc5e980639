/** The bin `hipay-pos-mock`: the same as `hipay-pos mock`. */
import "effect/schema/SchemaJITCompiler/enable"
import { run } from "@hipay-pos/cli-kit"
import manifest from "../../package.json" with { type: "json" }
import { makeMockCommand } from "./command.ts"

run(makeMockCommand("hipay-pos-mock"), { version: manifest.version, args: process.argv.slice(2) })
