// whisker serve-model: the model in use for other programs on this machine, until it is interrupted.

import type { Command } from 'commander';
import type { Places } from '../places.ts';
import { startModelServer } from '../hosts/web/model-server.ts';
import { addCommand, withLibrary } from './context.ts';
import type { CommonOptions } from './context.ts';
import { interrupted, port } from './serve.ts';

export function addServeModel(program: Command, places: Places): void {
  addCommand(program, 'serve-model', 'answer programs on this machine: bytes of a picture in, its class out')
    .option('--port <n>', 'loopback port, 0 for a free one', port, 0)
    .addHelpText(
      'after',
      '\nJSON: {url, token}, once it answers. Ends on Ctrl-C.\n' +
        'POST /predict with the bytes of a picture and "Authorization: Bearer TOKEN" answers\n' +
        '{class, confidence, calibrated, classes, run}; GET / says what it is.',
    )
    .action((folder: string, options: CommonOptions & { port: number }) =>
      withLibrary(
        folder,
        options,
        places,
        async ({ library, predictor, print }) => {
          predictor.model();
          const { name } = library.require();
          const server = await startModelServer({ predictor, name, port: options.port });
          const { url, token } = server;
          print(
            { url, token },
            `The model of "${name}" answers at ${url}predict`,
            `Try: curl --data-binary @photo.jpg -H "Authorization: Bearer ${token}" ${url}predict`,
          );
          await interrupted();
          await server.close();
        },
        { looks: false },
      ),
    );
}
