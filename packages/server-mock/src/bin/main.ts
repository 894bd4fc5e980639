/** The bin `hipay-pos-mock`: the same as `hipay-pos mock`. */
import "effect/schema/SchemaJITCompiler/enable"
import { runVerb } from "@hipay-pos/cli-kit"
import manifest from "../../package.json" with { type: "json" }
import { makeMockCommand } from "./command.ts"

runVerb("mock", makeMockCommand("hipay-pos-mock"), manifest.version)
