/** A ticket's text as it was printed. Text only: markup in it is shown, never followed. */
import "../style/paper.css"

export const Slip = ({ text }: { readonly text: string }) => (
  <pre class="slip" lang="fr">
    {text}
  </pre>
)
