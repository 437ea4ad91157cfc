/** Who signed a certificate that is refused. Node's error does not say, and closes the connection at once. */
import { type DetailedPeerCertificate, TLSSocket } from 'node:tls';

/** Notes the issuer in the error of a refused certificate, for {@link issuerOf}. Call before the handshake. */
export function noteIssuer(socket: unknown): void {
  if (!(socket instanceof TLSSocket)) return;
  // Node checks the certificate in its own listener of this event; afterwards there is nothing left to ask.
  socket.prependListener('secure', () => {
    const { issuer }: Partial<DetailedPeerCertificate> = socket.getPeerCertificate(true);
    const name = [issuer?.CN ?? issuer?.O ?? issuer?.OU].flat()[0];
    if (name)
      socket.prependOnceListener('error', (error) => Object.assign(error, { issuer: name }));
  });
}

/** Name of the issuer, when it was noted in the error or in what the error follows from. */
export function issuerOf(error: Error): string | undefined {
  for (
    let at: unknown = error, depth = 0;
    at instanceof Error && depth < 3;
    at = at.cause, depth += 1
  ) {
    if ('issuer' in at && typeof at.issuer === 'string') return readable(at.issuer);
  }
  return undefined;
}

/** A stranger chose this name: one short line of it. */
function readable(name: string): string {
  return name
    .replaceAll(/[\p{C}\p{Z}]+/gu, ' ')
    .trim()
    .slice(0, 80);
}
