// Light, dark or as the system says; remembered on this machine.

export type ThemeChoice = 'system' | 'light' | 'dark';

const key = 'whisker.theme';

export class Theme {
  #choice = $state<ThemeChoice>('system');
  #systemDark = $state(false);

  constructor() {
    const system = matchMedia('(prefers-color-scheme: dark)');
    this.#systemDark = system.matches;
    system.addEventListener('change', (event) => (this.#systemDark = event.matches));
    const stored = localStorage.getItem(key);
    this.choose(stored === 'light' || stored === 'dark' ? stored : 'system');
  }

  get choice(): ThemeChoice {
    return this.#choice;
  }

  /** What is on screen now; for what can't be styled by CSS, such as a canvas. */
  get dark(): boolean {
    return this.#choice === 'system' ? this.#systemDark : this.#choice === 'dark';
  }

  choose(choice: ThemeChoice): void {
    this.#choice = choice;
    if (choice === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = choice;
    localStorage.setItem(key, choice);
  }
}
