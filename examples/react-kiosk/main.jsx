/** The page: `<div id="root"></div>` and this script, bundled by Vite or any other bundler, beside the shop's server. */
import { createRoot } from "react-dom/client"
import { Kiosk } from "./Kiosk.jsx"

createRoot(document.getElementById("root")).render(<Kiosk orderId="SALE-1001" amount="12.50 EUR" />)
