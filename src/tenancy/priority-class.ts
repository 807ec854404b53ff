/**
 * What of one tenant's requests comes first: in its budget, of which BATCH leaves the last part, and where its requests
 * wait for a process that has more to do than it can. Against other tenants it changes nothing.
 */
export const PRIORITY_CLASSES = ['INTERACTIVE', 'BATCH'] as const;
export type PriorityClass = (typeof PRIORITY_CLASSES)[number];
