// A question or a message of the system, in front of the window where there is one.

import { dialog } from 'electron';
import type { BrowserWindow, MessageBoxOptions } from 'electron';

/**
 * The text of the button that was pressed. Enter means the first one and Esc the last, unless `options` say otherwise.
 */
export async function ask<const Button extends string>(
  window: BrowserWindow | null,
  { buttons, ...options }: Omit<MessageBoxOptions, 'buttons'> & { buttons: readonly [Button, ...Button[]] },
): Promise<Button> {
  const whole = { defaultId: 0, cancelId: buttons.length - 1, noLink: true, ...options, buttons: [...buttons] };
  const { response } = await (window ? dialog.showMessageBox(window, whole) : dialog.showMessageBox(whole));
  return buttons[response] ?? buttons[0];
}
