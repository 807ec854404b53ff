/** TLS to a subgraph: only one with the right certificate is asked, and it learns by a certificate who asks. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, expect, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { findOnPath, runCommand } from '../services/run-command.ts';
import { ServiceUnavailableHere } from '../services/service-unavailable-here.ts';
import { withService } from '../services/services.ts';
import { clientOf, closeAll, codeOf, json, listen, reading, requestOf } from './serve-subgraph.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-tls-'));
afterEach(closeAll);
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string): string => path.join(folder, name);
const pem = (name: string): string => readFileSync(file(name), 'utf8');

/** An authority, and certificates that it gave: the subgraph's for the name `shop.test`, and the gateway's. */
async function makeCertificates(): Promise<void> {
  if (findOnPath('openssl') === undefined)
    throw new ServiceUnavailableHere('openssl', 'install it to make certificates');
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const authority = ['-x509', ...key, '-days', '2', '-subj', '/CN=authority'];
  await runCommand('openssl', ['req', ...authority, '-keyout', file('ca.key'), '-out', file('ca.pem')]);
  const signed = ['-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-days', '2'];
  for (const [who, name] of [
    ['server', 'shop.test'],
    ['client', 'gateway.test'],
  ] as const) {
    const names = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];
    const files = ['-keyout', file(`${who}.key`), '-out', file(`${who}.pem`)];
    await runCommand('openssl', ['req', '-x509', ...key, ...signed, ...names, ...files]);
  }
}

async function serveTls(): Promise<{ readonly url: string; readonly callers: string[] }> {
  const callers: string[] = [];
  const server = createServer(
    {
      ...{ key: pem('server.key'), cert: pem('server.pem'), ca: pem('ca.pem') },
      ...{ requestCert: true, rejectUnauthorized: true },
    },
    reading((request, response) => {
      callers.push(String((request.socket as TLSSocket).getPeerCertificate().subject.CN));
      json(response, { data: { a: 1 } });
    }),
  );
  return { url: await listen(server, 'https'), callers };
}

await withService(makeCertificates, () => {
  /** Given by files, as operators do. */
  const tlsOf = async (url: string, tls: object) => {
    const config = await loadConfig({ cwd: folder, env: {}, flags: { subgraphs: { shop: { url, tls } } } });
    const options = config.subgraphs.shop?.tls;
    return options === undefined ? {} : { tls: options };
  };
  const whole = {
    ...{ caFile: 'ca.pem', certificateFile: 'client.pem', keyFile: 'client.key' },
    serverName: 'shop.test',
  };

  test('both prove themselves', async () => {
    const { url, callers } = await serveTls();
    const result = await clientOf(url, await tlsOf(url, whole)).execute(requestOf());
    expect(result).toEqual({ data: { a: 1 }, errors: [], statuses: {} });
    expect(callers).toEqual(['gateway.test']);
  });

  test.each([
    ['a name that the certificate does not have', { ...whole, serverName: 'other.test' }],
    ['an authority that is not trusted', { ...whole, caFile: undefined }],
    ['a gateway without a certificate', { caFile: 'ca.pem', serverName: 'shop.test' }],
  ])('%s: not asked', async (_, tls) => {
    const { url, callers } = await serveTls();
    const result = await clientOf(url, await tlsOf(url, tls)).execute(requestOf());
    expect(codeOf(result)).toBe('SUBGRAPH_UNAVAILABLE');
    expect(callers).toEqual([]);
  });

  test('a file that is missing is told with its key', async () => {
    const tls = { ...whole, keyFile: 'none.key' };
    await expect(tlsOf('https://shop.test/', tls)).rejects.toThrow(/subgraphs\.shop\.tls\.keyFile: cannot/);
  });
});
