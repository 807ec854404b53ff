/**
 * Mistakes that somebody could make in how rows are read and written. Each is one change of one place; the oracle must
 * tell it. Where the place was rewritten, the mistake is made anew in what stands there now.
 */
export interface Mutant {
  /** What goes wrong. */
  readonly name: string;
  /** From the repository's root. */
  readonly file: string;
  /** Stands in the file once. */
  readonly from: string;
  readonly to: string;
}

const ROWS = 'src/engine/compiled/rows';
const inFile = (
  file: string,
  mutants: readonly (readonly [name: string, from: string, to: string])[],
): Mutant[] => mutants.map(([name, from, to]) => ({ name, file, from, to }));

const WRITER: readonly Mutant[] = [
  ...inFile(`${ROWS}/write-values.ts`, [
    [
      'rows of older layouts are read as if they had the new one',
      'const index = places === null ? own : (places[own] as number);',
      'const index = own;',
    ],
    [
      'the last bytes of a value are left out',
      'more < length; more +=',
      'more < length - WORD_BYTES; more +=',
    ],
    [
      'a value is taken to start where the one written before it ends',
      'if (index === before + 1) start = end;',
      'if (index > before) start = end;',
    ],
    ['a long value loses its last byte', 'rowStart + end);', 'rowStart + end - 1);'],
    [
      'a default stands in for what an overdue source has not told',
      'else out.fragment(state.mayDefault ? (piece.defaults[i] as Buffer) : NULL);',
      'else out.fragment(piece.defaults[i] as Buffer);',
    ],
    [
      'a missing row has no defaults',
      'out.fragment(mayDefault ? (defaults[i] as Buffer) : NULL);',
      'out.fragment(NULL);',
    ],
    [
      'only the first buffer of rows is looked at',
      'if (looked.buffer !== bytes.buffer)',
      'if (looked.byteLength === 0)',
    ],
  ]),
  ...inFile(`${ROWS}/row-pieces.ts`, [
    [
      'a value of an enum that clients may not see is copied',
      'type.values.every((value) => shape.check(value) === value)',
      'true',
    ],
    [
      'a vector is copied as the floats that it is kept as',
      "case 'vector': // kept as numbers, not as their text\n      return false;",
      "case 'vector':\n      return true;",
    ],
    [
      'an object is copied with all its fields',
      "case 'struct': // older rows may lack a field\n",
      "case 'struct':\n      return true;\n",
    ],
    ['values of two views are written out of one', 'if (this.#values?.view !== view) this.#endValues();', ''],
    ['defaults are forgotten', 'defaultJson === null ? NULL : keptBytes(defaultJson)', 'NULL'],
    [
      'an object of which all is skipped is never begun',
      'if (this.#isFirst) this.#pieces.push',
      'if (false) this.#pieces.push',
    ],
  ]),
  ...inFile(`${ROWS}/write-rows.ts`, [
    [
      'the status of a value that is not copied is left out',
      'run.letters?.add(piece.path, storedStatus(state, piece.feature));',
      '',
    ],
    ['a computed value gets none of its arguments', 'held.call(from, args)', 'held.call(from, {})'],
    [
      'the first entity is written in place of its neighbours',
      'const at = order === null ? i :',
      'const at = order === null ? 0 :',
    ],
  ]),
  ...inFile(`${ROWS}/status-letters.ts`, [
    [
      'letters of a list stand in the wrong order',
      "(this.#letters.get(path) ?? '') + STATUS_LETTERS[status]",
      "STATUS_LETTERS[status] + (this.#letters.get(path) ?? '')",
    ],
  ]),
  ...inFile(`${ROWS}/shaped-json.ts`, [
    [
      'what an enum hides is written',
      'return checked === undefined ? null : (JSON.stringify(checked) ?? null);',
      'return JSON.stringify(value) ?? null;',
    ],
  ]),
];

const READER: readonly Mutant[] = [
  ...inFile(`${ROWS}/run-rows.ts`, [
    ['a block is read once for each time it is asked for', 'indexes.set(entityKey, index);', ''],
    ['reads are not paid for', 'run.context.usage.blocks += reads.length;', ''],
    ['nobody waits for how far sources are', 'watchesSources = true;', 'watchesSources = false;'],
    [
      'what was read is read again when the answer is told otherwise',
      'if (written !== null) return written;\n  await adoptRead(run);',
      'if (written !== null) return written;',
    ],
    [
      'a read that failed looks like one that was late',
      "const isLate = failed === 'STORE_TIMEOUT';",
      'const isLate = true;',
    ],
  ]),
  ...inFile(`${ROWS}/row-run.ts`, [
    [
      'the first entity of a place stands for all of them',
      'if (rows.current === entity)',
      'if (rows.current >= 0)',
    ],
    [
      'what cannot be read is written as if it were absent',
      '.error !== null) return false;',
      '.error !== null) continue;',
    ],
    [
      'statuses of what one domain gives another are lost',
      'return this.letters !== null || this.program.hasDependents;',
      'return this.letters !== null;',
    ],
  ]),
  ...inFile(`${ROWS}/open-places.ts`, [
    ['more keys than a lookup allows are taken', 'keys.length > lookup.maxKeys', 'false'],
    [
      'a reference leads to the entity before',
      'found[entity] = isThere ? rows.keys.length : NO_ENTITY;',
      'found[entity] = isThere ? Math.max(0, rows.keys.length - 1) : NO_ENTITY;',
    ],
    [
      'parts of a key are taken from the neighbour',
      'parent.values[entity * count + part.index]',
      'parent.values[entity + part.index]',
    ],
  ]),
  ...inFile(`${ROWS}/computed-entities.ts`, [
    [
      'whatever is given is present',
      'status === undefined ? NO_STATUS_LETTER : STATUS_LETTERS[status]',
      'STATUS_LETTERS.PRESENT',
    ],
  ]),
  ...inFile('src/features/view-state.ts', [
    ['a row is too old a millisecond early', 'ageMs > view.ttlMs', 'ageMs >= view.ttlMs'],
    ['what was deleted is still there', 'if (isTombstone(bytes, start)) return this.#missing(limits);', ''],
    [
      'a damaged row is read',
      'if (!isRowWhole(bytes, start, rowEnd(rows, found))) return this.#unreadable();',
      '',
    ],
    [
      'a source that is behind changes no status',
      "limits.sourceBehind ? 'SOURCE_STALE' : 'PRESENT'",
      "'PRESENT'",
    ],
    ['a row of an unknown layout is read', 'if (segments === undefined) return this.#unreadable();', ''],
  ]),
  ...inFile('src/features/stored-value.ts', [
    ['a null counts as present', "isNullSegment(bytes, start, end) ? 'NULL_VALUE' : 'PRESENT'", "'PRESENT'"],
    [
      'numbers of a vector are read the wrong way round',
      'bytes.getFloat32(i * 4, true)',
      'bytes.getFloat32(i * 4, false)',
    ],
  ]),
];

export const MUTANTS: readonly Mutant[] = [...WRITER, ...READER];
