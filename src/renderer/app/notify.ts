// A notification of the system, for whoever looks at another window when something long has ended. Of the web host
// alone: the desktop app notifies from main.

/**
 * Shows it while this page is out of sight, where that is allowed already: the browser is never asked. `onclick` runs
 * in front of the person.
 */
export function notifyOutOfSight(message: string, onclick: () => void): void {
  if (!document.hidden || !('Notification' in window) || Notification.permission !== 'granted') return;
  const shown = new Notification('Whisker', { body: message });
  shown.onclick = () => {
    window.focus();
    shown.close();
    onclick();
  };
}
