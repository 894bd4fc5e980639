/** The page of compatibility: the results of examinations, with what was examined and the evidence. Pure. */
import type { Profile } from "@hipay-pos/terminal-simulator"
import type { ExaminationResult } from "./Examination.ts"
import { findings } from "./findings.ts"
import { peerRows, publicPeers } from "./publicPeers.ts"

/** One terminal of the page. */
export interface Entry {
  readonly profile: Profile.Profile
  readonly result: ExaminationResult
}

/** The page. */
export const toPage = (entries: ReadonlyArray<Entry>): string =>
  [
    "# Compatibility of terminals",
    "",
    "What `hipay-pos examine-terminal` found, one column per terminal. **Every column of the first table is a profile of the simulator**, examined",
    "over TCP like a terminal on a desk; what each profile imitates, and the public evidence for it, is listed below. The second table is what others",
    "have published, and was not examined. No hardware has been examined for this page yet: an entry of one comes from",
    "`hipay-pos examine-terminal HOST --live --json`. See [exam.md](exam.md).",
    "",
    "`packages/exam/test/examine.test.ts` writes this page, and fails when the results change; `UPDATE=1 npx vitest run packages/exam` updates it.",
    "",
    `| | ${entries.map(({ profile }) => profile.label).join(" | ")} |`,
    `|---|${entries.map(() => "---").join("|")}|`,
    `| examined | ${entries.map(({ result }) => (result.simulated ? "simulator" : "hardware")).join(" | ")} |`,
    ...findings.map(([name, of]) => `| ${name} | ${entries.map(({ result }) => of(result)).join(" | ")} |`),
    "",
    "## Public peers",
    "",
    "What other libraries, simulators and documents say; – means that they say nothing. A library's column tells how it was used with hardware, not what",
    "every terminal does.",
    "",
    `| | ${publicPeers.map(({ name }) => name).join(" | ")} |`,
    `|---|${publicPeers.map(() => "---").join("|")}|`,
    ...peerRows.map(([title, of]) => `| ${title} | ${publicPeers.map((peer) => peer[of] ?? "–").join(" | ")} |`),
    "",
    ...entries.flatMap(({ profile, result }) => [
      `## ${profile.label}`,
      "",
      `Examined: the simulator's profile \`${profile.name}\`. Sources of the profile:`,
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
