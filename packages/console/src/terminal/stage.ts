/** The steps of a payment at a terminal, derived from its stage. Pure. */

/** The steps, in order. */
export const steps = ["card", "pin", "bank", "end"] as const
export type Step = (typeof steps)[number]

/** The step of a stage; none while the terminal is idle. */
const stepOfStage: Readonly<Record<string, Step | undefined>> = {
  woken: "card",
  "chip-asked": "card",
  "card-presented": "card",
  pin: "pin",
  authorising: "bank",
  approved: "end",
  refused: "end",
  cancelled: "end",
  "timed-out": "end",
  printing: "end"
}

/** Whether a step is done, current or ahead. */
export const stepStatus = (step: Step, stage: string): "done" | "now" | "ahead" => {
  const now = stepOfStage[stage]
  if (now === undefined) return "ahead"
  const [place, at] = [steps.indexOf(step), steps.indexOf(now)]
  return place < at ? "done" : place === at ? "now" : "ahead"
}

/** Whether the terminal is processing a payment. */
export const isBusy = (stage: string): boolean => stepOfStage[stage] !== undefined
