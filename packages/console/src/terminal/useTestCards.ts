/** The mock's test cards; empty until they are loaded. */
import type { TestCard } from "../server/model.ts"
import { useLoad } from "../shell/useLoad.ts"

export const useTestCards = (): ReadonlyArray<TestCard> => useLoad<ReadonlyArray<TestCard>>("/_mock/cards").value ?? []
