/** What only Node can do: terminals over TCP. */
export * as TcpConnection from "./TcpConnection.ts"
