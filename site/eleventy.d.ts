/** Types of the part of Eleventy that is used; it has none of its own. */
declare module "@11ty/eleventy" {
  export default class Eleventy {
    constructor(input: string, output: string, options: { readonly configPath: string; readonly quietMode: boolean })
    write(): Promise<unknown>
  }
}
