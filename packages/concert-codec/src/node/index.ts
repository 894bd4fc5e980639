/** The parts that need Node: terminals over TCP. */
export * as TcpConnection from "./TcpConnection.ts"
