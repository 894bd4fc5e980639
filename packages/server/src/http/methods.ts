/** Which methods an address takes. */
export const methods = {
  "/v1/connector/order": ["POST"],
  "/v1/connector/healthcheck": ["GET", "HEAD"],
  "/livez": ["GET", "HEAD"],
  "/readyz": ["GET", "HEAD"],
  "/metrics": ["GET", "HEAD"],
  "/openapi.json": ["GET", "HEAD"],
  "/docs": ["GET", "HEAD"],
  "/docs/text": ["GET", "HEAD"],
  "/docs.css": ["GET", "HEAD"],
  "/session": ["GET", "HEAD", "POST", "DELETE"],
  "/attempts": ["GET", "HEAD"],
  "/attempts/events": ["GET", "HEAD"],
  "/attempts/:id": ["GET", "HEAD"],
  "/attempts/:id/events": ["GET", "HEAD"],
  "/attempts/:id/resolve": ["POST"],
  "/attempts/:id/ask": ["POST"]
} as const
