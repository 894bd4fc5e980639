/** The way of a payment through a terminal, as steps that a person can follow. Pure. */

/** The steps, in order. */
export const steps = ["card", "pin", "bank", "end"] as const
export type Step = (typeof steps)[number]

/** Where a stage stands; while nothing is being paid, nowhere. */
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

/** Whether a step lies behind, is now, or is still to come. */
export const standing = (step: Step, stage: string): "done" | "now" | "ahead" => {
  const now = stepOfStage[stage]
  if (now === undefined) return "ahead"
  const [place, at] = [steps.indexOf(step), steps.indexOf(now)]
  return place < at ? "done" : place === at ? "now" : "ahead"
}

/** Whether the terminal is at work. */
export const isBusy = (stage: string): boolean => stepOfStage[stage] !== undefined
