/** The page of compatibility: what examinations found, each with what was examined and what it rests on. Pure. */
import type { Profile } from "@hipay-pos/terminal-simulator"
import type { ExaminationResult, Observations } from "./Examination.ts"
import { peerRows, publicPeers } from "./publicPeers.ts"
import {
  actionsOf,
  afterAnswerOf,
  conversionOf,
  dislikesOf,
  known,
  paddingOf,
  privateDataOf,
  redKeyOf,
  ticketOf,
  timeOutOf,
  tipOf,
  versionsOf,
  yesOrNo
} from "./report.ts"

/** One terminal of the page. */
export interface Entry {
  readonly profile: Profile.Profile
  readonly result: ExaminationResult
}

const rows: ReadonlyArray<readonly [string, (result: ExaminationResult) => string]> = [
  ["examined", ({ simulated }) => (simulated ? "simulator" : "hardware")],
  ["versions", versionsOf],
  ["answers with version", ({ habits, observations }) => habits.answersVersion ?? asAsked(observations)],
  ["protocol identifier (CJ)", ({ habits }) => habits.protocolIdentifier ?? known(habits.redKey, () => "repeated")],
  ["CR LF after a request", ({ habits }) => known(habits.wantsLineEnd, (wants) => (wants ? "needed" : "not needed"))],
  ["fields it refuses", dislikesOf],
  ["order id (CF)", privateDataOf],
  ["amount (CB) of 2 digits", ({ observations }) => paddingOf(observations)],
  ["names its contract (CG)", ({ observations }) => known(observations.repeatsContract, yesOrNo)],
  ["ticket", ({ observations }) => ticketOf(observations)],
  ["ticket with a refusal", ({ habits }) => known(habits.ticketOnRefusal, yesOrNo)],
  ["reason of a refusal (AF)", ({ habits }) => known(habits.extendedComplement, (is) => `${is ? 29 : 2} characters`)],
  ["says that a card number is partial (AL)", ({ habits }) => known(habits.tellsPanType, yesOrNo)],
  ["red key", ({ habits }) => redKeyOf(habits)],
  ["no card in time", ({ observations }) => timeOutOf(observations)],
  ["second request while busy", ({ habits }) => known(habits.busy)],
  ["half-close", ({ habits }) => known(habits.halfClose)],
  ["after its answer", ({ habits }) => afterAnswerOf(habits)],
  ["BA=1", ({ habits }) => known(habits.immediate)],
  ["actions", actionsOf],
  ["duplicata gives the last payment back", ({ observations }) => known(observations.duplicata, yesOrNo)],
  ["cancels the last sale", ({ observations }) => known(observations.cancelsLastSale, yesOrNo)],
  ["tip", ({ observations }) => tipOf(observations)],
  ["card of another currency", ({ observations }) => conversionOf(observations)],
  ["pays on after the line was cut", ({ observations }) => known(observations.goesOnAfterCut, yesOrNo)]
]

/** Only an older version than the newest shows whether the terminal answers with one of its own. */
const asAsked = ({ versions }: Observations): string => (versions.length > 1 ? "as asked" : known(undefined))

/** The page. */
export const toPage = (entries: ReadonlyArray<Entry>): string =>
  [
    "# Compatibility of terminals",
    "",
    "What `hipay-pos examine-terminal` found, one column per terminal. **Every column of the first table is a profile of the simulator**, examined",
    "over TCP like a terminal on a desk; what each profile imitates, and the public evidence for it, stands below. The second table is what others",
    "have published, and was not examined. No hardware has been examined for this page yet: an entry of one comes from",
    "`hipay-pos examine-terminal HOST --live --json`. See [exam.md](exam.md).",
    "",
    "The page is written by `packages/exam/test/examine.test.ts`, which fails when it changes; `UPDATE=1 pnpm vitest run packages/exam` writes it anew.",
    "",
    `| | ${entries.map(({ profile }) => profile.label).join(" | ")} |`,
    `|---|${entries.map(() => "---").join("|")}|`,
    ...rows.map(([name, of]) => `| ${name} | ${entries.map(({ result }) => of(result)).join(" | ")} |`),
    "",
    "## Public peers",
    "",
    "What libraries, stand-ins and documents of others say; – where they say nothing. A library's column tells how it was used with hardware, not what",
    "every terminal does.",
    "",
    `| | ${publicPeers.map(({ name }) => name).join(" | ")} |`,
    `|---|${publicPeers.map(() => "---").join("|")}|`,
    ...peerRows.map(([title, of]) => `| ${title} | ${publicPeers.map((peer) => peer[of] ?? "–").join(" | ")} |`),
    "",
    ...entries.flatMap(({ profile, result }) => [
      `## ${profile.label}`,
      "",
      `Examined: the simulator's profile \`${profile.name}\`. What the profile rests on:`,
      "",
      ...profile.evidence.map((each) => `- ${each}`),
      "",
      "What remains unsafe:",
      "",
      ...result.unsafe.map((each) => `- ${each}`),
      "",
      "Red key, masked:",
      "",
      "```",
      ...result.evidence
        .filter(({ step }) => step === "red key")
        .flatMap(({ request, answer }) => [request.trimEnd(), answer]),
      "```",
      ""
    ])
  ].join("\n")
