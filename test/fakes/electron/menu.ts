import type { MenuItemConstructorOptions } from 'electron';

/** A menu is its template; the application menu is the last one set. */
export class FakeMenu {
  static application: FakeMenu | null = null;
  readonly template: MenuItemConstructorOptions[];

  constructor(template: MenuItemConstructorOptions[] = []) {
    this.template = template;
  }

  static buildFromTemplate(template: MenuItemConstructorOptions[]): FakeMenu {
    return new FakeMenu(template);
  }

  static setApplicationMenu(menu: FakeMenu | null): void {
    FakeMenu.application = menu;
  }

  /** Every item with a label or role, submenus included. */
  items(): MenuItemConstructorOptions[] {
    return this.template.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? item.submenu : [])]);
  }

  /** The item itself: what is set on it shows. */
  getMenuItemById(id: string): MenuItemConstructorOptions | null {
    return this.items().find((item) => item.id === id) ?? null;
  }

  /** Clicks the item with that label; throws when there is none. */
  choose(label: string): void {
    const click: unknown = this.items().find((item) => item.label === label)?.click;
    if (typeof click !== 'function') throw new Error(`The menu has no "${label}".`);
    click();
  }
}
