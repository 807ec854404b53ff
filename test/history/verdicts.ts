/** What is promised, and what its breach is called. */
export const VERDICTS = {
  WRONG_KEY: 'no value under another key, view or namespace',
  MADE_UP: 'no value that nobody wrote before it was read',
  WENT_BACK: 'no event time goes back on one process beyond the bound',
  LOST_WRITE: 'no acknowledged value is lost after recovery',
  UNDELETED: 'no value comes back that an acknowledged deletion hides',
  FALSE_NOT_FOUND: 'no NOT_FOUND for a key that was written, whatever was down',
  HOT_AHEAD: 'hot holds only what warm holds',
  NOT_RECOVERED: 'when all is quiet, every key is answered and no repair is left',
} as const;

export type VerdictName = keyof typeof VERDICTS;
export const VERDICT_NAMES = Object.keys(VERDICTS) as readonly VerdictName[];
