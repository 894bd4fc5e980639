/** Flags about simulated terminals that the simulator, the mock and the demo share. */
import { Flags } from "@hipay-pos/cli-kit"
import * as Flag from "effect/cli/Flag"

/** How fast simulated terminals and cardholders are. */
export const pace: Flag.Flag<"instant" | "human"> = Flags.literals("pace", ["instant", "human"]).pipe(
  Flag.withDescription("how fast simulated terminals and cardholders are, instant by default"),
  Flag.withDefault("instant" as const)
)

/** How the cardholder behaves. */
export const cardholder: Flag.Flag<string> = Flags.string("cardholder").pipe(
  Flag.withDescription(
    "how the cardholder behaves: auto, amount, manual, or a file with one word a line; auto by default"
  ),
  Flag.withDefault("auto")
)
