/** The pages' types for the mock's control interface match the mock's answers: checked by the compiler; nothing runs. */
import type { SimulatorEvent } from "@hipay-pos/terminal-simulator"
import type * as Read from "../../packages/console/src/server/model.ts"
import type * as Answers from "../../packages/server-mock/src/control/controlAnswers.ts"

type Reads<Page, Answer extends Page> = [Page, Answer]

export type Pages = [
  Reads<Read.Clock, Answers.Clock>,
  Reads<Read.Fault, typeof Answers.SetFault.Type>,
  Reads<Record<string, Read.FaultDescription>, typeof Answers.FaultCatalogue.Type>,
  Reads<Read.HttpFault | null, (typeof Answers.HttpFaultState.Type)["fault"]>,
  Reads<Read.Ledger, Answers.LedgerOfAll>,
  Reads<Read.LedgerEntry, Answers.LedgerOfAll["entries"][number]>,
  Reads<Read.MockFinding, Answers.MockFinding>,
  Reads<Read.Notification, Answers.MockNotification>,
  Reads<Read.NotificationDetail, typeof Answers.SignedNotification.Type>,
  Reads<Read.SimulationState, Answers.SimulationState>,
  Reads<Read.Space, Answers.SpaceList["spaces"][number]>,
  Reads<Read.Terminal, Answers.TerminalState>,
  Reads<Read.TerminalEvent, SimulatorEvent.SimulatorEvent | ({ readonly _tag: "State" } & Answers.TerminalState)>,
  Reads<Read.TestCard, (typeof Answers.TestCards.Type)[number]>,
  Reads<Read.Transaction, Answers.Transaction>
]
