// The type of an icon component, so that components can take one as a prop.

export type { LucideIcon as Icon } from '@lucide/svelte';
