/** A ticket as it was printed. Markup in it is shown as text. */
import "../style/paper.css"

export const Slip = ({ text }: { readonly text: string }) => (
  <pre class="slip" lang="fr">
    {text}
  </pre>
)
