// The library database's migrations in order: entry i leads to version i + 1. Once released, an entry never changes.

import { initial } from './001-initial.ts';
import { backbone } from './002-backbone.ts';
import { runInUse } from './003-run-in-use.ts';
import { labelChoice } from './004-label-choice.ts';
import { damagedPhoto } from './005-damaged-photo.ts';
import { pileChoice } from './006-pile-choice.ts';
import { propagation } from './007-propagation.ts';
import { refusal } from './008-refusal.ts';
import { runNote } from './009-run-note.ts';
import { manyAtOnce } from './010-many-at-once.ts';
import { inUseBefore } from './011-in-use-before.ts';
import { measured } from './012-measured.ts';
import { captured } from './013-captured.ts';
import { find } from './014-find.ts';
import { bursts } from './015-bursts.ts';
import { classOrder } from './016-class-order.ts';
import { wordsAndGroups } from './019-words-and-groups.ts';
import { meanings } from './020-meanings.ts';
import { elsewhere } from './022-elsewhere.ts';

export const libraryMigrations: readonly string[] = [
  initial,
  backbone,
  runInUse,
  labelChoice,
  damagedPhoto,
  pileChoice,
  propagation,
  refusal,
  runNote,
  manyAtOnce,
  inUseBefore,
  measured,
  captured,
  find,
  bursts,
  classOrder,
  wordsAndGroups,
  meanings,
  elsewhere,
];
