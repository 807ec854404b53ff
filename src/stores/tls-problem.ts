/** What went wrong between two ends that should speak TLS, told by the error that a client got. */
const UNTRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_SIGNATURE_FAILURE',
]);

/** @returns a sentence with what to do, or `undefined` when the error is of another kind. */
export function tlsProblem(error: Error): string | undefined {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (UNTRUSTED.has(code)) {
    return `The server's certificate is not signed by an authority that is trusted here (${code}). Give the authority's certificate in tls.caFile.`;
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return `The server's certificate does not count today (${code}). Renew it, or mend this machine's clock.`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `The server's certificate has another name (${error.message}). Name the host as the certificate does, or give the certificate's name in tls.serverName.`;
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || /wrong version number/i.test(error.message))
    return 'The server does not speak TLS at this port. Leave tls out, or name its TLS port.';
  if (
    code === 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' ||
    /alert certificate required/i.test(error.message)
  )
    return 'The server asks for a certificate. Give tls.certificateFile and tls.keyFile.';
  if (/alert unknown ca|alert bad certificate/i.test(error.message))
    return 'The server does not trust the certificate of tls.certificateFile. Give one signed by an authority that it knows.';
  return undefined;
}
