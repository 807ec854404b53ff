import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { afterAll, describe, expect, test } from 'vitest';
import { openNamedDatabase } from '../../../src/stores/open-database.ts';
import { keyOf, writeOf } from '../../contract/contract-rows.ts';
import { connectOnce, startRedis } from '../../services/redis.ts';
import { requireRedis, withService } from '../../services/services.ts';
import { singleRedis, storeOptions } from './redis-here.ts';

/** As the checklist of production names them. */
const OF_ROWS = '+get +mget +set +del +pexpire +unlink +eval +evalsha'.split(' ');
const OF_BUDGETS = '+hsetnx +hset +hget +hlen +hgetall +hdel +time +eval +evalsha'.split(' ');
const OF_CONNECTIONS = ['+ping', '+info', '+client|setname'];
const PASSWORD = 'fog';

await withService(requireRedis, (address) => {
  describe('a Redis that refuses commands', async () => {
    const admin: Redis = connectOnce(address.port);
    await admin.connect();
    const users: string[] = [];
    afterAll(async () => {
      await admin.call('ACL', 'DELUSER', ...users);
      admin.disconnect();
    });
    const open = async (commands: readonly string[], use: 'openHot' | 'openBudgets') => {
      const username = `limited-${randomUUID()}`;
      users.push(username);
      await admin.call(
        'ACL',
        'SETUSER',
        username,
        'on',
        `>${PASSWORD}`,
        '~*',
        ...OF_CONNECTIONS,
        ...commands,
      );
      const database = await openNamedDatabase(
        'cache',
        { kind: 'redis', ...singleRedis(address), username, password: PASSWORD },
        storeOptions,
      );
      if (use === 'openBudgets') database.openBudgets();
      return { username, database, hot: use === 'openHot' ? database.openHot(60_000) : null };
    };

    test.each([
      ['openHot', OF_ROWS],
      ['openBudgets', OF_BUDGETS],
    ] as const)(
      '%s needs what the checklist names, and each that lacks is told with its name',
      async (use, commands) => {
        const { database } = await open(commands, use);
        await database.assertAccess();
        expect(await database.check()).toEqual({ ok: true, detail: 'answers' });
        await database.close();
        for (const lacking of commands) {
          const limited = await open(
            commands.filter((command) => command !== lacking),
            use,
          );
          const told = new RegExp(
            `Store cache: .*does not let its user run ${lacking.slice(1)}\\. .*\\${lacking}\\)`,
          );
          await expect(limited.database.assertAccess(), lacking).rejects.toThrow(told);
          await limited.database.close();
        }
      },
    );

    test('what is revoked later shows in the check, and is told by each call', async () => {
      const { username, database, hot } = await open(OF_ROWS, 'openHot');
      await database.assertAccess();
      await admin.call('ACL', 'SETUSER', username, '-get');
      expect(await database.check()).toEqual({ ok: false, detail: expect.stringContaining('+get') });
      const slots = await hot?.mergeMany([writeOf({ ...keyOf(), view: 1 })]);
      expect(slots).toEqual([{ failed: 'UNAVAILABLE', detail: expect.stringContaining('run this command') }]);
      await admin.call('ACL', 'SETUSER', username, '+get');
      expect(await database.check()).toEqual({ ok: true, detail: 'answers' });
      await database.close();
    });
  });
});

const startRenamed = () => startRedis(['--rename-command', 'EVALSHA', 'other']);
await withService(startRenamed, (server) => {
  test('a Redis whose commands have other names is told at the start', async () => {
    const database = await openNamedDatabase(
      'cache',
      { kind: 'redis', ...singleRedis(server) },
      storeOptions,
    );
    database.openHot(60_000);
    await expect(database.assertAccess()).rejects.toThrow(/run evalsha\. .*do not rename/);
    await database.close();
    await server.stop();
  });
});
