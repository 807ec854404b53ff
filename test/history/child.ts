/** A writer or reader process from its start to its end: does what it is told over the channel to its parent. */
import { openProduct, pendingRepairs } from './open-product.ts';
import { OperationLog } from './operation-log.ts';
import type { Answer, Command, ProcessOrders } from './orders.ts';
import { Random } from './random.ts';
import { Reader } from './reader.ts';
import { watchStarvation } from './starvation.ts';
import { Writer } from './writer.ts';

export async function runChild(orders: ProcessOrders): Promise<void> {
  // Nobody is left to tell anything to.
  process.once('disconnect', () => process.exit(1));
  const workspace = await openProduct(orders);
  const log = new OperationLog(orders.logFile);
  watchStarvation(log);
  const Role = orders.role === 'WRITER' ? Writer : Reader;
  const worker = new Role(orders, workspace, new Random(orders.seed), log);
  let stopped = false;
  const running = worker.run(() => stopped);
  const answer = async (done: Answer['done']): Promise<void> => {
    process.send?.({ done, pending: await pendingRepairs(workspace) } satisfies Answer);
  };
  process.on('message', async (command: Command) => {
    if (command.do !== 'PENDING') {
      stopped = true;
      await running;
    }
    if (command.do === 'SWEEP' && worker instanceof Reader) await worker.sweep(command.asked);
    if (command.do === 'END') await workspace.close();
    await answer(command.do);
    if (command.do === 'END') process.disconnect();
  });
  await answer('START');
  await running;
}
