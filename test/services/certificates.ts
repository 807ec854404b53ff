import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findOnPath, runCommand } from './run-command.ts';
import { ServiceUnavailableHere } from './service-unavailable-here.ts';

/** An authority of the test's own, and what it signed; another authority, which signed nothing. All PEM files. */
export interface Certificates {
  readonly folder: string;
  readonly authority: string;
  readonly otherAuthority: string;
  /** For 127.0.0.1 and localhost. */
  readonly server: KeyPair;
  readonly client: KeyPair;
  /** Key and certificate of the server, as Java's servers want them; its password is `KEYSTORE_PASSWORD`. */
  readonly serverKeystore: string;
  remove(): void;
}

export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

export const KEYSTORE_PASSWORD = 'of-the-tests';

/** @throws {ServiceUnavailableHere} where there is no openssl. */
export async function createCertificates(): Promise<Certificates> {
  const openssl = findOnPath('openssl');
  if (openssl === undefined) throw new ServiceUnavailableHere('certificates', 'no openssl on PATH');
  const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-certificates-'));
  const inFolder = (name: string): string => path.join(folder, name);
  const run = (...args: string[]): Promise<string> => runCommand(openssl, args);
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

  const authority = async (name: string): Promise<string> => {
    const certificate = inFolder(`${name}.pem`);
    await run(
      ...['req', '-x509', ...newKey, '-days', '2', '-subj', `/CN=${name}`],
      ...['-keyout', inFolder(`${name}.key`), '-out', certificate],
    );
    return certificate;
  };
  const signed = async (name: string): Promise<KeyPair> => {
    const pair = { certificate: inFolder(`${name}.pem`), key: inFolder(`${name}.key`) };
    const request = inFolder(`${name}.csr`);
    await run('req', ...newKey, '-subj', `/CN=${name}`, '-keyout', pair.key, '-out', request);
    writeFileSync(inFolder(`${name}.ext`), 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
    await run(
      ...['x509', '-req', '-in', request, '-out', pair.certificate, '-days', '2'],
      ...['-CA', inFolder('authority.pem'), '-CAkey', inFolder('authority.key'), '-CAcreateserial'],
      ...['-extfile', inFolder(`${name}.ext`)],
    );
    return pair;
  };

  const trusted = await authority('authority');
  const otherAuthority = await authority('other-authority');
  const server = await signed('server');
  const client = await signed('client');
  const serverKeystore = inFolder('server.p12');
  await run(
    ...['pkcs12', '-export', '-in', server.certificate, '-inkey', server.key, '-certfile', trusted],
    ...['-name', 'server', '-out', serverKeystore, '-passout', `pass:${KEYSTORE_PASSWORD}`],
  );
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  return { folder, authority: trusted, otherAuthority, server, client, serverKeystore, remove };
}

export function pemOf(file: string): string {
  return readFileSync(file, 'utf8');
}
