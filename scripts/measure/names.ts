import type { SourceFile } from './sources.ts';
import { getLine, visit } from './sources.ts';

/** A declaration at the top of a file. */
export interface Declaration {
  readonly name: string;
  readonly line: number;
  readonly isFunction: boolean;
  readonly isExported: boolean;
  readonly docstring: string | undefined;
}

/** A function body with its length in lines. */
export interface FunctionSize {
  readonly line: number;
  readonly lines: number;
}

type Statement = SourceFile['program']['body'][number];

function getDocstring({ comments, text }: SourceFile, start: number): string | undefined {
  const last = comments.findLast(({ end }) => end <= start);
  if (!last || text.slice(last.end, start).trim() !== '') return undefined;
  return last.type === 'Block' && last.value.startsWith('*') ? last.value : undefined;
}

type Named = Pick<Declaration, 'name' | 'isFunction'> & { readonly start: number };

function listNames(statement: Statement): readonly Named[] {
  const { start } = statement;
  switch (statement.type) {
    case 'VariableDeclaration':
      return statement.declarations.flatMap(({ id, init }) =>
        id.type === 'Identifier'
          ? [{ name: id.name, start, isFunction: init?.type === 'ArrowFunctionExpression' }]
          : [],
      );
    case 'FunctionDeclaration':
      return statement.id ? [{ name: statement.id.name, start, isFunction: true }] : [];
    case 'ClassDeclaration':
      return statement.id ? [{ name: statement.id.name, start, isFunction: false }] : [];
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
      return [{ name: statement.id.name, start, isFunction: false }];
    default:
      return [];
  }
}

/** Lists the declarations at the top of a file. A docstring stands before the statement, or before its `export`. */
export function listDeclarations(source: SourceFile): readonly Declaration[] {
  return source.program.body.flatMap((statement) => {
    const isExported = statement.type === 'ExportNamedDeclaration';
    const inner = isExported ? statement.declaration : statement;
    if (!inner) return [];
    return listNames(inner as Statement).map(({ name, isFunction }) => ({
      name,
      isFunction,
      isExported,
      line: getLine(source.text, statement.start),
      docstring: getDocstring(source, statement.start),
    }));
  });
}

/** Lists every name that a file declares: declarations, parameters, variables, properties. */
export function listIdentifiers(
  source: SourceFile,
): readonly { readonly name: string; readonly line: number }[] {
  const names: { name: string; line: number }[] = [];
  const add = ({ name, start }: { name: string; start: number }): void => {
    names.push({ name, line: getLine(source.text, start) });
  };
  visit(source, { Identifier: add, PrivateIdentifier: add });
  return names;
}

/** Lists the functions of a file with their lengths. */
export function listFunctions(source: SourceFile): readonly FunctionSize[] {
  const sizes: FunctionSize[] = [];
  const add = ({ start, end }: { start: number; end: number }): void => {
    const line = getLine(source.text, start);
    sizes.push({ line, lines: getLine(source.text, end) - line + 1 });
  };
  visit(source, { FunctionDeclaration: add, FunctionExpression: add, ArrowFunctionExpression: add });
  return sizes;
}
