/** The page of compatibility: what examinations found, each with what was examined and what it rests on. Pure. */
import type { Profile } from "@hipay-pos/terminal-simulator"
import type { ExaminationResult } from "./Examination.ts"
import { peerRows, publicPeers } from "./publicPeers.ts"
import { conversionOf, paddingOf, ticketOf, tipOf } from "./report.ts"

/** One terminal of the page. */
export interface Entry {
  readonly profile: Profile.Profile
  readonly result: ExaminationResult
}

const rows: ReadonlyArray<readonly [string, (result: ExaminationResult) => string]> = [
  ["examined", ({ simulated }) => (simulated ? "simulator" : "hardware")],
  ["versions", ({ observations }) => observations.versions.join(", ")],
  ["answers with version", ({ habits }) => habits.answersVersion ?? "as asked"],
  ["protocol identifier (CJ)", ({ habits }) => habits.protocolIdentifier ?? "repeated"],
  ["CR LF after a request", ({ habits }) => (habits.wantsLineEnd ? "needed" : "not needed")],
  ["fields it refuses", ({ habits }) => habits.dislikes.join(", ") || "none"],
  [
    "order id (CF)",
    ({ habits, observations }) =>
      habits.echoesPrivateData
        ? `repeated, ${observations.privateDataLength} of 60 characters`
        : `its own: ${habits.privateData}`
  ],
  ["amount (CB) of 2 digits", ({ observations }) => paddingOf(observations)],
  ["names its contract (CG)", ({ observations }) => (observations.repeatsContract ? "yes" : "no")],
  ["ticket", ({ observations }) => ticketOf(observations)],
  ["ticket with a refusal", ({ habits }) => (habits.ticketOnRefusal ? "yes" : "no")],
  ["reason of a refusal (AF)", ({ habits }) => (habits.extendedComplement ? "29 characters" : "2 characters")],
  ["says that a card number is partial (AL)", ({ habits }) => (habits.tellsPanType ? "yes" : "no")],
  ["red key", ({ habits }) => `AF=${habits.redKey}, ${habits.amountOnRedKey ? "with" : "without"} CB`],
  ["no card in time", ({ observations }) => `AF=${observations.timeOut}`],
  ["second request while busy", ({ habits }) => habits.busy],
  ["half-close", ({ habits }) => habits.halfClose],
  ["after its answer", ({ habits }) => (habits.closesAfterAnswer ? "ends the connection" : "keeps it")],
  ["BA=1", ({ habits }) => habits.immediate],
  ["actions", ({ habits }) => habits.actions.join(", ")],
  ["duplicata gives the last payment back", ({ observations }) => (observations.duplicata === true ? "yes" : "no")],
  ["cancels the last sale", ({ observations }) => (observations.cancelsLastSale === true ? "yes" : "no")],
  ["tip", ({ observations }) => tipOf(observations)],
  ["card of another currency", ({ observations }) => conversionOf(observations)],
  ["pays on after the line was cut", ({ observations }) => (observations.goesOnAfterCut === true ? "yes" : "no")]
]

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
