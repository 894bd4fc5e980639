/** The largest amount, in minor units: twelve digits. */
export const MAX_MINOR_UNITS = 999_999_999_999
