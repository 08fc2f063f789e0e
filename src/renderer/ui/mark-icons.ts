// The signs of the marks that photos carry in place of a class.

import type { Mark } from '../../shared/types.ts';
import type { Icon } from './icon.ts';
import { Ban, CircleOff, CircleQuestionMark } from './icons.ts';

export const markIcons: Record<Mark, Icon> = { excluded: Ban, none: CircleOff, unsure: CircleQuestionMark };
