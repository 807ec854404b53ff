/** A real server that this machine cannot run. Tests that need it are skipped under this reason, and CI fails. */
export class ServiceUnavailableHere extends Error {
  readonly service: string;
  readonly reason: string;
  constructor(service: string, reason: string) {
    super(`${service} cannot be had here: ${reason}`);
    this.name = 'ServiceUnavailableHere';
    this.service = service;
    this.reason = reason;
  }
}
