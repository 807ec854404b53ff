import type { RedisClient } from './redis-client.ts';

/**
 * Whether the server lets its user run what a use of it needs: a user who may connect and no more answers each PING,
 * and fails each call. Keys that a user may not touch are told by the calls.
 */
export type RedisUse = 'ROWS' | 'BUDGETS';

/** Those that scripts call, and so are run by one, with what follows them in Lua. They leave nothing behind. */
const IN_SCRIPTS: Readonly<Record<RedisUse, Readonly<Record<string, string>>>> = {
  ROWS: { get: 'key', set: "key, '', 'PX', 1000", pexpire: 'key, 1000', del: 'key' },
  BUDGETS: {
    ...{ time: '', hsetnx: "key, 'a', 1", hset: "key, 'a', 1", hget: "key, 'a'" },
    ...{ hlen: 'key', hgetall: 'key', hdel: "key, 'a'" },
  },
};
/** As the keys of that use begin, because a user may be let at these alone. */
const KEY: Readonly<Record<RedisUse, string>> = {
  ROWS: '1::featuregraph.access:{access}',
  BUDGETS: 'budget:1::{access}',
};
const REFUSED = /no permissions to run the '|can't run this command|unknown (?:redis )?command/i;

/** @returns the commands that are refused, in lower case; what fails for another reason is none. Never rejects. */
export async function refusedCommands(client: RedisClient, use: RedisUse): Promise<string[]> {
  const key = KEY[use];
  const inside = await client.eval(scriptOf(use), 1, key).catch((error: Error) => [['eval', error.message]]);
  const answers = inside as [string, string][];
  const tried: [string, () => Promise<unknown>][] = [
    ['evalsha', () => client.evalsha('0'.repeat(40), 1, key)],
    ['mget', () => client.mget(key)],
  ];
  // A replica would refuse it, and be taken for a primary that was.
  if (!answers.some(([, message]) => message.startsWith('READONLY')))
    tried.push(['unlink', () => client.unlink(key)]);
  for (const [name, run] of use === 'ROWS' ? tried : tried.slice(0, 1)) {
    await run().catch((error: Error) => answers.push([name, error.message]));
  }
  return answers.filter(([, message]) => REFUSED.test(message)).map(([name]) => name);
}

/** What to do about them. */
export function describeRefused(refused: readonly string[]): string {
  return `The server does not let its user run ${refused.join(', ')}. Allow it (ACL SETUSER … ${refused.map((name) => `+${name}`).join(' ')}), and do not rename these commands.`;
}

function scriptOf(use: RedisUse): string {
  const calls = Object.entries(IN_SCRIPTS[use]).map(
    ([name, rest]) => `try('${name}'${rest === '' ? '' : `, ${rest}`})`,
  );
  return `
local key, failed = KEYS[1], {}
local function try(name, ...)
  local answer = redis.pcall(name, ...)
  if type(answer) == 'table' and answer.err then failed[#failed + 1] = {name, answer.err} end
end
${calls.join('\n')}
return failed`;
}
