/** The bin `hipay-pos-gateway`: the same as `hipay-pos gateway`. */
import "effect/schema/SchemaJITCompiler/enable"
import { run } from "@hipay-pos/cli-kit"
import manifest from "../../package.json" with { type: "json" }
import { makeGatewayCommand } from "./command.ts"

run(makeGatewayCommand("hipay-pos-gateway"), { version: manifest.version, args: process.argv.slice(2) })
