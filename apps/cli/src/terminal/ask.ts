import { createInterface } from 'node:readline/promises';
import { wrapText } from '@trainyard/client/report';

/** The keys and the screen of a terminal. */
export interface Terminal {
  readonly input: NodeJS.ReadStream;
  readonly screen: NodeJS.WriteStream;
}

/** Answer to a question; Ctrl-C is no answer. */
export type Answer = 'yes' | 'no' | 'interrupted';

/** Asks a question on a terminal. Only `y` and `yes` mean yes; Enter, the end of the input and every other text mean no. */
export async function askYesNo({ input, screen }: Terminal, question: string): Promise<Answer> {
  const reader = createInterface({ input, output: screen, terminal: true });
  const closed = Promise.withResolvers<Answer>();
  reader.on('SIGINT', () => closed.resolve('interrupted'));
  reader.on('close', () => closed.resolve('no'));
  const answered = reader
    .question(`${wrapText(question).join('\n')} [y/N] `)
    .then((text): Answer => (/^y(es)?$/i.test(text.trim()) ? 'yes' : 'no'))
    .catch((): Answer => 'no');
  try {
    const answer = await Promise.race([answered, closed.promise]);
    if (answer === 'interrupted') screen.write('\n');
    return answer;
  } finally {
    reader.close();
  }
}
