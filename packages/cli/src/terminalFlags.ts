/** How a terminal likes to be spoken to: flags that several verbs share. */
import { Profile } from "@hipay-pos/terminal-simulator"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"

/** The version of Concert. */
export const protocolFlag: Flag.Flag<"3.1" | "3.2"> = Flag.Literals("protocol", ["ConcertV3.1", "ConcertV3.2"]).pipe(
  Flag.withDescription("ConcertV3.2 by default"),
  Flag.withDefault("ConcertV3.2" as const),
  Flag.map((protocol) => (protocol === "ConcertV3.2" ? "3.2" : "3.1"))
)

/** The model, by the name of its profile. */
export const profileFlag: Flag.Flag<string> = Flag.Literals(
  "profile",
  Profile.all.map(({ name }) => name)
).pipe(
  Flag.withDescription("with --terminal: the model whose habits are respected, plain by default"),
  Flag.withDefault(Profile.plain.name)
)

type Terminator = "none" | "CR" | "LF" | "CRLF"

/** What follows a request. */
export const terminatorFlag: Flag.Flag<Option.Option<Terminator>> = Flag.Literals("terminator", [
  "none",
  "CR",
  "LF",
  "CRLF"
]).pipe(Flag.withDescription("with --terminal: what follows the request; the profile's own by default"), Flag.optional)

/** What follows a request to a terminal of this profile, unless it was said. */
export const terminatorOf = (options: {
  readonly profile: string
  readonly terminator: Option.Option<Terminator>
}): Terminator =>
  Option.getOrElse(options.terminator, () => (Profile.get(options.profile)?.wantsLineEnd === true ? "CRLF" : "none"))
