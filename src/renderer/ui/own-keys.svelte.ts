// The person's own keys, as main keeps them: every key that is heard or shown goes by them.

import { keysNow, type OwnKeys } from '../../shared/own-keys.ts';
import { commands, type KeyCommand } from '../../shared/commands.ts';

class OwnKeyMap {
  /** Of the commands whose keys were changed. */
  own = $state.raw<OwnKeys>({});

  /** In the order of the table. */
  readonly all = $derived(commands.map((command) => ({ command, keys: keysNow(command, this.own) })));

  keysOf(id: KeyCommand): readonly string[] {
    return this.all.find(({ command }) => command.id === id)?.keys ?? [];
  }
}

export const keyMap = new OwnKeyMap();
