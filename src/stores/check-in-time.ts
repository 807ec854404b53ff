import type { StoreHealth } from './online-store.ts';

/** Longest that a look at a server may take: who asks whether a process is ready mostly waits a second. */
const CHECK_TIMEOUT_MS = 750;

/** @param ask rejects where the store cannot be used. Never rejects itself. */
export async function checkInTime(
  ask: () => Promise<unknown>,
  describe: (error: Error) => string = ({ message }) => message,
): Promise<StoreHealth> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${CHECK_TIMEOUT_MS} ms`)), CHECK_TIMEOUT_MS);
  });
  try {
    await Promise.race([ask(), late]);
    return { ok: true, detail: 'answers' };
  } catch (error) {
    return { ok: false, detail: describe(error as Error) };
  } finally {
    clearTimeout(timer);
  }
}
