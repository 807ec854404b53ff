/** What a gateway of ours asks for besides data, under `extensions.featuregraph` of its request. */
import { isRecord } from '../core/is-record.ts';
export interface WireExtensions {
  readonly statuses: boolean;
  readonly inputStatuses: Readonly<Record<string, Readonly<Record<string, string>>>> | null;
}

/** Only the gateway gets here, by a signed context; what has another form is left out, not trusted. */
export function parseWireExtensions(extensions: unknown): WireExtensions {
  const given = isRecord(extensions) && isRecord(extensions.featuregraph) ? extensions.featuregraph : {};
  const { statuses, inputStatuses } = given;
  if (!isRecord(inputStatuses)) return { statuses: statuses === true, inputStatuses: null };
  const letters: Record<string, Record<string, string>> = {};
  for (const [variable, fields] of Object.entries(inputStatuses)) {
    if (!isRecord(fields)) continue;
    letters[variable] = Object.fromEntries(
      Object.entries(fields).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  }
  return { statuses: statuses === true, inputStatuses: letters };
}
