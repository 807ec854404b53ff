/** A plan as text, for golden files. */
import type {
  EntityFetch,
  FieldSet,
  PathSegment,
  PlanNode,
  RequiresSelection,
  Rewrite,
} from '../../src/engine/query-plan.ts';

export function printPlan(node: PlanNode | null, indent = ''): string {
  if (node === null) return `${indent}nothing\n`;
  const deeper = `${indent}  `;
  switch (node.kind) {
    case 'sequence':
    case 'parallel':
      return `${indent}${node.kind}\n${node.nodes.map((child) => printPlan(child, deeper)).join('')}`;
    case 'condition':
      return `${indent}if $${node.variable}\n${printPlan(node.ifTrue, deeper)}${indent}else\n${printPlan(node.ifFalse, deeper)}`;
    case 'fetch': {
      const lines = [
        `${indent}fetch from ${node.subgraph}${node.variables.length > 0 ? ` with $${node.variables.join(' $')}` : ''}`,
        ...node.document.text
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => `${deeper}${line}`),
        ...node.outputRewrites.map((rewrite) => `${deeper}then ${printRewrite(rewrite)}`),
        ...node.entities.flatMap((entity) => printEntity(entity).map((line) => `${deeper}${line}`)),
      ];
      return `${lines.join('\n')}\n`;
    }
  }
}

function printEntity(entity: EntityFetch): string[] {
  return [
    `${entity.responseKey}: $${entity.variable} = ${entity.paths.map(printPath).join(', ')} ${printRequires(entity.requires)}`,
    ...entity.keys.map((key) => `  key ${key.type} ${printFields(key.fields)}`),
    ...entity.dependents.map(
      (field) => `  ${field.type}.${field.responseKey} needs ${printFields(field.inputs)}`,
    ),
    ...entity.inputRewrites.map((rewrite) => `  first ${printRewrite(rewrite)}`),
    ...entity.outputRewrites.map((rewrite) => `  then ${printRewrite(rewrite)}`),
  ];
}

function printPath(path: readonly PathSegment[]): string {
  const segments = path.map((segment) =>
    segment.kind === 'list' ? '@' : segment.kind === 'field' ? segment.name : `|${segment.names.join('|')}|`,
  );
  return segments.join('.');
}

function printRequires(selections: readonly RequiresSelection[]): string {
  const parts = selections.map((selection) => {
    if (selection.kind === 'types') return `... on ${selection.name} ${printRequires(selection.selections)}`;
    const name =
      selection.name === selection.responseKey
        ? selection.name
        : `${selection.responseKey} = ${selection.name}`;
    return selection.selections === null ? name : `${name} ${printRequires(selection.selections)}`;
  });
  return `{ ${parts.join(' ')} }`;
}

function printFields(fields: FieldSet): string {
  return `{ ${fields.map(({ name, fields: below }) => (below === null ? name : `${name} ${printFields(below)}`)).join(' ')} }`;
}

function printRewrite(rewrite: Rewrite): string {
  const path = printPath(rewrite.path);
  return rewrite.kind === 'renameKey'
    ? `rename ${path} to ${rewrite.to}`
    : `set ${path} to ${JSON.stringify(rewrite.value)}`;
}
