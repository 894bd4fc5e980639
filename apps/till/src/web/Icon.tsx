/** A decorative icon of the pages' icon set: the text beside it has the meaning. */
import type { IconNode } from "lucide"

export const Icon = ({ of }: { readonly of: IconNode }) => (
  <svg
    class="icon"
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width="2"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    {of.map(([tag, attributes], index) => {
      const Shape = tag as "path"
      return <Shape key={index} {...(attributes as object)} />
    })}
  </svg>
)
