import { z } from 'zod';

/** How the configuration tells TLS to a store or a subgraph, and what its files hold. Reads no file itself. */
const file = z.string().min(1);

export const tlsShape = z
  .strictObject({
    caFile: file.optional().describe('PEM; the system’s authorities where not given'),
    certificateFile: file.optional().describe('PEM, where the server asks for one'),
    keyFile: file.optional().describe('PEM'),
    serverName: z
      .string()
      .min(1)
      .optional()
      .describe('that the certificate must have, where it is not the host'),
  })
  .optional();

/** PEM texts. */
export interface TlsOptions {
  readonly caPem?: string;
  readonly certificatePem?: string;
  readonly keyPem?: string;
  readonly serverName?: string;
}

/** @param read the text of a file that a key names. */
export function readTls(
  files: z.output<typeof tlsShape>,
  read: (key: string, file: string | undefined) => string | undefined,
): TlsOptions | undefined {
  if (files === undefined) return undefined;
  return given({
    caPem: read('caFile', files.caFile),
    certificatePem: read('certificateFile', files.certificateFile),
    keyPem: read('keyFile', files.keyFile),
    serverName: files.serverName,
  });
}

type Given<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Without what is `undefined`, which is "not given" to those who are told. */
export function given<T extends object>(options: T): Given<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Given<T>;
}
