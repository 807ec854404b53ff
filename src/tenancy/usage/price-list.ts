/** What a unit costs whom: read from YAML, checked, all problems told at once. */
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { FeaturegraphError } from '../../core/errors.ts';
import { type Billionths, parseAmount } from './money.ts';

const amount = z.union([z.string(), z.number()]).transform((value, context): Billionths => {
  const parsed = parseAmount(String(value));
  if (parsed !== undefined) return parsed;
  context.addIssue({
    code: 'custom',
    message: `expected an amount of at least 0 with at most six decimals, such as 0.125, got ${value}`,
  });
  return 0n;
});
const units = z.int().min(0);
const name = z.string().min(1);

const tiers = z
  .array(z.strictObject({ upTo: units.min(1).optional(), per1000: amount }))
  .min(1)
  .superRefine((all, context) => {
    all.forEach(({ upTo }, i) => {
      const before = all[i - 1]?.upTo ?? 0;
      const last = i === all.length - 1;
      const problem = last
        ? upTo !== undefined && 'the last tier has no end: leave out upTo'
        : (upTo === undefined && 'expected upTo: only the last tier has no end') ||
          (upTo !== undefined &&
            upTo <= before &&
            `expected more than ${before}, where the tier before ends`);
      if (problem) context.addIssue({ code: 'custom', path: [i, 'upTo'], message: problem });
    });
  });

const plan = z.strictObject({ monthlyFee: amount.default(0n), freeUnits: units.default(0), tiers });

const shape = z.strictObject({
  currency: z.string().regex(/^[A-Z]{3}$/, 'expected three capital letters, such as EUR'),
  decimals: z.int().min(0).max(6).default(2),
  plans: z.record(name, plan),
  default: name.optional(),
  tenants: z.record(name, z.strictObject({ plan: name, freeUnits: units.optional() })).default({}),
});

/** A month's prices. */
export interface PricePlan {
  readonly name: string;
  readonly monthlyFee: Billionths;
  readonly freeUnits: number;
  /** Counted without the free units; the last has no end. */
  readonly tiers: readonly { readonly upTo?: number | undefined; readonly per1000: Billionths }[];
}

export interface PriceList {
  readonly currency: string;
  readonly decimals: number;
  /** @returns `undefined` where neither it nor a default has a plan. */
  planOf(tenant: string): PricePlan | undefined;
}

/** @param file its name, for what is wrong. @throws FeaturegraphError BAD_USER_INPUT with all problems. */
export function parsePriceList(text: string, file: string): PriceList {
  const document = parseDocument(text, { prettyErrors: true });
  const [broken] = document.errors;
  if (broken !== undefined) throw problemsOf(file, [`is no YAML: ${broken.message}`]);
  const parsed = shape.safeParse(plainValue(document, file));
  if (!parsed.success)
    throw problemsOf(
      file,
      parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the list'}: ${message}`),
    );
  const { currency, decimals, plans, tenants, default: fallback } = parsed.data;
  const named = [
    ...(fallback === undefined ? [] : [['default', fallback] as const]),
    ...Object.entries(tenants).map(([tenant, { plan }]) => [`tenants.${tenant}.plan`, plan] as const),
  ];
  const unknown = named.filter(([, plan]) => !Object.hasOwn(plans, plan));
  if (unknown.length > 0) {
    const known = Object.keys(plans).join(', ');
    throw problemsOf(
      file,
      unknown.map(([key, plan]) => `${key}: there is no plan ${plan}; expected one of ${known}`),
    );
  }
  return {
    ...{ currency, decimals },
    planOf: (tenant) => {
      const own = Object.hasOwn(tenants, tenant) ? tenants[tenant] : undefined;
      const name = own?.plan ?? fallback;
      if (name === undefined) return undefined;
      const plan = plans[name] as Omit<PricePlan, 'name'>;
      return { ...plan, name, freeUnits: own?.freeUnits ?? plan.freeUnits };
    },
  };
}

/** Without aliases: a few of them can stand for a very large text. */
function plainValue(document: ReturnType<typeof parseDocument>, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    throw problemsOf(file, ['has aliases (*name), which are not read here; write the values out']);
  }
}

function problemsOf(file: string, problems: readonly string[]): FeaturegraphError {
  return new FeaturegraphError('BAD_USER_INPUT', `${file} has problems:\n  ${problems.join('\n  ')}`);
}
