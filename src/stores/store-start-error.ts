/**
 * A store cannot be used as it is configured, and waiting will not change that: a wrong password, a certificate
 * nobody trusts, tables that are missing. A server that is merely not there is no such error.
 */
export class StoreStartError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreStartError';
  }
}
