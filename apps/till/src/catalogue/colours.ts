/** Colours that a category's tiles may have. */
export const colours = ["amber", "green", "blue", "plum", "stone", "violet", "rose", "teal"] as const
export type Colour = (typeof colours)[number]
