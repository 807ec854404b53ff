import { type Command, InvalidArgumentError } from 'commander';
import { systemClock } from '../../core/clock.ts';
import { parseDurationMs } from '../../core/duration.ts';
import { FeaturegraphError } from '../../core/errors.ts';
import { type Customization, customizationHash } from '../../features/customization.ts';
import type { Grants } from '../../tenancy/administration.ts';
import type { KeyRecord, TenantRecord, Tenants } from '../../tenancy/tenant-records.ts';
import { type CommonOptions, configOf, withConfig } from '../common-options.ts';
import { examples } from '../examples.ts';
import { noteUnknownWrites } from '../note-unknown-writes.ts';
import { counted, formatTable, note, paint, print, printJson } from '../output.ts';
import { shellWord } from '../shell-word.ts';
import { administer, withAdministration } from '../with-administration.ts';
import { addTenantBudget } from './tenant-budget.ts';

/** `featuregraph tenant …`: who may ask, what of, and with which keys. */
export function addTenant(program: Command): void {
  const tenant = program
    .command('tenant')
    .summary('who may ask, and what of')
    .description(
      'Makes tenants, grants them namespaces, scopes and views to write, and makes and revokes their keys. Running servers follow within five seconds.',
    );
  addCreate(tenant);
  withStore(tenant.command('list')).summary('all tenants').description('Lists all tenants.').action(list);
  withStore(tenant.command('show'))
    .argument('<tenant>', 'its name')
    .summary('one tenant with its grants and keys')
    .description(
      'Shows what a tenant has been granted, what the configuration gives it of its own, and its keys without their secrets.',
    )
    .action(show);
  addGrant(tenant);
  addKey(tenant);
  addTenantBudget(tenant);
}

interface GrantFlags extends CommonOptions {
  readonly grantNamespace?: readonly string[];
  readonly scope?: readonly string[];
  readonly write?: readonly string[];
}

interface KeyFlags extends GrantFlags {
  readonly keyNamespace?: string;
  readonly label?: string;
  readonly expiresIn?: number;
}

function withStore(command: Command): Command {
  return withConfig(command).option('--data-folder <folder>', 'where the embedded store is');
}

function withGrants(command: Command): Command {
  return withStore(command)
    .option('--grant-namespace <name...>', 'whose rows it may read')
    .option('--scope <name...>', 'scopes of features and read options; * is every one')
    .option('--write <view...>', 'views it may write; <domain>.* is all of a domain, * every one');
}

function addCreate(parent: Command): void {
  withGrants(parent.command('create'))
    .argument('<tenant>', 'its name')
    .summary('a new tenant')
    .description(
      'Makes a tenant with a namespace of its own: of its own name, or the first that is given. It has no key yet.',
    )
    .addHelpText(
      'after',
      examples(
        ['tenant create acme', 'with the namespace acme; reads, and writes nothing'],
        ['tenant create fraud --grant-namespace bank --write "payments.*"', 'shares the rows of bank'],
      ),
    )
    .action(async (name: string, flags: GrantFlags) => {
      const grants = grantsOf(flags);
      const { tenant, namespaces } = await administer(
        flags,
        'tenant.create',
        name,
        async (administration) => {
          const { namespaces } = await administration.tenants();
          return { tenant: await administration.createTenant(name, grants), namespaces };
        },
      );
      if (flags.json === true) return printJson({ ok: true, tenant });
      const first = tenant.namespaces[0] as string;
      const which = namespaces.has(first) ? 'which others share' : 'which is new';
      print(`${paint.good('✓')} Made ${name}, with the namespace ${first}, ${which}.`);
      await noteUnknownWrites(await configOf(flags), grants.writes);
      note(`Give it a key:  featuregraph tenant key create ${shellWord(name)}`);
    });
}

function addGrant(parent: Command): void {
  withGrants(parent.command('grant'))
    .argument('<tenant>', 'its name')
    .option('--withdraw', 'take these grants away instead')
    .summary('more rights for a tenant, or fewer')
    .description('Grants a tenant namespaces, scopes and views to write, or takes them away.')
    .addHelpText(
      'after',
      examples(
        ['tenant grant acme --scope pii read:bypass', 'two scopes'],
        ['tenant grant acme --write weather_now --withdraw', 'no longer'],
      ),
    )
    .action(async (name: string, flags: GrantFlags & { readonly withdraw?: boolean }) => {
      const grants = grantsOf(flags);
      if (Object.values(grants).every((list) => list.length === 0))
        throw new FeaturegraphError(
          'BAD_USER_INPUT',
          'Expected something to grant: --grant-namespace, --scope or --write.',
        );
      const action = flags.withdraw === true ? 'tenant.withdraw' : 'tenant.grant';
      const tenant = await administer(flags, action, name, (administration) =>
        flags.withdraw === true ? administration.withdraw(name, grants) : administration.grant(name, grants),
      );
      if (flags.json === true) printJson({ ok: true, tenant });
      else print(grantTable(tenant));
      if (flags.withdraw !== true && flags.json !== true)
        await noteUnknownWrites(await configOf(flags), grants.writes);
    });
}

function addKey(tenant: Command): void {
  const key = tenant.command('key').summary("a tenant's keys").description('Makes and revokes API keys.');
  withStore(key.command('create'))
    .argument('<tenant>', 'whose it is')
    .option('--key-namespace <name>', 'the one namespace it reads and writes (default: the tenant’s own)')
    .option('--scope <name...>', 'only these of its tenant’s scopes')
    .option('--write <view...>', 'only these of its tenant’s write grants')
    .option('--label <text>', 'what it is for')
    .option('--expires-in <duration>', 'such as 90d; never where not given', parseLife)
    .summary('a new key')
    .description('Makes an API key and prints it, once: only a MAC of it is kept.')
    .addHelpText(
      'after',
      examples(
        ['tenant key create acme', 'all that acme may do'],
        ['tenant key create acme --write weather_now --expires-in 90d', 'for a job that writes'],
      ),
    )
    .action(createKey);
  withStore(key.command('revoke'))
    .argument('<keyId>', 'its id: fgk_<id>_…')
    .summary('a key that is let in no more')
    .description('Revokes a key: every server refuses it within five seconds.')
    .action(revokeKey);
}

async function createKey(tenant: string, flags: KeyFlags): Promise<void> {
  const { scope: scopes, write: writes, label, expiresIn: lifeMs, keyNamespace: namespace } = flags;
  const { text, record } = await administer(flags, 'key.create', tenant, (administration) =>
    administration.createKey({ tenant, namespace, scopes, writes, label, lifeMs }),
  );
  if (flags.json === true) return printJson({ ok: true, key: text, ...withoutMac(record) });
  // The key is the result, and goes alone to standard output.
  print(text);
  note(
    `A key of ${tenant} for the namespace ${record.namespace}. It is kept nowhere: note it now.\nRevoke it:  featuregraph tenant key revoke ${record.id}`,
  );
}

/** The whole key as an argument would stand in the shell's history and in the list of processes. */
function assertKeyId(id: string): void {
  if (/^[0-9a-f]{12}$/.test(id)) return;
  throw new FeaturegraphError(
    'BAD_USER_INPUT',
    'Expected the id of a key, its twelve hexadecimal digits after fgk_, and not the key itself. `tenant show <tenant>` lists them.',
  );
}

async function revokeKey(id: string, flags: CommonOptions): Promise<void> {
  assertKeyId(id);
  const record = await administer(flags, 'key.revoke', id, (administration) => administration.revokeKey(id));
  if (flags.json === true) printJson({ ok: true, ...withoutMac(record) });
  else print(`${paint.good('✓')} ${id} of ${record.tenant} is refused within five seconds.`);
}

async function list(flags: CommonOptions): Promise<void> {
  const { tenants, keys, damaged } = await load(flags);
  const all = [...tenants.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  if (flags.json === true) return printJson({ ok: damaged.length === 0, tenants: all, damaged });
  if (all.length === 0) note('There are no tenants. Make one:  featuregraph tenant create <name>');
  else
    print(
      formatTable(
        ['tenant', 'namespaces', 'scopes', 'writes', 'keys'],
        all.map((tenant) => [
          tenant.name,
          tenant.namespaces.join(', '),
          tenant.scopes.join(', ') || '–',
          tenant.writes.join(', ') || '–',
          String([...keys.values()].filter((key) => key.tenant === tenant.name && usable(key)).length),
        ]),
      ),
    );
  if (damaged.length > 0)
    note(
      `${counted(damaged.length, 'record')} cannot be read and are refused: ${damaged.slice(0, 5).join(', ')}`,
    );
}

async function show(name: string, flags: CommonOptions): Promise<void> {
  const config = await configOf(flags);
  const { tenants, keys } = await withAdministration(config, (one) => one.tenants());
  const tenant = tenants.get(name);
  if (tenant === undefined)
    throw new FeaturegraphError('BAD_USER_INPUT', `There is no tenant ${name}. \`tenant list\` shows all.`);
  const own = [...keys.values()].filter((key) => key.tenant === name);
  const customization = ownOf(config.tenants[name]);
  if (flags.json === true) return printJson({ ok: true, tenant, customization, keys: own.map(withoutMac) });
  print(grantTable(tenant));
  if (customization !== null) print(`\n${customizationTable(customization)}`);
  if (own.length === 0) return note('It has no key.');
  print('');
  print(
    formatTable(
      ['key', 'namespace', 'scopes', 'writes', 'label', 'state'],
      own
        .toSorted((a, b) => a.createdAtMs - b.createdAtMs)
        .map((key) => [
          key.id,
          key.namespace,
          key.scopes?.join(', ') ?? 'all',
          key.writes?.join(', ') ?? 'all',
          key.label || '–',
          stateOf(key),
        ]),
    ),
  );
}

async function load(flags: CommonOptions): Promise<Tenants> {
  return withAdministration(await configOf(flags), (administration) => administration.tenants());
}

/** @returns `null` where it has nothing of its own. */
function ownOf(customization: Customization | undefined): (Customization & { readonly hash: string }) | null {
  const hash = customization === undefined ? null : customizationHash(customization);
  return customization === undefined || hash === null ? null : { hash, ...customization };
}

function customizationTable({
  hash,
  defaults,
  transforms,
}: Customization & { readonly hash: string }): string {
  return formatTable(
    ['its own', hash],
    [
      ...Object.entries(defaults).map(([feature, value]) => [feature, `default ${JSON.stringify(value)}`]),
      ...Object.entries(transforms).map(([feature, transform]) => [feature, `transform ${transform}`]),
    ],
  );
}

function grantTable(tenant: TenantRecord): string {
  return formatTable(
    ['tenant', tenant.name],
    [
      ['namespaces', tenant.namespaces.join(', ')],
      ['scopes', tenant.scopes.join(', ') || '–'],
      ['writes', tenant.writes.join(', ') || '–'],
      ['budget', budgetText(tenant)],
      ['since', new Date(tenant.createdAtMs).toISOString()],
    ],
  );
}

/** `tenant budget show` tells all of it. */
function budgetText({ budget }: TenantRecord): string {
  if (budget === undefined) return 'the configured default';
  const { burst, perSecond, priority = 'INTERACTIVE' } = budget;
  return `${burst} units, ${perSecond} a second; ${priority}`;
}

function grantsOf(flags: GrantFlags): Grants {
  return {
    namespaces: flags.grantNamespace ?? [],
    scopes: flags.scope ?? [],
    writes: flags.write ?? [],
  };
}

function usable(key: KeyRecord): boolean {
  return stateOf(key).startsWith('in use');
}

function stateOf(key: KeyRecord, nowMs = systemClock.nowMs()): string {
  if (key.revokedAtMs !== null) return `revoked ${new Date(key.revokedAtMs).toISOString()}`;
  if (key.expiresAtMs === null) return 'in use';
  const expiry = new Date(key.expiresAtMs).toISOString();
  return key.expiresAtMs <= nowMs ? `expired ${expiry}` : `in use until ${expiry}`;
}

function withoutMac({ mac: _, ...record }: KeyRecord): Omit<KeyRecord, 'mac'> {
  return record;
}

function parseLife(text: string): number {
  const ms = parseDurationMs(text);
  if (ms === undefined || ms <= 0)
    throw new InvalidArgumentError(`Expected a duration such as 90d or 12h, got "${text}".`);
  return ms;
}
