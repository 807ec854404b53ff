import type { App } from '../app.ts';
import { systemClock } from '../core/clock.ts';
import { describeFailure } from './exit-codes.ts';
import { note, paint } from './output.ts';
import type { SchemaWatch } from './watch-schema.ts';

/** A change of the schema is checked, composed and live at once; a mistake is shown while the old graph serves on. */
export function reloadOnChange(app: App, watching: SchemaWatch): void {
  watching.begin(async () => {
    const startedMs = systemClock.monotonicMs();
    try {
      await app.reload();
      const tookMs = Math.round(systemClock.monotonicMs() - startedMs);
      note(`${paint.good('✓')} The schema changed and is served (${tookMs} ms).`);
    } catch (error) {
      note(
        `\n${describeFailure(error).text}\n\n${paint.bad('✗')} The schema as it was before is still served.`,
      );
    }
  });
}
