/** What an app of React Native would do at the press of a button. */
import { payAt } from "./till.mjs"

globalThis.payAt = payAt
