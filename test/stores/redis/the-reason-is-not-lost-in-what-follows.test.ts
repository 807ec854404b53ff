import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { RedisClient } from '../../../src/stores/redis/redis-client.ts';
import { LastError } from '../../../src/stores/redis/redis-last-error.ts';

const FOLLOWING = [
  'Connection is closed.',
  'read ECONNRESET',
  'write EPIPE',
  '40FD0EFFEB7F0000:error:0A00041A:SSL routines:ssl3_read_bytes:tlsv1 alert decode error:SSL alert number 50',
];

/** A client's errors, without its connection. */
function openErrors(): { client: RedisClient; errors: LastError } {
  const client = new EventEmitter() as unknown as RedisClient;
  const errors = new LastError();
  errors.listenTo(client);
  return { client, errors };
}

describe('Why there is no connection', () => {
  test.each(FOLLOWING)('is what came before “%s”', (message) => {
    const { client, errors } = openErrors();
    errors.note(new Error('WRONGPASS invalid username-password pair'));
    errors.note(new Error(message));
    expect(LastError.of(client)?.message).toMatch(/^WRONGPASS/);
  });

  test.each(FOLLOWING)('is “%s” where nothing came before', (message) => {
    const { client, errors } = openErrors();
    errors.note(new Error(message));
    expect(LastError.of(client)?.message).toBe(message);
  });

  test('is the newest of reasons, and none once the client is ready', () => {
    const { client, errors } = openErrors();
    errors.note(new Error('WRONGPASS invalid username-password pair'));
    errors.note(new Error('connect ECONNREFUSED 127.0.0.1:6379'));
    expect(LastError.of(client)?.message).toContain('ECONNREFUSED');
    (client as unknown as EventEmitter).emit('ready');
    expect(LastError.of(client)).toBeUndefined();
  });
});
