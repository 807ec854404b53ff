import { Counter, type Registry } from 'prom-client';

/** What became of the supergraphs that came while the gateway ran. */
export interface ReloadMetrics {
  readonly reloads: Counter<'outcome'>;
}

export function createReloadMetrics(registry: Registry): ReloadMetrics {
  return {
    reloads: new Counter({
      name: 'featuregraph_reloads_total',
      help: 'Supergraphs that came while the gateway ran: served, refused (the old one stays), or unreadable.',
      labelNames: ['outcome'],
      registers: [registry],
    }),
  };
}
