/** Opens the audit of writes and of rights, which every program that writes must keep. */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { Config } from './config.ts';
import { systemClock } from './core/clock.ts';
import { readPepper } from './pepper.ts';
import { AuditLog } from './tenancy/audit/audit-log.ts';

export async function openAudit(config: Config): Promise<AuditLog> {
  return new AuditLog({
    folder: auditFolder(config),
    pepper: await readPepper(config),
    wallClock: systemClock,
    // Readable for who looks into the folder, and no other program's.
    processId: `${new Date(systemClock.nowMs()).toISOString().replace(/[:.]/g, '')}-${randomBytes(4).toString('hex')}`,
  });
}

export function auditFolder(config: Config): string {
  return config.auditFolder ?? path.join(config.dataFolder, 'audit');
}
