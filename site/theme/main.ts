/** Style and script of text pages. */
import "@hipay-pos/console/style/tokens.css"
import "@hipay-pos/console/style/base.css"
import "./bar.css"
import "./site.css"
import "./site.ts"
