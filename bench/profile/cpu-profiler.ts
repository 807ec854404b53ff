/** Takes CPU profiles of the process it runs in, as Chrome's tools read them. */
import { Session } from 'node:inspector/promises';

export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** Ids of nodes, one a sample. */
  readonly samples: readonly number[];
  /** µs since the sample before. */
  readonly timeDeltas: readonly number[];
}

export interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
}

/** Finer costs more than it shows. */
const INTERVAL_US = 200;

/** For `standReady`: `beginProfile`, and `endProfile`, which tells the profile. */
export function profileTellers(): Readonly<Record<string, () => Promise<unknown>>> {
  const session = new Session();
  session.connect();
  return {
    beginProfile: async () => {
      await session.post('Profiler.enable');
      await session.post('Profiler.setSamplingInterval', { interval: INTERVAL_US });
      await session.post('Profiler.start');
      return null;
    },
    endProfile: async () => {
      const { profile } = await session.post('Profiler.stop');
      await session.post('Profiler.disable');
      return profile;
    },
  };
}
