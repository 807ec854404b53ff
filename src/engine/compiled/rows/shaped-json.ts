/** JSON of a value that is not copied: by its shape, as the projection of the interpreted way has it. */
import type { FieldTable, Shape } from '../../interpreted/projection-table.ts';

/** @returns `null` where the value does not have its type, or a null stands where none may. */
export function shapedJson(shape: Shape, value: unknown): string | null {
  if (value === null || value === undefined) return shape.nonNull ? null : 'null';
  switch (shape.kind) {
    case 'leaf': {
      const checked = shape.check(value);
      return checked === undefined ? null : (JSON.stringify(checked) ?? null);
    }
    case 'list':
      return Array.isArray(value) ? shapedList(shape.of, value) : null;
    case 'object': {
      const { only } = shape.selection;
      return typeof value !== 'object' || only === null || value instanceof Error
        ? null
        : shapedObject(only, value as Readonly<Record<string, unknown>>);
    }
    case 'constant':
    case 'denied':
    case 'introspection':
      return null;
  }
}

function shapedList(shape: Shape, values: readonly unknown[]): string | null {
  let json = '[';
  for (let i = 0; i < values.length; i += 1) {
    const item = shapedJson(shape, values[i]);
    if (item === null) return null;
    json += i === 0 ? item : `,${item}`;
  }
  return `${json}]`;
}

function shapedObject({ fields }: FieldTable, value: Readonly<Record<string, unknown>>): string | null {
  let json = '{';
  for (const { responseKey, coordinate, shape } of fields) {
    const name = coordinate.slice(coordinate.indexOf('.') + 1);
    const part = shape.kind === 'constant' ? JSON.stringify(shape.value) : shapedJson(shape, value[name]);
    if (part === null) return null;
    json += `${json.length === 1 ? '' : ','}${JSON.stringify(responseKey)}:${part}`;
  }
  return `${json}}`;
}
