/** The password of a store stands in no log, no answer and no command's output, also where the store refuses or dies. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createFolder, runCommand, startCommand } from '../cli/run-command.ts';
import { startRedis } from '../services/redis.ts';
import { withService } from '../services/services.ts';
import { send } from './row.ts';

const PASSWORD = 'right-store-canary';
const WRONG = 'wrong-store-canary';
const SDL = `
"Something."
type Item @key(fields: "id") @view(name: "item_facts") {
  id: ID!
  "Its name."
  name: String @feature(view: "item_facts")
}
type Query { item(id: ID!): Item @lookup }
`;

await withService(
  () => startRedis(['--user', 'serving', 'on', `>${PASSWORD}`, '~*', '&*', '+@all']),
  (redis) => {
    const folder = createFolder();
    const file = (name: string) => path.join(folder.path, name);
    afterAll(async () => {
      await redis.stop();
      folder.remove();
    });

    function configFile(name: string, password: string): string {
      writeFileSync(file(`${name}.password`), `${password}\n`);
      const nodes = [{ host: redis.host, port: redis.port }];
      const config = {
        ...{ schemaFolder: folder.path, port: 0, adminPort: 0, identity: { anonymous: true } },
        stores: { fast: { kind: 'redis', nodes, username: 'serving', passwordFile: `${name}.password` } },
        tiers: { default: { warm: 'lmdb', hot: 'fast' } },
      };
      writeFileSync(file(`${name}.config.ts`), `export default ${JSON.stringify(config)};\n`);
      return file(`${name}.config.ts`);
    }

    test('the right one and a wrong one', { timeout: 300_000 }, async () => {
      writeFileSync(file('shop.graphql'), SDL);
      const wrong = configFile('wrong', WRONG);
      const refused = await runCommand(['gateway', '--config', wrong]);
      expect(refused.status).not.toBe(0);
      expect(refused.stderr).toMatch(/password/);

      const gateway = startCommand(['gateway', '--config', configFile('right', PASSWORD)]);
      await gateway.printed('Ctrl-C ends it.');
      const url = /http:\S+\/graphql/.exec(gateway.text())?.[0] ?? '';
      const admin = /Metrics\s+(\S+)/.exec(gateway.text())?.[1] ?? '';
      const ask = () =>
        send(url, 'POST', '{"query":"{ item(id: \\"a\\") { name } }"}', {
          'content-type': 'application/json',
        });
      const before = await ask();
      expect(before.body).toEqual({ data: { item: { name: null } } });
      await redis.kill();
      const texts = [refused.stdout, refused.stderr, before.text];
      for (let i = 0; i < 3; i += 1) texts.push((await ask()).text);
      texts.push(
        (await send(admin, 'GET')).text,
        (await send(new URL('/healthcheck', url).href, 'GET')).text,
      );
      gateway.child.kill('SIGTERM');
      texts.push((await gateway.finished).stdout, gateway.text());
      const all = texts.join('\n');
      expect(all).toMatch(/"level":"warn"/);
      expect(all).not.toMatch(new RegExp(`${PASSWORD}|${WRONG}`));
      expect(readFileSync(file('right.password'), 'utf8')).toContain(PASSWORD);
    });
  },
);
