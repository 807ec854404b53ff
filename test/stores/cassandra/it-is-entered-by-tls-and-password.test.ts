import { afterAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { CassandraClient } from '../../../src/stores/cassandra/cassandra-client.ts';
import type { CassandraOptions } from '../../../src/stores/cassandra/cassandra-options.ts';
import { initCassandraSchema } from '../../../src/stores/cassandra/cassandra-schema.ts';
import { cassandraStartProblem } from '../../../src/stores/cassandra/cassandra-start.ts';
import { type OpenDatabase, openDatabase } from '../../../src/stores/open-database.ts';
import { keyOf, textsOf, writeOf } from '../../contract/contract-rows.ts';
import { type CassandraServer, startCassandra } from '../../services/cassandra.ts';
import {
  type Certificates,
  createCertificates,
  KEYSTORE_PASSWORD,
  pemOf,
} from '../../services/certificates.ts';
import { withService } from '../../services/services.ts';
import { cassandraOptions } from './cassandra-here.ts';

const PASSWORD = 'fog on the runway';

interface SecuredCassandra {
  readonly server: CassandraServer;
  readonly certificates: Certificates;
}

async function startSecured(): Promise<SecuredCassandra> {
  const certificates = await createCertificates();
  const server = await startCassandra(undefined, {
    authenticator: 'PasswordAuthenticator',
    authorizer: 'CassandraAuthorizer',
    client_encryption_options: {
      enabled: true,
      optional: false,
      keystore: certificates.serverKeystore,
      keystore_password: KEYSTORE_PASSWORD,
      store_type: 'PKCS12',
      require_client_auth: 'false',
    },
  });
  return { server, certificates };
}

await withService(startSecured, ({ server, certificates }) => {
  afterAll(async () => {
    await server.stop();
    certificates.remove();
  });
  const caPem = pemOf(certificates.authority);
  const superuser: CassandraOptions = {
    ...cassandraOptions(server),
    username: 'cassandra',
    password: 'cassandra',
    tls: { caPem },
  };
  const serving: CassandraOptions = { ...superuser, username: 'serving', password: PASSWORD };
  const replicas = { [server.localDataCenter]: 1 };
  const open = (options: CassandraOptions): Promise<OpenDatabase> =>
    openDatabase({ kind: 'cassandra', ...options }, { clock: systemClock, random: Math.random });

  describe('Cassandra behind TLS and a password', () => {
    test('makes its tables for who may, and serves a user that may read and write them and no more', {
      timeout: 90_000,
    }, async () => {
      // The first user is made a moment after the server takes connections.
      await expect
        .poll(() => initCassandraSchema(superuser, replicas, systemClock).catch((error) => error.message), {
          timeout: 60_000,
        })
        .toHaveProperty('toVersion');
      const admin = new CassandraClient(superuser, systemClock);
      await admin.connect();
      await admin.runOnce(`CREATE ROLE serving WITH PASSWORD = '${PASSWORD}' AND LOGIN = true`);
      for (const permission of ['SELECT', 'MODIFY'])
        await admin.runOnce(`GRANT ${permission} ON KEYSPACE ${superuser.keyspace} TO serving`);
      await admin.close();

      for (const tls of [{ caPem }, { caPem, serverName: 'localhost' }]) {
        const database = await open({ ...serving, tls });
        expect(await database.check()).toEqual({ ok: true, detail: 'answers' });
        const store = database.openOnline({});
        const key = keyOf();
        await store.writeMany([writeOf({ ...key, view: 1, text: 'inside' })]);
        const [slot] = await store.readMany([{ ...key, views: [1] }]);
        expect(textsOf(slot)).toEqual(['inside']);
        await database.close();
      }
    });

    test('tells who may not make tables what is missing', async () => {
      const elsewhere = { ...serving, keyspace: 'of_nobody' };
      const error = await initCassandraSchema(elsewhere, replicas, systemClock).catch((caught) => caught);
      expect(cassandraStartProblem(error, elsewhere)).toMatch(/no CREATE permission .*Grant that/);
    });

    test.each<[string, Partial<CassandraOptions>, RegExp]>([
      ['a wrong password', { password: 'guess' }, /does not let serving in .*passwordFile/],
      ['an unknown user', { username: 'nobody' }, /does not let nobody in/],
      [
        'an authority that did not sign',
        { tls: { caPem: pemOf(certificates.otherAuthority) } },
        /not signed by an authority .*tls\.caFile/,
      ],
      ['the authorities of the system', { tls: {} }, /not signed by an authority/],
      [
        'another name',
        { tls: { caPem, serverName: 'cassandra.example' } },
        /has another name .*tls\.serverName/,
      ],
      ['another data centre', { localDataCenter: 'elsewhere' }, /elsewhere.*localDataCenter/],
      ['another keyspace', { keyspace: 'of_nobody' }, /found none.*featuregraph store init/],
    ])('%s is told at the start, with what to do', async (_what, wrong, message) => {
      await expect(open({ ...serving, ...wrong })).rejects.toThrow(message);
    });

    test('no password is told at the start', async () => {
      const { username: _, password: __, ...nobody } = serving;
      await expect(open(nobody)).rejects.toThrow(/asks for a user and password/);
    });
  });
});
