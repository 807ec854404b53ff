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
        .record(coordinate, z.json())
        .default({})
        .describe('feature → its default for this tenant; null: none'),
      transforms: z
        .record(coordinate, z.string().min(1))
        .default({})
        .describe('on-demand feature → another transform of its domain, with the same inputs and output'),
    }),
  )
  .default({})
  .describe('what tenants have of their own, by the tenant’s name; the same in every process');
