/** The rows that golden cases read: few, and each for a reason. */
import { type Fixture, HOUR_MS, MINUTE_MS } from '../features/fixtures/open-fixture.ts';

export async function writeGoldenRows(fixture: Fixture): Promise<void> {
  // A truck with everything.
  await fixture.write('truck_facts', ['full'], {
    seats: 4,
    builtYear: 2000,
    kind: 'BOX',
    homeDepotCode: 'ghent',
  });
  await fixture.write('truck_usage', ['full'], {
    trips: 8,
    metres: '9007199254740993',
    towns: ['Aalst'],
    driverBadge: 'd-1',
  });
  await fixture.write(
    'truck_load',
    ['full'],
    { tonnes: 2.5, cargo: { name: 'sand', pieces: 3 }, destination: 'Bruges' },
    { ageMs: 30 * MINUTE_MS },
  );
  await fixture.write('truck_notes', ['full'], { note: 'pulls to the left' });
  await fixture.write('truck_crew', ['full'], { crew: 1 });
  // One whose rows are too old, one that was deleted, one that divides by zero.
  await fixture.write('truck_usage', ['old'], { trips: 8, metres: '1' }, { ageMs: 25 * HOUR_MS });
  await fixture.write('truck_facts', ['deleted'], { seats: 4 }, { ageMs: 2 });
  await fixture.write('truck_facts', ['deleted'], {}, { ageMs: 1, tombstone: true });
  await fixture.write('truck_facts', ['zero'], { seats: 0, builtYear: null, homeDepotCode: 'ghent' });
  await fixture.write('truck_usage', ['zero'], { trips: 2 });
  // A depot that leads back to the truck.
  await fixture.write('depot_facts', ['ghent'], { town: 'Ghent', truckPlate: 'full' });
  await fixture.write('lane_facts', ['ghent', 'bruges'], { km: 50 });
  await fixture.write('driver_facts', ['d-1'], { practiceYears: 9 });
}
