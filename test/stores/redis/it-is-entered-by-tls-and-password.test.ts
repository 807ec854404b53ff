import { afterAll, describe, expect, test } from 'vitest';
import type { OnlineStore } from '../../../src/stores/online-store.ts';
import { openRedisConnection } from '../../../src/stores/redis/redis-connection.ts';
import { createRedisOnlineStore } from '../../../src/stores/redis/redis-online-store.ts';
import type { RedisOptions } from '../../../src/stores/redis/redis-options.ts';
import { RedisRows } from '../../../src/stores/redis/redis-rows.ts';
import { keyOf, textsOf, writeOf } from '../../contract/contract-rows.ts';
import { type Certificates, createCertificates, pemOf } from '../../services/certificates.ts';
import { freePorts } from '../../services/free-ports.ts';
import { connectOnce, findRedisProgram, type RedisServer, startRedis } from '../../services/redis.ts';
import { withService } from '../../services/services.ts';
import { storeOptions } from './redis-here.ts';

/** What store and scripts call, and nothing else: the how-to page names the same. */
const COMMANDS = '+get +mget +set +del +pexpire +unlink +eval +evalsha +ping +info +client|setname';
const CLUSTER_COMMANDS = ' +cluster|slots +cluster|info +readonly';
const CLUSTER_ARGS = [
  '--cluster-enabled',
  'yes',
  '--tls-cluster',
  'yes',
  '--cluster-announce-ip',
  '127.0.0.1',
];
const PASSWORD = 'fog on the runway';
const CONNECT_TIMEOUT_MS = 1500;

interface SecuredRedis {
  readonly server: RedisServer;
  readonly tlsPort: number;
  readonly certificates: Certificates;
}

type Mode = RedisOptions['mode'];

async function startSecured(mode: Mode): Promise<SecuredRedis> {
  await findRedisProgram();
  const certificates = await createCertificates();
  const [tlsPort] = (await freePorts(1)) as [number];
  const server = await startRedis([
    ...['--tls-port', `${tlsPort}`, '--tls-ca-cert-file', certificates.authority],
    ...['--tls-cert-file', certificates.server.certificate, '--tls-key-file', certificates.server.key],
    ...['--tls-auth-clients', 'optional', ...(mode === 'CLUSTER' ? CLUSTER_ARGS : [])],
  ]);
  await addUsers(server, mode);
  return { server, tlsPort, certificates };
}

async function addUsers(server: RedisServer, mode: Mode): Promise<void> {
  const admin = connectOnce(server.port);
  await admin.connect();
  const allowed = `${COMMANDS}${mode === 'CLUSTER' ? CLUSTER_COMMANDS : ''}`.split(' ');
  await admin.call('ACL', 'SETUSER', 'serving', 'on', `>${PASSWORD}`, '~*', ...allowed);
  if (mode === 'CLUSTER') await admin.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383').catch(() => {}); // it has them
  await admin.call('ACL', 'SETUSER', 'default', 'off');
  admin.disconnect();
}

async function open(options: RedisOptions): Promise<OnlineStore & { end(): void }> {
  const connection = await openRedisConnection(options, Math.random);
  const rows = new RedisRows(connection, { ...storeOptions, commandTimeoutMs: 2000 });
  const store = createRedisOnlineStore(connection, rows);
  return Object.assign(store, { end: () => connection.close() });
}

async function writeAndRead(store: OnlineStore): Promise<void> {
  const key = keyOf({ parts: [`entered-${Math.random()}`] });
  await store.writeMany([writeOf({ ...key, view: 1, text: 'inside' })]);
  const [slot] = await store.readMany([{ ...key, views: [1] }]);
  expect(textsOf(slot)).toEqual(['inside']);
}

for (const mode of ['SINGLE', 'CLUSTER'] as const) {
  await withService(
    () => startSecured(mode),
    ({ server, tlsPort, certificates }) => {
      afterAll(async () => {
        await server.stop();
        certificates.remove();
      });
      const caPem = pemOf(certificates.authority);
      const options: RedisOptions = {
        mode,
        nodes: [{ host: '127.0.0.1', port: tlsPort }],
        username: 'serving',
        password: PASSWORD,
        tls: { caPem },
        commandTimeoutMs: 2000,
        connectTimeoutMs: CONNECT_TIMEOUT_MS,
      };

      describe(`Redis (${mode}) behind TLS and a password`, () => {
        test('serves the user that may do what is needed and no more, in every form of TLS', async () => {
          const { certificate, key } = certificates.client;
          const ways: RedisOptions[] = [
            options,
            { ...options, tls: { caPem, certificatePem: pemOf(certificate), keyPem: pemOf(key) } },
            { ...options, tls: { caPem, serverName: 'localhost' } },
          ];
          for (const way of ways) {
            const store = await open(way);
            await writeAndRead(store);
            expect(await store.check()).toEqual({ ok: true, detail: 'answers' });
            store.end();
          }
        });

        test.each<[string, RedisOptions, RegExp]>([
          ['a wrong password', { ...options, password: 'guess' }, /does not let serving in .*passwordFile/],
          [
            'no password',
            { mode, nodes: options.nodes, tls: { caPem }, connectTimeoutMs: CONNECT_TIMEOUT_MS },
            /asks for a user and password/,
          ],
          [
            'an authority that did not sign',
            { ...options, tls: { caPem: pemOf(certificates.otherAuthority) } },
            /not signed by an authority .*tls\.caFile/,
          ],
          ['the authorities of the system', { ...options, tls: {} }, /not signed by an authority/],
          [
            'another name',
            { ...options, tls: { caPem, serverName: 'redis.example' } },
            /has another name .*tls\.serverName/,
          ],
        ])('%s is told at the start, with what to do', async (_what, wrong, message) => {
          await expect(open(wrong)).rejects.toThrow(message);
        });

        test('a user who is gone later is told by the check; who is back gets in again', async () => {
          const store = await open(options);
          await server.kill();
          await server.restart(); // it keeps no users
          await expect
            .poll(async () => (await store.check()).detail, { timeout: 20_000 })
            .toContain('WRONGPASS');
          await addUsers(server, mode);
          await expect.poll(async () => (await store.check()).ok, { timeout: 20_000 }).toBe(true);
          await writeAndRead(store);
          store.end();
        });
      });
    },
  );
}
