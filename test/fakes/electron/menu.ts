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
    return itemsOf(this.template);
  }

  getMenuItemById(id: string): MenuItemConstructorOptions | null {
    return this.items().find((item) => item.id === id) ?? null;
  }

  /** Clicks the item with that label; throws when there is none, or when it can't be chosen. */
  choose(label: string): void {
    const item = this.items().find((one) => one.label === label);
    const click: unknown = item?.click;
    if (typeof click !== 'function') throw new Error(`The menu has no "${label}".`);
    if (item?.enabled === false) throw new Error(`"${label}" can’t be chosen now.`);
    click();
  }
}

const itemsOf = (template: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
  template.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? itemsOf(item.submenu) : [])]);
