import { z } from 'zod';

/** What the configuration says that tenants have of their own. Whether it fits the schema shows when that is read. */
const coordinate = z
  .string()
  .regex(/^[_A-Za-z]\w*\.[_A-Za-z]\w*$/, 'expected the coordinate of a feature, such as Aircraft.seats');

export const customizationsShape = z
  .record(
    z.string().min(1),
    z.strictObject({
      defaults: z
        .record(coordinate, z.json().describe('its default for this tenant; null: none'))
        .default({}),
      transforms: z
        .record(
          coordinate,
          z.string().min(1).describe('a transform of its domain, with the same inputs, arguments and output'),
        )
        .default({}),
    }),
  )
  .default({})
  .describe('what tenants have of their own, by the tenant’s name; the same in every process');
