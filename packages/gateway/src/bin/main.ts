/** The bin `hipay-pos-gateway`: the same as `hipay-pos gateway`. */
import "effect/schema/SchemaJITCompiler/enable"
import { runVerb } from "@hipay-pos/cli-kit"
import manifest from "../../package.json" with { type: "json" }
import { makeGatewayCommand } from "./command.ts"

runVerb("gateway", makeGatewayCommand("hipay-pos-gateway"), manifest.version)
