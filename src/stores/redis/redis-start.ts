import { tlsProblem } from '../tls-problem.ts';
import type { RedisOptions } from './redis-options.ts';

/** What a connection's error means for a store that starts. @returns `undefined` when the same may work later. */
export function redisStartProblem(error: Error, options: RedisOptions): string | undefined {
  const { message } = error;
  if (/^WRONGPASS|invalid password/.test(message)) {
    return `The server does not let ${options.username ?? 'the default user'} in with the password given. Mend username and passwordFile.`;
  }
  if (message.startsWith('NOAUTH'))
    return 'The server asks for a user and password. Give username and passwordFile.';
  if (message.startsWith('NOPERM')) {
    return `${message}. Give the user the commands that are needed: +get +mget +unlink +eval +evalsha +ping +info +client +cluster +readonly and what scripts call.`;
  }
  return tlsProblem(error);
}
